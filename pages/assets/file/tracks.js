// Sidecars of a film or a song: subtitles and lyrics in files of its name.

import { parseCues } from "./cues.js";
import { decode } from "./decode.js";
import { explain } from "./explain.js";
import { followLyrics, parseLyrics } from "./lyrics.js";

/** Maximum size of subtitles or lyrics in bytes. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Adds subtitles and lyrics (`tracks`: `[{ name, src, lyrics }]`) to a media element. The subtitles in the page's
 * language, or else the first ones, are loaded at once; others when they are chosen. `onlyrics(list)` is called with
 * the element that shows the lyrics, `onstatus(text)` with a message about a track that could not be loaded.
 */
export function addTracks(media, tracks, { messages, onlyrics = () => {}, onstatus = () => {} }) {
  const lyrics = tracks.find((track) => track.lyrics);
  if (lyrics) {
    load(lyrics, messages, onstatus).then((text) => {
      const lines = parseLyrics(text);
      if (lines.length > 0) onlyrics(followLyrics(media, lines, messages.lyrics));
    }, () => {});
  }
  const own = document.documentElement.lang.slice(0, 2);
  const subtitles = tracks.filter((track) => !track.lyrics).map((track) => {
    const language = languageOf(track.name);
    const label = language ? nameOf(language) : messages.subtitles;
    return { ...track, language, textTrack: media.addTextTrack("subtitles", label, language ?? "") };
  });
  const first = subtitles.find(({ language }) => language?.toLowerCase().startsWith(own)) ?? subtitles[0];
  for (const track of subtitles) track.textTrack.mode = track === first ? "showing" : "disabled";
  const loadChosen = () => {
    for (const track of subtitles) {
      if (track.textTrack.mode !== "showing" || track.asked) continue;
      track.asked = true;
      load(track, messages, onstatus).then((text) => {
        for (const { start, end, text: line } of parseCues(text)) track.textTrack.addCue(new VTTCue(start, end, line));
      }, () => {});
    }
  };
  media.textTracks.addEventListener("change", loadChosen);
  loadChosen();
}

async function load({ src }, messages, onstatus) {
  let response;
  try {
    response = await fetch(src);
  } catch (error) {
    onstatus(await explain(src, messages, messages.no_cors_sidecars));
    throw error;
  }
  const size = Number(response.headers.get("content-length") ?? 0);
  if (!response.ok || size > MAX_BYTES) {
    response.body?.cancel();
    throw new Error("no subtitles");
  }
  return decode(new Uint8Array(await response.arrayBuffer()));
}

/** The language tag in a name such as `film.zh-Hans.srt`. */
function languageOf(name) {
  const found = /\.([a-z]{2,3}(?:[-_][a-z0-9]{2,8})*)\.[a-z]+$/i.exec(name)?.[1];
  const known = { chs: "zh-Hans", sc: "zh-Hans", cht: "zh-Hant", tc: "zh-Hant", eng: "en", chi: "zh", jpn: "ja" };
  return known[found?.toLowerCase()] ?? found?.replace(/_/g, "-");
}

function nameOf(language) {
  try {
    return new Intl.DisplayNames([document.documentElement.lang], { type: "language" }).of(language);
  } catch {
    return language;
  }
}
