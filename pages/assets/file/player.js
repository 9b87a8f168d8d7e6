// A film or a song in the browser's own player. Nothing is loaded before `play`.

import { clockOf, fill, make } from "./dom.js";
import { explain } from "./explain.js";
import { explainParts } from "./parts.js";
import { keepPlaying } from "./renew.js";
import { rememberPosition } from "./resume.js";
import { addTracks } from "./tracks.js";

const HLS = "application/vnd.apple.mpegurl";

/**
 * Makes a player for one file.
 *
 * - `kind`: `video`, `audio` or `playlist` (HLS)
 * - `src`: the file's address on this site, without a signature
 * - `messages`: the messages of files' pages
 * - `tracks`: `[{ name, src, lyrics }]`, subtitles and lyrics beside it
 * - `onstatus(text, { subject, action })`: something to tell the visitor of one subject: `playback`, `position`
 *   (where it goes on) or `tracks`; `action` is a button that goes with it, an empty text ends what was told
 * - `onended()`: it was played to its end
 *
 * Gives `{ element, media, play() }`: what to put into the page, the media element in it, and what begins.
 */
export function createPlayer({ kind, src, messages, tracks = [], onstatus = () => {}, onended = () => {} }) {
  const media = make(kind === "audio" ? "audio" : "video", { controls: true, playsinline: true, preload: "none" });
  const element = make("div", { class: `player ${kind}` }, media);
  media.addEventListener("ended", () => onended());
  const tell = (subject) => (text, action) => onstatus(text, { subject, action });
  const [onplayback, onposition, ontracks] = ["playback", "position", "tracks"].map(tell);
  keepPlaying(media, {
    src,
    onrenewed: () => onplayback(messages.renewed),
    ontrouble: async (error) => {
      if (kind === "playlist") {
        onplayback(await explainParts(src, messages));
        return;
      }
      const unknown = error.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED || error.code === MediaError.MEDIA_ERR_DECODE;
      onplayback(await explain(src, messages, unknown ? messages.not_played : messages.failed));
    },
  });
  rememberPosition(media, src, {
    onresumed: (seconds) => {
      const restart = () => {
        media.currentTime = 0;
        onposition("");
      };
      const button = make("button", { type: "button", class: "button", onclick: restart }, messages.from_start);
      onposition(fill(messages.resumed, { n: clockOf(seconds) }), button);
    },
  });

  let begun = false;
  function play() {
    if (kind === "playlist" && !media.canPlayType(HLS)) {
      onplayback(messages.no_hls);
      return;
    }
    if (!begun) {
      begun = true;
      // Chromium plays HLS across sites with CORS only, Safari without it as well.
      if (kind === "playlist" && !navigator.vendor.startsWith("Apple")) media.crossOrigin = "anonymous";
      media.src = src;
      addTracks(media, tracks, { messages, onstatus: ontracks, onlyrics: (list) => element.append(list) });
    }
    // Where the browser wants another press, its own button is there.
    media.play().catch(() => {});
  }
  return { element, media, play };
}
