// To the file before or after without leaving the page: what plays goes on playing, since browsers let a
// page make sound only where the visitor has pressed something.

/**
 * Puts the page at `href` in place of this one. `begin(main)` is called with its contents. What is not
 * such a page, or comes from elsewhere than this page's policy allows, is opened as any link is.
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
