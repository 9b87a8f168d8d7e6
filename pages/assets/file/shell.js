// Command lines for a POSIX shell.

/** A word as the shell reads it back. Nothing is special within single quotes but their end. */
export function quote(word) {
  if (/^[\w@%+:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** What fetches a file under its own name: `{ curl, wget, aria2 }`. */
export function commandsFor({ url, name }) {
  // What begins with a dash would be taken for an option, and a dash alone for the terminal.
  const [at, as] = [quote(url), quote(name.startsWith("-") ? `./${name}` : name)];
  return {
    curl: `curl --fail --location --output ${as} ${at}`,
    wget: `wget --output-document=${as} ${at}`,
    aria2: `aria2c --out=${as} ${at}`,
  };
}
