// Sites with remote mounts of a fake vendor, concurrent requests, and one clock for both.
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { API_TOKEN, KEYS } from "./guarded.js";
import { openSite } from "./site.js";
import { SECRETS, startVendor } from "./vendor.js";

// The account object's timeout is 20 seconds, the Worker's timeout for the account object 25.
const PATIENCE_MS = 30_000;
// An isolate repeats a stale or partial listing for three seconds.
const REPEATED_SECONDS = 3;
const ROOT = { personal: "/my", share: "/shared", open: "/open" };

/**
 * Starts a vendor, and a site without caches that mounts this source of it. `mount` are further fields of the mount, or
 * a function that returns them for the vendor.
 */
export async function openMounted(source, { mount = {}, secrets = {}, vars = {}, ...options } = {}) {
  const vendor = await startVendor();
  const more = typeof mount === "function" ? mount(vendor) : mount;
  const mounts = [vendor.mount(source, ROOT[source], { ...more })];
  // A share's links need an account.
  if (source === "share") mounts.unshift(vendor.mount("personal", "/account"));
  if (source === "share") mounts[1].account ??= "/account";
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

  /** Advances both clocks. */
  async pass(seconds) {
    this.#ahead += seconds * 1_000;
    await this.#setClocks();
  }

  /** Kills the process as in a power cut, and starts another with the same storage. */
  async kill() {
    await this.site.kill();
    await this.#setClocks();
  }

  async restart(changes) {
    await this.site.restart(changes);
    await this.#setClocks();
  }

  /** Restarts the site with other secrets; an undefined one is reset to the fake's own. */
  changeSecrets(secrets) {
    return this.restart({ secrets: secretsWith(secrets) });
  }

  async #setClocks() {
    const answer = await this.site.request(`/test/clock?ms=${this.#ahead}`);
    assert.equal(answer.status, 204);
    await this.vendor.set({ quirks: { clock_offset_ms: this.#ahead } });
  }

  /** Clears all injected faults and quirks, except the clock's offset. */
  async clearFaults() {
    await this.vendor.set({ clear: true, quirks: { clock_offset_ms: this.#ahead } });
  }

  /** Requests a path below the mount; `seconds` is how long the response took. */
  async get(path, options = {}) {
    const begun = performance.now();
    const answer = await this.site.request(this.root + path, { patience: PATIENCE_MS, ...options });
    return { ...answer, seconds: (performance.now() - begun) / 1_000 };
  }

  list(path) {
    return this.get(`${path}?format=json`);
  }

  /** Lists a path `count` times concurrently. */
  crowd(count, path) {
    return Promise.all(Array.from({ length: count }, () => this.list(path)));
  }

  /** Lists a path repeatedly until `isWanted` accepts the response; fails after `seconds`. */
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

  /** The mount's current state on the health page, which caches it for 15 seconds. */
  async health() {
    await this.pass(16);
    const { mounts, status } = JSON.parse((await this.site.request("/-/health")).text);
    return { status, ...mounts.at(-1).vendor };
  }

  /** The numbers of calls by endpoint. */
  async calls() {
    return (await this.vendor.state()).calls;
  }

  /** The number of calls of one endpoint. */
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

/** The state of a response's listing: `fresh`, `stale` or `loading`. */
export const state = (answer) => answer.headers["x-signpost-cache"]?.split(";")[0];
