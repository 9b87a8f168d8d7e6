// Third-party parsers of our feeds.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { run, scratch } from "./clients.js";
import { ROOT } from "./worker.js";

/** Parses a feed with a package from PyPI; see readers.py. */
export async function read(kind, body) {
  const cwd = scratch();
  await writeFile(path.join(cwd, "feed"), body);
  const script = path.join(ROOT, "tests/e2e/support/readers.py");
  const python = path.join(ROOT, "target/tools/readers/bin/python");
  const { status, stdout, stderr } = await run(python, [script, kind, "feed"], { cwd });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

/** Checks with xmllint that XML is well-formed, and valid by a schema if one is given. */
export async function lint(body, ...schema) {
  const cwd = scratch();
  await writeFile(path.join(cwd, "feed.xml"), body);
  const { status, stderr } = await run("xmllint", ["--noout", ...schema, "feed.xml"], { cwd });
  assert.equal(status, 0, stderr);
}
