// Finds the child process that listens at a port.
import { readFile, readdir, readlink } from "node:fs/promises";

const LISTENS = "0A";

/** The id of the child process that listens at a port of 127.0.0.1. */
export async function listenerAt(port) {
  const at = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const rows = (await readFile("/proc/net/tcp", "utf8")).split("\n").map((row) => row.trim().split(/\s+/));
  const row = rows.find(([, local, , state]) => local === at && state === LISTENS);
  if (row === undefined) throw new Error(`nobody listens at port ${port}`);
  for (const pid of await children()) {
    if ((await sockets(pid)).includes(`socket:[${row[9]}]`)) return pid;
  }
  throw new Error(`no child of this process listens at port ${port}`);
}

async function children() {
  const found = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    // After the name, which may contain any characters: the state, then the parent.
    const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
    if (Number(parent) === process.pid) found.push(Number(pid));
  }
  return found;
}

async function sockets(pid) {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  return Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => "")));
}
