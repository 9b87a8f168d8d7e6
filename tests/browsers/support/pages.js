// Folder, file and embed pages in an engine: what it does otherwise than Chromium.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { afterEach, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { openCdn } from "../../e2e/support/cdn.js";
import { shelf } from "../../e2e/support/file_site.js";
import { KEYS, PATIENT, openPages } from "../../e2e/support/guarded.js";
import { ACCOUNTS, UID } from "../../e2e/support/library.js";
import { damaged, made, pdf, silence } from "../../e2e/support/media.js";
import { openSite } from "../../e2e/support/site.js";

/** The fake CDN, which a browser gets as its proxy. */
export const cdn = await openCdn({ accounts: ACCOUNTS });
const film = made("webm");
const files = {
  "/notes/a.txt": Buffer.from("text of a\n".repeat(20)), "/notes/b.txt": Buffer.from("text of b\n".repeat(20)),
  "/notes/c.bin": Buffer.from([0, 1, 2, 3, 0xff]),
  "/films/film.webm": film, "/films/damaged.mp4": damaged(made("mp4", "-g", "300")), "/films/list.m3u8": Buffer.from("#EXTM3U\n"),
  "/films/gone.webm": film, "/songs/song.wav": silence(60), "/songs/breaks.wav": silence(20),
  "/songs/silent.wav": silence(20), "/songs/frame.wav": silence(20), "/doc.pdf": pdf("Signpost"), "/locked/secret.txt": Buffer.from("opened"),
};
const site = await openSite({
  ratelimits: PATIENT,
  secrets: { ...shelf(cdn, files), SITE_KEYS: KEYS, WORD: "open sesame" },
  vars: { RULES: [{ path: "/locked", password: "WORD", listed: true, click: "download" }] },
});
// It is another account's now: the CDN refuses it.
cdn.put(`/${UID}/films/gone.webm`, { uid: "1" });
const elsewhere = await openPages({
  "/song": `<!doctype html><title>a page</title><video muted controls src="${site.url}/songs/song.wav"></video>`,
});
/** The site's pages are at 127.0.0.1: by this name the others are of another origin. */
const ELSEWHERE = `http://localhost:${elsewhere.port}`;

afterEach(() => cdn.reset());

/** The queries of the links by which an object was asked for. */
const linksOf = (file) => new Set(cdn.requestsFor(`/${UID}${file}`).map(({ query }) => query));
const status = (browser) => browser.run(() => document.querySelector("[data-part=status]").textContent);

/** Opens a file's page and presses the preview's button. */
async function preview(browser, file) {
  cdn.forget();
  await browser.goto(`${site.url}${file}?view`);
  await browser.click("[data-part=show]");
}

const hasPlayed = (browser, seconds) => browser.until((least) => {
  const { currentTime, seeking } = document.querySelector("video, audio");
  return !seeking && currentTime > least;
}, seconds);

/** Plays without a press: browsers permit that for what is silent. */
const playSilently = (browser) => browser.run(() => {
  const media = document.querySelector("video, audio");
  media.muted = true;
  return media.play();
});

async function eventually(check, what) {
  for (const end = performance.now() + 20_000; !check();) {
    assert.ok(performance.now() < end, what);
    await wait(100);
  }
}

/** Declares the tests for a browser. */
export function testPages(browser) {
  test("a folder page filters, searches, and downloads without being left", async () => {
    cdn.forget();
    await browser.goto(`${site.url}/notes/`);
    await browser.click(".tools .field");
    await browser.press("a");
    await browser.until(() => document.querySelectorAll("tbody a:not(.up)").length === 1);
    await browser.press("\uE003");
    await browser.until(() => document.querySelectorAll("tbody a:not(.up)").length === 3);
    for (const row of ["a.txt", "b.txt", "c.bin"]) {
      await browser.click(`[aria-label="Actions for ${row}"]`);
      await browser.click("[role=menuitem]", "Select");
    }
    await browser.click("[aria-label='Download one after another']");
    await browser.until(() => document.querySelectorAll("dialog li").length === 2);
    assert.deepEqual(await browser.run(() => [...document.querySelectorAll("dialog li")].map((each) => each.textContent)), ["a.txt", "b.txt"]);
    await eventually(() => cdn.requestsFor(`/${UID}/notes/c.bin`).length > 0, "the queue goes on to its end");
    if (browser.downloads) await eventually(() => existsSync(path.join(browser.downloads, "c.bin")), "what is not shown is saved");
    assert.equal(await browser.run(() => location.pathname), "/notes/");
    assert.deepEqual(cdn.log.filter(({ headers }) => headers.referer !== undefined), []);
  });

  test("a file page shows a text, and its download leaves the page alone", async () => {
    await preview(browser, "/notes/a.txt");
    await browser.until(() => document.querySelector(".sheet")?.textContent.startsWith("text of a"));
    await browser.click("[data-part=download]");
    await browser.until(() => document.querySelector("[data-part=status]").textContent.includes("instead of saving it"));
    assert.equal(await browser.run(() => location.search), "?view");
    assert.deepEqual([...new Set(cdn.log.map(({ headers }) => headers.referer))], [undefined]);
  });

  test("a film plays, and a song plays on after its connection breaks off", async () => {
    await preview(browser, "/films/film.webm");
    await hasPlayed(browser, 0.5);
    // After five of its twenty seconds.
    cdn.stall(`/${UID}/songs/breaks.wav`, 960_000, { drops: true });
    await preview(browser, "/songs/breaks.wav");
    await hasPlayed(browser, 6);
    assert.equal(linksOf("/songs/breaks.wav").size, 2);
  });

  test("a song plays on after nothing more arrives, here and in a frame", async () => {
    cdn.stall(`/${UID}/songs/silent.wav`, 960_000);
    await preview(browser, "/songs/silent.wav");
    await hasPlayed(browser, 6);
    assert.equal(linksOf("/songs/silent.wav").size, 2);
    cdn.stall(`/${UID}/songs/frame.wav`, 960_000);
    await browser.goto(`${site.url}/songs/frame.wav?embed`);
    await playSilently(browser);
    await hasPlayed(browser, 6);
    assert.equal(linksOf("/songs/frame.wav").size, 2);
  });

  test("a damaged film is asked for a few times, not forever, here and in a frame", async () => {
    // A decoder either skips what it can't read, or fails for good.
    const isOver = () => browser.until(() => {
      const { ended, error } = document.querySelector("video");
      const says = document.querySelector("[data-part=status]:not(:empty), [data-note=failed]:not([hidden])");
      return ended || (error && says);
    });
    await preview(browser, "/films/damaged.mp4");
    await isOver();
    assert.ok(linksOf("/films/damaged.mp4").size <= 2, `${linksOf("/films/damaged.mp4").size} links`);
    assert.doesNotMatch(await status(browser), /link had ended/);
    cdn.forget();
    await browser.goto(`${site.url}/films/damaged.mp4?embed`);
    await playSilently(browser);
    await isOver();
    assert.ok(linksOf("/films/damaged.mp4").size <= 2, `${linksOf("/films/damaged.mp4").size} links in a frame`);
  });

  test("a frame of a song has its controls in sight", async () => {
    await browser.goto(`${site.url}/songs/song.wav?embed`);
    const heightOf = (selector) => browser.run((css) => document.querySelector(css).getBoundingClientRect().height, selector);
    assert.ok(await heightOf("audio") > 20);
    // The height of the frame that the link box gives for songs.
    assert.ok(await heightOf(".song") <= 104, `${await heightOf(".song")} pixels high`);
    await playSilently(browser);
    await hasPlayed(browser, 0.5);
  });

  test("a frame of a missing film, or of a playlist without HLS, says so and leads to the file's page", async () => {
    await browser.goto(`${site.url}/films/list.m3u8?embed`);
    const hasHls = await browser.run(() => document.createElement("video").canPlayType("application/vnd.apple.mpegurl") !== "");
    const shown = () => browser.until(() => [...document.querySelectorAll("[data-note]")].find((each) => each.checkVisibility())?.dataset.note);
    if (!hasHls) assert.equal(await shown(), "hls");
    await browser.goto(`${site.url}/films/gone.webm?embed`);
    await browser.run(() => { document.querySelector("video").play().catch(() => {}); });
    assert.equal(await shown(), "failed");
    assert.equal(await browser.run(() => document.querySelector("[data-note=failed] a").getAttribute("href")), "/films/gone.webm?view");
  });

  test("later parts of a song on another page name the page's origin to the CDN in Firefox alone, as the documentation says", async () => {
    cdn.forget();
    cdn.pauseMs = 100;
    await browser.goto(`${ELSEWHERE}/song`);
    await browser.run(() => document.querySelector("video").play());
    await hasPlayed(browser, 0.2);
    await browser.run(() => { document.querySelector("video").currentTime = 50; });
    await hasPlayed(browser, 50.2);
    const referers = [...new Set(cdn.requestsFor(`/${UID}/songs/song.wav`).map(({ headers }) => headers.referer))];
    assert.deepEqual(referers, browser.name === "Firefox" ? [undefined, `${ELSEWHERE}/`] : [undefined]);
  });

  test("over plain http on this machine the login and the theme are kept", async () => {
    await browser.goto(`${site.url}/locked/`);
    await browser.click("#password");
    await browser.press("open sesame\uE007");
    await browser.until(() => document.querySelector("table.list")?.textContent.includes("secret.txt"));
    await browser.click(".preferences button", "Dark");
    await browser.until(() => document.documentElement.dataset.theme === "dark");
  });
}
