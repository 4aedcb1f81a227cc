# make demo     install what is needed into .venv, scope the sample incident, show the summary
# make test     install and pass every test
# make check    all that .ci/run does, wheel included
# also: lint, types, floors, docs (write what is generated), docs-fresh (is it fresh?), wheel-test, clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out
# `make demo WINDOW=2025-11-01/2025-11-02` takes another window than the incident file's.
WINDOW ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test lint types floors docs docs-fresh wheel-test check clean

help:
	@sed -n 's/^# //p' Makefile | head -n 4

# Done with open questions (10) is a good ending: the questions are in the summary.
demo: $(VENV)/.installed
	@$(BIN)/scope run --incident sample_data/incident.yaml --out $(OUT) $(if $(WINDOW),--window $(WINDOW)) \
		|| { code=$$?; test $$code -eq 10 || exit $$code; }

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n auto --dist loadscope

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

floors: $(VENV)/.installed-dev
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -q tests/architecture --ignore tests/architecture/test_docs.py

docs: $(VENV)/.installed-dev
	$(BIN)/python docs/generate.py

docs-fresh: $(VENV)/.installed-dev
	$(BIN)/python docs/generate.py --check

# The wheel, installed alone into its own environment and run outside the checkout.
wheel-test: $(VENV)/.installed
	@set -eu; place=$$(mktemp -d); trap 'rm -rf "$$place"' EXIT; \
	echo "building the wheel"; \
	$(BIN)/pip wheel --quiet --no-deps --wheel-dir "$$place" .; \
	$(BIN)/python -m venv "$$place/venv"; \
	"$$place/venv/bin/pip" install --quiet --no-compile "$$place"/*.whl; \
	cp -R sample_data "$$place/"; \
	cd "$$place"; \
	venv/bin/scope --version; \
	venv/bin/scope schema > schema.json; \
	venv/bin/scope steps > steps.txt; \
	venv/bin/scope run --quiet --incident sample_data/incident.yaml --out out > summary.txt \
		|| { code=$$?; test $$code -eq 10 || exit $$code; }; \
	venv/bin/scope query --out out --format csv 'select count(*) as people from people'; \
	test -d out/latest/exposures; \
	echo "the wheel works outside the checkout"

check: lint types floors docs-fresh wheel-test test

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name it: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2> /dev/null \
		|| { echo "Python's venv is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "installing into $(VENV)"
	@$(BIN)/pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	@echo "installing into $(VENV), with what the tests need"
	@$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.installed
