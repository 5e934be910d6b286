PYTHON ?= python3
STEPS ?= 100000
CRASHES ?= 100
FUZZ ?= 1000000
NUMBER ?= 25
SEED ?= 0
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) '*' 2)
LONG = contract/test_contract_changes_underway.py contract/test_contract_clauses.py \
  contract/test_contract_exceptions.py contract/test_contract_late_refusals.py \
  contract/test_contract_machine.py contract/test_contract_readings.py engine/test_interrupted_program.py \
  hostile/test_hostile_commands.py hostile/test_hostile_credentials.py hostile/test_hostile_provider.py \
  hostile/test_hostile_sign_in.py lifecycle/test_configuration_of_the_process.py lifecycle/test_lifecycle.py \
  lifecycle/test_lifecycle_failures.py lifecycle/test_long_notes.py lifecycle/test_processes_of_one_run.py \
  live/test_audit_in_browser.py live/test_interrupted_reads.py live/test_on_a_terminal.py live/test_revoke.py \
  live/test_unreadable_files.py plugin/sdks plugin/test_native_approval.py plugin/test_native_process.py \
  plugin/test_plugin_archive.py review/test_hostile_files.py review/test_page_in_browser.py \
  runner/test_closed_streams.py runner/test_stand_ins.py test_bench.py test_distribution.py unit/test_credentials.py \
  backends engine_setup fifth_service machine secrets simulator
APT_INSTALL = DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends
POSTGRES ?= $(wildcard /usr/lib/postgresql/*/bin/initdb)
export PATH := $(CURDIR)/.engine/bin:$(PATH)
# Without bytecode on disk, each of a thousand Python processes of the tests compiles the package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo test test-fast coverage check docs plugin lock audit-dependencies mutants soak bench browser postgres yaml-host sdk sdk-tools new-venv

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-20s%s\n", $$1, $$2 }' Makefile

setup: .venv/installed ## make .venv, and see to a Pulumi engine: from PATH, downloaded or built
	@.venv/bin/python -m tools.engine.install .engine

demo: setup ## share an image on the real engine, against the simulator
	@.venv/bin/python -m tools.demo

test: setup browser postgres yaml-host sdk-tools ## run every test, by more WORKERS than processors: engines wait, too
	@.venv/bin/python -m pytest -n $(WORKERS) --dist worksteal

test-fast: .venv/installed ## run the tests that need no engine, browser or database, and take seconds
	@STEPS=250 INPUTS=1000 FUZZ=2000 PROFILES=1 .venv/bin/python -m pytest -n $(WORKERS) --dist worksteal -m "not engine" $(addprefix --ignore=tests/,$(LONG))

coverage: setup browser postgres yaml-host sdk-tools ## run every test, and show which branches no test takes
	@.venv/bin/python -m pytest -n $(WORKERS) --dist worksteal --cov --cov-branch --cov-report=term-missing:skip-covered

check: .venv/installed ## format, lint, types, imports
	@.venv/bin/ruff format --check
	@.venv/bin/ruff check
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo

docs: .venv/docs ## build the site of docs/ into site/: strict, every link and anchor checked
	@NO_MKDOCS_2_WARNING=1 .venv/bin/python -m mkdocs build --quiet --strict

.venv/docs: .venv/installed pyproject.toml
	@.venv/bin/python -m pip install --quiet --group docs
	@touch $@

sdk: .venv/installed ## generate the SDKs of TypeScript, Python, Go and C# into sdk/: needs Go
	@.venv/bin/python -m alicloud_image_share.plugin.package_schema > sdk/schema.json
	@.venv/bin/python -m tools.sdks.generate .engine/sdks sdk/schema.json sdk

plugin: .venv/installed ## build the archive of the native provider for `pulumi plugin install resource image-shares`
	@.venv/bin/python -m tools.plugin_archive dist/pulumi-resource-image-shares.tar.gz

lock: .venv/installed ## resolve the newest versions within the bounds into requirements-dev.lock
	@.venv/bin/python -m pip install --quiet --group lock
	@.venv/bin/python -m uv pip compile requirements.txt --group dev --universal --python-version 3.10 --upgrade \
	  --generate-hashes --no-annotate --no-emit-package alicloud-image-share --quiet --output-file requirements-dev.lock \
	  --custom-compile-command "make lock"

audit-dependencies: .venv/installed ## compare the locked versions with published faults: 1 has some, 3 not compared
	@.venv/bin/python -m pip install --quiet --group audit
	@.venv/bin/python -m tools.audit_dependencies

soak: setup ## test at length: STEPS of the state machine (100000), CRASHES in mid-run (100), FUZZ changed documents (1000000)
	@STEPS=$(STEPS) CRASHES=$(CRASHES) SEED=$(SEED) FUZZ=$(FUZZ) .venv/bin/python -m pytest tests/machine tests/crash tests/fuzz -n auto --dist worksteal

mutants: .venv/installed ## change the code that decides, NUMBER (25) times a subject from SEED (0), and name what no test notices
	@.venv/bin/python -m pip install --quiet --group mutants
	@.venv/bin/python -m tools.mutants --number $(NUMBER) --seed $(SEED)

bench: setup ## measure against one resource an account and the engine's floor; FULL=1 for all cases
	@.venv/bin/python -m bench $(if $(FULL),--full)

browser: .venv/browser ## install Chromium for the tests of the review page: with apt, as root on Debian

.venv/browser: .venv/installed
	$(call apt,Chromium,chromium chromium-driver,command -v chromium && command -v chromedriver,the review page in a browser)

postgres: .venv/postgres ## install PostgreSQL for the tests of shared state: with apt, as root on Debian

.venv/postgres: .venv/installed
	$(call apt,PostgreSQL,postgresql,[ -n "$(POSTGRES)" ] || command -v initdb,state in PostgreSQL)

yaml-host: setup ## build Pulumi's host of YAML programs for the tests of those, where there is none: needs Go
	@.venv/bin/python -m tools.yaml_host.build .engine/yaml

sdk-tools: .venv/installed ## make ready what the tests of SDKs need, where it can be had: Go, npm, and their registries
	@.venv/bin/python -m tools.sdks.prepare .engine/sdks

# $(call apt,name,packages,how it is found,what its tests are of)
define apt
@if { $(3); } > /dev/null; then touch $@; \
elif [ "$$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then \
  echo "no $(1), and no apt as root: the tests of $(4) will be skipped"; touch $@; \
else \
  echo "installing $(1) with apt: about a minute"; \
  apt-get update -qq && $(APT_INSTALL) $(2) > /dev/null && touch $@ \
    || echo "apt-get failed: the tests of $(4) will be skipped"; \
fi
endef

.venv/installed: pyproject.toml requirements-dev.lock
	@.venv/bin/python -m pip --version > /dev/null 2>&1 || $(MAKE) --no-print-directory new-venv
	@echo "installing Python packages into .venv: about a minute"
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@PYTHONWARNINGS=ignore .venv/bin/python -m pip install --quiet --require-hashes --requirement requirements-dev.lock
	@PYTHONWARNINGS=ignore .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

new-venv:
	@command -v $(PYTHON) > /dev/null || { echo "make setup needs Python 3.10 or later, and PATH has no $(PYTHON)" >&2; exit 1; }
	@$(PYTHON) tools/check_python.py
	@$(PYTHON) -m venv --clear .venv
