// Password hashes, the rate limit of password attempts, and session cookies.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  KEYS, OTHER_KEYS, basic, cookieOf, entry, from, logIn, openGuarded, secretsOf, signpost, steady,
} from "./support/guarded.js";

const FILES = [
  entry("/open/a.txt"), entry("/team/a.txt"), entry("/team/inner/x.txt"), entry("/other/o.txt"),
];
const RULES = [
  { path: "/team", password: ["TEAM", "TEAM_2"] }, { path: "/team/inner", password: "INNER" },
  { path: "/other", password: "OTHER" },
];
const SECRETS = { TEAM: "open sesame", TEAM_2: "second-word", INNER: "inner word", OTHER: "other word" };
const CANARY = /auth_key|123pan/;

const site = await openGuarded(FILES, RULES, { secrets: SECRETS });

describe("hashes", () => {
  test("a hash that the command line prints opens, by Basic and by the form", async () => {
    const strong = await signpost(["password", "--iterations", "100000"], { input: "强 word" });
    const [hashed, second] = (await signpost(["password"], { input: "hashed word\nsecond hash\n" })).trim().split("\n");
    assert.match(hashed, /^pbkdf2-sha256\$20000\$/);
    const rules = [{ path: "/team", password: ["A", "PLAIN", "B"] }, { path: "/other", password: "STRONG" }];
    const own = await openGuarded(FILES, rules, {
      secrets: { A: hashed, B: second, PLAIN: "plain word", STRONG: strong },
    });
    for (const [file, password] of [
      ["/team/a.txt", "hashed word"], ["/team/a.txt", "second hash"], ["/team/a.txt", "plain word"],
      ["/other/o.txt", "强 word"],
    ]) {
      assert.equal((await own.request(file, { headers: basic(password) })).status, 302, password);
      const answer = await logIn(own, file, password);
      assert.equal(answer.status, 303, password);
      const cookie = cookieOf(answer);
      assert.equal((await own.request(file, { headers: { cookie } })).status, 302, password);
    }
    for (const wrong of [hashed, hashed.split("$").at(-1), "hashed", "hashed  word", "Hashed word"]) {
      assert.equal((await own.request("/team/a.txt", { headers: basic(wrong) })).status, 401);
    }
  });
});

describe("password attempts", () => {
  const guess = (own, address, password, target = "/team/a.txt") => (
    own.request(target, { headers: { ...basic(password), ...from(address) } })
  );
  // Real limits: ten in a minute of the clock, as in wrangler.toml.
  const limited = () => openGuarded(FILES, RULES, { secrets: SECRETS, ratelimits: {} });

  /** Ten wrong guesses of one visitor, and one more. */
  async function exhaust(own, address, target) {
    for (let count = 0; count < 10; count += 1) {
      assert.equal((await guess(own, address, `wrong ${count}`, target)).status, 401, `guess ${count + 1}`);
    }
    return guess(own, address, "wrong again", target);
  }

  test("the eleventh in a minute is refused, the right password as well, with a time to wait",
    () => steady(60, async (turn) => {
    const own = await limited();
    const address = `203.0.113.${turn + 1}`;
    const over = await exhaust(own, address);
    assert.deepEqual([over.status, over.headers["retry-after"]], [429, "60"]);
    const right = await guess(own, address, "open sesame");
    assert.deepEqual([right.status, right.headers["retry-after"]], [429, "60"]);
    const form = await logIn(own, "/team/", "open sesame", from(address));
    assert.equal(form.status, 429);
    assert.equal(form.headers["set-cookie"], undefined);
    assert.doesNotMatch(over.text + right.text + form.text, CANARY);
    // Another network, another path: each counts by itself.
    assert.equal((await guess(own, "2001:db8:1:2::1", "open sesame")).status, 302);
    assert.equal((await guess(own, address, "other word", "/other/o.txt")).status, 302);
    assert.equal((await own.request("/open/a.txt", { headers: from(address) })).status, 302);
  }));

  test("after the limit, the right password gets the same response as a wrong one, though others have used it",
    () => steady(60, async (turn) => {
    const own = await limited();
    assert.equal((await guess(own, "2001:db8:1:2::1", "open sesame")).status, 302, "somebody who knows it");
    const address = `203.0.113.${turn + 1}`;
    assert.equal((await exhaust(own, address)).status, 429);
    assert.equal((await guess(own, address, "open sesame")).status, 429, "the right one, after too many wrong ones");
  }));

  test("an IPv6 /64 shares one limit", () => steady(60, async (turn) => {
    const own = await limited();
    const answers = [];
    for (let count = 0; count < 11; count += 1) {
      answers.push((await guess(own, `2001:db8:${turn}:7:${count + 1}::9`, "wrong")).status);
    }
    assert.deepEqual(answers, [...Array(10).fill(401), 429]);
  }));

  test("a tool that sends the right password each time is never limited", async () => {
    const own = await limited();
    for (let count = 0; count < 40; count += 1) {
      assert.equal((await guess(own, "203.0.113.9", "open sesame")).status, 302, `request ${count + 1}`);
    }
  });

  test("a password without the rate limiter's binding is a configuration error", async () => {
    const own = await openGuarded(FILES, RULES, { secrets: SECRETS, without: ["GUESSES"] });
    const answer = await own.request("/team/a.txt", { headers: basic("open sesame") });
    assert.equal(answer.status, 503);
    assert.match(answer.text, /GUESSES/);
  });
});

describe("cookies", () => {
  const asks = async (own, cookie, target = "/team/a.txt") =>
    (await own.request(target, { headers: { cookie } })).status;

  test("end with their password or key, and survive an additional one", async () => {
    const own = await openGuarded(FILES, RULES, { secrets: SECRETS });
    const first = cookieOf(await logIn(own, "/team/", "open sesame"));
    const second = cookieOf(await logIn(own, "/team/", "second-word"));
    assert.deepEqual([await asks(own, first), await asks(own, second)], [302, 302]);
    const restart = (rules, changes) => own.restart({
      vars: { RULES: rules }, secrets: secretsOf(FILES, { ...SECRETS, ...changes }),
    });
    await restart(RULES, { SITE_KEYS: `${OTHER_KEYS} ${KEYS}` });
    assert.deepEqual([await asks(own, first), await asks(own, second)], [302, 302], "a new key in front");
    await restart([{ path: "/team", password: "TEAM_2" }], { SITE_KEYS: KEYS });
    assert.deepEqual([await asks(own, first), await asks(own, second)], [401, 302], "the first password gone");
    await restart(RULES, { SITE_KEYS: OTHER_KEYS });
    assert.deepEqual([await asks(own, first), await asks(own, second)], [401, 401], "the old key gone");
    await restart(RULES, { SITE_KEYS: KEYS, TEAM: "open sesame!" });
    assert.deepEqual([await asks(own, first), await asks(own, second)], [401, 302], "the first password changed");
  });

  test("open nothing when forged, cut, doubled or sent to another path", async () => {
    const cookie = cookieOf(await logIn(site, "/team/", "open sesame"));
    const other = cookieOf(await logIn(site, "/other/", "other word"));
    const [name, value] = cookie.split(/=(.*)/);
    const [expires, mac] = value.split(".");
    const otherName = other.split("=")[0];
    assert.equal(await asks(site, cookie), 302);
    assert.equal(await asks(site, `x=1; ${name}=0.x; ${cookie}; y=2`), 302, "the right one among others");
    const flipped = mac.slice(0, 20) + (mac[20] === "A" ? "B" : "A") + mac.slice(21);
    const bad = [
      `${name}=${Number(expires) + 1}.${mac}`, `${name}=0${value}`, `${name}=+${value}`,
      `${name}=${expires}.${flipped}`,
      `${name}=${value.slice(0, -1)}`, `${name}=${value}=`, `${name}=${expires}.`, `${name}=`, `${name}=${expires}`,
      `${name}=${value}${value}`, `${otherName}=${value}`, `${name}=${other.split(/=(.*)/)[1]}`, `${name}="${value}"`,
      `${name.toUpperCase()}=${value}`, `${name}=${expires}.${"A".repeat(43)}`,
    ];
    for (const each of bad) assert.equal(await asks(site, each), 401, each);
    assert.equal(await asks(site, cookie, "/team/inner/x.txt"), 401, "a lock of its own below");
    assert.equal(await asks(site, cookie, "/other/o.txt"), 401);
    const elsewhere = await openGuarded(FILES, RULES, { secrets: { ...SECRETS, SITE_KEYS: OTHER_KEYS } });
    assert.equal(await asks(elsewhere, cookie), 401, "a site with other keys");
  });
});
