// URLs that every program and shell reads in the same way.

/**
 * Encodes a URL so strictly that no markup or shell interprets a part of it: its path has letters, digits, `-._~` and
 * escapes only. The decoded path is unchanged.
 */
export function strictUrl(url) {
  const { origin, pathname, search } = new URL(url);
  const path = pathname.split("/").map((segment) => strictSegment(segment)).join("/");
  return origin + path + search;
}

function strictSegment(segment) {
  const escaped = (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  let name = segment;
  try {
    name = decodeURIComponent(segment);
  } catch {
    // Not valid percent-encoding: encoded as it is.
  }
  return encodeURIComponent(name).replace(/[!'()*]/g, escaped);
}
