// Share links that a visitor may make where a rule says so.

/**
 * Asks the site for a share link to what is at `url`, good for `hours`. Gives
 * `{ url, expires_at }`; throws an error with the site's own words.
 */
export async function makeShareLink({ url, hours }, messages) {
  let response;
  try {
    // At the place itself: browsers send the cookie of a locked place nowhere else.
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
