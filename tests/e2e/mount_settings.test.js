// Settings of remote mounts: the root folder, the forms of a share's key, and the credentials of an account.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertNoViolations } from "./support/remote_mounts.js";
import { assertErrorJson } from "./support/expect.js";
import { textOf } from "./support/page.js";
import { openSite } from "./support/site.js";
import { SECRETS, startVendor } from "./support/vendor.js";

// Key and password of the fake's share (tests/it/support/vendor/accounts.rs).
const [KEY, PASSWORD] = ["VN6A-qP163", "q7Zf"];
const PASTED_WEB = { username: undefined, password: undefined, token: "PASTED" };
const PASTED_OPEN = { client_id: undefined, client_secret: undefined, access_token: "PASTED" };
const json = { headers: { accept: "application/json" } };

/** A vendor and a site with these mounts, both for one test; `write` and `paste` get the vendor. */
async function open(write, paste = () => ({}), vars = {}) {
  const vendor = await startVendor();
  await vendor.change({ share: { path: "/shared" } });
  const secrets = { ...SECRETS, ...await paste(vendor) };
  const site = await openSite({ network: true, secrets, vars: { MOUNTS: await write(vendor), ...vars } });
  return { vendor, site };
}

/** The names in a folder. */
async function names(site, folder) {
  const answer = await site.request(`${folder}?format=json`);
  assert.equal(answer.status, 200, `${folder}: ${answer.text}`);
  return JSON.parse(answer.text).entries.map(({ name }) => name);
}

/** The file `/shared/readme.txt` of the sample is reached at this path. */
async function assertReadme(vendor, site, target) {
  let answer = await site.request(target);
  if (answer.status === 302) {
    const { pathname, search } = new URL(answer.headers.location);
    answer = await vendor.fetch(pathname + search);
  }
  assert.equal(answer.status, 200, `${target}: ${answer.text}`);
  assert.ok(answer.body.equals(await vendor.content("/shared/readme.txt")), target);
}

const SHARED = ["many", "子目录", "100%25.txt", "readme.txt", "共享 文件.mp4"];

describe("root", { concurrency: true }, () => {
  for (const source of ["personal", "share", "open"]) {
    test(`mounts a folder of a ${source} mount as its root`, async () => {
      const { vendor, site } = await open(async (fake) => {
        const { id: root } = await fake.node(source === "share" ? "/shared/子目录" : "/shared");
        const account = source === "share" ? [fake.mount("personal", "/account")] : [];
        const more = source === "share" ? { root, account: "/account" } : { root };
        return [fake.mount(source, "/in", more), ...account];
      });
      if (source === "share") {
        assert.deepEqual(await names(site, "/in/"), ["inner.txt"]);
        assert.equal((await site.request("/in/inner.txt")).status, 200);
      } else {
        assert.deepEqual((await names(site, "/in/")).sort(), SHARED.toSorted());
        await assertReadme(vendor, site, "/in/readme.txt");
      }
      assert.equal((await site.request("/in/video.mp4")).status, 404, "what lies above");
      await assertNoViolations(vendor);
    });
  }

  test("that is a file's id or unknown opens nothing, and health has a hint", async () => {
    const { vendor, site } = await open(async (fake) => {
      const { id: file } = await fake.node("/video.mp4");
      return [fake.mount("personal", "/file", { root: file }), fake.mount("personal", "/none", { root: 99 })];
    });
    for (const at of ["/file/", "/none/", "/none/x.txt"]) {
      assert.equal((await site.request(at)).status, 404, at);
    }
    const { mounts } = JSON.parse((await site.request("/-/health")).text);
    assert.equal(mounts[0].vendor.mend, "check the mount's root");
    await assertNoViolations(vendor);
  });
});

describe("a share", { concurrency: true }, () => {
  const forms = {
    "by its address with the password": { key: `https://www.123pan.com/s/${KEY}?pwd=${PASSWORD}` },
    "by its address in a secret": { key: "SHARE" },
    "by another of the vendor's hosts, with .html": {
      key: `https://www.123684.com/s/${KEY}.html?pwd=${PASSWORD}`,
    },
    "by its bare key, with the password in a secret": { key: KEY, password: "SHARE_PASSWORD" },
    "by its address without the password, which is in a secret": {
      key: `https://www.123pan.com/s/${KEY}`, password: "SHARE_PASSWORD",
    },
  };
  for (const [form, fields] of Object.entries(forms)) {
    test(`named ${form} is listed without an account, but its files can't be opened`, async () => {
      const secrets = () => ({ SHARE_PASSWORD: PASSWORD });
      const { vendor, site } = await open((fake) => [fake.mount("share", "/s", fields)], secrets);
      assert.deepEqual((await names(site, "/s/")).sort(), SHARED.toSorted());
      const refused = await site.request("/s/readme.txt");
      assert.equal(refused.status, 503);
      assert.match(textOf(refused.text), /files can.t be fetched without an account/);
      assert.equal((await site.request("/s/readme.txt", { method: "HEAD" })).status, 503);
      const { calls } = await vendor.state();
      assert.deepEqual(calls, { "share.get": 1 }, "nobody signs in, nobody asks for what can't be had");
      await assertNoViolations(vendor);
    });
  }

  test("without an account has no links in JSON either", async () => {
    const redirect = { RULES: [{ path: "/s", mode: "redirect" }] };
    const { site } = await open((fake) => [fake.mount("share", "/s")], undefined, redirect);
    assert.equal(assertErrorJson(await site.request("/s/readme.txt", json), 503).code, "no_account");
    assert.equal((await names(site, "/s/")).length, 5, "its folders go on");
  });

  test("serves files with a token pasted for it", async () => {
    const paste = async (fake) => ({ PASTED: (await fake.issue()).web });
    const { vendor, site } = await open((fake) => [fake.mount("share", "/s", { token: "PASTED" })], paste);
    await assertReadme(vendor, site, "/s/readme.txt");
    assert.equal((await vendor.state()).sign_ins, 0);
    await assertNoViolations(vendor);
  });

  test("with a wrong password reports that, and tries it once", async () => {
    const fields = { key: KEY, password: "WRONG" };
    const paste = () => ({ WRONG: "xxxx" });
    const { vendor, site } = await open((fake) => [fake.mount("share", "/s", fields)], paste);
    for (let time = 0; time < 3; time += 1) {
      assert.equal(assertErrorJson(await site.request("/s/", json), 503).code, "share_denied");
    }
    assert.equal(await vendor.count("share.get"), 1);
    await assertNoViolations(vendor);
  });
});

describe("an account", { concurrency: true }, () => {
  for (const [how, write] of [
    ["as it is", (token) => token], ["as the header has it", (token) => `Bearer ${token}`],
    ["with surrounding white space", (token) => ` ${token}\n`],
  ]) {
    test(`signs in with a web token pasted ${how}`, async () => {
      const paste = async (fake) => ({ PASTED: write((await fake.issue()).web) });
      const { vendor, site } = await open((fake) => [fake.mount("personal", "/my", PASTED_WEB)], paste);
      await assertReadme(vendor, site, "/my/shared/readme.txt");
      assert.equal((await vendor.state()).sign_ins, 0);
      await assertNoViolations(vendor);
    });

    test(`of the open platform signs in with an access token pasted ${how}`, async () => {
      const paste = async (fake) => ({ PASTED: write((await fake.issue()).open) });
      const { vendor, site } = await open((fake) => [fake.mount("open", "/o", PASTED_OPEN)], paste);
      await assertReadme(vendor, site, "/o/shared/readme.txt");
      assert.equal(await vendor.count("open.access_token"), 0);
      await assertNoViolations(vendor);
    });
  }

  test("whose pasted token has expired asks for a new one, without a sign-in", async () => {
    const paste = async (fake) => ({ PASTED: (await fake.issue()).web });
    const { vendor, site } = await open((fake) => [fake.mount("personal", "/my", PASTED_WEB)], paste);
    await vendor.set({ end_tokens: true });
    assert.equal(assertErrorJson(await site.request("/my/", json), 503).code, "account_stopped");
    const { mounts } = JSON.parse((await site.request("/-/health")).text);
    assert.match(mounts[0].vendor.mend, /^paste a new one/);
    assert.deepEqual([(await vendor.state()).sign_ins, await vendor.count("web.list")], [0, 1]);
  });

  for (const [how, fields] of [
    ["the owner's own client", () => ({ refresh_token: "OPEN_REFRESH" })],
    ["a renewal address", ({ url }) => ({
      client_id: undefined, client_secret: undefined, refresh_token: "OPEN_REFRESH",
      renew_url: `${url}/123cloud/renewapi`,
    })],
  ]) {
    test(`renews a refresh token by ${how}, each once, and stores the new one`, async () => {
      const { vendor, site } = await open((fake) => [fake.mount("open", "/o", fields(fake))]);
      await assertReadme(vendor, site, "/o/shared/readme.txt");
      assert.equal((await vendor.state()).refreshed, true);
      const renewals = async () => await vendor.count("open.oauth2") + await vendor.count("renew");
      assert.equal(await renewals(), 1);
      // After a restart the token is still there; once it is dead, only the newest renews it.
      await site.restart();
      await assertReadme(vendor, site, "/o/shared/readme.txt");
      assert.equal(await renewals(), 1);
      await vendor.set({ end_tokens: true });
      await site.restart();
      assert.deepEqual(await names(site, `/o/${encodeURIComponent("音乐")}/`), ["02.一千零一夜-李克勤.mp3"]);
      assert.equal(await renewals(), 2);
      await assertNoViolations(vendor);
    });
  }
});
