// The site with requests that have bindings, but neither variables nor secrets: a response depends on settings that were
// read while the isolate started.
import site from "../../../src/entry.js";

export { Account, Quota } from "../../../src/entry.js";

export default {
  fetch: (request, { KV, QUOTA, ACCOUNTS, GUESSES }, ctx) => site.fetch(request, { KV, QUOTA, ACCOUNTS, GUESSES }, ctx),
};
