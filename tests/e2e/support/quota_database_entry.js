// The quota object for tests that query its database: those calls need a subclass of DurableObject, which the real
// object is not.
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
