// A tree of canaries: protected entries whose name, size and URL are unique, so that a response that leaks one is
// detected. And the spellings of a path.
import { KEY, UID } from "./library.js";
import { API_TOKEN, KEYS } from "./guarded.js";

/** The canaries: group, path, and a token that only its name contains. */
const GUARDED_ENTRIES = [
  // First the folders, then the entries in them.
  ["locked", "/qzlocked", "qzlocked"], ["linked", "/qzlinked", "qzlinked"], ["denied", "/qzdenied", "qzdenied"],
  ["locked", "/qzlocked/qz01-é文.txt", "qz01"], ["locked", "/qzlocked/qz02/qz03.txt", "qz03"],
  ["locked", "/qzlocked/qz02", "qz02"],
  ["inner", "/qzlocked/qz04", "qz04"], ["inner", "/qzlocked/qz04/qz05.txt", "qz05"],
  ["linked", "/qzlinked/qz06-é.txt", "qz06"], ["linked", "/qzlinked/qz07", "qz07"],
  ["linked", "/qzlinked/qz07/qz08.txt", "qz08"],
  ["denied", "/qzdenied/qz09.txt", "qz09"], ["denied", "/qzdenied/qz10", "qz10"],
  ["denied", "/qzdenied/qz10/qz11.txt", "qz11"],
  ["unlisted", "/open/qz12.txt", "qz12"], ["closed", "/open/qz13", "qz13"], ["closed", "/open/qz13/qz14.txt", "qz14"],
  ["blocked", "/open/qz15", "qz15"], ["blocked", "/open/qz15/qz16.txt", "qz16"],
  ["blocked", "/open/qz17.txt", "qz17"],
  ["blocked", "/qzlocked/qz18.txt", "qz18"], ["embed", "/embed/qz19.txt", "qz19"],
  ["embed", "/embed/qz20/qz21.txt", "qz21"],
];

/** The canaries as `{ group, path, token, folder, size, tail }`; `tail` is the end of its URL. */
export const CANARIES = GUARDED_ENTRIES.map(([group, path, token], index) => ({
  group, path, token, folder: !path.endsWith(".txt"), size: 71_000_113 + index * 10_301, tail: `qtail${index + 100}`,
}));

export const RULES = [
  { path: "/", hide: { unlisted: ["qz12*"], closed: ["qz13"], blocked: ["qz15", "qz17*", "qz18*"] } },
  { path: "/qzlocked", password: "LOCKED" }, { path: "/qzlocked/qz04", password: "INNER" },
  { path: "/qzlinked", access: "link" }, { path: "/qzdenied", access: "deny" },
  { path: "/embed", referers: { allow: ["good.example"] } }, { path: "/other", password: "OTHER" },
];

export const SECRETS = {
  URL_TREE: tree(), PRIVATE_KEY: KEY, UID, SITE_KEYS: KEYS, API_TOKEN, LOCKED: "locked word", INNER: "inner word",
    OTHER: "other word",
};

/** The tree's text: every file under its own tail, and three files that anybody may see. */
function tree() {
  const files = CANARIES.filter(({ folder }) => !folder);
  const root = new Map();
  const open = ["/open/o.txt", "/open/sub/p.txt",
    "/other/r.txt"].map((path, index) => ({ path, size: 10 + index, tail: `open${index}` }));
  for (const each of [...files, ...open]) {
    const names = each.path.split("/").slice(1);
    let folder = root;
    for (const name of names.slice(0, -1)) {
      if (!folder.has(name)) folder.set(name, new Map());
      folder = folder.get(name);
    }
    folder.set(names.at(-1), `${each.size}:1687269600:http://vip.123pan.cn/${UID}/${each.tail}`);
  }
  const lines = (folder, depth) => [...folder].flatMap(([name, value]) => (
    value instanceof Map ? [`${"  ".repeat(depth)}${name}:`,
      ...lines(value, depth + 1)] : [`${"  ".repeat(depth)}${name}:${value}`]
  ));
  return `${lines(root, 0).join("\n")}\n`;
}

const escape = (text) => text.split("/").map(encodeURIComponent).join("/");
const eachByte = (text) =>
  [...Buffer.from(text)].map((byte) => (byte === 47 ? "/" : `%${byte.toString(16)}`)).join("");

/** Spellings of a path, by name; only `plain` and `every byte` are valid ones. */
export function spellings(path) {
  const plain = escape(path);
  const [, first, ...rest] = plain.split("/");
  const after = rest.length ? `/${rest.join("/")}` : "";
  const inner = (slash) => `/${[first, ...rest].join(slash)}`;
  return {
    plain,
    "every byte": eachByte(path),
    "%2f": inner("%2f"), "%2F": inner("%2F"), "%252f": inner("%252f"), "%5c": inner("%5c"),
    "backslash": inner("\\"), "%c0%af": inner("%c0%af"),
    "%ef%bc%8f": inner("%ef%bc%8f"), "//": `/${first}/${after}`, "/./": `/${first}/.${after}`,
    "leading //": `/${plain}`, "leading %2f": `/%2f${plain.slice(1)}`,
    "..": `/open/..${plain}`, "%2e%2e": `/open/%2e%2e${plain}`, "..%2f": `/open/..%2f${plain.slice(1)}`,
    "%252e": `/open/%252e%252e${plain}`,
    ".. behind": `${plain}/../${rest.at(-1) ?? first}`, "..;": `/open/..;${plain}`, ";x": `/${first};x${after}`,
    "; behind": `${plain};x=1`,
    "dot": `${plain}.`, "%2e behind": `${plain}%2e`, "space": `${plain}%20`, "slash": `${plain}/`,
    "slashes": `${plain}///`, "/.": `${plain}/.`,
    "upper": escape(path.toUpperCase()), "nfd": escape(path.normalize("NFD")),
    "nfkc": escape(path.normalize("NFKC")), "%00": `${plain}%00`, "%00 before": `/%00${plain.slice(1)}`,
    "%0a": `${plain}%0a`, "twice": plain.replaceAll("%", "%25"),
    "every byte twice": eachByte(path).replaceAll("%", "%25"), "%u": plain.replace("q", "%u0071"),
    "zero width": `${plain}%e2%80%8b`, "bad escape": `${plain}%`, "overlong": plain.replace("q", "%c1%b1"),
    "below -": `/-/..${plain}`,
    "below ~": `/~x${plain}`, "%7e": `/%7Ex${plain}`, "hash": `${plain}#x`, "question": `${plain}%3f`,
    "login": `/-/login${plain}`,
  };
}
