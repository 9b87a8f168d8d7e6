// Previews on files' pages in Chromium: pictures, films, songs, texts and documents.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { openBrowser, openPage } from "./support/browser.js";
import { openCdn } from "./support/cdn.js";
import { axe, keep, openView, press, shelf } from "./support/file_site.js";
import { ACCOUNTS, UID } from "./support/library.js";
import { SECONDS, damaged, greysOf, longFilm, made, pdf } from "./support/media.js";
import { openSite } from "./support/site.js";
import { parseCues } from "../../pages/assets/file/cues.js";

const cdn = await openCdn({ accounts: ACCOUNTS });
const SRT = Buffer.from("\ufeff1\r\n00:00:00,500 --> 00:00:25,000\r\n{\\an8}<i>第一句</i>\r\n\r\n2\r\n00:00:26,000 --> 00:00:28,000\r\nsecond\r\n");
const VTT = Buffer.from("WEBVTT\n\nNOTE no cue\n\n00:01.000 --> 00:20.000 align:start\nhello there\n");
const LRC = Buffer.from("[ti:Song]\n[00:00.20]first line\n[00:02.00][00:09.50]second line\n[00:20.00]last line\n");
const GB = Buffer.from("d6d0cec4b5c4b5dad2bbd0d00a", "hex");
const LONG = Buffer.from(Array.from({ length: 9000 }, (_, line) => `line ${line + 1} of a log\n`).join(""));
const files = {
  "/pictures/a1.png": made("png"), "/pictures/a2.webp": made("webp"),
  "/pictures/a10.svg": Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48"><script>parent.hacked = 1</script><rect width="64" height="48" fill="teal"/></svg>'),
  "/films/电影 1.mp4": made("mp4"), "/films/电影 1.zh.srt": SRT, "/films/电影 1.en.vtt": VTT,
  "/films/电影 2.webm": made("webm"), "/films/long.mp4": longFilm(8000), "/films/bad.mkv": Buffer.from("no film at all"),
  "/films/damaged.mp4": damaged(made("mp4")), "/films/stalls.mp4": longFilm(8000),
  "/films/subtitled.mp4": made("mp4"), "/films/subtitled.en.vtt": VTT,
  "/films/list.m3u8": Buffer.from("#EXTM3U\n"),
  "/songs/1 one.mp3": made("mp3"), "/songs/1 one.lrc": LRC, "/songs/2 two.flac": made("flac"),
  "/texts/gb.txt": GB, "/texts/log.log": LONG, "/texts/x.js": Buffer.from("<script>hacked = 1</script>\n\tlet a;\n"),
  "/texts/bin.txt": Buffer.from([1, 0, 2, 0]), "/texts/empty.txt": Buffer.from(""),
  "/texts/read me.md": Buffer.from("# Title\n\ntext\n```\n# no title\n```\n"),
  "/doc.pdf": pdf("Signpost"), "/blank.pdf": pdf(""),
};
const secrets = shelf(cdn, files);
const site = await openSite({ secrets, entry: "tests/e2e/support/clock_entry.js" });
const browser = await openBrowser(cdn);

// Each test has its own browser context, without stored preferences.
let page;
let complaints;
const open = async () => { ({ page, complaints } = await openPage(browser, { locale: "en-US" })); };
afterEach(async () => {
  cdn.reset();
  await site.request("/test/clock?ms=0");
});

const [FILM, ENGLISH] = ["/films/电影 1.mp4", "/films/电影 1.en.vtt"];
const status = () => page.locator('[data-part="status"]').innerText();
const media = (read) => page.locator("video, audio").evaluate(read);
const hasPlayed = (seconds) => page.waitForFunction((least) => {
  const player = document.querySelector("video, audio");
  return player && !player.seeking && player.currentTime > least;
}, seconds);

/** Where on a picture that lies so a point of the screen is, in parts of its width and height. */
const onPicture = (place, [x, y]) => [(x - place.x) / place.width, (y - place.y) / place.height];

function assertNothingElse() {
  assert.deepEqual(complaints.splice(0), []);
}

test("a picture shows after one press, zooms, and arrow keys turn to the next one", async () => {
  await open();
  await openView(page, site, "/pictures/a1.png", cdn);
  assert.deepEqual(cdn.log, []);
  await press(page);
  await page.locator(".picture img[style]").waitFor();
  assert.deepEqual(cdn.log.map(({ path, status: code }) => [path, code]), [[`/${UID}/pictures/a1.png`, 200]]);
  const width = () => page.locator(".picture img").evaluate((image) => Math.round(image.getBoundingClientRect().width));
  const box = await page.locator(".picture").evaluate(({ clientWidth, clientHeight }) => ({ clientWidth, clientHeight }));
  const fitting = await width();
  assert.ok(fitting <= box.clientWidth && fitting > 200, `${fitting} in ${box.clientWidth}`);
  await page.keyboard.press("1");
  assert.equal(await width(), 1600);
  await page.keyboard.press("-");
  assert.equal(await width(), 1280);
  await page.keyboard.press("0");
  assert.equal(await width(), fitting);
  await page.getByRole("button", { name: "Larger" }).click();
  assert.equal(await width(), Math.round(fitting * 1.25));
  await page.getByRole("button", { name: "Fit" }).click();
  await keep(page, "file-picture");
  await page.keyboard.press("ArrowRight");
  await page.waitForURL("**/a2.webp?view");
  await page.locator('.picture img[alt="a2.webp"][style]').waitFor();
  assert.match(await page.title(), /^a2\.webp/);
  await page.keyboard.press("ArrowRight");
  await page.locator('.picture img[alt="a10.svg"][style]').waitFor();
  // A picture is no page: its script does nothing.
  assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
  await page.keyboard.press("ArrowLeft");
  await page.locator('.picture img[alt="a2.webp"][style]').waitFor();
  await page.goBack();
  await page.getByRole("heading", { level: 1, name: "a10.svg" }).waitFor();
  assertNothingElse();
});

test("a drag moves the picture, the wheel zooms it", async () => {
  await open();
  await openView(page, site, "/pictures/a1.png", cdn);
  await press(page);
  await page.locator(".picture img[style]").waitFor();
  const place = () => page.locator(".picture img").evaluate((image) => image.getBoundingClientRect().toJSON());
  await page.keyboard.press("1");
  const before = await place();
  const { x, y, width, height } = await page.locator(".picture").boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width / 2 - 50, y + height / 2 - 30);
  await page.mouse.up();
  const after = await place();
  assert.deepEqual([Math.round(before.x - after.x), Math.round(before.y - after.y)], [50, 30]);
  const point = [x + width / 2 - 50, y + height / 2 - 30];
  await page.mouse.wheel(0, -90);
  const larger = await place();
  assert.equal(Math.round(larger.width), Math.round(1600 * Math.exp(0.3)));
  const [had, has] = [onPicture(after, point), onPicture(larger, point)];
  for (const axis of [0, 1]) assert.ok(Math.abs(had[axis] - has[axis]) < 0.005, `${had} became ${has}`);
  await page.mouse.wheel(0, 300);
  assert.ok((await place()).width < after.width);
  assertNothingElse();
});

test("a film plays with its subtitles after one press, and loads nothing before", async () => {
  await open();
  await openView(page, site, "/films/电影 1.mp4", cdn);
  assert.deepEqual(cdn.log, []);
  await press(page);
  await hasPlayed(0.6);
  const tracks = await media(({ textTracks }) => [...textTracks].map(({ label, language, mode }) => [label, language, mode]));
  assert.deepEqual(tracks, [["English", "en", "showing"], ["Chinese", "zh", "disabled"]]);
  await page.waitForFunction(() => document.querySelector("video").textTracks[0].cues?.length === 1);
  assert.deepEqual(cdn.requestsFor(`/${UID}/films/电影 1.zh.srt`), [], "not chosen, not loaded");
  await media(({ textTracks: [english, chinese] }) => { english.mode = "disabled"; chinese.mode = "showing"; });
  await page.waitForFunction(() => document.querySelector("video").textTracks[1].cues?.length === 2);
  const cue = await media(({ textTracks }) => {
    const { startTime, endTime, text } = textTracks[1].cues[0];
    return [startTime, endTime, text];
  });
  assert.deepEqual(cue, [0.5, 25, "<i>第一句</i>"]);
  await keep(page, "file-film");
  assertNothingElse();
});

test("a film resumes at the stored position, or from the start on request", async () => {
  await open();
  await openView(page, site, "/films/电影 1.mp4", cdn);
  await press(page);
  await hasPlayed(0.1);
  // Paused, lest a slow machine plays on until somebody looks.
  await media((video) => {
    video.pause();
    video.currentTime = 12;
  });
  await page.waitForFunction((at) => localStorage.getItem("signpost:places")?.includes(`:${at}}`), 12);
  await openView(page, site, "/films/电影 1.mp4", cdn);
  await press(page);
  await hasPlayed(11.5);
  assert.match(await status(), /Goes on at 0:12/);
  await page.getByRole("button", { name: "From the start" }).click();
  await page.waitForFunction(() => document.querySelector("video").currentTime < 5);
  assertNothingElse();
});

test("a film whose link expires gets a new one and plays on at the same position", async () => {
  await open();
  await openView(page, site, "/films/long.mp4", cdn);
  await press(page);
  await hasPlayed(0.3);
  const [first] = cdn.requestsFor(`/${UID}/films/long.mp4`);
  const later = 3600;
  cdn.clock.advance(later);
  await site.request(`/test/clock?ms=${later * 1000}`);
  cdn.forget();
  await media((video) => { video.currentTime = 25; });
  await hasPlayed(25.2);
  const requests = cdn.requestsFor(`/${UID}/films/long.mp4`);
  assert.ok(requests.some(({ status: code, query }) => code === 403 && query === first.query), "the old link was refused");
  assert.ok(requests.at(-1).status < 300 && requests.at(-1).query !== first.query);
  assert.match(await status(), /link had ended/);
  // The console names the answer that ended it, and nothing else.
  assert.ok(complaints.splice(0).every((line) => /403/.test(line)));
});

test("a damaged film is loaded anew once, not forever, and can be played on after the damage", { timeout: 60_000 }, async () => {
  await open();
  await openView(page, site, "/films/damaged.mp4", cdn);
  await press(page);
  await page.getByText("it may be damaged there").waitFor({ timeout: 45_000 });
  assert.doesNotMatch(await status(), /link had ended/);
  const renewed = new Set(cdn.requestsFor(`/${UID}/films/damaged.mp4`).map(({ query }) => query));
  assert.ok(renewed.size <= 2, `${renewed.size} links`);
  const damagedAt = await media(({ currentTime }) => currentTime);
  await page.getByRole("button", { name: "Skip it" }).click();
  await hasPlayed(damagedAt + 10.2);
  assert.equal(await media(({ error }) => error), null);
  assert.equal(await status(), "");
  // The console names the two errors of decoding.
  complaints.splice(0);
});

test("a film of which nothing more arrives is loaded anew, and plays on", { timeout: 60_000 }, async () => {
  await open();
  await openView(page, site, "/films/stalls.mp4", cdn);
  cdn.stall(`/${UID}/films/stalls.mp4`, 2_000_000);
  await press(page);
  await hasPlayed(0.3);
  await page.getByText("had come to a halt").waitFor({ timeout: 45_000 });
  await hasPlayed(4);
  assert.match(await status(), /had come to a halt/);
  const links = new Set(cdn.requestsFor(`/${UID}/films/stalls.mp4`).map(({ query }) => query));
  assert.equal(links.size, 2);
  assertNothingElse();
});

test("the next song plays after one ends, and lyrics follow the song", async () => {
  await open();
  await openView(page, site, "/songs/1 one.mp3", cdn);
  await press(page);
  await hasPlayed(0.3);
  // Paused, lest the song is further on a slow machine than the lyrics.
  await media((audio) => {
    audio.pause();
    audio.currentTime = 1;
  });
  await page.locator(".lyrics [aria-current]", { hasText: "first line" }).waitFor();
  await media((audio) => { audio.currentTime = 10; });
  await page.locator(".lyrics li:nth-child(3)[aria-current]", { hasText: "second line" }).waitFor();
  await keep(page, "file-song");
  assert.deepEqual(await axe(page), []);
  await media((audio) => {
    audio.currentTime = audio.duration - 0.5;
    audio.play();
  });
  await page.waitForURL("**/2%20two.flac?view");
  await hasPlayed(0.2);
  assert.ok(await media(({ duration }) => duration) >= SECONDS - 1);
  assertNothingElse();
});

test("a file that the browser can't play gets a message, and the players", async () => {
  await open();
  await openView(page, site, "/films/bad.mkv", cdn);
  await press(page);
  await page.getByText("This browser can’t play this file").waitFor();
  assert.ok(await page.locator(".players a").count() >= 2);
  complaints.splice(0);
});

test("a text shows its beginning, in the right encoding, and more when it is asked", async () => {
  await open();
  await openView(page, site, "/texts/gb.txt", cdn);
  assert.deepEqual(cdn.log, []);
  await press(page);
  const sheet = page.locator(".sheet");
  await sheet.waitFor();
  assert.equal((await sheet.innerText()).trim(), "中文的第一行");
  assert.equal(await page.locator(".tools select").inputValue(), "gb18030");
  await openView(page, site, "/texts/log.log", cdn);
  await press(page);
  await sheet.waitFor();
  assert.deepEqual(cdn.log.map(({ status: code, headers }) => [code, headers.range]), [[206, "bytes=0-65535"]]);
  assert.match(await page.locator(".status-text").innerText(), /The first 64\.0 KB of 166 KB/);
  assert.match(await sheet.innerText(), /^line 1 of a log\n/);
  const before = await page.locator(".sheet .line").count();
  await page.getByRole("button", { name: "Load 64.0 KB more" }).click();
  await page.waitForFunction((least) => document.querySelectorAll(".sheet .line").length > least, before);
  assert.equal(cdn.log.at(-1).headers.range, "bytes=65536-131071");
  const lines = (await sheet.innerText()).split("\n").filter((line) => line.startsWith("line "));
  assert.ok(lines.slice(0, -1).every((line, index) => line === `line ${index + 1} of a log`), "nothing lost where parts meet");
  await page.getByLabel("Wrap lines").uncheck();
  await keep(page, "file-text");
  assert.deepEqual(await axe(page), []);
  assertNothingElse();
});

test("code is shown as text, an empty file as empty, and a binary file not at all", async () => {
  await open();
  await openView(page, site, "/texts/x.js", cdn);
  await press(page);
  await page.locator(".sheet").waitFor();
  assert.equal(await page.locator(".sheet").evaluate((sheet) => sheet.textContent), "<script>hacked = 1</script>\n\tlet a;\n");
  assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
  await openView(page, site, "/texts/empty.txt", cdn);
  await press(page);
  await page.getByText("All of it: 0 B").waitFor();
  await openView(page, site, "/texts/bin.txt", cdn);
  await press(page);
  await page.getByText("This does not look like text.").waitFor();
  await openView(page, site, "/texts/read me.md", cdn);
  await press(page);
  await page.locator(".sheet").waitFor();
  assert.deepEqual(await page.locator(".sheet .heading").allInnerTexts(), ["# Title\n"]);
  assertNothingElse();
});

test("a text without a CORS header: the page says so, and how the site's owner can fix it", async () => {
  cdn.cors = false;
  await open();
  await openView(page, site, "/texts/gb.txt", cdn);
  await press(page);
  const message = page.getByText(/vip\.123pan\.cn lets no page read this file .* mode = "proxy"/);
  await message.waitFor();
  // Neither pictures nor films need it; subtitles do.
  await openView(page, site, "/films/电影 1.mp4", cdn);
  await press(page);
  await hasPlayed(0.3);
  await page.getByText(/lets no page read the subtitles/).waitFor();
  assert.ok(complaints.splice(0).every((line) => /CORS|Failed to load/.test(line)));
});

/** Opens a film with a stored position of 0:12, whose subtitles have no CORS header. */
async function openLeft() {
  cdn.cors = false;
  await openView(page, site, FILM, cdn);
  await page.evaluate((film) => localStorage.setItem("signpost:places", JSON.stringify({ [encodeURI(film)]: 12 })), FILM);
}

test("the message about a resumed position leaves the message about subtitles in place", async () => {
  const [resumed, unread] = [/Goes on at 0:12/, /lets no page read the subtitles/];
  await open();
  for (const [first, second, late] of [[unread, resumed, FILM], [resumed, unread, ENGLISH]]) {
    await openLeft();
    const release = cdn.hold(`/${UID}${late}`);
    await press(page);
    await page.getByText(first).waitFor();
    release();
    await page.getByText(second).waitFor();
    assert.match(await status(), first, `${second} came later`);
    assert.match(await status(), second);
  }
  await page.getByRole("button", { name: "From the start" }).click();
  await page.waitForFunction(() => document.querySelector("video").currentTime < 5);
  assert.doesNotMatch(await status(), resumed);
  assert.match(await status(), unread);
});

test("a .webm plays, and the next film plays after it if the visitor has switched that on", async () => {
  await open();
  await openView(page, site, "/films/电影 1.mp4", cdn);
  await press(page);
  await hasPlayed(0.1);
  await page.getByLabel("Then play the next one").check();
  await media((video) => { video.currentTime = video.duration - 0.5; });
  await page.waitForURL(`**/${encodeURIComponent("电影 2.webm")}?view`);
  await hasPlayed(0.6);
  const { width, seconds, error } = await media((video) => ({ width: video.videoWidth, seconds: video.duration, error: video.error }));
  assert.deepEqual([width, Math.round(seconds), error], [160, SECONDS, null]);
  assertNothingElse();
});

/** Finds the PDF's page in a screenshot of the viewer: its size, and the number of its dark pixels. */
function sheetOf(picture) {
  const { width, height, pixels } = greysOf(picture);
  const isWhite = (x, y) => pixels[y * width + x] > 250;
  const all = (from, to) => Array.from({ length: to - from }, (_, at) => from + at);
  const [columns, lines] = [all(320, width), all(56, height)];
  const down = lines.filter((y) => columns.filter((x) => isWhite(x, y)).length > 200);
  const across = columns.filter((x) => down.filter((y) => isWhite(x, y)).length > 100);
  const dark = down.flatMap((y) => across.filter((x) => pixels[y * width + x] < 60)).length;
  return { size: `${across.length}x${down.length}`, dark };
}

/** The PDF's page in the viewer's frame: 300 by 200 points, which the viewer shows in 96 dots an inch. */
async function shownSheet() {
  const clip = await page.locator("iframe.document").boundingBox();
  let sheet;
  for (const since = Date.now(); Date.now() - since < 15_000;) {
    sheet = sheetOf(await page.screenshot({ clip }));
    if (/^(399|400)x(266|267)$/.test(sheet.size)) return sheet;
  }
  return assert.fail(`the viewer shows no page, but ${JSON.stringify(sheet)}`);
}

test("a PDF is shown in the browser's own viewer after one press, with its text", async () => {
  await open();
  const dark = {};
  for (const name of ["/doc.pdf", "/blank.pdf"]) {
    await openView(page, site, name, cdn);
    assert.deepEqual(cdn.log, []);
    await press(page);
    ({ dark: dark[name] } = await shownSheet());
    const asked = cdn.requestsFor(`/${UID}${name}`);
    assert.ok(asked.length > 0 && asked.every(({ status: code, headers }) => code < 300 && headers.referer === undefined));
  }
  // "Signpost" in 48 pixels: its strokes are some thousand of them.
  assert.ok(dark["/doc.pdf"] > 1000, `${dark["/doc.pdf"]} dark pixels`);
  assert.equal(dark["/blank.pdf"], 0);
  await keep(page, "file-pdf");
  assertNothingElse();
});

test("hostile subtitles are parsed in linear time", () => {
  const cue = (text) => parseCues(`1\n00:00:01,000 --> 00:00:02,000\n${text}\n`)[0].text;
  assert.equal(cue("{\\an8}<font color=\"#fff\">a {b} < c</font>{\\i1"), "a {b} < c{\\i1");
  const begun = performance.now();
  // None of them ends: half a megabyte took half a minute.
  for (const open of ["<font ", "{\\"]) assert.equal(cue(open.repeat(100_000)).length, open.repeat(100_000).trimEnd().length);
  assert.ok(performance.now() - begun < 5_000);
});

/** Opens a picture on a phone, with functions for touch input. */
async function openPhone(name) {
  const phone = await openPage(browser, { locale: "en-US", hasTouch: true, isMobile: true, viewport: { width: 400, height: 800 } });
  await openView(phone.page, site, name, cdn);
  await press(phone.page);
  await phone.page.locator(".picture img[style]").waitFor();
  const session = await phone.page.context().newCDPSession(phone.page);
  const touch = (type, points) => session.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  /** Leads two fingers from one pair of points to another, as slowly as fingers are. */
  const pinch = async (from, to) => {
    await touch("touchStart", from);
    for (let step = 1; step <= 10; step += 1) {
      await touch("touchMove", from.map((point, finger) => point.map((at, axis) => at + ((to[finger][axis] - at) * step) / 10)));
    }
    await touch("touchEnd", []);
  };
  const place = () => phone.page.locator(".picture img").evaluate((image) => image.getBoundingClientRect().toJSON());
  const box = await phone.page.locator(".picture").boundingBox();
  return { ...phone, pinch, place, box };
}

test("two fingers scale and move a picture about the point between them", async () => {
  const { page: phone, complaints: said, pinch, place, box } = await openPhone("/pictures/a1.png");
  const fitting = await place();
  const [x, y] = [box.x + box.width * 0.6, box.y + box.height * 0.4];
  /** Fingers that begin there and there end there, on the same things of the picture. */
  const holds = async (from, to, what) => {
    const before = await place();
    await pinch(from, to);
    const after = await place();
    for (const [finger, point] of from.entries()) {
      const [had, has] = [onPicture(before, point), onPicture(after, to[finger])];
      for (const axis of [0, 1]) assert.ok(Math.abs(had[axis] - has[axis]) < 0.01, `${what}: ${had} became ${has}`);
    }
    return after.width / before.width;
  };
  const grown = await holds([[x - 30, y], [x + 30, y]], [[x - 75, y], [x + 75, y]], "apart");
  assert.ok(Math.abs(grown - 2.5) < 0.05, `${grown} times as large`);
  const upright = await holds([[x, y - 20], [x, y + 20]], [[x, y - 40], [x, y + 40]], "apart, one above the other");
  assert.ok(Math.abs(upright - 2) < 0.05, `${upright} times as large`);
  const moved = await holds([[x - 40, y], [x + 40, y]], [[x - 70, y + 25], [x + 10, y + 25]], "both one way");
  assert.ok(Math.abs(moved - 1) < 0.02, `${moved} times as large`);
  await pinch([[x - 120, y], [x + 120, y]], [[x - 12, y], [x + 12, y]]);
  assert.deepEqual(await place(), fitting, "never smaller than it fits");
  const scroll = await phone.evaluate(() => [scrollY, visualViewport.scale]);
  assert.deepEqual(scroll, [0, 1], "the page itself stayed as it was");
  assert.deepEqual(said, []);
});

test("a vertical pinch on a fitting picture does not scroll the page", async () => {
  const { page: phone, pinch, place, box } = await openPhone("/pictures/a2.webp");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const before = await place();
  await pinch([[x, y - 30], [x, y + 30]], [[x, y - 90], [x, y + 90]]);
  const grown = (await place()).width / before.width;
  assert.ok(grown > 2.5, `${grown} times as large`);
  assert.deepEqual(await phone.evaluate(() => [scrollY, visualViewport.scale]), [0, 1]);
});

test("a double tap shows a picture at full size about the finger, and a second one fits it again", async () => {
  const { page: phone, place, box } = await openPhone("/pictures/a1.png");
  const fitting = await place();
  const point = [box.x + box.width * 0.75, box.y + box.height * 0.25];
  const tapTwice = async ([x, y]) => {
    await phone.touchscreen.tap(x, y);
    await phone.touchscreen.tap(x, y);
  };
  await tapTwice(point);
  await phone.waitForFunction(() => document.querySelector(".picture").dataset.zoomed === "true");
  const full = await place();
  assert.equal(Math.round(full.width), 1600);
  const [had, has] = [onPicture(fitting, point), onPicture(full, point)];
  for (const axis of [0, 1]) assert.ok(Math.abs(had[axis] - has[axis]) < 0.01, `${had} became ${has}`);
  // Elsewhere: at the same place it would be the third tap and the fourth.
  await tapTwice([box.x + 40, box.y + box.height - 40]);
  await phone.waitForFunction(() => document.querySelector(".picture").dataset.zoomed === "false");
  assert.deepEqual(await place(), fitting);
});

test("on a site over https, files that the CDN serves over http are named as mixed content", async () => {
  await open();
  // The browser takes this for an https site; the site's own answers come over loopback.
  await page.route("https://files.example/**", async (route) => {
    const { pathname, search } = new URL(route.request().url());
    const { status: code, headers, body } = await site.request(pathname + search, { headers: route.request().headers() });
    await route.fulfill({ status: code, headers, body });
  });
  const show = async (file) => {
    await page.goto(`https://files.example${file}?view`);
    await press(page);
    await page.getByText("vip.123pan.cn serves this over plain http").first().waitFor();
    assert.doesNotMatch(await status(), /CORS/);
  };
  cdn.forget();
  await show("/texts/log.log");
  await show("/doc.pdf");
  assert.equal(await page.locator("iframe").count(), 0);
  await show("/films/subtitled.mp4");
  assert.match(await status(), /vip\.123pan\.cn serves this over plain http/);
  assert.deepEqual(cdn.requestsFor(`/${UID}/texts/log.log`), []);
  // In a frame a download would be blocked, too.
  const link = page.getByRole("link", { name: /^Download/ });
  assert.equal(await link.getAttribute("target"), "_blank");
  complaints.splice(0);
});
