// Direct links that no line of a tree and no call of the API gives as they are: `direct_base` makes them of paths, `host`
// moves them to another host. The fake CDN and the fake vendor verify each signature.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openCdn } from "./support/cdn.js";
import { assertRedirect, assertSigned, assertUnsigned } from "./support/expect.js";
import { ACCOUNTS, KEY, UID } from "./support/library.js";
import { openMounted } from "./support/mounted.js";
import { openSite, send } from "./support/site.js";
import { through } from "./support/upstream.js";
import { SECRETS } from "./support/vendor.js";
import { UID as VENDOR_UID } from "./support/remote_mounts.js";

const CUSTOM = "dl.example.com";
const GENERATIONS = [
  "vip.123pan.cn", "vip.123pan.com", `${UID}.v.123pan.cn`, `${UID}.v.123yx.com`, `${UID}.cdn.123clouddisk.com`,
];
const FOREIGN = "https://foreign.example/a.txt";
const NUMBER = "8209290";

/** A tree with a file at each generation of hosts, a remote folder, a numeric link, and a foreign file. */
const TREE = `${GENERATIONS.map((host, index) => `http://${host}/${UID}/音乐 ${index}/a b+c.txt`)
  .map((url, index) => `f${index}.txt:${url}`).join("\n")}
custom.txt:http://${CUSTOM}/own/c%23.txt
number.mp4:http://vip.123pan.cn/${UID}/${NUMBER}
foreign.txt:${FOREIGN}
hls/*: http://vip.123pan.cn/${UID}/hls/
`;

/** The paths on our site, and at the CDN below the uid's segment. */
const FILES = [
  ...GENERATIONS.map((_, index) => [`/f${index}.txt`, `/音乐 ${index}/a b+c.txt`]),
  ["/custom.txt", "/own/c#.txt"], ["/number.mp4", `/${NUMBER}`], ["/hls/1/0.ts", "/hls/1/0.ts"],
];

const cdn = await openCdn({ accounts: ACCOUNTS, hosts: [CUSTOM], foreign: ["foreign.example"] });

/** Serves the files from now on with the segment of the uid in their paths, or without it alone. */
function stock(hasUid) {
  const files = FILES.map(([, below]) => [below, cdn.put((hasUid ? `/${UID}` : "") + below, { uid: UID })]);
  return new Map(files);
}

function fetchFrom(location) {
  const { host, pathname, search } = new URL(location);
  return send({ port: cdn.port, path: pathname + search, headers: { host } });
}

const openTree = (mount, options = {}) => openSite({
  secrets: { TREE, KEY },
  vars: {
    MOUNTS: [{ path: "/", source: "links", tree: "TREE", uid: Number(UID), private_key: "KEY", hosts: [CUSTOM], ...mount }],
    RULES: [{ path: "/hls", mode: "proxy" }],
  },
  outbound: through(cdn),
  ...options,
});

describe("host", () => {
  for (const host of [...GENERATIONS, CUSTOM]) {
    test(`= "${host}": the CDN serves every direct link of the tree there`, async () => {
      const site = await openTree({ host });
      const hasUid = host !== CUSTOM;
      const bytes = stock(hasUid);
      for (const [path, below] of FILES.filter(([path]) => !path.startsWith("/hls"))) {
        const location = assertRedirect(await site.request(path));
        const at = `http://${host}${hasUid ? `/${UID}` : ""}${below.split("/").map(encodeURIComponent).join("/")}`;
        assertSigned(location, at);
        const answer = await fetchFrom(location);
        assert.equal(answer.status, 200, `${location}: ${answer.headers["x-refused"]}`);
        assert.ok(answer.body.equals(bytes.get(below)), path);
      }
      assertUnsigned(assertRedirect(await site.request("/foreign.txt")), FOREIGN);
      cdn.forget();
      const proxied = await site.request("/hls/1/0.ts");
      assert.equal(proxied.status, 200);
      assert.ok(proxied.body.equals(bytes.get("/hls/1/0.ts")));
      assert.deepEqual(cdn.log.map((entry) => [entry.host, entry.status]), [[host, 200]]);
    });
  }

  test("is for trees in KV as well", async () => {
    const site = await openTree({ host: CUSTOM, tree: undefined, tree_kv: "tree" }, { kv: { tree: TREE } });
    assertSigned(assertRedirect(await site.request("/f0.txt")), `http://${CUSTOM}/音乐 0/a b+c.txt`);
  });

  test("without it each link stays where it is", async () => {
    const site = await openTree({});
    for (const [index, host] of GENERATIONS.entries()) {
      assertSigned(assertRedirect(await site.request(`/f${index}.txt`)), `http://${host}/${UID}/音乐 ${index}/a b+c.txt`);
    }
  });

  test("of another account is named by health, and nothing is served", async () => {
    const site = await openTree({ host: "14.v.123pan.cn" });
    assert.equal((await site.request("/f0.txt")).status, 503);
    const { errors } = JSON.parse((await site.request("/-/health")).text);
    assert.equal(errors[0].setting, "MOUNTS[0].host");
  });
});

const LINK_CALLS = {
  personal: ["web.download_info", "web.user_info"], open: ["open.download_info", "open.direct_link", "open.user_info"],
};

describe("direct_base", { concurrency: 2 }, () => {
  for (const source of ["personal", "open"]) {
    const mount = (vendor) => ({
      direct_base: `${vendor.url}/direct/${VENDOR_UID}/direct/`, uid: VENDOR_UID, private_key: "DIRECT_KEY",
      hosts: [`127.0.0.1:${vendor.port}`],
    });
    const open = async (vars = {}) => {
      const mounted = await openMounted(source, { mount, vars });
      const { id: root } = await mounted.vendor.node("/direct");
      const fields = mounted.vendor.mount(source, mounted.root, { ...mount(mounted.vendor), root });
      await mounted.restart({ vars: { MOUNTS: [fields], ...vars } });
      return mounted;
    };
    const downloads = async (mounted) => {
      const calls = await mounted.calls();
      return LINK_CALLS[source].map((name) => calls[name] ?? 0);
    };

    test(`(${source}) redirects to the bytes below a root folder without a call for a link`, async () => {
      const mounted = await open();
      const before = await downloads(mounted);
      for (const path of ["/video.mp4", "/音乐/一千零一夜.mp3", "/资料 a+b.txt", "/100%25.txt", "/a#b.txt"]) {
        const location = assertRedirect(await mounted.get(path.split("/").map(encodeURIComponent).join("/")));
        const { pathname, search } = new URL(location);
        const answer = await mounted.vendor.fetch(pathname + search);
        assert.equal(answer.status, 200, `${location}: ${answer.text.slice(0, 100)}`);
        assert.deepEqual(answer.body, await mounted.vendor.content(`/direct${path}`), path);
        assert.equal((await mounted.vendor.fetch(pathname)).status, 403, "unsigned it is worth nothing");
      }
      const head = await mounted.get("/video.mp4", { method: "HEAD" });
      assert.equal(head.status, 302);
      assert.deepEqual(await downloads(mounted), before);
      assert.deepEqual(await mounted.violations(), []);
    });

    test(`(${source}) a file that was replaced is served by the same path, in every mode`, async () => {
      const mounted = await open({ RULES: [{ path: "/", mode: "proxy" }] });
      assert.equal((await mounted.get("/video.mp4")).status, 200);
      await mounted.vendor.change({ replace: { path: "/direct/video.mp4", size: 4_321 } });
      const answer = await mounted.get("/video.mp4");
      assert.equal(answer.status, 200, answer.text.slice(0, 200));
      assert.deepEqual(answer.body, await mounted.vendor.content("/direct/video.mp4"));
      assert.equal((await downloads(mounted)).reduce((sum, calls) => sum + calls), 0);
    });
  }

  test("a file outside of the direct-link space is refused by the CDN, and through the Worker named so", async () => {
    const mounted = await openMounted("personal", {
      mount: (vendor) => ({
        direct_base: `${vendor.url}/direct/${VENDOR_UID}/`, uid: VENDOR_UID, private_key: "DIRECT_KEY",
        hosts: [`127.0.0.1:${vendor.port}`],
      }),
      vars: { RULES: [{ path: "/my/direct", mode: "proxy" }, { path: "/my/shared", mode: "proxy" }] },
    });
    const { pathname, search } = new URL(assertRedirect(await mounted.get("/video.mp4")));
    assert.equal((await mounted.vendor.fetch(pathname + search)).status, 404, "as the fake says it");
    assert.equal((await mounted.get("/direct/video.mp4")).status, 200);
    assert.equal((await mounted.get("/shared/readme.txt")).status, 404);
    assert.equal(await mounted.count("web.download_info"), 0);
  });

  test("at a host that nobody signs for is an error, and the key meets it never", async () => {
    const mounted = await openMounted("personal", {
      mount: { direct_base: "https://evil.example/1/", private_key: "DIRECT_KEY", uid: 1 },
    });
    assert.equal((await mounted.get("/video.mp4")).status, 503);
    const { errors } = JSON.parse((await mounted.site.request("/-/health")).text);
    assert.equal(errors[0].setting, "MOUNTS[0].direct_base");
    assert.doesNotMatch(JSON.stringify(errors), new RegExp(SECRETS.DIRECT_KEY));
  });
});
