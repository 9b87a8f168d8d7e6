// The Worker's front door. A GET or HEAD of a file is answered right here, with one call into the
// WASM: strings in, a Location out. Everything else, and the first request of an isolate, takes the
// long way through workers-rs.
import Signpost from "../build/index.js";

export * from "../build/index.js";

const { redirect } = Signpost.prototype;

export default {
  fetch(request, env, ctx) {
    const { method } = request;
    if (method === "GET" || method === "HEAD") {
      const location = redirect(request.url, request.headers.get("accept") ?? "", Date.now());
      if (location !== undefined) {
        return new Response(null, {
          status: 302,
          headers: {
            Location: location,
            // The same as web/redirect.rs has for the long way; a test compares the two.
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "Access-Control-Allow-Origin": "*",
          },
        });
      }
    }
    return new Signpost(ctx, env).fetch(request);
  },
};
