// WebDAV in real workerd: methods by their names, bodies, logins against KV and the counts, and what is charged.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openCdn } from "./support/cdn.js";
import { curl, scratch } from "./support/clients.js";
import { assertSigned } from "./support/expect.js";
import { api, entry, from, linked, openGuarded } from "./support/guarded.js";
import { ACCOUNTS, UID } from "./support/library.js";
import { through } from "./support/upstream.js";

const FILES = [
  entry("/open/电影 & <a>.mkv", 4_321), entry("/open/电影 & <a>.zh.srt", 12), entry("/open/notes.txt", 34),
  entry("/team/plan.txt", 56), entry("/counted/a.bin", 100), entry("/counted/b.bin", 100),
  entry("/streamed/c.bin", 1_000), entry("/linked/d.txt", 78),
];
const MANY = Array.from({ length: 10_000 }, (_, n) => entry(`/many/第${n}集 film.mkv`, 1_000_000 + n));
const RULES = [
  { path: "/team", password: "PASSWORD" }, { path: "/streamed", dav: "proxy" }, { path: "/linked", access: "link" },
  { path: "/counted", budget: { day: 100 } },
];
const PASSWORD = "team password";
const cdn = await openCdn({ accounts: ACCOUNTS });
for (const { cdnPath, size } of FILES) cdn.put(cdnPath, { size, uid: UID });
const site = await openGuarded([...FILES, ...MANY], RULES, { outbound: through(cdn), secrets: { PASSWORD } });
const login = (user, password) => ({ authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` });
const ask = (method, target, headers = {}, body = undefined) => {
  const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
  return site.request(target, { method, headers: { ...headers, ...length }, body });
};
const propfind = (target, depth, headers = {}, body = undefined) => ask("PROPFIND", target, { depth, ...headers }, body);
const hrefs = ({ text }) => [...text.matchAll(/<D:href>([^<]*)<\/D:href>/g)].map(([, href]) => href);
const FILM = "/dav/open/%E7%94%B5%E5%BD%B1%20%26%20%3Ca%3E.mkv";

describe("WebDAV", { timeout: 120_000 }, () => {
  test("tells by OPTIONS what it is, and refuses to be written", async () => {
    const options = await ask("OPTIONS", "/dav/open/");
    assert.deepEqual([options.status, options.headers.dav, options.headers.allow, options.headers["content-length"]],
      [200, "1", "OPTIONS, GET, HEAD, PROPFIND", "0"]);
    for (const method of ["PUT", "MKCOL", "DELETE", "MOVE", "LOCK", "PROPPATCH", "POST"]) {
      const { status, headers } = await ask(method, "/dav/team/x", {}, "x");
      assert.deepEqual([status, headers.dav, headers.allow], [405, "1", "OPTIONS, GET, HEAD, PROPFIND"], method);
    }
  });

  test("lists a folder to curl, with sizes, dates and encoded names", async () => {
    const args = ["-s", "-X", "PROPFIND", "-H", "Depth: 1", `${site.url}/dav/open`];
    const { stdout } = await curl(cdn, args, { cwd: scratch() });
    assert.deepEqual(hrefs({ text: stdout }),
      ["/dav/open/", "/dav/open/notes.txt", FILM, FILM.replace(".mkv", ".zh.srt")]);
    assert.match(stdout, /<D:displayname>电影 &amp; &lt;a&gt;\.mkv<\/D:displayname>/);
    assert.match(stdout, /<D:getlastmodified>Tue, 20 Jun 2023 14:00:00 GMT<\/D:getlastmodified>/);
    const answer = await propfind("/dav/open/", "1");
    assert.equal(answer.headers["content-type"], "application/xml; charset=utf-8");
    assert.equal(answer.headers["content-length"], String(Buffer.byteLength(answer.text)));
    assert.equal(answer.headers["access-control-allow-origin"], undefined);
  });

  test("reads what is asked for, and refuses what is too much", async () => {
    const body = "<propfind xmlns='DAV:'><prop><getcontentlength/><quota-available-bytes/></prop></propfind>";
    const { status, text } = await propfind("/dav/open/notes.txt", "0", {}, body);
    assert.equal(status, 207);
    assert.match(text, /<D:getcontentlength>34<\/D:getcontentlength>.*200 OK.*<D:quota-available-bytes\/>.*404 Not Found/);
    const chunked = ["-s", "-X", "PROPFIND", "-H", "Depth: 0", "-H", "Transfer-Encoding: chunked", "--data-binary", body];
    const { stdout } = await curl(cdn, [...chunked, `${site.url}/dav/open/notes.txt`], { cwd: scratch() });
    assert.equal(stdout, text, "without a stated length");
    assert.equal((await propfind("/dav/open/", "0", {}, "<")).status, 400);
    const long = await propfind("/dav/open/", "0", {}, body + " ".repeat(16_384 - body.length + 1));
    assert.deepEqual([long.status, /more than 16 KiB/.test(long.text)], [400, true]);
    assert.equal((await propfind("/dav/open/", "0", {}, body + " ".repeat(16_384 - body.length))).status, 207);
    assert.equal((await propfind("/dav/open/", "0", {}, `<!DOCTYPE a>${body}`)).status, 400);
    const infinite = await propfind("/dav/open/", "infinity");
    assert.equal(infinite.status, 403);
    assert.match(infinite.text, /<D:propfind-finite-depth\/>/);
    assert.equal((await ask("PROPFIND", "/dav/open/notes.txt")).status, 207, "a file without a depth");
  });

  test("lists ten thousand entries whole", async () => {
    const answer = await propfind("/dav/many/", "1");
    assert.equal(answer.status, 207);
    const all = hrefs(answer);
    assert.equal(all.length, 10_001);
    assert.equal(new Set(all).size, 10_001);
    assert.equal(answer.text.slice(-16), "</D:multistatus>");
  });

  test("answers HEAD and PROPFIND without a link, and charges a GET", async () => {
    cdn.forget();
    const guest = from("198.51.100.1");
    for (const file of ["a", "b", "a"]) {
      const head = await ask("HEAD", `/dav/counted/${file}.bin`, guest);
      assert.deepEqual([head.status, head.headers["content-length"], head.headers["accept-ranges"],
        head.headers["last-modified"], head.headers.etag],
      [200, "100", "bytes", "Tue, 20 Jun 2023 14:00:00 GMT", "\"64-6491b0e0\""]);
      assert.equal((await propfind("/dav/counted/", "1", guest)).status, 207);
    }
    assert.deepEqual((await site.request("/dav/counted/", { method: "HEAD" })).status, 200);
    const got = await ask("GET", "/dav/counted/a.bin", guest);
    assert.equal(got.status, 302);
    assertSigned(got.headers.location, `http://vip.123pan.cn/${UID}/counted/a.bin`, { minutes: 5 });
    const refused = await ask("GET", "/dav/counted/b.bin", guest);
    assert.equal(refused.status, 429);
    assert.match(refused.text, /<D:error xmlns:D="DAV:">/);
    assert.ok(Number(refused.headers["retry-after"]) > 0);
    assert.deepEqual(cdn.log, []);
  });

  test("gives a file to curl by a redirect, and a part of it through the Worker where a rule says so", async () => {
    const cwd = scratch();
    const whole = await curl(cdn, ["-sL", "-o", "/dev/null", "-w", "%{http_code} %{size_download}",
      `${site.url}${FILM}`], { cwd });
    assert.equal(whole.stdout, "200 4321");
    const part = await curl(cdn, ["-s", "-r", "10-19", "-o", "/dev/null", "-w", "%{http_code} %{size_download} %{num_redirects}",
      `${site.url}/dav/streamed/c.bin`], { cwd });
    assert.equal(part.stdout, "206 10 0");
    assert.equal((await ask("GET", "/streamed/c.bin")).status, 302);
  });

  test("opens a locked folder by a password, and answers strangers alike", async () => {
    const [here, ghost] = [await propfind("/dav/team/plan.txt", "0"), await propfind("/dav/team/nothing", "0")];
    for (const { status, headers, text } of [here, ghost]) {
      assert.deepEqual([status, headers["www-authenticate"], text],
        [401, "Basic realm=\"Signpost\", charset=\"UTF-8\"", here.text]);
    }
    const list = (user, password, target) => propfind(target, "1", login(user, password));
    assert.deepEqual(hrefs(await list("me", PASSWORD, "/dav/team/")), ["/dav/team/", "/dav/team/plan.txt"]);
    assert.ok(hrefs(await list("/team", PASSWORD, "/dav/")).includes("/dav/team/"));
    assert.ok(!hrefs(await list("me", PASSWORD, "/dav/")).includes("/dav/team/"));
    assert.equal((await list("/team", "wrong", "/dav/")).status, 401);
    const { stdout } = await curl(cdn, ["-s", "--anyauth", "-u", `me:${PASSWORD}`, "-L", "-o", "/dev/null",
      "-w", "%{http_code} %{size_download}", `${site.url}/dav/team/plan.txt`], { cwd: scratch() });
    assert.equal(stdout, "200 56");
  });

  test("takes tokens that were made for it, by the command line and by the API", async () => {
    const { user, password } = await linked("/linked/", ["--dav"]);
    assert.deepEqual(hrefs(await propfind("/dav/linked/", "1", login(user, password))),
      ["/dav/linked/", "/dav/linked/d.txt"]);
    assert.equal((await ask("GET", "/dav/linked/d.txt", login("me", password))).status, 302);
    assert.equal((await ask("GET", "/linked/d.txt", login(user, password))).status, 404, "on WebDAV alone");
    const { status, json } = await api(site, "POST", { body: { path: "/linked", dav: true } });
    assert.equal(status, 201);
    assert.equal((await propfind("/dav/linked/", "0", login(json.user, json.password))).status, 207);
  });

  test("shows films as .strm files of their exact length", async () => {
    cdn.forget();
    const film = FILM.replace("/dav/", "/dav-strm/").replace(".mkv", ".strm");
    const listed = await propfind("/dav-strm/open/", "1");
    assert.deepEqual(hrefs(listed),
      ["/dav-strm/open/", "/dav-strm/open/notes.txt", film, film.replace(".strm", ".zh.srt")]);
    const [got, head] = [await ask("GET", film), await ask("HEAD", film)];
    assert.equal(got.text, `${site.url}${FILM.replace("/dav/", "/")}\n`);
    const length = String(Buffer.byteLength(got.text));
    assert.deepEqual([got.headers["content-length"], head.headers["content-length"], got.headers.etag],
      [length, length, head.headers.etag]);
    assert.ok(listed.text.includes(`<D:getcontentlength>${length}</D:getcontentlength>`));
    assert.deepEqual(cdn.log, []);
  });

  test("shows a browser the folder's page", async () => {
    const { status, headers } = await ask("GET", "/dav/open/");
    assert.deepEqual([status, headers.location], [302, "/open/"]);
  });
});
