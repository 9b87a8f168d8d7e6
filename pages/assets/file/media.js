// The preview of films and songs: a player, and playback of the next file.

import { createPlayer } from "./player.js";
import { storage } from "./storage.js";
import { makeSwitch } from "./switch.js";
import { make } from "../shared/dom.js";

/** Shows the player, and starts playback. */
export function showMedia({ preview, src, name, kind, tracks, messages, status, turn }) {
  // By default the next song is played, but not the next film, whose traffic costs the site's owner more.
  const key = kind === "audio" ? "go-on-audio" : "go-on-video";
  let goesOn = (storage.get(key) ?? (kind === "audio" ? "1" : "0")) === "1";
  const onended = () => goesOn && turn.next?.();
  const player = createPlayer({ kind, src, messages, tracks, onstatus: status, onended });
  preview.replaceChildren(player.element);
  if (turn.next) {
    const label = makeSwitch(messages.go_on, goesOn, (on) => {
      goesOn = on;
      storage.set(key, on ? "1" : "0");
    });
    preview.append(make("div", { class: "tools" }, label));
  }
  setMediaSession(name, turn);
  player.media.focus({ preventScroll: true });
  player.play();
}

/** Registers the file for media keys and lock screens (Media Session API). */
function setMediaSession(title, turn) {
  const session = navigator.mediaSession;
  if (!session) return;
  session.metadata = new MediaMetadata({ title });
  session.setActionHandler("previoustrack", turn.previous ?? null);
  session.setActionHandler("nexttrack", turn.next ?? null);
}
