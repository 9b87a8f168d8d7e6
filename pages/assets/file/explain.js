// Why nothing came, in words: the site itself knows when it is the one that said no.

import { fill } from "./dom.js";

/**
 * Asks the site about the file at `src`, whose bytes did not come. Gives its own words where it refuses
 * (a limit, a password), `fallback` where it would have handed the file out: then it is the CDN that did
 * not. `{n}` of the fallback is the CDN's host.
 */
export async function explain(src, messages, fallback) {
  try {
    const response = await fetch(src, { headers: { accept: "application/json" }, cache: "no-store" });
    const body = await response.json();
    if (!response.ok) return body.error?.message ?? messages.failed;
    return fill(fallback, { n: new URL(body.url, location.href).host });
  } catch {
    return messages.failed;
  }
}
