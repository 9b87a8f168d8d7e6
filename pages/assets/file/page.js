// The script of files' pages: preview, navigation, players and link box. The preview is loaded only when the
// visitor asks for it, since the site's owner pays for every byte.

import { flipTo } from "./flip.js";
import { linkBox } from "./link_box.js";
import { showMedia } from "./media.js";
import { blockedHost } from "./mixed_content.js";
import { showPdf } from "./pdf.js";
import { showPicture } from "./picture.js";
import { showText } from "./text.js";
import { messages } from "../served.js";
import { fill, make } from "../shared/dom.js";
import { download } from "../shared/download.js";
import { playersFor } from "../shared/players.js";
import { makeShareLink } from "../shared/share_link.js";
import { sizeOf } from "../shared/size.js";
import { toast } from "../shared/toast.js";
import { strictUrl } from "../shared/url.js";

/** The preview functions by kind of file. */
const PREVIEWS = {
  picture: showPicture, video: showMedia, audio: showMedia, playlist: showMedia,
  pdf: showPdf, markdown: showText, text: showText,
};
const PLAYED = ["video", "audio", "playlist"];

function part(main, name) {
  return main.querySelector(`[data-part="${name}"]`);
}

/** Reads the page's file from the data attributes. */
function fileOf(main) {
  const { kind, name, size, byteOrigins, tracks = "[]", shareHours } = main.dataset;
  const src = part(main, "download").getAttribute("href");
  const url = new URL(src, location.href);
  // The file's path on the site, without the token of a share link.
  const path = decodeURIComponent(url.pathname.replace(/^\/~[^/]*/, ""));
  return {
    kind, name, path, byteOrigins,
    size: size === undefined ? NaN : Number(size),
    src: url.pathname + url.search,
    url: strictUrl(url.href),
    tracks: JSON.parse(tracks).map((track) => ({ ...track, src: new URL(encodeURIComponent(track.name), url).pathname })),
    sealed: "sealed" in main.dataset,
    shareHours: shareHours === undefined ? null : Number(shareHours),
  };
}

/**
 * Creates the function `status(text, { subject, action })` for a status region: one line for each subject, so that
 * a message replaces only the message of the same subject. `action` is a button after the text; an empty text
 * removes the line.
 */
function statusLines(region) {
  const lines = new Map();
  return (text, { subject = "file", action } = {}) => {
    const line = text === "" ? null : make("p", {}, text, ...(action ? [" ", action] : []));
    const old = lines.get(subject);
    lines.set(subject, line);
    if (old && line) old.replaceWith(line);
    else if (line) region.append(line);
    else old?.remove();
  };
}

/** Sets up a page. `isPreviewed`: whether the preview is shown at once, as it was on the previous page. */
function begin(main, isPreviewed) {
  const file = fileOf(main);
  const preview = part(main, "preview");
  const status = statusLines(part(main, "status"));
  const turnTo = (rel) => {
    const href = main.querySelector(`a[rel=${rel}]`)?.getAttribute("href");
    return href ? () => flipTo(href, (next) => begin(next, true)) : undefined;
  };
  const turn = { previous: turnTo("prev"), next: turnTo("next") };
  let active = false;

  async function show() {
    active = true;
    preview.classList.add("active");
    await PREVIEWS[file.kind]({ ...file, preview, messages, status, turn });
  }

  if (preview) {
    const { label, costs } = preview.dataset;
    const size = Number.isFinite(file.size) ? make("small", {}, sizeOf(file.size)) : null;
    const button = make("button", { type: "button", class: "button main", "data-part": "show", onclick: show }, `${label} `, size);
    preview.replaceChildren(button, make("p", {}, costs));
  }
  for (const [rel, go] of [["prev", turn.previous], ["next", turn.next]]) {
    main.querySelector(`a[rel=${rel}]`)?.addEventListener("click", (event) => {
      if (!active || !isPlain(event)) return;
      event.preventDefault();
      go();
    });
  }
  const link = part(main, "download");
  // A frame would stay empty, and a tab of its own does not.
  if (blockedHost(file.byteOrigins)) Object.assign(link, { target: "_blank", rel: "noopener" });
  else link.addEventListener("click", (event) => {
    if (!isPlain(event)) return;
    event.preventDefault();
    save(file, status);
  });
  turning = file.kind === "picture" ? { ArrowLeft: turn.previous, ArrowRight: turn.next, active: () => active, main } : {};
  if (PLAYED.includes(file.kind)) showPlayers(main, file);
  const links = reveal(main, "links");
  links.append(linkBox({ file, messages, sealed: file.sealed, shareHours: file.shareHours }));
  if (isPreviewed && preview) show();
}

/** Whether a click opens a link on this page, not in a new tab or window. */
function isPlain({ button, ctrlKey, metaKey, shiftKey, altKey }) {
  return button === 0 && !ctrlKey && !metaKey && !shiftKey && !altKey;
}

/** Downloads the file. If the browser shows it instead, the page says where it can be saved. */
function save({ src: href }, status) {
  status("", { subject: "download" });
  download(href, () => {
    const tab = make("a", { class: "button", href, target: "_blank", rel: "noopener" }, messages.new_tab);
    status(messages.opens_in_tab, { subject: "download", action: tab });
  });
}

/** Shows a section that only scripts fill, with its label as heading. */
function reveal(main, name) {
  const section = part(main, name);
  section.append(make("h2", {}, section.getAttribute("aria-label")));
  section.hidden = false;
  return section;
}

/** The actions of the arrow keys. */
let turning = {};

document.addEventListener("keydown", (event) => {
  const go = turning[event.key];
  const taken = event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
  if (!go || taken || event.target.closest("input, select, textarea, video, audio, pre")) return;
  event.preventDefault();
  if (turning.active()) go();
  else location.assign(turning.main.querySelector(`a[rel=${event.key === "ArrowLeft" ? "prev" : "next"}]`).href);
});

function showPlayers(main, file) {
  const section = reveal(main, "players");
  const list = make("p", { class: "players" });
  const hours = Math.min(24, file.shareHours ?? 0);
  const shares = file.sealed && hours > 0;
  for (const { player, link } of playersFor(file)) {
    const open = async (event) => {
      event.preventDefault();
      try {
        const { url } = await makeShareLink({ url: file.url, hours }, messages);
        location.assign(playersFor({ ...file, url: strictUrl(url) }).find((each) => each.player === player).link);
      } catch ({ message }) {
        toast(message);
      }
    };
    list.append(make("a", { class: "button", href: link, onclick: shares ? open : undefined, rel: "noreferrer" }, player));
  }
  if (shares) section.append(make("p", {}, fill(messages.players_shared, { n: hours })));
  else if (file.sealed) section.append(make("p", {}, messages.players_sealed));
  section.append(list);
}

begin(document.getElementById("main"), false);
