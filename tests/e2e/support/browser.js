// Chromium, with the CDN's host names mapped to the fake CDN.
import { execFileSync } from "node:child_process";
import { after } from "node:test";
import { chromium } from "playwright-core";

const PATIENCE_MS = 15_000;

/**
 * Starts Chromium, and closes it after the test file. `names` maps further hosts to ports of this machine.
 */
export async function openBrowser(cdn, names = {}) {
  const led = { "vip.123pan.cn": cdn.port, ...names };
  const rules = Object.entries(led).map(([host, port]) => `MAP ${host}:80 127.0.0.1:${port}`);
  const browser = await chromium.launch({
    executablePath: installed(),
    timeout: 30_000,
    // Without Playwright's own user agent: a desktop's, which headless Chromium does not have.
    env: { PATH: process.env.PATH, HOME: process.env.HOME ?? "/", LANG: "C.UTF-8" },
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
      "--disable-background-networking", "--disable-component-update", "--no-proxy-server",
      // The tests' URLs are http: trying https first would only lengthen the run.
      "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
      `--host-resolver-rules=${rules.join(",")}`,
    ],
  });
  after(() => browser.close());
  return browser;
}

/** Opens a page: `{ page, complaints }`, with the warnings and errors of its console, CSP violations included. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext(options);
  after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints = [];
  page.on("console", (message) => {
    const asked = message.location().url;
    if (asked.endsWith("/favicon.ico")) return;
    if (["error", "warning"].includes(message.type())) complaints.push(`${message.text()} (${asked})`);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return { page, complaints };
}

/** Debian calls it chromium, other systems chromium-browser or google-chrome. */
function installed() {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      return execFileSync("which", [name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    } catch {
      // Not installed under this name.
    }
  }
  throw new Error("chromium is not installed");
}
