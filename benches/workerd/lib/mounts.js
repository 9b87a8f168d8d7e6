// Measures mounts of 123Pan folders: from memory, from KV, and when they are listed for the first time. The
// sites are those of the end-to-end tests: real workerd, KV and Durable Objects, and the fake vendor.
import { readdirSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { listenerAt } from "../../../tests/e2e/support/process.js";
import { Site } from "../../../tests/e2e/support/site.js";
import { SECRETS, Vendor } from "../../../tests/e2e/support/vendor.js";
import { median, report } from "./table.js";
import { cpuMicros } from "./workerd.js";

// Folders of the fake vendor: 350 and 10,000 children.
const MANY = "/open/many/";
const BIG = "/open/big/";
const REQUESTS = 60;
const ROUNDS = 5;

/** Runs the benchmarks of mounts, and returns the table's rows. */
export async function mounts() {
  const vendor = new Vendor();
  await vendor.start();
  // The vendor's rate limits are not measured; the Worker's own rate limiter stays on.
  await vendor.set({ quirks: { rate_limits: false } });
  const vars = { MOUNTS: [vendor.mount("open", "/open", { stale_hours: 720, fresh_minutes: 1440 })] };
  const site = new Site({ network: true, secrets: SECRETS, vars });
  await site.start();
  try {
    return [
      ...(await firstListing(site, vendor)),
      ...(await fromMemory(site)),
      ...(await fromKv(site)),
    ];
  } finally {
    await site.close();
    await vendor.close();
  }
}

/** Measures the first listing of a folder, from no cache until all 10,000 children are listed. */
async function firstListing(site, vendor) {
  await folder(site, MANY);
  const calls = await listCalls(vendor);
  const [start, before] = [performance.now(), await cpu(site)];
  let requests = 0;
  for (let listed = { loading: true }; listed.loading; requests++) {
    // The interval at which a folder's page reloads itself.
    if (requests > 0) await setTimeout(3_000);
    listed = await folder(site, BIG);
  }
  const millis = performance.now() - start;
  const spent = (await cpu(site)) - before;
  return [
    report("first listing of a folder of 10,000, CPU of Worker and account object", spent / 1000, "ms"),
    report("  calls of the vendor (subrequests of the account object)", (await listCalls(vendor)) - calls, ""),
    report("  requests to the Worker, until the listing is complete", requests, ""),
    report("  seconds, with the spacing of the rate limits", millis / 1000, "s"),
  ];
}

async function fromMemory(site) {
  const rows = [];
  for (const [path, children] of [[MANY, 350], [BIG, 10_000]]) {
    await folder(site, path);
    const figures = [];
    for (let round = 0; round < ROUNDS; round++) {
      const before = await cpu(site);
      for (let count = 0; count < REQUESTS; count++) await folder(site, path);
      figures.push(((await cpu(site)) - before) / REQUESTS);
    }
    rows.push(report(`the first part of a folder of ${children} as JSON, from memory, CPU`, median(figures) / 1000, "ms"));
  }
  return rows;
}

/** Measures a new isolate that reads the listing from KV, against the same with the listing in memory. */
async function fromKv(site) {
  const rows = [];
  for (const [path, children] of [[MANY, 350], [BIG, 10_000]]) {
    // The account object writes a listing to KV at the second request from an isolate without it.
    for (let isolate = 0; isolate < 2; isolate++) {
      await site.restart();
      await folder(site, path);
    }
    const figures = [];
    for (let round = 0; round < ROUNDS; round++) {
      await site.restart();
      // A warm-up: the site loads, and V8 compiles the code that answers.
      for (let visit = 0; visit < 5; visit++) await site.request("/nothing?format=json");
      const before = await cpu(site);
      await folder(site, path);
      const first = (await cpu(site)) - before;
      await folder(site, path);
      figures.push(first - ((await cpu(site)) - before - first));
    }
    rows.push(report(`  from the account object instead, of ${children}: more CPU, once an isolate`, median(figures) / 1000, "ms"));
  }
  let bytes = 0;
  const keys = await site.kvKeys();
  for (const key of keys) bytes = Math.max(bytes, Buffer.byteLength(await site.kvGet(key)));
  rows.push(report("  bytes in KV of the folder of 10,000", bytes, ""));
  rows.push(report("    an entry", bytes / 10_000, ""));
  return rows;
}

async function folder(site, path) {
  const answer = await site.request(`${path}?format=json`);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text.slice(0, 200)}`);
  return JSON.parse(answer.text);
}

async function listCalls(vendor) {
  return (await vendor.state()).calls["open.list"] ?? 0;
}

/** CPU time that the site's workerd has used, in microseconds. */
async function cpu(site) {
  const pid = await listenerAt(site.port);
  return cpuMicros(pid, readdirSync(`/proc/${pid}/task`));
}
