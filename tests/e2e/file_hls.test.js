// HLS films on files' pages, in Chromium's own player, and the messages when one does not play.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { openBrowser, openPage } from "./support/browser.js";
import { openView, press } from "./support/file_site.js";
import { Cinema, SECONDS } from "./support/hls.js";

const FILMS = ["/影片 一/master.m3u8", "/films/cmaf/index.m3u8", "/films/aes/index.m3u8"];

const cinema = await Cinema.open();
const { cdn } = cinema;
const site = await cinema.site();
const browser = await openBrowser(cdn);
afterEach(() => { cdn.cors = true; });

/** Opens a film's page and presses the preview button. */
async function begin(film, from = site) {
  const { page, complaints } = await openPage(browser, { locale: "en-US" });
  await openView(page, from, film, cdn);
  assert.deepEqual(cdn.log, [], "nothing is loaded before");
  await press(page);
  return { page, complaints };
}

/** That the players are there to be pressed. */
async function assertPlayers(page) {
  const links = await page.locator(".players a:visible").evaluateAll((all) => all.map((each) => each.getAttribute("href")));
  assert.ok(links.length >= 2 && links.every((each) => /^(mpv-handler|vlc):/.test(each)), links.join(" "));
}

test("films with qualities, in byte ranges and encrypted play to their end after one press", { timeout: 60_000 }, async () => {
  for (const film of FILMS) {
    const { page, complaints } = await begin(film);
    await page.waitForFunction(() => document.querySelector("video")?.ended);
    const seconds = await page.locator("video").evaluate((video) => video.currentTime);
    assert.ok(Math.abs(seconds - SECONDS) < 0.3, `${film} ended after ${seconds} s`);
    assert.ok(await page.locator("video").evaluate((video) => video.videoWidth) === 160, film);
    assert.equal(await page.locator('[data-part="status"]').innerText(), "");
    cinema.given();
    assert.ok(cdn.log.every(({ headers }) => headers.referer === undefined));
    assert.deepEqual(complaints, []);
    await page.close();
  }
});

test("segments without a CORS header: the page says so, and how the site's owner can fix it", async () => {
  cdn.cors = false;
  for (const film of FILMS) {
    const { page } = await begin(film);
    await page.getByText(/127\.0\.0\.1:\d+ lets no page read the parts of this film .* players below.* mode = "proxy"/).waitFor();
    await assertPlayers(page);
    await page.close();
  }
});

test("with mode = \"proxy\" the film plays without CORS headers of the CDN", async () => {
  const proxied = await cinema.site([{ path: "/films", mode: "proxy" }]);
  cdn.cors = false;
  const { page, complaints } = await begin("/films/cmaf/index.m3u8", proxied);
  await page.waitForFunction(() => document.querySelector("video")?.ended);
  assert.deepEqual(complaints, []);
});

test("a redirected playlist without a CORS header: the page says so", async () => {
  const plain = await cinema.site([{ path: "/films", playlists: "redirect" }]);
  cdn.cors = false;
  const { page } = await begin("/films/cmaf/index.m3u8", plain);
  await page.getByText(/lets no page read the parts of this film/).waitFor();
});

test("a film that can't be decoded is reported as one, and not as a failure of the CDN", async () => {
  cinema.put("/films/cmaf/broken.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nnoise.ts\n#EXT-X-ENDLIST\n");
  cinema.put("/films/cmaf/noise.ts", "no film at all");
  const { page } = await begin("/films/cmaf/broken.m3u8");
  await page.getByText("This browser can’t play this file").waitFor();
  await assertPlayers(page);
});

test("a missing segment is not reported as missing CORS headers", async () => {
  cinema.put("/films/cmaf/lacks.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nnowhere.ts\n#EXT-X-ENDLIST\n");
  const { page } = await begin("/films/cmaf/lacks.m3u8");
  await page.getByText("Nothing came.").waitFor();
});

test("a segment that the site refuses: the page shows the site's own message", async () => {
  const closed = await cinema.site([{ path: "/films/cmaf/all.m4s", access: "deny" }]);
  const { page } = await begin("/films/cmaf/index.m3u8", closed);
  const { text } = await closed.request("/films/cmaf/all.m4s", { headers: { accept: "application/json" } });
  await page.getByText(JSON.parse(text).error.message).waitFor();
});

test("a browser without HLS gets a message and the players, and loads nothing", async () => {
  const { page, complaints } = await openPage(browser, { locale: "en-US" });
  // Firefox says so; this Chromium can't be had without.
  await page.addInitScript(() => { HTMLMediaElement.prototype.canPlayType = () => ""; });
  await openView(page, site, FILMS[0], cdn);
  await press(page);
  await page.getByText("This browser doesn’t play HLS by itself.").waitFor();
  assert.deepEqual(cdn.log, []);
  await assertPlayers(page);
  assert.deepEqual(complaints, []);
});
