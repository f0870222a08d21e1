# `make contract` and `make test` are all that a newcomer needs; both make the environment first.

PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
PY := $(BIN)/python
SDK := $(subst .venv,.venv-sdk,$(BIN))/python
READY := .venv/ready
SDK_READY := .venv-sdk/ready
DOCUMENT := openapi/security-copilot.yaml
SPECTRAL := @stoplight/spectral-cli@6.16.3
REDOCLY := @redocly/cli@2.77.0

.PHONY: help contract test bench curve agree seeds stock sdk consumer breaking generators screenshot generate overrides drift lint lint-document format serve constraints clean

help: ## Show this.
	@$(PYTHON) -c "import re; [print(f'make {t:<15}{d}') for t, d in re.findall(r'^([a-z-]+):.*?## (.+)', open('Makefile').read(), re.M)]"

contract: drift ## Check drift, check the emulator, show the report, and how many broken ones would be caught.
	$(PY) -m security_copilot_contract check
	$(PY) -m tests.programs.matrix
	$(PY) -m tests.programs.documents

test: $(READY) ## Run the tests.
	$(PY) -m pytest

generate: $(READY) ## Rewrite generated/ from the document.
	$(PY) openapi/generate.py

bench: $(READY) ## Measure the client beside httpx and json.loads, the mock, the transport, the check beside Schemathesis, the emulator.
	$(PY) -m tests.programs.bench.client
	$(PY) -m tests.programs.bench.mock
	$(PY) -m tests.programs.bench.transport
	$(PY) -m tests.programs.bench.check
	$(PY) -m tests.programs.bench.emulator

curve: $(READY) ## Show how many broken servers the live profile has caught after each request.
	$(PY) -m tests.programs.matrix --curve

agree: $(READY) ## Hold document, emulator, mock and client against each other (COUNT=10000 SEED=... for others).
	$(PY) -m tests.programs.agree $(or $(COUNT),10000) $(SEED)

seeds: $(READY) ## Look for false alarms: the emulator with 200 seeds (COUNT=20 for fewer), other valid servers.
	$(PY) -m tests.programs.seeds $(COUNT)

stock: $(READY) ## Record which broken servers plain Schemathesis catches, of those not yet recorded.
	$(PY) -m tests.programs.matrix --stock

sdk: $(READY) $(SDK_READY) ## Run Microsoft's own SDK against the emulator (installs it, some 800 MB, into .venv-sdk).
	$(PY) -m tests.programs.sdk $(SDK)

consumer: $(READY) ## Build the wheel, install it elsewhere, test a consumer's example with it, print sizes and times.
	$(PY) -m tests.programs.consumer $(wildcard $(SDK))

breaking: $(READY) ## Report breaking changes since BASE=<git ref>, by default the last tag, or main.
	$(PY) -m tests.programs.breaking $(BASE)

generators: $(READY) ## Generate code from the document with other tools (installs them temporarily; needs npm and Java).
	$(PY) -m tests.programs.generators

screenshot: $(READY) ## Take the picture of the emulator's /docs (needs Chromium).
	$(PY) -m tests.programs.screenshot

overrides: $(READY) ## Show how far each template override is from the generator's own template.
	$(PY) openapi/generate.py --overrides

drift: $(READY) ## Fail when generated/ is not what the document generates.
	$(PY) openapi/generate.py --check

lint: $(READY) ## Lint, check the format and the types.
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy

lint-document: ## Lint the document with Spectral and Redocly (needs npx).
	npx --yes $(SPECTRAL) lint --fail-severity hint --ruleset openapi/spectral.yaml $(DOCUMENT)
	npx --yes $(REDOCLY) lint --config openapi/redocly.yaml $(DOCUMENT)

format: $(READY) ## Format, and fix what can be fixed.
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

serve: $(READY) ## Start the emulator.
	$(PY) -m security_copilot_contract serve

constraints: ## Renew constraints.txt from what pyproject.toml admits today.
	$(PYTHON) -m venv --clear .venv
	$(PY) -m pip install --quiet --upgrade pip
	$(PY) -m pip install --quiet --editable ".[contract]" --group dev
	$(PY) -m pip freeze --all --exclude-editable --exclude setuptools > constraints.txt

clean: ## Remove the environment and everything that was built or cached.
	$(PYTHON) -c "import shutil; [shutil.rmtree(d, ignore_errors=True) for d in ('.venv', '.venv-sdk', 'build', 'dist', '.hypothesis', '.mypy_cache', '.pytest_cache', '.ruff_cache')]"

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --upgrade --constraint constraints.txt pip
	$(PY) -m pip install --quiet --constraint constraints.txt --editable ".[contract]" --group dev
	@$(PY) -c "open('$(READY)', 'w').close()"

$(SDK_READY):
	$(PYTHON) -m venv .venv-sdk
	$(SDK) -m pip install --quiet --disable-pip-version-check msgraph-beta-sdk
	@$(SDK) -c "open('$(SDK_READY)', 'w').close()"
