// A parser of our own folder pages, as far as the tests need it. browser.test.js loads them in Chromium.

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

export function unescape(text) {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (all, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    return ENTITIES[name.toLowerCase()] ?? all;
  });
}

/** The text of a piece of HTML without tags, with its white space. */
export function textOf(html) {
  return unescape(html.replace(/<[^>]*>/g, ""));
}

/** All links of a piece of HTML in order: `{ href, text }`. */
export function links(html) {
  return [...html.matchAll(/<a\b([^>]*)>([\s\S]*?)<\/a>/g)].map(([, attributes, inner]) => ({
    href: unescape(/\bhref\s*=\s*"([^"]*)"/.exec(attributes)?.[1] ?? ""),
    text: textOf(inner),
  }));
}

/** The rows of the folder's table that have a link: `{ href, text, cells }`, without the parent's. */
export function rows(html) {
  const table = /<table\b[\s\S]*?<\/table>/.exec(html)?.[0] ?? "";
  return table.split(/<tr\b/).slice(1).flatMap((row) => {
    const [link] = links(row);
    if (!link || link.href === "../") return [];
    const cells = [...row.matchAll(/<td\b[^>]*>([\s\S]*?)(?=<\/td>|<td|$)/g)].map(([, cell]) => textOf(cell));
    return [{ ...link, cells }];
  });
}

/** The contents of the one element of that name. */
export function element(html, name) {
  return new RegExp(`<${name}\\b[^>]*>([\\s\\S]*?)</${name}>`).exec(html)?.[1];
}
