// The quota object by itself: what is sent to the Worker goes to the object, as it is. But /drill
// panics in the WebAssembly instance that Worker and object share.
import { panicForTest } from "./wasm.js";

export { Account, Quota } from "../../../src/entry.js";

export default {
  fetch(request, env) {
    if (new URL(request.url).pathname === "/drill") return panicForTest();
    return env.QUOTA.getByName("site").fetch(request);
  },
};
