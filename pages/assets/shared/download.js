// Downloads in hidden frames: browsers ignore the attribute `download` once a redirect leads to another origin, and
// a file that they can show would take the place of the page.

import { make } from "./dom.js";

/** Milliseconds after which a frame is removed: by then its download has begun. */
const FRAME_MS = 120_000;
/** Milliseconds between two looks at a frame. */
const LOOK_MS = 200;

/**
 * Downloads the file at `href`. Where the response comes from this site, it is saved under `name`; without a `name`,
 * an error of the site's is shown in the frame. If anything is shown in the frame instead of being saved,
 * `onshown()` is called.
 */
export function download({ href, name }, onshown) {
  // An empty `srcdoc` names this page as the referrer, which rules may ask for; `about:blank` names none.
  const frame = make("iframe", { hidden: true, srcdoc: "" });
  let begun = false;
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
    if (begun && !frame.contentDocument?.URL.startsWith("about:")) shown();
  }, LOOK_MS);
  const timeout = setTimeout(end, FRAME_MS);
  // A frame is loaded first when it is empty, and once more if its link leads to something that is shown.
  frame.addEventListener("load", () => {
    if (begun) {
      shown();
      return;
    }
    begun = true;
    // A link within the frame: browsers that ignore `download` open it where the link is.
    const page = frame.contentDocument;
    const link = Object.assign(page.createElement("a"), { href });
    if (name !== undefined) link.download = name;
    page.body.append(link);
    link.click();
  });
  document.body.append(frame);
}
