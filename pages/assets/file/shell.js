// Command lines that fetch a file, for the shells of the visitor's system. Whoever names files chooses a
// part of each line, and must not choose what it runs.
//
// Elsewhere than on Windows that is a POSIX shell: within single quotes nothing is special but their end.
//
// On Windows nobody knows which shell a line is pasted into, so it is written for three at once: cmd,
// PowerShell and a POSIX one (Git Bash, WSL).
// - cmd puts in the values of variables before it looks at quotes: `%NAME%` has no escape within them, and
//   an address is full of `%`. Within quotes all else is text. `^` is an escape outside of them alone.
// - PowerShell reads `$`, the backtick and its own quotes (also typographic ones) within double quotes.
//   It calls other programs by the names curl and wget, but not by those with `.exe`.
// - A POSIX shell reads `$`, the backtick, `\` and, where somebody types, `!` within double quotes.
// - A program that asks Windows for its arguments in an old encoding may get `"` or `\` for a letter that
//   only looks like it ("best fit").
// So names stand in double quotes with letters that are none of these, and all others become `_`.

/** A word as a POSIX shell reads it back. */
export function quote(word) {
  if (/^[\w@%+:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * A strict address as a word for the shells of Windows; `null` if there is none.
 *
 * What is between two `%` is no variable's name: letters, digits and `_` behind an escape become escapes,
 * until two hex digits are left, or a mark that no name has. `%CD%`, the folder that cmd is in, and `%CC%`,
 * which compilers know, would be left as well: such an address is for cmd alone, where a `^` that it drops
 * itself stands between. Other shells keep that, and find nothing.
 */
export function windowsWord(address) {
  if (!/^([\w\-.~:/?=&]|%[0-9A-F]{2})+$/i.test(address)) return null;
  const escaped = (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  const word = address.replace(/(%[0-9A-F]{2})(\w+)/gi, (_, escape, rest) => escape + rest.replace(/\w/g, escaped));
  if (!/%C[CD][%:]/i.test(word)) return `"${word}"`;
  return word.includes("&") ? null : word.replaceAll("%", "%^");
}

/** A name for a file on Windows that is text in double quotes of every shell. */
export function windowsName(name) {
  const safe = name.normalize("NFC")
    .replace(/[^A-Za-z0-9 ._,+=@()&'#~{}[\]\p{L}\p{M}\p{N}、。《》「」『』【】〈〉（）！，；-]/gu, "_")
    // Marks of which some have a quote, a backtick or a backslash for their best fit.
    .replace(/[\u02b0-\u036f\u20d0-\u20ff]/g, "_")
    .replace(/^ +|[ .]+$/g, "");
  const isDevice = /^(con|prn|aux|nul|(com|lpt)[0-9¹²³]) *(\.|$)/i.test(safe);
  return safe === "" || isDevice ? `_${safe}` : safe;
}

/**
 * What fetches a file under its own name: `{ curl, wget, aria2 }`, those of `platform`. A line that can't be
 * written is `null`.
 */
export function commandsFor({ url, name, platform }) {
  const isWindows = platform === "windows";
  // What begins with a dash would be taken for an option, and a dash alone for the terminal.
  const own = (given) => given.startsWith("-") ? `./${given}` : given;
  const at = isWindows ? windowsWord(url) : quote(url);
  const as = isWindows ? `"${own(windowsName(name))}"` : quote(own(name));
  if (at === null) return { curl: null, wget: null, aria2: null };
  const exe = isWindows ? ".exe" : "";
  return {
    curl: `curl${exe} --fail --location --output ${as} ${at}`,
    wget: `wget${exe} --output-document=${as} ${at}`,
    aria2: `aria2c --out=${as} ${at}`,
  };
}

/** Lines that fetch files at strict addresses under the names in those. */
export function wgetLines(addresses, platform) {
  const isWindows = platform === "windows";
  const lines = addresses.map((address) => {
    const at = isWindows ? windowsWord(address) : `'${address.replaceAll("'", "%27")}'`;
    return at === null ? "" : `wget${isWindows ? ".exe" : ""} -c ${at}\n`;
  });
  return lines.join("");
}
