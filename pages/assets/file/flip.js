// Navigation to the previous or next file without a page load, so that playback goes on: browsers permit sound
// only on a page with which the visitor has interacted.

/**
 * Replaces the page's contents by those of the page at `href`, and calls `begin(main)` with them. A URL that is no
 * file's page, or whose bytes come from hosts that this page's Content-Security-Policy forbids, is opened as a
 * link instead.
 */
export async function flipTo(href, begin) {
  const main = document.getElementById("main");
  const page = await load(href);
  const next = page?.getElementById("main");
  if (!next?.classList.contains("file") || next.dataset.byteOrigins !== main.dataset.byteOrigins) {
    location.assign(href);
    return;
  }
  history.pushState(null, "", href);
  document.title = page.title;
  document.querySelector("header").replaceWith(document.adoptNode(page.querySelector("header")));
  const adopted = document.adoptNode(next);
  main.replaceWith(adopted);
  begin(adopted);
}

async function load(href) {
  try {
    const response = await fetch(href, { headers: { accept: "text/html" } });
    if (!response.ok) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    return null;
  }
}

addEventListener("popstate", () => location.reload());
