// `signpost verify` on sound sites of every kind: no rule, mode or mount is taken for a leak that is none.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openCdn } from "./support/cdn.js";
import { API_TOKEN, KEYS, entry, openGuarded } from "./support/guarded.js";
import { ACCOUNTS, UID } from "./support/library.js";
import { openSite } from "./support/site.js";
import { through } from "./support/upstream.js";
import { SECRETS as VENDOR, startVendor } from "./support/vendor.js";
import { bad, configOf, find, verifySite } from "./support/verify.js";

const FILES = [
  entry("/a.txt", 100), entry("/a b.txt", 101), entry("/docs/c.txt", 102), entry("/docs/inner/d.txt", 103),
  entry("/films/list.m3u8", 104), entry("/+plus/e+f.txt", 105), entry("/名/文 件.txt", 106),
];
const LIMITS = { budget: { day: "20 GB", client_day: "5 GB" }, rate: "SITE_RATE" };
const SECRETS = { WORD: "a secret word", OTHER: "another word", ALIST: "alist-token" };
const RATES = { GUESSES: { limit: 1_000_000 }, SITE_RATE: { limit: 100_000 } };
const cdn = await openCdn({ accounts: ACCOUNTS });
for (const { cdnPath, size } of FILES) cdn.put(cdnPath, { size, uid: UID });

/** Verifies a site with these rules by the same rules: `{ status, rows }`, with no leak and no failure. */
async function sound(rules, { args = [], ...options } = {}) {
  const site = await openGuarded(FILES, rules, { ratelimits: RATES, secrets: SECRETS, outbound: through(cdn), ...options });
  const { status, rows } = await verifySite(site, args, { config: configOf(rules), cdnPort: cdn.port });
  assert.deepEqual(bad(rows), [], JSON.stringify(rules));
  assert.equal(status, 0);
  return rows;
}

const closed = (rows) => rows.filter(({ check, outcome }) => check === "closed" && outcome === "ok").map(({ subject }) => subject);

test("a site that is closed as a whole", async () => {
  assert.deepEqual(closed(await sound([{ path: "/", password: "WORD" }])), ["/"]);
  assert.deepEqual(closed(await sound([{ path: "/", access: "link" }])), ["/"]);
  const rows = await sound([{ path: "/", access: "deny" }, { path: "/docs", access: "public", ...LIMITS }]);
  assert.equal(find(rows, "limits", "/docs").outcome, "ok");
  assert.equal(rows.filter(({ check }) => check === "files").length, 2, "the files of the open part are tried");
});

test("rules about single files, one in the other, and with names that are encoded", async () => {
  const rows = await sound([
    { path: "/", ...LIMITS }, { path: "/a b.txt", password: "WORD" }, { path: "/docs", password: "WORD" },
    { path: "/docs/inner", access: "deny" }, { path: "/docs/c.txt", access: "link" }, { path: "/+plus/e+f.txt", access: "deny" },
    { path: "/名", password: "WORD", listed: true }, { path: "/名/文 件.txt", password: "OTHER" },
    { path: "/films", access: "link", alist_sign: "ALIST" },
  ]);
  assert.deepEqual(closed(rows).sort(),
    ["/+plus/e+f.txt", "/a b.txt", "/docs", "/docs/c.txt", "/docs/inner", "/films", "/名", "/名/文 件.txt"]);
  for (const name of ["/a b.txt", "/docs", "/+plus/e+f.txt", "/films"]) assert.equal(find(rows, "names", name).outcome, "ok", name);
});

test("files through the Worker, HEAD that is answered here, and playlists", async () => {
  const rows = await sound([{ path: "/", ...LIMITS, head: "local" }, { path: "/docs", mode: "proxy" }]);
  assert.match(find(rows, "files", "/docs/c.txt").detail, /through the Worker/);
});

test("country and address, which this machine may not have", async () => {
  const rows = await sound([
    { path: "/", ...LIMITS }, { path: "/docs", addresses: { allow: ["192.0.2.0/24"] } },
    { path: "/名", countries: { deny: ["T1"] } }, { path: "/films", access: "link", countries: { allow: ["CN"] } },
    { path: "/+plus", password: "WORD", addresses: { allow: ["192.0.2.0/24"] } },
  ]);
  assert.equal(find(rows, "closed", "/docs").outcome, "ok");
  assert.equal(find(rows, "closed", "/films").outcome, "ok");
  assert.equal(find(rows, "closed", "/+plus").outcome, "ok");
});

test("a site whose pages are for some sites alone", async () => {
  const rows = await sound([{ path: "/", ...LIMITS, referers: { allow: ["blog.example.com"] } }]);
  assert.equal(find(rows, "referers", "/").outcome, "ok");
  assert.ok(rows.filter(({ check, outcome }) => check === "files" && outcome === "ok").length > 3, "files are tried as from its own pages");
});

test("a site with few requests for each visitor is waited for, or said not to be tested", async () => {
  // The links are counted by the hour of the clock: where a new one began, there was nothing to wait for.
  const hour = () => Math.floor(Date.now() / 3_600_000);
  let began;
  let rows;
  do {
    began = hour();
    rows = await sound([{ path: "/", ...LIMITS, max_links: 2 }], { args: ["--sample", "4"] });
  } while (hour() !== began);
  assert.equal(rows.filter(({ check, outcome }) => check === "files" && outcome === "untested").length, 2);
});

test("mounts that 123Pan lists", async () => {
  const vendor = await startVendor();
  const mounts = [
    vendor.mount("personal", "/my"), vendor.mount("share", "/shared", { account: "/my" }),
    vendor.mount("open", "/open", { root: (await vendor.node("/shared")).id }),
  ];
  const rules = [{ path: "/", ...LIMITS }, { path: "/my", password: "WORD" }];
  const site = await openSite({
    network: true, vars: { MOUNTS: mounts, RULES: rules }, ratelimits: RATES,
    secrets: { ...VENDOR, SITE_KEYS: KEYS, API_TOKEN, ...SECRETS },
  });
  const config = configOf(rules, "workers_dev = false\n", { MOUNTS: mounts });
  const { status, rows } = await verifySite(site, ["--sample", "2"], { config, cdnPort: cdn.port });
  assert.deepEqual(bad(rows), []);
  assert.equal(status, 0);
  assert.equal(find(rows, "closed", "/my").outcome, "ok");
  assert.ok(rows.some(({ check, detail }) => check === "files" && /through the Worker/.test(detail)));
});
