// The pages in Firefox.
import { openFirefox } from "./support/firefox.js";
import { cdn, testPages } from "./support/pages.js";

testPages(await openFirefox(cdn));
