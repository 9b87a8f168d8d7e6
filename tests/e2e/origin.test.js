// From the owner's URL to the Location: the signed path is the path that every client requests.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertRedirect, assertSigned, assertUnsigned } from "./support/expect.js";
import { KEY, UID } from "./support/library.js";
import { openSite } from "./support/site.js";

const CDN = `vip.123pan.cn/${UID}`;

/** As owners copy them from the console, a browser's bar, an API or another tool. */
const WRITTEN = [
  `https://${CDN}/plain.txt`,
  `http://${CDN}/plain.txt`,
  `https://vip.123pan.com/29/音乐/02.一千零一夜-李克勤.wma`,
  `https://${UID}.v.123pan.cn/${UID}/33511341`,
  `https://${UID}.v.123yx.com/${UID}/33511341`,
  `https://${UID}.cdn.123clouddisk.com/${UID}/33511341`,
  `https://${CDN}/a b/c  d.txt`,
  `https://${CDN}/a%20b/c%20%20d.txt`,
  `https://${CDN}/a+b.txt`,
  `https://${CDN}/a%2Bb.txt`,
  `https://${CDN}/a%2fb.txt`,
  `https://${CDN}/100%.txt`,
  `https://${CDN}/100%25.txt`,
  `https://${CDN}/100%2525.txt`,
  `https://${CDN}/%zz%4.txt`,
  `https://${CDN}/%252e%252e/x.txt`,
  `https://${CDN}/back\\slash.txt`,
  `https://${CDN}/back%5Cslash.txt`,
  `https://${CDN}/..\\x.txt`,
  `https://${CDN}/a//b.txt`,
  `https://${CDN}//double.txt`,
  `https://${CDN}/tab%09and%0Dnew%0Aline.txt`,
  `https://${CDN}/raw\ttab.txt`,
  `https://${CDN}/%e4%b8%ad%E6%96%87.txt`,
  `https://${CDN}/emoji-😀 👩‍👩‍👧.txt`,
  `https://${CDN}/é-e\u0301.txt`,
  `https://${CDN}/[1080p] {x} "q" <b> |^\`.txt`,
  `https://${CDN}/it's~ok!*();:@&=$,.txt`,
  `https://${CDN}/x%23y%3Fz.txt`,
  `https://${CDN}/...`,
  `https://${CDN}/.hidden`,
  `https://${CDN}/q.txt?x=1`,
  `https://${CDN}/q.txt?b=2&a=1&a=0&c`,
  `https://${CDN}/q.txt?x=a b&y='"<中>&z=%26%3D`,
  `https://${CDN}/q.txt?p=a/../b\\c`,
];

/** Names are given, so that one tree can hold them all. */
async function open(urls, mount = {}) {
  const tree = urls.map((url, index) => `"${index}.bin":${url}\n`).join("");
  const site = await openSite({
    secrets: { URL_TREE: tree, PRIVATE_KEY: KEY },
    vars: {
      MOUNTS: [{
        path: "/", source: "links", tree: "URL_TREE", uid: Number(UID), private_key: "PRIVATE_KEY", ...mount,
      }],
    },
  });
  return async (url) => assertRedirect(await site.request(`/${urls.indexOf(url)}.bin`));
}

test("a Location has the same host, decoded path and query as its origin URL", async () => {
  const location = await open(WRITTEN);
  for (const url of WRITTEN) assertSigned(await location(url), url);
});

test("a fragment is no part of the URL, and the host is compared in lower case", async () => {
  const urls = [
    `https://${CDN}/frag.txt#`, `https://${CDN}/frag.txt?x=1#top?y=2`, `https://VIP.123Pan.cn/${UID}/x.txt`,
  ];
  const location = await open(urls);
  assertSigned(await location(urls[0]), `https://${CDN}/frag.txt`);
  assertSigned(await location(urls[1]), `https://${CDN}/frag.txt?x=1`);
  assertSigned(await location(urls[2]), `https://${CDN}/x.txt`);
});

test("an earlier signature in the owner's URL is replaced, however its name is spelt", async () => {
  const urls = [
    `https://${CDN}/s.txt?auth_key=1-2-3-4`,
    `https://${CDN}/s.txt?x=1&auth_key=1-2-3-4&y=2`,
    `https://${CDN}/s.txt?auth_key=1&auth_key=2`,
    `https://${CDN}/s.txt?auth%5Fkey=1-2-3-4`,
    `https://${CDN}/s.txt?auth_key`,
  ];
  const location = await open(urls);
  for (const url of urls) {
    const rest = url.includes("x=1") ? "?x=1&y=2" : "";
    assertSigned(await location(url), `https://${CDN}/s.txt${rest}`);
  }
});

test("a URL that a browser would read as another object is refused with its line", async () => {
  const urls = [
    `https://${CDN}/a/../b.txt`, `https://${CDN}/a/%2e%2E/b.txt`, `https://${CDN}/./b.txt`,
    `https://user:pass@${CDN}/b.txt`, "https://vip.123pan.cn\\@evil.example/b.txt", "https://vip.123pan.cn",
  ];
  for (const url of urls) {
    const site = await openSite({ secrets: { URL_TREE: `a.txt:${url}\n`, PRIVATE_KEY: KEY, UID } });
    const answer = await site.request("/a.txt");
    assert.equal(answer.status, 503, url);
    const { errors } = JSON.parse((await site.request("/-/health")).text);
    assert.deepEqual(errors.map(({ setting, line }) => [setting, line]), [["URL_TREE", 1]], url);
    await site.close();
  }
});

test("a file on any other host redirects unsigned, and so does a look-alike", async () => {
  const urls = [
    "https://files.example.com/a b.txt?x=1", "https://vip.123pan.cn.evil.example/a.txt",
    "https://evil-vip.123pan.cn/a.txt", "https://123pan.cn/a.txt", "https://a.v.123pan.cn/a.txt",
    "https://vip.123pan.cn:8443/a.txt", "https://127.0.0.1:9000/a.txt", "https://x.13.v.123pan.cn/a.txt",
    "https://x.v.123yx.com/a.txt", "https://1.v.123yx.com.evil.example/a.txt", "https://evil1.v.123yx.com/a.txt",
    "https://1.v.123yx.com:8443/a.txt", "https://vip.123yx.com/a.txt",
    "https://example.com/vip.123pan.cn/a.txt", "https://example.com/a.txt?vip.123pan.cn",
  ];
  const location = await open(urls);
  for (const url of urls) assertUnsigned(await location(url), url);
});

test("hosts of a mount are signed too: those and no others", async () => {
  const urls = [
    "https://cdn.example.com/13/a.txt", "https://CDN.example.com/13/b.txt",
    "https://x.cdn.example.com/13/a.txt", `https://${CDN}/a.txt`,
  ];
  const location = await open(urls, { hosts: ["cdn.example.com"] });
  assertSigned(await location(urls[0]), urls[0]);
  assertSigned(await location(urls[1]), urls[1].toLowerCase());
  assertUnsigned(await location(urls[2]), urls[2]);
  assertSigned(await location(urls[3]), urls[3]);
});

test("a mount without a key redirects unsigned, and its JSON has no expiry", async () => {
  const site = await openSite({
    secrets: { URL_TREE: `a.txt:https://${CDN}/a%20b.txt?x=1\n` },
    vars: { MOUNTS: [{ path: "/", source: "links", tree: "URL_TREE" }] },
  });
  assertUnsigned(assertRedirect(await site.request("/a.txt")), `https://${CDN}/a%20b.txt?x=1`);
  const file = await site.json("/a.txt");
  assertUnsigned(file.url, `https://${CDN}/a%20b.txt?x=1`);
  assert.deepEqual([file.expires_at, file.size, file.modified], [null, null, null]);
});
