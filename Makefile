# Everything a newcomer types. Only Python >= 3.11 and make are needed; the rest is set up in .venv.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin

.PHONY: help demo run wechat test lint bench soak lock clean
help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Linli needs Python 3.11 or newer; none was found. Install it, or name it: make PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Could not make a virtual environment; on Debian and Ubuntu: apt install python3-venv"; exit 1; }

.venv/.run: .venv/bin/python requirements.lock pyproject.toml
	@echo "Setting up .venv (first time only, about a minute) ..."
	@test -e .venv/.dev || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/.wechat: .venv/.run requirements-wechat.lock
	@echo "Adding what WeChat needs ..."
	@test -e .venv/.dev || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-wechat.lock
	@touch $@

# A WeChat gateway to test against; where there is no Node for it, its tests say so and are skipped.
.venv/.gateway: .venv/.dev $(wildcard tests/gateway/*.json tests/gateway/*.mjs)
	@$(BIN)/python -m tests.gateway.install
	@touch $@

.venv/.dev: .venv/bin/python requirements-dev.lock pyproject.toml
	@echo "Setting up .venv with the development tools (first time only, a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@ .venv/.run

demo: .venv/.run ## a compound's day in the terminal, no account needed
	@$(BIN)/linli demo

run: .venv/.run ## the bot, with config.toml
	@$(BIN)/linli run

wechat: .venv/.wechat ## adds the packages for WeChat

# One process more than there are cores: the tests of real processes wait most of their time. They start a hundred, so
# that what is compiled must be kept, whatever the machine's environment says.
test: .venv/.dev .venv/.gateway ## every test
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses $$($(BIN)/python -c 'import os; print((os.cpu_count() or 1) + 1)')

lint: .venv/.dev ## style, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: .venv/.dev ## speed, as ratios against what one would use instead
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench.promptness

month: .venv/.dev ## a simulated month of 350 homes: every deadline accounted for (ten minutes)
	@$(BIN)/python -m tests.month

soak: .venv/.dev ## 200 kills at random moments, then an audit of every message
	@$(BIN)/python -m tests.soak

lock: .venv/bin/python ## renew the locked versions
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --extra wechat pyproject.toml -o requirements-wechat.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --extra dev pyproject.toml -o requirements-dev.lock

clean: ## remove what was set up (not your config, roster or data)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
