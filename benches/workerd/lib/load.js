// Generates load with wrk, and measures a round of it.
import { once } from "node:events";
import { spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";
import path from "node:path";
import { pinned, ROOT, start } from "./workerd.js";

const SCRIPT = path.join(ROOT, "benches/workerd/load.lua");
const CONNECTIONS = 12;

/** Throws if there is no wrk on this machine. */
export function needWrk() {
  if (spawnSync("wrk", ["--version"]).error) {
    throw new Error("wrk is missing, which makes the load. On Debian: sudo apt-get install -y wrk");
  }
}

/** Measures one round against a Worker: `{ cpuMicros, perSecond, p99Micros }`, `cpuMicros` per request. */
export async function round(worker, { pathsFile, seconds }) {
  const before = worker.cpuMicros();
  const { requests, micros, p99, refused, broken } = await wrk(worker.url, pathsFile, seconds);
  const cpu = worker.cpuMicros() - before;
  if (refused > 0 || broken > 0) {
    throw new Error(`${refused} requests were refused and ${broken} broke, of ${requests}`);
  }
  return { cpuMicros: cpu / requests, perSecond: (requests / micros) * 1e6, p99Micros: p99 };
}

async function wrk(url, pathsFile, seconds) {
  const options = ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "-s", SCRIPT, url, "--", pathsFile];
  const [command, args] = pinned("client", "wrk", ...options);
  const child = start(command, args, {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: (seconds + 20) * 1000,
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  const figures = output.match(/^\{.*\}$/m);
  if (code !== 0 || figures === null) throw new Error(`wrk ended with ${code}:\n${output}`);
  return JSON.parse(figures[0]);
}
