// The contents of the fake CDN's files, and the parsing of Range headers.
import { createCipheriv, createHash } from "node:crypto";

/** Bytes that depend on the decoded path alone: a byte of another object is a visible error. */
export function bytesOf(path, size) {
  const seed = createHash("sha256").update(path).digest();
  const cipher = createCipheriv("aes-128-ctr", seed.subarray(0, 16), seed.subarray(16));
  return cipher.update(Buffer.alloc(size));
}

/** A size that is odd, and the same for the same path: 1 to 4,095 bytes. */
export function sizeOf(path) {
  return (createHash("sha256").update(path).digest().readUInt16BE(0) % 4096) | 1;
}

/**
 * The part that a `Range` header selects of `total` bytes: `{ start, end }` (end inclusive), `"all"` where
 * the header is missing or no single byte range, `"none"` where it can't be satisfied.
 */
export function rangeOf(header, total) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return "all";
  if (match[1] === "") {
    const length = Math.min(Number(match[2]), total);
    return length === 0 ? "none" : { start: total - length, end: total - 1 };
  }
  const start = Number(match[1]);
  const end = match[2] === "" ? total - 1 : Math.min(Number(match[2]), total - 1);
  if (start >= total) return "none";
  return end < start ? "all" : { start, end };
}
