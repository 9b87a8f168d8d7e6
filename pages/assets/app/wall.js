// The picture wall. Pictures cost the site's owner traffic: none is loaded before the visitor asks for them.
import { count } from "./dom.js";
import { rowAt, shown, table } from "./rows.js";
import { messages } from "../served.js";
import { make } from "../shared/dom.js";
import { sizeOf } from "../shared/size.js";

let wanted = false;
const askBar = make("div", { class: "notice ask", hidden: true });
table.before(askBar);

const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    showPicture(rowAt(target));
  }
}, { rootMargin: "300px" });

/** Shows the pictures of the rows, or the button that loads them. In other views there are no pictures. */
export function drawWall(isWall) {
  const pictures = isWall ? shown.filter((row) => row.picture && !row.locked) : [];
  askBar.hidden = wanted || pictures.length === 0;
  if (!askBar.hidden) {
    const bytes = pictures.reduce((sum, row) => sum + (row.size ?? 0), 0);
    const show = () => {
      wanted = true;
      drawWall(true);
    };
    const label = bytes > 0 ? `${messages.show_pictures} (${sizeOf(bytes)})` : messages.show_pictures;
    askBar.replaceChildren(
      make("p", {}, count(messages.pictures, pictures.length)),
      make("button", { type: "button", class: "button main", onclick: show }, label),
    );
  }
  if (wanted) for (const row of pictures) if (!row.image) near.observe(row.tr);
}

function showPicture(row) {
  if (row.image) return;
  row.image = make("img", { alt: "", decoding: "async", src: row.link.href });
  row.image.addEventListener("error", () => row.image.remove());
  row.link.prepend(row.image);
}
