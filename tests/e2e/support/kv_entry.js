// The site with its KV namespace watched. /kv/operations tells every operation of this isolate,
// /kv/fail/get (or put, or hang instead of fail) makes those fail and /kv/work ends that. Each takes
// as long as a real one that isn't cached near by, so that requests can overtake it.
import site from "../../../src/entry.js";

export { Account, Quota } from "../../../src/entry.js";

const LATENCY_MS = 100;
const operations = [];
let trouble;

export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/kv/operations") return Response.json(operations);
    if (pathname.startsWith("/kv/")) {
      trouble = /^\/kv\/(?<how>fail|hang)\/(?<what>get|put)$/.exec(pathname)?.groups;
      return new Response(null, { status: 204 });
    }
    return site.fetch(request, { ...env, KV: watched(env.KV) }, ctx);
  },
};

function watched(namespace) {
  return new Proxy(namespace, {
    get(target, name) {
      const value = target[name];
      if (!["get", "getWithMetadata", "put", "delete", "list"].includes(name)) return value;
      return async (key, ...rest) => {
        operations.push(`${name === "getWithMetadata" ? "get" : name} ${key}`);
        await scheduler.wait(LATENCY_MS);
        if (trouble && name.startsWith(trouble.what)) {
          if (trouble.how === "hang") await new Promise(() => {});
          throw new Error(`KV ${name} failed: 503 Service Unavailable`);
        }
        return value.call(target, key, ...rest);
      };
    },
  });
}
