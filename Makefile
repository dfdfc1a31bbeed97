# `make repro` sets up the environment and builds the dataset; `make test` sets up the environment and runs the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export DVC_NO_ANALYTICS := 1

.PHONY: repro test test-long check readme lock clean
.DELETE_ON_ERROR:

repro: $(VENV)/ready
	@dvc repro || { echo "make repro: a stage failed; the message above says which and why. Correct the problem and run the command again: finished stages are not repeated. (If DVC was killed and says that dvc.lock or rwlock is corrupted or busy: rm -f .dvc/tmp/rwlock; git checkout dvc.lock || rm dvc.lock)" >&2; exit 1; }
	@parley summary

test: $(VENV)/ready
	@python -m pytest

# The slow tests (killed runs, broken input of all kinds and sizes), and the property tests with new random examples.
test-long: $(VENV)/ready
	@python -m pytest -m "long or hypothesis" --hypothesis-profile default

# Lint, format and types.
check: $(VENV)/ready
	ruff check . && ruff format --check . && mypy pipeline

$(VENV)/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Parley needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Use another one: make PYTHON=python3.12 repro")'
	@echo "Setting up $(VENV) (once, a minute or two) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@{ python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt && \
	   python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; } || \
	   { echo "Setting up failed; the message above says why (is there a network connection?). Correct the problem and run make again." >&2; exit 1; }
	@touch $@

# Update the generated parts of README.md.
readme: $(VENV)/ready
	python -m tests.docs.readme

# Write requirements.txt from pyproject.toml, with hashes, for all platforms.
lock:
	@$(PYTHON) -m venv .venv-lock && .venv-lock/bin/python -m pip install --quiet uv
	.venv-lock/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --extra dev --extra scale --no-annotate --no-header -o requirements.txt pyproject.toml

clean:
	rm -rf data/interim data/models data/full data/published
