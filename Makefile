SHELL := /bin/bash
STRICT := --explicit-target-dependency-import-check error
OPTRACE := .build/release/optrace
PREFIX ?= $(HOME)/.local
FORMATTED := Package.swift Sources Tests Examples Benchmarks/Package.swift Benchmarks/Sources

.PHONY: help deps build install test sanitize smoke bench lint documented format demo clean

help: ## Show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

deps: ## Install what the build and the sandbox need (apt when root, else the command to run)
	@./scripts/deps

build: deps ## Build the optrace program (release)
	swift build -c release --product optrace $(STRICT)
	@echo "built $(OPTRACE)"

install: build ## Put the program into PREFIX/bin (PREFIX=~/.local)
	install -d "$(PREFIX)/bin"
	install -m 755 $(OPTRACE) "$(PREFIX)/bin/optrace"
	@command -v optrace > /dev/null || echo "add $(PREFIX)/bin to your PATH to have it as: optrace"

demo: build ## Optimize the triage workflow on a real model and show what changed
	@./scripts/demo $(OPTRACE)

test: deps lint documented ## Run every test
	swift test $(STRICT)

# The sanitizer does not know the standard library's mutex: OPTRACE_THREAD_SANITIZER puts the system's in its place.
sanitize: deps ## Run the recorder under the thread sanitizer: its stress test at full size and all its other tests
	OPTRACE_RECORDER_ONLY=1 OPTRACE_STRESS=full swift test --sanitize=thread --scratch-path .build-sanitized \
		-Xswiftc -DOPTRACE_THREAD_SANITIZER

bench: deps ## Measure the speed: one JSON line a measure (ONLY=prefix for some; RULEWORLD=folder of worlds)
	@# SwiftPM notices neither new files in a package by path nor changes behind what it re-exports.
	@touch Benchmarks/Package.swift Benchmarks/Sources/Benchmarks/Main.swift Examples/ThirdPartyOptimizer/Package.swift
	@swift build --package-path Benchmarks -c release --product Benchmarks >&2
	@swift build --package-path Benchmarks -c release --product optrace >&2
	@Benchmarks/.build/release/Benchmarks --only "$(ONLY)" --ruleworld "$(RULEWORLD)"

smoke: build ## Run the release build on a real workflow, twice, and compare
	@./scripts/smoke $(OPTRACE)

lint: ## Check the formatting
	swift format lint --strict --recursive --parallel $(FORMATTED)

documented: ## Find public declarations of the library without documentation
	@./scripts/undocumented

format: ## Mend the formatting
	swift format --in-place --recursive --parallel $(FORMATTED)

clean: ## Remove build products
	rm -rf .build .build-sanitized Benchmarks/.build
