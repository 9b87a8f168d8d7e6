// The quota object alone: requests to the Worker are passed to the object unchanged, except /panic, which panics in the
// WASM instance that Worker and object share.
import { panicForTest } from "./wasm.js";

export { Account, Quota } from "../../../src/entry.js";

export default {
  fetch(request, env) {
    if (new URL(request.url).pathname === "/panic") return panicForTest();
    return env.QUOTA.getByName("site").fetch(request);
  },
};
