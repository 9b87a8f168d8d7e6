// Measures the first redirect of an isolate whose tree is in KV, compiled and as text. KV is a server of this process,
// so that its own work is not counted.
import http from "node:http";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { redirect } from "./client.js";
import { PRIVATE_KEY, UID } from "./sample.js";
import { atMost, median, report } from "./table.js";
import { configure, serve } from "./workerd.js";
import { signpostBytes } from "../../../tests/e2e/support/guarded.js";

const MOUNTS = [{ path: "/", source: "links", tree_kv: "tree", uid: Number(UID), private_key: "PRIVATE_KEY" }];

/** Runs the benchmarks with a tree and one of its paths, and returns the table's rows. */
export async function kvTree({ modules, text, path, constant, starts }) {
  const compiled = signpostBytes(["pack", "--kv", "-"], text);
  const [own, other] = [await costs(modules, compiled, path, constant, starts), await costs(modules, text, path, constant, starts)];
  return [
    atMost("CPU of the first 302 with a compiled tree from KV ÷ the constant Worker's", own.ratio, "", 10),
    report("  CPU of the first request", own.millis, "ms"),
    report("  size in KV", compiled.length / 1024, "KB"),
    report("  CPU of the first 302 with its text in KV ÷ the constant Worker's", other.ratio, ""),
  ];
}

async function costs(modules, value, path, constant, starts) {
  const kv = await openKv({ tree: value });
  const config = await configure({ modules, bindings: { MOUNTS: JSON.stringify(MOUNTS), PRIVATE_KEY }, kv: kv.port });
  const measured = [];
  try {
    // The first isolate of all keeps a copy of the tree in KV.
    await first(config, path, () => kv.until("tree.good.xxh64"));
    for (let n = 0; n < starts; n++) measured.push([await first(config, path), await first(constant, path)]);
  } finally {
    kv.close();
  }
  return { millis: median(measured.map(([ours]) => ours)), ratio: median(measured.map(([ours, theirs]) => ours / theirs)) };
}

/** CPU of the Worker's thread for the first request of a fresh process, in milliseconds. */
async function first(config, path, afterwards = () => {}) {
  const worker = await serve(config);
  try {
    const before = worker.ownCpuMicros();
    await redirect(worker.url, path);
    const spent = (worker.ownCpuMicros() - before) / 1000;
    await afterwards();
    return spent;
  } finally {
    await worker.stop();
  }
}

/** A KV namespace as workerd calls it, with these values. */
async function openKv(values) {
  const stored = new Map(Object.entries(values));
  const server = http.createServer(async (request, response) => {
    const key = decodeURIComponent(new URL(request.url, "http://kv").pathname.slice(1));
    const body = await buffer(request);
    if (request.method === "PUT") stored.set(key, body);
    const isMissing = request.method === "GET" && !stored.has(key);
    response.writeHead(isMissing ? 404 : 200).end(request.method === "GET" ? stored.get(key) : "");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  const until = async (key) => {
    const end = performance.now() + 10_000;
    while (!stored.has(key)) {
      if (performance.now() > end) throw new Error(`nothing is written to ${key}`);
      await setTimeout(20);
    }
  };
  return { port, until, close: () => (server.closeAllConnections(), server.close()) };
}
