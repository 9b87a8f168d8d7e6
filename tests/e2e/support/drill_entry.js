// The site with three more paths, which panic: the fire drill of panic.test.js. It panics in the call
// itself, or later on, where nobody sees it but the platform, or where pages are made.
import site from "../../../src/entry.js";
import { trap, trapLater } from "./wasm.js";

export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/drill") return trap();
    if (pathname === "/drill-later") return trapLater();
    if (pathname === "/drill-pages") return import("../../../build/pages.js").then(({ trap }) => trap());
    return site.fetch(request, env, ctx);
  },
};
