// The site with a quota object that fails for every request, so that a request to it shows as a failure.
import { DurableObject } from "cloudflare:workers";
import site from "../../../src/entry.js";

export { Account } from "../../../src/entry.js";

export default site;

export class Quota extends DurableObject {
  fetch() {
    throw new Error("a failure for a test");
  }
}
