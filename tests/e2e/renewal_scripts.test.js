// The scripts that renew links during playback, with a media element that the test leads: what browsers do at such a
// moment can't be brought about in them, and ten seconds need not be waited for.
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { keepPlaying } from "../../pages/assets/file/renew.js";
import { watchForStalls } from "../../pages/assets/shared/watchdog.js";

globalThis.MediaError = { MEDIA_ERR_ABORTED: 1, MEDIA_ERR_NETWORK: 2, MEDIA_ERR_DECODE: 3 };
const SRC = "https://files.example/film.mp4";
const STALL_MS = 15_000;

/** A media element on a page, of which the test sets the state. */
class Media extends EventTarget {
  isConnected = true;
  paused = true;
  ended = false;
  error = null;
  currentTime = 0;
  playbackRate = 1;
  readyState = 4;
  buffered = { length: 0 };
  src = SRC;
  calls = [];

  load() { this.calls.push("load"); }

  play() {
    this.calls.push("play");
    return Promise.resolve();
  }

  tell(name) { this.dispatchEvent(new Event(name)); }
}

/** An element that plays its film, kept playing, whose link ends now. */
function endedLink() {
  const media = new Media();
  const told = [];
  keepPlaying(media, { src: SRC, onrenewed: () => told.push("renewed"), onfailed: () => told.push("failed") });
  media.paused = false;
  for (const name of ["play", "loadedmetadata", "timeupdate"]) media.tell(name);
  media.error = { code: MediaError.MEDIA_ERR_NETWORK };
  media.tell("error");
  return { media, told };
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
});

test("a film whose link ended is loaded anew, and plays on", () => {
  const { media, told } = endedLink();
  mock.timers.tick(1);
  assert.deepEqual(media.calls, ["load"]);
  media.error = null;
  media.tell("loadedmetadata");
  assert.deepEqual([media.calls, told], [["load", "play"], ["renewed"]]);
});

test("a film that was taken off the page while its link waited to be renewed is not loaded", () => {
  const { media, told } = endedLink();
  media.isConnected = false;
  mock.timers.tick(60_000);
  assert.deepEqual([media.calls, told], [[], []]);
});

test("a film that was taken off the page while its new link was loaded does not play", () => {
  const { media, told } = endedLink();
  mock.timers.tick(1);
  media.isConnected = false;
  media.error = null;
  media.tell("loadedmetadata");
  assert.deepEqual([media.calls, told], [["load"], []]);
});

test("a film of which nothing more arrives is called stalled, unless it was taken off the page", () => {
  const media = new Media();
  let stalls = 0;
  watchForStalls(media, () => true, () => { stalls += 1; });
  media.tell("play");
  mock.timers.tick(STALL_MS);
  assert.equal(stalls, 1);
  media.isConnected = false;
  mock.timers.tick(STALL_MS);
  assert.equal(stalls, 1);
  // Back on the page it is watched from its next start on, and not before.
  media.isConnected = true;
  mock.timers.tick(STALL_MS);
  assert.equal(stalls, 1);
  media.tell("play");
  mock.timers.tick(STALL_MS);
  assert.equal(stalls, 2);
});
