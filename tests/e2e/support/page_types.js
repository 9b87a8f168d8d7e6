// One page of each type, for tests of all pages.
import { ACCOUNTS, UID } from "./library.js";
import { EVIL_NAMES, realNames, secretsOf, treeOfNames } from "./rows.js";
import { openCdn } from "./cdn.js";
import { openSite } from "./site.js";

const README = "# About\n\nWhat is **here**: see [the films](Films/).\n\n| a | b |\n| - | -: |\n| 1 | 2 |\n\n> Quoted\n\n```\ncode\n```\n";
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const TREE = [
  "Films:", `  7:1700000000:http://vip.123pan.cn/${UID}/film.mkv`,
  "Locked:", `  1:http://vip.123pan.cn/${UID}/secret.txt`,
  "Names:", ...treeOfNames(EVIL_NAMES).split("\n").map((line) => `  ${line}`),
  `70:1700000000:http://vip.123pan.cn/${UID}/picture.png`, `90:1700000000:http://vip.123pan.cn/${UID}/notes.md`,
  treeOfNames(realNames(12)),
].join("\n");

/** Opens `{ site, cdn }`, a site that has every type of page. */
export async function openAllPages() {
  const cdn = await openCdn({ accounts: ACCOUNTS });
  cdn.put(`/${UID}/picture.png`, { body: PNG, uid: UID });
  const site = await openSite({
    secrets: { ...secretsOf(TREE), SITE_KEYS: "0123456789abcdef0123456789abcdef", WORD: "open sesame" },
    vars: {
      SITE: { title: "我的文件 Files", footer: "Kept with **care** · [contact](mailto:me@site.example)" },
      RULES: [{ path: "/", readme: README, header: "Welcome to *everything*." }, { path: "/Locked", password: "WORD", listed: true }],
    },
  });
  return { site, cdn };
}

const click = (name) => (page) => page.getByRole("button", { name }).first().click();

/** The types of pages: `{ name, path, act }`; `act` brings a page into its state. */
export const PAGES = [
  { name: "folder", path: "/" },
  { name: "folder-grid", path: "/#?view=grid" },
  { name: "folder-wall", path: "/#?view=wall" },
  { name: "folder-names", path: "/Names/" },
  { name: "folder-nothing", path: "/#?q=zzz" },
  { name: "folder-menu", path: "/", act: click(/picture\.png/) },
  { name: "folder-players", path: "/Films/", act: async (page) => {
    await click(/film\.mkv/)(page);
    await page.locator("[role=menuitem][aria-haspopup]").click();
    await page.locator("a[role=menuitem]").first().waitFor();
  } },
  { name: "folder-info", path: "/", act: async (page) => {
    await click(/picture\.png/)(page);
    await page.getByRole("menuitem").last().click();
    await page.locator("dialog .qr").waitFor();
  } },
  { name: "folder-picked", path: "/", act: async (page) => {
    for (const key of ["j", "x", "Shift+ArrowDown", "Shift+ArrowDown"]) await page.keyboard.press(key);
    await page.getByRole("toolbar").waitFor();
  } },
  { name: "folder-help", path: "/", act: (page) => page.keyboard.press("?") },
  { name: "file", path: "/notes.md?view" },
  { name: "file-picture", path: "/picture.png?view" },
  { name: "login", path: "/Locked/" },
  { name: "failure", path: "/nothing" },
  { name: "doctor", path: "/-/doctor" },
];

/** Opens a type of page, and waits for its script. */
export async function openType(page, site, { path, act = () => {} }) {
  // A URL that differs in its fragment alone would not be loaded.
  await page.goto("about:blank");
  await page.goto(site.url + path);
  if (await page.locator("main.folder").count() > 0) await page.locator(".bar .field").waitFor();
  await act(page);
}
