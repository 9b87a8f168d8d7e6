// A picture, to be looked at closely, and those after it.

import { make, makeSwitch } from "./dom.js";
import { explain } from "./explain.js";
import { makeZoom } from "./zoom.js";

/** Milliseconds that a slide stays. */
const SLIDE = 5000;

let slides = false;

/** Puts the picture into the page. */
export function show({ stage, src, name, words, status, turn }) {
  const image = make("img", { alt: name, draggable: "false" });
  const box = make("div", { class: "picture", tabindex: "0", role: "group", "aria-label": words.picture_keys }, image);
  const tools = make("div", { class: "tools" });
  image.addEventListener("load", () => {
    status("");
    const zoom = makeZoom(box, image);
    const button = (word, onclick) => make("button", { type: "button", class: "button", onclick }, word);
    tools.append(
      button(words.fit, zoom.fit), button(words.actual, zoom.actual),
      button(words.larger, () => zoom.by(zoom.step)), button(words.smaller, () => zoom.by(1 / zoom.step)),
    );
    if (turn.next) tools.append(slideshow(words, turn, box));
  });
  image.addEventListener("error", async () => status(await explain(src, words, words.not_shown)));
  status(words.loading);
  stage.replaceChildren(box, tools);
  box.focus({ preventScroll: true });
  image.src = src;
}

function slideshow(words, turn, box) {
  let timer;
  const set = (on) => {
    slides = on;
    clearTimeout(timer);
    // A picture that was left meanwhile turns nothing.
    if (on) timer = setTimeout(() => box.isConnected && turn.next(), SLIDE);
  };
  const { label } = makeSwitch(words.slideshow, slides, set);
  if (slides) set(true);
  return label;
}
