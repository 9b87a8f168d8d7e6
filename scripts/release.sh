#!/usr/bin/env bash
# Packs the Worker that scripts/build.sh has built, so that Node alone can serve and deploy it:
#
#   signpost-worker-VERSION.zip, .tar.gz   a folder with the Worker, its wrangler.toml and a README
#   signpost-worker-npm-VERSION.tgz        the npm package, whose user's index.js is one line
#   SHA256SUMS                             the checksums of the three
#
#   scripts/release.sh [FOLDER]            where they go: dist/ unless another folder is given
#   scripts/release.sh --config            prints the wrangler.toml of a released site, as template/ has it
set -euo pipefail
out_from=$PWD
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# The project's wrangler.toml for a site without the sources: the Worker is built, and what is set in Cloudflare's
# dashboard stays at a deploy.
config() {
  sed \
    -e '/^# Builds build\/index.js/,/^$/d' \
    -e 's|^main = .*|main = "index.js"|' \
    -e 's|^send_metrics = false$|&\n# Variables that were set in the dashboard stay at a deploy.\nkeep_vars = true|' \
    -e 's|`make deploy`|`npx wrangler deploy`|; s|`make dev`|`npx wrangler dev`|' \
    wrangler.toml
}

if [[ ${1-} == --config ]]; then
  config
  exit
fi

out=${1-$root/dist}
[[ $out == /* ]] || out=$out_from/$out
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
wrangler=$(sed -n 's/.*"wrangler": "\(.*\)".*/\1/p' package.json)
name=signpost-worker-$version
for file in index.js index_bg.wasm pages.js pages_bg.wasm; do
  [[ -f build/$file ]] || die "build/$file is missing." 'Build the Worker first: make build'
done

mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# put_worker FOLDER: the entry and both modules.
put_worker() {
  mkdir -p "$1/build"
  cp build/{index,pages}.js build/{index,pages}_bg.wasm "$1/build/"
  sed 's|"\.\./build/|"./build/|' src/entry.js >"$1/index.js"
  cp LICENSE "$1/"
}

# put_package FOLDER FIELD...: package.json, with these lines of JSON.
put_package() {
  local folder=$1
  shift
  { printf '{\n' && printf '  %s\n' "$@" && printf '}\n'; } >"$folder/package.json"
}

site=$work/$name
put_worker "$site"
config >"$site/wrangler.toml"
cp release/worker/README.md template/.dev.vars.example "$site/"
put_package "$site" '"name": "signpost-site",' '"private": true,' '"type": "module",' \
  '"scripts": { "dev": "wrangler dev", "deploy": "wrangler deploy" },' \
  "\"devDependencies\": { \"wrangler\": \"$wrangler\" }," \
  '"allowScripts": { "esbuild": true, "workerd": true }'

# The same bytes for the same Worker, whenever it is packed.
find "$site" -exec touch -d 2020-01-01T00:00:00Z {} +
rm -f "$out/$name.zip"
(cd "$work" && find "$name" | sort | TZ=UTC zip -q -X "$out/$name.zip" -@)
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner -cf - "$name" | gzip -n >"$out/$name.tar.gz"

package=$work/npm
put_worker "$package"
cp release/npm/README.md "$package/"
put_package "$package" '"name": "signpost-worker",' "\"version\": \"$version\"," \
  '"description": "The Worker of Signpost: permanent addresses for files on 123Pan, on your own domain",' \
  '"license": "MIT",' '"type": "module",' '"exports": "./index.js",' '"files": ["index.js", "build"]'
(cd "$package" && npm pack --silent --pack-destination "$work" >/dev/null)
mv "$work/$name.tgz" "$out/signpost-worker-npm-$version.tgz"

(cd "$out" && sha256sum "$name.zip" "$name.tar.gz" "signpost-worker-npm-$version.tgz" >SHA256SUMS)
say "$out: $name.zip, $name.tar.gz, signpost-worker-npm-$version.tgz, SHA256SUMS"
