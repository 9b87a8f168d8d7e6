// The site with a KV namespace that records its operations. /kv/operations returns all operations of this isolate,
// /kv/fail/get (or put; or hang instead of fail) makes them fail, and /kv/work ends that. Each takes as long as a real
// one without a cache nearby, so that requests can overtake it.
import site from "../../../src/entry.js";

export { Account, Quota } from "../../../src/entry.js";

const LATENCY_MS = 100;
const operations = [];
let failure;

export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/kv/operations") return Response.json(operations);
    if (pathname.startsWith("/kv/")) {
      failure = /^\/kv\/(?<how>fail|hang)\/(?<what>get|put)$/.exec(pathname)?.groups;
      return new Response(null, { status: 204 });
    }
    return site.fetch(request, { ...env, KV: recorded(env.KV) }, ctx);
  },
};

function recorded(namespace) {
  return new Proxy(namespace, {
    get(target, name) {
      const value = target[name];
      if (!["get", "getWithMetadata", "put", "delete", "list"].includes(name)) return value;
      return async (key, ...rest) => {
        operations.push(`${name === "getWithMetadata" ? "get" : name} ${key}`);
        await scheduler.wait(LATENCY_MS);
        if (failure && name.startsWith(failure.what)) {
          if (failure.how === "hang") await new Promise(() => {});
          throw new Error(`KV ${name} failed: 503 Service Unavailable`);
        }
        return value.call(target, key, ...rest);
      };
    },
  });
}
