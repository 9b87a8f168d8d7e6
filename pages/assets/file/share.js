// Share links that a visitor may make where a rule says so.

/**
 * Asks the site for a share link to what is at `url`, good for `hours`. Gives
 * `{ url, expires_at }`; throws an error with the site's own words.
 */
export async function makeShareLink({ url, hours }, messages) {
  let answer;
  try {
    // At the place itself: browsers send the cookie of a locked place nowhere else.
    answer = await fetch(`${new URL(url).pathname}?share`, {
      method: "POST", body: new URLSearchParams({ hours: String(hours) }), headers: { accept: "application/json" },
    });
  } catch {
    throw new Error(messages.failed);
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error?.message ?? messages.failed);
  return { ...told, url: new URL(told.url, location.href).href };
}
