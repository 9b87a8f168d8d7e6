// The players of the visitor's platform, for one film or song.
import { fill, make } from "./dom.js";
import { toast } from "./toast.js";
import { messages } from "../served.js";
import { playersFor } from "../file/players.js";
import { makeShareLink } from "../file/share.js";
import { strictUrl } from "../file/url.js";

/**
 * What the file's own page knows of who may open it: `{ hours, notice }`, for how long a share link lives
 * that players get, 0 if they get none; and what to tell the visitor. `null` where the page does not come.
 */
export async function lockOf({ link }) {
  const response = await fetch(`${link.href}?view`, { headers: { accept: "text/html" } }).catch(() => null);
  if (!response?.ok) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const { sealed, shareHours = 0 } = page.getElementById("main").dataset;
  if (sealed === undefined) return { hours: 0, notice: "" };
  const hours = Math.min(24, shareHours);
  return { hours, notice: hours > 0 ? fill(messages.players_shared, { n: hours }) : messages.players_sealed };
}

/** The menu's items, the file's page last. `onopen()` is called when one is chosen. */
export function playerItems({ link, name }, { hours }, onopen) {
  const item = (href, label, onclick) => make("a", { href, role: "menuitem", class: "button plain", onclick }, label);
  const linksTo = (url) => playersFor({ url: strictUrl(url), name });
  const players = linksTo(link.href).map(({ player, link: href }, at) => item(href, player, async (event) => {
    onopen();
    if (hours === 0) return;
    event.preventDefault();
    try {
      const { url } = await makeShareLink({ url: link.href, hours }, messages);
      location.assign(linksTo(url)[at].link);
    } catch ({ message }) {
      toast(message);
    }
  }));
  return [...players, item(`${link.href}?view`, messages.file_page, onopen)];
}
