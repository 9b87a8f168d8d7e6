// Share links that a visitor may make where a rule says so.

/**
 * Asks the site for a share link to the file at `path` (decoded), good for `hours`. Gives
 * `{ url, expires_at }`; throws an error with the site's own words.
 */
export async function makeShareLink({ path, hours }, words) {
  let answer;
  try {
    answer = await fetch("/-/api/share", {
      method: "POST", body: new URLSearchParams({ path, hours: String(hours) }), headers: { accept: "application/json" },
    });
  } catch {
    throw new Error(words.failed);
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error?.message ?? words.failed);
  return { ...told, url: new URL(told.url, location.href).href };
}
