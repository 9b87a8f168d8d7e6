// Kodi on a display that nobody sees, told by JSON-RPC (kodi.wiki/view/JSON-RPC_API) what to open.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { scratch } from "../../e2e/support/clients.js";
import { freePort } from "../../e2e/support/free_port.js";

const PATIENCE_MS = 60_000;
const LOGIN = { user: "test", password: "in-front-of-the-remote-control" };

/** Starts Kodi with these addresses as its sources, and ends it after the test file. */
export async function openKodi(sources) {
  const home = scratch();
  const port = await freePort();
  writeSettings(path.join(home, ".kodi/userdata"), port, sources);
  const display = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "640x480x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const [number] = await once(display.stdio[3], "data");
  const kodi = spawn(program(), ["--standalone"], {
    env: {
      PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: home, LANG: "C.UTF-8",
      DISPLAY: `:${String(number).trim()}`, LIBGL_ALWAYS_SOFTWARE: "1",
    },
    stdio: "ignore",
  });
  after(async () => {
    const ended = once(kodi, "exit");
    if (kodi.kill("SIGKILL")) await ended;
    display.kill();
  });
  const remote = new Kodi(port);
  await remote.started(kodi);
  return remote;
}

/** The program itself, without the script around it that starts it anew after a crash. */
function program() {
  const folders = readdirSync("/usr/lib").map((name) => `/usr/lib/${name}/kodi`);
  const found = folders.find((folder) => {
    try {
      return readdirSync(folder).includes("kodi.bin");
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error("kodi is not installed");
  return path.join(found, "kodi.bin");
}

function writeSettings(userdata, port, sources) {
  mkdirSync(userdata, { recursive: true });
  const settings = {
    "services.webserver": true, "services.webserverport": port, "services.webserverauthentication": true,
    "services.webserverusername": LOGIN.user, "services.webserverpassword": LOGIN.password,
  };
  const rows = Object.entries(settings).map(([id, value]) => `<setting id="${id}">${value}</setting>`);
  writeFileSync(path.join(userdata, "guisettings.xml"), `<settings version="2">${rows.join("")}</settings>`);
  const paths = sources.map((source, at) => `<source><name>${at}</name><path pathversion="1">${source}</path></source>`);
  writeFileSync(path.join(userdata, "sources.xml"), `<sources><video>${paths.join("")}</video></sources>`);
}

class Kodi {
  #url;

  constructor(port) {
    this.#url = `http://127.0.0.1:${port}`;
  }

  async started(program) {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      if (program.exitCode !== null || performance.now() > end) throw new Error("Kodi does not start");
      if (await this.call("JSONRPC.Ping").then((pong) => pong === "pong", () => false)) return;
      await wait(50);
    }
  }

  async version() {
    const { version } = await this.call("Application.GetProperties", { properties: ["version"] });
    return `${version.major}.${version.minor}`;
  }

  /** The result of a call; an error is thrown. */
  async call(method, params = {}) {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const headers = { "Content-Type": "application/json", ...this.#authorization() };
    const { result, error } = await (await this.#fetch("/jsonrpc", { method: "POST", headers, body })).json();
    if (error) throw new Error(error.message);
    return result;
  }

  /** What a folder of an address has: `{ file, filetype, label }` each. */
  async list(address) {
    return (await this.call("Files.GetDirectory", { directory: address })).files ?? [];
  }

  /** The bytes of a file, read by Kodi. */
  async read(address) {
    const answer = await this.#fetch(`/vfs/${encodeURIComponent(address)}`, { headers: this.#authorization() });
    return answer.ok ? Buffer.from(await answer.arrayBuffer()) : undefined;
  }

  /** Plays a file to its end. */
  async play(address) {
    await this.call("Player.Open", { item: { file: address } });
    const isPlaying = async () => (await this.call("Player.GetActivePlayers")).length > 0;
    for (const wanted of [true, false]) {
      const end = performance.now() + PATIENCE_MS;
      while ((await isPlaying()) !== wanted) {
        if (performance.now() > end) throw new Error(`Kodi ${wanted ? "does not play" : "still plays"} ${address}`);
        await wait(20);
      }
    }
  }

  #authorization() {
    return { Authorization: `Basic ${Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString("base64")}` };
  }

  #fetch(target, options) {
    return fetch(this.#url + target, { ...options, signal: AbortSignal.timeout(PATIENCE_MS) });
  }
}
