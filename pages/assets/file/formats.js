// A link in the languages that people paste it into, escaped as each of them wants it.

/** Text in HTML, also within quotes. */
export function html(text) {
  const names = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\n": "&#10;", "\r": "&#13;" };
  return text.replace(/[&<>"'\n\r]/g, (char) => names[char]);
}

/** Text in a link of CommonMark: every mark escaped, on one line. */
function markdown(text) {
  return text.replace(/[\n\r]+/g, " ").replace(/[\\`*_[\]<>&~|$]/g, "\\$&");
}

/** Text in BBCode, which has no escapes: brackets that would end it become round ones. */
function bbcode(text) {
  return text.replace(/[\n\r]+/g, " ").replaceAll("[", "(").replaceAll("]", ")");
}

/** `{ markdown, html, bbcode, iframe, strm }` of a file. `kind` is that of its page. */
export function formatsOf({ url, name, kind }) {
  const title = html(name);
  const media = (tag) => `<${tag} src="${url}" title="${title}" controls preload="none"></${tag}>`;
  const tags = {
    picture: () => `<img src="${url}" alt="${title}" loading="lazy">`,
    video: () => media("video"),
    playlist: () => media("video"),
    audio: () => media("audio"),
  };
  const isPicture = kind === "picture";
  const isPlayed = ["video", "playlist", "audio"].includes(kind);
  const height = kind === "audio" ? 104 : 360;
  // What AList signed keeps its signature.
  const frame = `${url}${url.includes("?") ? "&" : "?"}embed`;
  return {
    markdown: `${isPicture ? "!" : ""}[${markdown(name)}](${url})`,
    html: tags[kind]?.() ?? `<a href="${url}">${title}</a>`,
    bbcode: isPicture ? `[img]${url}[/img]` : `[url=${url}]${bbcode(name)}[/url]`,
    iframe: isPicture || isPlayed
      // A rule may ask which page it is, whatever that page says to others.
      ? `<iframe src="${html(frame)}" title="${title}" width="640" height="${height}" loading="lazy" referrerpolicy="strict-origin-when-cross-origin" allow="autoplay; picture-in-picture" allowfullscreen></iframe>`
      : null,
    strm: isPlayed ? `${url}\n` : null,
  };
}
