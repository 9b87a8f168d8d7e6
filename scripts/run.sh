#!/usr/bin/env bash
# Runs a command with the project's node, wrangler and workerd first on the PATH, and with wrangler's own network
# requests turned off: scripts/run.sh wrangler dev
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

export PATH="$npm_bin:${actionlint%/*}:$PATH"
export WRANGLER_SEND_METRICS=false
export WRANGLER_HIDE_BANNER=true
export WRANGLER_NO_SKILLS_UPDATE_PROMPTS=true
# Without this, `wrangler dev` waits for a response that an offline machine never gets.
export CLOUDFLARE_CF_FETCH_ENABLED=false

exec "$@"
