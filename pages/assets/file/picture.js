// The preview of pictures: zoom and slideshow.

import { explain } from "./explain.js";
import { makeSwitch } from "./switch.js";
import { makeZoom } from "./zoom.js";
import { make } from "../shared/dom.js";

/** Milliseconds for which a slide is shown. */
const SLIDE_MS = 5000;

let slides = false;

/** Shows the picture. */
export function showPicture({ preview, src, name, messages, status, turn }) {
  const image = make("img", { alt: name, draggable: "false" });
  const box = make("div", { class: "picture", tabindex: "0", role: "group", "aria-label": messages.picture_keys }, image);
  const tools = make("div", { class: "tools" });
  image.addEventListener("load", () => {
    status("");
    const zoom = makeZoom(box, image);
    const button = (label, onclick) => make("button", { type: "button", class: "button", onclick }, label);
    tools.append(
      button(messages.fit, zoom.fit), button(messages.actual, zoom.actual),
      button(messages.larger, () => zoom.by(zoom.step)), button(messages.smaller, () => zoom.by(1 / zoom.step)),
    );
    if (turn.next) tools.append(slideshow(messages, turn, box));
  });
  image.addEventListener("error", async () => status(await explain(src, messages, messages.not_shown)));
  status(messages.loading);
  preview.replaceChildren(box, tools);
  box.focus({ preventScroll: true });
  image.src = src;
}

function slideshow(messages, turn, box) {
  let timer;
  const set = (on) => {
    slides = on;
    clearTimeout(timer);
    // A picture that is no longer on the page turns to nothing.
    if (on) timer = setTimeout(() => box.isConnected && turn.next(), SLIDE_MS);
  };
  const label = makeSwitch(messages.slideshow, slides, set);
  if (slides) set(true);
  return label;
}
