// The site with its own fetch replaced, so that a test sees what the Worker does with a body: pieces
// are made as they are asked for, without end. /drill/pieces tells how many were. After /drill/fail
// the fetch fails as it does when nobody is at the address.
import site from "../../../src/entry.js";

export { Account, Quota } from "../../../src/entry.js";

const PIECE = new Uint8Array(65_536).fill(65);
let pieces = 0;
let fails = false;

globalThis.fetch = async (request) => {
  if (fails) throw new TypeError(`fetch failed: ${request.url}`);
  return new Response(new ReadableStream({
    async pull(controller) {
      // A turn of the event loop, as every piece from a network takes one.
      await scheduler.wait(1);
      pieces += 1;
      controller.enqueue(PIECE);
    },
  }, { highWaterMark: 0 }));
};

export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/drill/pieces") return new Response(String(pieces));
    if (pathname === "/drill/fail") {
      fails = true;
      return new Response(null, { status: 204 });
    }
    return site.fetch(request, env, ctx);
  },
};
