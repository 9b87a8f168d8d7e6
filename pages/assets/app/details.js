// Details of rows that a folder page leaves out to stay small: exact sizes, times, and MD5s that a rule publishes.

let asked;

/** The folder's JSON entries by name, with `size`, `modified` and `md5`. Loaded once; empty if loading fails. */
export function details() {
  asked ??= askForDetails().catch(() => {
    asked = undefined;
    return new Map();
  });
  return asked;
}

async function askForDetails() {
  // Of a folder in parts, the same part.
  const query = new URLSearchParams(location.search);
  query.set("format", "json");
  const response = await fetch(`?${query}`, { headers: { accept: "application/json" } });
  if (!response.ok) return new Map();
  const { entries } = await response.json();
  return new Map(entries.map((entry) => [entry.name, entry]));
}
