// @ts-check
// The search page: keys, copying, and what goes beside the box when something is wrong. It works without.

/** Where a reader's wish for no single keys is kept (WCAG 2.1.4); reviewing asks for the same. */
const KEYS = "single-keys";

/** @param {string} id @returns {HTMLElement | null} */
const byId = (id) => document.getElementById(id);

/** @returns {boolean} */
function keysAreOn() {
  try {
    return localStorage.getItem(KEYS) !== "off";
  } catch {
    return true;
  }
}

/** @returns {void} */
function showKeys() {
  const button = byId("keys");
  if (!button) return;
  button.hidden = false;
  button.textContent = keysAreOn() ? "Turn single keys off" : "Turn single keys on";
}

/** @returns {void} */
function switchKeys() {
  try {
    localStorage.setItem(KEYS, keysAreOn() ? "off" : "on");
  } catch {
    // Nothing can be kept here: the keys stay as they are.
  }
  showKeys();
}

/** The links that open a hit, one a hit. @returns {HTMLElement[]} */
const openers = () => [...document.querySelectorAll(".hits .hit .where a")].filter((one) => one instanceof HTMLElement);

/** Move to the next hit, or the one before. @param {1 | -1} step @returns {void} */
function walk(step) {
  const all = openers();
  const at = all.findIndex((one) => one.closest(".hit")?.contains(document.activeElement));
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
  if (next) {
    next.focus({ preventScroll: true });
    next.closest(".hit")?.scrollIntoView({ block: "nearest" });
  } else if (at >= 0 && step > 0) {
    byId("more")?.querySelector("a")?.focus();
  }
}

/** Whether a key that is typed here is text. @param {EventTarget | null} target @returns {boolean} */
function takesText(target) {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "SELECT", "TEXTAREA"].includes(target.tagName);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!keysAreOn() || takesText(event.target)) return;
  if (event.key === "/") byId("q")?.focus();
  else if (event.key === "j") walk(1);
  else if (event.key === "k") walk(-1);
  else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (button?.id === "keys") switchKeys();
  if (button?.dataset.copies) void copy(button, button.dataset.copies);
});

/** @param {HTMLElement} button @param {string} id @returns {Promise<void>} */
async function copy(button, id) {
  const field = byId(id);
  if (!(field instanceof HTMLInputElement)) return;
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    say("Copied.");
    button.classList.add("copied");
    setTimeout(() => button.classList.remove("copied"), 1500);
  } catch {
    say("The address is selected: copy it with the keyboard.");
  }
}

/** Tell those who listen. @param {string} text @returns {void} */
function say(text) {
  const told = byId("told");
  if (told) told.textContent = text;
}

/** After every answer: what is beside the box, what the head says of feeds, what was folded out. @returns {void} */
function settle() {
  const wrong = Boolean(byId("trouble")?.textContent?.trim());
  const box = byId("q");
  if (wrong) box?.setAttribute("aria-invalid", "true");
  else box?.removeAttribute("aria-invalid");
  for (const link of document.querySelectorAll("link[data-feed]")) {
    const field = byId(link.getAttribute("data-feed") ?? "");
    if (field instanceof HTMLInputElement) link.setAttribute("href", field.value);
  }
  for (const button of document.querySelectorAll("[data-copies]")) {
    if (button instanceof HTMLElement) button.hidden = false;
  }
  const narrow = byId("narrow");
  if (narrow instanceof HTMLDetailsElement) narrow.open = unfolded || wide.matches;
}

const wide = matchMedia("(min-width: 62rem)");
let unfolded = false; // whether the reader opened the facets on a narrow screen
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("#narrow > summary")) unfolded = !unfolded && !wide.matches;
});
wide.addEventListener("change", settle);

/** How many hits there were before more were asked for. */
let shown = 0;
document.addEventListener("htmx:beforeRequest", (event) => {
  shown = openers().length;
  const cause = event instanceof CustomEvent ? event.detail.requestConfig?.triggeringEvent : null;
  // The box asks as you type; it has nothing new to ask when you leave it.
  if (cause instanceof Event && cause.type === "change" && cause.target === byId("q")) event.preventDefault();
});
document.addEventListener("htmx:afterSettle", (event) => {
  settle();
  const all = openers();
  // The link that asked for more is gone, and the focus with it: it goes on where the new ones begin.
  if (document.activeElement === document.body && shown > 0 && all.length > shown) all[shown]?.focus();
});
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, () => {
    const trouble = byId("trouble");
    if (trouble) trouble.textContent = "The desk did not answer. What you see is from before; press Enter to ask again.";
  });
}

showKeys();
settle();
