// Links end while a long film plays. Browsers ask the CDN again under the link they were led to first, so
// a new one takes loading the file's own address anew.

/** Milliseconds before each attempt at a new link; after the last the player has failed. */
const WAITS = [0, 1500, 5000];

/**
 * Keeps a media element playing the file at `src`. When its link ends it gets a new one and goes on where
 * it was: `onrenewed()`. When that does not help, or it never played: `ontrouble(mediaError)`.
 */
export function keepPlaying(media, { src, onrenewed = () => {}, ontrouble = () => {} }) {
  let at = 0;
  let attempts = 0;
  let renewing = false;
  let wants = false;

  media.addEventListener("play", () => { wants = true; });
  // An error pauses nothing: only the visitor and the end do.
  media.addEventListener("pause", () => { if (!renewing && !media.error) wants = false; });
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
      ontrouble(error);
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
      if (wants) media.play().catch(() => {});
    }, { once: true });
  }
}
