// `signpost verify` for tests: the settings it is given, its report, and servers of one answer.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import path from "node:path";
import { after } from "node:test";
import { scratch } from "./clients.js";
import { signpost } from "./guarded.js";

/** Writes a wrangler.toml with these rules; `more` is TOML in front, `vars` are further settings. */
export function configOf(rules, more = "workers_dev = false\n", vars = {}) {
  const file = path.join(scratch(), "wrangler.toml");
  const bindings = `
[[kv_namespaces]]
binding = "KV"
[[durable_objects.bindings]]
name = "QUOTA"
[[durable_objects.bindings]]
name = "ACCOUNTS"
[[ratelimits]]
name = "GUESSES"
[[ratelimits]]
name = "SITE_RATE"
`;
  const settings = Object.entries({ RULES: rules, ...vars })
    .map(([name, value]) => `${name} = '''${JSON.stringify(value)}'''\n`);
  writeFileSync(file, `name = "signpost"\n${more}\n[vars]\n${settings.join("")}${bindings}`);
  return file;
}

/** Connects the CDN's host to this port. */
export const led = (port, host = "vip.123pan.cn:80") => ["--resolve", `${host}:127.0.0.1:${port}`];

/**
 * Verifies a site: `{ status, rows, report, stdout, stderr }`. `config` is a wrangler.toml or null, `cdnPort` where the
 * CDN's host is led to.
 */
export async function verifySite(site, args, { config, cdnPort, env }) {
  const settings = config === null ? [] : ["--config", config];
  const all = ["verify", site.url, "--json", ...settings, ...led(cdnPort), ...args];
  const { status, stdout, stderr } = await signpost(all, { env });
  assert.ok(status === 0 || status === 1, `${status}: ${stderr}`);
  const report = JSON.parse(stdout);
  return { status, rows: report.rows, report, stdout, stderr };
}

/** The rows with this outcome, `check subject: detail` each. */
export const told = (rows, outcome) => rows.filter((row) => row.outcome === outcome)
  .map(({ check, subject, detail }) => `${check} ${subject}: ${detail}`);
export const bad = (rows) => [...told(rows, "leak"), ...told(rows, "failed")];
export const find = (rows, check, subject) => rows.find((row) => row.check === check && row.subject === subject);

/** A server on loopback that answers all alike. */
export async function serve(answer, { tls } = {}) {
  const server = tls ? https.createServer(tls, answer) : http.createServer(answer);
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  after(() => { server.closeAllConnections(); server.close(); });
  return server.address().port;
}

/** A port of loopback at which nobody listens. */
export async function deadPort() {
  const server = http.createServer();
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  const { port } = server.address();
  await new Promise((resolve) => { server.close(resolve); });
  return port;
}
