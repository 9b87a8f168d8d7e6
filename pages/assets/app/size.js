// Sizes, as the page shows them.

const UNITS = ["B", "KB", "MB", "GB", "TB", "PB", "EB"];

/** Bytes that a shown size stands for, as near as it says; `undefined` where none is shown. */
export function bytesOf(shown) {
  const [number, unit] = shown.split(" ");
  return unit ? Number(number) * 1024 ** UNITS.indexOf(unit) : undefined;
}

/** Bytes as people read them. */
export function sizeOf(bytes) {
  let unit = 0;
  let size = bytes;
  while (unit < UNITS.length - 1 && size >= (unit === 0 ? 1024 : 999.95)) {
    size /= 1024;
    unit += 1;
  }
  return `${unit > 0 && size < 99.95 ? size.toFixed(1) : Math.round(size)} ${UNITS[unit]}`;
}
