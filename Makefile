# `make` lists the targets. Everything that runs, runs from .venv, which `install` makes.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BIN := .venv/bin
CHALLENGES := $(patsubst challenges/%/challenge.toml,%,$(wildcard challenges/*/*/challenge.toml))

.PHONY: help install docker images demo test lint unit fuzz bench verify probes lock clean

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: .venv/.installed ## Make .venv with the locked dependencies and the command.

.venv/.installed: requirements/dev.txt pyproject.toml scripts/install.sh
	scripts/install.sh

docker: ## Use the Docker engine that is there; on Debian as root, install and start one.
	scripts/bootstrap-docker.sh

images: install docker ## Build the container images, where their inputs changed.
	$(BIN)/takehome images build

demo: images ## Issue each challenge, grade three submissions of it, show where the reports are.
	$(BIN)/python -m scripts.demo

lint: install ## Ruff, formatting, mypy, import layers.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: install ## The tests that need no Docker engine, with the coverage gate.
	$(BIN)/pytest -m "not docker" -n auto --dist worksteal --cov --cov-config=pyproject.toml

test: lint unit images ## Everything: lint, unit tests, coverage gate, wheel, Docker tests.
	TAKEHOME_REQUIRE_DOCKER=1 $(BIN)/pytest -m docker

fuzz: install .venv/.fuzz ## Feed every reader of hostile bytes: FUZZ="--seconds 600 answer".
	$(BIN)/python -m scripts.fuzz $(FUZZ)

.venv/.fuzz: requirements/fuzz.txt .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --require-hashes --no-deps -r requirements/fuzz.txt
	touch $@

bench: images ## Measure, and write docs/benchmarks.md.
	$(BIN)/python -m scripts.bench

verify: images ## The full proof of every challenge: all of its variants.
	for challenge in $(CHALLENGES); do \
	  $(BIN)/takehome challenge verify "$$challenge" \
	    --jobs 4 --certificate "docs/proofs/$${challenge//\//-}.json"; done
	$(BIN)/python -m scripts.matrix

probes: images ## Fifty rounds of every probe on every service, idle and loaded: hours.
	for load in "" --load; do \
	  $(BIN)/takehome challenge probes --rounds 50 --jobs 4 $$load \
	    --record docs/proofs/backend-probes-rounds.json; \
	  $(BIN)/takehome challenge probes backend/orders-api --rounds 50 --jobs 4 $$load \
	    --record docs/proofs/backend-orders-api-rounds.json; done
	$(BIN)/python -m scripts.rounds

lock: install ## Renew the lock files (UPGRADE=--upgrade takes newer versions).
	scripts/lock-images.sh $(UPGRADE)
	scripts/lock.sh $(UPGRADE)

clean: ## Remove what these targets made in this folder.
	rm -rf .venv build dist out .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis
