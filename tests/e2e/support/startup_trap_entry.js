// The site, whose WASM instance panics while the isolate starts: what was read there is gone with it.
import site from "../../../src/entry.js";
import { trap } from "./wasm.js";

export { Account, Quota } from "../../../src/entry.js";

try {
  trap();
} catch {
  // As src/entry.js does with one of its own.
}

export default site;
