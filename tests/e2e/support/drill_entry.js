// The site with two more paths, which panic: the fire drill of panic.test.js. The Worker calls into
// WebAssembly in two ways, directly on its short path and through workers-rs on the long one.
import site from "../../../src/entry.js";
import { trapDirectly, trapThroughShim } from "./wasm.js";

export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/drill") return trapDirectly();
    if (pathname === "/drill-shim") return trapThroughShim(env, ctx);
    return site.fetch(request, env, ctx);
  },
};
