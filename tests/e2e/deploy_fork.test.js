// What stops the deployment of a fork from GitHub Actions before anything is deployed.
import assert from "node:assert/strict";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { run, scratch } from "./support/clients.js";
import { signpostProgram } from "./support/guarded.js";
import { ROOT } from "./support/worker.js";

const TREE = "https://vip.123pan.cn/1812000499/secret-name.mkv\n";

/** Runs the script for a repository in this folder; returns its exit status and what it says. */
async function deploy(folder, env = {}) {
  const { status, stdout, stderr } = await run("bash", [path.join(ROOT, "scripts/ci_deploy.sh")], {
    cwd: folder, env: { SIGNPOST: signpostProgram(), GITHUB_WORKSPACE: folder, REPOSITORY_IS_PRIVATE: "false", ...env },
  });
  assert.equal(stdout, "", "nothing was deployed");
  assert.doesNotMatch(stderr, /secret-name|sentinel/, "no link and no secret is printed");
  return { status, stderr };
}

async function repository({ tree } = {}) {
  const folder = scratch();
  const git = async (...args) => {
    const { status, stderr } = await run("git", ["-c", "user.name=a", "-c", "user.email=a@b.example", ...args], { cwd: folder });
    assert.equal(status, 0, stderr);
  };
  await git("init", "-q");
  if (tree) {
    await writeFile(path.join(folder, "tree.txt"), tree);
    await git("add", "-f", "tree.txt");
    await git("commit", "-qm", "tree");
  }
  return { folder, git };
}

test("a tree.txt in a public repository, or in its history, is refused", async () => {
  const { folder, git } = await repository({ tree: TREE });
  const refused = await deploy(folder);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /tree\.txt stands in this public repository[\s\S]*secret TREE/);
  // What GitHub leaves out is taken for public.
  assert.match((await deploy(folder, { REPOSITORY_IS_PRIVATE: "" })).stderr, /public repository/);
  await git("rm", "-q", "tree.txt");
  await git("commit", "-qm", "gone");
  await rm(path.join(folder, "tree.txt"), { force: true });
  assert.match((await deploy(folder)).stderr, /or in its history/);
});

test("a missing token of Cloudflare's is named", async () => {
  const { folder } = await repository();
  const { status, stderr } = await deploy(folder, { CLOUDFLARE_ACCOUNT_ID: "sentinel-id" });
  assert.deepEqual([status, /no secret CLOUDFLARE_API_TOKEN/.test(stderr)], [1, true]);
});

test("a tree with errors and secrets that are no JSON stop the deployment", async () => {
  const { folder } = await repository();
  const account = { CLOUDFLARE_API_TOKEN: "sentinel-token", CLOUDFLARE_ACCOUNT_ID: "sentinel-id" };
  const tree = await deploy(folder, { ...account, TREE: `Films:\n${TREE}  secret-name without a URL\n` });
  assert.equal(tree.status, 1);
  assert.match(tree.stderr, /line 3: /);
  const secrets = await deploy(folder, { ...account, MORE_SECRETS: "sentinel" });
  assert.equal(secrets.status, 1);
  assert.match(secrets.stderr, /MORE_SECRETS is no JSON/);
});

test("a deployment keeps the rules that were set in the dashboard, and sets the secrets before the tree", async () => {
  const { folder } = await repository();
  // The script in a project whose wrangler only writes down what it is told.
  const project = scratch();
  await mkdir(path.join(project, "scripts"));
  for (const file of ["Cargo.lock", "scripts/ci_deploy.sh", "scripts/lib.sh", "scripts/versions.sh"]) {
    await copyFile(path.join(ROOT, file), path.join(project, file));
  }
  await writeFile(path.join(project, "scripts/run.sh"), 'echo "$*" >>"$LOG"\n');
  const log = path.join(folder, "log");
  const { status, stderr } = await run("bash", [path.join(project, "scripts/ci_deploy.sh")], {
    cwd: folder,
    env: {
      GITHUB_WORKSPACE: folder, REPOSITORY_IS_PRIVATE: "false", CLOUDFLARE_API_TOKEN: "sentinel", CLOUDFLARE_ACCOUNT_ID: "sentinel",
      PRIVATE_KEY: "sentinel-key", SECRET_UID: "13", LOG: log,
    },
  });
  assert.equal(status, 0, stderr);
  const calls = (await readFile(log, "utf8")).trim().split("\n");
  assert.equal(calls[0], "wrangler deploy --keep-vars");
  assert.match(calls[1], /^wrangler secret bulk \/\S+$/);
  assert.doesNotMatch(calls.join() + stderr, /sentinel/);
});
