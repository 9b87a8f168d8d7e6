// Shared helpers of tests of rules, logins and share links: keys, visitors, and links of the command line.
import { execFileSync, spawnSync } from "node:child_process";
import http from "node:http";
import path from "node:path";
import { after } from "node:test";
import { run, scratch } from "./clients.js";
import { KEY, UID, treeOf } from "./library.js";
import { openSite } from "./site.js";
import { ROOT } from "./worker.js";

export const KEYS = "e2e-key-one-0123456789abcdefghijklmnop";
export const OTHER_KEYS = "e2e-key-two-0123456789abcdefghijklmnop";
export const API_TOKEN = "e2e-api-token-0123456789abcdefghijklmnop";

/** A limit of password attempts that tests about something else never reach. */
export const PATIENT = { GUESSES: { limit: 1_000_000 } };

/** The file of a guarded tree: its path, its size, and the same path at the CDN. */
export function entry(file, size = 100) {
  const cdnPath = `/${UID}${file}`;
  return { path: file, cdnPath, size, modified: 1_687_269_600, url: `http://vip.123pan.cn${encodeURI(cdnPath)}` };
}

/** The secrets of a site with these files; one that is undefined is left out. */
export function secretsOf(files, secrets = {}) {
  const all = { URL_TREE: treeOf(files), PRIVATE_KEY: KEY, UID, SITE_KEYS: KEYS, API_TOKEN, ...secrets };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** A site with these files and rules, signed, with keys and the API's token. */
export function openGuarded(files, rules, { secrets = {}, vars = {}, ...options } = {}) {
  return openSite({
    ratelimits: PATIENT,
    ...options,
    vars: { RULES: rules, ...vars },
    secrets: secretsOf(files, secrets),
  });
}

export const basic = (password) => ({ authorization: `Basic ${Buffer.from(`any:${password}`).toString("base64")}` });
export const from = (address) => ({ "cf-connecting-ip": address });
export const html = { accept: "text/html,application/xhtml+xml" };
export const bearer = { authorization: `Bearer ${API_TOKEN}` };

/** The header from which workerd takes `request.cf`. */
export const cf = (properties) => ({ "mf-cf-blob": JSON.stringify(properties) });

/** Sends the login form as a browser does. */
export function logIn(site, back, password, headers = {}) {
  const body = new URLSearchParams({ back, password }).toString();
  const sent = { "content-type": "application/x-www-form-urlencoded", ...html, ...headers };
  return site.request("/-/login",
    { method: "POST", headers: { ...sent, "content-length": Buffer.byteLength(body) }, body });
}

/** `name=value` of the cookie that an answer sets. */
export function cookieOf(answer) {
  return answer.headers["set-cookie"]?.[0].split(";")[0];
}

/** One call of the API for share links: `{ status, json }`. */
export async function api(site, method, { id, body, headers = bearer } = {}) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const answer = await site.request(`/-/api/links${id === undefined ? "" : `/${id}`}`, {
    method, headers: { ...headers, ...(text && { "content-length": Buffer.byteLength(text) }) }, body: text,
  });
  return { ...answer, json: answer.text ? JSON.parse(answer.text) : undefined };
}

/** A share link made by the API, its path alone. */
export async function shared(site, scope, terms = {}) {
  const { status, json, text } = await api(site, "POST", { body: { path: scope, ...terms } });
  if (status !== 201) throw new Error(`${status}: ${text}`);
  return { ...json, path: new URL(json.url).pathname };
}

let building;

/** The path of the command line, which is built once. */
export function signpostProgram() {
  building ??= build();
  return building();
}

/** Runs the command line: `{ status, stdout, stderr }`. */
export function signpost(args, { env = {}, input } = {}) {
  const program = signpostProgram();
  if (input === undefined) return run(program, args, { cwd: scratch(), env });
  return execFileSync(program, args, { input, encoding: "utf8", env: { PATH: process.env.PATH } });
}

/** The standard output of the command line as bytes. */
export function signpostBytes(args, input) {
  return execFileSync(signpostProgram(), args, { input, env: { PATH: process.env.PATH }, maxBuffer: 32 << 20 });
}

/**
 * Builds the command line, and returns its path; a failed build is not tried again. With the example, as the native
 * tests have it: alone it would be compiled anew, with fewer features of its dependencies.
 */
function build() {
  const options = { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] };
  const targets = ["--bin", "signpost", "--example", "fake_vendor"];
  const { status } = spawnSync("cargo", ["build", "--quiet", "--locked", ...targets], options);
  const program = path.resolve(ROOT, process.env.CARGO_TARGET_DIR ?? "target", "debug", "signpost");
  return () => {
    if (status !== 0) throw new Error("the command line does not build");
    return program;
  };
}

/** A share link made by the command line, its path alone. */
export async function linked(scope, args = [], keys = KEYS) {
  const site = ["--site", "http://site.example", "--json"];
  const { status, stdout, stderr } = await signpost(["link", scope, ...site, ...args], { env: { SITE_KEYS: keys } });
  if (status !== 0) throw new Error(stderr);
  const made = JSON.parse(stdout);
  return { ...made, path: new URL(made.url).pathname };
}

/**
 * Runs a test of a limit whose windows of `seconds` are in step with the clock. If it fails while a new window begins,
 * it runs again. `act` gets the number of the run, for fresh counters in each.
 */
export async function steady(seconds, act) {
  const window = () => Math.floor(Date.now() / 1000 / seconds);
  const before = window();
  try {
    return await act(0);
  } catch (error) {
    if (window() === before) throw error;
    return act(1);
  }
}

/** Serves pages of another site at a host name of their own; `pages` maps paths to HTML. */
export async function openPages(pages) {
  const server = http.createServer((request, response) => {
    const page = pages[request.url.split("?")[0]];
    response.writeHead(page === undefined ? 404 : 200, { "Content-Type": "text/html" }).end(page);
  });
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  after(() => { server.closeAllConnections(); server.close(); });
  return { port: server.address().port };
}
