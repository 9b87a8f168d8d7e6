// The site with a clock that tests advance: /test/clock?ms=60000 sets it a minute ahead. Timers run in real time.
import site from "../../../src/entry.js";

export { Account, Quota } from "../../../src/entry.js";

const RealDate = Date;
let ahead = 0;

globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [RealDate.now() + ahead] : given));
  }

  static now() {
    return RealDate.now() + ahead;
  }
};

export default {
  fetch(request, env, ctx) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/test/clock") return site.fetch(request, env, ctx);
    ahead = Number(searchParams.get("ms"));
    return new Response(null, { status: 204 });
  },
};
