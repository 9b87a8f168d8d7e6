// What Firefox and WebKit have in common: both take the actions of WebDriver, and run functions in a page.
import assert from "node:assert/strict";
import { after } from "node:test";

/** Milliseconds for which a page's state is waited for; WebKit draws without a graphics card. */
const PATIENCE_MS = 40_000;
const POLL_MS = 100;

/** Ends a program after the test file, also where that fails before its first test. */
export function endWithTests(program) {
  after(() => program.kill());
  process.once("exit", () => program.kill());
}

/** A browser with one tab. A subclass has `goto(url)`, `call(source, text)` and `perform(actions)`. */
export class Browser {
  /** Runs a function in the page, with an argument and a result that JSON has, and waits for its promise. */
  async run(code, argument = null) {
    const source = `async (text) => JSON.stringify((await (${code})(JSON.parse(text))) ?? null)`;
    return JSON.parse(await this.call(source, JSON.stringify(argument)));
  }

  /** Waits until a function in the page returns something true, and returns that. */
  async until(code, argument, patience = PATIENCE_MS) {
    const end = performance.now() + patience;
    for (;;) {
      // A page that is being left runs no function.
      const found = await this.run(code, argument).catch(() => null);
      if (found) return found;
      assert.ok(performance.now() < end, `never true in ${this.name}: ${code} (${JSON.stringify(argument)})`);
      await new Promise((done) => { setTimeout(done, POLL_MS); });
    }
  }

  /** Clicks the first visible element that a selector finds and whose text contains `text`, as a visitor would. */
  async click(selector, text = "") {
    const at = await this.until(([css, wanted]) => {
      const found = [...document.querySelectorAll(css)].find((each) => each.checkVisibility() && each.textContent.includes(wanted));
      if (!found) return null;
      found.scrollIntoView({ block: "center", behavior: "instant" });
      const { left, top, width, height } = found.getBoundingClientRect();
      return { x: Math.round(left + width / 2), y: Math.round(top + height / 2) };
    }, [selector, text]);
    const pointer = [{ type: "pointerMove", ...at }, { type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 }];
    await this.perform([{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions: pointer }]);
  }

  /** Presses keys one after the other. */
  async press(keys) {
    const actions = [...keys].flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]);
    await this.perform([{ type: "key", id: "keyboard", actions }]);
  }
}
