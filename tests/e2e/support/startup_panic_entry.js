// The site, whose WASM instance panics while the isolate starts: what was read there is gone with it.
import site from "../../../src/entry.js";
import { panicForTest } from "./wasm.js";

export { Account, Quota } from "../../../src/entry.js";

try {
  panicForTest();
} catch {
  // As src/entry.js does with one of its own.
}

export default site;
