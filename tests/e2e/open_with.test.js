// The menu of players for a film or a song in a folder: the same players as on the file's page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser, openPage } from "./support/browser.js";
import { openCdn } from "./support/cdn.js";
import { axe, openView, shelf } from "./support/file_site.js";
import { openFolder } from "./support/folder_page.js";
import { entry, openGuarded } from "./support/guarded.js";
import { ACCOUNTS } from "./support/library.js";
import { openSite } from "./support/site.js";

const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15";
/** What browsers call themselves, and the players of each platform. */
const PLATFORMS = {
  windows: ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0", ["PotPlayer", "VLC", "mpv"]],
  mac: [MAC, ["IINA", "Infuse", "VLC", "SenPlayer", "nPlayer", "mpv"]],
  ios: ["Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0", ["Infuse", "VLC", "nPlayer", "SenPlayer", "Fileball"]],
  android: ["Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/156.0", ["MX Player", "MX Player Pro", "VLC", "Just Player", "nPlayer"]],
  linux: ["Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0", ["mpv", "VLC"]],
};
/** As an address may have been typed, less strict than any that the site writes. */
const FOLDER = "/it's (f)/";
const FILM = "电影's (1) & {2};.mkv";
const LANGUAGES = { "en-US": ["Open with…", "The file’s page"], "zh-CN": ["打开方式…", "文件页面"], "zh-TW": ["開啟方式…", "檔案頁面"] };

const cdn = await openCdn({ accounts: ACCOUNTS });
const names = [FILM, "song.FLAC", "list.m3u8", "notes.txt", "cover.png"];
const site = await openSite({ secrets: shelf(cdn, Object.fromEntries(names.map((name) => [FOLDER + name, Buffer.from("x")]))) });
const browser = await openBrowser(cdn);

const menuOf = async (page, name) => page.locator("tbody tr", { hasText: name }).locator(".icon-more").click();
const players = (page) => page.locator("a[role=menuitem]").evaluateAll((all) => all.map((each) => [each.textContent, each.getAttribute("href")]));

/** Opens the players of a row. */
async function openPlayers(page, name) {
  await menuOf(page, name);
  await page.locator("[role=menuitem][aria-haspopup]").click();
  await page.locator("a[role=menuitem]").first().waitFor();
}

for (const [platform, [userAgent, want]] of Object.entries(PLATFORMS)) {
  test(`on ${platform} the menu has the platform's players with the links of the file's page, and a link to that page`, async () => {
    const { page, complaints } = await openFolder(browser, site.url + FOLDER, { userAgent, locale: "en-US" });
    cdn.forget();
    for (const name of names.slice(0, 3)) {
      await openPlayers(page, name);
      const listed = await players(page);
      assert.deepEqual(listed.map(([player]) => player), [...want, "The file’s page"]);
      assert.ok(await page.evaluate(() => document.activeElement === document.querySelector("a[role=menuitem]")), "the first has the focus");
      await page.keyboard.press("End");
      assert.equal(await page.evaluate(() => document.activeElement.textContent), "The file’s page");
      await page.keyboard.press("Escape");
      const { page: own } = await openPage(browser, { userAgent, locale: "en-US" });
      await openView(own, site, FOLDER + name, cdn);
      const theirs = await own.locator(".players a").evaluateAll((all) => all.map((each) => [each.textContent, each.getAttribute("href")]));
      assert.deepEqual(listed.slice(0, -1), theirs);
      await own.close();
    }
    assert.deepEqual(cdn.log, [], "not a byte of a film");
    await openPlayers(page, FILM);
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.waitForURL("**?view");
    assert.equal(await page.locator("h1").innerText(), FILM);
    assert.deepEqual(complaints, []);
  });
}

test("files that are not played have no players, only their page", async () => {
  const { page } = await openFolder(browser, site.url + FOLDER, { locale: "en-US" });
  for (const name of ["notes.txt", "cover.png"]) {
    await menuOf(page, name);
    assert.equal(await page.locator("[role=menuitem][aria-haspopup]").count(), 0);
    await page.keyboard.press("Escape");
  }
  await menuOf(page, "notes.txt");
  await page.getByRole("menuitem", { name: "The file’s page" }).click();
  await page.waitForURL("**/notes.txt?view");
});

test("the menu of players is accessible in every language and theme, on phones and desktops", async () => {
  for (const [locale, [open, own]] of Object.entries(LANGUAGES)) {
    for (const [colorScheme, width] of [["light", 320], ["dark", 320], ["light", 1280], ["dark", 1280]]) {
      const phone = width < 500 ? { hasTouch: true, isMobile: true } : {};
      const { page } = await openFolder(browser, site.url + FOLDER, { userAgent: MAC, locale, colorScheme, viewport: { width, height: 640 }, ...phone });
      await menuOf(page, FILM);
      await page.getByRole("menuitem", { name: open, exact: true }).click();
      await page.getByRole("menuitem", { name: own, exact: true }).waitFor();
      assert.deepEqual(await axe(page), [], `${locale} ${colorScheme} ${width}`);
      const boxes = await page.getByRole("menuitem").evaluateAll((all) => all.map((each) => each.getBoundingClientRect().toJSON()));
      for (const box of boxes) {
        assert.ok(box.height >= 44 && box.width >= 44, `${box.width}x${box.height} at ${width}`);
        assert.ok(box.left >= 0 && box.right <= width && box.top >= 0, JSON.stringify(box));
      }
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(over, 0);
      await page.context().close();
    }
  }
});

/** Opens a folder behind a password, and the players of its film. */
async function enter(guarded, folder) {
  const { page } = await openPage(browser, { locale: "en-US" });
  await page.goto(`${guarded.url}${folder}`);
  await page.getByLabel("Password").fill("open sesame");
  await page.getByRole("button", { name: "Open" }).click();
  await page.locator(".tools .field").waitFor();
  await openPlayers(page, "film.mp4");
  return page;
}

test("behind a password players get a share link if a rule permits it, else a note says why not", async () => {
  const files = ["/team/film.mp4", "/quiet/film.mp4", "/open/film.mp4"].map((file) => entry(file, 4));
  const rules = [
    { path: "/team", password: "TEAM", share_hours: 8 }, { path: "/quiet", password: "TEAM" },
    { path: "/open/film.mp4", password: "TEAM", listed: true },
  ];
  const guarded = await openGuarded(files, rules, { secrets: { TEAM: "open sesame" } });
  const page = await enter(guarded, "/team/");
  await page.getByText("so they get a share link that works for 8 hours.").waitFor();
  assert.equal(await page.getByRole("menu").getAttribute("aria-describedby"), "menu-note");
  assert.deepEqual(await axe(page), []);
  // No program of this machine takes the address, so it is read where the page is about to leave for it.
  await page.evaluate(() => { navigation.addEventListener("navigate", ({ destination }) => { window.left = destination.url; }); });
  await page.getByRole("menuitem", { name: "mpv" }).click();
  await page.waitForFunction(() => window.left);
  const [, address] = /^mpv-handler:\/\/play\/([\w-]+)\//.exec(await page.evaluate(() => window.left));
  const shared = new URL(Buffer.from(address, "base64url").toString());
  assert.match(shared.href, /^http:\/\/127\.0\.0\.1:\d+\/~[\w-]+\/team\/film\.mp4$/);
  assert.equal((await guarded.request(shared.pathname)).status, 302);
  assert.equal((await guarded.request("/team/film.mp4")).status, 401);
  const quiet = await enter(guarded, "/quiet/");
  await quiet.getByText("Other programs don’t know your password: they can’t open").waitFor();
  assert.deepEqual((await players(quiet))[1], ["VLC", `vlc://${guarded.url}/quiet/film.mp4`]);
  // A lock of the file's own: only its page asks for the password.
  const { page: open } = await openFolder(browser, `${guarded.url}/open/`, { locale: "en-US" });
  await menuOf(open, "film.mp4");
  assert.equal(await open.locator("[role=menuitem][aria-haspopup]").count(), 0);
  await open.getByRole("menuitem", { name: "The file’s page" }).click();
  await open.getByLabel("Password").waitFor();
});

test("a file that no longer opens leads to its page, which says why", async () => {
  const guarded = await openGuarded([entry("/team/film.mp4", 4)], [{ path: "/team", password: "TEAM" }], { secrets: { TEAM: "open sesame" } });
  const { page } = await openPage(browser, { locale: "en-US" });
  await page.goto(`${guarded.url}/team/`);
  await page.getByLabel("Password").fill("open sesame");
  await page.getByRole("button", { name: "Open" }).click();
  await page.locator(".tools .field").waitFor();
  await page.context().clearCookies();
  await menuOf(page, "film.mp4");
  await page.getByRole("menuitem", { name: "Open with…" }).click();
  await page.getByLabel("Password").waitFor();
  assert.equal(page.url(), `${guarded.url}/team/film.mp4?view`);
});
