// Why a film in pieces (HLS) does not play: of that browsers tell pages nothing.

import { explain } from "./explain.js";

/** Maximum number of URLs to follow: a playlist of qualities, that of one of them, and its first part. */
const MAX_URLS = 3;

/** Looks for the piece that does not come, from the playlist at `src` on, and says why in words. */
export async function explainParts(src, messages) {
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
  // All of them come: it is the browser that makes nothing of them.
  return messages.not_played;
}

/** How what is there begins, as text; `null` if it is refused. No more is loaded than came at once. */
async function startOf(url) {
  const response = await fetch(url, { headers: { Range: "bytes=0-16383" } });
  if (!response.ok) return null;
  const reader = response.body.getReader();
  const { value } = await reader.read();
  reader.cancel().catch(() => {});
  return new TextDecoder().decode(value);
}
