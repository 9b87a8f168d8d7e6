// The vendor's drives at their places in the site: the same doors, the same rules.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openSite } from "./support/site.js";
import { SECRETS, startVendor } from "./support/vendor.js";

const vendor = await startVendor();
const site = await openSite({
  network: true,
  secrets: SECRETS,
  vars: {
    MOUNTS: [
      vendor.mount("personal", "/my"),
      vendor.mount("share", "/shared", { account: "/my" }),
      vendor.mount("open", "/open"),
      vendor.mount("open", "/direct", { direct_link: true, private_key: "DIRECT_KEY", hosts: [`127.0.0.1:${vendor.port}`] }),
    ],
  },
});

test("try", async () => {
  for (const path of ["/my/", "/shared/", "/open/", "/direct/"]) {
    const answer = await site.request(`${path}?format=json`);
    console.log(path, answer.status, answer.headers["x-signpost-cache"], answer.text.slice(0, 1500));
  }
  console.log(JSON.stringify(await vendor.state()));
  console.log(JSON.stringify(await vendor.calls()).slice(0, 3000));
  const health = await site.request("/-/health");
  console.log(health.text);
  console.log(site.logs);
});
