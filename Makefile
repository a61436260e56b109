# Each of these may be the first thing ever typed: it prepares the machine itself.
# The work is done by `cargo xtask` (xtask/), which explains itself with `cargo xtask help`.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# The promise is target/release/muster, wherever else somebody lets cargo build.
unexport CARGO_TARGET_DIR

.PHONY: help
help: ## Lists what make can do here
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build ## Builds everything, starts the server on http://127.0.0.1:3000 with its data in ./data
	@echo "▸ Starting target/release/muster (Ctrl-C ends)"
	@exec target/release/muster

.PHONY: build
build: ## Builds target/release/muster: one file, the site inside
	@cargo xtask build --release

.PHONY: test
test: ## Runs every test, on SQLite, PostgreSQL and in a browser; ends with "N passed, N failed"
	@cargo xtask test

.PHONY: lint
lint: ## Checks formatting, clippy on both sides, the browser tests' types, dependencies
	@cargo xtask lint

.PHONY: licenses
licenses: ## Lists the licences of the crates that are shipped
	@cargo xtask licenses

.PHONY: fmt
fmt: ## Formats the Rust code
	@cargo fmt --all

.PHONY: watch
watch: ## Builds for development and restarts the server at each change
	@cargo xtask watch

.PHONY: bench
bench: ## Measures the release build against what it is built on
	@cargo xtask bench

.PHONY: screenshots
screenshots: ## Takes a picture of each page, into end2end/screenshots
	@cargo xtask screenshots

.PHONY: demo
demo: ## Fills ./data with an organization of 10,000 people to look at
	@cargo xtask demo
