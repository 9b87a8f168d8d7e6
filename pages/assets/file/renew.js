// Renewal of signed links during playback: links expire while a long film plays, and browsers send all later
// requests to the first redirect's target. Loading the file's own URL again gets a new link.

/** Milliseconds before each attempt to get a new link; after the last attempt playback has failed. */
const WAITS = [0, 1500, 5000];

/**
 * Keeps a media element playing the file at `src`. On an error it loads a new link and resumes at the same position,
 * then calls `onrenewed()`. If that fails, too, or nothing was ever played, it calls `onfailed(mediaError)`.
 */
export function keepPlaying(media, { src, onrenewed = () => {}, onfailed = () => {} }) {
  let at = 0;
  let attempts = 0;
  let renewing = false;
  let isWanted = false;

  media.addEventListener("play", () => { isWanted = true; });
  // Browsers pause on an error, too: only pauses by the visitor and at the end count.
  media.addEventListener("pause", () => { if (!renewing && !media.error) isWanted = false; });
  media.addEventListener("seeking", () => { if (!renewing) at = media.currentTime; });
  media.addEventListener("timeupdate", () => {
    if (renewing || media.error || media.readyState < 2) return;
    if (media.currentTime > at) attempts = 0;
    at = media.currentTime;
  });
  media.addEventListener("error", () => {
    const { error } = media;
    if (!error || error.code === MediaError.MEDIA_ERR_ABORTED) return;
    const everPlayed = at > 0;
    if (!everPlayed || attempts >= WAITS.length) {
      renewing = false;
      onfailed(error);
      return;
    }
    renewing = true;
    setTimeout(renew, WAITS[attempts]);
    attempts += 1;
  });

  function renew() {
    const { playbackRate } = media;
    media.src = src;
    media.load();
    media.addEventListener("loadedmetadata", () => {
      media.playbackRate = playbackRate;
      media.currentTime = at;
      renewing = false;
      onrenewed();
      if (isWanted) media.play().catch(() => {});
    }, { once: true });
  }
}
