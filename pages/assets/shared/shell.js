// Download commands for the shells of the visitor's platform, quoted so that a file's name can't run anything.
//
// On all platforms but Windows the shell is a POSIX shell: within single quotes only the closing quote is special.
//
// On Windows the shell is unknown, so a command is valid in three at once: cmd, PowerShell and a POSIX shell (Git
// Bash, WSL).
// - cmd expands variables before it parses quotes: `%NAME%` can't be escaped within them, and URLs are full of `%`.
//   Within quotes everything else is text. `^` is an escape only outside of quotes.
// - PowerShell interprets `$`, the backtick and its own quotes (also typographic ones) within double quotes.
//   Its aliases curl and wget run other programs; the names with `.exe` don't.
// - A POSIX shell interprets `$`, the backtick, `\` and, in interactive use, `!` within double quotes.
// - A program that reads its arguments in a legacy code page of Windows may get `"` or `\` for a similar character
//   ("best fit").
// So names are in double quotes, with `_` in place of all characters that any of these could interpret.

/** Quotes a word for a POSIX shell. */
export function quote(word) {
  if (/^[\w@%+:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * Quotes a strict URL (see `strictUrl`) for the shells of Windows; `null` if it can't be quoted.
 *
 * Two `%` must not enclose the name of a variable: letters, digits and `_` after an escape become escapes, too, so
 * that only two hex digits, or a character that no name has, follow a `%`. `%CD%`, cmd's current folder, and `%CC%`,
 * a variable of compilers, would remain: such a URL is quoted for cmd alone, with a `^` after each `%` that cmd
 * removes. Other shells keep the `^`, and the download fails.
 */
export function windowsWord(url) {
  if (!/^([\w\-.~:/?=&]|%[0-9A-F]{2})+$/i.test(url)) return null;
  const escaped = (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  const word = url.replace(/(%[0-9A-F]{2})(\w+)/gi, (_, escape, rest) => escape + rest.replace(/\w/g, escaped));
  if (!/%C[CD][%:]/i.test(word)) return `"${word}"`;
  return word.includes("&") ? null : word.replaceAll("%", "%^");
}

/** A valid file name of Windows, without characters that a shell interprets within double quotes. */
export function windowsName(name) {
  const safe = name.normalize("NFC")
    .replace(/[^A-Za-z0-9 ._,+=@()&'#~{}[\]\p{L}\p{M}\p{N}、。《》「」『』【】〈〉（）！，；-]/gu, "_")
    // Modifiers and combining marks, some of which have a quote, a backtick or a backslash as their best fit.
    .replace(/[\u02b0-\u036f\u20d0-\u20ff]/g, "_")
    .replace(/^ +|[ .]+$/g, "");
  const isDevice = /^(con|prn|aux|nul|(com|lpt)[0-9¹²³]) *(\.|$)/i.test(safe);
  return safe === "" || isDevice ? `_${safe}` : safe;
}

/**
 * The commands that download a file under its own name on a platform: `{ curl, wget, aria2 }`, each `null` if it
 * can't be quoted.
 */
export function commandsFor({ url, name, platform }) {
  const isWindows = platform === "windows";
  // A name that begins with a dash would be an option, and a dash alone standard output.
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

/** Commands of wget, one on each line, that download files at strict URLs under the names in the URLs. */
export function wgetLines(urls, platform) {
  const isWindows = platform === "windows";
  const lines = urls.map((url) => {
    const at = isWindows ? windowsWord(url) : `'${url.replaceAll("'", "%27")}'`;
    return at === null ? "" : `wget${isWindows ? ".exe" : ""} -c ${at}\n`;
  });
  return lines.join("");
}
