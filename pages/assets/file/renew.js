// Renewal of signed links during playback: links expire while a long film plays, and browsers send all later
// requests to the first redirect's target. Loading the file's own URL again gets a new link.

import { isDecodeError, makeRenewals } from "../shared/renewals.js";
import { watchForStalls } from "../shared/watchdog.js";

/**
 * Keeps a media element playing the file at `src`. On an error, or when nothing arrives any more, it loads a new link
 * and resumes at the same position, then calls `onrenewed(mediaError)`; the error is `null` if there was none. If
 * that fails, too, or nothing was ever loaded, it calls `onfailed(mediaError, seconds)` with the position.
 *
 * Returns `{ playFrom(seconds) }`, which plays on elsewhere after a failure.
 */
export function keepPlaying(media, { src, onrenewed = () => {}, onfailed = () => {} }) {
  const renewals = makeRenewals();
  let at = 0;
  let isLoaded = false;
  let renewing = false;
  let isWanted = false;
  /** The error after which the link is being renewed; `null` after a halt, `undefined` where the visitor asked for it. */
  let cause;
  let playbackRate = 1;

  media.addEventListener("play", () => { isWanted = true; });
  // Browsers pause on an error, too: only pauses by the visitor and at the end count.
  media.addEventListener("pause", () => { if (!renewing && !media.error) isWanted = false; });
  media.addEventListener("seeking", () => { if (!renewing) at = media.currentTime; });
  media.addEventListener("timeupdate", () => {
    if (renewing || media.error || media.readyState < 2) return;
    at = media.currentTime;
    renewals.noteProgress(at);
  });
  media.addEventListener("error", () => {
    if (media.error && media.error.code !== MediaError.MEDIA_ERR_ABORTED) recover(media.error);
  });
  media.addEventListener("loadedmetadata", () => {
    isLoaded = true;
    if (!renewing || !media.isConnected) return;
    media.currentTime = at;
    media.playbackRate = playbackRate;
    renewing = false;
    if (cause !== undefined) onrenewed(cause);
    if (isWanted) media.play().catch(() => {});
  });
  watchForStalls(media, () => isWanted && isLoaded, () => recover(null));

  function recover(error) {
    const wait = isLoaded ? renewals.waitAfter(at, isDecodeError(error)) : undefined;
    if (wait === undefined) {
      renewing = isWanted = false;
      onfailed(error, at);
      return;
    }
    setTimeout(renew, wait, error);
    begin();
  }

  function begin() {
    // Loading resets the speed: what is lost is kept from before the first attempt.
    if (!renewing) ({ playbackRate } = media);
    renewing = true;
  }

  function renew(error) {
    // Another file may have taken the film's place while this one waited.
    if (!media.isConnected) return;
    cause = error;
    media.src = src;
    media.load();
  }

  /** Loads the film anew, and plays on at another position. */
  function playFrom(seconds) {
    at = seconds;
    isWanted = true;
    begin();
    renew(undefined);
  }

  return { playFrom };
}
