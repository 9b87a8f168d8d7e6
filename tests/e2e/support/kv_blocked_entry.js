// The site with a KV namespace whose writes can be blocked: after /kv/block the next write waits for /kv/release, and
// others overtake it, as they do between data centres.
import site from "../../../src/entry.js";

export { Account, Quota } from "../../../src/entry.js";

const held = [];
let isBlocking = false;

export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/kv/block") isBlocking = true;
    if (pathname === "/kv/held") return new Response(String(held.length));
    if (pathname === "/kv/release") held.length = 0;
    if (pathname.startsWith("/kv/")) return new Response(null, { status: 204 });
    return site.fetch(request, { ...env, KV: watched(env.KV) }, ctx);
  },
};

function watched(namespace) {
  return new Proxy(namespace, {
    get(target, name) {
      if (name !== "put") return typeof target[name] === "function" ? target[name].bind(target) : target[name];
      return async (...args) => {
        if (isBlocking) {
          isBlocking = false;
          held.push(args[0]);
          while (held.length > 0) await scheduler.wait(5);
        }
        return target.put(...args);
      };
    },
  });
}
