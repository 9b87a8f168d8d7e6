// A fake of 123Pan's CDN on loopback: it refuses every request that is not certainly valid.
import { after } from "node:test";
import http from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { decodePath, isDirectLinkHost, refusal } from "./cdn_auth.js";
import { bytesOf, rangeOf, sizeOf } from "./cdn_bytes.js";

const TYPES = {
  txt: "text/plain; charset=utf-8", png: "image/png", webp: "image/webp", svg: "image/svg+xml", wav: "audio/wav",
  mp3: "audio/mpeg", flac: "audio/flac", mp4: "video/mp4", webm: "video/webm", pdf: "application/pdf",
};
const MODIFIED = 1_700_000_000;
const PIECE = 256 * 1024;

/**
 * Starts a CDN, and stops it after the test (or test file) that opened it.
 *
 * `accounts` maps uids to private keys, `hosts` are the custom domains bound to them, `foreign`
 * hosts of somebody else (who must never see an `auth_key`), `rand` the form of the nonce.
 */
export async function openCdn(options = {}) {
  const cdn = new Cdn(options);
  after(() => cdn.close());
  await cdn.listen();
  return cdn;
}

class Cdn {
  /** Every request: `{ method, host, path, query, headers, status, reason }`. */
  log = [];
  /** The CDN's own clock, in whole Unix seconds; `advance` moves it, `reset` brings it back. */
  clock = {
    ahead: 0,
    now() { return Math.floor(Date.now() / 1000) + this.ahead; },
    advance(seconds) { this.ahead += seconds; },
    reset() { this.ahead = 0; },
  };
  /** Milliseconds of pause after each {@link PIECE} of a body: a real CDN is slower than loopback. */
  pauseMs = 0;
  /** Whether responses have a CORS header for all origins. */
  cors = true;
  /** The status with which every HEAD is refused, if any. */
  #headStatus;
  #files = new Map();
  /** The promises that delayed responses wait for, by the path of their object. */
  #held = new Map();
  /** What {@link stall} was told, by the path of the object. */
  #stalled = new Map();
  #options;
  #server = http.createServer((request, response) => this.#answer(request, response));

  constructor({ accounts = {}, hosts = [], foreign = [], rand } = {}) {
    this.#options = { accounts, hosts, foreign, rand };
  }

  listen() {
    return new Promise((resolve) => {
      this.#server.listen(0, "127.0.0.1", () => {
        this.port = this.#server.address().port;
        this.url = `http://127.0.0.1:${this.port}`;
        resolve();
      });
    });
  }

  close() {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  /**
   * Stores an object under its decoded path and returns its bytes. `uid` is the account it
   * belongs to: another account's signature, right as it may be, doesn't open it.
   */
  put(path, { size = sizeOf(path), body = bytesOf(path, size), uid, modified = MODIFIED } = {}) {
    this.#files.set(path, { body, uid, modified });
    return body;
  }

  bytes(path) {
    return this.#files.get(path).body;
  }

  /** The requests for one object. */
  requestsFor(path) {
    return this.log.filter((entry) => entry.path === path);
  }

  forget() {
    this.log.length = 0;
  }

  /** Refuses every HEAD with this status from now on, whatever it asks for, as some CDNs do. */
  refuseHead(status) {
    this.#headStatus = status;
  }

  /** Delays the responses for one object until the function that it returns is called. */
  hold(path) {
    const { promise, resolve } = Promise.withResolvers();
    this.#held.set(path, promise);
    return resolve;
  }

  /**
   * Lets the bytes of an object end at an offset, for the link that asks first: nothing more is sent, or, if it
   * `drops`, the connection breaks off. Other links are served in full.
   */
  stall(path, offset, { drops = false } = {}) {
    this.#stalled.set(path, { offset, drops });
  }

  /** Undoes what a test may have changed, but for the objects: its clock, its pauses, its CORS header, HEAD. */
  reset() {
    this.#headStatus = undefined;
    this.cors = true;
    this.pauseMs = 0;
    this.clock.reset();
    this.#held.clear();
    this.#stalled.clear();
  }

  async #answer(request, response) {
    // Requests to a proxy have the whole URL: wget and rclone use this server as one.
    const [, authority, target] = /^(?:http:\/\/([^/?]*))?(.*)$/s.exec(request.url);
    const host = (authority ?? request.headers.host ?? "").replace(/:80$/, "");
    const cut = target.indexOf("?");
    const rawPath = cut < 0 ? target : target.slice(0, cut);
    const query = cut < 0 ? "" : target.slice(cut + 1);
    const path = decodePath(rawPath);
    const entry = {
      method: request.method, host, path: path?.toString(), query, headers: request.headers,
    };
    this.log.push(entry);
    await this.#held.get(entry.path);
    const verdict = this.#judge(entry, rawPath, path);
    Object.assign(entry, verdict);
    const headers = { "Accept-Ranges": "bytes" };
    if (this.cors) headers["Access-Control-Allow-Origin"] = "*";
    if (verdict.reason) headers["X-Refused"] = verdict.reason;
    if (verdict.status !== 200) {
      response.writeHead(verdict.status, headers).end();
      return;
    }
    entry.status = this.#serve(entry, headers, response);
  }

  /** `{ status, reason }`: 200, 404 or 403. */
  #judge({ method, host, path, query }, rawPath, decoded) {
    const { accounts, hosts, foreign, rand } = this.#options;
    const no = (reason) => ({ status: 403, reason });
    if (method !== "GET" && method !== "HEAD") return no(`method ${method}`);
    if (method === "HEAD" && this.#headStatus) return { status: this.#headStatus, reason: "HEAD" };
    if (decoded === null) return no("malformed escape");
    if (!/^[\x21-\x7e]*$/.test(rawPath)) return no("path is not ASCII");
    if (foreign.includes(host)) {
      if (/auth_key/.test(query)) return no("a key met a foreign host");
      return { status: this.#files.has(path) ? 200 : 404 };
    }
    const known = hosts.includes(host) || isDirectLinkHost(host, Object.keys(accounts));
    if (!known) return no(`unknown host ${host}`);
    const reason = refusal({ path: decoded, query, accounts, rand, now: this.clock.now() });
    if (reason) return no(reason);
    const file = this.#files.get(path);
    if (!file) return { status: 404 };
    const uid = /(?:^|&)auth_key=[^-]*-[^-]*-(\d+)-/.exec(query)?.[1];
    if (file.uid !== undefined && file.uid !== uid) return no("another account's file");
    return { status: 200 };
  }

  /** Sends the object, or the part asked for; returns the status. */
  #serve({ method, path, query, headers: asked }, headers, response) {
    const { body, modified } = this.#files.get(path);
    headers["Content-Type"] = TYPES[path.split(".").pop()] ?? "application/octet-stream";
    headers["Last-Modified"] = new Date(modified * 1000).toUTCString();
    headers.ETag = `"${body.length.toString(16)}-${modified.toString(16)}"`;
    const range = method === "GET" ? rangeOf(asked.range, body.length) : "all";
    if (range === "none") {
      response.writeHead(416, { ...headers, "Content-Range": `bytes */${body.length}` }).end();
      return 416;
    }
    const part = range === "all" ? body : body.subarray(range.start, range.end + 1);
    const status = range === "all" ? 200 : 206;
    headers["Content-Length"] = part.length;
    if (status === 206) headers["Content-Range"] = `bytes ${range.start}-${range.end}/${body.length}`;
    response.writeHead(status, headers);
    const stalled = this.#stalled.get(path);
    if (stalled) stalled.query ??= query;
    if (method === "HEAD") response.end();
    else if (stalled?.query === query) breakOff(part.subarray(0, Math.max(0, stalled.offset - (range.start ?? 0))), stalled, response);
    else this.#send(part, response);
    return status;
  }

  async #send(part, response) {
    for (let at = 0; this.pauseMs > 0 && at < part.length && !response.destroyed; at += PIECE) {
      response.write(part.subarray(at, at + PIECE));
      await pause(this.pauseMs);
    }
    response.end(this.pauseMs > 0 ? undefined : part);
  }
}

/** Sends some bytes, and then nothing more. */
function breakOff(bytes, { drops }, response) {
  response.flushHeaders();
  response.write(bytes, () => { if (drops) response.destroy(); });
}
