# Everything runs from here. `make demo` and `make test` need Python 3.11+, Node 20+ and make.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help

.PHONY: help setup demo serve check check-python check-frontend test test-long bench bench-models types compose-check clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.venv/.installed: pyproject.toml constraints.txt
	@echo "[setup] Python packages"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --upgrade pip
	@$(BIN)/python -m pip install -q -c constraints.txt torch
	@$(BIN)/python -m pip install -q -c constraints.txt -e '.[ml,dev]'
	@touch $@

frontend/node_modules/.installed: frontend/package.json frontend/package-lock.json
	@echo "[setup] frontend packages"
	@cd frontend && npm ci --no-fund --no-audit --loglevel=error
	@touch $@

FRONTEND_SOURCES := $(shell find frontend/src frontend/public -type f 2>/dev/null) \
	$(wildcard frontend/index.html frontend/vite.config.ts)

frontend/dist/index.html: frontend/node_modules/.installed $(FRONTEND_SOURCES)
	@echo "[setup] building the frontend"
	@cd frontend && npm run --silent build -- --logLevel error
	@touch $@

setup: .venv/.installed frontend/dist/index.html ## install packages, build the frontend

demo: setup ## fill a demo project and serve it; prints address and accounts
	@exec $(BIN)/python scripts/demo.py

serve: setup ## serve the installation in ACCORD_DATA_DIR without demo content
	@exec $(BIN)/python scripts/demo.py --no-seed

check-python: .venv/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy cmrkit ml_workers portal api
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

check-frontend: frontend/node_modules/.installed
	cd frontend && npm run --silent check

check: check-python check-frontend ## style, types, boundaries, migrations, frontend tests
	$(BIN)/python -m pytest -q tests/architecture tests/unit

test: setup ## install and pass every test
	@bash scripts/test.sh

test-long: setup ## the full counts behind the seeded samples of make test
	@ACCORD_LONG=1 $(BIN)/python -m pytest -q -m long tests
	@$(BIN)/python -m pytest -q --disable-warnings -n 2 --dist loadfile -m "not browser and not long" tests/integration tests/reliability

bench: setup ## measure speed beside peers; JSON in bench/results
	@bash -c 'source scripts/test_servers.sh && exec $(BIN)/python -m bench'

bench-models: .venv/.installed ## measure the shipped models; into their cards and bench/results
	@$(BIN)/python -m bench.models

types: .venv/.installed frontend/node_modules/.installed ## regenerate the API types of the frontend
	@$(BIN)/python manage.py spectacular --file docs/openapi.yaml --validate
	@$(BIN)/python manage.py write_protocol_schema docs/protocol.schema.json
	@cd frontend && npx openapi-typescript ../docs/openapi.yaml -o src/api/schema.d.ts

clean: ## remove what setup made; data is kept
	rm -rf .venv frontend/node_modules frontend/dist
