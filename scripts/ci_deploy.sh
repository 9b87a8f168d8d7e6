#!/usr/bin/env bash
# Deploys a fork from GitHub Actions (.github/workflows/deploy.yml): the Worker, its secrets, and the tree in KV.
# Everything that can be refused is checked before anything is deployed. Prints no secret. SIGNPOST is the path of the
# command line where it is built already.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Where GitHub Actions has checked the fork out.
cd "${GITHUB_WORKSPACE:-$root}"

tree_is_in_repository() {
  git ls-files --error-unmatch tree.txt >/dev/null 2>&1
}

if [[ ${REPOSITORY_IS_PRIVATE-} != true ]] && { tree_is_in_repository || [[ -n $(git log --all --oneline -- tree.txt) ]]; }; then
  die 'tree.txt stands in this public repository, or in its history: everybody can read your direct links there.' \
    'Delete the repository, or make it private; and if the links are not signed, turn on URL authentication at 123Pan.' \
    'Then put the tree into the secret TREE of the repository, or into a private repository of your own.'
fi
for name in CLOUDFLARE_API_TOKEN CLOUDFLARE_ACCOUNT_ID; do
  [[ -n ${!name-} ]] || die "the repository has no secret $name." \
    'Set it under Settings, Secrets and variables, Actions: docs/en/deploy.md says how it is made.'
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [[ -n ${TREE-} ]]; then
  printf '%s\n' "$TREE" >"$work/tree.txt"
elif tree_is_in_repository; then
  cp tree.txt "$work/tree.txt"
fi
# A tree with errors stops the deploy: the site keeps what it has. Everybody reads the log of a public repository, so
# the lines of the tree that `signpost` quotes are left out; those of a secret GitHub hides only as long as they are
# quoted as they stand in it.
if [[ -f $work/tree.txt ]]; then
  signpost=(cargo run --quiet --locked --manifest-path "$root/Cargo.toml" --bin signpost --)
  if [[ -n ${SIGNPOST-} ]]; then signpost=("$SIGNPOST"); fi
  { "${signpost[@]}" pack --kv "$work/tree.txt" --output "$work/tree.packed" 2>&1 >&3 | sed '/^  | /d' >&2; } 3>&1
fi
secrets=$work/secrets.json
# shellcheck disable=SC2016
node -e '
  const { PRIVATE_KEY, SECRET_UID: UID, SITE_KEYS, API_TOKEN, MORE_SECRETS } = process.env;
  let more = {};
  try { more = JSON.parse(MORE_SECRETS || "{}"); } catch {
    console.error("signpost: the secret MORE_SECRETS is no JSON. Write it like {\"TEAM_PASSWORD\": \"…\"}.");
    process.exit(1);
  }
  const all = Object.entries({ PRIVATE_KEY, UID, SITE_KEYS, API_TOKEN, ...more });
  process.stdout.write(JSON.stringify(Object.fromEntries(all.filter(([, value]) => value))));
' >"$secrets"
chmod 600 "$secrets"

run() { bash "$root/scripts/run.sh" wrangler "$@"; }
# Rules that were set in the dashboard stay: without them what they close would open.
run deploy --keep-vars
# Before the tree, so that no unsigned link is ever served.
[[ $(<"$secrets") == '{}' ]] || run secret bulk "$secrets"
[[ ! -f $work/tree.packed ]] || run kv key put --binding KV --remote tree --path "$work/tree.packed"
