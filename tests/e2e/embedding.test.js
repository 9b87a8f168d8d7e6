// Embedding in pages of other sites: media play, also when links expire during playback, and the CDN gets no
// Referer. Sites that may not embed are refused by this site, and by the browser.
import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, describe, test } from "node:test";
import { flaws } from "./support/axe.js";
import { openBrowser, openPage } from "./support/browser.js";
import { openCdn } from "./support/cdn.js";
import { filesBelow, run, scratch } from "./support/clients.js";
import { API_TOKEN, entry, openGuarded, openPages, shared } from "./support/guarded.js";
import { ACCOUNTS, UID } from "./support/library.js";
import { damaged, made, silence } from "./support/media.js";
import { through } from "./support/upstream.js";

const SHOTS = "target/screenshots";
const HOURS_MS = 2 * 3600 * 1000;
const SECONDS = 4;

const cdn = await openCdn({ accounts: ACCOUNTS });
const films = await makeFilms();
const FILES = [
  "/open/pic.png", "/open/film.mp4", "/open/song.wav", "/open/long.wav", "/open/app.zip",
  "/open/gone.png", "/open/gone.mp4", "/open/damaged.mp4",
  "/gated/film.mp4", "/lenient/film.mp4", "/locked/film.mp4",
  ...[...films.keys()].filter((file) => file.startsWith("/hls/")),
].map((file) => entry(file));
for (const { path: file, cdnPath } of FILES) if (!file.includes("gone")) cdn.put(cdnPath, { body: bytesOf(file), uid: UID });
const RULES = [
  { path: "/gated", referers: { allow: ["blog.example"] } },
  { path: "/lenient", referers: { allow: ["blog.example"], empty: true } },
  { path: "/locked", password: "P" },
];
const site = await openGuarded(FILES, RULES, {
  entry: "tests/e2e/support/clock_entry.js", secrets: { P: "the word" }, outbound: through(cdn),
});
const FILES_AT = "http://files.example";
const EMBED = `<script src="${FILES_AT}/-/embed.js" async></script>`;
const link = await shared(site, "/locked/");
const oembed = JSON.parse((await site.request(
  `/-/oembed?url=${encodeURIComponent(`${FILES_AT}/open/film.mp4`)}&maxwidth=320`, { headers: { host: "files.example" } },
)).text);
const LONG = `${EMBED}<audio muted controls data-signpost="/open/long.wav"><track src="data:text/vtt,WEBVTT"></audio>`;
const pages = await openPages({
  "/plain": page(`<img src="${FILES_AT}/open/pic.png">
    <audio muted preload="none" src="${FILES_AT}/open/song.wav"></audio>
    <video muted preload="none" src="${FILES_AT}/open/film.mp4"></video>${oembed.html}`),
  "/script": page(`${EMBED}${EMBED}
    <img id="near" data-signpost="/open/pic.png">
    <audio muted controls data-signpost="/open/song.wav"></audio>
    <video id="film" muted controls data-signpost="/open/film.mp4"></video>
    <video id="shared" muted controls data-signpost="${link.path}film.mp4"></video>
    <video id="hls" muted controls data-signpost="/hls/index.m3u8"></video>
    <video id="turns" muted controls data-signpost="/hls/index.m3u8"></video>
    <video id="other" muted data-signpost="http://elsewhere.example/film.mp4"></video>
    <a data-signpost="/open/app.zip">the file</a>
    <img id="far" data-signpost="/open/pic.png?far" style="display: block; margin-top: 5000px"><script src="/hls.js"></script>`),
  "/long": page(LONG, "same-origin"),
  "/gone": page(`${EMBED}<img data-signpost="/open/gone.png"><video muted data-signpost="/open/gone.mp4"></video>`),
  "/damaged": page(`${EMBED}<video muted controls data-signpost="/open/damaged.mp4"></video>`),
  "/usual": `<!doctype html><title>a page</title>${LONG}`,
  "/frame": page(""),
  "/silent": page("", "no-referrer"),
  "/hls.js": await readFile("node_modules/hls.js/dist/hls.min.js", "utf8"),
});
const browser = await openBrowser(cdn, {
  "files.example": site.port, "blog.example": pages.port, "evil.example": pages.port,
});
await mkdir(SHOTS, { recursive: true });

/** A page of another site, whose Referrer-Policy sends its whole URL. */
function page(body, policy = "unsafe-url") {
  return `<!doctype html><meta name="referrer" content="${policy}"><title>a page</title>${body}`;
}

/** A film as one file, and the same in HLS, by path. */
async function makeFilms() {
  const folder = scratch();
  await mkdir(path.join(folder, "hls"));
  const made = [
    "-f", "lavfi", "-i", `testsrc=size=320x180:rate=10:duration=${SECONDS}`, "-c:v", "libx264", "-preset", "ultrafast",
    "-pix_fmt", "yuv420p", "-g", "10",
  ];
  const ways = [
    ["-movflags", "+faststart", "film.mp4"],
    ["-f", "hls", "-hls_time", "1", "-hls_playlist_type", "vod", "-hls_segment_filename", "hls/s%d.ts", "hls/index.m3u8"],
  ];
  for (const way of ways) {
    const { status, stderr } = await run("ffmpeg", ["-nostdin", "-v", "error", ...made, ...way], { cwd: folder });
    if (status !== 0) throw new Error(stderr);
  }
  return filesBelow(folder);
}

function bytesOf(file) {
  if (file.startsWith("/hls/")) return films.get(file);
  if (file === "/open/damaged.mp4") return damaged(made("mp4", "-g", "300"));
  if (file.endsWith(".mp4")) return films.get("/film.mp4");
  if (file === "/open/long.wav") return silence(300);
  if (file.endsWith(".wav")) return silence(2);
  if (file.endsWith(".png")) {
    return Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=", "base64",
    );
  }
  return Buffer.alloc(2048);
}

/** The CDN served something, refused nothing, and got no page's URL: only this site's origin, by CORS. */
function assertDiscreet({ refused = 0 } = {}) {
  const asked = cdn.log.filter((each) => !each.path.endsWith("favicon.ico"));
  assert.ok(asked.length > 0);
  assert.equal(asked.filter(({ status }) => status >= 400).length, refused);
  for (const { headers: { origin, ...headers } } of asked) {
    assert.equal(headers.referer, undefined);
    assert.ok([undefined, "null", FILES_AT].includes(origin), origin);
    assert.ok(!/blog\.example|files\.example/.test(JSON.stringify(headers)), JSON.stringify(headers));
  }
}

/** The names of the files that the CDN was asked for. */
const askedFor = () => new Set(cdn.log.map((each) => each.path.slice(`/${UID}`.length)));

async function open(url, options) {
  const opened = await openPage(browser, options);
  cdn.forget();
  await opened.page.goto(url, { waitUntil: "networkidle" });
  return opened;
}

/** Plays an element as its visitor would, until it has got on; gives its state. */
async function play(frame, selector, { from = 0 } = {}) {
  await frame.evaluate((what) => document.querySelector(what).play(), selector);
  return playing(frame, selector, from);
}

async function playing(frame, selector, from) {
  await frame.waitForFunction(([what, at]) => {
    const element = document.querySelector(what);
    return element.currentTime > at + 0.2 && element.readyState >= 2;
  }, [selector, from]);
  return frame.$eval(selector, ({ currentTime, playbackRate, volume, paused }) => (
    { currentTime, playbackRate, volume, paused }
  ));
}

/** The frame of a page, once it has something in it. */
async function frameOf(opened, url) {
  await opened.page.setContent(`<!doctype html><iframe src="${url}" width="640" height="360"></iframe>`);
  const handle = await opened.page.waitForSelector("iframe");
  const frame = await handle.contentFrame();
  await frame.waitForLoadState("networkidle");
  return frame;
}

test("plain elements of another page play, and so does an iframe as oEmbed gives it", { timeout: 60_000 }, async () => {
  const { page: tab, complaints } = await open("http://blog.example/plain?token=secret");
  assert.deepEqual(askedFor(), new Set(["/open/pic.png"]), "nothing else is asked for before anybody plays it");
  assert.equal(await tab.$eval("img", (image) => image.naturalWidth), 1);
  await play(tab, "audio");
  await play(tab, "video");
  const frame = tab.frames().find((each) => each.url().endsWith("?embed"));
  assert.equal(await frame.$eval("video", (video) => video.readyState), 0);
  await frame.$eval("video", (video) => { video.muted = true; });
  await play(frame, "video");
  assertDiscreet();
  assert.deepEqual(complaints, []);
});

test("embed.js plays elements with data-signpost, and requests nothing before that", { timeout: 60_000 }, async () => {
  const { page: tab, complaints } = await openPage(browser);
  const json = [];
  tab.on("request", (request) => { if (request.url().includes("format=json")) json.push(request.url()); });
  cdn.forget();
  await tab.goto("http://blog.example/script?token=secret", { waitUntil: "networkidle" });
  await tab.waitForFunction(() => document.getElementById("near").naturalWidth === 1);
  assert.deepEqual(askedFor(), new Set(["/open/pic.png"]));
  assert.equal(await tab.$eval("#far", (image) => image.getAttribute("src")), null);
  await tab.$eval("#far", (image) => image.scrollIntoView());
  await tab.waitForFunction(() => document.getElementById("far").naturalWidth === 1);
  for (const what of ["audio", "#film", "#shared", "#hls"]) await play(tab, what);
  assert.deepEqual(json.map((url) => url.replace(/~[^/]+/, "~TOKEN")), [
    `${FILES_AT}/open/song.wav?format=json`, `${FILES_AT}/open/film.mp4?format=json`, `${FILES_AT}/~TOKEN/locked/film.mp4?format=json`,
  ], "once for each play");
  assert.ok(askedFor().has("/hls/s0.ts"));
  assert.equal(await tab.$eval("#other", (video) => video.getAttribute("src")), null, "another site's is not ours");
  assert.equal(await tab.$eval("a", (anchor) => anchor.href), `${FILES_AT}/open/app.zip`);
  // Elements that are added or changed later.
  await tab.evaluate(() => {
    document.querySelector("a").dataset.signpost = "/open/other.zip";
    document.getElementById("turns").dataset.signpost = "/open/film.mp4";
    const added = Object.assign(document.createElement("div"), { innerHTML: '<p><img id="later" data-signpost="/open/pic.png?later">' });
    document.body.prepend(added);
    window.scrollTo(0, 0);
  });
  await tab.waitForFunction(() => document.getElementById("later").naturalWidth === 1);
  assert.equal(await tab.$eval("a", (anchor) => anchor.href), `${FILES_AT}/open/other.zip`);
  await play(tab, "#turns");
  assert.equal(await tab.$eval("#turns", (video) => video.src), `${FILES_AT}/open/film.mp4`);
  assertDiscreet();
  assert.deepEqual(complaints, []);
});

test("a missing file is requested once more, and then no longer", async () => {
  const { page: tab } = await open("http://blog.example/gone");
  await tab.evaluate(() => document.querySelector("video").play().catch(() => {}));
  const asked = (name) => cdn.requestsFor(`/${UID}/open/${name}`).length;
  await tab.waitForFunction(() => document.querySelector("video").src.includes("again=") && document.querySelector("video").error);
  await tab.waitForLoadState("networkidle");
  assert.deepEqual([asked("gone.png"), asked("gone.mp4")], [2, 2]);
});

test("a frame of a film that is missing, or of a playlist where there is no HLS, says so and leads to the file's page", async () => {
  const noteOf = async (url, press) => {
    const opened = await openPage(browser, { locale: "en-US" });
    // As Firefox has it.
    await opened.page.addInitScript(() => {
      const { canPlayType } = HTMLMediaElement.prototype;
      HTMLMediaElement.prototype.canPlayType = function (type) { return /mpegurl/.test(type) ? "" : canPlayType.call(this, type); };
    });
    const frame = await frameOf(opened, url);
    if (press) await frame.evaluate(() => { document.querySelector("video").play().catch(() => {}); });
    const note = frame.locator("[data-note]:visible");
    await note.waitFor();
    assert.equal(await frame.locator("video:visible").count(), 0);
    const [tab] = await Promise.all([opened.page.waitForEvent("popup"), note.getByRole("link", { name: "Open its page" }).click()]);
    await tab.waitForLoadState();
    return [await note.locator("p").textContent(), tab.url()];
  };
  cdn.forget();
  const hls = `${FILES_AT}/hls/index.m3u8`;
  assert.deepEqual(await noteOf(`${hls}?embed`), ["This browser doesn’t play HLS by itself.", `${hls}?view`]);
  assert.deepEqual(cdn.log, []);
  const gone = `${FILES_AT}/open/gone.mp4`;
  assert.deepEqual(await noteOf(`${gone}?embed`, true), ["This file can’t be played here.", `${gone}?view`]);
});

test("a damaged film is loaded anew a few times, not forever, on other pages and in frames", { timeout: 90_000 }, async () => {
  for (const where of ["http://blog.example/damaged", `${FILES_AT}/open/damaged.mp4?embed`]) {
    const { page: tab } = await open(where);
    await tab.$eval("video", (video) => {
      video.muted = true;
      video.play().catch(() => {});
    });
    const count = () => new Set(cdn.requestsFor(`/${UID}/open/damaged.mp4`).map(({ query }) => query)).size;
    // The last error, after which nothing is asked for: no `src` that is newer than the error.
    await tab.waitForFunction(() => {
      const video = document.querySelector("video");
      window.since = video.error ? window.since ?? performance.now() : undefined;
      return performance.now() - window.since > 3000;
    }, undefined, { timeout: 40_000 });
    assert.ok(count() <= 3, `${count()} links at ${where}`);
  }
});

// Chromium sends later requests to the redirect's target, where the redirect's Referrer-Policy does not apply.
test("later requests for a film have the Referer of the page's own policy, and none in an embed page", async () => {
  const referersOn = async (where) => {
    const { page: tab } = await open(where);
    await tab.$eval("audio", (audio) => { audio.muted = true; });
    await play(tab, "audio");
    await tab.$eval("audio", (audio) => { audio.currentTime = 250; });
    await playing(tab, "audio", 250);
    return new Set(cdn.log.map(({ headers }) => headers.referer));
  };
  assert.deepEqual(await referersOn(`${FILES_AT}/open/long.wav?embed`), new Set([undefined]));
  assert.deepEqual(await referersOn("http://blog.example/long"), new Set([undefined]));
  assert.deepEqual(await referersOn("http://blog.example/usual"), new Set([undefined, "http://blog.example/"]));
});

describe("a link that expires during playback", () => {
  const setClocks = async (milliseconds) => {
    cdn.clock.reset();
    cdn.clock.advance(milliseconds / 1000);
    await site.request(`/test/clock?ms=${milliseconds}`);
  };
  afterEach(() => setClocks(0));

  test("is renewed when the CDN refuses it: position, speed and volume stay", { timeout: 60_000 }, async () => {
    for (const where of ["http://blog.example/long", `${FILES_AT}/open/long.wav?embed`]) {
      const { page: tab } = await open(where);
      try {
        await tab.$eval("audio", (audio) => { audio.playbackRate = 1.5; audio.volume = 0.25; audio.muted = true; });
        await tab.evaluate(() => { for (const track of document.querySelector("audio").textTracks) track.mode = "showing"; });
        await play(tab, "audio");
        await setClocks(HOURS_MS);
        cdn.forget();
        await tab.$eval("audio", (audio) => { audio.currentTime = 250; });
        const { currentTime, ...state } = await playing(tab, "audio", 250);
        assert.ok(currentTime < 270, String(currentTime));
        assert.deepEqual(state, { playbackRate: 1.5, volume: 0.25, paused: false });
        const modes = await tab.$eval("audio", (audio) => [...audio.textTracks].map(({ mode }) => mode));
        assert.ok(modes.every((mode) => mode === "showing"), String(modes));
        assert.equal(cdn.log[0].status, 403, "the old link had expired");
        assertDiscreet({ refused: cdn.log.filter(({ status }) => status === 403).length });
        assert.ok(cdn.log.some(({ status }) => status === 206));
      } finally {
        await setClocks(0);
      }
    }
  });

  test("is renewed before it expires, at the same position", { timeout: 60_000 }, async () => {
    const { page: tab } = await openPage(browser);
    await tab.clock.install();
    const again = [];
    tab.on("request", (request) => { if (request.url().includes("?again=")) again.push(request.url()); });
    cdn.forget();
    await tab.goto("http://blog.example/long", { waitUntil: "networkidle" });
    const expiry = tab.waitForResponse((response) => response.url().endsWith("?format=json"));
    const before = await play(tab, "audio");
    await (await expiry).finished();
    await tab.clock.fastForward("28:30");
    assert.deepEqual(again, []);
    await setClocks(29.5 * 60_000);
    await tab.clock.fastForward("01:00");
    const later = await playing(tab, "audio", before.currentTime);
    await tab.waitForFunction((at) => document.querySelector("audio").currentTime > at + 0.3, later.currentTime);
    assert.equal(again.length, 1);
    assert.ok(again[0].startsWith(`${FILES_AT}/open/long.wav?again=`), again[0]);
    assert.equal(cdn.log.filter(({ status }) => status >= 400).length, 0, "no one ever waited");
  });

  // A margin in proportion alone would be shorter than loading takes; by a clock that is a little wrong the link would
  // be renewed again and again.
  for (const [left, at, renewals] of [[60, 51, 1], [15, 15, 0]]) {
    test(`of ${left} seconds is renewed ${renewals ? "ten seconds before" : "after an error alone"}`, { timeout: 60_000 }, async () => {
      const { page: tab } = await openPage(browser);
      await tab.clock.install();
      await tab.route(/format=json/, async (route) => {
        const now = await tab.evaluate(() => Date.now());
        const json = { expires_at: now / 1000 + left };
        await route.fulfill({ json, headers: { "access-control-allow-origin": "*" } });
      });
      await tab.goto("http://blog.example/long", { waitUntil: "networkidle" });
      const expiry = tab.waitForResponse((response) => response.url().endsWith("?format=json"));
      await play(tab, "audio");
      await (await expiry).finished();
      // The script has read the answer once a later one has been read, too.
      await tab.evaluate(() => fetch("data:application/json,{}").then((response) => response.json()));
      await tab.clock.fastForward(at * 1000);
      const src = await tab.$eval("audio", (audio) => audio.src);
      assert.equal(src.includes("?again="), renewals === 1, src);
    });
  }

  test("is not renewed once the whole file is buffered", { timeout: 60_000 }, async () => {
    const { page: tab } = await open("http://blog.example/script");
    await play(tab, "#film");
    await setClocks(HOURS_MS);
    await tab.$eval("#film", (video) => { video.currentTime = 0.5; });
    await tab.waitForFunction(() => document.getElementById("film").ended);
    assertDiscreet();
  });
});

describe("an embed page of a file that only some sites may embed", () => {
  const gated = `${FILES_AT}/gated/film.mp4?embed`;
  const lenient = `${FILES_AT}/lenient/film.mp4?embed`;

  test("shows the file on an allowed site", async () => {
    for (const [where, url] of [["frame", gated], ["frame", lenient], ["silent", lenient]]) {
      const opened = await open(`http://blog.example/${where}`);
      const frame = await frameOf(opened, url);
      await frame.$eval("video", (video) => { video.muted = true; });
      await play(frame, "video");
      assertDiscreet();
      assert.deepEqual(opened.complaints, []);
    }
  });

  test("plays HLS as the browser can, without hls.js", async () => {
    const opened = await open("http://blog.example/frame");
    const frame = await frameOf(opened, `${FILES_AT}/hls/index.m3u8?embed&muted`);
    await play(frame, "video");
    assertDiscreet();
    assert.deepEqual(opened.complaints, []);
  });

  test("shows the refusal in the frame on any other site", async () => {
    for (const where of ["http://evil.example/frame", "http://evil.example/silent", "http://blog.example/silent"]) {
      const opened = await open(where);
      const frame = await frameOf(opened, gated);
      assert.match(await frame.textContent("body"), /Not from that page/);
      assert.equal(await frame.locator("video, script, form, button").count(), 0);
      assert.equal(cdn.log.length, 0);
    }
  });

  // The referrer may be missing there, and so the site lets it pass; the browser knows the page.
  test("is blocked by the browser on another site that sends no Referer", async () => {
    const opened = await open("http://evil.example/silent");
    const frame = await frameOf(opened, lenient);
    assert.match(frame.url(), /^chrome-error:/);
    assert.equal(await frame.locator("video").count(), 0);
    assert.ok(opened.complaints.some((line) => line.includes("frame-ancestors")), opened.complaints.join("\n"));
  });

  test("asks for no password, and a share link needs none", async () => {
    const opened = await open("http://blog.example/frame");
    const locked = await frameOf(opened, `${FILES_AT}/locked/film.mp4?embed`);
    assert.match(await locked.textContent("body"), /A password is needed/);
    assert.equal(await locked.locator("input").count(), 0);
    const [window] = await Promise.all([opened.page.waitForEvent("popup"), locked.click("a")]);
    await window.waitForSelector('input[type="password"]');
    const shown = await frameOf(opened, `${FILES_AT}${link.path}film.mp4?embed&muted&autoplay&t=2`);
    await playing(shown, "video", 2);
  });
});

test("the doctor works without scripts, and names the rule to the owner", async () => {
  const { page: tab, complaints } = await open(`${FILES_AT}/-/doctor`, { javaScriptEnabled: false });
  await tab.fill('[name="path"]', "/gated/film.mp4");
  await tab.fill('[name="page"]', "http://evil.example/post");
  await tab.selectOption('[name="way"]', "video");
  await tab.selectOption('[name="list"]', "white");
  await tab.fill('[name="hosts"]', "evil.example");
  await tab.click('main button[type="submit"]');
  assert.match(await tab.textContent(".found"), /pages of evil\.example may not show it/);
  assert.doesNotMatch(await tab.textContent("main"), /RULES/);
  assert.equal(await tab.inputValue('[name="way"]'), "video", "the form is as it was");
  await tab.fill('[name="token"]', API_TOKEN);
  await tab.click('main button[type="submit"]');
  assert.match(await tab.textContent(".found"), /add "evil\.example" to allow in RULES\[0\]\.referers/);
  assert.equal(await tab.inputValue('[name="token"]'), "");
  // The browser behaves as the doctor predicted.
  const opened = await open("http://evil.example/frame");
  const refused = await opened.page.evaluate((src) => new Promise((resolve) => {
    const video = Object.assign(document.createElement("video"), { src, onerror: () => resolve(true), onloadeddata: () => resolve(false) });
    document.body.append(video);
  }), `${FILES_AT}/gated/film.mp4`);
  assert.equal(refused, true);
  assert.deepEqual(complaints, []);
});

test("embed pages and the doctor are accessible in both themes, on phones and desktops", { timeout: 120_000 }, async () => {
  const asked = new URLSearchParams({ path: "/gated/film.mp4", page: "https://evil.example/", list: "white", hosts: "a.example" });
  const shown = {
    film: "/open/film.mp4?embed", song: "/open/song.wav?embed", picture: "/open/pic.png?embed", card: "/open/app.zip?embed",
    refusal: "/gated/film.mp4?embed", doctor: "/-/doctor", found: `/-/doctor?${asked}`,
  };
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [320, 1440]) {
      const { page: tab, complaints } = await openPage(browser, { colorScheme, viewport: { width, height: 480 }, locale: width === 320 ? "zh-TW" : "zh-CN" });
      for (const [name, address] of Object.entries(shown)) {
        await tab.goto(FILES_AT + address, { waitUntil: "networkidle" });
        const wide = await tab.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
        assert.equal(wide, false, `${name} at ${width} px`);
        assert.deepEqual(await flaws(tab), [], `${name}, ${colorScheme}, ${width} px`);
        await tab.screenshot({ path: `${SHOTS}/embedding-${name}-${colorScheme}-${width}.png`, fullPage: true });
      }
      assert.deepEqual(complaints.filter((line) => !line.includes("403")), []);
    }
  }
});

test("embed.js may be used by every page, and is kept for an hour", async () => {
  const { status, headers, body } = await site.request("/-/embed.js");
  assert.equal(status, 200);
  const { "content-type": type, "cache-control": cache, "access-control-allow-origin": origin } = headers;
  assert.deepEqual([type, cache, origin], ["text/javascript; charset=utf-8", "public, max-age=3600", "*"]);
  assert.equal(headers["cross-origin-resource-policy"], "cross-origin");
  assert.ok(body.length > 0);
  assert.deepEqual([oembed.version, oembed.type, oembed.width, oembed.height], ["1.0", "video", 320, 180]);
});
