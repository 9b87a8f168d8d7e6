// Mixed content: what comes over plain http on a page over https. Browsers block it, and don't tell the page.

/** Whether browsers block what is at a URL on this page. */
export function isMixedContent(url) {
  return location.protocol === "https:" && url.protocol === "http:";
}

/**
 * The host of the file's bytes, if browsers block it on this page, else `null`. `byteOrigins` is the attribute of the
 * page: an origin, `https:` for any, or nothing if the bytes come from this site.
 */
export function blockedHost(byteOrigins) {
  const origin = byteOrigins.includes("://") ? new URL(byteOrigins) : null;
  return origin && isMixedContent(origin) ? origin.host : null;
}
