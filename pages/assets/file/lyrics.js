// Lyrics in LRC files, and the list of lines that follows playback.

import { make } from "../shared/dom.js";

const TIMESTAMP = /\[(\d+):(\d{1,2})(?:[.:](\d{1,3}))?\]/g;

/**
 * Parses the text of an `.lrc` file to its lines in order, `[{ at, text }]`, `at` in seconds. If no line has a time,
 * `at` is `null` for all of them.
 */
export function parseLyrics(text) {
  const shift = Number(/\[offset:\s*([+-]?\d+)\s*\]/i.exec(text)?.[1] ?? 0) / 1000;
  const lines = text.split(/\r\n?|\n/).flatMap((line) => {
    const timestamps = [...line.matchAll(TIMESTAMP)];
    const lyric = line.replace(TIMESTAMP, "").replace(/<\d+:\d+(?:[.:]\d+)?>/g, "").trim();
    // Brackets without a time are metadata of the song.
    if (timestamps.length === 0) return /^\[[^\]]*\]$/.test(lyric) || !lyric ? [] : [{ at: null, text: lyric }];
    return timestamps.map(([, minutes, seconds, fraction = "0"]) => ({
      at: Math.max(0, Number(minutes) * 60 + Number(`${seconds}.${fraction}`) - shift), text: lyric,
    }));
  });
  return lines.some(({ at }) => at !== null)
    ? lines.filter(({ at }) => at !== null).sort((a, b) => a.at - b.at)
    : lines;
}

/** Creates the list of lines, in which the current line is marked and scrolled into view. */
export function followLyrics(media, lines, title) {
  const items = lines.map(({ text }) => make("li", {}, text || "♪"));
  const list = make("ol", { class: "lyrics", tabindex: "0", "aria-label": title }, ...items);
  let current = -1;
  media.addEventListener("timeupdate", () => {
    const now = lines.findLastIndex(({ at }) => at !== null && at <= media.currentTime + 0.05);
    if (now === current) return;
    items[current]?.removeAttribute("aria-current");
    current = now;
    const item = items[current];
    if (!item) return;
    item.setAttribute("aria-current", "true");
    list.scrollTop = item.offsetTop - list.offsetTop - (list.clientHeight - item.clientHeight) / 2;
  });
  return list;
}
