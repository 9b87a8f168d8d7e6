// The fake 123Pan as a process of its own, which workerd reaches over loopback.
import { after } from "node:test";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { send } from "./site.js";

const PROGRAM = "target/debug/examples/fake_vendor";
// It ends by itself, in case a test is killed before it can stop it.
const LIFE_SECONDS = "900";

/** The marker that every secret of the fake contains, and nothing else. */
export const MARKER = "FAKEsecret";

/** Credentials of the fake's account (tests/it/support/vendor/accounts.rs), by the names that mounts use. */
export const SECRETS = {
  PAN_USER: "user-FAKEsecret-1",
  PAN_PASSWORD: "pw-FAKEsecret-1",
  OPEN_ID: "client-FAKEsecret-1",
  OPEN_SECRET: "clientkey-FAKEsecret-1",
  OPEN_REFRESH: "refresh-FAKEsecret-0",
  DIRECT_KEY: "directFAKEsecret1",
  SHARE: "https://www.123pan.com/s/VN6A-qP163?pwd=q7Zf",
};

/** Starts a fake, and stops it after the test (or test file) that started it. */
export async function startVendor() {
  const vendor = new Vendor();
  after(() => vendor.close());
  await vendor.start();
  return vendor;
}

export class Vendor {
  #process;

  async start() {
    const args = ["--port", "0", "--for", LIFE_SECONDS];
    this.#process = spawn(PROGRAM, args, { stdio: ["ignore", "pipe", "inherit"] });
    this.#process.on("error", (error) => {
      throw new Error(`${PROGRAM} does not run: make run-build builds it`, { cause: error });
    });
    const lines = createInterface({ input: this.#process.stdout });
    const [line] = await once(lines, "line");
    this.url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)[0];
    this.port = Number(new URL(this.url).port);
  }

  async close() {
    if (this.#process === undefined || this.#process.exitCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    await ended;
  }

  /** Counts of calls, sign-ins, violations, live tokens. */
  state() {
    return this.#get("/_fake/state");
  }

  /** The last calls, without secrets. */
  calls() {
    return this.#get("/_fake/calls");
  }

  /** Sets quirks and faults; see the header of examples/fake_vendor.rs. */
  set(what) {
    return this.#post("/_fake/set", what);
  }

  /** Clears all injected faults and quirks. */
  clear() {
    return this.set({ clear: true });
  }

  /** Changes the account's files. */
  change(what) {
    return this.#post("/_fake/change", what);
  }

  /** Tokens as a browser would have them: `{ web, open, refresh }`. */
  issue() {
    return this.#post("/_fake/issue", {});
  }

  /** The children of a folder, as `{ id, name, type, size, modified_ms, status, trashed, … }`. */
  children(path) {
    return this.#get(`/_fake/children?path=${encodeURIComponent(path)}`);
  }

  /** One file or folder, in the same form. */
  node(path) {
    return this.#get(`/_fake/node?path=${encodeURIComponent(path)}`);
  }

  /** The bytes of a file, by its path or its id. */
  async content(file) {
    const name = typeof file === "number" ? "id" : "path";
    const path = `/_fake/content?${name}=${encodeURIComponent(file)}`;
    return (await send({ port: this.port, path })).body;
  }

  /** The number of calls of an endpoint, or of all endpoints with this prefix. */
  async count(name) {
    const { calls } = await this.state();
    const meant = Object.entries(calls).filter(([each]) => each === name || each.startsWith(`${name}.`));
    return meant.reduce((sum, [, count]) => sum + count, 0);
  }

  /** Requests a link of the vendor, as a redirected client does. */
  fetch(path, headers = {}) {
    return send({ port: this.port, path, headers });
  }

  /** The settings of a mount of this fake. `more` overrides fields, or removes them if undefined. */
  mount(source, path, more = {}) {
    const web = { api: `${this.url}/b/api`, login: `${this.url}/api/user/sign_in` };
    const fields = {
      personal: { ...web, username: "PAN_USER", password: "PAN_PASSWORD" },
      share: { api: web.api, key: "SHARE" },
      open: { api: this.url, client_id: "OPEN_ID", client_secret: "OPEN_SECRET" },
    };
    return { path, source, ...fields[source], ...more };
  }

  async #get(path) {
    return JSON.parse((await send({ port: this.port, path })).text);
  }

  async #post(path, what) {
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify(what);
    const answer = await send({ port: this.port, path, method: "POST", headers, body });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.text}`);
    return JSON.parse(answer.text);
  }
}
