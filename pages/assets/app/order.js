// Sorting and filtering of rows.

/** The sort keys. */
export const KEYS = ["name", "size", "time"];

/**
 * Sorts rows: folders first, unknown values last. The order by name is the site's own, in which the rows were
 * served: it sorts Chinese by pinyin, and numbers by value. Equal rows keep that order.
 */
export function sorted(rows, key, descending) {
  const direction = descending ? -1 : 1;
  const known = (value) => value !== undefined && value !== "";
  return [...rows].sort((a, b) => {
    if (a.folder !== b.folder) return a.folder ? -1 : 1;
    if (key === "name") return direction * (a.at - b.at);
    const [one, other] = [a[key], b[key]];
    if (known(one) !== known(other)) return known(one) ? -1 : 1;
    if (one !== other && known(one)) return one < other ? -direction : direction;
    return a.at - b.at;
  });
}

/** Text in the form in which it is compared: without case, width and accents. */
export function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The rows whose names contain every word of the query. */
export function matching(rows, query) {
  const wanted = plain(query).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return rows;
  return rows.filter((row) => {
    row.plain ??= plain(row.name);
    return wanted.every((word) => row.plain.includes(word));
  });
}
