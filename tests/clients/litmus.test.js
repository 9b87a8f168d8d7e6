// litmus, which tests servers for RFC 4918, as far as one goes that can't be written to. It insists on a folder of its own
// and on files in it: the front says that they were made, and the site has them. All else reaches the Worker.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { run, scratch } from "../e2e/support/clients.js";
import { LOGIN } from "../e2e/support/dav.js";
import { openClients } from "./support/clients.js";

const HTDOCS = "/usr/share/litmus/htdocs/";
/** What litmus writes into the files, and reads again. */
const TEXT = Buffer.from("This is\na test file.\nfor litmus\ntesting.\n");
const MADE = {
  res: TEXT, "res-€": TEXT, prop: await readFile(`${HTDOCS}foo`).catch(() => TEXT),
};

const pass = (...names) => names.map((name) => [name, "pass"]);
const skipped = (...names) => names.map((name) => [name, "SKIPPED"]);
/** A method that writes is answered with 405, before anything is looked up. */
const refused = (name, why = "405 Method Not Allowed") => [name, "FAIL", why];

/** What each suite says, in its order: a test that fails says why, and litmus skips those that build on it. */
const EXPECTED = {
  basic: [
    ...pass("init", "begin", "options", "put_get", "put_get_utf8_segment", "put_no_parent"),
    ...pass("mkcol_over_plain"), refused("delete"),
    ...pass("delete_null"),
    refused("delete_fragment", "could not create collection"), refused("mkcol"),
    ...skipped("mkcol_again", "delete_coll"),
    ...pass("mkcol_no_parent"),
    refused("mkcol_with_body", "MKCOL with weird body must fail with 415"),
    ...pass("finish"),
  ],
  props: [
    ...pass("init", "begin", "propfind_invalid", "propfind_invalid2", "propfind_d0", "propinit"),
    refused("propset"),
    ...skipped("propget"), ...pass("propextended"), ...skipped("propmove", "propget"),
    ...skipped("propdeletes", "propget", "propreplace", "propget", "propnullns", "propget", "prophighunicode", "propget"),
    ...skipped("propremoveset", "propget", "propsetremove", "propget", "propvalnspace"),
    ...pass("propwformed", "propinit"),
    refused("propmanyns"), refused("propget", "No value given for property"),
    ...pass("propcleanup", "finish"),
  ],
  http: pass("init", "begin", "expect100", "finish"),
};

/** What the front answers itself. */
function answer({ method, path }) {
  const [, name] = /^\/dav\/(?:locked\/)?litmus\/(.*)$/.exec(path) ?? [];
  if (name === "" && method === "DELETE") return { status: 404 };
  if (name === "" && method === "MKCOL") return { status: 201 };
  if (method === "PUT" && Object.hasOwn(MADE, decodeURIComponent(name ?? ""))) return { status: 201 };
  return undefined;
}

const media = Object.fromEntries(["", "/locked"].flatMap((at) => (
  Object.entries(MADE).map(([name, body]) => [`${at}/litmus/${name}`, body])
)));
const clients = await openClients({ rules: [{ path: "/", dav: "proxy" }], media }, answer);

/** How each test ended: `[outcome, why]`. After a warning litmus leaves the next test's name away. */
function outcomes(stdout) {
  const ends = stdout.replaceAll("\r", "\n").matchAll(/\.{2,} (pass|FAIL|SKIPPED)(?: \((.*)\))?$/gm);
  return [...ends].map(([, outcome, why = ""]) => [outcome, why]);
}

for (const [suite, expected] of Object.entries(EXPECTED)) {
  describe(`litmus ${suite}`, () => {
    for (const [where, login] of [["/", []], ["/locked/", [LOGIN.user, LOGIN.password]]]) {
      test(`at ${where} passes but for what would write`, async () => {
        const args = ["-d", HTDOCS, clients.address(where), ...login];
        const { stdout, stderr } = await run(`/usr/libexec/litmus/${suite}`, args, { cwd: scratch() });
        const found = outcomes(stdout);
        const ends = expected.map(([name], at) => [name, found[at]?.[0]]);
        assert.deepEqual(ends, expected.map(([name, outcome]) => [name, outcome]), stdout + stderr);
        assert.equal(found.length, expected.length, stdout);
        for (const [at, [name, , why = ""]] of expected.entries()) assert.ok(found[at][1].includes(why), `${name}: ${found[at][1]}`);
      });
    }
  });
}
