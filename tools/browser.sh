#!/usr/bin/env bash
# Finds the Chromium that the desk's browser tests drive, and prints its path. Where there is none, root on a Debian gets
# Debian's; anybody else is told in one line what to do (exit status 1). `--find` installs nothing.
set -uo pipefail

names=(chromium chromium-browser google-chrome)
[ -n "${ONRECORD_CHROMIUM:-}" ] && names=("$ONRECORD_CHROMIUM") # one that was named is the only one that will do

found() {
  local name path
  for name in "${names[@]}"; do
    path=$(command -v -- "$name" 2>/dev/null) || continue
    # Ubuntu's chromium-browser may be a script that only says which snap to install.
    "$path" --version >/dev/null 2>&1 && { echo "$path"; return 0; }
  done
  return 1
}

found && exit 0
[ "${1:-}" = --find ] && { echo "browser: no Chromium found; tools/browser.sh installs one or says how" >&2; exit 1; }

if [ -n "${ONRECORD_CHROMIUM:-}" ]; then
  echo "browser: ONRECORD_CHROMIUM=$ONRECORD_CHROMIUM is no Chromium that runs; correct it or unset it" >&2
  exit 1
fi
if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null; then
  echo "browser: installing Debian's chromium (once) …" >&2
  export DEBIAN_FRONTEND=noninteractive
  told=$(apt-get update -qq 2>&1 && apt-get install -y -qq --no-install-recommends chromium 2>&1) \
    || tail -n 3 <<<"$told" >&2
  found && exit 0
fi
echo "browser: no Chromium here: install one (Debian: apt-get install chromium) or name it: ONRECORD_CHROMIUM=/path/to/it" >&2
exit 1
