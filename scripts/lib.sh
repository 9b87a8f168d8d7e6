# shellcheck shell=bash disable=SC2034
# Shared by the other scripts: messages, and the paths of tools. Sourced, never run. It changes to the project's root,
# so that a script works from any folder.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
root=$PWD
# shellcheck source=scripts/versions.sh
. scripts/versions.sh

# say TEXT...: prints one line to stderr: stdout belongs to the tools.
say() {
  printf 'signpost: %s\n' "$*" >&2
}

# die LINE...: prints the error, then how to fix it, one line each, and exits.
die() {
  local line
  for line in "$@"; do
    printf 'signpost: %s\n' "$line" >&2
  done
  exit 1
}

# Windows has a bash of its own, in which the tools of the set-up do not run.
case $(uname -s) in
  MINGW* | MSYS* | CYGWIN*)
    die 'the sources are built on Linux or macOS.' \
      'On Windows install WSL (wsl --install) and run this in it, or take the prebuilt Worker and signpost.exe, which need' \
      'Node.js alone: docs/en/deploy.md, "Prebuilt Worker".'
    ;;
esac

have() {
  command -v "$1" >/dev/null 2>&1
}

# The version that Cargo.lock gives the crate $1.
locked_version() {
  awk -v name="\"$1\"" '
    $1 == "name" { found = $3 == name }
    $1 == "version" && found { gsub(/"/, "", $3); print $3; exit }
  ' Cargo.lock
}

wasm_bindgen_version=$(locked_version wasm-bindgen)
[[ -n $wasm_bindgen_version ]] ||
  die 'Cargo.lock names no wasm-bindgen.' 'Restore it: git checkout Cargo.lock'

# Tools built by cargo stay outside the project, one folder a version, so that `make clean`, other
# clones and other branches keep them.
tools=${SIGNPOST_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/signpost}
wasm_bindgen=$tools/wasm-bindgen-cli-$wasm_bindgen_version/bin/wasm-bindgen
actionlint=$tools/actionlint-$ACTIONLINT/actionlint
npm_bin=$root/node_modules/.bin
# Python programs of the end-to-end tests, and of `make clients`, in environments of their own.
readers=$root/target/tools/readers
dav_clients=$root/target/tools/dav_clients
alist_sdks=$root/target/tools/alist_sdks
