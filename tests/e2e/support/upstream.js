// The CDN as the Worker's own fetches reach it: what Miniflare hands over goes to the fake CDN, and
// the fake CDN's answer comes back as it streams. Conditional requests are answered here, as a real
// CDN does and the fake one doesn't.
import http from "node:http";
import { Readable } from "node:stream";
import { Response } from "miniflare";

/** A function for `openSite`'s option `outbound`. */
export function through(cdn) {
  return async (request) => {
    const headers = Object.fromEntries(request.headers);
    const etag = headers["if-none-match"];
    const range = headers["if-range"];
    if (range !== undefined || etag !== undefined) {
      const { headers: known } = await ask(cdn, request.url, "HEAD", {});
      if (etag === known.etag) {
        cdn.log.push({ method: request.method, path: "304", headers });
        return new Response(null, { status: 304, headers: { etag } });
      }
      if (range !== undefined && range !== known.etag && range !== known["last-modified"]) delete headers.range;
    }
    const answer = await ask(cdn, request.url, request.method, headers);
    const body = request.method === "HEAD" ? null : Readable.toWeb(answer);
    if (body === null) answer.resume();
    return new Response(body, { status: answer.statusCode, headers: answer.headers, encodeBody: "manual" });
  };
}

function ask(cdn, url, method, headers) {
  return new Promise((resolve, reject) => {
    const sent = { ...headers, host: new URL(url).host };
    const request = http.request({ host: "127.0.0.1", port: cdn.port, method, path: url, headers: sent, agent: false });
    request.on("response", resolve).on("error", reject).end();
  });
}
