// Playback positions, stored in the visitor's browser alone.

import { storage } from "./storage.js";

/** Seconds at the beginning and the end of a file in which no position is stored. */
const EDGE = 5;
/** Minimum duration in seconds of sound whose position is stored. */
const MIN_AUDIO = 600;
/** Maximum number of stored positions. */
const MAX_POSITIONS = 100;
/** The key in local storage, where browsers of earlier visitors have it. */
const KEY = "places";

/**
 * Resumes a media element at the position stored for `key`, calls `onresumed(seconds)` if there is one, and stores
 * the position during playback.
 */
export function rememberPosition(media, key, { onresumed = () => {} } = {}) {
  const isLong = () => media.duration > (media instanceof HTMLVideoElement ? 3 * EDGE : MIN_AUDIO);
  let saved = 0;
  media.addEventListener("loadedmetadata", () => {
    const at = read()[key];
    if (!isLong() || !(at > EDGE) || at > media.duration - EDGE) return;
    media.currentTime = at;
    onresumed(at);
  }, { once: true });
  media.addEventListener("timeupdate", () => {
    if (!isLong() || Math.abs(media.currentTime - saved) < 1) return;
    saved = media.currentTime;
    write(key, saved > EDGE && saved < media.duration - EDGE ? Math.floor(saved) : null);
  });
  media.addEventListener("ended", () => write(key, null));
}

function read() {
  try {
    return JSON.parse(storage.get(KEY) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

function write(key, at) {
  const { [key]: _, ...others } = read();
  const positions = Object.entries(others).slice(-MAX_POSITIONS + 1);
  if (at !== null) positions.push([key, at]);
  storage.set(KEY, JSON.stringify(Object.fromEntries(positions)));
}
