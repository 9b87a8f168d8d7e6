#!/usr/bin/env bash
# Serves the site of scripts/dev_full.toml: all four sources, with a fake 123Pan on this machine, which is stopped
# afterwards. Arguments are passed to `wrangler dev`.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# The mounts in dev_full.toml name this port.
readonly port=9123

cargo build --quiet --locked --example fake_vendor
"${CARGO_TARGET_DIR:-target}/debug/examples/fake_vendor" --port "$port" &
fake=$!
trap 'kill "$fake" 2>/dev/null || true' EXIT

scripts/run.sh wrangler dev --config scripts/dev_full.toml "$@"
