# Every target does its own set-up. Written for GNU make 3.81, which is what macOS has.
# Recipes name their program first and without a shell's help, so that Ctrl-C and the library path below reach it.

ifeq ($(shell uname),Darwin)
export DYLD_FALLBACK_LIBRARY_PATH := /opt/homebrew/lib:/usr/local/lib:/usr/lib
endif

# Where Python is told to keep nothing compiled, every server and worker that a test starts would compile it all again.
unexport PYTHONDONTWRITEBYTECODE

# A third process in `test`: that which drives the browser waits most of the time.
PYTEST := .venv/bin/python -m pytest --numprocesses 2
LOCK := .venv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header
THROWAWAY := env DATA_DIR=build/test-data EMBEDDED_FSYNC=off

NAMES_ICONS := $(shell find templates static clinic patients scheduling sessions reminders desk \
	-name '*.html' -o -name '*.js' -o -name '*.css' -o -name '*.py')

.DEFAULT_GOAL := help
.PHONY: help setup chromium run test test-fast test-crash lint screens bench bench-small lock clean

help: ## says this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

setup: .venv/installed node_modules/icons/icons.css ## installs the locked packages; costs nothing the second time

.venv/installed: requirements.lock scripts/setup.sh
	@scripts/setup.sh python

node_modules/installed: .venv/installed package-lock.json scripts/npm.sh
	@scripts/setup.sh front-end

node_modules/icons/icons.css: node_modules/installed scripts/fonts.py $(NAMES_ICONS)
	@.venv/bin/python scripts/fonts.py

chromium: setup
	@scripts/chromium.sh

run: setup ## starts the whole clinic with sample data; PORT and DATA_DIR move it
	@.venv/bin/python -m clinic.serve

test: setup chromium ## runs everything, browser included; of crashes and races see test-crash
	$(PYTEST) --numprocesses 3 -m "not crash"

test-fast: setup ## leaves the browser out
	$(PYTEST) -m "not e2e and not crash"

test-crash: setup ## kills servers, workers and engines, and lets dozens race for one slot
	$(PYTEST) -m crash

lint: setup ## checks style, floors, migrations, templates
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	$(THROWAWAY) .venv/bin/python manage.py makemigrations --check --dry-run
	.venv/bin/djlint templates --lint --quiet

screens: setup chromium ## pictures of every page into build/screens
	.venv/bin/python -m tests.screens

bench: setup chromium ## measures the budgets with 10,000 and 1,000,000 visits; takes half an hour
	.venv/bin/python -m tests.bench

bench-small: setup chromium ## the same with 10,000 and 20,000 visits, in two minutes
	.venv/bin/python -m tests.bench --small

lock: setup ## renews the lock files from pyproject.toml and package.json
	$(LOCK) --upgrade --all-extras --output-file requirements.lock
	$(LOCK) --upgrade --extra demo --constraint requirements.lock --output-file requirements-server.lock
	scripts/npm.sh update --package-lock-only

clean: ## removes what the other targets made; data/ stays
	rm -rf .venv node_modules build staticfiles .hypothesis .import_linter_cache .ruff_cache
