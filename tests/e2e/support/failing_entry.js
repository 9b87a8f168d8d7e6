// The site on a platform of which one part fails: /fail/NAME chooses it. /fail/instances returns the number of WASM
// instances so far.
import site, { Account, Quota as Real } from "../../../src/entry.js";
import { workerInitState } from "./wasm.js";

export { Account };

let failing;

const fail = () => {
  throw new Error("a failure for a test");
};

// The crate worker checks bindings by the names of their classes.
class Ratelimit {
  limit = fail;
}
class DurableObjectNamespace {
  getByName = fail;
}

const BINDINGS = {
  "limiter-null": { GUESSES: null },
  "limiter-text": { GUESSES: "a variable" },
  "limiter-throws": { GUESSES: new Ratelimit() },
  "kv-null": { KV: null },
  "kv-text": { KV: "a variable" },
  "kv-throws": { KV: { get: fail, put: fail, list: fail, delete: fail } },
  "objects-null": { QUOTA: null },
  "objects-throw": { QUOTA: new DurableObjectNamespace() },
};

/** The quota object, with a database that fails. */
export class Quota {
  #real;

  constructor(state, env) {
    const { sql } = state.storage;
    const exec = (...query) => {
      if (failing === "sql-exec") fail();
      const cursor = sql.exec(...query);
      return failing === "sql-rows" ? { raw: () => ({ next: fail }) } : cursor;
    };
    const storage = failing === "sql-none" ? Object.defineProperty({}, "sql", { get: fail }) : { sql: { exec } };
    this.#real = new Real({ storage }, env);
  }

  fetch(request) {
    return this.#real.fetch(request);
  }
}

export default {
  fetch(request, env, ctx) {
    const [, root, name] = new URL(request.url).pathname.split("/");
    if (root !== "fail") {
      const context = failing === "context" ? { waitUntil: fail } : ctx;
      return site.fetch(request, { ...env, ...BINDINGS[failing] }, context);
    }
    if (name === "instances") return Response.json(workerInitState().instanceId);
    failing = name;
    return new Response(null, { status: 204 });
  },
};
