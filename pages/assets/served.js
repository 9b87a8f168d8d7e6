// Data of the site: `{ messages, fileTypes }`, the messages in the page's language and, for folders, the
// extensions of some kinds of files. The site puts it before the script when it serves it (src/asset.rs).
export const { messages, fileTypes } = SIGNPOST;
