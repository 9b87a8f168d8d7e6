// Firefox, driven by WebDriver BiDi (w3.org/TR/webdriver-bidi) over a WebSocket, with the fake CDN as its proxy.
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after } from "node:test";
import { scratch } from "../../e2e/support/clients.js";
import { Browser, endWithTests } from "./browser.js";

const PATIENCE_MS = 60_000;

/** Starts Firefox, and ends it after the test file. */
export async function openFirefox(cdn) {
  const home = scratch();
  await writeFile(path.join(home, "user.js"), preferences({
    // Hosts of the CDN lead to the fake one. Loopback is never proxied.
    "network.proxy.type": 1, "network.proxy.http": "127.0.0.1", "network.proxy.http_port": cdn.port,
    // As Firefox is set up, but for its own requests, its questions, and where downloads go.
    "browser.download.folderList": 2, "browser.download.dir": home,
    "browser.download.alwaysOpenPanel": false, "browser.shell.checkDefaultBrowser": false,
    "app.update.disabledForTesting": true, "app.normandy.enabled": false, "services.settings.server": "data:,",
    "datareporting.policy.dataSubmissionEnabled": false, "browser.safebrowsing.downloads.enabled": false,
    "network.captive-portal-service.enabled": false, "network.connectivity-service.enabled": false,
    "intl.locale.requested": "en-US", "intl.accept_languages": "en-US",
  }));
  const program = spawn("firefox-esr", ["--headless", "--no-remote", "--profile", home, "--remote-debugging-port", "0"], {
    env: { PATH: process.env.PATH, HOME: home, LANG: "C.UTF-8" }, stdio: ["ignore", "ignore", "pipe"],
  });
  endWithTests(program);
  const connection = await Connection.open(await endpointOf(program));
  await connection.send("session.new", { capabilities: { alwaysMatch: {} } });
  const { contexts: [{ context }] } = await connection.send("browsingContext.getTree", { maxDepth: 0 });
  return new Firefox(connection, context, home);
}

function preferences(values) {
  return Object.entries(values).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join("");
}

/** The WebSocket's URL, which Firefox prints once it listens. */
function endpointOf(program) {
  return new Promise((resolve, reject) => {
    let printed = "";
    program.on("error", () => reject(new Error("firefox-esr is not installed")));
    program.on("exit", (status) => reject(new Error(`Firefox ended with ${status}: ${printed}`)));
    program.stderr.setEncoding("utf8").on("data", (text) => {
      printed += text;
      const found = /WebDriver BiDi listening on (ws:\S+)/.exec(printed);
      if (found) resolve(`${found[1]}/session`);
    });
  });
}

/** A connection: commands in flight by their ids. */
class Connection {
  #socket;
  #waiting = new Map();
  #last = 0;

  static open(url) {
    const connection = new Connection();
    const socket = new WebSocket(url);
    connection.#socket = socket;
    socket.onmessage = ({ data }) => connection.#receive(JSON.parse(data));
    after(() => socket.close());
    return new Promise((resolve, reject) => {
      socket.onopen = () => resolve(connection);
      socket.onerror = () => reject(new Error(`no connection to ${url}`));
    });
  }

  send(method, params) {
    this.#last += 1;
    const id = this.#last;
    const { promise, resolve, reject } = Promise.withResolvers();
    const timer = setTimeout(() => reject(new Error(`no answer to ${method}`)), PATIENCE_MS);
    this.#waiting.set(id, { resolve, reject, timer });
    this.#socket.send(JSON.stringify({ id, method, params }));
    return promise;
  }

  #receive({ id, type, result, error, message }) {
    const command = this.#waiting.get(id);
    if (!command) return;
    this.#waiting.delete(id);
    clearTimeout(command.timer);
    if (type === "error") command.reject(new Error(`${error}: ${message}`));
    else command.resolve(result);
  }
}

class Firefox extends Browser {
  name = "Firefox";
  #connection;
  #context;

  constructor(connection, context, downloads) {
    super();
    this.#connection = connection;
    this.#context = context;
    /** The folder of downloads. */
    this.downloads = downloads;
  }

  async goto(url) {
    await this.#connection.send("browsingContext.navigate", { context: this.#context, url, wait: "complete" });
  }

  async call(source, argument) {
    const { type, result, exceptionDetails } = await this.#connection.send("script.callFunction", {
      functionDeclaration: source, arguments: [{ type: "string", value: argument }], awaitPromise: true,
      target: { context: this.#context }, userActivation: true,
    });
    if (type === "exception") throw new Error(exceptionDetails.text);
    return result.value;
  }

  async perform(actions) {
    await this.#connection.send("input.performActions", { context: this.#context, actions });
  }
}
