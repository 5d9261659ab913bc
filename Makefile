# Bouncebook is built, run, tested and measured from here; `make` alone lists how.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 2
# Requests that run at once in a worker; more wait. (--backpressure would count idle visitors too.)
THREADS ?= 64
VAR_DIR ?= var
CORPUS ?= ../shared/corpus
export VAR_DIR

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes
# With extras: pip takes `coverage[toml]` for another package than a pinned `coverage`, and refuses it
# on the day when a newer one is out.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-strip-extras --custom-compile-command 'make lock' $(UPGRADE)

.PHONY: help setup run test lint check-site test-sqlite test-postgres coverage bench score lock

help:
	@echo "make setup     the environment in .venv; starts nothing"
	@echo "make run       the site with its starter content (HOST=$(HOST) PORT=$(PORT))"
	@echo "make test      linters, checks, and the tests on SQLite, in Chromium and on PostgreSQL"
	@echo "make coverage  what the tests reach"
	@echo "make bench     how fast a bounce is diagnosed"
	@echo "make score     how right it is, where $(CORPUS) is there"
	@echo "make lock      pin the dependencies again (UPGRADE=--upgrade: the newest)"

setup: .venv/run-installed $(VAR_DIR)/secret-key

run: export SITE_URL ?= http://$(patsubst 0.0.0.0,127.0.0.1,$(HOST)):$(PORT)
run: setup
	@# granian would share a port that another one holds, and each would get half the visitors.
	@$(BIN)/python -c 'import socket; exit(not socket.socket().connect_ex(("$(HOST)", $(PORT))))' || { \
		echo "Something answers at $(HOST):$(PORT) already. Another port: make run PORT=8001" >&2; \
		exit 1; }
	$(MANAGE) migrate --verbosity 0
	$(MANAGE) install_content
	$(MANAGE) collectstatic --noinput --verbosity 0
	@echo
	@echo "Bouncebook answers at $(SITE_URL) until you press Ctrl-C."
	@echo "To edit, make yourself an account once: $(MANAGE) createsuperuser"
	@echo
	@exec $(BIN)/granian --interface wsgi --host $(HOST) --port $(PORT) --workers $(WORKERS) \
		--blocking-threads $(THREADS) --no-ws --log-level error config.wsgi:application

test: .venv/test-installed $(VAR_DIR)/secret-key
	@$(MAKE) --no-print-directory lint check-site test-sqlite test-postgres

lint: .venv/test-installed
	@echo "== ruff check"
	@$(BIN)/ruff check --output-format concise
	@echo "== ruff format --check"
	@$(BIN)/ruff format --check
	@echo "== mypy"
	@$(BIN)/mypy
	@echo "== lint-imports"
	@$(BIN)/lint-imports

# As in production, with a secret of its own and no database.
check-site: export SITE_URL = https://bouncebook.example
check-site: export ALLOWED_HOSTS = bouncebook.example
check-site: export DATABASE_URL = sqlite://:memory:
check-site: .venv/test-installed
	@echo "== manage.py check --deploy"
	@export SECRET_KEY="$$($(NEW_SECRET))"; \
		$(MANAGE) check --deploy --fail-level WARNING && \
		echo "== manage.py makemigrations --check" && \
		$(MANAGE) makemigrations --check --dry-run

test-sqlite: .venv/test-installed
	@echo "== Chromium"
	@$(BIN)/python tests/install_browser.py
	@echo "== pytest on SQLite"
	@env -u DATABASE_URL $(BIN)/python -m pytest

test-postgres: .venv/test-installed
	@echo "== pytest on PostgreSQL"
	@$(BIN)/python tests/with_postgres.py $(BIN)/python -m pytest -m "not browser"

coverage: .venv/test-installed
	@env -u DATABASE_URL $(BIN)/python -m pytest --cov --cov-report=
	@$(BIN)/python tests/with_postgres.py \
		$(BIN)/python -m pytest -m "not browser" --cov --cov-append --cov-report=term-missing:skip-covered

bench: .venv/test-installed $(VAR_DIR)/secret-key
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

score: setup
	@if [ -d $(CORPUS) ]; then \
		$(MANAGE) triage $(CORPUS)/emails.jsonl $(CORPUS)/texts.jsonl \
			--output $(VAR_DIR)/predictions.jsonl --knowledge fixtures && \
		$(BIN)/python $(CORPUS)/score.py $(VAR_DIR)/predictions.jsonl $(CORPUS); \
	else \
		echo "There is no corpus at $(CORPUS), so there is nothing to score."; \
	fi

lock: .venv/lock-installed
	$(COMPILE) pyproject.toml -o requirements/run.txt
	$(COMPILE) pyproject.toml --group test -c requirements/run.txt -o requirements/test.txt
	$(COMPILE) --group lock -o requirements/lock.txt

# Made once, and again only when what it is made from has changed.

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || \
		{ echo "Bouncebook needs Python 3.11 or newer; there is no $(PYTHON) here." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Bouncebook needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
		echo "Name a newer one: make setup PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments." >&2; \
		echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/%-installed: requirements/%.txt | .venv/bin/python
	$(INSTALL) -r $<
	@touch $@

NEW_SECRET := $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))'

$(VAR_DIR)/secret-key: | .venv/bin/python
	@mkdir -p $(@D)
	@umask 077 && $(NEW_SECRET) > $@.new && mv $@.new $@
	@echo "Made a secret for this site: $@"
