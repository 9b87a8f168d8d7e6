// Lyrics that follow the sound.

import { make } from "./dom.js";

const STAMP = /\[(\d+):(\d{1,2})(?:[.:](\d{1,3}))?\]/g;

/** `[{ at, text }]`, in seconds and in order, of a `.lrc`; lines without a time have `at: null`. */
export function parseLyrics(text) {
  const shift = Number(/\[offset:\s*([+-]?\d+)\s*\]/i.exec(text)?.[1] ?? 0) / 1000;
  const lines = text.split(/\r\n?|\n/).flatMap((line) => {
    const stamps = [...line.matchAll(STAMP)];
    const words = line.replace(STAMP, "").replace(/<\d+:\d+(?:[.:]\d+)?>/g, "").trim();
    // What is in brackets without a time is about the song, not of it.
    if (stamps.length === 0) return /^\[[^\]]*\]$/.test(words) || !words ? [] : [{ at: null, text: words }];
    return stamps.map(([, minutes, seconds, fraction = "0"]) => ({
      at: Math.max(0, Number(minutes) * 60 + Number(`${seconds}.${fraction}`) - shift), text: words,
    }));
  });
  return lines.some(({ at }) => at !== null)
    ? lines.filter(({ at }) => at !== null).sort((a, b) => a.at - b.at)
    : lines;
}

/** A list of lines, of which the one that is sung now is marked and in sight. */
export function followLyrics(media, lines, title) {
  const items = lines.map(({ text }) => make("li", {}, text || "♪"));
  const list = make("ol", { class: "lyrics", tabindex: "0", "aria-label": title }, ...items);
  let shown = -1;
  media.addEventListener("timeupdate", () => {
    const now = lines.findLastIndex(({ at }) => at !== null && at <= media.currentTime + 0.05);
    if (now === shown) return;
    items[shown]?.removeAttribute("aria-current");
    shown = now;
    const item = items[shown];
    if (!item) return;
    item.setAttribute("aria-current", "true");
    list.scrollTop = item.offsetTop - list.offsetTop - (list.clientHeight - item.clientHeight) / 2;
  });
  return list;
}
