// The site behind TLS that ends in front of it: as on Cloudflare, its URLs are https.
import site from "../../../src/entry.js";

export { Account, Quota } from "../../../src/entry.js";

export default {
  fetch(request, env, ctx) {
    const secure = request.url.replace(/^http:/, "https:");
    return site.fetch(new Request(secure, request), env, ctx);
  },
};
