// Share links made by visitors, where a rule permits it.

/**
 * Requests a share link for the file or folder at `url`, valid for `hours`. Returns `{ url, expires_at }`. Throws an
 * error with the site's message if it refuses.
 */
export async function makeShareLink({ url, hours }, messages) {
  let response;
  try {
    // To the entry's own path: browsers send the cookie of a locked path nowhere else.
    response = await fetch(`${new URL(url).pathname}?share`, {
      method: "POST", body: new URLSearchParams({ hours: String(hours) }), headers: { accept: "application/json" },
    });
  } catch {
    throw new Error(messages.failed);
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error?.message ?? messages.failed);
  return { ...body, url: new URL(body.url, location.href).href };
}
