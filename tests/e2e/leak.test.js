// Leak tests: every route × every visitor × every spelling of a path, over a tree of canaries. A visitor who may not
// see a canary finds neither its name nor its size nor its URL in any response.
import assert from "node:assert/strict";
import http from "node:http";
import { after, test } from "node:test";
import { CANARIES, RULES, SECRETS, spellings } from "./support/canaries.js";
import { PATIENT, api, basic, bearer, cookieOf, html, linked, logIn, shared } from "./support/guarded.js";
import { openSite } from "./support/site.js";

const AT_ONCE = 24;
const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
after(() => agent.destroy());
const json = { accept: "application/json" };

const site = await openSite({ vars: { RULES }, secrets: SECRETS, ratelimits: PATIENT });

/** Sends a request. Returns `{ status, text }`: status line, headers and body, without the date. */
function ask({ path, method = "GET", headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port: site.port, path, method, headers, agent }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk)).on("error", reject).on("end", () => {
        const { statusCode: status, statusMessage, rawHeaders } = response;
        const kept = rawHeaders.filter((_, index) =>
          !/^(date|connection|keep-alive)$/i.test(rawHeaders[index - (index % 2)]));
        resolve({ status, text: `${status} ${statusMessage}\n${kept.join("\n")}\n\n${Buffer.concat(chunks)}` });
      });
    });
    request.setTimeout(20_000, () => request.destroy(new Error(`no answer to ${path}`)));
    request.on("error", reject).end(body);
  });
}

/** Runs `act` for each item, `AT_ONCE` at a time. */
async function forEach(many, act) {
  const queue = many[Symbol.iterator]();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const each of queue) await act(each);
  }));
}

/** The text with percent-encoding removed repeatedly, in lower case and in NFC. */
function normalized(text) {
  let bare = text;
  for (let count = 0; count < 3; count += 1) {
    bare = bare.replace(/(?:%[0-9a-f]{2})+/gi,
      (escapes) => Buffer.from(escapes.replaceAll("%", ""), "hex").toString());
  }
  return bare.normalize("NFC").toLowerCase();
}

/**
 * The leaks in a response: a canary's name, unless the request contains it; its size or URL, unless its group is in
 * `opens`, or is open to every client that knows the name.
 */
function leaks(text, asked, opens) {
  const [bare, known] = [normalized(text), normalized(asked)];
  return CANARIES.flatMap(({ group, token, size, tail }) => {
    if (opens.has(group)) return [];
    const named = known.includes(token);
    const byName = named && (group === "unlisted" || group === "closed");
    return [
      !named && bare.includes(token) && `the name ${token}`,
      !byName && bare.includes(String(size)) && `the size of ${token}`,
      !byName && bare.includes(tail) && `the URL of ${token}`,
    ].filter(Boolean);
  });
}

const ROUTES = {
  get: {}, page: { headers: html }, head: { method: "HEAD" },
  json: { query: "?format=json" }, accept: { headers: json },
  url: { query: "?format=url" }, embed: { query: "?embed" }, view: { query: "?view" },
  feed: { query: "?format=aria2" }, catalogue: { query: "?format=opds" },
  options: { method: "OPTIONS" }, post: { method: "POST" },
};

/** The topmost folder of a path, for which a share link is made. */
const top = (path) => `/${path.split("/")[1]}/`;
const tokenOf = (link) => `/${link.path.split("/")[1]}`;

/**
 * Visitors by name: their headers, the share link's token before the path, and the groups that they may open.
 * Those that are `brief` use the plain spelling only.
 */
async function visitors() {
  const cookie = cookieOf(await logIn(site, "/qzlocked/", SECRETS.LOCKED));
  const other = cookieOf(await logIn(site, "/other/", SECRETS.OTHER));
  const tops = [...new Set(CANARIES.map(({ path }) => top(path)))];
  const linkTo = async (make) => {
    const made = new Map();
    for (const path of tops) made.set(path, tokenOf(await make(path)));
    return made;
  };
  const expired = await linkTo((path) => shared(site, path, { expires_in: 1 }));
  const over = Date.now() + 2_000;
  const revoked = await linkTo(async (path) => {
    const link = await shared(site, path);
    assert.equal((await api(site, "DELETE", { id: link.id })).status, 204);
    return link;
  });
  const right = await linkTo((path) => shared(site, path));
  const sibling = tokenOf(await shared(site, "/qzlocked/qz01-é文.tx"));
  const elsewhere = tokenOf(await shared(site, "/open/"));
  const foreign = await linkTo((path) => linked(path, [], "another-ring-of-keys-0123456789abcdefghij"));
  while (Date.now() < over) await new Promise((resolve) => { setTimeout(resolve, 50); });
  const [name, value] = cookie.split(/=(.*)/);
  const at = (links) => (path) => links.get(top(path));
  return {
    stranger: {},
    "wrong password": { headers: basic("wrong word") },
    "password of another place": { headers: basic(SECRETS.OTHER), brief: true },
    "cookie of another place": { headers: { cookie: `${other}; ${name}=${other.split(/=(.*)/)[1]}` } },
    "forged cookie": { headers: { cookie: `${name}=9${value}` } },
    "API token": { headers: bearer, brief: true },
    "wrong referer": { headers: { referer: "https://evil.example/?good.example", origin: "https://evil.example" } },
    "link of a sibling": { token: () => sibling },
    "link of another folder": { token: () => elsewhere },
    "expired link": { token: at(expired) }, "revoked link": { token: at(revoked) },
    "link of another site": { token: at(foreign), brief: true },
    "right password": { headers: basic(SECRETS.LOCKED), opens: ["locked"] },
    "right cookie": { headers: { cookie }, opens: ["locked"] },
    "password of the inner lock": { headers: basic(SECRETS.INNER), opens: ["inner"] },
    "right referer": { headers: { referer: "https://good.example/" }, opens: ["embed"] },
    // In front of a path of another folder it is a link of another folder.
    "right link": { token: at(right), opens: ["locked", "linked"] },
  };
}

const VISITORS = await visitors();

/** Every request of the table, one after the other. */
function* table() {
  for (const [who, { headers = {}, token = () => "", opens = [], brief = false }] of Object.entries(VISITORS)) {
    const opened = new Set(opens);
    for (const [number, { path, folder }] of CANARIES.entries()) {
      const targets = folder ? [path, `${path}/`] : [path];
      for (const target of targets) {
        for (const [index, [how, spelled]] of Object.entries(spellings(target)).entries()) {
          for (const [route, { method, query = "", headers: sent = {} }] of Object.entries(ROUTES)) {
            // A stranger requests every route by every spelling; the others by the plain spelling, and by each
            // other spelling on one of two routes, for every second canary.
            const usual = index % 2 ? "get" : "json";
            const turn = (index + number) % 4 < 2;
            const thorough = how === "plain" || (who === "stranger" && method !== "OPTIONS" && method !== "POST");
            if (!thorough && (brief || !turn || route !== usual || target !== targets.at(-1))) continue;
            const asked = token(path) + spelled + query;
            yield { who, how, route, target, opens: opened, path: asked, method, headers: { ...headers, ...sent } };
          }
        }
      }
    }
  }
}

test("no response leaks a canary, on any route and by any spelling", { timeout: 150_000 }, async () => {
  const found = [];
  const crashed = [];
  let count = 0;
  await forEach(table(), async (each) => {
    const { status, text } = await ask(each);
    count += 1;
    const label = `${each.who}, ${each.route}, ${each.how}: ${each.method ?? "GET"} ${each.path} → ${status}`;
    for (const leak of leaks(text, each.path, each.opens)) found.push(`${leak}: ${label}`);
    if (status >= 500) crashed.push(label);
  });
  assert.ok(count > 10_000, `${count} requests`);
  assert.deepEqual(found.slice(0, 20), [], `${found.length} leaks in ${count} requests`);
  assert.deepEqual(crashed.slice(0, 20), [], `${crashed.length} failures`);
});

test("visitors with access get canaries, by the plain spelling and with every byte escaped", async () => {
  const wants = [
    ["right password", "locked"], ["right cookie", "locked"], ["right link", "locked"], ["right link", "linked"],
    ["password of the inner lock", "inner"], ["right referer", "embed"], ["stranger", "unlisted"],
    ["stranger", "closed"],
  ];
  for (const [who, group] of wants) {
    const { headers = {}, token = () => "" } = VISITORS[who];
    for (const { path, folder, tail, size } of CANARIES.filter((each) => each.group === group)) {
      for (const how of ["plain", "every byte"]) {
        const asked = token(path) + spellings(path)[how];
        const label = `${who}, ${how}: ${asked}`;
        if (folder) {
          const { status, text } = await ask({ path: `${asked}/`, headers });
          assert.equal(status, group === "closed" ? 404 : 200, label);
          const inside = CANARIES.filter((each) => each.group === group && each.path.startsWith(`${path}/`)
            && !each.path.slice(path.length + 1).includes("/"));
          if (status === 200) for (const each of inside) assert.ok(text.includes(each.token),
            `${each.token} for ${label}`);
          continue;
        }
        const redirect = await ask({ path: asked, headers });
        assert.equal(redirect.status, 302, label);
        assert.ok(redirect.text.includes(tail), label);
        const shown = await ask({ path: `${asked}?format=json`, headers });
        assert.ok(shown.text.includes(String(size)) && shown.text.includes(tail), label);
      }
    }
  }
});

test("pages above, health, login and the API leak no canary", async () => {
  const requests = [];
  for (const [who, { headers = {}, token, opens = [] }] of Object.entries(VISITORS)) {
    const tokens = token ? [...new Set(CANARIES.map(({ path }) => token(path)))] : [""];
    for (const prefix of tokens) {
      for (const path of ["/", "/open/", "/open/sub/", "/embed/", "/open", "/qzlocked/", "/qzlocked/qz02/",
        "/-/health", "/-/style.css", "/-/icon.svg", "/-/", "/-", "/-/login", "/robots.txt", "/favicon.ico",
        "/sitemap.xml"]) {
        for (const [route, { method, query = "", headers: sent = {} }] of Object.entries(ROUTES)) {
          requests.push({ who, route, opens: new Set(opens), path: prefix + path + query, method,
            headers: { ...headers, ...sent } });
        }
      }
    }
    if (who === "API token") continue;
    for (const [method, id] of [["GET", ""], ["POST", ""], ["DELETE", "/0123456789ab"], ["GET", "/x"]]) {
      requests.push({ who, route: "api", opens: new Set(opens), path: `/-/api/links${id}`, method, headers });
    }
    for (const { path, folder } of CANARIES) {
      const back = folder ? `${path}/` : path;
      const body = new URLSearchParams({ back, password: "wrong word" }).toString();
      const sent = { ...headers, "content-type": "application/x-www-form-urlencoded",
        "content-length": Buffer.byteLength(body) };
      // What stands in the form is asked for by name, too.
      requests.push({ who, route: "login", opens: new Set(opens), path: "/-/login", named: back, method: "POST",
        headers: sent, body });
    }
  }
  const found = [];
  await forEach(requests, async (each) => {
    const { status, text } = await ask(each);
    assert.ok(status < 500, `${each.who}, ${each.route}: ${each.path}`);
    const asked = `${each.path} ${each.named ?? ""}`;
    const label = `${each.who}, ${each.route}: ${asked} → ${status}`;
    for (const leak of leaks(text, asked, each.opens)) found.push(`${leak}: ${label}`);
  });
  assert.deepEqual(found.slice(0, 20), [], `${found.length} leaks in ${requests.length} requests`);
});

test("a stranger gets the same response for a protected path as for a missing one", async () => {
  // Whoever knows the name of an unlisted file, or of one in a closed folder, may have it. And a folder
  // that is locked itself is no name that could be made up: those in it are.
  const opens = ({ group, folder }) => group === "unlisted" || (group === "closed" && !folder);
  const compared = CANARIES.filter((each) => !opens(each) && each.path.split("/").length > 2);
  const differing = [];
  await forEach(compared, async ({ path, token, folder, group }) => {
    const absent = path.replace(token, "qz99");
    // A path that is not UTF-8 is answered with the address that its bytes mean: there the first letter, escaped, reads
    // as another.
    const bare = (text) => normalized(text).replaceAll(token, "qz99").replaceAll(token.slice(1), "z99")
      .replace(/content-length\n\d+/g, "");
    const [there, not] = [path, absent].map((each) => spellings(folder ? `${each}/` : each));
    for (const how of Object.keys(there)) {
      for (const route of how === "plain" ? Object.keys(ROUTES) : ["get", "json"]) {
        const { method, query = "", headers } = ROUTES[route];
        const answers = [there, not].map((each) => ask({ path: each[how] + query, method, headers }));
        const [one, two] = await Promise.all(answers);
        if (bare(one.text) === bare(two.text)) continue;
        differing.push(`${group} ${route} ${how} ${there[how]}: ${one.status} and ${two.status}`);
      }
    }
  });
  assert.deepEqual(differing.slice(0, 20), [], `${differing.length} answers differ`);
});

test("raw bytes, absolute forms and doubled headers in the request open nothing", async () => {
  const found = [];
  for (const { path, folder } of CANARIES) {
    const bytes = Buffer.from(path).toString("latin1") + (folder ? "/" : "");
    const plain = spellings(path).plain;
    const forms = [
      bytes, bytes.replaceAll("/", "\\"), `${bytes}\t`, `${bytes} `, `${bytes}\x00`, `http://evil.example${plain}`,
        `http://good.example@127.0.0.1${plain}`,
      `//evil.example${plain}`, plain.slice(1), `*${plain}`, `/open/\x2e\x2e${bytes}`,
    ];
    for (const target of forms) {
      const lines = ["Host: 127.0.0.1", "Connection: close", "X-Original-URL: /", "X-Rewrite-URL: /open/",
        "X-Forwarded-Prefix: /~x"];
      const answer = await site.raw(Buffer.from(`GET ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`, "latin1"));
      const text = Buffer.from(answer, "latin1").toString();
      const asked = Buffer.from(target, "latin1").toString();
      for (const leak of leaks(text, asked, new Set())) found.push(`${leak}: ${JSON.stringify(target)}`);
    }
  }
  assert.deepEqual(found, []);
});
