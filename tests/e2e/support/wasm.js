// The way to the WebAssembly exports that no route leads to.
export { sign_url as signUrl, trap, trap_later as trapLater } from "../../../build/index.js";
