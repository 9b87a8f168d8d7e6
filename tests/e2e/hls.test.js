// HLS: the site serves playlists itself, and signs segments when they are requested; films play in every player.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { run, scratch } from "./support/clients.js";
import { basic, cookieOf, logIn, shared } from "./support/guarded.js";
import { Cinema, PLAYERS, SECONDS, urisOf } from "./support/hls.js";
import { UID } from "./support/library.js";

const TYPE = "application/vnd.apple.mpegurl";
const CLOCK = "tests/e2e/support/clock_entry.js";

const cinema = await Cinema.open();
const { cdn, shows: FILMS } = cinema;
const put = (file, body) => cinema.put(file, body);
const open = (...given) => cinema.site(...given);
const site = await open();

describe("players", { timeout: 120_000 }, () => {
  for (const [name, play] of Object.entries(PLAYERS)) {
    test(`${name} plays films with qualities, with a key, and in byte ranges`, async () => {
      for (const [film, wanted] of Object.entries(FILMS)) {
        cdn.forget();
        const { status, stderr, seconds } = await play(site.url + film);
        assert.equal(status, 0, `${film}: ${stderr}`);
        const had = cinema.given();
        if (name === "ffprobe") assert.ok(Math.abs(seconds - SECONDS) < 0.2, `${film}: ${seconds} s`);
        else for (const part of wanted) assert.ok(had.has(part), `${film}: ${part} was not asked for: ${stderr}`);
      }
    });
  }

  test("a film whose files are all in the tree plays under the owner's names", async () => {
    cdn.forget();
    const { status, stderr } = await PLAYERS.ffmpeg(`${site.url}/${encodeURIComponent("影片 一")}/master.m3u8`);
    assert.equal(status, 0, stderr);
    assert.ok(cinema.given().has("/films/ladder/high/seg3.ts"));
  });
});

describe("the playlist", () => {
  test("is served by this site with a CORS header, and its segments are relative paths", async () => {
    for (const film of Object.keys(FILMS)) {
      const { status, headers, text } = await site.request(film);
      assert.equal(status, 200);
      assert.equal(headers["content-type"], TYPE);
      assert.equal(headers["access-control-allow-origin"], "*");
      assert.equal(headers["cache-control"], "no-cache");
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["referrer-policy"], "no-referrer");
      assert.match(headers["content-security-policy"], /^sandbox; default-src 'none';/);
      assert.equal(headers.location, undefined);
      assert.ok(urisOf(text).length > 1);
      for (const uri of urisOf(text)) assert.match(uri, /^[a-z0-9]+(\/[a-z0-9]+)?\.[a-z0-9]+$/, film);
      assert.doesNotMatch(text, /auth_key|127\.0\.0\.1/);
      const original = cinema.bytes(film).toString();
      const figures = (playlist) => playlist.split("\n").filter((line) => /BYTERANGE|EXTINF|^$|STREAM-INF/.test(line))
        .map((line) => line.replace(/URI="[^"]*"/, ""));
      assert.deepEqual(figures(text), figures(original), "the rest is as it was");
    }
  });

  test("is served whole for a Range request, and HEAD has the same headers", async () => {
    const film = "/films/ladder/master.m3u8";
    const whole = await site.request(film);
    const part = await site.request(film, { headers: { range: "bytes=0-9" } });
    assert.deepEqual([part.status, part.text], [200, whole.text]);
    assert.equal(part.headers["content-range"], undefined);
    const head = await site.request(film, { method: "HEAD" });
    assert.deepEqual([head.status, head.body.length, head.headers["content-type"]], [200, 0, TYPE]);
    assert.equal(head.headers["content-length"], whole.headers["content-length"]);
    assert.equal((await site.request(film, { method: "POST" })).status, 405);
  });

  test("has a signed link with ?format=url and in its JSON, like any file", async () => {
    const { status, text } = await site.request("/films/aes/index.m3u8?format=url");
    assert.equal(status, 200);
    assert.match(text, /\/films\/aes\/index\.m3u8\?auth_key=/);
    assert.match((await site.json("/films/aes/index.m3u8")).url, /auth_key=/);
  });

  test("is redirected if a rule says so", async () => {
    const own = await open([{ path: "/films/aes", playlists: "redirect" }, { path: "/films", playlists: "rewrite" }]);
    const { status, headers } = await own.request("/films/aes/index.m3u8");
    assert.equal(status, 302);
    assert.match(headers.location, /auth_key=/);
    assert.equal((await own.request("/films/cmaf/index.m3u8")).status, 200);
  });

  test("shows no origin URL in either proxy mode, and its segments are proxied, too", async () => {
    const proxy = { mode: "proxy_url", proxy_url: "https://dl.example.com", proxy_key: "PROXY_TOKEN" };
    const own = await open([{ path: "/films/aes", mode: "proxy" }, { path: "/films/cmaf", ...proxy }],
      { secrets: { PROXY_TOKEN: "proxy-0123456789" } });
    const aes = await own.request("/films/aes/index.m3u8");
    assert.deepEqual(urisOf(aes.text).sort(), ["key.bin", "seg0.ts", "seg1.ts", "seg2.ts", "seg3.ts"]);
    assert.equal((await own.request("/films/aes/key.bin")).text, "sixteen bytes ..");
    assert.equal((await PLAYERS.ffmpeg(`${own.url}/films/aes/index.m3u8`)).status, 0);
    const cmaf = await own.request("/films/cmaf/index.m3u8");
    assert.deepEqual([cmaf.status, cmaf.headers["content-type"]], [200, TYPE]);
    const part = await own.request("/films/cmaf/all.m4s");
    assert.match(part.headers.location, /^https:\/\/dl\.example\.com\/films\/cmaf\/all\.m4s\?sign=/);
  });
});

describe("time", () => {
  test("a segment that is requested after the first signature has expired still plays", async () => {
    const own = await open([], { entry: CLOCK });
    const get = async (file) => {
      const { headers } = await own.request(`/films/aes/${file}`);
      return fetch(headers.location);
    };
    const first = await own.request("/films/aes/seg0.ts");
    assert.equal((await own.request("/films/aes/index.m3u8")).status, 200);
    assert.equal((await fetch(first.headers.location)).status, 200);
    try {
      cdn.clock.advance(2 * 3600);
      await own.request(`/test/clock?ms=${2 * 3600 * 1000}`);
      assert.equal((await fetch(first.headers.location)).status, 403, "that link is over");
      for (const file of ["seg1.ts", "key.bin", "seg3.ts"]) assert.equal((await get(file)).status, 200, file);
      assert.equal((await own.request("/films/aes/index.m3u8")).status, 200, "and so is the playlist");
    } finally {
      cdn.clock.reset();
    }
  });

  test("a live playlist is fetched again after two seconds, a finished one after a minute", async () => {
    const own = await open([], { entry: CLOCK });
    const live = (number) => put("/films/live.m3u8", `#EXTM3U\n#EXTINF:2,\nseg${number}.ts\n`);
    const ask = async (file) => urisOf((await own.request(file)).text)[0];
    const at = (seconds) => own.request(`/test/clock?ms=${seconds * 1000}`);
    live(1);
    put("/films/over.m3u8", "#EXTM3U\nseg1.ts\n#EXT-X-ENDLIST\n");
    assert.deepEqual([await ask("/films/live.m3u8"), await ask("/films/over.m3u8")], ["seg1.ts", "seg1.ts"]);
    live(2);
    put("/films/over.m3u8", "#EXTM3U\nseg2.ts\n#EXT-X-ENDLIST\n");
    cdn.forget();
    assert.deepEqual([await ask("/films/live.m3u8"), await ask("/films/over.m3u8")], ["seg1.ts", "seg1.ts"]);
    assert.equal(cdn.log.length, 0, "no second look in the same moment");
    await at(30);
    assert.deepEqual([await ask("/films/live.m3u8"), await ask("/films/over.m3u8")], ["seg2.ts", "seg1.ts"]);
    await at(70);
    assert.equal(await ask("/films/over.m3u8"), "seg2.ts");
  });
});

describe("locks", () => {
  const WORD = "film password";
  const rules = [{ path: "/films/ladder", password: "WORD" }, { path: "/films/aes", access: "link" }];
  const secrets = { WORD };

  test("behind a password the film plays with the cookie, and no file of it without", async () => {
    const own = await open(rules, { secrets });
    const film = "/films/ladder/master.m3u8";
    cdn.forget();
    for (const file of [film, "/films/ladder/high/index.m3u8", "/films/ladder/high/seg0.ts"]) {
      const { status, text } = await own.request(file);
      assert.equal(status, 401);
      assert.doesNotMatch(text, /EXTM3U|seg\d/);
    }
    assert.equal(own.outbound.length, 0, "nothing is fetched for a stranger");
    const cookie = cookieOf(await logIn(own, "/films/ladder/", WORD));
    const answer = await own.request(film, { headers: { cookie } });
    assert.deepEqual([answer.status, answer.headers["cache-control"]], [200, "private, no-store"]);
    assert.match(answer.headers.vary, /Cookie/);
    assert.equal((await own.request(film)).status, 401, "also when it has just been fetched for somebody");
    assert.equal((await own.request(film, { headers: basic("wrong") })).status, 401);
    const played = await run("ffmpeg", ["-nostdin", "-v", "error", "-xerror", "-headers", `Cookie: ${cookie}\r\n`,
      "-i", own.url + film, "-f", "null", "-"], { cwd: scratch() });
    assert.equal(played.status, 0, played.stderr);
    assert.ok(cinema.given().has("/films/ladder/high/seg3.ts"));
  });

  test("in a share link the film plays in every player, and its segments need the link", async () => {
    const own = await open(rules, { secrets });
    const link = await shared(own, "/films/aes/");
    for (const name of ["ffmpeg", "mpv", "vlc"]) {
      cdn.forget();
      const { status, stderr } = await PLAYERS[name](`${own.url}${link.path}index.m3u8`);
      assert.equal(status, 0, `${name}: ${stderr}`);
      const had = cinema.given();
      for (const part of FILMS["/films/aes/index.m3u8"]) assert.ok(had.has(part), `${name}: ${part}`);
    }
    for (const file of ["index.m3u8", "seg0.ts", "key.bin"]) {
      assert.equal((await own.request(`/films/aes/${file}`)).status, 404);
    }
  });

  test("a budget is charged for each request, also for a cached playlist", async () => {
    const own = await open([{ path: "/films", max_links: 1 }]);
    assert.equal((await own.request("/films/aes/index.m3u8")).status, 200);
    assert.equal((await own.request("/films/aes/index.m3u8")).status, 200, "the same link costs nothing");
    assert.equal((await own.request("/films/cmaf/index.m3u8")).status, 429);
    assert.equal(own.outbound.length, 1);
  });
});

describe("the contents of a playlist", () => {
  test("make the Worker fetch nothing and sign nothing", async () => {
    const foreign = [
      "https://evil.example/x.ts", "//evil.example/x.ts", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd",
      "data:text/plain,x", "skd://key", "\\\\evil.example\\x", "/\\evil.example/x", "{$host}/x.ts",
      `http://vip.123pan.cn/${UID}/films/x.ts`, `${cdn.url}@evil.example/x.ts`,
    ];
    const away = ["../../../../../x.ts", "/etc/passwd", `/${UID}/other/x.ts`, "..%2f..%2fx.ts"];
    const lines = [...foreign, ...away].flatMap((uri) => [uri, `#EXT-X-KEY:METHOD=AES-128,URI="${uri}"`]);
    put("/films/evil/a.m3u8", `#EXTM3U\n${lines.join("\n")}\n`);
    for (const mode of ["redirect", "proxy"]) {
      const own = await open([{ path: "/films", mode }]);
      const { status, text } = await own.request("/films/evil/a.m3u8");
      assert.equal(status, 200);
      assert.equal(own.outbound.length, 1);
      assert.match(own.outbound[0], /\/films\/evil\/a\.m3u8\?auth_key=/);
      assert.doesNotMatch(text, /auth_key/);
      const uris = urisOf(text);
      for (const uri of foreign) assert.ok(uris.includes(uri), `${uri} is its author's`);
      for (const uri of uris.filter((each) => !foreign.includes(each))) {
        const { origin, pathname } = new URL(uri, `${own.url}/films/evil/a.m3u8`);
        // In front of a proxy nobody learns where the film is kept.
        assert.ok([own.url, ...(mode === "redirect" ? [cdn.url] : [])].includes(origin), uri);
        assert.doesNotMatch(pathname, /^\/(-|~)/);
      }
    }
  });

  test("keep their queries, without earlier signatures", async () => {
    put("/films/query/a.m3u8", "#EXTM3U\nseg.ts?v=1&auth_key=9-9-9-9&format=ts\n");
    put("/films/query/seg.ts", "part");
    const [uri] = urisOf((await site.request("/films/query/a.m3u8")).text);
    assert.equal(uri, "seg.ts?v=1&%66ormat=ts");
    const { status, headers } = await site.request(`/films/query/${uri}`);
    assert.equal(status, 302);
    cdn.forget();
    assert.equal(await (await fetch(headers.location)).text(), "part");
    assert.match(cdn.log[0].query, /^v=1&%66ormat=ts&auth_key=\d+-[0-9a-f]{32}-\d+-[0-9a-f]{32}$/);
  });
});

describe("a file that is no playlist", () => {
  test("is passed on unchanged, though its name is a playlist's", async () => {
    for (const [name, body] of [["songs.m3u8", "a.mp3\nb.mp3\n"], ["latin.m3u", Buffer.from([0xff, 0xfe, 0x41])],
      ["page.m3u8", "<!doctype html><script>alert(1)</script>"], ["empty.m3u8", ""]]) {
      put(`/films/${name}`, body);
      const answer = await site.request(`/films/${name}`);
      assert.equal(answer.status, 200);
      assert.ok(answer.body.equals(Buffer.from(body)), name);
      assert.equal(answer.headers["content-type"], "application/octet-stream");
      assert.match(answer.headers["content-security-policy"], /^sandbox;/);
    }
    put("/films/old.M3U", "\ufeff#EXTM3U\r\n/" + UID + "/films/a b.mp3\r\n");
    assert.equal((await site.request("/films/old.M3U")).text, "#EXTM3U\r\na%20b.mp3\r\n");
  });

  test("is refused with the reason if it is too large or can't be fetched", async () => {
    const missing = await site.request("/films/missing.m3u8");
    assert.equal(missing.status, 404);
    const own = await open([], { outbound: () => { throw new Error("down: https://h/?auth_key=1-secret"); } });
    const down = await own.request("/films/aes/index.m3u8");
    assert.equal(down.status, 502);
    assert.doesNotMatch(down.text + own.logs.join(), /auth_key|secret/);
  });
});

describe("limits", { timeout: 60_000 }, () => {
  const long = (line, count) => `#EXTM3U\n${line.repeat(count)}`;
  const REFUSED = [
    ["large.m3u8", long("#\n", 2_200_000), "more than 4 MiB"],
    ["many.m3u8", long("../x\n", 800_000), "more than 100,000 addresses"],
    ["keys.m3u8", long("#EXT-X-KEY:URI=\"%78\"\n", 100_001), "more than 100,000 addresses"],
    ["lines.m3u8", long("#\n", 2_000_000), "more than 500,000 lines, tags and attributes"],
    ["pieces.m3u8", long(`%78/${"x/".repeat(10_000)}\n`, 60), "more than 500,000 folders and parameters in its addresses"],
    ["uri.m3u8", long(`${"x".repeat(40_000)}\n`, 1), "an address of more than 32 KiB"],
    ["grown.m3u8", long("../../../../../../x\n", 99_000), "more than 8 MiB once its addresses are rewritten"],
  ];

  test("a playlist above a limit is refused with the limit and a hint, and fetched once a minute", async () => {
    const folder = `/films/${"a long name ".repeat(12)}`;
    const own = await open([], { entry: CLOCK });
    for (const [name, body, bound] of REFUSED) {
      put(`${folder}/${name}`, body);
      const ask = (method) => own.request(`${encodeURI(folder)}/${name}`, { method });
      const before = own.outbound.length;
      const { status, text, headers } = await ask("GET");
      assert.equal(status, 502, name);
      assert.ok(text.startsWith(`This playlist has ${bound}, `), text);
      assert.match(text, /playlists = "redirect" in a rule/);
      assert.equal(headers["content-type"], "text/plain; charset=utf-8");
      assert.equal((await ask("GET")).text, text, name);
      assert.equal((await ask("HEAD")).status, 502);
      await own.request("/test/clock?ms=50000");
      assert.equal((await ask("GET")).text, text, name);
      assert.equal(own.outbound.length, before + 1, `${name}: fetched again`);
      await own.request("/test/clock?ms=70000");
      await ask("GET");
      assert.equal(own.outbound.length, before + 2, `${name}: its owner may have corrected it`);
      await own.request("/test/clock?ms=0");
    }
  });

  test("a film of a day in segments of two seconds is served", async () => {
    const part = (_, number) => `#EXTINF:2.000,\n../films/v/part-${String(number).padStart(6, "0")}.ts`;
    put("/films/day.m3u8", `#EXTM3U\n${Array.from({ length: 43_200 }, part).join("\n")}\n#EXT-X-ENDLIST\n`);
    const { status, text } = await site.request("/films/day.m3u8");
    assert.equal(status, 200);
    assert.equal(urisOf(text).length, 43_200);
  });

  test("a rewritten playlist serves every share link, and contains no token", async () => {
    const own = await open([{ path: "/films", access: "link" }], { entry: CLOCK });
    put("/films/two/a.m3u8", `#EXTM3U\n#EXTINF:2,\n${cinema.base}/films/two/1.ts\n#EXT-X-ENDLIST\n`);
    const links = [await shared(own, "/films/two/"), await shared(own, "/films/two/"), await shared(own, "/films/")];
    for (const path of [`${links[0].path}a.m3u8`, `${links[1].path}a.m3u8`, `${links[2].path}two/a.m3u8`]) {
      const { status, text } = await own.request(path);
      assert.equal(status, 200, text);
      assert.deepEqual(urisOf(text), ["1.ts"]);
    }
    assert.equal((await own.request("/films/two/a.m3u8")).status, 404);
    assert.equal(own.outbound.length, 1, "all of them from the same bytes");
  });
});
