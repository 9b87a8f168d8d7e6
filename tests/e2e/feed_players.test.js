// A folder's playlist and feed in real players: each plays every entry, given the folder's URL.
import assert from "node:assert/strict";
import { chmod, readFile, writeFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { after, test } from "node:test";
import { openCdn } from "./support/cdn.js";
import { filesBelow, proxied, run, scratch } from "./support/clients.js";
import { entry, openGuarded } from "./support/guarded.js";
import { ACCOUNTS, UID } from "./support/library.js";
import { read } from "./support/readers.js";

/** The level of every sample of a song: it identifies the song in a recording. */
const LEVELS = { "/songs/one.wav": 1_000, "/songs/two.wav": 2_000 };
/** Songs of the same levels, in folders below one. */
const TREE = { "/albums/a & b/1/one.wav": 1_000, "/albums/two.wav": 2_000 };
const FILES = Object.keys(LEVELS).map((name) => entry(name, wav(LEVELS[name]).length));
const BELOW = Object.keys(TREE).map((name) => entry(name, wav(TREE[name]).length));

const cdn = await openCdn({ accounts: ACCOUNTS });
for (const { path: name, cdnPath, size } of FILES) cdn.put(cdnPath, { size, uid: UID, body: wav(LEVELS[name]) });
for (const { path: name, cdnPath, size } of BELOW) cdn.put(cdnPath, { size, uid: UID, body: wav(TREE[name]) });
const site = await openGuarded([...FILES, ...BELOW], []);
const playlist = async () => (await site.request("/songs/?format=m3u8")).text;

/** A tenth of a second. */
function wav(level) {
  const rate = 8_000;
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + rate / 5, 4);
  head.write("WAVEfmt ", 8);
  [[16, 16, 4], [20, 1, 2], [22, 1, 2], [24, rate, 4], [28, rate * 2, 4], [32, 2, 2], [34, 16, 2]]
    .forEach(([at, value, bytes]) => head.writeUIntLE(value, at, bytes));
  head.write("data", 36);
  head.writeUInt32LE(rate / 5, 40);
  return Buffer.concat([head, Buffer.from(new Int16Array(rate / 10).fill(level).buffer)]);
}

/** How many samples of each level a player has put out. */
async function samples(file) {
  const body = (await readFile(file)).subarray(44);
  const counts = Object.fromEntries(Object.values(LEVELS).map((level) => [level, 0]));
  for (let at = 0; at + 1 < body.length; at += 2) {
    const level = body.readInt16LE(at);
    if (level in counts) counts[level] += 1;
  }
  return counts;
}

/** A proxy for VLC, which sends it all requests: those for the CDN's hosts go to the fake CDN. */
async function openProxy() {
  const server = http.createServer(({ method, url, headers }, response) => {
    const { host, hostname, port } = new URL(url);
    const [to, path] = hostname === "127.0.0.1" ? [port, url.slice(`http://${host}`.length)] : [cdn.port, url];
    http.request({ host: "127.0.0.1", port: to, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    }).end();
  });
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  after(() => { server.closeAllConnections(); server.close(); });
  return `http://127.0.0.1:${server.address().port}`;
}

const played = (files = FILES) => files.map(({ cdnPath }) => cdn.requestsFor(cdnPath).filter(({ status }) => status < 300).length > 0);

for (const [query, files] of [["/songs/?format=m3u8", FILES], ["/albums/?format=m3u8&depth=9", BELOW]]) test(`mpv plays every entry of the playlist ${query}`, { timeout: 60_000 }, async () => {
  cdn.forget();
  const cwd = scratch();
  const sound = ["--ao=pcm", "--ao-pcm-file=sound.wav", "--ao-pcm-append=yes"];
  const quiet = ["--no-config", "--no-ytdl", ...sound, "--vo=null", "--no-terminal", "--cache=no"];
  const result = await run("mpv", [...quiet, site.url + query], { cwd, env: proxied(cdn) });
  assert.equal(result.status, 0, result.stdout + result.stderr);
  assert.deepEqual(played(files), [true, true]);
  assert.deepEqual(await samples(path.join(cwd, "sound.wav")), { 1000: 800, 2000: 800 });
});

// At a playlist's URL yt-dlp expects HLS; it reads a feed as a playlist, and a playlist's lines as a list of URLs
// with comments.
test("yt-dlp downloads every entry of the feed from its URL, and of the playlist from its lines", { timeout: 120_000 }, async () => {
  const list = path.join(scratch(), "list");
  await writeFile(list, await playlist());
  for (const asked of [[`${site.url}/songs/?format=rss`], ["--batch-file", list]]) {
    const cwd = scratch();
    const quiet = ["--ignore-config", "--no-cache-dir", "--quiet", "--output", "%(autonumber)s.%(ext)s"];
    const { status, stderr } = await run("yt-dlp", [...quiet, ...asked], { cwd, env: proxied(cdn) });
    assert.equal(status, 0, stderr);
    const files = [...(await filesBelow(cwd)).values()];
    for (const { cdnPath } of FILES) assert.ok(files.some((bytes) => bytes.equals(cdn.bytes(cdnPath))), cdnPath);
    assert.equal(files.length, FILES.length);
  }
});

test("ffprobe reads each entry of the playlist", { timeout: 60_000 }, async () => {
  const entries = await read("playlist", await playlist());
  assert.equal(entries.length, FILES.length);
  for (const [, url] of entries) {
    const args = ["-v", "error", "-show_entries", "format=format_name", "-of", "csv=p=0", url];
    const result = await run("ffprobe", args, { cwd: scratch(), env: proxied(cdn) });
    assert.deepEqual([result.status, result.stdout.trim()], [0, "wav"], result.stderr);
  }
});

for (const [query, files] of [
  ["/songs/?format=m3u8", FILES], ["/songs/?format=xspf", FILES], ["/albums/?format=xspf&depth=9", BELOW],
]) test(`VLC plays the playlist ${query} to its end`, { timeout: 60_000 }, async () => {
  cdn.forget();
  const cwd = scratch();
  await chmod(cwd, 0o777);
  const vlc = [
    "cvlc", "--no-media-library", "--ignore-config", "--aout=afile", "--audiofile-file=sound.wav",
    "--vout=dummy", "--play-and-exit", site.url + query, "vlc://quit",
  ];
  // It does not run as root.
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const [program, ...args] = process.getuid() === 0 ? [...nobody, ...vlc] : vlc;
  const result = await run(program, args, { cwd, env: { http_proxy: await openProxy() } });
  assert.deepEqual(played(files), [true, true], result.stdout + result.stderr);
  // VLC overwrites its output file for each entry: the second one remains.
  assert.deepEqual(await samples(path.join(cwd, "sound.wav")), { 1000: 0, 2000: 800 }, result.stderr);
});
