// The site with three more paths, which panic, for panic.test.js: in the call
// itself, or later on, where nobody sees it but the platform, or where pages are made.
import site from "../../../src/entry.js";
import { panicForTest, panicLaterForTest } from "./wasm.js";

export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/drill") return panicForTest();
    if (pathname === "/drill-later") return panicLaterForTest();
    if (pathname === "/drill-pages") return import("../../../build/pages.js").then(({ panic_for_test: panicForTest }) => panicForTest());
    return site.fetch(request, env, ctx);
  },
};
