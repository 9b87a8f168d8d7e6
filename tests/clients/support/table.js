// Prints what the tests of clients found as the rows of a table in both languages, and says which of them the
// documentation does not have.
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { ROOT } from "../../e2e/support/worker.js";
import { REPORTS } from "./clients.js";

const WORDS = {
  "en": { "at once": "at once", "after a challenge": "when asked", yes: "yes", no: "no" },
  "zh-CN": { "at once": "直接发送", "after a challenge": "收到 401 后", yes: "是", no: "否" },
};

const reports = await Promise.all((await readdir(REPORTS)).toSorted().map(async (name) => (
  JSON.parse(await readFile(path.join(REPORTS, name), "utf8"))
)));

for (const [language, words] of Object.entries(WORDS)) {
  const page = await readFile(path.join(ROOT, `docs/${language}/mount.md`), "utf8");
  const word = (is) => (is ? words.yes : words.no);
  console.log(`\ndocs/${language}/mount.md:`);
  for (const { client, version, login, follows, passesPassword, passesReferer } of reports) {
    const cells = [client, version, words[login], word(follows), word(passesPassword), word(passesReferer)];
    const row = `| ${cells.join(" | ")} |`;
    console.log(row + (page.includes(row) ? "" : "  (not in the page)"));
  }
}
