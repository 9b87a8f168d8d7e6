// The info dialog of a row: its details, and its link as text and as a QR code for a phone.
import { generate } from "lean-qr/nano";
import { copy } from "./clipboard.js";
import { details } from "./details.js";
import { openDialog } from "./dialog.js";
import { table } from "./rows.js";
import { messages } from "../served.js";
import { fill, make } from "../shared/dom.js";
import { sizeOf } from "../shared/size.js";

const SVG = "http://www.w3.org/2000/svg";

/** Opens the info dialog of a row. */
export async function showInfo(row) {
  const { link, name, folder, time } = row;
  const about = (await details()).get(name) ?? {};
  const zone = /UTC[-+:\d]*/.exec(table.caption.textContent)?.[0] ?? "";
  const lines = [];
  const line = (label, ...value) => lines.push(make("dt", {}, label), make("dd", {}, ...value));
  line(messages.by_name, make("bdi", {}, name));
  if (!folder && Number.isFinite(about.size)) {
    const bytes = fill(messages.bytes, { n: about.size.toLocaleString(document.documentElement.lang) });
    line(messages.by_size, `${sizeOf(about.size)} (${bytes})`);
  }
  if (time) line(messages.by_time, `${time} ${zone}`);
  if (about.md5) line("MD5", make("code", {}, about.md5));
  const field = make("input", { class: "field", readonly: true, value: link.href, "aria-label": messages.link });
  field.addEventListener("focus", () => field.select());
  const button = make("button", { type: "button", class: "button main", onclick: () => copy(link.href) }, messages.copy_link);
  openDialog(messages.info, make("dl", { class: "about" }, ...lines), make("div", { class: "line" }, field, button), qrCode(link.href));
}

/** A QR code with its margin as SVG, dark on light in any theme; `null` if the text is too long. */
function qrCode(text) {
  let code;
  try {
    // With the lowest error correction, which is the default: modules are the largest, and a screen has no damage.
    code = generate(text);
  } catch {
    return null;
  }
  const size = code.size + 8;
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { class: "qr", viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": messages.qr, "shape-rendering": "crispEdges" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  let modules = "";
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) modules += `M${x + 4} ${y + 4}h1v1h-1z`;
  }
  path.setAttribute("d", modules);
  svg.append(path);
  return svg;
}
