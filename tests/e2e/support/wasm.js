// WASM exports that no route calls.
export {
  __worker_init_state as workerInitState, panic_for_test as panicForTest, panic_later_for_test as panicLaterForTest,
  sign_url as signUrl,
} from "../../../build/index.js";
