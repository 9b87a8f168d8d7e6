// Sizes in bytes, formatted and parsed as the site's pages write them (pages/src/format.rs).

const UNITS = ["B", "KB", "MB", "GB", "TB", "PB", "EB"];

/** Parses a formatted size into bytes, to the precision of its digits; `undefined` for any other text. */
export function bytesOf(formatted) {
  const [number, unit] = formatted.split(" ");
  return unit ? Number(number) * 1024 ** UNITS.indexOf(unit) : undefined;
}

/** Formats a number of bytes in three digits and a binary unit. */
export function sizeOf(bytes) {
  let unit = 0;
  let size = bytes;
  while (unit < UNITS.length - 1 && size >= (unit === 0 ? 1024 : 999.95)) {
    size /= 1024;
    unit += 1;
  }
  return `${unit > 0 && size < 99.95 ? size.toFixed(1) : Math.round(size)} ${UNITS[unit]}`;
}
