# `make repro` sets up the environment and builds the dataset; `make test` sets up the environment and runs the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export DVC_NO_ANALYTICS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Python compiles the modules that it imports; compiling all of them here would take longer, and 200 MB.
# Wheels only: to build a package is to run its code, with tools that no list pins.
INSTALL := python -m pip install --quiet --no-compile --no-deps --require-hashes --only-binary :all:
FAILED := { echo "Setting up failed; the message above says why (is there a network connection?). Correct the problem and run make again." >&2; exit 1; }

.PHONY: repro test test-long check readme lock clean
.DELETE_ON_ERROR:

repro: $(VENV)/ready
	@dvc repro || { echo "make repro: a stage failed; the message above says which and why. Correct the problem and run the command again: finished stages are not repeated. (If DVC was killed and says that dvc.lock or rwlock is corrupted or busy: rm -f .dvc/tmp/rwlock; git checkout dvc.lock || rm dvc.lock)" >&2; exit 1; }
	@parley summary

test: $(VENV)/ready-test
	@python -m pytest

# The slow tests (killed runs, broken input of all kinds and sizes, builds of projects other than the sample), and the property tests with new random examples.
test-long: $(VENV)/ready-test
	@python -m pytest -m "long or hypothesis" --hypothesis-profile default

# Lint, format and types.
check: $(VENV)/ready-test
	ruff check . && ruff format --check . && mypy pipeline

# What the pipeline needs. The lists of packages are complete, so pip need not look for more.
$(VENV)/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Parley needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Use another one: make PYTHON=python3.12 repro")'
	@echo "Setting up $(VENV) (once, about two minutes) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@{ $(INSTALL) -r requirements.txt && python -m pip install --quiet --no-deps --no-build-isolation -e .; } || $(FAILED)
	@touch $@

# What the tests need besides.
$(VENV)/ready-test: $(VENV)/ready requirements-test.txt
	@echo "Adding what the tests need to $(VENV) (once) ..."
	@$(INSTALL) -r requirements-test.txt || $(FAILED)
	@touch $@

# Update the generated parts of README.md and docs/.
readme: $(VENV)/ready
	python -m tests.docs.readme

# Write requirements.txt, and what the tests and the training need besides, from pyproject.toml: with hashes, for all
# platforms. What is pinned stays, unless it is asked for: `make lock UPGRADE=--upgrade`.
lock:
	@$(PYTHON) -m venv .venv-lock && .venv-lock/bin/python -m pip install --quiet uv
	$(LOCK) -o requirements.txt pyproject.toml
	$(LOCK) --extra dev --extra scale -c requirements.txt $(BESIDES) -o requirements-test.txt pyproject.toml
	$(LOCK) --extra train -c requirements.txt $(BESIDES) -o requirements-train.txt pyproject.toml
	@{ echo "-r requirements.txt"; cat requirements-test.txt; } > requirements-test.tmp && mv requirements-test.tmp requirements-test.txt
# What requirements.txt has is not written again.
BESIDES = $$(sed -n 's/^\([^ =]*\)==[^ ;]* \\$$/--no-emit-package \1/p' requirements.txt)
# DVC loads hydra-core for `dvc exp run --set-param` alone, and it needs a package that has no wheel. Each environment has pip.
LEFT_OUT := --no-emit-package pip --no-emit-package hydra-core --no-emit-package omegaconf --no-emit-package antlr4-python3-runtime
LOCK := .venv-lock/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-annotate --no-header $(LEFT_OUT) $(UPGRADE)

clean:
	rm -rf data/interim data/models data/full data/published
