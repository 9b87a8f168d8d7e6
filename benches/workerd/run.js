// Measures the Worker against two others of this repository, on plain workerd, and prints one table, with
// the results of the native `cargo bench` first. Everything goes to target/bench/results.json.
//
//   node benches/workerd/run.js [--rounds 15] [--seconds 3] [--starts 15]
import { mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { redirect, verify } from "./lib/client.js";
import { needWrk, round } from "./lib/load.js";
import { kvTree } from "./lib/kv_tree.js";
import { large, trees } from "./lib/large.js";
import { PRIVATE_KEY, sample, UID } from "./lib/sample.js";
import { mounts } from "./lib/mounts.js";
import { bindings as ofPages, pages } from "./lib/pages.js";
import { atLeast, atMost, median, print, report } from "./lib/table.js";
import { configure, ROOT, serve } from "./lib/workerd.js";
import { signpost } from "../../tests/e2e/support/guarded.js";

const FILES = 10_000;
const WARM_SECONDS = 2;
const BUILT = ["index", "pages"].flatMap((name) => [`build/${name}.js`, `build/${name}_bg.wasm`]);
const OUT = path.join(ROOT, "target/bench");

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    seconds: { type: "string", default: "3" },
    starts: { type: "string", default: "15" },
  },
});
const [rounds, seconds, starts] = [options.rounds, options.seconds, options.starts].map(Number);

needWrk();
const { text, paths } = sample(FILES);
const configs = await describe();
const pagesConfig = await configure({ modules: modules(), bindings: ofPages() });
const load = await underLoad();
const fresh = await freshStarts();
const drawn = await pages({ site: pagesConfig, constant: configs.constant });
const heavy = await large({ ...(await largeConfigs()), constant: configs.constant });
const fromKv = await kvTree({ modules: modules(), text, path: paths[0], constant: configs.constant, starts });
const listings = await mounts();
const rows = [
  ...(await nativeRows()),
  ...load.rows,
  ...fresh.rows,
  ...drawn,
  ...heavy,
  ...fromKv,
  ...listings,
  ...(await wasmSize()),
];
print(rows);
await mkdir(OUT, { recursive: true });
const results = { machine: machine(), rows, rounds: load.rounds, starts: fresh.starts };
await writeFile(path.join(OUT, "results.json"), `${JSON.stringify(results, null, 2)}\n`);

/** The Worker's modules as `[name, file]` pairs, the entry first. */
function modules() {
  return ["src/entry.js", ...BUILT].map((name) => [name, path.join(ROOT, name)]);
}

/** The bindings of a packed tree: as plain text it would take more secrets than a Worker may have. */
function bindings(tree) {
  return { ...JSON.parse(signpost(["pack", "--compress", "-"], { input: tree })), PRIVATE_KEY, UID };
}

/** The configurations of the sites with a large folder and with many files. */
async function largeConfigs() {
  const { folder, search } = trees();
  return {
    folder: await configure({ modules: modules(), bindings: { URL_TREE: folder, PRIVATE_KEY, UID } }),
    search: await configure({ modules: modules(), bindings: { URL_TREE: search, PRIVATE_KEY, UID } }),
  };
}

/** The configuration of each Worker by name. */
async function describe() {
  const ours = modules();
  const packed = await configure({ modules: ours, bindings: bindings(text) });

  // The constant Worker's Location is one of this site's, of median length.
  const worker = await serve(packed);
  const middle = median(paths.map((path) => path.length));
  const location = await redirect(worker.url, paths.find((path) => path.length === middle));
  await worker.stop();

  const theirs = (name) => [[name, path.join(ROOT, `benches/workerd/workers/${name}`)]];
  return {
    signpost: packed,
    rules: await configure({ modules: ours, bindings: withRules() }),
    constant: await configure({ modules: theirs("constant.js"), bindings: { LOCATION: location } }),
    straightforward: await configure({
      modules: theirs("straightforward.js"), bindings: { URL_TREE: text, PRIVATE_KEY, UID },
    }),
  };
}

/** The bindings of the tree with 50 rules, of which each request meets one: that of its upper folder. */
function withRules() {
  const upper = [...new Set(paths.map((path) => decodeURIComponent(path.split("/")[1])))];
  const locked = Array.from({ length: 50 - upper.length }, (_, n) => `Locked ${n}`);
  const more = locked.map((name) => `${name}:\n  https://vip.123pan.cn/${UID}/${encodeURIComponent(name)}.bin\n`);
  const rules = [
    ...upper.map((name) => ({ path: `/${name}`, valid_minutes: 45, title: name, hide: ["*.nfo"] })),
    ...locked.map((name) => ({ path: `/${name}`, access: "deny" })),
  ];
  return { ...bindings(`${text.trimEnd()}\n${more.join("")}`), RULES: JSON.stringify(rules) };
}

/**
 * CPU and requests per second of all Workers, in alternating rounds. Each round starts new processes: where
 * a process's memory happens to lie makes it some percent faster than the next for all its life.
 */
async function underLoad() {
  const scratch = await mkdtemp(path.join(tmpdir(), "signpost-bench-"));
  const pathsFile = path.join(scratch, "paths");
  await writeFile(pathsFile, `${paths.join("\n")}\n`);
  const names = Object.keys(configs);
  const measured = [];
  try {
    for (let n = 0; n < rounds; n++) {
      // The order alternates, so that it favours none.
      const order = names.map((_, k) => names[(n + k) % names.length]);
      measured.push(await freshRound(order, pathsFile));
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  const ratio = (field, other) => median(measured.map((by) => by.signpost[field] / by[other][field]));
  const own = (field, name) => median(measured.map((by) => by[name][field]));
  const each = Object.keys(configs).flatMap((name) => [
    report(`  CPU a request, ${name}`, own("cpuMicros", name), "µs"),
    report(`  requests a second, ${name}`, own("perSecond", name), ""),
  ]);
  return {
    rounds: measured,
    rows: [
      atMost("CPU a signed 302 ÷ a constant 302 in JavaScript", ratio("cpuMicros", "constant"), "", 1.2),
      atLeast("  requests a second ÷ the same", ratio("perSecond", "constant"), "", 0.85),
      atMost("CPU a signed 302 ÷ the same job in JavaScript", ratio("cpuMicros", "straightforward"), "", 0.8),
      report("  requests a second ÷ the same", ratio("perSecond", "straightforward"), ""),
      atMost("CPU with 50 rules, one of them matching ÷ without", 1 / ratio("cpuMicros", "rules"), "", 1.05),
      ...each,
    ],
  };
}

/** One round: new processes take turns every second, because the machine's speed varies by the second. */
async function freshRound(order, pathsFile) {
  const workers = [];
  try {
    for (const name of order) {
      const worker = await serve(configs[name]);
      workers.push({ name, worker, turns: [] });
      await check(name, worker.url);
      // A warm-up that is not counted: V8 compiles what runs often, while it runs.
      await round(worker, { pathsFile, seconds: WARM_SECONDS });
    }
    for (let second = 0; second < seconds; second++) {
      for (const { worker, turns } of workers) turns.push(await round(worker, { pathsFile, seconds: 1 }));
    }
    return Object.fromEntries(workers.map(({ name, turns }) => [name, mean(turns)]));
  } finally {
    await Promise.all(workers.map(({ worker }) => worker.stop()));
  }
}

/** The mean of several turns of a Worker. */
function mean(turns) {
  const of = (field) => turns.reduce((sum, turn) => sum + turn[field], 0) / turns.length;
  return { cpuMicros: of("cpuMicros"), perSecond: of("perSecond"), p99Micros: of("p99Micros") };
}

/** Throws unless a few responses are right, so that no broken Worker is measured. */
async function check(name, url) {
  for (let n = 0; n < 40; n++) {
    const location = await redirect(url, paths[n]);
    if (name !== "constant") verify(location);
  }
}

/** Cold starts: the time from the start of the process to the first 302, and the cost of that request. */
async function freshStarts() {
  const names = ["signpost", "constant"];
  const measured = [];
  for (let n = 0; n < starts; n++) {
    const figures = {};
    for (const name of n % 2 === 0 ? names : names.toReversed()) figures[name] = await freshStart(configs[name]);
    measured.push(figures);
  }
  const own = (field, name) => median(measured.map((by) => by[name][field]));
  const ratio = (field) => median(measured.map((by) => by.signpost[field] / by.constant[field]));
  return {
    starts: measured,
    rows: [
      atMost("CPU of the first 302 ÷ the constant Worker's", ratio("ownCpuMillis"), "", 4),
      report("fresh workerd to its first 302 ÷ the constant Worker's", ratio("millis"), ""),
      ...names.flatMap((name) => [
        report(`  spawn to first 302, ${name}`, own("millis", name), "ms"),
        report(`  CPU of the first request, ${name}`, own("ownCpuMillis", name), "ms"),
        report(`  the same with V8's compiler threads, ${name}`, own("cpuMillis", name), "ms"),
      ]),
    ],
  };
}

async function freshStart(config) {
  const start = performance.now();
  const worker = await serve(config);
  try {
    const [all, own] = [worker.cpuMicros(), worker.ownCpuMicros()];
    await redirect(worker.url, paths[0]);
    const millis = performance.now() - start;
    return {
      millis,
      cpuMillis: (worker.cpuMicros() - all) / 1000,
      ownCpuMillis: (worker.ownCpuMicros() - own) / 1000,
    };
  } finally {
    await worker.stop();
  }
}

async function wasmSize() {
  const wasm = await readFile(path.join(ROOT, "build/index_bg.wasm"));
  const pages = await readFile(path.join(ROOT, "build/pages_bg.wasm"));
  const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length / 1024;
  return [
    atMost("WASM, gzipped", gzipped(wasm), "KB", 600),
    report("  WASM as it is", wasm.length / 1024, "KB"),
    report("  the pages, loaded with the first of them, gzipped", gzipped(pages), "KB"),
  ];
}

/** The results of benches/native, if it has run. */
async function nativeRows() {
  try {
    return JSON.parse(await readFile(path.join(OUT, "native.json"), "utf8")).rows;
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    console.error("no native figures yet: cargo bench --bench native");
    return [];
  }
}

function machine() {
  return { cpu: cpus()[0]?.model, cores: availableParallelism(), node: process.version };
}
