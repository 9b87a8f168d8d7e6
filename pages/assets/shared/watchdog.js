// A watchdog for playback: after a connection breaks off, some browsers (WebKit) wait without an error for bytes that
// never arrive.

/** Milliseconds between two looks. */
const TICK_MS = 1000;
/** Looks in a row that find no progress before the element is called stalled. A machine that slept counts one. */
const MAX_IDLE_TICKS = 10;
/** Seconds of buffered data from which on it is not the connection that holds playback up. */
const ENOUGH = 1;

/** The buffered ranges, in seconds: `[[start, end]]`. */
function rangesOf({ buffered }) {
  return Array.from({ length: buffered.length }, (_, index) => [buffered.start(index), buffered.end(index)]);
}

/** Whether playback has no data to go on with. Firefox may leave `readyState` as it was. */
function isStarved(media) {
  const at = media.currentTime;
  return !rangesOf(media).some(([start, end]) => start <= at && end - at > ENOUGH);
}

/** Calls `onstall()` whenever a media element that `isWanted()` to play neither plays nor loads for ten seconds. */
export function watchForStalls(media, isWanted, onstall) {
  let seen = "";
  let idle = 0;
  let timer;
  const look = () => {
    if (!media.isConnected || (media.paused && !isWanted())) {
      clearInterval(timer);
      timer = undefined;
      return;
    }
    const state = [media.currentTime, ...rangesOf(media)].join(" ");
    const isIdle = isWanted() && !media.error && !media.ended && state === seen && isStarved(media);
    idle = isIdle ? idle + 1 : 0;
    seen = state;
    if (idle < MAX_IDLE_TICKS) return;
    idle = 0;
    onstall();
  };
  const start = () => {
    idle = 0;
    timer ??= setInterval(look, TICK_MS);
  };
  media.addEventListener("play", start);
  if (!media.paused) start();
}
