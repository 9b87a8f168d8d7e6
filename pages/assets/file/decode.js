// Bytes as text, whatever wrote them: what a byte order mark says, else UTF-8 if it is that, else what
// Chinese files are in most often.

/** What can be chosen by hand. */
export const ENCODINGS = ["utf-8", "gb18030", "big5", "utf-16le", "utf-16be", "shift_jis", "windows-1252"];

/** Whether bytes look like no text at all. */
export function isBinary(bytes) {
  return !bom(bytes) && bytes.subarray(0, 4096).includes(0);
}

/** The encoding of bytes, which may end within a character. */
export function encodingOf(bytes) {
  const marked = bom(bytes);
  if (marked) return marked;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return "utf-8";
  } catch {
    return "gb18030";
  }
}

/** The text of bytes, the mark at its beginning left out. */
export function decode(bytes, encoding = encodingOf(bytes)) {
  // As a stream: a character that is cut off at the end is not there yet, and no wrong one.
  return new TextDecoder(encoding).decode(bytes, { stream: true });
}

function bom([first, second, third]) {
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return null;
}
