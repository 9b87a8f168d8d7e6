// The site with a fake of `fetch`, to observe how the Worker reads a body: an endless stream of chunks, produced on
// demand. /fetch/pieces returns the number of chunks so far. After /fetch/fail, `fetch` throws as for an unreachable
// host.
import site from "../../../src/entry.js";

export { Account, Quota } from "../../../src/entry.js";

const PIECE = new Uint8Array(65_536).fill(65);
let pieces = 0;
let fails = false;

globalThis.fetch = async (request) => {
  if (fails) throw new TypeError(`fetch failed: ${request.url}`);
  return new Response(new ReadableStream({
    async pull(controller) {
      // A turn of the event loop, as each chunk from a network takes.
      await scheduler.wait(1);
      pieces += 1;
      controller.enqueue(PIECE);
    },
  }, { highWaterMark: 0 }));
};

export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/fetch/pieces") return new Response(String(pieces));
    if (pathname === "/fetch/fail") {
      fails = true;
      return new Response(null, { status: 204 });
    }
    return site.fetch(request, env, ctx);
  },
};
