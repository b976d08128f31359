# Everything from a fresh clone, with git, make and any Python ≥ 3.9 on the path.
# uv lives in .bootstrap, the product in .venv; nothing is installed anywhere else.
SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
UV := .bootstrap/bin/uv
STAMP := $(VENV)/.ready
# The first Python of these on the path; else uv fetches one.
PYTHON ?= $(shell for version in 3.14 3.13 3.12; do \
	for path in $$(which -a python$$version 2>/dev/null); do \
	$$path -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && { echo $$path; exit; }; \
	done; done; echo 3.13)
# Modules are compiled once: tests start the command a hundred times.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo serve test bench oracles spark lint format messages wheel audit lock clean fuzz ledgers mutants endure contract

help: ## Show what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(STAMP) ## Make the environment (instant the second time)

$(UV):
	@echo "Preparing uv, in .bootstrap"
	@python3 -m venv .bootstrap || { echo "python3 lacks venv: install python3-venv" >&2; exit 1; }
	@.bootstrap/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes --requirement tools/build.lock

$(STAMP): $(UV) requirements.lock pyproject.toml
	@echo "Preparing the environment, in $(VENV), with Python $(PYTHON)"
	@$(UV) venv --quiet --clear --python $(PYTHON) $(VENV)
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

demo: $(STAMP) ## Serve the demonstration (PORT, PORTULAN_DATA are honoured)
	@$(BIN)/portulan demo

serve: $(STAMP) ## Serve your own organisation
	@$(BIN)/portulan serve

test: $(STAMP) ## Run the tests, in an order drawn each time (SEED plays one again; LONG=1 for all)
	@seed=$${SEED:-$$(date +%s)}; $(BIN)/pytest -n 2 --dist loadgroup --randomly-seed=$$seed $(if $(LONG)$(TESTS),,-m "not long") $(or $(TESTS),tests) || \
		{ echo "in the order of SEED=$$seed" >&2; exit 1; }

bench: $(STAMP) ## Measure the speed, in one table (ONLY=pages for a part)
	@$(BIN)/python -m tests.bench $(ONLY)

oracles: $(STAMP) ## Install other solvers apart, to be checked against and measured beside
	@$(UV) venv --quiet --clear --python $(BIN)/python .oracles
	@$(UV) pip sync --quiet --python .oracles/bin/python --require-hashes tests/oracles/requirements.lock

spark: $(STAMP) ## Install Spark apart, for the tests that make the public accounts on it (needs Java)
	@command -v java >/dev/null || { echo "Spark needs Java 17" >&2; exit 1; }
	@test -x .spark/bin/python || { $(UV) venv --quiet --python $(BIN)/python .spark && \
		$(UV) pip install --quiet --python .spark/bin/python 'pyspark>=4,<5'; }

# All are run, whichever fails, and each says what it found in one piece.
GATES := style layout templates layers types migrations sentences size addresses
# Silent where all is well.
TELL := tell() { said=$$("$$@" 2>&1) || { echo "$$said" >&2; return 1; }; }; tell

lint: $(STAMP) ## Run every gate that does not run the product
	@$(MAKE) --no-print-directory --keep-going $(GATES:%=lint-%)

.PHONY: $(GATES:%=lint-%)
lint-style: $(STAMP)
	@$(TELL) $(BIN)/ruff check --quiet .
lint-layout: $(STAMP)
	@$(TELL) $(BIN)/ruff format --check --quiet .
lint-templates: $(STAMP)
	@$(TELL) $(BIN)/djade --check --target-version 6.1 $$(git ls-files 'src/*.html')
lint-layers: $(STAMP)
	@$(TELL) $(BIN)/lint-imports --no-logo
# What mypy keeps names models by module: a renamed one would be looked for where it was.
MODELS = $(shell echo $(sort $(wildcard src/portulan/*/models.py src/portulan/*/models/*.py)) | git hash-object --stdin)
lint-types: $(STAMP)
	@$(TELL) $(BIN)/mypy --no-error-summary --cache-dir .mypy_cache/$(MODELS)
lint-migrations: $(STAMP)
	@mkdir -p .lint-data && export PORTULAN_SECRET_KEY=lint PORTULAN_DATA=.lint-data && $(TELL) $(BIN)/python -m django \
		makemigrations --settings portulan.config.settings --check --dry-run --verbosity 1
lint-sentences: $(STAMP)
	@$(TELL) $(BIN)/python tools/messages.py --check
lint-size: $(STAMP)
	@$(TELL) $(BIN)/python tools/house.py --check
lint-addresses:
	@if grep -niE 'https?://' requirements.lock tests/*/requirements.lock $(wildcard tools/*.lock); then echo "a lock names an address" >&2; exit 1; fi

format: $(STAMP) ## Format the code and the templates
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .
	@$(BIN)/djade --target-version 6.1 $$(git ls-files 'src/*.html')

messages: $(STAMP) ## Collect the sentences to translate, and compile them
	@$(BIN)/python tools/messages.py

wheel: $(STAMP) .supply/.ready ## Build the wheel and its bill of materials in dist, and try it in a place of its own
	@rm -rf dist .wheel
	@$(UV) build --quiet --wheel --build-constraints tools/build.lock --require-hashes --out-dir dist
	@$(UV) venv --quiet --python $(BIN)/python .wheel
	@umask 077 && $(UV) build --quiet --wheel --build-constraints tools/build.lock --require-hashes --out-dir .wheel/again
	@cmp dist/*.whl .wheel/again/*.whl  # the same source, the same bytes
	@cd dist && for wheel in *.whl; do lock="$${wheel%-py3*}.lock" && \
		echo "./$$wheel --hash=sha256:$$(sha256sum "$$wheel" | cut -c1-64)" > "$$lock" && \
		../$(UV) pip compile ../pyproject.toml --quiet --all-extras --constraint ../requirements.lock --universal \
			--python-version 3.12 --generate-hashes --no-annotate --no-header >> "$$lock"; done
	@$(UV) pip install --quiet --python .wheel/bin/python --constraint requirements.lock dist/*.whl
	@$(BIN)/python tools/bill.py dist
	@.supply/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --short-PURLs \
		--output-file "$$(echo dist/*.whl | sed 's/-py3-none-any.whl/.cdx.json/')" .wheel/bin/python
	@cd .wheel && PORTULAN_DATA=data bin/portulan demo --no-serve && PORTULAN_DATA=data bin/portulan doctor
	@rm -rf .wheel

audit: $(STAMP) .supply/.ready ## Look for known weaknesses of what the lock pins (WRITE=1 keeps what is found, for a release)
	@.supply/bin/python tools/audit.py $(if $(WRITE),--write)

.supply/.ready: $(STAMP) tools/supply.lock
	@$(UV) venv --quiet --clear --python $(BIN)/python .supply
	@$(UV) pip sync --quiet --python .supply/bin/python --require-hashes tools/supply.lock
	@touch $@

lock: $(UV) ## Pin the dependencies again (UPGRADE=1 moves them)
	@$(UV) pip compile pyproject.toml --quiet --all-extras --group dev --group e2e --universal \
		--python-version 3.12 --generate-hashes --no-annotate --no-header $(if $(UPGRADE),--upgrade) \
		--output-file requirements.lock
	@$(UV) pip compile tests/oracles/requirements.in --quiet --universal --python-version 3.12 \
		--generate-hashes --no-annotate --no-header $(if $(UPGRADE),--upgrade) \
		--output-file tests/oracles/requirements.lock
	@$(UV) pip compile tests/schemathesis/requirements.in --quiet --universal --python-version 3.12 \
		--generate-hashes --no-annotate --no-header $(if $(UPGRADE),--upgrade) \
		--output-file tests/schemathesis/requirements.lock
	@$(UV) pip compile pyproject.toml --quiet --extra postgres --extra sso --extra timestamp --universal \
		--python-version 3.12 --generate-hashes --no-annotate --no-header --constraint requirements.lock \
		--output-file tools/container.lock
	@for name in build supply; do $(UV) pip compile tools/$$name.in --quiet --universal --python-version 3.12 \
		--generate-hashes --no-annotate --no-header $(if $(UPGRADE),--upgrade) --output-file tools/$$name.lock; done

ledgers: $(STAMP) ## Score a reader on made-up finance exports with known truths (SEED=1 EACH=4 READER="…")
	@$(BIN)/python tools/ledgers.py make .ledgers --seed $(or $(SEED),1) --each $(or $(EACH),4)
	@PATH=$(BIN):$$PATH $(BIN)/python tools/ledgers.py score .ledgers $(if $(READER),--reader '$(READER)')

fuzz: $(STAMP) ## Fuzz the readers (READERS=totem, TIME=60 seconds each; Linux)
	@test -x .fuzz/venv/bin/python || { $(UV) venv --quiet --python $(BIN)/python .fuzz/venv && \
		$(UV) pip install --quiet --python .fuzz/venv/bin/python 'atheris>=3' -r requirements.lock && \
		$(UV) pip install --quiet --python .fuzz/venv/bin/python --no-deps --editable .; }
	@.fuzz/venv/bin/python tools/fuzz.py $(or $(TIME),60) $(READERS)

mutants: $(STAMP) ## Put small faults in the rules: would a test fail? (ONLY=states, EACH=25, TIME=minutes, SEED=1)
	@test -x .mutants/venv/bin/python || { $(UV) venv --quiet --python $(BIN)/python .mutants/venv && \
		$(UV) pip install --quiet --python .mutants/venv/bin/python 'cosmic-ray>=8.7,<9' -r requirements.lock && \
		$(UV) pip install --quiet --python .mutants/venv/bin/python --no-deps --editable .; }
	@.mutants/venv/bin/python tools/mutants.py $(if $(TIME),--minutes $(TIME)) $(if $(EACH),--each $(EACH)) \
		$(if $(SEED),--seed $(SEED)) $(ONLY)

contract: $(STAMP) .schemathesis/.ready ## Send to the API what its contract allows, and what it does not (TIME=240 SEED=1)
	@$(BIN)/python tools/contract.py $(or $(TIME),240) $(or $(SEED),1)

.schemathesis/.ready: $(STAMP) tests/schemathesis/requirements.lock
	@$(UV) venv --quiet --clear --python $(BIN)/python .schemathesis
	@$(UV) pip sync --quiet --python .schemathesis/bin/python --require-hashes tests/schemathesis/requirements.lock
	@touch $@

endure: $(STAMP) ## Try what takes minutes: kills, slow clients, memory, a large import (ONLY=killed:backup for one)
	@$(BIN)/python -m tests.endure $(ONLY)

clean: ## Remove the environment and the caches
	@rm -rf .venv .bootstrap .fuzz .mutants .mypy_cache .ruff_cache .hypothesis .import_linter_cache dist .wheel .ledgers .supply .schemathesis
