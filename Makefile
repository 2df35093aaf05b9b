# Two commands matter: `make run` and `make test`. Both make the environment first.
PYTHON ?= python3
BIN := .venv/bin
# Each start would compile some five hundred modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run dev test bench chaos lint types lock audit licences

run: .venv/run.stamp
	$(BIN)/mosaic up

dev: .venv/dev.stamp
	$(BIN)/mosaic dev

test: .venv/dev.stamp
	$(BIN)/python -m tests.programs
	$(BIN)/pytest -n 2 --dist worksteal

bench: .venv/dev.stamp
	$(BIN)/python -m tests.programs
	$(BIN)/python -m tests.bench

chaos: .venv/dev.stamp
	$(BIN)/python -m tests.programs
	$(BIN)/python -m tests.chaos

lint: .venv/dev.stamp
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: .venv/dev.stamp
	$(BIN)/mypy

lock: .venv/dev.stamp
	$(BIN)/uv pip compile pyproject.toml $(COMPILE) --extra build -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml $(COMPILE) --extra build --extra traces -o requirements-traces.txt
	$(BIN)/uv pip compile pyproject.toml $(COMPILE) --extra build --extra dev -o requirements-dev.txt

# Known weaknesses of the packages at their versions; strict, as a package that the service does not
# know would count as one without any.
audit: .venv/dev.stamp
	$(BIN)/uv tool run pip-audit==2.10.1 --strict --disable-pip -r requirements-dev.txt

licences: .venv/dev.stamp
	$(BIN)/python -m tests.dependencies

COMPILE := --universal --generate-hashes --python-version 3.11 --quiet \
	--no-header --no-emit-index-url --no-annotate

.venv/run.stamp: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info < (3, 11) and sys.exit("Mosaic runs on Python 3.11 or newer. Name one: make PYTHON=python3.12")'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python comes without venv. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Bringing what Mosaic is made of into .venv, once. This takes a minute or two."
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/dev.stamp: requirements-dev.txt .venv/run.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	touch $@
