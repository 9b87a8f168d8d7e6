// Copying and sharing of links, confirmed by a toast.
import { copyText } from "../shared/clipboard.js";
import { toast } from "../shared/toast.js";
import { messages } from "../served.js";

/** Copies a text, and shows `confirmation` if that succeeds. */
export async function copy(text, confirmation = messages.copied) {
  toast(await copyText(text) ? confirmation : messages.not_copied);
}

/** Opens the system's share dialog for a link; copies the link where there is no such dialog. */
export async function share(title, url) {
  if (!navigator.share) return copy(url);
  try {
    await navigator.share({ title, url });
  } catch (error) {
    if (error.name !== "AbortError") copy(url);
  }
}
