// Preferences of files' pages in the browser's local storage.

/** The site's local storage; empty where the browser permits none. */
export const storage = {
  get(key) {
    try { return localStorage.getItem(`signpost:${key}`); } catch { return null; }
  },
  set(key, value) {
    try { localStorage.setItem(`signpost:${key}`, value); } catch { /* Not stored, then. */ }
  },
};
