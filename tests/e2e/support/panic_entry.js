// The site with three more paths, which panic, for panic.test.js: in the call itself, later in a task that only the
// platform observes, and in the WASM module of pages.
import site from "../../../src/entry.js";
import { panicForTest, panicLaterForTest } from "./wasm.js";

export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/panic") return panicForTest();
    if (pathname === "/panic-later") return panicLaterForTest();
    if (pathname === "/panic-pages") return import("../../../build/pages.js").then(({ panic_for_test: panicForTest }) => panicForTest());
    return site.fetch(request, env, ctx);
  },
};
