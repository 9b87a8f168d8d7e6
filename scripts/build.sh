#!/usr/bin/env bash
# Builds the Worker into build/: index.js and index_bg.wasm, and pages.js and pages_bg.wasm, which are
# loaded when the first page is requested. `[build]` in wrangler.toml runs this, so
# `npx wrangler dev` and `npx wrangler deploy` need nothing else.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

bash scripts/setup.sh build

# wasm-opt from npm is a script for node: the project's own has to come first.
export PATH="$npm_bin:$PATH"

wasm_opt=$root/node_modules/binaryen/bin/wasm-opt
esbuild=$npm_bin/esbuild
for tool in "$wasm_bindgen" "$wasm_opt" "$esbuild"; do
  [[ -x $tool ]] || die "$tool is not a program." 'Lay the packages anew: rm -rf node_modules && make setup'
done

# cargo alone knows the Worker's sources, so it runs first: if its wasm is the one that build/ was made from, the other
# steps (which take longest when nothing has changed) are skipped.
cargo build --lib --package signpost --package signpost-pages-edge --release --locked \
  --target wasm32-unknown-unknown
built=${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/release
made_of=build/.made-of
key=$(
  printf '%s\n' "$wasm_bindgen" "${NO_MINIFY-}"
  cksum "$built/signpost.wasm" "$built/signpost_pages_edge.wasm" Cargo.toml package-lock.json scripts/build.sh
)
if [[ -f build/index.js && -f build/pages.js && -f $made_of && $(<"$made_of") == "$key" ]]; then
  exit 0
fi
# Built in a separate folder and moved at the end: `wrangler dev` may be watching build/.
mkdir -p build
rm -f "$made_of"
made=$(mktemp -d build/.making.XXXXXX)
trap 'rm -rf "$made"' EXIT
minify=(--minify)
if [[ -n ${NO_MINIFY-} ]]; then minify=(); fi

# make_module CRATE NAME [OPTION...]: NAME.js and NAME_bg.wasm, of what cargo left of a crate.
make_module() {
  local wasm=$built/$1.wasm name=$2
  # A trap ends a WASM instance; with these two the next call from outside makes another one.
  "$wasm_bindgen" "$wasm" --out-dir "$made" --out-name "$name" --target module --no-typescript \
    --experimental-reset-state-function --force-enable-abort-handler
  # Without -g the names of functions go, a tenth of the bundle: a panic's message and location don't need
  # them. The features are those of Rust's target, and the exceptions that wasm-bindgen catches with: what
  # binaryen knows besides, workerd may not.
  "$wasm_opt" "${@:3}" "$made/${name}_bg.wasm" -o "$made/${name}_bg.wasm" \
    --enable-mutable-globals --enable-sign-ext --enable-nontrapping-float-to-int --enable-bulk-memory \
    --enable-multivalue --enable-reference-types --enable-exception-handling
  # workerd imports a module of WebAssembly without `source`.
  sed 's/^import source /import /' "$made/$name.js" >"$made/plain.js"
  # Bundled, since the crate `worker` brings a script of its own.
  "$esbuild" "$made/plain.js" --outfile="$made/$name.js" --allow-overwrite --format=esm \
    --bundle '--external:*.wasm' '--external:cloudflare:*' \
    --log-level=warning ${minify[@]+"${minify[@]}"}
  mv "$made/${name}_bg.wasm" "$made/$name.js" build/
}

# Measured: that a function with one caller is made part of it, as it would be, costs 16 KB (gzipped) and
# saves no time: the large functions that come of it compress worse.
make_module signpost index -O3 --one-caller-inline-max-function-size=1
make_module signpost_pages_edge pages -Oz
printf '%s\n' "$key" >"$made_of"
