// Models of Windows shells for our download commands: how cmd.exe parses a line at its prompt, how a program parses its
// arguments, and what PowerShell interprets within and outside of double quotes.
//
// cmd: https://stackoverflow.com/questions/4094699 (phases 1 and 2, command line mode), and `cmd /?` and
// `set /?` on variables. Arguments: "Parsing C command-line arguments" in Microsoft's documentation.

/** Phase 1: expands variables, within quotes or not. `used` collects their names. */
function expand(line, env, used) {
  const valueOf = (name) => {
    const key = Object.keys(env).find((each) => each.toLowerCase() === name.toLowerCase());
    if (key !== undefined) used.push(key);
    return env[key];
  };
  let out = "";
  for (let at = 0; at < line.length; at += 1) {
    // `%NAME%`, or `%NAME:~0,9%` and `%NAME:a=b%`, of which the value is enough for a test.
    const [whole, name] = /^%([^%:]+)(?::[^%]*)?%/.exec(line.slice(at)) ?? [];
    const value = name === undefined ? undefined : valueOf(name);
    // At the prompt an undefined variable is kept as it is written, and the scan continues after its first `%`.
    out += value ?? line[at];
    if (value !== undefined) at += whole.length - 1;
  }
  return out;
}

/** Phase 2: parses quotes, carets, command separators and redirections. */
function split(line) {
  const commands = [""];
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at];
    if (char === "\n" || char === "\r") {
      isQuoted = false;
      commands.push("");
    } else if (char === "\"") {
      isQuoted = !isQuoted;
      commands[commands.length - 1] += char;
    } else if (char === "^" && !isQuoted) {
      at += 1;
      commands[commands.length - 1] += line[at] ?? "";
    } else if (/[&|<>]/.test(char) && !isQuoted) commands.push("");
    else commands[commands.length - 1] += char;
  }
  return commands.filter((command) => command.trim() !== "");
}

/** Parses a command line into arguments, as a program on Windows does. */
export function argumentsOf(command) {
  const found = [];
  let [word, isQuoted, isWord] = ["", false, false];
  for (let at = 0; at < command.length; at += 1) {
    const [slashes] = /^\\*(?=")/.exec(command.slice(at)) ?? [""];
    if (slashes !== "") {
      word += "\\".repeat(slashes.length >> 1);
      at += slashes.length;
      if (slashes.length % 2 === 1) word += "\"";
      else isQuoted = !isQuoted;
      isWord = true;
    } else if (command[at] === "\"") [isQuoted, isWord] = [!isQuoted, true];
    else if (/[ \t]/.test(command[at]) && !isQuoted) {
      if (isWord) found.push(word);
      [word, isWord] = ["", false];
    } else [word, isWord] = [word + command[at], true];
  }
  return isWord ? [...found, word] : found;
}

/** Parses a line: `{ commands, used }`, the arguments of each command, and the variables that were expanded. */
export function readAsCmd(line, env) {
  const used = [];
  return { commands: split(expand(line, env, used)).map(argumentsOf), used };
}

/** The characters of a line that PowerShell would interpret, within quotes and outside of them. */
export function specialInPowerShell(line) {
  const [quoted, bare] = [[], []];
  line.split("\"").forEach((part, at) => (at % 2 === 0 ? bare : quoted).push(part));
  return [
    ...quoted.flatMap((part) => part.match(/[$`\u201c-\u201f]/gu) ?? []),
    ...bare.flatMap((part) => part.match(/[^\w\-.~:/%^?= ]/gu) ?? []),
    ...(quoted.length === bare.length ? ["an open quote"] : []),
  ];
}
