// The quota object with its database open to the test. Whoever reads it calls into the object, which
// takes a class that says so; the real one doesn't.
import { DurableObject } from "cloudflare:workers";
import { Quota as Real } from "../../../src/entry.js";

export { Account } from "../../../src/entry.js";
export { default } from "./quota_entry.js";

export class Quota extends DurableObject {
  #real;

  constructor(state, env) {
    super(state, env);
    this.#real = new Real(state, env);
  }

  fetch(request) {
    return this.#real.fetch(request);
  }
}
