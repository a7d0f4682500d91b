SHELL := /bin/bash
BUILD := swift build --explicit-target-dependency-import-check error

.PHONY: build test lint format

build:
	$(BUILD)

test: lint
	swift test --explicit-target-dependency-import-check error

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

format:
	swift format --in-place --recursive --parallel Package.swift Sources Tests
