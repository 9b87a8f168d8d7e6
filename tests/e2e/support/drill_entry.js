// The site with two more paths, which panic: the fire drill of panic.test.js. It panics in
// the call itself, or later on, where nobody sees it but the platform.
import site from "../../../src/entry.js";
import { trap, trapLater } from "./wasm.js";

export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/drill") return trap();
    if (pathname === "/drill-later") return trapLater();
    return site.fetch(request, env, ctx);
  },
};
