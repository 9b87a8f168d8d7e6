// QR codes (ISO/IEC 18004): text in bytes, error correction L, as a square of dark and light modules. On a
// screen nothing wears off: the lowest correction gives the largest modules.

/** Codewords for correction in each block, by version from 1. */
const CORRECTION = [
  7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28,
  28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
];
/** Blocks, by version from 1. */
const BLOCKS = [
  1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8,
  8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25,
];
const MASKS = [
  (x, y) => (x + y) % 2, (x, y) => y % 2, (x) => x % 3, (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2, (x, y) => ((x * y) % 2) + ((x * y) % 3),
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
];

/** Rows of `true` for dark modules; `null` for text that no code holds (2,953 bytes). */
export function qrOf(text) {
  const bytes = new TextEncoder().encode(text);
  for (let version = 1; version <= 40; version += 1) {
    const room = codewords(version) - CORRECTION[version - 1] * BLOCKS[version - 1];
    const header = version < 10 ? 12 : 20;
    if (bytes.length * 8 + header <= room * 8) return drawCode(version, interleave(version, fillUp(bytes, header, room)));
  }
  return null;
}

/** The modules that hold data, in whole bytes: all but the patterns. */
function codewords(version) {
  const size = version * 4 + 17;
  const count = version < 2 ? 0 : Math.floor(version / 7) + 2;
  const finders = 3 * 64;
  const alignments = count && (count * count - 3) * 25 - (count - 2) * 10;
  const timings = 2 * (size - 16);
  const formats = 31 + (version < 7 ? 0 : 36);
  return Math.floor((size * size - finders - alignments - timings - formats) / 8);
}

/** Mode, length, the bytes, and padding to the end. */
function fillUp(bytes, header, room) {
  const bits = [];
  const push = (value, length) => {
    for (let at = length - 1; at >= 0; at -= 1) bits.push((value >> at) & 1);
  };
  push(0b0100, 4);
  push(bytes.length, header - 4);
  for (const byte of bytes) push(byte, 8);
  push(0, Math.min(4, room * 8 - bits.length));
  while (bits.length % 8) bits.push(0);
  const data = [];
  for (let at = 0; at < bits.length; at += 8) data.push(parseInt(bits.slice(at, at + 8).join(""), 2));
  for (let pad = 0xec; data.length < room; pad ^= 0xfd) data.push(pad);
  return data;
}

/** Blocks with their corrections, the first byte of each, then the second of each, and so on. */
function interleave(version, data) {
  const [count, length] = [BLOCKS[version - 1], CORRECTION[version - 1]];
  const short = Math.floor(data.length / count);
  const longer = data.length % count;
  const generator = generatorOf(length);
  let at = 0;
  const blocks = Array.from({ length: count }, (_, index) => {
    const block = data.slice(at, at += short + (index >= count - longer ? 1 : 0));
    return { block, correction: remainder(block, generator) };
  });
  const out = [];
  for (let index = 0; index <= short; index += 1) {
    for (const { block } of blocks) if (index < block.length) out.push(block[index]);
  }
  for (let index = 0; index < length; index += 1) for (const { correction } of blocks) out.push(correction[index]);
  return out;
}

/** The product in GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1. */
function times(a, b) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) product = (product << 1) ^ ((product >> 7) * 0x11d) ^ (((b >> bit) & 1) * a);
  return product;
}

/** (x - 1)(x - 2)(x - 4)…, the leading coefficient left out. */
function generatorOf(length) {
  let coefficients = [...Array(length - 1).fill(0), 1];
  let root = 1;
  for (let power = 0; power < length; power += 1) {
    coefficients = coefficients.map((each, at) => times(each, root) ^ (coefficients[at + 1] ?? 0));
    root = times(root, 2);
  }
  return coefficients;
}

function remainder(block, generator) {
  const rest = Array(generator.length).fill(0);
  for (const byte of block) {
    const factor = byte ^ rest.shift();
    rest.push(0);
    generator.forEach((each, at) => { rest[at] ^= times(each, factor); });
  }
  return rest;
}

function drawCode(version, bytes) {
  const size = version * 4 + 17;
  const dark = Array.from({ length: size }, () => Array(size).fill(false));
  const fixed = Array.from({ length: size }, () => Array(size).fill(false));
  const set = (x, y, value) => {
    if (!(y in dark) || !(x in dark)) return;
    dark[y][x] = Boolean(value);
    fixed[y][x] = true;
  };
  drawPatterns(version, size, set);
  drawFormat(0, size, set);
  drawData(bytes, size, dark, fixed);
  const masked = MASKS.map((mask, index) => {
    const rows = dark.map((row, y) => row.map((value, x) => (fixed[y][x] ? value : value !== (mask(x, y) === 0))));
    drawFormat(index, size, (x, y, value) => { rows[y][x] = Boolean(value); });
    return rows;
  });
  return masked.reduce((best, rows) => (penalty(rows) < penalty(best) ? rows : best));
}

function drawPatterns(version, size, set) {
  for (let at = 0; at < size; at += 1) {
    set(6, at, at % 2 === 0);
    set(at, 6, at % 2 === 0);
  }
  // Rings about a centre: dark but for the second of a finder and the one outside of it.
  const ring = (cx, cy, radius, lights) => {
    for (let y = -radius; y <= radius; y += 1) {
      for (let x = -radius; x <= radius; x += 1) set(cx + x, cy + y, !lights.includes(Math.max(Math.abs(x), Math.abs(y))));
    }
  };
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) ring(x, y, 4, [2, 4]);
  const places = alignmentsOf(version, size);
  const last = places.at(-1);
  for (const x of places) {
    for (const y of places) {
      const atFinder = (x === 6 && y === 6) || (x === 6 && y === last) || (x === last && y === 6);
      if (!atFinder) ring(x, y, 2, [1]);
    }
  }
  if (version >= 7) {
    const bits = (version << 12) | checked(version, 12, 0x1f25);
    for (let at = 0; at < 18; at += 1) {
      const [a, b] = [size - 11 + (at % 3), Math.floor(at / 3)];
      set(a, b, (bits >> at) & 1);
      set(b, a, (bits >> at) & 1);
    }
  }
}

/** Where alignment patterns lie: evenly apart from the far end, the first one at the timing pattern. */
function alignmentsOf(version, size) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = version === 32 ? 26 : Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2;
  return [6, ...Array.from({ length: count - 1 }, (_, at) => size - 7 - (count - 2 - at) * step)];
}

/** The BCH code of a value. */
function checked(value, length, generator) {
  let rest = value;
  for (let at = 0; at < length; at += 1) rest = (rest << 1) ^ ((rest >> (length - 1)) * generator);
  return rest & ((1 << length) - 1);
}

/** Correction and mask, twice. */
function drawFormat(mask, size, set) {
  const value = (0b01 << 3) | mask;
  const bits = ((value << 10) | checked(value, 10, 0x537)) ^ 0x5412;
  for (let at = 0; at < 15; at += 1) {
    const bit = (bits >> at) & 1;
    const near = at < 6 ? at : at < 8 ? at + 1 : 14 - at + (at === 8 ? 1 : 0);
    if (at < 8) set(8, near, bit);
    else set(near, 8, bit);
    if (at < 8) set(size - 1 - at, 8, bit);
    else set(8, size - 15 + at, bit);
  }
  set(8, size - 8, 1);
}

/** In columns of two, up and down from the right, past what is fixed. */
function drawData(bytes, size, dark, fixed) {
  let at = 0;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5;
    const up = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step += 1) {
      const y = up ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (fixed[y][x]) continue;
        dark[y][x] = ((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) % 2 === 1;
        at += 1;
      }
    }
  }
}

/** How hard a code is to read: long runs, squares, what looks like a finder, too much of one colour. */
function penalty(rows) {
  const columns = rows.map((_, x) => rows.map((row) => row[x]));
  let sum = 0;
  for (const line of [...rows, ...columns]) {
    const text = line.map(Number).join("");
    for (const run of text.match(/0{5,}|1{5,}/g) ?? []) sum += run.length - 2;
    sum += 40 * (text.match(/(?=10111010000|00001011101)/g) ?? []).length;
  }
  rows.forEach((row, y) => row.forEach((value, x) => {
    if (y && x && value === row[x - 1] && value === rows[y - 1][x] && value === rows[y - 1][x - 1]) sum += 3;
  }));
  const share = rows.flat().filter(Boolean).length / rows.length ** 2;
  return sum + 10 * Math.floor(Math.abs(share - 0.5) * 20);
}
