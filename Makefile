# Everything a person types. Each target builds `.venv` first when it is missing or out of date.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
PEERS := .venv/peers/.ready
# Tests and stories start recon hundreds of times: what is compiled once is kept, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.PHONY: help demo demo-payouts test check lint types layers conformance golden picture bench bench-readers peers fuzz crash clean

help: ## Show the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "recon needs Python 3.11 or later: make PYTHON=python3.12"; exit 2; }
	@echo "Building .venv (once; about a minute)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

STORIES := agent_network partner_programme reseller_topup channel_ops month_end

demo: $(READY) ## Run October of the sample story, then play all other stories in brief; the second time is quick
	@$(BIN)/recon --log-format text run --period 2026-10 --fail-on none --format text
	@$(BIN)/python -m sample_data.demo .demo
	@echo; echo "The workbook of October: $$(ls -t reports/*/reconciliation.xlsx | head -1)"

demo-payouts: $(READY) ## Play these stories in .demo, every command shown
	@rm -rf .demo
	@for story in $(STORIES); do $(BIN)/python -m sample_data.play $$story .demo/$$story || exit; done

$(PEERS): $(READY) requirements-peers.lock
	@echo "Fetching the libraries that readers are compared with (once)"
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --no-deps --upgrade --target .venv/peers --requirement requirements-peers.lock \
		&& touch $(PEERS) || echo "not fetched: the cross-check with them is skipped"

peers: $(PEERS) ## Fetch the libraries that readers are compared with

# The tests of a file stay in one process (loadfile), so that a story which they share is played once. Files go by name,
# stories before units: by the number of their tests, the longest came last, and one core waited for the other.
# Tests write much that nobody keeps: in memory, where there is room, none waits for the disk. ROOMY= keeps to the disk.
ROOMY := $(shell grep -qs ' /dev/shm tmpfs .*noexec' /proc/mounts || \
	df -k /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000000 {print "/dev/shm"}')

test: $(READY) $(PEERS) ## Run all tests, conformance included
	@$(if $(ROOMY),TMPDIR=$(ROOMY)) $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -o tmp_path_retention_policy=failed

check: $(READY) lint types layers test ## Lint, types, layering, tests

lint: $(READY) ## Style
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(READY) ## Static types
	@$(BIN)/mypy

layers: $(READY) ## Import order of the rooms
	@$(BIN)/lint-imports

conformance: $(READY) ## Read the acceptance files and compare with their facts
	@$(BIN)/python -m pytest -n 0 tests/conformance -s

golden: $(READY) ## Rewrite the golden files; review the diff before committing
	@RECON_GOLDEN=write $(BIN)/python -m pytest -n 2 tests/golden tests/tui/test_screen.py

picture: $(READY) ## Redraw the picture of a run, and what docs/ takes from the program
	@$(BIN)/python -m docs.press.picture
	@$(BIN)/python -m docs.press.screen
	@$(BIN)/python -m docs.press.settings
	@$(BIN)/python -m docs.press.profiles

bench: $(READY) $(PEERS) ## Time matching and payouts at 10k, 100k and 1M entries beside raw queries and other libraries
	@$(BIN)/python -m tests.bench.main

bench-readers: $(READY) $(PEERS) ## Time the readers of bank files beside other libraries; BENCH=1m for a million entries
	@$(BIN)/python -m tests.bench.readers.main

fuzz: $(READY) ## Feed broken files to every reader for ten minutes (FUZZ_SECONDS=600); guided by atheris where it has a wheel
	@$(BIN)/python -m tests.fuzz.main

crash: $(READY) ## Fail a run, a decision and a closing at every system call (needs strace); about an hour
	@command -v strace >/dev/null || { echo "make crash needs strace: apt-get install strace"; exit 2; }
	@RECON_CRASH=all $(BIN)/python -m pytest -n 2 --dist worksteal -rP tests/crash

clean: ## Remove the environment and what runs wrote
	@rm -rf .venv store runs reports .bench .demo
