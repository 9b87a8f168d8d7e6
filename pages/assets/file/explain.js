// Messages for files whose bytes could not be loaded: only the site knows whether it refused them itself.

import { isMixedContent } from "./mixed_content.js";
import { fill } from "../shared/dom.js";

/**
 * Asks the site why the file at `src` could not be loaded. Returns the site's own message if it refuses the file
 * (a limit, a password). Otherwise the browser blocked it as mixed content, or the CDN refused it: then the message is
 * `fallback`, with the CDN's host in place of `{n}`.
 */
export async function explain(src, messages, fallback) {
  try {
    const response = await fetch(src, { headers: { accept: "application/json" }, cache: "no-store" });
    const body = await response.json();
    if (!response.ok) return body.error?.message ?? messages.failed;
    const url = new URL(body.url, location.href);
    return fill(isMixedContent(url) ? messages.mixed_content : fallback, { n: url.host });
  } catch {
    return messages.failed;
  }
}
