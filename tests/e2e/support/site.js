// The built Worker in real workerd, with real KV and Durable Objects: one process for each site.
//
// Miniflare and not wrangler's test harness: the harness serves through two proxy Workers that
// rewrite the request line (a backslash becomes a slash), costs a second a site and loses KV at a
// restart. The direct socket below is workerd's own: what a test sends is what the Worker gets.
import assert from "node:assert/strict";
import { after } from "node:test";
import http from "node:http";
import net from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { Miniflare, NoOpLog } from "miniflare";
import { listenerAt } from "./process.js";
import { NAME, bundle, settings } from "./worker.js";

/** The Worker as it is deployed. */
export const WORKER = "src/entry.js";

/** The quota object alone, its database open to `database`. */
export const QUOTA_DATABASE = "tests/e2e/support/quota_database_entry.js";

// The default timeout of a request: no response takes as long.
const PATIENCE_MS = 20_000;

/**
 * Starts a site, and stops it after the test (or test file) that opened it.
 *
 * `vars` are JSON variables, `secrets` texts, `kv` the first contents of the namespace, `ratelimits`
 * rate limiters `{ NAME: { limit, period } }` (a period of 10 or 60 seconds, in step with the clock).
 * What wrangler.toml sets stays, unless one of the same name is given or `without` names it.
 *
 * `outbound`, a function of a Request to a Response, answers what the Worker fetches; `network` lets it
 * reach whatever it asks for, as the fake vendor on this machine. Without either its fetches fail.
 */
export async function openSite(options = {}) {
  const site = new Site(options);
  after(() => site.close());
  await site.start();
  return site;
}

export class Site {
  /** The lines of the Worker's log. */
  logs = [];
  /** URLs the Worker fetched, or tried to: without the option `outbound` there is no reason for any. */
  outbound = [];
  #options;
  #miniflare;

  constructor(options) {
    this.#options = options;
  }

  async start() {
    this.#miniflare = new Miniflare(await this.#describe());
    await this.#find();
    for (const [key, value] of Object.entries(this.#options.kv ?? {})) await this.kvPut(key, value);
  }

  /**
   * A new process with the same KV and Durable Objects, as after a deploy; `changes` replace the
   * options named.
   */
  async restart(changes = {}) {
    this.#options = { ...this.#options, ...changes };
    await this.#miniflare.setOptions(await this.#describe());
    await this.#find();
  }

  /**
   * Ends the process as a power cut would: no handler of its runs. The same storage comes back with
   * {@link restart}.
   */
  async kill() {
    process.kill(await listenerAt(this.port), "SIGKILL");
    await this.restart();
  }

  async close() {
    await this.#miniflare?.dispose();
    this.#miniflare = undefined;
  }

  async kvGet(key) {
    return (await this.#miniflare.getKVNamespace("KV")).get(key);
  }

  async kvPut(key, value) {
    await (await this.#miniflare.getKVNamespace("KV")).put(key, value);
  }

  async kvDelete(key) {
    await (await this.#miniflare.getKVNamespace("KV")).delete(key);
  }

  async kvKeys() {
    const { keys } = await (await this.#miniflare.getKVNamespace("KV")).list();
    return keys.map((key) => key.name).sort();
  }

  /** Waits for a copy of a listing in KV: they are written after the answer has gone out. */
  async listingKept(seconds = 60) {
    const end = performance.now() + seconds * 1_000;
    while (!(await this.kvKeys()).some((key) => key.startsWith("listing"))) {
      assert.ok(performance.now() < end, `no copy of a listing in KV after ${seconds} s`);
      await wait(50);
    }
  }

  /** Waits for such a line in the log: workerd hands its lines over a little after the answer. */
  async logged(pattern, seconds = 60) {
    const end = performance.now() + seconds * 1_000;
    while (!this.logs.some((line) => pattern.test(line))) {
      assert.ok(performance.now() < end, `no ${pattern} in the log after ${seconds} s:\n${this.logs.join("\n")}`);
      await wait(50);
    }
  }

  /** Rows of the quota object's database, for the entry `QUOTA_DATABASE`. */
  async database(query, ...bindings) {
    const object = { name: "site" };
    const storage = await this.#miniflare.unsafeGetDurableObjectStorage(NAME, "Quota", object);
    return storage.exec(query, ...bindings);
  }

  /** One request, the path sent as written, no redirect followed. */
  request(path, { method = "GET", headers = {}, body, patience } = {}) {
    return send({ port: this.port, path, method, headers, body, patience });
  }

  /** The same as a `GET` that asks for JSON in the query. */
  async json(path) {
    const answer = await this.request(`${path}?format=json`);
    return JSON.parse(answer.text);
  }

  /** The raw bytes of an HTTP exchange: for request lines that no client would send. */
  raw(bytes) {
    return new Promise((resolve, reject) => {
      const chunks = [];
      const socket = net.connect(this.port, "127.0.0.1", () => socket.write(bytes));
      socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error("no end of the answer")));
      socket.on("data", (chunk) => chunks.push(chunk));
      socket.on("error", reject);
      socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
    });
  }

  async #find() {
    await this.#miniflare.ready;
    this.url = (await this.#miniflare.unsafeGetDirectURL()).origin;
    this.port = Number(new URL(this.url).port);
  }

  async #describe() {
    const { compatibilityDate, compatibilityFlags, classes } = await settings();
    const { manifest, exports } = await bundle(this.#options.entry ?? WORKER);
    const outboundService = { type: "fetcher", handler: (request) => this.#fetched(request) };
    const sqlite = { type: "durable-object", storage: "sqlite" };
    const exported = classes.filter((name) => exports.includes(name));
    return {
      host: "127.0.0.1",
      port: 0,
      cf: false,
      log: new NoOpLog(),
      logRequests: false,
      enableDevRegistry: false,
      unsafeInspectDurableObjects: this.#options.entry === QUOTA_DATABASE,
      handleStructuredLogs: ({ message }) => this.logs.push(message),
      workers: [{
        config: {
          name: NAME,
          compatibilityDate,
          compatibilityFlags,
          manifest,
          exports: Object.fromEntries(exported.map((name) => [name, sqlite])),
          env: await this.#environment(exports),
        },
        dev: {
          ...(this.#options.network ? {} : { outboundService }),
          unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
        },
      }],
    };
  }

  /** An entry that doesn't export a Durable Object's class goes without its binding. */
  async #environment(exports) {
    const { vars = {}, secrets = {}, ratelimits = {}, without = [] } = this.#options;
    const env = { ...(await settings()).env };
    for (const [name, value] of Object.entries({ ...vars, ...secrets })) env[name] = variable(value);
    for (const [name, { limit, period = 60 }] of Object.entries(ratelimits)) {
      env[name] = { type: "rate-limit", namespace: name, simple: { limit, period } };
    }
    for (const [name, { exportName }] of Object.entries(env)) {
      if (exportName !== undefined && !exports.includes(exportName)) delete env[name];
    }
    for (const name of without) delete env[name];
    return env;
  }

  #fetched(request) {
    this.outbound.push(request.url);
    const { outbound = refuse } = this.#options;
    return outbound(request);
  }
}

function refuse(request) {
  throw new Error(`the Worker fetched ${request.url}`);
}

/** A variable as deployed: JSON, so that a field set to undefined is one left out. */
function variable(value) {
  if (typeof value === "string") return { type: "text", value };
  return { type: "json", value: JSON.parse(JSON.stringify(value)) };
}

/** `{ status, headers, rawHeaders, body, text }` of one request to 127.0.0.1. */
export function send({ port, path, method = "GET", headers = {}, body, patience = PATIENCE_MS }) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port, path, method, headers, agent: false });
    request.setTimeout(patience, () => request.destroy(new Error(`no answer to ${path}`)));
    request.on("error", reject);
    request.on("response", (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const bytes = Buffer.concat(chunks);
        const { statusCode: status, headers: received, rawHeaders } = response;
        resolve({ status, headers: received, rawHeaders, body: bytes, text: bytes.toString() });
      });
    });
    request.end(body);
  });
}
