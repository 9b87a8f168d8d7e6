// hls.js on a page of another site: films play in Chromium, also when links expire during playback.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import http from "node:http";
import { after, test } from "node:test";
import { openBrowser, openPage } from "./support/browser.js";
import { shared } from "./support/guarded.js";
import { Cinema, SECONDS } from "./support/hls.js";

const HOURS_MS = 2 * 3600 * 1000;
// The smallest buffer that works, so that segments are requested during playback.
const FRUGAL = { maxBufferLength: 0.5, maxMaxBufferLength: 0.5, maxBufferSize: 1, enableWorker: false };

const cinema = await Cinema.open();
const { cdn } = cinema;
const site = await cinema.site([{ path: "/films/aes", access: "link" }], { entry: "tests/e2e/support/clock_entry.js" });
const browser = await openBrowser(cdn);
const elsewhere = await openElsewhere();

/** A page at another origin that has hls.js. */
async function openElsewhere() {
  const library = await readFile("node_modules/hls.js/dist/hls.min.js");
  const page = "<!doctype html><title>a page</title><video muted playsinline></video><script src=hls.js></script>";
  const server = http.createServer(({ url }, response) => {
    const [type, body] = url === "/hls.js" ? ["text/javascript", library] : ["text/html", page];
    response.writeHead(200, { "Content-Type": type, "Referrer-Policy": "unsafe-url" }).end(body);
  });
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  after(() => { server.closeAllConnections(); server.close(); });
  return `http://localhost:${server.address().port}/`;
}

/** Begins to play a film; `ended` resolves to where it ends, or is rejected with hls.js's own words. */
async function begin(film) {
  const { page } = await openPage(browser);
  await page.goto(elsewhere);
  cdn.forget();
  await page.evaluate(([url, options]) => {
    /* global Hls */
    const video = document.querySelector("video");
    const hls = new Hls(options);
    window.hls = hls;
    window.ended = new Promise((resolve, reject) => {
      hls.on(Hls.Events.ERROR, (_, { fatal, details, response }) => {
        if (fatal || response?.code >= 400) reject(new Error(`${details} ${response?.code} ${response?.url}`));
      });
      video.onended = () => resolve(video.currentTime);
    });
    window.ended.catch(() => {});
    hls.loadSource(url);
    hls.attachMedia(video);
    video.play();
  }, [site.url + film, FRUGAL]);
  return page;
}

/** The CDN has refused nothing, and knows nothing of the page. */
function assertDiscreet() {
  cinema.given();
  for (const { headers } of cdn.log) {
    assert.equal(headers.referer, undefined);
    // After a redirect to another origin a browser says no more than that there is one.
    assert.ok([undefined, "null"].includes(headers.origin), headers.origin);
    assert.ok(!JSON.stringify(headers).includes("localhost"), JSON.stringify(headers));
  }
}

test("films with qualities and in byte ranges play, and so does one in a share link", { timeout: 60_000 }, async () => {
  const link = await shared(site, "/films/aes/");
  const films = ["/films/ladder/master.m3u8", "/films/cmaf/index.m3u8", `${link.path}index.m3u8`];
  for (const film of films) {
    const page = await begin(film);
    const seconds = await page.evaluate(() => window.ended);
    assert.ok(Math.abs(seconds - SECONDS) < 0.3, `${film} ended after ${seconds} s`);
    assertDiscreet();
    await page.close();
  }
});

test("a film plays on when the links of its first segments have expired", { timeout: 60_000 }, async () => {
  const page = await begin("/films/cmaf/index.m3u8");
  await page.waitForFunction(() => document.querySelector("video").currentTime > 0.3);
  // Without a request on its way, which would get its link before the clocks move and use it after.
  await page.evaluate(() => {
    document.querySelector("video").pause();
    window.hls.stopLoad();
  });
  const before = cdn.log.length;
  try {
    cdn.clock.advance(HOURS_MS / 1000);
    await site.request(`/test/clock?ms=${HOURS_MS}`);
    await page.evaluate(() => {
      window.hls.startLoad();
      return document.querySelector("video").play();
    });
    const seconds = await page.evaluate(() => window.ended);
    assert.ok(Math.abs(seconds - SECONDS) < 0.3, `it ended after ${seconds} s`);
    assert.ok(cdn.log.length > before, "parts were asked for after that");
    assertDiscreet();
  } finally {
    cdn.clock.reset();
    await site.request("/test/clock?ms=0");
  }
});
