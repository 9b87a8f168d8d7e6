// Budgets: exact under concurrency, the same on every route, kept through restarts, and closed when the quota
// object fails.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertErrorJson, assertSigned } from "./support/expect.js";
import { api, basic, entry, from, openGuarded, shared, steady } from "./support/guarded.js";
import { textOf } from "./support/page.js";

const MB = 1_000_000;
const DAY = 86_400;
const DOWN = "tests/e2e/support/quota_down_entry.js";
const FILES = [
  ...Array.from({ length: 12 }, (_, index) => entry(`/paid/${index}.bin`, 10 * MB)),
  entry("/paid/large.bin", 101 * MB), entry("/paid/sub/s.bin", 10 * MB), entry("/paid/own/o.bin", 10 * MB),
  entry("/free/f.bin", 900 * MB), entry("/locked/l.bin", 10 * MB),
];
// A time zone in which it is about noon, so that no test runs over midnight.
const hours = (12 - new Date().getUTCHours() + 24) % 24;
const offset = hours > 13 ? hours - 24 : hours;
const ZONE = `${offset < 0 ? "-" : "+"}${String(Math.abs(offset)).padStart(2, "0")}:00`;

const open = (rule, { rules = [], vars = {}, ...options } = {}) => openGuarded(
  FILES, [{ path: "/paid", ...rule }, ...rules], { vars: { SITE: { time_zone: ZONE }, ...vars }, ...options },
);
const now = () => Math.floor(Date.now() / 1000);
/** The end of the day in {@link ZONE}. */
const midnight = () => Math.ceil((now() + offset * 3600 + 1) / DAY) * DAY - offset * 3600;

/** A refusal until then, of a request that was made no sooner than `asked`. */
function assertOver(answer, until, { code = "budget_used_up", asked = now() } = {}) {
  assert.equal(answer.status, 429, answer.text);
  assert.equal(answer.headers.location, undefined);
  assert.equal(answer.headers["cache-control"], "private, no-store");
  assert.doesNotMatch(answer.text + answer.rawHeaders, /auth_key|123pan/);
  const wait = Number(answer.headers["retry-after"]);
  const [least, most] = [until - now() - 2, until - asked + 2];
  assert.ok(wait >= least && wait <= most, `Retry-After ${wait}, not ${least} to ${most}`);
  if (/json/.test(answer.headers["content-type"])) assert.equal(assertErrorJson(answer, 429).code, code);
}

const get = (site, file, address = "203.0.113.1", headers = {}) => (
  site.request(`/paid/${file}`, { headers: { ...from(address), ...headers } })
);
const status = async (...asked) => (await get(...asked)).status;

describe("a budget by the day", () => {
  test("for ten links gives exactly ten to 200 visitors at once, and the others a Retry-After", async () => {
    const site = await open({ budget: { day: "109999999" } });
    const asked = now();
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => (
      get(site, "0.bin", `198.51.100.${index}`)
    )));
    const given = answers.filter((answer) => answer.status === 302);
    assert.equal(given.length, 10);
    for (const { headers } of given) assert.match(headers.location, /auth_key=/);
    const refused = answers.filter((answer) => answer.status !== 302);
    assert.equal(refused.length, 190);
    for (const answer of refused) assertOver(answer, midnight(), { asked });
    // What is left is too little for this file, and was not eaten up by those refused.
    assert.equal(await status(site, "0.bin", "198.51.100.250"), 429);
    await site.restart();
    assert.equal(await status(site, "1.bin", "198.51.100.250"), 429, "after a restart");
    const who = answers.findIndex((answer) => answer.status === 302);
    assert.equal(await status(site, "0.bin", `198.51.100.${who}`), 302, "a link once paid for, after a restart");
    assert.equal((await site.request("/free/f.bin")).status, 302);
  });

  test("is charged once for a file and a visitor in the link's lifetime, whatever the format", async () => {
    const site = await open({ budget: { day: "20 MB" } });
    for (let count = 0; count < 5; count += 1) assert.equal(await status(site, "0.bin"), 302);
    for (const form of ["?format=json", "?format=url", ""]) {
      assert.ok([200, 302].includes(await status(site, `0.bin${form}`)), form);
    }
    assert.equal(await status(site, "0.bin", "203.0.113.1", { range: "bytes=5-9" }), 302);
    assert.equal(await status(site, "1.bin"), 302, "so half of it is left");
    assert.equal(await status(site, "2.bin"), 429);
    // An IPv6 /64 is one visitor.
    const six = await open({ budget: { day: "10 MB" } });
    assert.equal(await status(six, "0.bin", "2001:db8:1:2::1"), 302);
    assert.equal(await status(six, "0.bin", "2001:db8:1:2:3::4"), 302);
    assert.equal(await status(six, "0.bin", "2001:db8:1:3::1"), 429);
  });

  for (const [form, headers, method] of [
    ["?format=json", {}], ["?format=url", {}], ["", { accept: "application/json" }], ["", {}, "HEAD"],
  ]) {
    test(`is charged and enforced for ${method ?? "GET"} ${form} ${headers.accept ?? ""}`, async () => {
      const site = await open({ budget: { day: "10 MB" } });
      const ask = (file, address) =>
        site.request(`/paid/${file}${form}`, { method, headers: { ...headers, ...from(address) } });
      const first = await ask("0.bin", "203.0.113.1");
      assert.ok([200, 302].includes(first.status), String(first.status));
      const refused = await ask("1.bin", "203.0.113.2");
      assert.equal(refused.status, 429);
      assert.ok(Number(refused.headers["retry-after"]) > 0);
      assert.doesNotMatch(refused.text, /auth_key|123pan/);
    });
  }

  test("is not charged for pages, refusals and missing paths", async () => {
    const site = await open({ budget: { day: "10 MB" } });
    const free = ["", "sub/", "?format=json", "no-such.bin", "large.bin", "0.bin?format=xml", "%zz", "1.bin/"];
    for (const path of free) await get(site, path);
    assert.equal(await status(site, "0.bin"), 302);
    const page = await get(site, "");
    assert.equal(page.status, 200, "pages stay open");
  });

  test("a file larger than the budget is never given, one of unknown size counts as the rule says", async () => {
    const site = await open({ budget: { day: "100 MB", unknown: "60 MB" } }, {
      secrets: { URL_TREE: ["paid:", ...["", "", "101000000:", "30000000:"].map((size, index) => (
        `  ${size}http://vip.123pan.cn/1812000499/paid/${["u", "v", "large", "0"][index]}.bin`
      )), ""].join("\n") },
    });
    assert.equal(await status(site, "large.bin"), 429);
    assert.equal(await status(site, "u.bin"), 302);
    assert.equal(await status(site, "v.bin"), 429);
    assert.equal(await status(site, "0.bin"), 302);
  });

  test("from four fifths on, new links live five minutes; earlier and repeated ones keep their lifetime", async () => {
    const site = await open({ budget: { day: "50 MB" } });
    const lives = async (file, minutes, address) => {
      const { headers: { location } } = await get(site, file, address);
      assertSigned(location, FILES.find(({ path }) => path === `/paid/${file}`).url, { minutes });
    };
    for (const file of ["0.bin", "1.bin", "2.bin"]) await lives(file, 30);
    await lives("3.bin", 5);
    await lives("4.bin", 5, "203.0.113.2");
    await lives("0.bin", 5);
    assert.equal(await status(site, "5.bin"), 429);
    const before = now();
    const { expires_at: expires } = JSON.parse((await get(site, "0.bin?format=json")).text);
    assert.ok(expires >= before + 300 && expires <= now() + 300, `${expires - before} s`);
  });

  test("applies to everything below its path, except where a deeper rule has another budget", async () => {
    const site = await open({ budget: { day: "20 MB" } },
      { rules: [{ path: "/paid/own", budget: { day: "10 MB" } }] });
    assert.equal(await status(site, "own/o.bin"), 302);
    assert.equal(await status(site, "sub/s.bin"), 302);
    assert.equal(await status(site, "0.bin"), 302);
    assert.equal(await status(site, "1.bin"), 429);
    assert.equal(await status(site, "own/o.bin", "203.0.113.2"), 429);
  });
});

describe("limits of one visitor", () => {
  test("a per-visitor budget is used up for that visitor alone", async () => {
    const site = await open({ budget: { day: "1 GB", client_day: "20 MB" } });
    assert.deepEqual([await status(site, "0.bin"), await status(site, "1.bin")], [302, 302]);
    const over = await get(site, "2.bin?format=json");
    assertOver(over, midnight(), { code: "client_budget_used_up" });
    assert.equal(await status(site, "2.bin", "203.0.113.2"), 302);
    assert.equal(await status(site, "0.bin"), 302);
  });

  test("a visitor gets so many fresh links an hour", () => steady(3_600, async (turn) => {
    const site = await open({ max_links: 3 });
    const address = `203.0.113.${turn + 1}`;
    for (const file of ["0.bin", "1.bin", "0.bin", "2.bin", "1.bin"]) {
      assert.equal(await status(site, file, address), 302, file);
    }
    const over = await get(site, "3.bin?format=json", address);
    assertOver(over, (Math.floor(now() / 3_600) + 1) * 3_600, { code: "too_many_links" });
    assert.equal(await status(site, "0.bin", address), 302);
    assert.equal(await status(site, "3.bin", "203.0.113.77"), 302);
  }));
});

test("the page says in the visitor's language when the budget resets, and the log says which limit", async () => {
  const site = await open({ budget: { day: "10 MB" } });
  await get(site, "0.bin");
  const day = new Date((midnight() + offset * 3600) * 1000).toISOString().slice(0, 10);
  const accept = "text/html";
  const chinese = await get(site, "1.bin", "203.0.113.99", { accept, "accept-language": "zh-CN,zh;q=0.9,en;q=0.5" });
  assertOver(chinese, midnight());
  assert.match(chinese.text, /<html lang="zh-Hans">/);
  const [year, month, date] = day.split("-").map(Number);
  const message = `下载流量已达到站长设置的上限，将于 ${year}年${month}月${date}日 00:00（UTC${ZONE}）恢复`;
  assert.ok(textOf(chinese.text).includes(message), textOf(chinese.text));
  const english = await get(site, "1.bin", "203.0.113.99", { accept, "accept-language": "en-GB" });
  assert.ok(textOf(english.text).includes(`It opens again on ${day} 00:00 (UTC${ZONE}).`), textOf(english.text));
  const json = JSON.parse((await get(site, "1.bin?format=json", "203.0.113.99")).text);
  assert.equal(json.error.retry_at, midnight());
  await site.logged(/limit/);
  const lines = site.logs.filter((line) => /limit/.test(line));
  assert.ok(lines.some((line) => /day/i.test(line) && line.includes("/paid")), site.logs.join("\n"));
  assert.doesNotMatch(site.logs.join("\n"), /203\.0\.113|auth_key|123pan|1\.bin/);
});

test("parallel requests of several budgets and a share link's caps all hold at once", async () => {
  const site = await open({ budget: { day: "50 MB" } });
  const link = await shared(site, "/paid/", { uses: 3 });
  const token = link.path.split("/")[1];
  const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => (
    site.request(`${index % 2 ? `/${token}` : ""}/paid/0.bin`, { headers: from(`198.51.100.${index}`) })
  )));
  const given = (parity) => answers.filter((answer, index) => index % 2 === parity && answer.status === 302).length;
  assert.equal(given(0) + given(1), 5);
  assert.ok(given(1) <= 3);
});

describe("a quota object", () => {
  test("that is not bound is a configuration error, which names the rule and the hint", async () => {
    for (const [rule, field] of [[{ budget: { day: "1 GB" } }, "budget"], [{ max_links: 5 }, "max_links"]]) {
      const site = await open(rule, { without: ["QUOTA"] });
      for (const path of ["/paid/0.bin", "/free/f.bin", "/"]) {
        const answer = await site.request(path);
        assert.equal(answer.status, 503);
        for (const word of [`RULES[0].${field}`, "QUOTA", "[[durable_objects.bindings]]"]) {
          assert.ok(textOf(answer.text).includes(word), `${word}: ${textOf(answer.text)}`);
        }
      }
    }
  });

  test("that fails keeps a budget closed, or open where the rule says so", async () => {
    const closed = await open({ budget: { day: "1 GB" } }, { entry: DOWN });
    const answer = await get(closed, "0.bin");
    assert.deepEqual([answer.status, answer.headers["retry-after"], answer.headers.location], [503, "10", undefined]);
    assert.equal(assertErrorJson(await get(closed, "0.bin?format=json"), 503).code, "unavailable");
    const opened = await open({ budget: { day: "1 GB" }, max_links: 1, budget_fail: "open" }, { entry: DOWN });
    for (const file of ["0.bin", "1.bin"]) assert.equal(await status(opened, file), 302);
    // The caps of a share link are a promise of their own.
    const link = await shared(opened, "/paid/", { uses: 1 });
    assert.equal((await opened.request(`${link.path}0.bin`)).status, 503);
  });

  test("is not asked where nothing is counted", async () => {
    const site = await open({ budget: { day: "1 GB" } }, {
      entry: DOWN, rules: [{ path: "/locked", password: "P" }], secrets: { P: "the word" },
    });
    for (let count = 0; count < 3; count += 1) assert.equal((await site.request("/free/f.bin")).status, 302);
    assert.equal((await site.request("/free/f.bin?format=json")).status, 200);
    for (const path of ["/", "/paid/", "/paid/?format=json", "/-/health"]) {
      assert.equal((await site.request(path)).status, 200, path);
    }
    assert.equal((await site.request("/locked/l.bin", { headers: basic("the word") })).status, 302);
    const link = await shared(site, "/free/");
    assert.equal((await site.request(`${link.path}f.bin`)).status, 302);
    // The quota object keeps the revocations: without it the API must not report a link as revoked.
    assert.equal((await api(site, "DELETE", { id: link.id })).status, 503);
    assert.equal(await status(site, "no-such.bin"), 404);
    assert.equal(await status(site, "0.bin"), 503, "and where something is, it is");
  });
});
