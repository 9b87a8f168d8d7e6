// The Worker's entry point. A GET or HEAD of a file is answered here (the hot path): the request's URL, and whether it is
// a HEAD, into the WASM, a Location out. Every other request goes through `fetch` of the WASM and its router.
//
// A panic ends a WASM instance, and the next call of an export creates a new one. In that call only arguments without
// strings and objects are safe, since those would belong to the old instance.
import { env } from "cloudflare:workers";
import * as wasm from "../build/index.js";

// The template of every redirect: building a new ResponseInit costs more than the signature. The headers are those of
// routes/redirect.rs; a test compares the two.
const REDIRECT = new Response(null, {
  status: 302,
  headers: {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Access-Control-Allow-Origin": "*",
  },
});
const { headers: HEADERS } = REDIRECT;

// Requests that may want JSON go through the router: cheaper than passing every Accept header to the WASM.
const JSON_WANTED = /json/i;

// Renders a page, or rewrites a playlist, whose text is a separate argument, in a WASM module of its own, which no
// redirect loads.
async function render(view, playlist) {
  const pages = await import("../build/pages.js");
  // Called first, so that the page after a panic gets a new instance.
  pages.ready();
  return playlist === undefined ? pages.render(view) : pages.rewrite(playlist, view);
}

// Reads the settings, and the trees in them, before any request: see edge/startup.rs. An isolate runs one version of
// the Worker, so that all its requests have these settings.
try {
  wasm.preload(env);
} catch {
  // A panic, which is logged. The first request reads the settings again, in a new WASM instance.
}

// Resets the WASM instance after a trap without a panic, such as out of memory, in a task of its own.
addEventListener("error", ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError) wasm.__wbg_reset_state();
});

export default {
  fetch(request, env, ctx) {
    const now = Date.now();
    // Called first, so that the request after a panic gets a new instance.
    if (wasm.ready(now)) return answer(request, env, ctx, now);
    return wasm.prepare(env, ctx).then(() => answer(request, env, ctx, now));
  },
};

function answer(request, env, ctx, now) {
  const { method } = request;
  const isHead = method === "HEAD";
  if ((isHead || method === "GET") && !JSON_WANTED.test(request.headers.get("accept"))) {
    const location = wasm.redirect(request.url, isHead, now);
    if (location !== undefined) {
      HEADERS.set("Location", location);
      return new Response(null, REDIRECT);
    }
  }
  return wasm.fetch(request, env, ctx, render);
}

// Creates the class of a Durable Object that is implemented in the WASM. An object of the WASM ends with its instance,
// which this one outlives. The instance's id is the crate `worker`'s.
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
