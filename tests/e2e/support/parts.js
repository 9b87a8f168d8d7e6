// Listings in parts: a large folder's JSON, walked by the `Link` headers.

/** The JSON of a folder with the entries of all its parts; `ask(target)` sends a request. */
export async function wholeListing(ask, folder) {
  const listing = { entries: [] };
  for (let next = "?format=json"; next; ) {
    const answer = await ask(`${folder}${next}`);
    const { entries, ...rest } = JSON.parse(answer.text);
    Object.assign(listing, rest);
    listing.entries.push(...entries);
    next = nextPart(answer);
  }
  return listing;
}

/** The target of `rel="next"` in an answer's `Link` header. */
export function nextPart({ headers }) {
  return headers.link?.match(/<([^>]*)>; rel="next"/)?.[1];
}
