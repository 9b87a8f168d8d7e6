// Measures what a large folder costs: its pages, lists, feeds and shortcuts, and search in a large tree. Each row is a
// ratio to the constant Worker's CPU per request; the free plan's 10 ms are about 120 times that.
import http from "node:http";
import { buffer } from "node:stream/consumers";
import { folders } from "./pages.js";
import { sample, UID } from "./sample.js";
import { atMost, median, report } from "./table.js";
import { serve } from "./workerd.js";

const HTML = "text/html,application/xhtml+xml,*/*;q=0.8";
const ROUNDS = 5;
const REQUESTS = 12;
const STARTS = 5;
const SEARCHED_FILES = 34_000;

/** What rclone and most clients of WebDAV ask of a folder: all properties, of its entries too. */
const PROPFIND = { method: "PROPFIND", headers: { depth: "1" } };

/**
 * The requests that are measured: `[what, path, how, the most times the constant Worker's CPU]`. `how` is the header
 * `Accept` of a GET, or the method and the headers.
 */
const FOLDER = [
  ["a folder of 10,000, page", "/10000/", HTML, 120],
  ["  its last page", "/10000/?page=10", HTML, 120],
  ["  sorted by size", "/10000/?sort=size&order=desc", HTML, 120],
  ["  filtered", "/10000/?filter=77", HTML, 120],
  ["  JSON", "/10000/?format=json", "application/json", 120],
  ["  the whole list, for tools", "/10000/", "*/*", 300],
  ["  m3u8", "/10000/?format=m3u8", "*/*", 300],
  ["  strm", "/10000/?format=strm", "*/*", 300],
  ["  aria2", "/10000/?format=aria2", "*/*", 300],
  ["  metalink", "/10000/?format=metalink", "*/*", 300],
  ["  wget", "/10000/?format=wget", "*/*", 300],
  ["  RSS", "/10000/?format=rss", "*/*", 300],
  ["  Atom", "/10000/?format=atom", "*/*", 300],
  ["  OPDS, of 10,000 books", "/books/?format=opds", "*/*", 40],
  ["  PROPFIND", "/dav/10000/", PROPFIND, 300],
  ["  PROPFIND of 100", "/dav/100/", PROPFIND, 300],
  ["  PROPFIND, films as .strm", "/dav-strm/10000/", PROPFIND, 300],
  ["  AList's list", "/api/fs/list?path=/10000", "*/*", 120],
  ["  AList's list of 100", "/api/fs/list?path=/100", "*/*", 20],
  ["  ?view of a file in it", `/10000/${encodeURIComponent("第4001集 海边的下午.mp4")}?view`, HTML, 40],
  ["  ~latest", "/~latest/10000/*.mp4", "*/*", 40],
  ["  ~random", "/~random/10000/?type=video", "*/*", 40],
];
const SEARCH = [
  [`search in ${SEARCHED_FILES.toLocaleString("en")} files, a word`, "/?search=track", "application/json", 120],
  ["  two words", "/?search=show%20x264", "application/json", 120],
  ["  pinyin", "/?search=gyzz", "application/json", 120],
  ["  Chinese", `/?search=${encodeURIComponent("国语中字")}`, "application/json", 120],
  ["  nothing", "/?search=qqqq", "application/json", 120],
];

/** The trees whose sites are measured. */
export const trees = () => ({ folder: `${folders()}${books()}`, search: sample(SEARCHED_FILES).text });

function books() {
  const lines = Array.from({ length: 10_000 }, (_, n) => `  ${n + 1}:https://vip.123pan.cn/${UID}/b/Book%20${n}.epub\n`);
  return `books:\n${lines.join("")}`;
}

/** Runs the benchmarks with the Workers' configurations, and returns the table's rows. */
export async function large({ folder, search, constant }) {
  const rows = [];
  for (const [config, cases] of [[folder, FOLDER], [search, SEARCH]]) {
    rows.push(...(await warm(config, constant, cases)));
  }
  return rows;
}

async function warm(config, constant, cases) {
  const [ours, theirs] = [await serve(config), await serve(constant)];
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const rows = [];
  try {
    for (const [what, path, how, most] of cases) {
      const answer = await ask(agent, ours, path, how);
      if (answer.status >= 400) throw new Error(`${path}: ${answer.status}`);
      const measured = [];
      for (let round = 0; round < ROUNDS; round++) {
        measured.push([
          await cpu(agent, ours, path, how, REQUESTS),
          await cpu(agent, theirs, "/", "*/*", 10 * REQUESTS),
        ]);
      }
      const [own, ratio] = [median(measured.map(([own]) => own)), median(measured.map(([own, other]) => own / other))];
      rows.push(atMost(`${what} ÷ a constant 302`, ratio, "", most));
      rows.push(report("    CPU", own / 1000, "ms"));
      rows.push(report("    the same, first in its isolate", await cold(config, path, how), "ms"));
    }
  } finally {
    agent.destroy();
    await Promise.all([ours.stop(), theirs.stop()]);
  }
  return rows;
}

/** CPU of the Worker's thread for the first request of a fresh process, in milliseconds. */
async function cold(config, path, how) {
  const measured = [];
  for (let n = 0; n < STARTS; n++) {
    const worker = await serve(config);
    try {
      const before = worker.ownCpuMicros();
      await ask(undefined, worker, path, how);
      measured.push((worker.ownCpuMicros() - before) / 1000);
    } finally {
      await worker.stop();
    }
  }
  return median(measured);
}

/** CPU time per request, in microseconds. */
async function cpu(agent, worker, path, how, requests) {
  const before = worker.cpuMicros();
  for (let n = 0; n < requests; n++) await ask(agent, worker, path, how);
  return (worker.cpuMicros() - before) / requests;
}

function ask(agent, worker, path, how) {
  const { method, headers } = typeof how === "string" ? { method: "GET", headers: { accept: how } } : how;
  return new Promise((resolve, reject) => {
    const options = { agent, method, headers: { ...headers, "accept-language": "zh-CN" } };
    const request = http.request(`${worker.url}${path}`, options, (response) => {
      buffer(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    request.on("error", reject);
    request.end();
  });
}
