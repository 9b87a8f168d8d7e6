// Addresses that every program reads alike.

/**
 * An address written so strictly that no language takes a part of it for its own: letters, digits, `-._~`
 * and escapes. The decoded path stays the same.
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
    // It is no escape, then.
  }
  return encodeURIComponent(name).replace(/[!'()*]/g, escaped);
}
