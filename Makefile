# Everything runs in .venv, which is made from requirements.lock by pip alone.
# `make PYTHON=/path/to/python` chooses the interpreter; otherwise the first one here that is 3.11 or later.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,\
  $(shell $(name) -c 'import sys; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)))

.DEFAULT_GOAL := help
.PHONY: help install demo test lint scripts format docs docs-write screenshots eval bench train lock clean

help: ## Show the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /\1	/' | expand -t 12

install: $(READY) ## Make .venv from the lock file

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or later found; give one: make PYTHON=…" >&2; exit 1; }
	@echo "Setting up $(VENV) (once) …"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY) ## Read the sample articles, keep them in a ledger, search it, and open the desk on it
	@mkdir -p build && rm -f build/demo.db build/demo.db-wal build/demo.db-shm
	$(BIN)/onrecord read samples/harbour.html
	@echo
	$(BIN)/onrecord read samples/reservoir.txt --published 2031-10-14
	@echo
	$(BIN)/onrecord read --jsonl samples/wire.jsonl > build/wire.records.jsonl
	$(BIN)/python samples/show.py < build/wire.records.jsonl
	@echo
	$(BIN)/onrecord read samples/harbour.html --html build/harbour.html
	@echo
	$(BIN)/onrecord add samples/harbour.html samples/reservoir.txt samples/wire.jsonl samples/desk/articles.jsonl --db build/demo.db
	$(BIN)/onrecord search "is the crossing safe" --limit 3 --db build/demo.db
	$(BIN)/onrecord search --act refuse-to-comment --db build/demo.db
	@echo
	$(BIN)/python samples/open_desk.py build/demo.db

test: $(READY) ## Run the tests; those of the pages need a Chromium, which is installed where that is allowed
	@bash tools/browser.sh > /dev/null || true
	$(BIN)/python -m pytest

lint: $(READY) ## Check style, types, the direction of imports, and the documentation
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory scripts docs

scripts: node_modules/.package-lock.json ## Check the types of the desk's scripts; needs Node.js
	node_modules/.bin/tsc

node_modules/.package-lock.json: package.json package-lock.json
	@command -v npm > /dev/null || { echo "TypeScript checks the desk's scripts: install Node.js and npm" >&2; exit 1; }
	npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

format: $(READY) ## Rewrite the code in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(READY) ## Check the documentation: links, commands, and that docs/cli.md says what --help says
	$(BIN)/python docs/check.py

docs-write: $(READY) ## Make docs/cli.md anew from --help
	$(BIN)/python docs/check.py --write

screenshots: $(READY) ## Take the pictures of the desk for docs/desk anew; needs a Chromium
	@mkdir -p build && rm -f build/pictures.db*
	$(BIN)/onrecord add samples/harbour.html samples/reservoir.txt samples/wire.jsonl samples/desk/articles.jsonl --db build/pictures.db
	$(BIN)/python docs/desk/screenshots.py build/pictures.db

eval: $(READY) ## Measure quality against the floors
	$(BIN)/python eval/gate.py

bench: $(READY) ## Measure speed and memory; the ledger's part makes a million statements first and takes two hours
	$(BIN)/python -m bench
	$(BIN)/python -m bench.ledger
	$(BIN)/python -m bench.desk --only article,mixed

train: $(READY) ## Train the model anew
	PYTHON=$(abspath $(BIN)/python) bash train/run.sh

lock: ## Resolve the dependencies anew into requirements.lock
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --extra dev --strip-extras --allow-unsafe --generate-hashes \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file requirements.lock pyproject.toml

clean: ## Remove what the other targets make
	rm -rf $(VENV) node_modules build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
