// Detection of text encodings: by the byte order mark, else UTF-8 if it is valid, else GB 18030, the most common
// one of Chinese files.

/** The encodings that a visitor can choose. */
export const ENCODINGS = ["utf-8", "gb18030", "big5", "utf-16le", "utf-16be", "shift_jis", "windows-1252"];

/** Whether bytes are binary: a NUL in the first 4 KiB, without a byte order mark. */
export function isBinary(bytes) {
  return !bom(bytes) && bytes.subarray(0, 4096).includes(0);
}

/** The encoding of a text's bytes, which may end within a character. */
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

/** Decodes bytes to text, without the byte order mark. */
export function decode(bytes, encoding = encodingOf(bytes)) {
  // As a stream: a character that is cut off at the end is left out, instead of replaced by U+FFFD.
  return new TextDecoder(encoding).decode(bytes, { stream: true });
}

function bom([first, second, third]) {
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return null;
}
