# Two commands do all of their own set-up on a fresh machine: `make demo` reads a page through the real service, `make test` runs the tests.
# They need Python 3.11 with venv, make and curl. As root, `make test` also installs a few of Debian's packages: scripts/test-packages.

PYTHON ?= python3
BIN := .venv/bin
PAGE := node_modules/.bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
DATA ?=
PEERS ?= $(BIN)/python

.PHONY: help demo test serve check format bench clean

help:
	@echo 'make demo    read a page through the real service'
	@echo 'make test    run the tests'
	@echo 'make serve   run the service on 127.0.0.1:5000'
	@echo 'make check   style, types, layers, licences, docs'
	@echo 'make format  put the code into shape'
	@echo 'make bench   measure memory and cold start; with DATA=folder, accuracy and speed beside the peers (PEERS=their python)'
	@echo 'make clean   throw the environment away'

# Each stamp is older than what it was made from only when something changed, so that a set-up that stands costs nothing.
.venv/.created:
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.installed: .venv/.created pyproject.toml constraints.txt
	$(PIP) --editable '.[heif]'
	@touch $@

.venv/.tools: .venv/.installed
	$(PIP) --editable '.[heif,cluster,mcp,otel,train,dev]'
	@touch $@

.venv/.packages: .venv/.created scripts/test-packages
	scripts/test-packages
	@touch $@

# The tools of the web page come from npm, which comes with Node from PyPI's wheel.
node_modules/.package-lock.json: package.json package-lock.json .npmrc | .venv/.tools
	PATH='$(CURDIR)/$(BIN)':"$$PATH" npm ci --loglevel=error && touch $@ \
	  || echo 'make: the tools of the web page cannot be fetched, so it is not checked, and tests that want axe-core will be skipped' >&2

.venv/.weights: .venv/.installed
	$(BIN)/uncial models pull uvdoc || echo 'make: uvdoc cannot be fetched, so the tests of curled pages will be skipped' >&2
	@touch $@

demo: .venv/.installed
	scripts/demo

serve: .venv/.installed
	$(BIN)/uncial serve

# The tests have a data folder of their own, with the one optional weight in it.
test: export XDG_DATA_HOME = $(CURDIR)/.venv/data
test: .venv/.tools .venv/.packages .venv/.weights node_modules/.package-lock.json
	$(BIN)/python -m pytest -n auto

check: export PATH := $(CURDIR)/$(BIN):$(PATH)
check: .venv/.tools node_modules/.package-lock.json
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(PAGE)/biome check --error-on-warnings
	$(PAGE)/tsc
	$(BIN)/mypy
	$(BIN)/mypy --allow-untyped-defs --allow-incomplete-defs tests
	$(BIN)/lint-imports
	$(BIN)/python scripts/licences.py
	$(BIN)/python scripts/links.py
	$(BIN)/python scripts/deploy_check.py

format: export PATH := $(CURDIR)/$(BIN):$(PATH)
format: .venv/.tools node_modules/.package-lock.json
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(PAGE)/biome check --write

bench: .venv/.tools
	$(BIN)/python benchmarks/memory.py
	$(if $(DATA),$(BIN)/python benchmarks/compare.py $(DATA) --peer-python $(PEERS) --keep build/bench --out benchmarks/results/latest)

clean:
	rm -rf .venv build node_modules
