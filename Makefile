# Everything runs in .venv, which each target makes from pinned and hashed requirements when it must.

PYTHON ?= python3
PORT ?= 8000
SECONDS ?= 120
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test check format benchmark docs chaos screenshots requirements clean

help: ## Say what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 22

demo: $(VENV)/runtime ## Run everything on this machine, with a stand-in platform (PORT=9000 for another port)
	@$(BIN)/leadform demo --port $(PORT)

test: $(VENV)/development ## Run every test, on SQLite and PostgreSQL (TEST_DATABASE_URL=… for a server of yours)
	$(BIN)/pytest -n auto --dist loadfile -q -r fEs

check: $(VENV)/development ## Run all that CI runs: ruff, mypy, import-linter, tests with their coverage
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto --dist loadfile -q -r fEs --cov --cov-report=term --cov-fail-under=95

format: $(VENV)/development ## Format the code, and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

benchmark: $(VENV)/development ## Measure what a claim costs while many deliveries are queued
	$(BIN)/python -m benchmarks.claim_cost

docs: $(VENV)/development ## Write the table of properties into docs/forms.md
	$(BIN)/python -m tests.documentation

chaos: $(VENV)/development ## Kill and lie at random for minutes, and balance the books (SECONDS=600 SEED=1 for more)
	$(BIN)/python -m tests.faults --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

screenshots: $(VENV)/development ## Take the README's pictures of the running demonstration
	$(BIN)/python -m tests.screenshots

COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command 'make requirements'

requirements: $(VENV)/development ## Pin the newest versions that pyproject.toml allows
	$(BIN)/$(COMPILE) --upgrade pyproject.toml --group install --output-file requirements.txt
	$(BIN)/$(COMPILE) --upgrade pyproject.toml --group install --group dev --constraint requirements.txt \
		--output-file requirements-dev.txt
	$(BIN)/$(COMPILE) --group setup --constraint requirements-dev.txt --output-file requirements-setup.txt

clean: ## Remove the virtual environment and what the tools keep
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage*

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "leadform needs Python 3.11 or newer: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "Python's venv module is missing: on Debian and Ubuntu, apt install python3-venv"; exit 1; }

# uv installs in seconds what takes pip a minute; where uv finds no packages, pip may know a mirror of its own.
define install
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1) \
		|| $(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r $(1)
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
endef

$(VENV)/setup: requirements-setup.txt $(VENV)/bin/python
	@echo "Setting up (once, less than a minute) …"
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements-setup.txt
	@touch $@

$(VENV)/runtime: requirements.txt pyproject.toml $(VENV)/setup
	$(call install,requirements.txt)

$(VENV)/development: requirements-dev.txt pyproject.toml $(VENV)/setup
	$(call install,requirements-dev.txt)
