// The browser's own player for a film or a song. Nothing is loaded before `play`.

import { explain } from "./explain.js";
import { explainPlaylist } from "./explain_playlist.js";
import { keepPlaying } from "./renew.js";
import { rememberPosition } from "./resume.js";
import { addTracks } from "./tracks.js";
import { fill, make } from "../shared/dom.js";
import { isDecodeError } from "../shared/renewals.js";

const HLS = "application/vnd.apple.mpegurl";
/** Seconds that are skipped where a film is damaged. */
const SKIP = 10;

/**
 * Creates a player for one file.
 *
 * - `kind`: `video`, `audio` or `playlist` (HLS)
 * - `src`: the file's URL on this site, without a signature
 * - `messages`: the messages of files' pages
 * - `tracks`: `[{ name, src, lyrics }]`, its sidecars: subtitles and lyrics
 * - `onstatus(text, { subject, action })`: called with a message for the visitor about one subject: `playback`,
 *   `position` (where playback resumes) or `tracks`; `action` is a button that belongs to the message, an empty
 *   text removes the message
 * - `onended()`: called at the end of the file
 *
 * Returns `{ element, media, play() }`: the player's element, the media element in it, and the function that starts
 * playback.
 */
export function createPlayer({ kind, src, messages, tracks = [], onstatus = () => {}, onended = () => {} }) {
  const media = make(kind === "audio" ? "audio" : "video", { controls: true, playsinline: true, preload: "none" });
  const element = make("div", { class: `player ${kind}` }, media);
  media.addEventListener("ended", () => onended());
  const statusOf = (subject) => (text, action) => onstatus(text, { subject, action });
  const [onplayback, onposition, ontracks] = ["playback", "position", "tracks"].map(statusOf);
  const { playFrom } = keepPlaying(media, {
    src,
    onrenewed: (error) => {
      const hasEnded = error && !isDecodeError(error);
      onplayback(hasEnded ? messages.renewed : messages.restarted);
    },
    onfailed: async (error, at) => {
      if (kind === "playlist") {
        onplayback(await explainPlaylist(src, messages));
      } else if (isDecodeError(error) && at > 0) {
        const skip = () => {
          onplayback("");
          playFrom(Math.min(at + SKIP, media.duration || Infinity));
        };
        const button = make("button", { type: "button", class: "button", onclick: skip }, messages.skip);
        onplayback(await explain(src, messages, fill(messages.damaged, { m: clockOf(at) })), button);
      } else {
        const isUndecodable = isDecodeError(error) || error?.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED;
        onplayback(await explain(src, messages, isUndecodable ? messages.not_played : messages.failed));
      }
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
    // Where the browser requires another press, its own button is shown.
    media.play().catch(() => {});
  }
  return { element, media, play };
}

/** Formats seconds: `1:02:03`. */
function clockOf(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const written = parts[0] > 0 ? parts : parts.slice(1);
  return written.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}
