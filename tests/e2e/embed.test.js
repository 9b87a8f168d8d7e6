// Links in pages of other origins: images, media and fetch() get their bytes, and the CDN gets no Referer.
import assert from "node:assert/strict";
import http from "node:http";
import { after, test } from "node:test";
import { openBrowser, openPage } from "./support/browser.js";
import { openCdn } from "./support/cdn.js";
import { ACCOUNTS, KEY, UID } from "./support/library.js";
import { openSite } from "./support/site.js";

// The smallest PNG (one pixel), and two seconds of silence that a browser can seek in.
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=", "base64",
);
const WAV = wav(2 * 8000);
const RAW = Buffer.from("bytes for fetch");

const cdn = await openCdn({ accounts: ACCOUNTS });
const names = { "图 1.png": PNG, "sound.wav": WAV, "data.bin": RAW };
for (const [name, body] of Object.entries(names)) cdn.put(`/${UID}/${name}`, { body, uid: UID });
const tree = Object.keys(names).map((name) => `http://vip.123pan.cn/${UID}/${encodeURIComponent(name)}\n`).join("");
const site = await openSite({ secrets: { URL_TREE: tree, PRIVATE_KEY: KEY, UID } });
const browser = await openBrowser(cdn);
const elsewhere = await openOrigin();

/** 8-bit mono PCM: the header and then silence. */
function wav(samples) {
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + samples, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  [1, 1].forEach((value, index) => header.writeUInt16LE(value, 20 + 2 * index));
  [8000, 8000].forEach((value, index) => header.writeUInt32LE(value, 24 + 4 * index));
  [1, 8].forEach((value, index) => header.writeUInt16LE(value, 32 + 2 * index));
  header.write("data", 36);
  header.writeUInt32LE(samples, 40);
  return Buffer.concat([header, Buffer.alloc(samples, 0x80)]);
}

/** A page of another origin, with the Referrer-Policy that sends the most. */
async function openOrigin() {
  const server = http.createServer((_, response) => response.writeHead(200, {
    "Content-Type": "text/html", "Referrer-Policy": "unsafe-url",
  }).end("<!doctype html><title>a page with a secret in its address</title>"));
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  after(() => { server.closeAllConnections(); server.close(); });
  // By name: the origin then differs from the site's in more than its port.
  return `http://localhost:${server.address().port}/page?token=secret`;
}

async function openElsewhere() {
  const { page } = await openPage(browser);
  await page.goto(elsewhere);
  cdn.forget();
  return page;
}

/** Asserts that the CDN served only the test's requests, without a Referer. */
function assertDiscreet(name) {
  assert.ok(cdn.log.length > 0);
  for (const { path, status, headers } of cdn.log) {
    assert.equal(path, `/${UID}/${name}`);
    assert.ok(status === 200 || status === 206, String(status));
    assert.equal(headers.referer, undefined);
    assert.ok(!JSON.stringify(headers).includes("localhost"), JSON.stringify(headers));
  }
}

test("an image on another page loads", async () => {
  for (const crossOrigin of [null, "anonymous"]) {
    const page = await openElsewhere();
    const width = await page.evaluate(([url, mode]) => new Promise((resolve, reject) => {
      const image = new Image();
      if (mode) image.crossOrigin = mode;
      image.onload = () => resolve(image.naturalWidth);
      image.onerror = () => reject(new Error("the image did not load"));
      image.src = url;
      document.body.append(image);
    }), [`${site.url}/图 1.png`, crossOrigin]);
    assert.equal(width, 1);
    assertDiscreet("图 1.png");
  }
});

test("a video element on another page plays and seeks", async () => {
  const page = await openElsewhere();
  const duration = await page.evaluate((url) => new Promise((resolve, reject) => {
    const media = document.createElement("video");
    media.onerror = () => reject(new Error(media.error.message));
    media.onloadedmetadata = () => { media.currentTime = 1.5; };
    media.onseeked = () => resolve(media.duration);
    media.src = url;
    document.body.append(media);
  }), `${site.url}/sound.wav`);
  assert.equal(duration, 2);
  assertDiscreet("sound.wav");
  assert.ok(cdn.log.some(({ headers }) => headers.range), "media is asked for in ranges");
});

test("fetch() from another origin reads the bytes, whole and in part", async () => {
  const page = await openElsewhere();
  const read = (headers) => page.evaluate(async ([url, sent]) => {
    const response = await fetch(url, { headers: sent });
    return [response.status, await response.text()];
  }, [`${site.url}/data.bin`, headers]);
  assert.deepEqual(await read({}), [200, RAW.toString()]);
  assert.deepEqual(await read({ range: "bytes=6-8" }), [206, "for"]);
  assertDiscreet("data.bin");
});

// A Range of two parts is not "simple", so the browser asks first.
test("a script of another origin reads the JSON, also after a preflight", async () => {
  const page = await openElsewhere();
  const file = await page.evaluate(async (url) => {
    const response = await fetch(url, { headers: { accept: "application/json", range: "bytes=0-1,4-5" } });
    return response.json();
  }, `${site.url}/data.bin`);
  assert.equal(file.name, "data.bin");
  const listing = await page.evaluate(async (url) => (await fetch(url)).json(), `${site.url}/?format=json`);
  assert.equal(listing.entries.length, 3);
});

test("a click on a link of another page downloads the file, and the CDN sees no referrer", async () => {
  const page = await openElsewhere();
  await page.evaluate((url) => {
    const link = Object.assign(document.createElement("a"), { href: url, textContent: "link" });
    document.body.append(link);
  }, `${site.url}/data.bin`);
  const download = page.waitForEvent("download");
  await page.getByText("link").click();
  await (await download).path();
  assertDiscreet("data.bin");
});
