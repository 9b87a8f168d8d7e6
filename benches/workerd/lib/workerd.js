// Runs plain workerd: no wrangler and no proxy before the Worker.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

const WORKERD = path.join(ROOT, "node_modules/workerd/bin/workerd");
const PATIENCE_MS = 30_000;

// The last core is for workerd, the first for its clients: on one core they would slow each other down.
const cores = availableParallelism();

/** The command and its arguments, pinned to a core by `taskset` if there are two or more. */
export function pinned(role, command, ...args) {
  if (cores < 2) return [command, args];
  return ["taskset", ["-c", role === "server" ? String(cores - 1) : "0", command, ...args]];
}

const running = new Set();
const folders = [];

// Whatever ends this process, its children and folders are removed.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));

/** Starts a child process that is killed when this process ends. */
export function start(command, args, options) {
  const child = spawn(command, args, options);
  running.add(child);
  child.on("exit", () => running.delete(child));
  child.on("error", () => running.delete(child));
  return child;
}

/**
 * Writes a Worker's configuration to a folder of its own, which is removed when this process ends.
 *
 * `modules` are `[name, file]` pairs, the entry first; `bindings` are texts by name; `kv` is the port of a KV namespace.
 */
export async function configure({ modules, bindings, kv }) {
  const folder = await mkdtemp(path.join(tmpdir(), "signpost-bench-"));
  folders.push(folder);
  const parts = { modules: [], bindings: [] };
  for (const [name, file] of modules) {
    const kind = name.endsWith(".wasm") ? "wasm" : "esModule";
    await put(folder, name, await readFile(file));
    parts.modules.push(`(name = "${name}", ${kind} = embed "${name}")`);
  }
  for (const [name, text] of Object.entries(bindings)) {
    await put(folder, `bindings/${name}`, text);
    parts.bindings.push(`(name = "${name}", text = embed "bindings/${name}")`);
  }
  if (kv) parts.bindings.push('(name = "KV", kvNamespace = "kv")');
  const external = kv ? `, (name = "kv", external = (address = "127.0.0.1:${kv}", http = ()))` : "";
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [ (name = "main", worker = .worker)${external} ],
  sockets = [ (name = "http", address = "127.0.0.1:0", http = (), service = "main") ]
);
const worker :Workerd.Worker = (
  compatibilityDate = "${await compatibilityDate()}",
  modules = [ ${parts.modules.join(", ")} ],
  bindings = [ ${parts.bindings.join(", ")} ]
);
`;
  await put(folder, "config.capnp", config);
  return path.join(folder, "config.capnp");
}

async function put(folder, name, contents) {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, contents);
}

async function compatibilityDate() {
  const toml = await readFile(path.join(ROOT, "wrangler.toml"), "utf8");
  return toml.match(/^compatibility_date = "(.+)"$/m)[1];
}

/**
 * Starts workerd and waits until it listens: `{ url, cpuMicros(), ownCpuMicros(), stop() }`. `cpuMicros`
 * counts all threads, `ownCpuMicros` the one that runs the Worker: V8 compiles on others.
 */
export async function serve(config) {
  const [command, args] = pinned("server", WORKERD, "serve", config, "--control-fd=3");
  const child = start(command, args, { stdio: ["ignore", "inherit", "inherit", "pipe"] });
  const port = await Promise.race([listening(child), failure(child)]);
  return {
    url: `http://127.0.0.1:${port}`,
    cpuMicros: () => cpuMicros(child.pid, readdirSync(`/proc/${child.pid}/task`)),
    ownCpuMicros: () => cpuMicros(child.pid, [child.pid]),
    async stop() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}

async function listening(child) {
  for await (const line of createInterface({ input: child.stdio[3] })) {
    const { event, port } = JSON.parse(line);
    if (event === "listen") return port;
  }
  return failure(child);
}

function failure(child) {
  return new Promise((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`workerd ended with ${code}`)));
    setTimeout(() => reject(new Error("workerd does not listen")), PATIENCE_MS).unref();
  });
}

export function cpuMicros(pid, threads) {
  const nanos = threads.map((thread) => {
    const [onCpu] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
    return Number(onCpu);
  });
  return nanos.reduce((sum, value) => sum + value, 0) / 1000;
}
