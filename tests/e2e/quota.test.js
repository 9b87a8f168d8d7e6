// The quota object counts exactly: under concurrency, over restarts, by day, month, hour and share link.
//
// Requests to the object are those of the Worker, and contain the time, so that no test waits.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { QUOTA_DATABASE, openSite } from "./support/site.js";

const HOUR = 3_600;
const DAY = 24 * HOUR;
const ZONE = 8 * HOUR;
const NOON = Date.parse("2026-11-23T12:00:00+08:00") / 1_000;
const CLIENT = "203.0.113.7";
const MOST = 2 ** 53 - 1;

const openQuota = () => openSite({ entry: "tests/e2e/support/quota_entry.js" });
const openQuotaDatabase = () => openSite({ entry: QUOTA_DATABASE });
const post = (site, body) => site.request("/", { method: "POST", body });
const parallel = (count, act) => Promise.all(Array.from({ length: count }, (_, index) => act(index)));

/** An ask, at `now`, for one of any number of files; the day and month are those of `now`. */
function askFor(now, changes) {
  const local = new Date((now + ZONE) * 1_000);
  const day = local.toISOString().slice(0, 10);
  const [year, month] = [local.getUTCFullYear(), local.getUTCMonth()];
  return {
    now, client: CLIENT, file: "/files/a.mp4", life: 1_800, size: 1, budget: null, max_links: null, share: null,
    day, month: day.slice(0, 7),
    day_ends: Date.parse(`${day}T00:00:00Z`) / 1_000 - ZONE + DAY,
    month_ends: Date.UTC(year, month + 1) / 1_000 - ZONE,
    ...changes,
  };
}

const budget = (limits) => ({
  path: "/files", day: null, month: null, client_day: null, client_month: null, ...limits,
});

async function ask(site, changes, now = NOON) {
  const answer = await post(site, JSON.stringify(askFor(now, changes)));
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.headers["content-type"], "application/json");
  return JSON.parse(answer.text);
}

const fresh = (used = 0) => ({ granted: { fresh: true, used } });
const repeated = (used = 0) => ({ granted: { fresh: false, used } });
const refused = (why, retry_at = null) => ({ refused: { why, retry_at } });
const numbered = (index) => ({ file: `/files/${index}` });
const counts = async (site) => Object.fromEntries(await Promise.all(
  ["spent", "links", "tickets", "shares"].map(async (table) => {
    const [{ rows }] = await site.database(`SELECT count(*) AS rows FROM ${table}_v1`);
    return [table, rows];
  }),
));
/** Rows written since the object started. No table has a separate index. */
const written = async (site) => (await site.database("SELECT total_changes() AS rows"))[0].rows;
const spent = async (site) => (await site.database("SELECT bytes FROM spent_v1")).map((row) => row.bytes);

describe("a budget", { concurrency: true }, () => {
  test("for ten links gives exactly ten to 200 clients at once", async () => {
    const site = await openQuota();
    const answers = await parallel(200, (index) => ask(site, {
      client: `198.51.100.${index}`, size: 2_000_000_000, budget: budget({ day: 20_999_999_999 }),
    }));
    const granted = answers.filter((answer) => answer.granted);
    assert.equal(granted.length, 10);
    assert.ok(granted.every((answer) => answer.granted.fresh));
    const { day_ends: dayEnds } = askFor(NOON);
    const others = answers.filter((answer) => !answer.granted);
    for (const answer of others) assert.deepEqual(answer, refused("day", dayEnds));
    // What was refused was not counted: the rest is there to the last byte.
    const rest = { size: 999_999_999, budget: budget({ day: 20_999_999_999 }) };
    assert.deepEqual(await ask(site, rest), fresh(1));
  });

  test("counts a file and client once, however often at once, until the ticket expires", async () => {
    const site = await openQuota();
    const same = { size: 40, budget: budget({ day: 100 }) };
    const answers = await parallel(50, () => ask(site, same));
    assert.equal(answers.filter((answer) => answer.granted?.fresh).length, 1);
    assert.ok(answers.every((answer) => answer.granted?.used === 0.4));
    assert.deepEqual(await ask(site, same, NOON + 1_799), repeated(0.4));
    assert.deepEqual(await ask(site, same, NOON + 1_800), fresh(0.8));
    assert.deepEqual(await ask(site, same, NOON + 3_599), repeated(0.8));
    // A repetition does not extend the ticket, and the rest of the budget is too small for another one.
    assert.deepEqual(await ask(site, same, NOON + 3_600), refused("day", askFor(NOON).day_ends));
  });

  test("survives restarts", async () => {
    const site = await openQuota();
    const limits = { size: 40, budget: budget({ day: 100 }), share: { id: "0a", uses: 2, bytes: null, expires: null } };
    assert.deepEqual(await ask(site, { ...limits, ...numbered(1) }), fresh(0.4));
    await site.restart();
    assert.deepEqual(await ask(site, { ...limits, ...numbered(1) }), repeated(0.4));
    assert.deepEqual(await ask(site, { ...limits, ...numbered(2) }), fresh(0.8));
    await site.restart();
    assert.deepEqual(await ask(site, { ...limits, ...numbered(3) }), refused("uses"));
    const bare = { ...limits, ...numbered(3), share: null };
    assert.deepEqual(await ask(site, bare), refused("day", askFor(NOON).day_ends));
  });

  test("survives a panic of the Worker in the same WASM instance", async () => {
    const site = await openQuota();
    const limits = { size: 40, budget: budget({ day: 100 }) };
    assert.deepEqual(await ask(site, { ...limits, ...numbered(1) }), fresh(0.4));
    assert.equal((await site.request("/panic")).status, 500);
    assert.deepEqual(await ask(site, { ...limits, ...numbered(1) }), repeated(0.4));
    assert.equal((await site.request("/panic")).status, 500);
    assert.deepEqual(await ask(site, { ...limits, ...numbered(2) }), fresh(0.8));
    assert.deepEqual(await ask(site, { ...limits, ...numbered(3) }), refused("day", askFor(NOON).day_ends));
  });

  test("a refusal counts nothing: a smaller file fits afterwards", async () => {
    const site = await openQuotaDatabase();
    const limits = {
      budget: budget({ day: 100, month: 100, client_day: 100, client_month: 100 }),
      max_links: { path: "/", limit: 2 }, share: { id: "0a", uses: 2, bytes: 100, expires: null },
    };
    await ask(site, { ...limits, ...numbered(1), size: 60 });
    const [before, rows] = [await written(site), await counts(site)];
    const large = { ...limits, ...numbered(2), size: 41 };
    await parallel(20, async () => assert.deepEqual(await ask(site, large), refused("bytes")));
    assert.equal(await written(site), before);
    assert.deepEqual(await counts(site), rows);
    assert.deepEqual(await ask(site, { ...limits, ...numbered(3), size: 40 }), fresh(1));
  });

  test("resets with the next day, within the month's limit", async () => {
    const site = await openQuota();
    const limits = { size: 60, budget: budget({ day: 100, month: 150 }) };
    const { day_ends: midnight, month_ends: monthEnds } = askFor(NOON);
    assert.deepEqual(await ask(site, { ...limits, ...numbered(1) }), fresh(0.6));
    assert.deepEqual(await ask(site, { ...limits, ...numbered(2) }, midnight - 1), refused("day", midnight));
    assert.deepEqual(await ask(site, { ...limits, ...numbered(3) }, midnight), fresh(0.8));
    const evening = midnight + DAY - 1;
    assert.deepEqual(await ask(site, { ...limits, ...numbered(4) }, evening), refused("month", monthEnds));
    assert.deepEqual(await ask(site, { ...limits, ...numbered(5) }, monthEnds - 1), refused("month", monthEnds));
    assert.deepEqual(await ask(site, { ...limits, ...numbered(6) }, monthEnds), fresh(0.6));
    // An ask from before midnight that comes after one from behind it meets the old count.
    assert.deepEqual(await ask(site, { ...limits, ...numbered(7), size: 1 }, monthEnds - 1), fresh(121 / 150));
  });

  test("is separate for each client and each path", async () => {
    const site = await openQuota();
    const limits = { size: 60, budget: budget({ client_day: 100, client_month: 150 }) };
    const { day_ends: dayEnds, month_ends: monthEnds } = askFor(NOON);
    const v6 = { client: "2001:db8:1:2::/64" };
    assert.deepEqual(await ask(site, { ...limits, ...numbered(1) }), fresh(0.6));
    assert.deepEqual(await ask(site, { ...limits, ...numbered(2) }), refused("client_day", dayEnds));
    assert.deepEqual(await ask(site, { ...limits, ...numbered(2), ...v6 }), fresh(0.6));
    assert.deepEqual(await ask(site, { ...limits, ...numbered(3), client: "unknown" }), fresh(0.6));
    assert.deepEqual(await ask(site, { ...limits, ...numbered(4) }, NOON + DAY), fresh(0.8));
    const third = await ask(site, { ...limits, ...numbered(5) }, NOON + 2 * DAY);
    assert.deepEqual(third, refused("client_month", monthEnds));
    const other = { budget: { ...budget({ day: 60 }), path: "/other" }, size: 60, file: "/other/1" };
    assert.deepEqual(await ask(site, other), fresh(1));
    assert.deepEqual(await ask(site, { ...other, file: "/other/2" }), refused("day", dayEnds));
  });

  test("is exact for sizes of zero and of 2^53", async () => {
    const site = await openQuotaDatabase();
    const dayEnds = askFor(NOON).day_ends;
    const of = (path, day) => ({ budget: { ...budget({ day }), path } });
    assert.deepEqual(await ask(site, { ...of("/a", 0), ...numbered(1), size: 0 }), fresh(1));
    assert.deepEqual(await ask(site, { ...of("/a", 0), ...numbered(2), size: 1 }), refused("day"));
    assert.deepEqual(await ask(site, { ...of("/b", 2 ** 53), ...numbered(3), size: 2 ** 53 }), fresh(1));
    assert.deepEqual(await ask(site, { ...of("/b", 2 ** 53), ...numbered(4), size: 1 }), refused("day", dayEnds));
    assert.deepEqual(await ask(site, { ...of("/b", 2 ** 53), ...numbered(5), size: 0 }), fresh(1));
    const huge = { ...of("/c", 2 ** 60), ...numbered(6), size: 2 ** 60, life: 2 ** 60 };
    assert.deepEqual(await ask(site, huge), fresh(1));
    assert.deepEqual(await ask(site, huge, NOON + 1_000 * DAY), repeated(0));
    assert.deepEqual((await spent(site)).sort(), [0, MOST, MOST]);
  });
});

describe("other limits", { concurrency: true }, () => {
  test("links an hour, for each client, until the hour of the clock ends", async () => {
    const site = await openQuota();
    const limit = { max_links: { path: "/", limit: 3 } };
    const late = NOON + HOUR - 1;
    const answers = await parallel(20, (index) => ask(site, { ...limit, ...numbered(index) }, late));
    assert.equal(answers.filter((answer) => answer.granted).length, 3);
    const rest = answers.filter((answer) => !answer.granted);
    for (const answer of rest) assert.deepEqual(answer, refused("max_links", NOON + HOUR));
    assert.deepEqual(await ask(site, { ...limit, file: "/b", client: "198.51.100.1" }, late), fresh());
    assert.deepEqual(await ask(site, { ...limit, file: "/b" }, NOON + HOUR), fresh());
  });

  test("uses and bytes of a share link, over all clients and days", async () => {
    const site = await openQuota();
    const share = (caps) => ({ share: { uses: null, bytes: null, expires: NOON + 90 * DAY, ...caps } });
    const uses = share({ id: "0a", uses: 2 });
    const answers = await parallel(20, (index) => ask(site, { ...uses, client: `198.51.100.${index}` }));
    assert.equal(answers.filter((answer) => answer.granted).length, 2);
    assert.deepEqual(await ask(site, uses, NOON + 40 * DAY), refused("uses"));
    const bytes = share({ id: "0b", bytes: 100 });
    assert.deepEqual(await ask(site, { ...bytes, ...numbered(1), size: 60 }), fresh());
    assert.deepEqual(await ask(site, { ...bytes, ...numbered(1), size: 60 }), repeated());
    assert.deepEqual(await ask(site, { ...bytes, ...numbered(2), size: 41 }, NOON + 40 * DAY), refused("bytes"));
    assert.deepEqual(await ask(site, { ...bytes, ...numbered(2), size: 40 }, NOON + 40 * DAY), fresh());
    // A ticket of one share link, or of none, is none of another.
    assert.deepEqual(await ask(site, { ...share({ id: "0c" }), ...numbered(1) }), fresh());
    assert.deepEqual(await ask(site, numbered(1)), fresh());
  });
});

describe("the quota object", { concurrency: true }, () => {
  test("writes the rows that its documentation says, and none for a repeated ticket", async () => {
    const site = await openQuotaDatabase();
    await ask(site, { file: "/first" });
    const rows = async (changes) => {
      const before = await written(site);
      await ask(site, changes);
      return await written(site) - before;
    };
    const all = {
      file: "/all", budget: budget({ day: 9, month: 9, client_day: 9, client_month: 9 }),
      max_links: { path: "/", limit: 9 }, share: { id: "0a", uses: 9, bytes: 9, expires: null },
    };
    assert.equal(await rows({ file: "/day", budget: budget({ day: 9 }) }), 2);
    assert.equal(await rows({ file: "/again", budget: budget({ day: 9 }) }), 2);
    assert.equal(await rows(all), 7);
    assert.equal(await rows(all), 0);
    assert.equal(await rows({ file: "/share", share: { id: "0b", uses: null, bytes: null, expires: null } }), 1);
  });

  test("deletes expired rows", async () => {
    const site = await openQuotaDatabase();
    const limits = {
      life: 60, budget: budget({ day: MOST, month: MOST, client_day: MOST, client_month: MOST }),
      max_links: { path: "/", limit: 9 },
    };
    const come = (prefix, count, now, expires) => parallel(count, (index) => {
      const name = `${prefix}${index}`;
      // Ids are random: these are all over the place, too.
      const share = { id: `${(index * 7_919) % 10_000}${prefix}`, uses: 1, bytes: null, expires };
      return ask(site, { ...limits, ...numbered(name), client: name, share }, now);
    });
    await come("a", 40, NOON, NOON + HOUR);
    assert.deepEqual(await counts(site), { spent: 82, links: 40, tickets: 40, shares: 40 });
    // The next month: each fresh ticket clears away some of it.
    await come("b", 200, NOON + 31 * DAY, NOON + 32 * DAY);
    const [old] = await site.database("SELECT count(*) AS rows FROM spent_v1 WHERE period < '2026-12'");
    assert.equal(old.rows, 0);
    const after = await counts(site);
    assert.equal(after.spent, 402);
    assert.equal(after.links, 200);
    assert.ok(after.tickets < 220, `${after.tickets} tickets, of which 200 hold`);
    assert.ok(after.shares < 220, `${after.shares} share links, of which 200 hold`);
    // And the next day: the month's counts stay.
    await come("c", 200, NOON + 32 * DAY, NOON + 33 * DAY);
    const periods = await site.database("SELECT period, count(*) AS rows FROM spent_v1 GROUP BY period ORDER BY period");
    assert.deepEqual(periods, [{ period: "2026-12", rows: 401 }, { period: "2026-12-25", rows: 201 }]);
  });

  test("answers 400 to invalid requests, and accepts POST only", async () => {
    const site = await openQuotaDatabase();
    const good = askFor(NOON, { budget: budget({ day: 9 }) });
    const { share: _share, ...lacking } = good;
    const bodies = [
      "", "null", "[]", "{}", "{", "\"ask\"", "\0", Buffer.from([0xff, 0xfe]), "[".repeat(100_000), "9".repeat(100_000),
      ...[
        lacking, { ...good, size: -1 }, { ...good, size: 1.5 }, { ...good, size: 2 ** 64 }, { ...good, size: "1" },
        { ...good, size: null }, { ...good, client: "" }, { ...good, file: "" }, { ...good, day: "" },
        { ...good, day: "9999-99-99" }, { ...good, now: good.day_ends }, { ...good, month_ends: NOON },
        { ...good, budget: {} }, { ...good, budget: [] }, { ...good, max_links: { path: "/" } },
        { ...good, share: { id: "", uses: 1, bytes: 1, expires: 1 } },
      ].map((body) => JSON.stringify(body)),
    ];
    for (const body of bodies) {
      const answer = await post(site, body);
      assert.equal(answer.status, 400, String(body).slice(0, 100));
      assert.deepEqual(JSON.parse(answer.text), { error: "not a ticket request" });
    }
    for (const method of ["GET", "PUT", "DELETE", "PROPFIND"]) {
      const answer = await site.request("/", { method });
      assert.equal(answer.status, 405, method);
      assert.deepEqual(JSON.parse(answer.text), { error: "only POST" });
    }
    assert.deepEqual(await counts(site), { spent: 0, links: 0, tickets: 0, shares: 0 });
    assert.deepEqual(await ask(site, { budget: budget({ day: 9 }) }), fresh(1 / 9));
    assert.deepEqual(site.logs, []);
    assert.deepEqual(site.outbound, []);
  });

  test("never treats an unreadable list of revoked links as an empty one", async () => {
    const site = await openQuotaDatabase();
    const revoke = (ids) =>
      site.request("/revoked", { method: "POST", body: JSON.stringify({ version: 1, ids, before: 0 }) });
    assert.deepEqual(JSON.parse((await revoke({ ffffffffffff: 0 })).text).ids, { ffffffffffff: 0 });
    for (const stored of ["", "{}", "not JSON", JSON.stringify({ version: 2, ids: {}, before: 0 })]) {
      await site.database("UPDATE revoked_v1 SET list = ?", stored);
      const answer = await revoke({ "0a0102030405": 0 });
      assert.equal(answer.status, 500, stored);
      assert.deepEqual(JSON.parse(answer.text), { error: "the quota object failed" });
      assert.deepEqual(await site.database("SELECT list FROM revoked_v1"), [{ list: stored }]);
    }
  });

  test("accepts any names: with quotes, in other scripts, and long ones", async () => {
    const site = await openQuotaDatabase();
    const names = ["/a'); DROP TABLE spent; --", "/电影/😀.mkv", "/\u0000", `/${"x".repeat(100_000)}`];
    for (const path of names) {
      const limits = { size: 6, budget: { ...budget({ day: 10 }), path }, client: path };
      assert.deepEqual(await ask(site, { ...limits, file: `${path}/1` }), fresh(0.6));
      assert.deepEqual(await ask(site, { ...limits, file: `${path}/1` }), repeated(0.6));
      assert.deepEqual(await ask(site, { ...limits, file: `${path}/2` }), refused("day", askFor(NOON).day_ends));
    }
    assert.equal((await counts(site)).spent, names.length);
  });
});
