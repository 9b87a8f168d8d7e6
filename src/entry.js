// The Worker's front door. A GET or HEAD of a file is answered right here: strings into the WASM, a
// Location out. Everything else takes the long way.
//
// A panic ends a WASM instance. The next call of an export makes a new one; but only a call that
// passes no strings and no objects is safe there, since those would be the old instance's.
import { env } from "cloudflare:workers";
import * as wasm from "../build/index.js";

// What every redirect is a copy of: taking the parts of one anew costs more than the signature. The
// headers are those that routes/redirect.rs has for the long way; a test compares the two.
const REDIRECT = new Response(null, {
  status: 302,
  headers: {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Access-Control-Allow-Origin": "*",
  },
});
const { headers: HEADERS } = REDIRECT;

// Who may want JSON takes the long way: cheaper than handing every client's Accept to the WASM.
const JSON_WANTED = /json/i;

// Pages are rendered by a module of their own, which no redirect loads. A playlist's text comes beside its
// view.
async function render(view, playlist) {
  const pages = await import("../build/pages.js");
  // First, for the sake of the page after a panic.
  pages.ready();
  return playlist === undefined ? pages.render(view) : pages.rewrite(playlist, view);
}

// The settings, and the trees in them, are read before any request: see edge/startup.rs. An isolate runs
// one version of the Worker, so that these are the settings of all its requests.
try {
  wasm.preload(env);
} catch {
  // A panic, which is in the log by now. The first request reads them again, in a new WASM instance.
}

// What traps without a panic (as when memory is out), where no call from here sees it.
addEventListener("error", ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError) wasm.__wbg_reset_state();
});

export default {
  fetch(request, env, ctx) {
    const { method } = request;
    const now = Date.now();
    // First in any case, for the sake of the request after a panic.
    const isReady = wasm.ready(now);
    const reads = method === "GET" || method === "HEAD";
    if (isReady && reads && !JSON_WANTED.test(request.headers.get("accept"))) {
      const location = wasm.redirect(request.url, now);
      if (location !== undefined) {
        HEADERS.set("Location", location);
        return new Response(null, REDIRECT);
      }
    }
    return wasm.fetch(request, env, ctx, render);
  },
};

// A Durable Object whose work is done by a class of the WASM: its objects end with their instance, which
// this one outlives. The number of the instance is the crate `worker`'s.
function durableObject(Class) {
  return class {
    #state;
    #env;
    #object;
    #instance;

    constructor(state, env) {
      // A class without a database throws here: inside the WASM it would end the instance.
      if (!state.storage.sql) throw new Error("no database");
      this.#state = state;
      this.#env = env;
    }

    fetch(request) {
      const { instanceId } = wasm.__worker_init_state();
      if (this.#instance !== instanceId) {
        this.#object = new Class(this.#state, this.#env);
        this.#instance = instanceId;
      }
      return this.#object.fetch(request);
    }
  };
}

// Counts links and bytes, and keeps the revoked share links: edge/quota_object.rs.
export const Quota = durableObject(wasm.QuotaObject);

// Makes all calls of one account at 123Pan: edge/account_object.rs.
export const Account = durableObject(wasm.AccountObject);
