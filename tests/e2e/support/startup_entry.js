// The site, its requests with bindings but without variables and secrets: what those say was read while
// the isolate started.
import site from "../../../src/entry.js";

export { Account, Quota } from "../../../src/entry.js";

export default {
  fetch: (request, { KV, QUOTA, ACCOUNTS, GUESSES }, ctx) => site.fetch(request, { KV, QUOTA, ACCOUNTS, GUESSES }, ctx),
};
