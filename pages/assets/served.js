// Data that the site puts before a page's script when it serves it (pages/src/asset.rs): `messages` in the page's
// language and, for folder pages, `fileTypes`, the extensions of pictures and of played files.
export const { messages, fileTypes } = SIGNPOST;
