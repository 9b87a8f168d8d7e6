// Secrets of the owner and of the vendor, and the vendor's messages, are in no response, log line or KV value, whether
// the vendor works or fails.
//
// The account object's own storage is not searched: it keeps the tokens, and nothing else can read it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertNoViolations, openEverything } from "./support/remote_mounts.js";
import { PATIENT, basic, cookieOf, logIn, shared } from "./support/guarded.js";
import { openSite } from "./support/site.js";
import { MARKER, SECRETS, startVendor } from "./support/vendor.js";

// The site's own secrets contain the marker, too.
const OWN = {
  SITE_KEYS: `keys-${MARKER}-0123456789abcdefghijkl`, API_TOKEN: `api-${MARKER}-0123456789abcdefghij`,
};
const WORD = `word-${MARKER}-1`;
const bearer = { authorization: `Bearer ${OWN.API_TOKEN}` };
/** A word that only the vendor's messages contain. */
const VENDOR_WORD = "zanzibar";
/** The word, or the text of the vendor's HTML page. */
const SAID = new RegExp(`${VENDOR_WORD}|123云盘`, "i");
const message = `${VENDOR_WORD} user-${MARKER}-1 https://h.example/${MARKER}?token=1 a@${MARKER}.example`;
const WEB = ["/my", "/shared"];
const PROXIED = [...WEB, "/open"];
const MOUNTED = [...PROXIED, "/direct"];
// The head of every token, links of the vendor's, signatures, and names of headers with secrets.
const SECRET = new RegExp(`${MARKER}|eyJ|/cdn/|/download-v2/|auth_key|privateKey|clientSecret`, "i");
const LINK = /https?:\/\/[^"\s]*\/(?:cdn|direct|download-v2)\/[^"\s]*/g;

/** A vendor and a site with mounts of all its sources, both for one test: `{ vendor, site, answers, ask }`. */
async function open({ secrets = {}, mount = (each) => each, locked = "/my/deep" } = {}) {
  const vendor = await startVendor();
  await openEverything(vendor);
  const hosts = [`127.0.0.1:${vendor.port}`];
  const mounts = [
    vendor.mount("personal", "/my"), vendor.mount("share", "/shared", { account: "/my" }),
    vendor.mount("open", "/open"),
    vendor.mount("open", "/direct", { direct_link: true, private_key: "DIRECT_KEY", hosts }),
    // The same account once more: listings that two mounts use are written to KV.
    vendor.mount("personal", "/again"),
  ];
  const site = await openSite({
    network: true, ratelimits: PATIENT,
    secrets: { ...SECRETS, ...OWN, WORD, ...secrets },
    vars: { MOUNTS: mounts.map(mount), RULES: [{ path: locked, password: "WORD", listed: true }] },
  });
  const answers = [];
  /** A request, remembered for {@link assertSilent}. */
  const ask = async (target, options) => {
    const answer = await site.request(encodeURI(target), options);
    const isFile = /\.(mp4|bin)(\?|$)/.test(target);
    const isBytes = /octet-stream/.test(answer.headers["content-type"]);
    answers.push({ target, ...answer, text: isBytes ? "" : answer.text, isFile });
    return answer;
  };
  return { vendor, site, answers, ask };
}

/** Requests every route of a mount; returns the statuses. */
async function visit({ ask }, at) {
  const json = { headers: { accept: "application/json" } };
  const statuses = [];
  const note = async (...asked) => statuses.push((await ask(...asked)).status);
  for (const form of ["", "?format=json"]) await note(`${at}/${form}`);
  for (const form of ["", "?format=json", "?format=url"]) await note(`${at}/video.mp4${form}`);
  await note(`${at}/video.mp4`, { method: "HEAD" });
  await note(`${at}/video.mp4`, { headers: { range: "bytes=0-9" } });
  for (const target of ["/nope.txt", "/video.mp4/", "/音乐", "/音乐/", "/deep/", "/zero.bin"]) {
    await note(at + target, json);
  }
  await note(`${at}/nope.txt`, { headers: { "accept-language": "zh-CN", accept: "text/html" } });
  return statuses;
}

/** The health page as the stranger and the owner see it. */
async function health({ ask }) {
  const [stranger, owner] = [await ask("/-/health"), await ask("/-/health", { headers: bearer })];
  return { stranger: stranger.text, owner: JSON.parse(owner.text) };
}

/** No response, log line or KV value has a secret. The vendor's messages are allowed in the owner's health report. */
async function assertSilent({ site, answers }) {
  assert.ok(answers.length > 0);
  for (const { target, headers, text, isFile } of answers) {
    const { location, ...others } = headers;
    const isOurs = PROXIED.some((at) => target.startsWith(at)) || !isFile;
    if (isOurs) assert.doesNotMatch(location ?? "", SECRET, `${target}: Location`);
    assert.doesNotMatch(JSON.stringify(others), SECRET, target);
    // The response for a redirected file contains its link.
    const body = isOurs ? text : text.replace(LINK, "");
    assert.doesNotMatch(body, SECRET, target);
    const isOwners = target === "/-/health" && body.includes('"rules":');
    if (!isOwners) assert.doesNotMatch(body + JSON.stringify(others), SAID, target);
  }
  const outside = new RegExp(`${SECRET.source}|${SAID.source}|https?:`, "i");
  for (const line of site.logs) assert.doesNotMatch(line, outside, "the log");
  for (const key of await site.kvKeys()) {
    assert.doesNotMatch(key, outside, "a key of KV");
    assert.doesNotMatch(await site.kvGet(key), outside, `KV at ${key}`);
  }
}

test("no secret is shown while the vendor works", { timeout: 120_000 }, async () => {
  const all = await open();
  const { site, ask, vendor } = all;
  for (const at of MOUNTED) {
    const statuses = await visit(all, at);
    assert.equal(statuses.some((status) => status >= 500), false, `${at}: ${statuses}`);
  }
  const { location } = (await site.request("/direct/video.mp4")).headers;
  assert.match(location, SECRET, "the search finds a secret where there is one");
  const refresh = (target) => ask(`/-/api/refresh?path=${target}`, { method: "POST", headers: bearer });
  assert.equal((await refresh("/my/many/")).status, 200);
  assert.equal((await ask("/-/api/refresh?path=/my/", { method: "POST" })).status, 401);
  assert.equal((await ask("/my/deep/", { headers: basic(WORD) })).status, 200);
  assert.equal((await ask("/my/deep/", { headers: basic("wrong") })).status, 401);
  const cookie = cookieOf(await logIn(site, "/my/deep/", WORD));
  assert.doesNotMatch(cookie, SECRET);
  assert.equal((await ask("/my/deep/", { headers: { cookie } })).status, 200);
  const { path } = await shared({ request: (target, options) => (
    site.request(target, { ...options, headers: { ...options.headers, ...bearer } })
  ) }, "/my/deep/");
  assert.equal((await ask(path)).status, 200);
  assert.equal((await ask("/again/")).status, 200);
  await site.listingKept();
  const { owner } = await health(all);
  assert.deepEqual(owner.mounts.map((mount) => mount.vendor.state), ["ok", "ok", "ok", "ok", "ok"]);
  await assertSilent(all);
  await assertNoViolations(vendor);
});

/**
 * Failures. `quoted`: the owner's health report has the vendor's message. `stopped`: the account makes no further
 * calls. `at`: the mounts that are requested, by default all.
 */
const FAILURES = [
  ["risk control wants to see a human", { quirks: { sign_in: "risk7012" } }, { stopped: ["/my"] }],
  ["risk control says so in its message", { quirks: { sign_in: "risk_word" } }, { stopped: ["/my"] }],
  ["too many devices are signed in", { quirks: { sign_in: "too_many_tokens" } },
    { stopped: ["/my"], at: WEB }],
  ["too many clients have a token", { quirks: { sign_in: "too_many_tokens" } },
    { stopped: ["/open"], at: ["/open", "/direct"] }],
  ["the address is banned", { quirks: { sign_in: "ip_ban" } }, { stopped: ["/my"] }],
  ["the password is wrong", { faults: [{ at: "login", code: 400, message }] },
    { stopped: ["/my"], quoted: true }],
  ["every token is refused", { faults: [
    { at: "web", code: 401, message }, { at: "open.list", code: 401, message },
  ] }, { quoted: true }],
  ["an HTML page is returned in place of the API's JSON", { faults: [{ at: "all", html: true }] }, {}],
  ["plain text with secrets is returned", { faults: [{ at: "all", body: message }] }, {}],
  ["an unknown code comes with a message", { faults: [{ at: "all", code: 987654, message }] }, { quoted: true }],
  ["downloads fail with a message", { faults: [
    "web.download_info", "web.download_info_v2", "share.download", "share.download_v2", "open.download_info",
    "open.direct_url",
  ].map((endpoint) => ({ at: endpoint, code: 4321, message })) }, { quoted: true }],
  ["the quota is used up", { quirks: { quota: 5113 } }, {}],
  ["the share is over", { quirks: { share_expired: "message" } }, {}],
  ["answers are cut short", { faults: [{ at: "web", truncate: 60 }] }, { at: WEB }],
  ["connections break", { faults: [{ at: "all", reset: true }] }, {}],
  ["the API moves away", { faults: [{ at: "all", status: 302 }] }, {}],
  ["the CDN refuses", { faults: [{ at: "cdn", status: 403, body: message }] }, {}],
  ["the CDN breaks off", { faults: [{ at: "cdn", reset: true }] }, {}],
  ["the relay leads nowhere", { quirks: { link_hop: "loop", link_params: "standard" } }, {}],
];

describe("no secret is shown when", { concurrency: 3, timeout: 400_000 }, () => {
  for (const [what, failure, { stopped = [], quoted = false, at = MOUNTED }] of FAILURES) {
    test(what, async () => {
      const all = await open();
      await all.vendor.set(failure);
      const statuses = (await Promise.all(at.map((each) => visit(all, each)))).flat();
      const wentWrong = statuses.some((status) => status >= 400 && status !== 404);
      assert.ok(wentWrong, `nothing went wrong: ${statuses}`);
      const signIns = [await all.vendor.count("login"), await all.vendor.count("open.access_token")];
      assert.ok(Math.max(...signIns) <= 3, `${signIns} sign-ins: a fourth would be one device too many`);
      // It tries a stopped account once more, which is for its owner to decide.
      const again = { method: "POST", headers: bearer };
      if (stopped.length === 0) await all.ask("/-/api/refresh?path=/my/", again);
      const { stranger, owner } = await health(all);
      assert.doesNotMatch(stranger, /"said"|"code"/);
      for (const mount of owner.mounts.filter(({ path }) => stopped.includes(path))) {
        assert.equal(mount.vendor.state, "stopped", mount.path);
      }
      if (quoted) await all.site.logged(/./);
      if (quoted) assert.match(JSON.stringify(owner), new RegExp(`"said":"[^"]*${VENDOR_WORD}`));
      await assertSilent(all);
      await assertNoViolations(all.vendor);
    });
  }
});

describe("no secret is shown in a configuration error when", { timeout: 120_000 }, () => {
  const credentials = ["username", "password", "client_id", "client_secret", "private_key"];
  const cases = [
    ["a secret is set in place of its name", { mount: (each) => Object.fromEntries(Object.entries(each).map(
      ([field, value]) => [field, credentials.includes(field) ? SECRETS[value] : value],
    )) }],
    ["the share's URL is invalid", { secrets: { SHARE: `${MARKER} ${VENDOR_WORD}` } }],
    ["the direct link's key is missing", { secrets: { DIRECT_KEY: "" } }],
    ["two ways to sign in are set", {
      mount: (each) => ({ ...each, ...(each.username && { token: "PAN_PASSWORD" }) }),
    }],
    ["a rule's path comes from an address bar", { locked: "/my/%E9%9F%B3%E4%B9%90" }],
  ];
  for (const [what, options] of cases) {
    test(what, async () => {
      const all = await open(options);
      const json = { headers: { accept: "application/json" } };
      assert.equal((await all.ask("/my/")).status, 503);
      const { status, text } = await all.ask("/open/video.mp4", json);
      assert.equal(status, 503);
      assert.ok(JSON.parse(text).error.faults.length > 0);
      await health(all);
      await assertSilent(all);
      assert.deepEqual((await all.vendor.state()).calls, {});
    });
  }
});
