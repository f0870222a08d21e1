# Start with `make contract` or `make test`. Both create the environment first.

PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
PY := $(BIN)/python
SDK := $(subst .venv,.venv-sdk,$(BIN))/python
RELEASE := $(subst .venv,.venv-release,$(BIN))/python
READY := .venv/ready
RELEASE_READY := .venv-release/ready
SDK_READY := .venv-sdk/ready
DOCS := $(subst .venv,.venv-docs,$(BIN))/python
DOCS_READY := .venv-docs/ready
CHECKERS := $(subst .venv,.venv-types,$(BIN))/python
CHECKERS_READY := .venv-types/ready
DOCUMENT := openapi/security-copilot.yaml
# Most modules are never imported, and the others are compiled when they are.
INSTALL := -m pip install --quiet --disable-pip-version-check --no-compile
# Containers like to set it. Then each of the many processes of the tests compiles all modules again.
unexport PYTHONDONTWRITEBYTECODE
# For all systems, since each has packages of its own; and without the name of the index.
LOCK := pyproject.toml --extra contract --group dev --constraint constraints.txt --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
SPECTRAL := @stoplight/spectral-cli@6.16.3
REDOCLY := @redocly/cli@2.77.0

.PHONY: help contract test nightly bench curve plan cases agree fidelity seeds outcomes stock upstream newest sdk languages consumer release-check owner breaking generators transcripts breaks screenshot swagger-ui generate overrides drift lint lint-document lint-workflows audit docs types format serve constraints clean

help: ## Show this help.
	@$(PYTHON) -c "import re; [print(f'make {t:<15}{d}') for t, d in re.findall(r'^([a-z-]+):.*?## (.+)', open('Makefile').read(), re.M)]"

contract: $(READY) ## Check drift and the emulator, and show how many broken servers the checks catch.
	$(PY) -m tests.programs.contract

test: $(READY) ## Run the tests.
	$(PY) -m pytest

nightly: $(READY) ## Run the tests that take too long for every change.
	$(PY) -m pytest -m nightly
	$(PY) -m tests.programs.agree 10000
	$(PY) -m tests.programs.fidelity
	$(PY) -m tests.programs.cases

generate: $(READY) ## Generate generated/ from the document.
	$(PY) openapi/generate.py

bench: $(READY) ## Measure client, mock, transport, checks and emulator against baselines (httpx, json.loads, Schemathesis).
	$(PY) -m tests.programs.bench.client
	$(PY) -m tests.programs.bench.mock
	$(PY) -m tests.programs.bench.transport
	$(PY) -m tests.programs.bench.check
	$(PY) -m tests.programs.bench.emulator

curve: $(READY) ## Show how many broken servers the live profile catches after each request.
	$(PY) -m tests.programs.matrix --curve

plan: $(READY) ## Choose the steps of the live profile anew, by the broken servers that they catch.
	$(PY) -m tests.programs.choose

cases: $(READY) ## Count the broken servers of a sample that generated cases catch by themselves.
	$(PY) -m tests.programs.cases

agree: $(READY) ## Compare document, emulator, mock and client on generated messages (COUNT=10000 SEED=...).
	$(PY) -m tests.programs.agree $(or $(COUNT),10000) $(SEED)

fidelity: $(READY) ## Show what learn and compare find out about recordings of broken and of valid servers.
	$(PY) -m tests.programs.fidelity

seeds: $(READY) ## Search for false alarms: the emulator with 200 seeds (or COUNT=20), and other valid servers.
	$(PY) -m tests.programs.seeds $(COUNT)

outcomes: $(READY) ## Show with which broken servers a caller's day still works, and where it stops with the others.
	$(PY) -m tests.programs.outcomes

stock: $(READY) ## Record which of the new broken servers plain Schemathesis catches.
	$(PY) -m tests.programs.matrix --stock

upstream: $(READY) ## Compare what Microsoft publishes with the facts (UPSTREAM=folder ONLY=csdl,permissions RECORD=1).
	$(PY) -m tests.programs.upstream $(UPSTREAM) $(if $(ONLY),--only $(ONLY)) $(if $(RECORD),--record)

newest: ## Pin and install the newest libraries and tools, the generator included, and generate the client with them.
	$(PYTHON) -m tests.programs.newest
	$(MAKE) constraints
	$(PY) openapi/generate.py --overrides
	$(PY) openapi/generate.py

sdk: $(READY) $(SDK_READY) ## Run Microsoft's SDK against the emulator (installs about 800 MB into .venv-sdk).
	$(PY) -m tests.programs.sdk $(SDK)

languages: $(READY) ## Execute the page on other languages: curl, TypeScript, Microsoft's JavaScript SDK (needs npm and jq).
	$(PY) -m tests.programs.languages

consumer: $(READY) ## Build and install the wheel, test an example application with it, and print sizes and times.
	$(PY) -m tests.programs.consumer $(wildcard $(SDK))

release-check: $(RELEASE_READY) ## Build and check all that a release would publish, without publishing.
	$(RELEASE) -m tests.programs.release check

owner: $(READY) ## Put OWNER=name in the place of the placeholder OWNER, in all files.
	$(PY) -m tests.programs.release owner $(or $(OWNER),$(error name one: make owner OWNER=name))

breaking: $(READY) ## Report breaking changes since BASE=<git ref>, by default the last tag, or main.
	$(PY) -m tests.programs.breaking $(BASE)

generators: $(READY) ## Generate code from the document with other generators (temporary installation; needs npm and Java).
	$(PY) -m tests.programs.generators

breaks: $(READY) ## Record an example of how each promise can be broken, for `check --explain`.
	$(PY) -m tests.programs.breaks

transcripts: $(READY) ## Write anew what a check prints for constructed runs (tests/checks/transcripts).
	$(PY) -m tests.transcripts

screenshot: $(READY) ## Take the screenshot of the emulator's /docs (needs Chromium).
	$(PY) -m tests.programs.screenshot

swagger-ui: $(READY) ## Compare the Swagger UI of /docs with the published one, or renew it by VERSION=5.35.0 (needs npm).
	$(PY) -m tests.programs.swagger_ui $(VERSION)

overrides: $(READY) ## Show how each template override differs from the generator's own template.
	$(PY) openapi/generate.py --overrides

drift: $(READY) ## Fail if generated/ differs from what the document generates.
	$(PY) openapi/generate.py --check

lint: $(READY) ## Check lint, format and types.
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy

lint-document: ## Lint the document with Spectral and Redocly (needs npx).
	npx --yes $(SPECTRAL) lint --fail-severity hint --ruleset openapi/spectral.yaml $(DOCUMENT)
	npx --yes $(REDOCLY) lint --config openapi/redocly.yaml $(DOCUMENT)

types: $(READY) $(CHECKERS_READY) ## Measure with pyright and ty how complete the public types are (installs both into .venv-types).
	$(PY) -m tests.programs.types $(CHECKERS)

lint-workflows: $(READY) ## Lint the workflows and the action with zizmor.
	$(BIN)/zizmor --offline --persona pedantic --quiet .

docs: $(DOCS_READY) ## Build the documentation as a site into build/site, and fail on a warning or a dead link.
	$(DOCS) -m mkdocs build

audit: ## Look for advisories about the pinned packages.
	$(PYTHON) -m venv build/audit
	$(subst .venv,build/audit,$(BIN))/python -m pip install --quiet --disable-pip-version-check "pip-audit>=2.10"
	$(subst .venv,build/audit,$(BIN))/python -m pip_audit --strict --disable-pip --requirement requirements.txt

format: $(READY) ## Format the code, and apply automatic fixes.
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

serve: $(READY) ## Start the emulator.
	$(PY) -m security_copilot_contract serve

constraints: ## Update constraints.txt and requirements.txt to the newest versions that pyproject.toml allows.
	$(PYTHON) -m venv --clear .venv
	$(PY) -m pip install --quiet --upgrade pip
	$(PY) -m pip install --quiet --editable ".[contract]" --group dev
	$(PY) -m pip freeze --all --exclude-editable --exclude setuptools > constraints.txt
	$(PYTHON) -m venv build/uv
	$(subst .venv,build/uv,$(BIN))/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"
	$(subst .venv,build/uv,$(BIN))/python -m uv pip compile --quiet $(LOCK) --output-file requirements.txt

clean: ## Remove the environment, builds and caches.
	$(PYTHON) -c "import shutil; [shutil.rmtree(d, ignore_errors=True) for d in ('.venv', '.venv-sdk', '.venv-release', '.venv-docs', '.venv-types', 'build', 'dist', '.hypothesis', '.mypy_cache', '.pytest_cache', '.ruff_cache')]"

$(READY): pyproject.toml requirements.txt
	$(PYTHON) -m venv .venv
	$(PY) $(INSTALL) --require-hashes --requirement requirements.txt
	$(PY) $(INSTALL) --no-deps --no-build-isolation --editable .
	@$(PY) -c "open('$(READY)', 'w').close()"

$(SDK_READY):
	$(PYTHON) -m venv .venv-sdk
	$(SDK) -m pip install --quiet --disable-pip-version-check msgraph-beta-sdk
	@$(SDK) -c "open('$(SDK_READY)', 'w').close()"

$(CHECKERS_READY): Makefile
	$(PYTHON) -m venv .venv-types
	$(CHECKERS) $(INSTALL) --upgrade "pyright[nodejs]==1.1.414" ty==0.0.108
	@$(CHECKERS) -c "open('$(CHECKERS_READY)', 'w').close()"

$(RELEASE_READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-release
	$(RELEASE) $(INSTALL) --upgrade "pip>=25.1"
	$(RELEASE) $(INSTALL) --constraint constraints.txt --group release
	@$(RELEASE) -c "open('$(RELEASE_READY)', 'w').close()"

$(DOCS_READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-docs
	$(DOCS) $(INSTALL) --upgrade "pip>=25.1"
	$(DOCS) $(INSTALL) --constraint constraints.txt --group docs
	@$(DOCS) -c "open('$(DOCS_READY)', 'w').close()"
