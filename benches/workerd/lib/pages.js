// Measures folder pages: CPU per page, in turn with the constant Worker, and the size of a page in bytes.
import http from "node:http";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { PRIVATE_KEY, UID } from "./sample.js";
import { median, report } from "./table.js";
import { serve } from "./workerd.js";

const FOLDERS = [100, 10_000];
const ROUNDS = 5;
/** Pages per round by the number of rows: enough for a measurement, in about a second. */
const PAGES = { 100: 200, 10_000: 20 };

/** A tree with a folder of each size: names as people have them, half of them Chinese. */
export function folders() {
  const folder = (rows) => {
    const lines = Array.from({ length: rows }, (_, n) => {
      const name = n % 2 === 0 ? `Holiday pictures ${n}.jpg` : `第${n}集 海边的下午.mp4`;
      const [size, modified] = [1_000_000 + n * 7_919, 1_700_000_000 + n * 3_600];
      return `  ${size}:${modified}:https://vip.123pan.cn/${UID}/${rows}/${encodeURIComponent(name)}\n`;
    });
    return `${rows}:\n${lines.join("")}`;
  };
  return FOLDERS.map(folder).join("");
}

/** The bindings of the site that is measured. */
export const bindings = () => ({ URL_TREE: folders(), PRIVATE_KEY, UID });

/** Runs the benchmarks of pages with the two Workers' configurations, and returns the table's rows. */
export async function pages({ site, constant }) {
  const [ours, theirs] = [await serve(site), await serve(constant)];
  try {
    const rows = [];
    for (const count of FOLDERS) rows.push(...(await page(ours, theirs, count)));
    return rows;
  } finally {
    await Promise.all([ours.stop(), theirs.stop()]);
  }
}

async function page(ours, theirs, count) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const html = await get(agent, `${ours.url}/${count}/`);
  if (!html.includes("</table>")) throw new Error(`/${count}/ is no folder's page`);
  const measured = [];
  for (let round = 0; round < ROUNDS; round++) {
    measured.push([await cpu(agent, ours, count), await cpu(agent, theirs, count)]);
  }
  agent.destroy();
  const [micros, ratio] = [median(measured.map(([own]) => own)), median(measured.map(([own, other]) => own / other))];
  return [
    report(`a folder's page of ${count} rows, CPU`, micros / 1000, "ms"),
    report("  ÷ the constant Worker's answer", ratio, ""),
    report("  bytes", html.length, ""),
    report("  bytes, gzipped", gzipSync(html, { level: 6 }).length, ""),
  ];
}

/** CPU time per request, in microseconds. */
async function cpu(agent, worker, count) {
  const before = worker.cpuMicros();
  for (let n = 0; n < PAGES[count]; n++) await get(agent, `${worker.url}/${count}/`);
  return (worker.cpuMicros() - before) / PAGES[count];
}

function get(agent, url) {
  return new Promise((resolve, reject) => {
    const headers = { accept: "text/html", "accept-language": "zh-CN" };
    http.get(url, { agent, headers }, (response) => resolve(buffer(response))).on("error", reject);
  });
}
