// Real download tools as child processes, connected to the fake CDN by options for proxies or other addresses.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after } from "node:test";

const PATIENCE_MS = 60_000;

/** Creates an empty folder, and removes it after the test (or test file). */
export function scratch() {
  const folder = mkdtempSync(path.join(os.tmpdir(), "signpost-e2e-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Runs a program to its end: `{ status, stdout, stderr }`, `status` null if it had to be killed.
 * The environment is ours alone: a proxy or a .curlrc of the machine changes nothing.
 */
export function run(program, args, { cwd, env = {} }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { PATH: process.env.PATH, HOME: cwd, LANG: "C.UTF-8", LC_ALL: "C.UTF-8", ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: PATIENCE_MS,
      killSignal: "SIGKILL",
    });
    const out = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name].setEncoding("utf8").on("data", (text) => { out[name] += text; });
    }
    child.on("error", (error) => {
      reject(error.code === "ENOENT" ? new Error(`${program} is not installed`) : error);
    });
    child.on("close", (status) => resolve({ status, ...out }));
  });
}

/** curl, with the CDN's hosts connected to the fake CDN (`--connect-to`). */
export function curl(cdn, args, { cwd }) {
  const led = ["vip.123pan.cn", "vip.123pan.com"].flatMap((host) => [
    "--connect-to", `${host}:80:127.0.0.1:${cdn.port}`,
  ]);
  // Without globbing of [1080p], and without removal of dot segments.
  return run("curl", ["-q", "-sS", "--globoff", "--path-as-is", ...led, ...args], { cwd });
}

/** The environment of tools without `--connect-to`: the fake CDN is their proxy, except for the site itself. */
export function proxied(cdn) {
  return { http_proxy: cdn.url, no_proxy: "127.0.0.1" };
}

export function wget(cdn, args, { cwd }) {
  return run("wget", ["--no-config", "--tries=1", "--timeout=20", ...args], { cwd, env: proxied(cdn) });
}

export function rclone(cdn, args, { cwd }) {
  const quiet = ["--config", path.join(cwd, "no-such.conf"), "--retries=1", "--low-level-retries=1"];
  return run("rclone", [...quiet, ...args], { cwd, env: proxied(cdn) });
}

export function aria2c(cdn, args, { cwd }) {
  const quiet = ["--no-conf", "--console-log-level=warn", "--max-tries=1", "--file-allocation=none"];
  return run("aria2c", [...quiet, "--dir", cwd, ...args], { cwd, env: proxied(cdn) });
}

/** All files below a folder: their paths, beginning with `/`, and their bytes. */
export async function filesBelow(folder) {
  const found = new Map();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const full = path.join(entry.parentPath, entry.name);
    found.set(`/${path.relative(folder, full)}`, await readFile(full));
  }
  return found;
}
