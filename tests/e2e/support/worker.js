// The configuration of workerd: wrangler.toml as wrangler reads it, and the entry's modules as wrangler bundles them.
// The [build] command isn't run: the tests use the files in build/.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

// Before wrangler is loaded: reading its configuration must not use the network.
Object.assign(process.env, {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
});

/** The Worker's name within a test's process. */
export const NAME = "site";

let reading;
const bundles = new Map();

/**
 * Compatibility date and flags, the classes of Durable Objects, and the environment: variables, KV
 * namespaces, Durable Objects and rate limiters, no secrets.
 */
export function settings() {
  reading ??= read();
  return reading;
}

async function read() {
  const { unstable_readConfig: readConfig } = await import("wrangler");
  // Not the function that gives Miniflare's options: that one reads the developer's own secrets
  // from .dev.vars too, and a test must not depend on those.
  const config = readConfig({ config: path.join(ROOT, "wrangler.toml") }, { hideWarnings: true });
  const env = {};
  for (const [name, value] of Object.entries(config.vars)) {
    env[name] = typeof value === "string" ? { type: "text", value } : { type: "json", value };
  }
  for (const { binding } of config.kv_namespaces) env[binding] = { type: "kv", id: binding };
  for (const { name, class_name: exportName } of config.durable_objects.bindings) {
    env[name] = { type: "durable-object", worker: NAME, exportName };
  }
  for (const { name, namespace_id: namespace, simple } of config.ratelimits) {
    env[name] = { type: "rate-limit", namespace, simple };
  }
  return {
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: config.compatibility_flags,
    classes: config.migrations.flatMap((migration) => migration.new_sqlite_classes ?? []),
    env,
  };
}

/**
 * `{ manifest, exports }` of an entry: its modules and the names it exports, bundled once a process.
 * `entry` is relative to the root.
 */
export function bundle(entry) {
  if (!bundles.has(entry)) bundles.set(entry, build(entry));
  return bundles.get(entry);
}

async function build(entry) {
  const wasm = new Map();
  const { outputFiles, metafile } = await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2024",
    external: ["cloudflare:*", "node:*"],
    logLevel: "silent",
    plugins: [keepWasmApart(wasm)],
  });
  const modules = { "worker.js": { type: "esm", contents: outputFiles[0].text } };
  for (const [name, file] of wasm) {
    modules[name] = { type: "wasm", contents: new Uint8Array(await readFile(file)) };
  }
  const exports = Object.values(metafile.outputs).flatMap((output) => output.exports);
  return { manifest: { mainModule: "worker.js", modulesRoot: ROOT, modules }, exports };
}

/** Keeps WASM files as separate modules, imported by their bare names. */
function keepWasmApart(found) {
  return {
    name: "keep-wasm-apart",
    setup(build) {
      build.onResolve({ filter: /\.wasm$/ }, ({ path: specifier, resolveDir }) => {
        const name = path.basename(specifier);
        found.set(name, path.resolve(resolveDir, specifier));
        return { path: `./${name}`, external: true };
      });
    },
  };
}
