// Switches: checkboxes with a label.

import { make } from "../shared/dom.js";

/** Creates a switch. Returns its label, which contains the checkbox. */
export function makeSwitch(label, checked, onchange) {
  const input = make("input", { type: "checkbox", checked, onchange: () => onchange(input.checked) });
  return make("label", { class: "switch" }, input, ` ${label}`);
}
