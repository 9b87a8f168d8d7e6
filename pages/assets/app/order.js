// The order of rows: folders first, numbers in names as numbers, what is not known last.

/** By which a folder can be sorted. */
export const KEYS = ["name", "size", "time"];

/**
 * The rows in another order. By name they come as the site sorted them, which knows Chinese; equals keep
 * that order.
 */
export function sorted(rows, key, descending) {
  const way = descending ? -1 : 1;
  const known = (value) => value !== undefined && value !== "";
  return [...rows].sort((a, b) => {
    if (a.folder !== b.folder) return a.folder ? -1 : 1;
    if (key === "name") return way * (a.at - b.at);
    const [one, other] = [a[key], b[key]];
    if (known(one) !== known(other)) return known(one) ? -1 : 1;
    if (one !== other && known(one)) return one < other ? -way : way;
    return a.at - b.at;
  });
}

/** Text as it is compared: without case, width and accents. */
export function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Those rows whose names have all words in them. */
export function matching(rows, words) {
  const wanted = plain(words).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return rows;
  return rows.filter((row) => {
    row.plain ??= plain(row.name);
    return wanted.every((word) => row.plain.includes(word));
  });
}
