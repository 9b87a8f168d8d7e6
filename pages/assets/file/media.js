// A film or a song on its page, and the next one after it.

import { makeSwitch, make, memory } from "./dom.js";
import { createPlayer } from "./player.js";

/** Puts the player into the page, and plays. */
export function showMedia({ preview, src, name, kind, tracks, messages, status, turn }) {
  // Songs follow each other; who watched a film may have seen enough, and the next one costs its owner.
  const key = kind === "audio" ? "go-on-audio" : "go-on-video";
  let goesOn = (memory.get(key) ?? (kind === "audio" ? "1" : "0")) === "1";
  const onended = () => goesOn && turn.next?.();
  const player = createPlayer({ kind, src, messages, tracks, onstatus: status, onended });
  preview.replaceChildren(player.element);
  if (turn.next) {
    const { label } = makeSwitch(messages.go_on, goesOn, (on) => {
      goesOn = on;
      memory.set(key, on ? "1" : "0");
    });
    preview.append(make("div", { class: "tools" }, label));
  }
  announce(name, turn);
  player.media.focus({ preventScroll: true });
  player.play();
}

/** For the keys of keyboards and headphones, and for lock screens. */
function announce(title, turn) {
  const session = navigator.mediaSession;
  if (!session) return;
  session.metadata = new MediaMetadata({ title });
  session.setActionHandler("previoustrack", turn.previous ?? null);
  session.setActionHandler("nexttrack", turn.next ?? null);
}
