// Downloads in hidden frames: a file that the browser can show would take the place of the page.

import { make } from "./dom.js";

/** Milliseconds after which a frame is removed: by then its download has begun. */
const FRAME_MS = 120_000;
/** Milliseconds between two looks at a frame. */
const LOOK_MS = 200;

/**
 * Downloads the file at `href`. If the browser shows it instead of saving it, or shows an error of the site's,
 * `onshown()` is called.
 */
export function download(href, onshown) {
  // The field makes the site's own response one that is saved. The link attribute of this name does not outlive a
  // redirect to another origin, and makes WebKit tell the CDN where the link was.
  const src = `${href}${href.includes("?") ? "&" : "?"}download`;
  const frame = make("iframe", { hidden: true, src });
  const end = () => {
    clearInterval(timer);
    clearTimeout(timeout);
    frame.remove();
  };
  const shown = () => {
    end();
    onshown();
  };
  // What is shown is known from the first byte on: without the frame, the others are not transferred.
  const timer = setInterval(() => {
    if (!frame.contentDocument?.URL.startsWith("about:")) shown();
  }, LOOK_MS);
  const timeout = setTimeout(end, FRAME_MS);
  frame.addEventListener("load", () => {
    // Some engines load the frame's empty document first.
    if (!frame.contentDocument?.URL.startsWith("about:")) shown();
  });
  document.body.append(frame);
}
