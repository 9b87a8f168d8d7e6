// The site with a panic while the isolate starts: the settings are lost with the WASM instance.
import site from "../../../src/entry.js";
import { panicForTest } from "./wasm.js";

export { Account, Quota } from "../../../src/entry.js";

try {
  panicForTest();
} catch {
  // As src/entry.js catches its own panics.
}

export default site;
