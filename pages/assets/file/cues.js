// Subtitles as cues: WebVTT and SubRip are alike enough for one reader.

const TIME = String.raw`(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})`;
const TIMING = new RegExp(`^\\s*${TIME}\\s*-->\\s*${TIME}`);

/** `[{ start, end, text }]`, times in seconds, of a `.vtt` or `.srt`. */
export function parseCues(text) {
  const cues = [];
  for (const block of text.replace(/\r\n?/g, "\n").split(/\n[ \t]*\n/)) {
    const lines = block.split("\n");
    const at = lines.findIndex((line) => TIMING.test(line));
    if (at < 0) continue;
    const [start, end] = timesOf(TIMING.exec(lines[at]));
    const words = lines.slice(at + 1).join("\n").trim();
    if (end > start && words) cues.push({ start, end, text: clean(words) });
  }
  return cues;
}

function timesOf([, ...parts]) {
  const seconds = ([hours = "0", minutes, whole, fraction]) => (
    Number(hours) * 3600 + Number(minutes) * 60 + Number(whole) + Number(fraction.padEnd(3, "0")) / 1000
  );
  return [seconds(parts.slice(0, 4)), seconds(parts.slice(4))];
}

/**
 * Without what SubRip files carry over from other formats: positions and colours. Neither goes on where the
 * next one begins: looked for to the end of the text each time, some thousands that never end stop the page.
 */
function clean(words) {
  return words.replace(/\{\\[^{}]*\}/g, "").replace(/<\/?font[^<>]*>/gi, "");
}
