// The script that embeds files of this site in pages of other sites:
//
//   <script src="https://files.example/-/embed.js" async></script>
//   <video controls data-signpost="/movies/a.mkv"></video>
//
// It works for video, audio (.m3u8 too, if the page has hls.js), img and a, also for elements that are added
// later. Nothing is requested before a visitor presses play, or before an image is close to the viewport.
//
// The element's URL is always this site's, never the signed link: this site's redirect keeps the page's URL from
// the CDN, which no attribute of a video could do. (Chromium and Firefox send later requests for a film to the CDN
// itself, with the Referer that the page's Referrer-Policy permits. A frame of `?embed` sends none.) `?format=json` says
// once for each play when the signed link expires; then this site's URL is loaded again, with the same position,
// speed, volume and subtitles.
import { isDecodeError, makeRenewals } from "./shared/renewals.js";
import { watchForStalls } from "./shared/watchdog.js";

(() => {
  "use strict";

  const source = document.currentScript?.src ?? document.querySelector('script[src$="/-/embed.js"]')?.src;
  if (!source) return;
  const site = new URL(source).origin;
  // A page may contain the script twice, once with each snippet that was pasted into it.
  const loadedKey = Symbol.for(`signpost ${site}`);
  if (window[loadedKey]) return;
  window[loadedKey] = true;

  /** The URL in an element's `data-signpost`; `undefined` if it is another site's. */
  function urlOf(element) {
    try {
      const url = new URL(element.dataset.signpost, `${site}/`);
      return url.origin === site ? url : undefined;
    } catch {
      return undefined;
    }
  }

  /** The URL with one more query parameter: the site ignores unknown ones. */
  function withParameter(url, parameter) {
    const { origin, pathname, search } = url;
    return `${origin}${pathname}${search}${search ? "&" : "?"}${parameter}`;
  }

  /** The URL in a form that no cache has. */
  const uncached = (url) => withParameter(url, `again=${Date.now().toString(36)}`);

  function anchor(link) {
    return (url) => { link.href = url.href; };
  }

  const near = window.IntersectionObserver && new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      target.src = urlOf(target)?.href ?? "";
    }
  }, { rootMargin: "200px" });

  function image(element) {
    return (url) => {
      element.addEventListener("error", () => { element.src = uncached(url); }, { once: true });
      if (near) near.observe(element);
      else element.src = url.href;
    };
  }

  /**
   * Says on an embed page of this site why an element does not play, with a link that opens the file's page: `hls`
   * where the browser plays no HLS, `failed` otherwise. Pages of other sites have no such notes.
   */
  function showNote(element, reason) {
    const note = location.origin === site && document.querySelector(`[data-note="${reason}"]`);
    if (!note) return;
    element.hidden = true;
    note.hidden = false;
  }

  function media(element) {
    let url;
    /** When the signed link expires, by this browser's clock in milliseconds. */
    let expiresAt;
    /** When the link is renewed: some time before it expires. */
    let renewAt;
    /** Whether the expiry of the current link was requested. */
    let isExpiryRequested = false;
    /** Whether the visitor wants playback: an error pauses the element, too. */
    let plays = false;
    /** Whether the metadata was ever loaded. */
    let loaded = false;
    /** The count of new links in this play, and whether a first one was tried before the metadata was loaded. */
    let renewals;
    let isRetried = false;
    /** The last position before an error, after which WebKit says 0. */
    let position = 0;
    let timer;
    let listens = false;
    let hls;

    const isRenewalDue = () => renewAt !== undefined && Date.now() >= renewAt;

    function hasBuffered(time) {
      const { buffered } = element;
      for (let index = 0; index < buffered.length; index += 1) {
        if (buffered.start(index) <= time && time <= buffered.end(index)) return true;
      }
      return false;
    }

    function isFullyBuffered() {
      const { buffered, duration } = element;
      return buffered.length === 1 && buffered.start(0) < 1 && buffered.end(0) > duration - 1;
    }

    /** Requests the expiry of the link, once: the request is counted as the same link. */
    async function requestExpiry() {
      if (isExpiryRequested) return;
      isExpiryRequested = true;
      const requestedUrl = url;
      try {
        const response = await fetch(withParameter(url, "format=json"));
        const { expires_at: at } = await response.json();
        const left = at * 1000 - Date.now();
        // By a wrong clock the link has expired already: then an error leads to its renewal.
        if (requestedUrl !== url || !(left > 0)) return;
        const margin = Math.min(60_000, Math.max(10_000, left / 10));
        // So short a time, too, is that of a wrong clock: a renewal would be due at once, and again.
        if (left < 2 * margin) return;
        expiresAt = Date.now() + left;
        renewAt = expiresAt - margin;
        clearTimeout(timer);
        timer = setTimeout(() => { if (!element.paused && !isFullyBuffered()) renew(); }, left - margin);
      } catch {
        // An error leads to the link's renewal.
      }
    }

    /** Loads the file by a new link, at the same position. */
    function renew() {
      clearTimeout(timer);
      const { playbackRate: rate } = element;
      const at = positionOf();
      const modes = [...element.textTracks].map((track) => track.mode);
      isExpiryRequested = false;
      expiresAt = renewAt = undefined;
      if (loaded) element.preload = "auto";
      element.src = uncached(url);
      element.addEventListener("loadedmetadata", () => {
        // Not before: WebKit may then stand still, without an error.
        element.currentTime = at;
        element.playbackRate = rate;
        [...element.textTracks].forEach((track, index) => { track.mode = modes[index] ?? track.mode; });
      }, { once: true });
      if (!plays) return;
      requestExpiry();
      element.play().catch(() => {});
    }

    const positionOf = () => (element.error || element.readyState === 0 ? position : element.currentTime);

    function onPlay() {
      plays = true;
      if (isRenewalDue() && !isFullyBuffered()) renew();
      else requestExpiry();
    }

    function onError() {
      if (loaded) {
        recover();
        return;
      }
      if (isRetried) {
        showNote(element, "failed");
        return;
      }
      isRetried = true;
      // Chromium plays HLS across sites with CORS only, Safari without it as well.
      if (isPlaylist(url)) element.crossOrigin = element.crossOrigin === null ? "anonymous" : null;
      renew();
    }

    /** Loads the file by a new link after an error or a stall, unless that was in vain before. */
    function recover() {
      const wait = renewals.waitAfter(positionOf(), isDecodeError(element.error));
      if (wait !== undefined) setTimeout(renew, wait);
      else if (element.error) showNote(element, "failed");
    }

    /** Renews an expired link: some browsers wait without an error for bytes that never arrive. */
    function onStall() {
      const at = element.currentTime;
      setTimeout(() => {
        const waits = !element.paused && element.readyState < 3 && element.currentTime === at;
        if (waits && expiresAt !== undefined && Date.now() >= expiresAt) renew();
      }, 3000);
    }

    function listen() {
      element.addEventListener("play", onPlay);
      element.addEventListener("pause", () => { if (!element.error) plays = false; });
      element.addEventListener("error", onError);
      element.addEventListener("waiting", onStall);
      element.addEventListener("stalled", onStall);
      watchForStalls(element, () => plays && loaded, recover);
      element.addEventListener("loadedmetadata", () => { loaded = true; });
      element.addEventListener("seeking", () => {
        if (loaded && !element.error) position = element.currentTime;
        if (loaded && isRenewalDue() && !hasBuffered(element.currentTime)) renew();
      });
      element.addEventListener("timeupdate", () => {
        if (element.error || element.readyState < 2) return;
        position = element.currentTime;
        renewals.noteProgress(position);
      });
    }

    return function set(newUrl) {
      // hls.js may still be loading.
      if (isPlaylist(newUrl) && !window.Hls && document.readyState !== "complete") {
        window.addEventListener("load", () => set(newUrl), { once: true });
        return;
      }
      url = newUrl;
      clearTimeout(timer);
      hls?.destroy();
      [isExpiryRequested, loaded, isRetried, expiresAt, renewAt] = [false, false, false, undefined, undefined];
      renewals = makeRenewals();
      position = 0;
      if (!element.hasAttribute("preload")) element.preload = "none";
      hls = hlsFor(element, url);
      if (hls) return;
      if (isPlaylist(url) && element.canPlayType(HLS) === "") showNote(element, "hls");
      if (!listens) listen();
      listens = true;
      // Embed pages have `src` already.
      const written = element.getAttribute("src");
      if (written === null || new URL(written, location.href).pathname !== url.pathname) element.src = url.href;
      plays = !element.paused;
      if (plays) requestExpiry();
    };
  }

  const HLS = "application/vnd.apple.mpegurl";
  // On another site's page only the file's URL is known; a test holds the extension to the table in core/src/kind.
  const isPlaylist = (url) => /\.m3u8$/i.test(url.pathname);

  /**
   * Attaches hls.js to the element if it plays the URL, and returns its instance. hls.js requests each segment from
   * this site, so that no link expires. Safari plays HLS itself, without CORS; the native HLS of other browsers plays
   * fewer films.
   */
  function hlsFor(element, url) {
    const { Hls } = window;
    const isApple = navigator.vendor.startsWith("Apple") && element.canPlayType(HLS) !== "";
    if (isApple || !isPlaylist(url) || !Hls?.isSupported()) return undefined;
    const hls = new Hls();
    /** Maximum number of attempts in a row to recover from an error. */
    const MAX_ATTEMPTS = 3;
    let tries = 0;
    hls.on(Hls.Events.ERROR, (_, { fatal, type }) => {
      if (!fatal || tries >= MAX_ATTEMPTS) return;
      tries += 1;
      if (type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
      else setTimeout(() => hls.startLoad(), tries * 1000);
    });
    hls.on(Hls.Events.FRAG_BUFFERED, () => { tries = 0; });
    hls.attachMedia(element);
    if (element.autoplay) hls.loadSource(url.href);
    else element.addEventListener("play", () => { if (hls.media) hls.loadSource(url.href); }, { once: true });
    return hls;
  }

  const SETTERS = { a: anchor, img: image, video: media, audio: media };
  /** For each element the function that sets its URL, and the URL that was set last. */
  const attached = new WeakMap();

  function attach(element) {
    const url = urlOf(element);
    const setterOf = SETTERS[element.localName];
    if (!url || !setterOf) return;
    const one = attached.get(element) ?? { set: setterOf(element) };
    if (one.href === url.href) return;
    one.href = url.href;
    attached.set(element, one);
    one.set(url);
  }

  function attachAll(root) {
    if (root.matches?.("[data-signpost]")) attach(root);
    root.querySelectorAll?.("[data-signpost]").forEach(attach);
  }

  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "attributes") attach(target);
      else addedNodes.forEach(attachAll);
    }
  }).observe(document, { subtree: true, childList: true, attributeFilter: ["data-signpost"] });
  attachAll(document);
})();
