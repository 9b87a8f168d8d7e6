// A watchdog for playback: after a connection breaks off, some browsers (WebKit) wait without an error for bytes that
// never arrive.

/** Milliseconds between two looks. */
const TICK_MS = 1000;
/** Looks in a row that find no progress before the element is called stalled. A machine that slept counts one. */
const MAX_IDLE_TICKS = 10;

/** Calls `onstall()` whenever a media element that `isWanted()` to play neither plays nor loads for ten seconds. */
export function watchForStalls(media, isWanted, onstall) {
  let seen = "";
  let idle = 0;
  let timer;
  const look = () => {
    const { readyState, currentTime, buffered, error } = media;
    if (!isWanted() || error || media.ended) {
      clearInterval(timer);
      timer = undefined;
      return;
    }
    const ends = Array.from({ length: buffered.length }, (_, index) => buffered.end(index));
    const state = [currentTime, readyState, ...ends].join(" ");
    // With enough data to go on, whatever holds playback up is not the connection.
    const isIdle = state === seen && readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
    idle = isIdle ? idle + 1 : 0;
    seen = state;
    if (idle < MAX_IDLE_TICKS) return;
    idle = 0;
    onstall();
  };
  media.addEventListener("play", () => {
    idle = 0;
    timer ??= setInterval(look, TICK_MS);
  });
}
