// The site with a quota object that fails each time it is asked, and with it shows who asks it.
import { DurableObject } from "cloudflare:workers";
import site from "../../../src/entry.js";

export { Account } from "../../../src/entry.js";

export default site;

export class Quota extends DurableObject {
  fetch() {
    throw new Error("drill");
  }
}
