// A file's link as Markdown, HTML, BBCode, <iframe> and .strm, escaped for each format.

/** Escapes text for HTML, also within quotes. */
export function html(text) {
  const names = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\n": "&#10;", "\r": "&#13;" };
  return text.replace(/[&<>"'\n\r]/g, (char) => names[char]);
}

/** Escapes text for a CommonMark link, on one line. */
function markdown(text) {
  return text.replace(/[\n\r]+/g, " ").replace(/[\\`*_[\]<>&~|$]/g, "\\$&");
}

/** Text for BBCode, which has no escapes: square brackets become round ones. */
function bbcode(text) {
  return text.replace(/[\n\r]+/g, " ").replaceAll("[", "(").replaceAll("]", ")");
}

/**
 * The link of a file in each format: `{ markdown, html, bbcode, iframe, strm }`, `null` for formats that its kind
 * does not have. `kind` is the `data-kind` of the file's page.
 */
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
  // A URL with AList's signature keeps it.
  const embedUrl = `${url}${url.includes("?") ? "&" : "?"}embed`;
  return {
    markdown: `${isPicture ? "!" : ""}[${markdown(name)}](${url})`,
    html: tags[kind]?.() ?? `<a href="${url}">${title}</a>`,
    bbcode: isPicture ? `[img]${url}[/img]` : `[url=${url}]${bbcode(name)}[/url]`,
    iframe: isPicture || isPlayed
      // A rule may check the Referer, whatever the page's own Referrer-Policy is.
      ? `<iframe src="${html(embedUrl)}" title="${title}" width="640" height="${height}" loading="lazy" referrerpolicy="strict-origin-when-cross-origin" allow="autoplay; picture-in-picture" allowfullscreen></iframe>`
      : null,
    strm: isPlayed ? `${url}\n` : null,
  };
}
