// Files of this site in other people's pages:
//
//   <script src="https://files.example/-/embed.js" async></script>
//   <video controls data-signpost="/movies/a.mkv"></video>
//
// Works for video, audio (.m3u8 too, where the page brings hls.js), img and a, also for elements that come
// later. Nothing is asked for before a visitor presses play, or before an image comes near.
//
// The address is always this site's, never the signed one: its redirect keeps the page's address from the
// CDN, which no attribute of a video could do. (For what comes later of a film Chromium asks the CDN itself,
// and says of the page what its Referrer-Policy allows. A frame of `?embed` never says anything.) When a
// signed link runs out, which `?format=json` tells once for each play, this site's address is set anew: same
// place, speed, volume and subtitles.
(() => {
  "use strict";

  const source = document.currentScript?.src ?? document.querySelector('script[src$="/-/embed.js"]')?.src;
  if (!source) return;
  const site = new URL(source).origin;
  // A page may have the script twice, with each snippet that was pasted into it.
  const mark = Symbol.for(`signpost ${site}`);
  if (window[mark]) return;
  window[mark] = true;

  /** The address that an element asks for; none if it is another site's. */
  function addressOf(element) {
    try {
      const url = new URL(element.dataset.signpost, `${site}/`);
      return url.origin === site ? url : undefined;
    } catch {
      return undefined;
    }
  }

  /** The address with another query field: what the site doesn't know it ignores. */
  function withField(url, field) {
    const { origin, pathname, search } = url;
    return `${origin}${pathname}${search}${search ? "&" : "?"}${field}`;
  }

  /** The address as one that nobody has kept anything of. */
  const anew = (url) => withField(url, `again=${Date.now().toString(36)}`);

  function anchor(link) {
    return (url) => { link.href = url.href; };
  }

  const near = window.IntersectionObserver && new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      target.src = addressOf(target)?.href ?? "";
    }
  }, { rootMargin: "200px" });

  function image(element) {
    return (url) => {
      element.addEventListener("error", () => { element.src = anew(url); }, { once: true });
      if (near) near.observe(element);
      else element.src = url.href;
    };
  }

  /** Failures in a row after which the page has to help itself. */
  const MAX_ATTEMPTS = 3;

  function media(element) {
    let url;
    /** When the link runs out, in this browser's milliseconds. */
    let ends;
    /** A little before. */
    let due;
    /** Whether it is known, or was asked, how long the link of now lives. */
    let asked = false;
    /** Whether the visitor lets it play: an error pauses it as well. */
    let plays = false;
    /** Whether anything of it could be played. */
    let loaded = false;
    let tries = 0;
    let triedAt = 0;
    let timer;
    let listens = false;
    let hls;

    const isDue = () => due !== undefined && Date.now() >= due;

    function has(time) {
      const { buffered } = element;
      for (let index = 0; index < buffered.length; index += 1) {
        if (buffered.start(index) <= time && time <= buffered.end(index)) return true;
      }
      return false;
    }

    function isWhole() {
      const { buffered, duration } = element;
      return buffered.length === 1 && buffered.start(0) < 1 && buffered.end(0) > duration - 1;
    }

    /** Asks once how long the link lives: within its life that is counted as the same link. */
    async function learn() {
      if (asked) return;
      asked = true;
      const of = url;
      try {
        const response = await fetch(withField(url, "format=json"));
        const { expires_at: at } = await response.json();
        const left = at * 1000 - Date.now();
        // A clock that goes wrong says nothing; then an error will.
        if (of !== url || !(left > 0)) return;
        const margin = Math.min(60_000, Math.max(10_000, left / 10));
        ends = Date.now() + left;
        due = ends - margin;
        clearTimeout(timer);
        timer = setTimeout(() => { if (!element.paused && !isWhole()) renew(); }, left - margin);
      } catch {
        // As above.
      }
    }

    /** The same again by a new link, from where it is. */
    function renew() {
      clearTimeout(timer);
      const { currentTime: at, playbackRate: rate } = element;
      const modes = [...element.textTracks].map((track) => track.mode);
      asked = false;
      ends = due = undefined;
      if (loaded) element.preload = "auto";
      element.src = anew(url);
      element.currentTime = at;
      element.addEventListener("loadedmetadata", () => {
        if (Math.abs(element.currentTime - at) > 1) element.currentTime = at;
        element.playbackRate = rate;
        [...element.textTracks].forEach((track, index) => { track.mode = modes[index] ?? track.mode; });
      }, { once: true });
      if (!plays) return;
      learn();
      element.play().catch(() => {});
    }

    function onPlay() {
      plays = true;
      if (isDue() && !isWhole()) renew();
      else learn();
    }

    function onError() {
      if (tries >= (loaded ? MAX_ATTEMPTS : 1)) return;
      // Chromium plays HLS across sites with CORS only, Safari without it as well.
      if (!loaded && isPlaylist(url)) element.crossOrigin = element.crossOrigin === null ? "anonymous" : null;
      setTimeout(renew, tries * 2000);
      tries += 1;
      triedAt = element.currentTime;
    }

    /** Some browsers wait without an error for what no longer comes. */
    function onStall() {
      const at = element.currentTime;
      setTimeout(() => {
        const waits = !element.paused && element.readyState < 3 && element.currentTime === at;
        if (waits && ends !== undefined && Date.now() >= ends) renew();
      }, 3000);
    }

    function listen() {
      element.addEventListener("play", onPlay);
      element.addEventListener("pause", () => { if (!element.error) plays = false; });
      element.addEventListener("error", onError);
      element.addEventListener("waiting", onStall);
      element.addEventListener("stalled", onStall);
      element.addEventListener("loadedmetadata", () => { loaded = true; });
      element.addEventListener("seeking", () => {
        if (loaded && isDue() && !has(element.currentTime)) renew();
      });
      element.addEventListener("timeupdate", () => {
        if (Math.abs(element.currentTime - triedAt) > 1) tries = 0;
      });
    }

    return function set(address) {
      // hls.js may be on its way.
      if (isPlaylist(address) && !window.Hls && document.readyState !== "complete") {
        window.addEventListener("load", () => set(address), { once: true });
        return;
      }
      url = address;
      clearTimeout(timer);
      hls?.destroy();
      [asked, loaded, tries, ends, due] = [false, false, 0, undefined, undefined];
      if (!element.hasAttribute("preload")) element.preload = "none";
      hls = hlsFor(element, url);
      if (hls) return;
      if (!listens) listen();
      listens = true;
      // Our own pages have set it already.
      const written = element.getAttribute("src");
      if (written === null || new URL(written, location.href).pathname !== url.pathname) element.src = url.href;
      plays = !element.paused;
      if (plays) learn();
    };
  }

  // Of a file on somebody else's page nothing is known but its address.
  const isPlaylist = (url) => /\.m3u8$/i.test(url.pathname);

  /**
   * What plays it with hls.js, which asks this site for each piece, so that nothing of it runs out. Safari
   * is left to itself, since it needs no CORS; what other browsers have of their own plays less.
   */
  function hlsFor(element, url) {
    const { Hls } = window;
    const isApple = navigator.vendor.startsWith("Apple") && element.canPlayType("application/vnd.apple.mpegurl") !== "";
    if (isApple || !isPlaylist(url) || !Hls?.isSupported()) return undefined;
    const hls = new Hls();
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

  const KINDS = { a: anchor, img: image, video: media, audio: media };
  /** Of each element what sets its address, and the one that was set last. */
  const taken = new WeakMap();

  function take(element) {
    const url = addressOf(element);
    const kind = KINDS[element.localName];
    if (!url || !kind) return;
    const one = taken.get(element) ?? { set: kind(element) };
    if (one.href === url.href) return;
    one.href = url.href;
    taken.set(element, one);
    one.set(url);
  }

  function takeAll(root) {
    if (root.matches?.("[data-signpost]")) take(root);
    root.querySelectorAll?.("[data-signpost]").forEach(take);
  }

  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "attributes") take(target);
      else addedNodes.forEach(takeAll);
    }
  }).observe(document, { subtree: true, childList: true, attributeFilter: ["data-signpost"] });
  takeAll(document);
})();
