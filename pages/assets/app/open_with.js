// The menu of players for a film or a song, by the visitor's platform.
import { messages } from "../served.js";
import { fill, make } from "../shared/dom.js";
import { playersFor } from "../shared/players.js";
import { makeShareLink } from "../shared/share_link.js";
import { toast } from "../shared/toast.js";
import { strictUrl } from "../shared/url.js";

/**
 * Reads from the file's page who may open the file: `{ hours, notice }`. `hours` is the lifetime of the share
 * link that players get, 0 if they get the file's own URL; `notice` is a message for the visitor. `null` if the
 * page can't be loaded.
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

/** The menu items: one for each player, and the file's page last. `onopen()` is called when one is chosen. */
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
