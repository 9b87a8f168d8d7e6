// Links that open a file in a player of the visitor's platform.
//
// Sources of each form:
// - IINA: `iina://weblink?url=`, iina/iina, AppDelegate.swift (parsePendingURL)
// - PotPlayer: `potplayer://` before the address, as its installer registers it
// - VLC: on Android an intent for its package (wiki.videolan.org, Android Player Intents); on iOS
//   x-callback-url (VLC for iOS, URL scheme); elsewhere `vlc://`, which desktops know only with a helper
// - Browsers take the `http` behind `potplayer://` and `vlc://` for a host and leave out the colon behind it.
//   PotPlayer puts it back since 2025 (AlistGo/alist#7360, OpenListTeam/OpenList#283); a helper for VLC has to
// - nPlayer: `nplayer-` before the address (nplayer.com, URL scheme)
// - Infuse: `infuse://x-callback-url/play?url=` (support.firecore.com, API for third-party apps)
// - Fileball: `filebox://play?url=`, SenPlayer: `senplayer://x-callback-url/play?url=` (their "About")
// - MX Player: an intent for its package, title in `S.title` (mx.j2inter.com/api)
// - Just Player: an intent for its package (moneytoo/Player)
// - mpv: `mpv-handler://play/BASE64URL/?v_title=BASE64URL` (akiirui/mpv-handler from 0.4 on)
// - intents: developer.chrome.com, "Android intents with Chrome"

const encoded = encodeURIComponent;

function intent(packageName) {
  return (url, name) => {
    const { protocol, host, pathname, search } = new URL(url);
    const parts = [
      `intent://${host}${pathname}${search}#Intent`, `scheme=${protocol.slice(0, -1)}`,
      "action=android.intent.action.VIEW", "type=video/*", `package=${packageName}`,
      `S.title=${encoded(name)}`, "end",
    ];
    return parts.join(";");
  };
}

/** Base64url of the text's UTF-8, without padding. */
function base64(text) {
  const binary = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

const infuse = (url) => `infuse://x-callback-url/play?url=${encoded(url)}`;
const senplayer = (url) => `senplayer://x-callback-url/play?url=${encoded(url)}`;
const fileball = (url) => `filebox://play?url=${encoded(url)}`;
const nplayer = (url) => `nplayer-${url}`;
const vlc = (url) => `vlc://${url}`;
const mpv = (url, name) => `mpv-handler://play/${base64(url)}/?v_title=${base64(name)}`;

const PLAYERS = {
  windows: [["PotPlayer", (url) => `potplayer://${url}`], ["VLC", vlc], ["mpv", mpv]],
  mac: [
    ["IINA", (url) => `iina://weblink?url=${encoded(url)}`], ["Infuse", infuse], ["VLC", vlc],
    ["SenPlayer", senplayer], ["nPlayer", nplayer], ["mpv", mpv],
  ],
  ios: [
    ["Infuse", infuse], ["VLC", (url) => `vlc-x-callback://x-callback-url/stream?url=${encoded(url)}`],
    ["nPlayer", nplayer], ["SenPlayer", senplayer], ["Fileball", fileball],
  ],
  android: [
    ["MX Player", intent("com.mxtech.videoplayer.ad")], ["MX Player Pro", intent("com.mxtech.videoplayer.pro")],
    ["VLC", intent("org.videolan.vlc")], ["Just Player", intent("com.brouken.player")],
    ["nPlayer", intent("com.newin.nplayer.pro")],
  ],
  linux: [["mpv", mpv], ["VLC", vlc]],
};

/** The platform by the browser's `navigator`: `windows`, `mac`, `ios`, `android` or `linux`. */
export function platformOf({ userAgent, maxTouchPoints = 0 }) {
  if (/Android/i.test(userAgent)) return "android";
  if (/iPhone|iPad|iPod/i.test(userAgent)) return "ios";
  // An iPad that requests desktop pages has the user agent of a Mac; no Mac has a touchscreen.
  if (/Macintosh/i.test(userAgent)) return maxTouchPoints > 1 ? "ios" : "mac";
  return /Windows/i.test(userAgent) ? "windows" : "linux";
}

/** The players with their links, `[{ player, link }]`, for a film or a song at an absolute URL without a query. */
export function playersFor({ url, name }, platform = platformOf(navigator)) {
  return PLAYERS[platform].map(([player, link]) => ({ player, link: link(url, name) }));
}
