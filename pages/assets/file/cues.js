// A parser of subtitles in WebVTT and SubRip, whose cues have the same form.

const TIME = String.raw`(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})`;
const TIMING = new RegExp(`^\\s*${TIME}\\s*-->\\s*${TIME}`);

/** Parses the text of a `.vtt` or `.srt` file to `[{ start, end, text }]`, times in seconds. */
export function parseCues(text) {
  const cues = [];
  for (const block of text.replace(/\r\n?/g, "\n").split(/\n[ \t]*\n/)) {
    const lines = block.split("\n");
    const at = lines.findIndex((line) => TIMING.test(line));
    if (at < 0) continue;
    const [start, end] = timesOf(TIMING.exec(lines[at]));
    const body = lines.slice(at + 1).join("\n").trim();
    if (end > start && body) cues.push({ start, end, text: clean(body) });
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
 * Removes tags for positions and colours, which SubRip files take over from other formats. A tag can't contain
 * the begin of another one: otherwise thousands of unclosed tags would take quadratic time.
 */
function clean(text) {
  return text.replace(/\{\\[^{}]*\}/g, "").replace(/<\/?font[^<>]*>/gi, "");
}
