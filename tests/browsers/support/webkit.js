// WebKitGTK's MiniBrowser, driven by WebDriver (w3.org/TR/webdriver2) over HTTP, with the fake CDN as its proxy.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { scratch } from "../../e2e/support/clients.js";
import { freePort } from "../../e2e/support/free_port.js";
import { Browser, endWithTests } from "./browser.js";

/** A machine under load takes long to start the engine. */
const PATIENCE_MS = 120_000;

/** Starts WebKit on a display of its own, and ends both after the test file. */
export async function openWebKit(cdn) {
  const home = scratch();
  const port = await freePort();
  const driver = spawn("WebKitWebDriver", [`--port=${port}`], {
    env: {
      PATH: process.env.PATH, HOME: home, LANG: "C.UTF-8", LANGUAGE: "en_US", XDG_RUNTIME_DIR: home,
      DISPLAY: await openDisplay(),
      // There is no graphics card, no file manager and no bus for screen readers.
      LIBGL_ALWAYS_SOFTWARE: "1", WEBKIT_DISABLE_COMPOSITING_MODE: "1", GIO_USE_VFS: "local", NO_AT_BRIDGE: "1",
    },
    stdio: "ignore",
  });
  driver.on("error", () => {});
  endWithTests(driver);
  const url = `http://127.0.0.1:${port}`;
  await listening(url, driver);
  const { sessionId } = await send("POST", `${url}/session`, {
    capabilities: {
      alwaysMatch: {
        proxy: { proxyType: "manual", httpProxy: `127.0.0.1:${cdn.port}`, noProxy: ["127.0.0.1", "localhost"] },
        timeouts: { script: PATIENCE_MS, pageLoad: PATIENCE_MS },
      },
    },
  });
  const browser = new WebKit(`${url}/session/${sessionId}`);
  after(() => browser.close());
  return browser;
}

/** Starts a display that nobody sees; returns its name. */
async function openDisplay() {
  const server = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const failed = once(server, "error").then(() => { throw new Error("Xvfb is not installed"); });
  endWithTests(server);
  const [number] = await Promise.race([once(server.stdio[3], "data"), failed]);
  return `:${String(number).trim()}`;
}

async function listening(url, driver) {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    if (driver.pid === undefined) throw new Error("WebKitWebDriver is not installed");
    const answer = await fetch(`${url}/status`).catch(() => null);
    if (answer?.ok) return;
    if (performance.now() > end) throw new Error("WebKitWebDriver does not answer");
    await wait(100);
  }
}

async function send(method, url, body) {
  const answer = await fetch(url, { method, body: body && JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE_MS) });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

class WebKit extends Browser {
  name = "WebKit";
  #session;

  constructor(session) {
    super();
    this.#session = session;
  }

  async goto(url) {
    await send("POST", `${this.#session}/url`, { url });
  }

  async call(source, argument) {
    const script = `const done = arguments[1]; (${source})(arguments[0]).then((text) => done({ text }), (error) => done({ error: String(error) }));`;
    const { text, error } = await send("POST", `${this.#session}/execute/async`, { script, args: [argument] });
    if (error) throw new Error(error);
    return text;
  }

  async perform(actions) {
    await send("POST", `${this.#session}/actions`, { actions });
  }

  async close() {
    await send("DELETE", this.#session).catch(() => {});
  }
}
