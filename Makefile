SHELL := /bin/bash
STRICT := --explicit-target-dependency-import-check error
OPTRACE := .build/release/optrace

.PHONY: help deps build test smoke lint format demo bench clean

help: ## Show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

deps: ## Install what the build and the sandbox need (apt when root, else the command to run)
	@./scripts/deps

build: deps ## Build the optrace program (release)
	swift build -c release --product optrace $(STRICT)
	@echo "built $(OPTRACE)"

demo: build ## Optimize the triage workflow on a real model and show what changed
	@./scripts/demo $(OPTRACE)

test: deps lint ## Run every test
	swift test $(STRICT)

smoke: build ## Run the release build on a real workflow, twice, and compare
	@./scripts/smoke $(OPTRACE)

lint: ## Check the formatting
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

format: ## Mend the formatting
	swift format --in-place --recursive --parallel Package.swift Sources Tests

clean: ## Remove build products
	rm -rf .build
