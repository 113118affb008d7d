# Needs Python 3.10 or newer with venv, and make. Everything else goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint bench facts index docs clean

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group test --group lint
	@touch $(READY)

demo: $(READY)
	@$(BIN)/python -m tools.demo

test: $(READY) lint
	$(BIN)/python -m pytest -n auto

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m tools.bench

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache dist build
