// A picture, to be looked at closely, and those after it.

import { make, makeSwitch } from "./dom.js";
import { explain } from "./explain.js";
import { makeZoom } from "./zoom.js";

/** Milliseconds that a slide stays. */
const SLIDE = 5000;

let slides = false;

/** Puts the picture into the page. */
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
    // A picture that was left meanwhile turns nothing.
    if (on) timer = setTimeout(() => box.isConnected && turn.next(), SLIDE);
  };
  const { label } = makeSwitch(messages.slideshow, slides, set);
  if (slides) set(true);
  return label;
}
