# Everything runs in .venv, which each target makes from pinned and hashed requirements when it must.

PYTHON ?= python3
PORT ?= 8000
SECONDS ?= 120
FAULTS ?= 3
VENV := .venv
BIN := $(VENV)/bin

# More than there are processors, since what takes longest waits: for processes, for a database, for time to pass.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(2 * (os.cpu_count() or 1))')
PARALLEL = -n $(WORKERS) --dist worksteal
# What a browser and the explorer do is done by other tests too, and takes them twice as long where it is measured.
UNMEASURED := tests/journeys tests/explorer

.DEFAULT_GOAL := help
.PHONY: help demo test check slow long audit format benchmark trace costs docs messages chaos explore screenshots requirements clean

help: ## Say what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 22

demo: $(VENV)/runtime ## Run everything on this machine, with a stand-in platform (PORT=9000 for another port)
	@$(BIN)/leadform demo --port $(PORT)

test: $(VENV)/development ## Run the quick tests, on SQLite and PostgreSQL (TEST_DATABASE_URL=… for a server of yours)
	$(BIN)/pytest $(PARALLEL) -q -r fEs -m "not long"

check: $(VENV)/development ## Run what must pass before a change lands: ruff, mypy, import-linter, the quick tests with their coverage, every schedule with two faults
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest $(PARALLEL) -q -r fEs -m "not long" $(UNMEASURED:%=--ignore=%) --cov --cov-report=term --cov-fail-under=98
	$(BIN)/pytest $(PARALLEL) -q -r fEs -m "not long" $(UNMEASURED)
	$(BIN)/python -m tests.explorer --faults 2 --world enquiry --world amendment

slow: $(VENV)/development ## Run the tests that take long: processes that are killed, rare ways of browsing, the wheel
	$(BIN)/pytest $(PARALLEL) -q -r fEs -m long

long: slow audit explore ## Run everything that takes long: the slow tests, the audit, every schedule with three faults

audit: $(VENV)/audit node_modules/.package-lock.json ## Hold every page to axe, the Nu HTML checker and Lighthouse (with Chromium and Java)
	$(BIN)/pytest tests/audits -q -r fEs --show-capture=no

format: $(VENV)/development ## Format the code, and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

benchmark: $(VENV)/development ## Measure what a claim costs while many are queued, how soon a silent database is noticed, and how quickly commands start
	$(BIN)/python -m benchmarks.claim_cost
	$(BIN)/python -m benchmarks.silence
	$(BIN)/python -m benchmarks.start_up

trace: $(VENV)/development ## Show which modules and functions one enquiry passes, and how often each answer is parsed
	@$(BIN)/python -m tools.trace_post

costs: $(VENV)/development ## Measure the worst that each field can cost to read, and write it into docs/security.md
	$(BIN)/python -m benchmarks.reading_cost

docs: $(VENV)/development ## Write the table of properties into docs/forms.md
	$(BIN)/python -m tools.documentation

# The catalogs hold messages alone: no dates, places or names of tools that would change by themselves.
POT := $(VENV)/leadform.pot
CATALOGS := webapp/languages/catalogs

messages: $(VENV)/development ## Gather what visitors read into the catalogs, to be translated there
	$(BIN)/pybabel --quiet extract -F pyproject.toml -k gettext -k N_ --omit-header --no-location --sort-output \
		--output-file $(POT) .
	for language in de fr es ar; do \
		$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --omit-header \
			-i $(POT) -l $$language -o $(CATALOGS)/$$language.po || exit 1; \
	done

chaos: $(VENV)/development ## Kill and lie at random for minutes, and balance the books (SECONDS=600 SEED=1 for more)
	$(BIN)/python -m tests.faults --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

explore: $(VENV)/development ## Go through every schedule with at most FAULTS=3 faults, then find what each missing safeguard breaks
	$(BIN)/python -m tests.explorer --faults $(FAULTS) --world enquiry --world amendment
	$(BIN)/python -m tests.explorer --faults 2 --world amendments
	$(BIN)/python -m tests.explorer --mutants

screenshots: $(VENV)/development ## Take the pictures of every page, the README's among them
	$(BIN)/python -m tools.screenshots

COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-strip-extras --custom-compile-command 'make requirements'

requirements: $(VENV)/audit ## Pin the newest versions that pyproject.toml allows
	$(BIN)/$(COMPILE) --upgrade pyproject.toml --group install --output-file requirements.txt
	$(BIN)/$(COMPILE) --upgrade pyproject.toml --group install --group dev --constraint requirements.txt \
		--output-file requirements-dev.txt
	$(BIN)/$(COMPILE) --group setup --constraint requirements-dev.txt --output-file requirements-setup.txt
	$(BIN)/$(COMPILE) --group audit --constraint requirements-dev.txt --output-file requirements-audit.txt
	$(BIN)/npm install --package-lock-only --save-dev --save-exact lighthouse@latest vnu-jar@latest
	$(BIN)/node -e 'const fs=require("fs"),f="package-lock.json";fs.writeFileSync(f,JSON.stringify(JSON.parse(fs.readFileSync(f,"utf8")),(k,v)=>k==="funding"?undefined:v,2)+"\n")'

clean: ## Remove the virtual environment and what the tools keep
	rm -rf $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage*

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "leadform needs Python 3.11 or newer: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "Python's venv module is missing: on Debian and Ubuntu, apt install python3-venv"; exit 1; }

# uv installs in seconds what takes pip a minute, and compiles modules only when told to, as pip always does;
# where it finds no packages, pip may know a mirror of its own.
define install
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r $(1) \
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

$(VENV)/audit: requirements-audit.txt $(VENV)/development
	$(call install,requirements-audit.txt)

node_modules/.package-lock.json: package.json package-lock.json .npmrc $(VENV)/audit
	@$(BIN)/npm ci --loglevel=error
	@touch $@
