#!/usr/bin/env bash
# Builds the Worker into build/: index.js and index_bg.wasm. `[build]` in wrangler.toml runs this, so
# `npx wrangler dev` and `npx wrangler deploy` need nothing else. Arguments go to worker-build.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

bash scripts/setup.sh build

# wasm-opt from npm is a script for node: the project's own has to come first.
export PATH="$npm_bin:$PATH"

# worker-build looks for no tool on the PATH: without these it downloads its own from GitHub, and it
# does so with a mere warning when one of them does not exist.
export WASM_BINDGEN_BIN=$wasm_bindgen
export WASM_OPT_BIN=$root/node_modules/binaryen/bin/wasm-opt
export ESBUILD_BIN=$npm_bin/esbuild
for tool in "$worker_build" "$WASM_BINDGEN_BIN" "$WASM_OPT_BIN" "$ESBUILD_BIN"; do
  [[ -x $tool ]] || die "$tool is not a program." 'Lay the packages anew: rm -rf node_modules && make setup'
done

# cargo alone knows what the Worker is made of, so it goes first: when the wasm it leaves is the one that
# build/ was made of, the rest (which takes longest when nothing has changed) is left out.
cargo build --lib --profile worker --locked --target wasm32-unknown-unknown
wasm=${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/worker/signpost.wasm
made_of=build/.made-of
key=$(
  printf '%s\n' "$worker_build" "$wasm_bindgen" "${NO_MINIFY-}" "$@"
  cksum "$wasm" Cargo.toml package-lock.json scripts/build.sh
)
if [[ -f build/index.js && -f build/index_bg.wasm && -f $made_of && $(<"$made_of") == "$key" ]]; then
  exit 0
fi
rm -f "$made_of"
"$worker_build" --profile worker "$@"
# Without -g the names of functions go, a tenth of the bundle: a panic's message and place don't need
# them. The features are those that worker-build names.
"$WASM_OPT_BIN" -O3 build/index_bg.wasm -o build/index_bg.wasm \
  --enable-mutable-globals --enable-sign-ext --enable-nontrapping-float-to-int --enable-bulk-memory \
  --enable-multivalue --enable-reference-types --enable-exception-handling
printf '%s\n' "$key" >"$made_of"
