# Every target does the set-up it needs by itself, and says nothing about it when all is there.
# ARGS is handed to the tool: make dev ARGS='--port 9000', make unit ARGS=tree

SHELL := bash
# failglob: node takes a pattern that matches no file for a run without tests, which passes.
.SHELLFLAGS := -euo pipefail -O failglob -c
.DEFAULT_GOAL := help
# The order within a target is meant, and cargo uses all cores as it is.
.NOTPARALLEL:

# The end-to-end tests to run: make e2e TESTS=tests/e2e/redirect.test.js
TESTS ?= tests/e2e/*.test.js

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: dev dev-full fake build deploy release ci-deploy
dev: setup-build ## Serve the site at http://127.0.0.1:8787, and rebuild it on every change
	@scripts/run.sh wrangler dev $(ARGS)

dev-full: setup-build ## The same with all four sources, mounted on a fake 123Pan of this machine
	@scripts/dev_full.sh $(ARGS)

fake: setup-unit ## Serve a fake 123Pan on this machine; its header says how: examples/fake_vendor.rs
	cargo run --quiet --locked --example fake_vendor -- $(ARGS)

build: run-build ## Build the Worker into build/

deploy: setup-build ## Build the Worker and put it on Cloudflare
	@scripts/run.sh wrangler deploy $(ARGS)

release: setup-release run-build ## Pack the built Worker into dist/, for Node alone and as an npm package
	@scripts/release.sh

ci-deploy: setup-build # Deploy a fork from GitHub Actions: .github/workflows/deploy.yml
	@scripts/ci_deploy.sh

.PHONY: test lint unit e2e browsers clients bench
test: setup-test run-lint run-unit run-fuzz run-build run-e2e ## Run every check and every test

lint: setup-lint run-lint ## Check the format, clippy's findings, the documentation and the build for Windows

unit: setup-unit run-unit ## Run the native tests: unit and integration

e2e: setup-e2e run-build run-e2e ## Run the end-to-end tests against the built Worker

browsers: setup-browsers run-build run-browsers ## Try the pages in Firefox and WebKit; no part of `make test`

clients: setup-clients run-build run-clients ## Try WebDAV clients and players; no part of `make test`

bench: setup-bench run-build ## Measure, against plain workerd and natively
	cargo build --quiet --locked --bin signpost --example fake_vendor
	cargo bench --locked --bench native
	scripts/run.sh node benches/workerd/run.js $(ARGS)

.PHONY: fmt setup clean
fmt: setup-lint ## Format the code
	cargo fmt --all
	cargo fmt --manifest-path fuzz/Cargo.toml

setup: setup-all ## Install all that any target needs

clean: ## Remove what was built; the tools and node_modules stay
	rm -rf build dist target .wrangler/tmp

# --- What the targets above are made of -----------------------------------------------------------

.PHONY: setup-unit setup-lint setup-build setup-release setup-e2e setup-browsers setup-clients setup-bench setup-test setup-all
setup-unit setup-lint setup-build setup-release setup-e2e setup-browsers setup-clients setup-bench setup-test setup-all:
	@scripts/setup.sh $(@:setup-%=%)

.PHONY: run-lint run-unit run-fuzz run-build run-e2e run-browsers run-clients
run-lint:
	cargo fmt --all --check
	cargo fmt --manifest-path fuzz/Cargo.toml --check
	cargo clippy --all-targets --locked -- -D warnings
	cargo clippy --lib --package signpost --package signpost-pages-edge \
	  --target wasm32-unknown-unknown --locked -- -D warnings
	cargo check --quiet --bin signpost --target x86_64-pc-windows-gnu --locked
	RUSTDOCFLAGS=-Dwarnings cargo doc --no-deps --document-private-items --locked
	scripts/run.sh actionlint

run-unit:
	cargo test --locked $(ARGS)

# The fuzz targets are run by hand, with nightly; here they are kept building.
run-fuzz:
	CARGO_TARGET_DIR=target cargo check --manifest-path fuzz/Cargo.toml --locked

run-build:
	scripts/build.sh

# Four files at a time: the KV tests wait out real minutes.
run-e2e:
	cargo build --quiet --locked --bin signpost --example fake_vendor
	scripts/run.sh node --test --test-concurrency=4 --test-reporter=spec $(TESTS)

# One engine at a time: both draw without a graphics card.
run-browsers:
	scripts/run.sh node --test --test-concurrency=1 --test-reporter=spec tests/browsers/*.test.js

# Prints what the documentation says of clients, by what they did.
run-clients:
	rm -rf target/clients
	scripts/run.sh node --test --test-concurrency=2 --test-reporter=spec tests/clients/*.test.js
	scripts/run.sh node tests/clients/support/table.js
