// Limits on new links in one play: each costs the site's owner a request and traffic, and a damaged film fails again
// at the same place whatever its link is.

/** Milliseconds before each new link at one place of a film. */
const WAITS_MS = [0, 1500, 5000];
/** New links after errors of decoding at one place: some browsers take a link that ended for damaged bytes. */
const MAX_DECODE_ATTEMPTS = 1;
/** Seconds from the last error within which the next one is at the same place. */
const SAME_PLACE = 10;
/** Seconds of playback after which an error at the same place counts as a new one. */
const ENOUGH_PLAYED = 30;
/** New links in one play, besides one for each minute that was played: links last a minute or longer. */
const MAX_RENEWALS = 10;

/** Whether an error says that bytes arrived and could not be decoded. */
export function isDecodeError(error) {
  return error?.code === MediaError.MEDIA_ERR_DECODE;
}

/** Counts the new links of one play. */
export function makeRenewals() {
  let renewals = 0;
  let attempts = 0;
  let played = 0;
  let last = NaN;
  let failed = { at: NaN, played: 0 };
  return {
    /** Notes that the film plays at a position, in seconds. Jumps are no playback. */
    noteProgress(at) {
      const step = at - last;
      if (step > 0 && step < 2) played += step;
      last = at;
    },
    /** The milliseconds to wait before a new link after an error at a position; `undefined` for no new link. */
    waitAfter(at, isDecode) {
      const isSame = Math.abs(at - failed.at) < SAME_PLACE && played - failed.played < ENOUGH_PLAYED;
      if (!isSame) {
        attempts = 0;
        failed = { at, played };
      }
      const max = isDecode ? MAX_DECODE_ATTEMPTS : WAITS_MS.length;
      if (attempts >= max || renewals >= MAX_RENEWALS + played / 60) return undefined;
      renewals += 1;
      attempts += 1;
      return WAITS_MS[attempts - 1];
    },
  };
}
