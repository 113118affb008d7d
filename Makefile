# Needs Python 3.10 or newer with venv, and make. Everything else goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint bench docs docs-test facts man index servers prove nightly clean

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group test --group lint
	@# Taplo's language server comes for Node only; without npm the tests that drive it are skipped.
	@command -v npm >/dev/null && npm install --silent --no-save --prefix .cache/taplo @taplo/lsp@0.8.0 >/dev/null 2>&1 || true
	@touch $(READY)

demo: $(READY)
	@$(BIN)/python -m tools.demo

test: $(READY) lint
	$(BIN)/python -m pytest -n auto

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

facts: $(READY)
	$(BIN)/python -m tools.facts

# Real servers with other libraries and of other releases, compiled: more to hold our answers against.
servers: $(READY)
	$(BIN)/python -m tools.servers --releases

# The proofs of all rules on all of these servers; python -m tools.prove replays only what has changed.
prove: servers
	$(BIN)/python -m tools.prove --all
	$(BIN)/python -m tools.rules

# Many more cases of what holds against the servers.
nightly: servers
	$(BIN)/python -m tools.nightly

# Everything that is generated from the models, the facts and the rules.
index: $(READY)
	$(BIN)/python -m tools.index
	$(BIN)/python -m tools.defaults
	$(BIN)/python -m tools.composites
	$(BIN)/python -m tools.rules
	$(BIN)/python -m tools.schema
	$(BIN)/python -m tools.reference
	$(BIN)/python -m tools.formats
	$(BIN)/python -m tools.man
	$(BIN)/python -m tools.readme

# The man page, from the command line itself.
man: $(READY)
	$(BIN)/python -m tools.man

bench: $(READY)
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m tools.bench

# The documentation site, in build/site.
docs: $(READY)
	$(BIN)/python -m pip install --quiet --group docs
	$(BIN)/python -m tools.site

# The same, looked at in a browser: Chromium has to be there.
docs-test: docs
	UWSGILINT_SITE=1 $(BIN)/python -m pytest tests/test_site.py tests/test_compared.py

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache dist build
