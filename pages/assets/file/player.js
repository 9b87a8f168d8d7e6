// A film or a song in the browser's own player. Nothing is loaded before `play`.

import { clockOf, fill, make } from "./dom.js";
import { explain } from "./explain.js";
import { keepPlaying } from "./renew.js";
import { rememberPlace } from "./resume.js";
import { addTracks } from "./tracks.js";

const HLS = "application/vnd.apple.mpegurl";

/**
 * Makes a player for one file.
 *
 * - `kind`: `video`, `audio` or `playlist` (HLS)
 * - `src`: the file's address on this site, without a signature
 * - `words`: what the scripts of files' pages say (`words.TAG.js`)
 * - `tracks`: `[{ name, src }]`, subtitles and lyrics beside it
 * - `onstatus(text, action?)`: something to tell the visitor; `action` is a button that goes with it
 * - `onended()`: it was played to its end
 *
 * Gives `{ element, media, play() }`: what to put into the page, the media element in it, and what begins.
 */
export function createPlayer({ kind, src, words, tracks = [], onstatus = () => {}, onended = () => {} }) {
  const media = make(kind === "audio" ? "audio" : "video", { controls: true, playsinline: true, preload: "none" });
  const element = make("div", { class: `player ${kind}` }, media);
  media.addEventListener("ended", () => onended());
  keepPlaying(media, {
    src,
    onrenewed: () => onstatus(words.renewed),
    ontrouble: async (error) => {
      if (kind === "playlist") {
        const { explainParts } = await import("./parts.js");
        onstatus(await explainParts(src, words));
        return;
      }
      const unknown = error.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED || error.code === MediaError.MEDIA_ERR_DECODE;
      onstatus(await explain(src, words, unknown ? words.not_played : words.failed));
    },
  });
  rememberPlace(media, src, {
    onresumed: (seconds) => {
      const restart = () => {
        media.currentTime = 0;
        onstatus("");
      };
      const button = make("button", { type: "button", class: "button", onclick: restart }, words.from_start);
      onstatus(fill(words.resumed, { n: clockOf(seconds) }), button);
    },
  });

  let begun = false;
  function play() {
    if (kind === "playlist" && !media.canPlayType(HLS)) {
      onstatus(words.no_hls);
      return;
    }
    if (!begun) {
      begun = true;
      // Chromium plays HLS across sites with CORS only, Safari without it as well.
      if (kind === "playlist" && !navigator.vendor.startsWith("Apple")) media.crossOrigin = "anonymous";
      media.src = src;
      addTracks(media, tracks, { words, onstatus, onlyrics: (list) => element.append(list) });
    }
    // Where the browser wants another press, its own button is there.
    media.play().catch(() => {});
  }
  return { element, media, play };
}
