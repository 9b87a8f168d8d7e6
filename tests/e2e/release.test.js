// The released Worker: unpacked into an empty folder, Node alone installs, serves and bundles it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, cp, mkdir, readFile, readdir, realpath, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { run, scratch } from "./support/clients.js";
import { assertSigned } from "./support/expect.js";
import { freePort } from "./support/free_port.js";
import { ROOT, settings } from "./support/worker.js";

const PATIENCE_MS = 240_000;
const dist = scratch();
const PROGRAMS = scratch();
let version;

/** A PATH with Node, npm and a shell: no cargo, no make and no C compiler. */
const ENV = {
  PATH: PROGRAMS,
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_NO_SKILLS_UPDATE_PROMPTS: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  NO_COLOR: "1",
};

before(async () => {
  const find = async (program) => {
    for (const folder of process.env.PATH.split(path.delimiter)) {
      const file = path.join(folder, program);
      if (!folder.includes("node_modules") && await access(file).then(() => true, () => false)) return realpath(file);
    }
    throw new Error(`${program} is not installed`);
  };
  const programs = { node: process.execPath };
  for (const program of ["npm", "npx", "sh", "env"]) programs[program] = await find(program);
  for (const [name, target] of Object.entries(programs)) await symlink(target, path.join(PROGRAMS, name));
  const packed = await run("bash", [path.join(ROOT, "scripts/release.sh"), dist], { cwd: scratch() });
  assert.equal(packed.status, 0, packed.stderr);
  version = /^version = "(.*)"$/m.exec(await readFile(path.join(ROOT, "Cargo.toml"), "utf8"))[1];
});

/** Runs wrangler in a folder, with the PATH above; returns what it prints. */
async function wrangler(folder, ...args) {
  const { status, stdout, stderr } = await run("npx", ["wrangler", ...args], { cwd: folder, env: ENV });
  assert.equal(status, 0, `wrangler ${args.join(" ")}:\n${stdout}\n${stderr}`);
  return `${stdout}\n${stderr}`;
}

/** Installs a folder's packages, with this machine's settings of npm, which say how it reaches the registry. */
async function install(folder) {
  const args = ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
  const { status, stdout, stderr } = await run("npm", args, { cwd: folder, env: { ...process.env, ...ENV } });
  assert.equal(status, 0, `npm install:\n${stdout}\n${stderr}`);
}

/** Starts `npx wrangler dev` in a folder and gives the site's address once it is ready. */
async function serve(folder) {
  const port = await freePort();
  const child = spawn("npx", ["wrangler", "dev", "--port", String(port), "--inspector-port", "0"], {
    cwd: folder, env: { HOME: folder, ...ENV }, stdio: ["ignore", "pipe", "pipe"], detached: true,
  });
  const stop = () => { try { process.kill(-child.pid, "SIGKILL"); } catch { /* It has ended. */ } };
  after(stop);
  const output = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      output.push(line);
      if (/Ready on/.test(line)) child.emit("ready");
    });
  }
  const ended = once(child, "exit").then(() => { throw new Error(`wrangler ended:\n${output.join("\n")}`); });
  await Promise.race([once(child, "ready"), ended]);
  return { url: `http://127.0.0.1:${port}`, stop };
}

/** The bindings that a bundle is deployed with, as wrangler lists them. */
async function bindingsOf(folder) {
  const output = await wrangler(folder, "deploy", "--dry-run", "--outdir", "bundle");
  return { names: [...output.matchAll(/^env\.(\w+)/gm)].map(([, name]) => name).sort(), files: await readdir(path.join(folder, "bundle")) };
}

test("the archive's folder serves the demo and bundles the bindings of this project, with Node alone", { timeout: PATIENCE_MS }, async () => {
  const cwd = scratch();
  const unpacked = await run("unzip", ["-q", path.join(dist, `signpost-worker-${version}.zip`)], { cwd });
  assert.equal(unpacked.status, 0, unpacked.stderr);
  const folder = path.join(cwd, `signpost-worker-${version}`);
  assert.deepEqual((await readdir(folder)).sort(), [".dev.vars.example", "LICENSE", "README.md", "build", "index.js", "package.json", "wrangler.toml"]);
  const { devDependencies } = JSON.parse(await readFile(path.join(ROOT, "package.json"), "utf8"));
  const pinned = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  assert.deepEqual(pinned.devDependencies, { wrangler: devDependencies.wrangler });
  await install(folder);
  const { names, files } = await bindingsOf(folder);
  assert.deepEqual(names, Object.keys((await settings()).env).sort());
  assert.equal(files.filter((file) => file.endsWith(".wasm")).length, 2, files.join(" "));
  const site = await serve(folder);
  const page = await fetch(`${site.url}/`);
  assert.match(await page.text(), /built-in demo/);
  const answer = await fetch(`${site.url}/Documents/Read%20me.md`, { redirect: "manual" });
  assert.equal(answer.status, 302);
  const vendorsExample = { accounts: { 13: "289ds32418bxdba" }, uid: 13 };
  assertSigned(answer.headers.get("location"), "https://vip.123pan.cn/13/demo/readme.md", vendorsExample);
  site.stop();
});

test("the template's one line serves a site from the npm package", { timeout: PATIENCE_MS }, async () => {
  const folder = scratch();
  await cp(path.join(ROOT, "template"), folder, { recursive: true });
  const manifest = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  // A range, or `npm update` would change nothing.
  const [, oldest] = /^>=(\S+) <\d+$/.exec(manifest.dependencies["signpost-worker"]);
  assert.equal(oldest, version);
  // The package of this build, which no registry has yet.
  manifest.dependencies["signpost-worker"] = `file:${path.join(dist, `signpost-worker-npm-${version}.tgz`)}`;
  await writeFile(path.join(folder, "package.json"), JSON.stringify(manifest));
  await install(folder);
  assert.deepEqual((await bindingsOf(folder)).names, Object.keys((await settings()).env).sort());
  await writeFile(path.join(folder, ".dev.vars"), await readFile(path.join(folder, ".dev.vars.example")));
  await mkdir(path.join(folder, "trees"));
  await writeFile(path.join(folder, "trees/tree.txt"), "Films:\n  https://vip.123pan.cn/1812000499/films/a.mkv\n");
  await wrangler(folder, "kv", "key", "put", "--binding", "KV", "--local", "tree", "--path", "trees/tree.txt");
  const site = await serve(folder);
  const answer = await fetch(`${site.url}/Films/a.mkv`, { redirect: "manual" });
  assert.deepEqual([answer.status, answer.headers.get("location")], [302, "https://vip.123pan.cn/1812000499/films/a.mkv"]);
  site.stop();
});

test("the template has the released configuration and the pinned versions", async () => {
  const { stdout } = await run("bash", [path.join(ROOT, "scripts/release.sh"), "--config"], { cwd: ROOT });
  assert.equal(await readFile(path.join(ROOT, "template/wrangler.toml"), "utf8"), stdout,
    "write it anew: scripts/release.sh --config > template/wrangler.toml");
  assert.match(stdout, /^keep_vars = true$/m);
  assert.doesNotMatch(stdout, /\[build\]|make (dev|deploy)/);
  const json = async (file) => JSON.parse(await readFile(path.join(ROOT, file), "utf8"));
  const [template, project] = [await json("template/package.json"), await json("package.json")];
  assert.equal(template.devDependencies.wrangler, project.devDependencies.wrangler);
  // Each binding that the Deploy button asks for or makes has a description, and no other.
  const asked = (await readFile(path.join(ROOT, "template/.dev.vars.example"), "utf8")).matchAll(/^(\w+)=/gm);
  const bound = Object.keys((await settings()).env);
  assert.deepEqual(Object.keys(template.cloudflare.bindings).sort(), [...bound, ...[...asked].map(([, name]) => name)].sort());
});

test("the checksums are those of the files", async () => {
  const { status, stdout } = await run("sha256sum", ["--check", "SHA256SUMS"], { cwd: dist });
  assert.equal(status, 0, stdout);
  assert.equal(stdout.trim().split("\n").length, 3);
});

test("on Windows the set-up names WSL and the prebuilt Worker", async () => {
  const folder = scratch();
  await writeFile(path.join(folder, "uname"), "#!/bin/sh\necho MINGW64_NT-10.0-26100\n", { mode: 0o755 });
  const { status, stderr } = await run("bash", [path.join(ROOT, "scripts/setup.sh"), "build"], {
    cwd: ROOT, env: { PATH: `${folder}${path.delimiter}${process.env.PATH}` },
  });
  assert.equal(status, 1);
  assert.match(stderr, /WSL[\s\S]*prebuilt Worker/);
});
