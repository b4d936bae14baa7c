SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PURPOSES := lint-python lint-types lint-layers lint-templates lint-django lint-locks lint-messages lint-names lint-openapi
CHECKED := DJANGO_SETTINGS_MODULE=reviewconsole.settings.testing PYTHONWARNINGS=ignore::RuntimeWarning

.PHONY: help run test test-brokers test-faults test-fleet lint format fuzz bench messages locks environment-run environment-dev python $(PURPOSES)

help:
	@echo "make run       start everything on this machine (http://127.0.0.1:8000/); Ctrl-C stops it"
	@echo "make test      run every test; sets up what they need"
	@echo "make test-brokers  the whole product on Redis, on RabbitMQ and on files; installs both from the system's packages"
	@echo "make test-faults   two thousand refunds to their payment while processes are killed; FAULTS_SEED repeats a run"
	@echo "make test-fleet    three web processes, four workers, two beats on PostgreSQL and RabbitMQ: refunds, kills, a backlog"
	@echo "make lint      check style, types, layers, templates, migrations, settings, locks, translations"
	@echo "make format    bring the code into shape"
	@echo "make fuzz      look for faults of the REST API for an hour or so; CONTRACT_SEED repeats a run"
	@echo "make bench     measure intake, refusals, import, webhooks, pages and claims"
	@echo "make messages  bring the translation files up to date with the code"
	@echo "make locks     resolve the dependencies of pyproject.toml again (needs the network)"
	@echo
	@echo "REVIEWCONSOLE_DATA_DIR, REVIEWCONSOLE_PORT, REVIEWCONSOLE_DEMO=0, DATABASE_URL: see docs/operate.md"

run: environment-run
	@exec $(BIN)/python -m reviewconsole.launcher

test: environment-dev
	@$(BIN)/python -m reviewconsole.launcher.translations
	@$(BIN)/python -m tests.chromium
	@$(BIN)/pytest -n 2 --dist loadgroup

test-brokers: environment-dev
	@$(BIN)/python -m reviewconsole.launcher.translations
	@$(BIN)/pytest -m brokers -n 0 tests/brokers

test-fleet: environment-dev
	@$(BIN)/python -m reviewconsole.launcher.translations
	@$(BIN)/python -m tests.fleet

test-faults: environment-dev
	@$(BIN)/python -m reviewconsole.launcher.translations
	@$(BIN)/pytest -m faults -n 0 -s tests/faults

lint: environment-dev
	@$(MAKE) --no-print-directory --keep-going $(PURPOSES)

lint-python:
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --quiet --check

lint-types:
	$(BIN)/mypy

lint-layers:
	$(BIN)/lint-imports --no-logo

lint-templates:
	$(BIN)/djlint --quiet --lint templates apps

lint-django:
	$(CHECKED) $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m tools.deploy_check

lint-locks:
	$(BIN)/python -m tools.locks

lint-messages:
	$(BIN)/python -m tools.messages --check

lint-names:
	$(BIN)/python -m tools.names

lint-openapi:
	$(BIN)/python -m tools.lint_openapi

format: environment-dev
	$(BIN)/ruff check --quiet --fix-only
	$(BIN)/ruff format --quiet

fuzz: environment-dev
	@$(BIN)/python -m reviewconsole.launcher.translations
	@CONTRACT_EXAMPLES=200 CONTRACT_SECONDS=7200 CONTRACT_SEED=$${CONTRACT_SEED:-$$RANDOM} \
		REVIEWCONSOLE_FUZZ_EXAMPLES=$${REVIEWCONSOLE_FUZZ_EXAMPLES:-300} $(BIN)/pytest tests/contract

bench: environment-dev
	@$(BIN)/python -m tests.bench

messages: environment-dev
	@$(BIN)/python -m tools.messages

locks: environment-dev
	@$(BIN)/python -m tools.locks --update

environment-run: python
	@$(PYTHON) tools/environment.py run

environment-dev: python
	@$(PYTHON) tools/environment.py dev

python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=…")'
