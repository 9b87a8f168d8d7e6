// Sites with drives of the fake vendor's, crowds that visit them, and a clock for both.
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { API_TOKEN, KEYS } from "./guarded.js";
import { openSite } from "./site.js";
import { SECRETS, startVendor } from "./vendor.js";

// The desk gives up a job after 20 seconds, and the Worker on the desk after 25.
const PATIENCE_MS = 30_000;
// An isolate repeats what it has, if that is old or a part, for three seconds.
const REPEATED_SECONDS = 3;
const ROOT = { personal: "/my", share: "/shared", open: "/open" };

/**
 * A vendor of its own and a cold site with this source of it. `mount` are further fields, or a function
 * of the vendor that gives them.
 */
export async function openMounted(source, { mount = {}, secrets = {}, vars = {}, ...options } = {}) {
  const vendor = await startVendor();
  const more = typeof mount === "function" ? mount(vendor) : mount;
  const mounts = [vendor.mount(source, ROOT[source], { ...more })];
  // A share's files are fetched with an account.
  if (source === "share") mounts.unshift(vendor.mount("personal", "/lender"));
  if (source === "share") mounts[1].account ??= "/lender";
  const site = await openSite({
    network: true,
    entry: "tests/e2e/support/clock_entry.js",
    secrets: secretsWith(secrets),
    vars: { MOUNTS: mounts, ...vars },
    ...options,
  });
  return new Mounted(vendor, site, mounts.at(-1).path);
}

function secretsWith(secrets) {
  const set = Object.entries(secrets).filter(([, value]) => value !== undefined);
  return { ...SECRETS, API_TOKEN, SITE_KEYS: KEYS, ...Object.fromEntries(set) };
}

class Mounted {
  #ahead = 0;

  constructor(vendor, site, root) {
    Object.assign(this, { vendor, site, root });
  }

  /** Puts both clocks forward. */
  async pass(seconds) {
    this.#ahead += seconds * 1_000;
    await this.#setClocks();
  }

  /** The process ends as in a power cut, and another begins with its storage. */
  async kill() {
    await this.site.kill();
    await this.#setClocks();
  }

  async restart(changes) {
    await this.site.restart(changes);
    await this.#setClocks();
  }

  /** The owner sets other secrets; one that is undefined is the fake's own again. */
  changeSecrets(secrets) {
    return this.restart({ secrets: secretsWith(secrets) });
  }

  async #setClocks() {
    const answer = await this.site.request(`/test/clock?ms=${this.#ahead}`);
    assert.equal(answer.status, 204);
    await this.vendor.set({ quirks: { clock_offset_ms: this.#ahead } });
  }

  /** Ends all faults and quirks, the time apart. */
  async mend() {
    await this.vendor.set({ clear: true, quirks: { clock_offset_ms: this.#ahead } });
  }

  /** A folder or file below the mount, as JSON; `seconds` is how long it took. */
  async get(path, options = {}) {
    const begun = performance.now();
    const answer = await this.site.request(this.root + path, { patience: PATIENCE_MS, ...options });
    return { ...answer, seconds: (performance.now() - begun) / 1_000 };
  }

  list(path) {
    return this.get(`${path}?format=json`);
  }

  /** So many of the same at once. */
  crowd(count, path) {
    return Promise.all(Array.from({ length: count }, () => this.list(path)));
  }

  /** A listing as soon as it is as wanted, asked for again and again; within `seconds`, or it fails. */
  async until(path, isWanted, seconds = 12) {
    const end = performance.now() + seconds * 1_000;
    for (;;) {
      const answer = await this.list(path);
      if (isWanted(answer)) return answer;
      const last = `${answer.status} ${state(answer)}: ${answer.text.slice(0, 200)}`;
      assert.ok(performance.now() < end, `after ${seconds} s still ${last}`);
      await wait(200);
      await this.pass(REPEATED_SECONDS);
    }
  }

  refresh(path = "/") {
    const at = encodeURIComponent(this.root + path);
    return this.site.request(`/-/api/refresh?path=${at}`, {
      method: "POST", headers: { authorization: `Bearer ${API_TOKEN}` }, patience: PATIENCE_MS,
    });
  }

  /** What the health page says of the mount, as of now: it is remembered for 15 seconds. */
  async health() {
    await this.pass(16);
    const { mounts, status } = JSON.parse((await this.site.request("/-/health")).text);
    return { status, ...mounts.at(-1).vendor };
  }

  /** How often each endpoint was called. */
  async calls() {
    return (await this.vendor.state()).calls;
  }

  /** How often one was. */
  async count(endpoint) {
    return (await this.calls())[endpoint] ?? 0;
  }

  async violations() {
    return (await this.vendor.state()).violations;
  }
}

/** The names in a listing. */
export function names(answer) {
  assert.equal(answer.status, 200, answer.text.slice(0, 300));
  return JSON.parse(answer.text).entries.map((entry) => entry.name);
}

/** `fresh`, `stale` or `loading`. */
export const state = (answer) => answer.headers["x-signpost-cache"]?.split(";")[0];
