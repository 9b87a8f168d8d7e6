// Where the visitor was in a film, remembered by this browser alone.

import { memory } from "./dom.js";

/** Seconds: nearer to the beginning or the end there is nothing to go back to. */
const EDGE = 5;
/** Seconds: what is shorter is heard from its beginning. */
const LONG = 600;
/** Maximum number of remembered positions. */
const MAX_POSITIONS = 100;
const KEY = "places";

/**
 * Takes a media element back to where its `key` was left, and remembers where it is left this time. Of
 * sound only what is long. `onresumed(seconds)` when it went back.
 */
export function rememberPosition(media, key, { onresumed = () => {} } = {}) {
  const counts = () => media.duration > (media instanceof HTMLVideoElement ? 3 * EDGE : LONG);
  let saved = 0;
  media.addEventListener("loadedmetadata", () => {
    const at = read()[key];
    if (!counts() || !(at > EDGE) || at > media.duration - EDGE) return;
    media.currentTime = at;
    onresumed(at);
  }, { once: true });
  media.addEventListener("timeupdate", () => {
    if (!counts() || Math.abs(media.currentTime - saved) < 1) return;
    saved = media.currentTime;
    write(key, saved > EDGE && saved < media.duration - EDGE ? Math.floor(saved) : null);
  });
  media.addEventListener("ended", () => write(key, null));
}

function read() {
  try {
    return JSON.parse(memory.get(KEY) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

function write(key, at) {
  const { [key]: _, ...others } = read();
  const positions = Object.entries(others).slice(-MAX_POSITIONS + 1);
  if (at !== null) positions.push([key, at]);
  memory.set(KEY, JSON.stringify(Object.fromEntries(positions)));
}
