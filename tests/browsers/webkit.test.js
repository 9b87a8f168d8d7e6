// The pages in WebKit.
import { openWebKit } from "./support/webkit.js";
import { cdn, testPages } from "./support/pages.js";

testPages(await openWebKit(cdn));
