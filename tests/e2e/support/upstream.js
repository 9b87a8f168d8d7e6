// The fake CDN for the Worker's own fetches: requests from Miniflare are passed to it, and its responses are streamed
// back. Conditional requests are handled here, since the fake CDN doesn't implement them.
import http from "node:http";
import { Readable } from "node:stream";
import { Response } from "miniflare";

/** A function for `openSite`'s option `outbound`. */
export function through(cdn) {
  return async (request) => {
    const headers = Object.fromEntries(request.headers);
    if (CONDITIONS.some((name) => headers[name] !== undefined)) {
      const { headers: known } = await ask(cdn, request.url, "HEAD", {});
      const status = precondition(headers, known);
      if (status !== undefined) {
        cdn.log.push({ method: request.method, path: String(status), headers });
        const validators = { etag: known.etag, "last-modified": known["last-modified"] };
        return new Response(null, { status, headers: validators });
      }
      const range = headers["if-range"];
      if (range !== undefined && range !== known.etag && range !== known["last-modified"]) delete headers.range;
    }
    const answer = await ask(cdn, request.url, request.method, headers);
    const body = request.method === "HEAD" ? null : Readable.toWeb(answer);
    if (body === null) answer.resume();
    return new Response(body, { status: answer.statusCode, headers: answer.headers, encodeBody: "manual" });
  };
}

const CONDITIONS = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range"];

/** The status of the condition that does not hold (RFC 9110, section 13.2.2), or undefined. */
function precondition(asked, { etag, "last-modified": modified }) {
  const then = Date.parse(modified);
  const match = asked["if-match"];
  const noneMatch = asked["if-none-match"];
  if (match !== undefined ? match !== etag && match !== "*" : then > Date.parse(asked["if-unmodified-since"])) return 412;
  if (noneMatch !== undefined) return noneMatch === etag || noneMatch === "*" ? 304 : undefined;
  return then <= Date.parse(asked["if-modified-since"]) ? 304 : undefined;
}

function ask(cdn, url, method, headers) {
  return new Promise((resolve, reject) => {
    const sent = { ...headers, host: new URL(url).host };
    const request = http.request({ host: "127.0.0.1", port: cdn.port, method, path: url, headers: sent, agent: false });
    request.on("response", resolve).on("error", reject).end();
  });
}
