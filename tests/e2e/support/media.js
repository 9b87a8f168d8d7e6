// Small pictures, films, songs and documents, made on first use.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { scratch } from "./clients.js";

/** Seconds of the films and songs. */
export const SECONDS = 30;

const FILM = ["-f", "lavfi", "-i", `testsrc=size=160x90:rate=10:duration=${SECONDS}`];
const TONE = ["-f", "lavfi", "-i", `sine=frequency=440:duration=${SECONDS}`];

/** The options of ffmpeg for each file, by extension. */
const RECIPES = {
  "mp4": [...FILM, ...TONE, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10", "-c:a", "aac", "-movflags", "+faststart"],
  "webm": [...FILM, "-c:v", "libvpx", "-b:v", "100k"],
  "mp3": [...TONE, "-c:a", "libmp3lame", "-b:a", "64k"],
  "flac": [...TONE, "-c:a", "flac"],
  "png": ["-f", "lavfi", "-i", "testsrc=size=1600x900:rate=1:duration=1", "-frames:v", "1"],
  "webp": ["-f", "lavfi", "-i", "testsrc2=size=800x1200:rate=1:duration=1", "-frames:v", "1", "-c:v", "libwebp"],
};

let folder;

/** The bytes of a file with this extension. `more` are further options, before the file's name. */
export function made(extension, ...more) {
  folder ??= scratch();
  const file = path.join(folder, `${more.join("").replace(/\W/g, "_")}.${extension}`);
  execFileSync("ffmpeg", ["-v", "error", "-y", ...RECIPES[extension], ...more, file], { stdio: "inherit" });
  return readFileSync(file);
}

/** A film that no browser buffers whole after its first seconds: noise at `kilobits` a second. */
export function longFilm(kilobits) {
  const rate = [`-b:v`, `${kilobits}k`, "-minrate", `${kilobits}k`, "-maxrate", `${kilobits}k`, "-bufsize", `${kilobits}k`];
  return made("mp4", "-vf", "noise=alls=100:allf=t", "-tune", "zerolatency", "-x264-params", "nal-hrd=cbr", ...rate);
}

/**
 * A film with other bytes in its middle, in place of pictures: its index says that all of it is there. It plays on
 * after them only if the film has a key frame there.
 */
export function damaged(film) {
  const bytes = Buffer.from(film);
  return bytes.fill(0xa5, Math.floor(bytes.length * 0.4), Math.floor(bytes.length * 0.6));
}

/** A WAV file of silence with its length in the header: 48 kHz, two channels of 16 bits. */
export function silence(seconds) {
  const bytes = seconds * 192_000;
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + bytes, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  [1, 2].forEach((value, index) => header.writeUInt16LE(value, 20 + 2 * index));
  [48_000, 192_000].forEach((value, index) => header.writeUInt32LE(value, 24 + 4 * index));
  [4, 16].forEach((value, index) => header.writeUInt16LE(value, 32 + 2 * index));
  header.write("data", 36);
  header.writeUInt32LE(bytes, 40);
  return Buffer.concat([header, Buffer.alloc(bytes)]);
}

/** A PDF of one page with a word on it. */
export function pdf(word) {
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
    `<< /Length ${word.length + 33} >>\nstream\nBT /F 36 Tf 40 90 Td (${word}) Tj ET \nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let text = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = offsets.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("");
  const xref = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`;
  return Buffer.from(`${text}${xref}trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`);
}

/** The pixels of a PNG, from black (0) to white (255), line by line: `{ width, height, pixels }`. */
export function greysOf(png) {
  const pixels = execFileSync("ffmpeg", ["-v", "error", "-i", "pipe:0", "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"],
    { input: png, maxBuffer: 2 ** 26 });
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20), pixels };
}
