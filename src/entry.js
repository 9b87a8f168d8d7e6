// The Worker's front door. A GET or HEAD of a file is answered right here: strings into the WASM, a
// Location out. Everything else, and the first request of an isolate, takes the long way through
// workers-rs.
import Signpost from "../build/index.js";

export * from "../build/index.js";

const { ready, redirect } = Signpost.prototype;

// One for all redirects, since making the object anew costs more than the signature: a Response copies
// it at once. The same as web/redirect.rs has for the long way; a test compares the two.
const HEADERS = new Headers({
  "Cache-Control": "no-store",
  "Referrer-Policy": "no-referrer",
  "Access-Control-Allow-Origin": "*",
});

// Who may want JSON takes the long way: cheaper than handing every client's Accept to the WASM.
const JSON_WANTED = /json/i;

export default {
  fetch(request, env, ctx) {
    const { method } = request;
    const now = Date.now();
    const reads = method === "GET" || method === "HEAD";
    if (reads && !JSON_WANTED.test(request.headers.get("accept")) && ready(now)) {
      const location = redirect(request.url, now);
      if (location !== undefined) {
        HEADERS.set("Location", location);
        return new Response(null, { status: 302, headers: HEADERS });
      }
    }
    return new Signpost(ctx, env).fetch(request);
  },
};
