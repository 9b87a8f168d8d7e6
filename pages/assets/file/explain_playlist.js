// Messages for HLS films that don't play: browsers don't say which URL failed.

import { explain } from "./explain.js";

/** Maximum number of URLs to follow: the multivariant playlist, one media playlist, and its first segment. */
const MAX_URLS = 3;

/** Follows the playlist at `src` to the URL that fails, and returns a message about the failure. */
export async function explainPlaylist(src, messages) {
  let at = new URL(src, location.href);
  for (let step = 0; step < MAX_URLS && at.origin === location.origin; step += 1) {
    let start;
    try {
      start = await startOf(at);
    } catch {
      return explain(at, messages, messages.no_cors_parts);
    }
    if (start === null) return explain(at, messages, messages.failed);
    const first = start.startsWith("#EXTM3U") && start.split(/\r?\n/).find((line) => line && !line.startsWith("#"));
    if (!first) break;
    at = new URL(first, at);
  }
  // Everything can be loaded: the browser can't decode it.
  return messages.not_played;
}

/** The first bytes at a URL as text, as many as arrive in one chunk; `null` if the response is an error. */
async function startOf(url) {
  const response = await fetch(url, { headers: { Range: "bytes=0-16383" } });
  if (!response.ok) return null;
  const reader = response.body.getReader();
  const { value } = await reader.read();
  reader.cancel().catch(() => {});
  return new TextDecoder().decode(value);
}
