// The link box: for every file name, parsers and tools read each format back to the same URL.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { parse } from "@bbob/parser";
import { formatsOf } from "../../pages/assets/file/formats.js";
import { platformOf, playersFor } from "../../pages/assets/shared/players.js";
import { commandsFor, quote, wgetLines, windowsName, windowsWord } from "../../pages/assets/shared/shell.js";
import { strictUrl } from "../../pages/assets/shared/url.js";
import { openBrowser, openPage } from "./support/browser.js";
import { openCdn } from "./support/cdn.js";
import { filesBelow, proxied, run, scratch } from "./support/clients.js";
import { readAsCmd, specialInPowerShell } from "./support/cmd.js";
import { axe, openView, shelf } from "./support/file_site.js";
import { entry, openGuarded } from "./support/guarded.js";
import { ACCOUNTS, ODD_NAMES, encodePath } from "./support/library.js";
import { links, textOf } from "./support/page.js";
import { openSite } from "./support/site.js";

const NAMES = [
  ...ODD_NAMES, "$(touch hacked) `touch hacked` $HOME.mp4", "--output=x.mp4", "-", "it's 'quoted' \\' .mp4", "![img](x)_a_*b*.mp4",
  "[url=x]y[url].mp4", "\"><script>hacked=1.mp4", "&amp;&#39;.png", "a|b~~c~~.png", "歌 & 词.mp3", "{1,2}[3-4].bin",
];
const files = Object.fromEntries(NAMES.map((name) => [`/odd/${name}`, Buffer.from(`this is ${name}`)]));

const cdn = await openCdn({ accounts: ACCOUNTS });
const site = await openSite({ secrets: shelf(cdn, files) });
const browser = await openBrowser(cdn);

/** What the link box of a file holds: `{ format: text }`. */
async function boxOf(page, name) {
  await openView(page, site, `/odd/${name}`, cdn);
  const rows = await page.locator("[data-format]").evaluateAll((all) => all.map(({ dataset, value }) => [dataset.format, value]));
  return Object.fromEntries(rows);
}

const { page, complaints } = await openPage(browser, { locale: "en-US" });
const boxes = new Map();
for (const name of NAMES) boxes.set(name, await boxOf(page, name));
const addressOf = (name) => `${site.url}${encodePath(`/odd/${name}`).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)}`;

test("the path is decoded, and every parser reads the URL in the same way", () => {
  for (const [name, { path, address }] of boxes) {
    assert.equal(path, `/odd/${name}`);
    assert.equal(address, addressOf(name));
    assert.equal(new URL(address).href, address);
    assert.match(address, /^http:[A-Za-z0-9\-._~:/%]+$/, name);
  }
  assert.deepEqual(complaints, []);
});

test("HTML and the iframe are one element each, whatever the name contains", async () => {
  for (const [name, { html, frame }] of boxes) {
    const parsed = await page.evaluate((sources) => sources.map((source) => {
      const { body } = new DOMParser().parseFromString(source, "text/html");
      const [first, ...rest] = body.children;
      const { tagName, title, alt, textContent, attributes } = first;
      const names = [...attributes].map((each) => each.name).filter((each) => each.startsWith("on"));
      return {
        tagName, title, alt, textContent, names, more: rest.length + first.children.length + (body.childNodes.length - 1),
        url: first.getAttribute("src") ?? first.getAttribute("href"),
      };
    }), [html, frame].filter(Boolean));
    for (const [index, each] of parsed.entries()) {
      assert.deepEqual([each.more, each.names], [0, []], `${name}: ${html}`);
      assert.equal(each.url, addressOf(name) + (index === 1 ? "?embed" : ""));
      const shown = { IMG: each.alt, A: each.textContent, IFRAME: each.title, VIDEO: each.title, AUDIO: each.title }[each.tagName];
      assert.equal(shown, name);
    }
    const tag = /\.png$/.test(name) ? "IMG" : /\.mp4$/.test(name) ? "VIDEO" : /\.mp3$/.test(name) ? "AUDIO" : "A";
    assert.equal(parsed[0].tagName, tag, name);
  }
});

test("the iframe of a URL with AList's signature keeps the signature", async () => {
  const { iframe } = formatsOf({ url: "https://a.example/d/b.mp4?sign=x", name: "b.mp4", kind: "video" });
  const src = await page.evaluate((source) => new DOMParser().parseFromString(source, "text/html").querySelector("iframe").src, iframe);
  assert.equal(src, "https://a.example/d/b.mp4?sign=x&embed");
});

test("Markdown is one link or picture with the name as its text", async () => {
  // The parser of the owner's own Markdown: CommonMark with strikethrough.
  const readme = [...boxes.values()].map(({ markdown }) => markdown).join("\n\n");
  const reader = await openSite({ secrets: shelf(cdn, files), vars: { RULES: [{ path: "/", readme }] } });
  const { text } = await reader.request("/");
  const prose = text.slice(text.lastIndexOf('<div class="'), text.lastIndexOf("</main>"));
  const found = prose.split("<p>").slice(1).map((paragraph) => {
    const [link, ...more] = links(paragraph);
    const image = /<img\b[^>]*>/.exec(paragraph)?.[0];
    assert.equal(more.length, 0);
    if (!image) return [link.href, link.text];
    return [/src="([^"]*)"/.exec(image)[1], textOf(/alt="([^"]*)"/.exec(image)[1])];
  });
  const collapsed = (name) => name.replace(/ +/g, " ");
  assert.deepEqual(found.map(([href, name]) => [href, collapsed(name)]), NAMES.map((name) => [addressOf(name), collapsed(name)]));
});

test("BBCode is one tag to a forum's parser, with the name as its text", () => {
  for (const [name, { bbcode }] of boxes) {
    const [node, ...more] = parse(bbcode);
    assert.deepEqual(more, [], bbcode);
    assert.ok(node.content.every((part) => typeof part === "string"), `another tag: ${bbcode}`);
    const text = node.content.join("");
    if (node.tag === "img") {
      assert.deepEqual([text, node.attrs], [addressOf(name), {}]);
      continue;
    }
    assert.equal(node.tag, "url", bbcode);
    // This parser reports a value without a name as its own name.
    assert.deepEqual(node.attrs, { [addressOf(name)]: addressOf(name) });
    // BBCode has no escapes: square brackets become round ones, and nothing else changes.
    assert.equal(text, name.replace(/[[\]]/g, (bracket) => ({ "[": "(", "]": ")" })[bracket]));
  }
});

test("a shell parses every command into the intended words, and runs nothing else", () => {
  const words = [...NAMES, "a\nb", "", "\t", "\\", "'", "''", "!!", "é", "~", "#x", "a;b&c>d<e*?"];
  for (const word of words) {
    assert.equal(execFileSync("sh", ["-c", `printf %s ${quote(word) || "''"}`], { encoding: "utf8" }), word);
  }
});

test("curl, wget and aria2 save the file under its name, as the lines say", async () => {
  for (const name of NAMES.filter((each) => /[$'"`\-[\\词~]/.test(each))) {
    for (const tool of ["curl", "wget", "aria2"]) {
      const cwd = scratch();
      const line = boxes.get(name)[tool];
      const env = { ...proxied(cdn), NO_PROXY: "127.0.0.1" };
      const { status, stderr } = await run("sh", ["-c", line], { cwd, env });
      assert.equal(status, 0, `${line}\n${stderr}`);
      const saved = await filesBelow(cwd);
      assert.deepEqual([...saved].map(([path, body]) => [path, body.toString()]), [[`/${name}`, `this is ${name}`]], line);
    }
  }
});

test("a .strm file contains only the URL, and exists for played files only", () => {
  for (const [name, { strm }] of boxes) {
    assert.equal(strm, /\.mp[34]$/.test(name) ? addressOf(name) : undefined, "an input shows no line break");
  }
  assert.equal(formatsOf({ url: "http://h/a.mp4", name: "a.mp4", kind: "video" }).strm, "http://h/a.mp4\n");
});

test("the copy button copies the text, and a toast confirms it", async () => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const name = "it's 'quoted' \\' .mp4";
  const box = await boxOf(page, name);
  for (const [label, format] of [["Copy: curl", "curl"], ["Copy: Markdown", "markdown"]]) {
    await page.getByRole("button", { name: label }).click();
    await page.locator(".toast", { hasText: "Copied" }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), box[format]);
    // The next one's is to be the next one's.
    await page.locator(".toast").evaluate((toast) => toast.remove());
  }
  assert.deepEqual(await axe(page), []);
});

test("players get the URL in the form of each", () => {
  const url = strictUrl("https://files.example/~tok/a b/电影's.mkv");
  assert.equal(url, "https://files.example/~tok/a%20b/%E7%94%B5%E5%BD%B1%27s.mkv");
  const file = { url, name: "电影's;x.mkv" };
  const linkOf = (platform, player) => playersFor(file, platform).find((each) => each.player === player).link;
  assert.equal(new URL(linkOf("mac", "IINA")).searchParams.get("url"), url);
  assert.equal(new URL(linkOf("ios", "Infuse")).searchParams.get("url"), url);
  assert.equal(new URL(linkOf("ios", "VLC")).searchParams.get("url"), url);
  assert.equal(linkOf("windows", "PotPlayer"), `potplayer://${url}`);
  assert.equal(linkOf("ios", "nPlayer"), `nplayer-${url}`);
  const [, data, title] = /^mpv-handler:\/\/play\/([\w-]+)\/\?v_title=([\w-]+)$/.exec(linkOf("linux", "mpv"));
  assert.equal(Buffer.from(data, "base64url").toString(), url);
  assert.equal(Buffer.from(title, "base64url").toString(), file.name);
  const intent = linkOf("android", "MX Player");
  const [before, extras] = intent.split("#Intent;");
  assert.equal(before.replace(/^intent:/, "https:"), url);
  const fields = Object.fromEntries(extras.split(";").slice(0, -1).map((each) => [each.slice(0, each.indexOf("=")), each.slice(each.indexOf("=") + 1)]));
  assert.deepEqual([fields.scheme, fields.package, decodeURIComponent(fields["S.title"])], ["https", "com.mxtech.videoplayer.ad", file.name]);
  assert.ok(extras.endsWith(";end"));
});

test("the platform is detected from the user agent, and an iPad is no Mac", () => {
  const mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15";
  assert.equal(platformOf({ userAgent: mac, maxTouchPoints: 0 }), "mac");
  assert.equal(platformOf({ userAgent: mac, maxTouchPoints: 5 }), "ios");
  assert.equal(platformOf({ userAgent: "Mozilla/5.0 (Linux; Android 15; Pixel 9)" }), "android");
  assert.equal(platformOf({ userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64)" }), "windows");
  assert.equal(platformOf({ userAgent: "Mozilla/5.0 (X11; Linux x86_64)" }), "linux");
  assert.equal(platformOf({ userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)" }), "ios");
});

test("a name that begins with a dash is no option of a command", () => {
  assert.match(commandsFor({ url: "http://h/a", name: "-" }).curl, /--output \.\/- http/);
});

test("where a rule lets visitors share, the box makes a link that opens without the password", async () => {
  const film = entry("/team/film.mp4", 4);
  const rules = [{ path: "/team", password: "TEAM", share_hours: 48 }, { path: "/quiet", password: "TEAM" }];
  const quiet = entry("/quiet/film.mp4", 4);
  const guarded = await openGuarded([film, quiet], rules, { secrets: { TEAM: "open sesame" } });
  const { page: visitor, complaints: said } = await openPage(browser, { locale: "en-US" });
  await visitor.goto(`${guarded.url}/team/film.mp4?view`);
  await visitor.getByLabel("Password").fill("open sesame");
  await visitor.getByRole("button", { name: "Open" }).click();
  await visitor.waitForURL("**/team/film.mp4?view");
  const address = visitor.locator('[data-format="address"]');
  assert.equal(await address.inputValue(), `${guarded.url}/team/film.mp4`);
  await visitor.getByText("asked for the password").waitFor();
  await visitor.getByText("they get a share link that works for 24 hours").waitFor();
  await visitor.getByLabel("Hours").fill("3");
  await visitor.getByRole("button", { name: "Make the link" }).click();
  await visitor.getByText("can open the file until").waitFor();
  const shared = await address.inputValue();
  assert.match(shared, /\/~[\w-]+\/team\/film\.mp4$/);
  assert.equal((await guarded.request(new URL(shared).pathname)).status, 302);
  assert.equal((await guarded.request("/team/film.mp4")).status, 401);
  const curl = await visitor.locator('[data-format="curl"]').inputValue();
  assert.ok(curl.includes(`'${shared}'`), curl);
  // The page at a share link has neither breadcrumbs nor a form for another share link.
  await visitor.goto(`${shared}?view`);
  assert.equal(await address.inputValue(), shared);
  assert.equal(await visitor.getByLabel("Hours").count(), 0);
  assert.deepEqual(await visitor.locator("header a").count(), 0);
  await visitor.goto(`${guarded.url}/quiet/film.mp4?view`);
  await visitor.getByLabel("Password").fill("open sesame");
  await visitor.getByRole("button", { name: "Open" }).click();
  await visitor.getByText("Other programs don’t know your password: they can’t").waitFor();
  assert.equal(await visitor.getByLabel("Hours").count(), 0);
  // A locked page is a 401, which the console reports.
  assert.ok(said.every((line) => /401/.test(line)), said.join("\n"));
});

describe("on Windows", () => {
  // Variables that may be defined, some with names that begin as an escape ends.
  const ENV = {
    CD: "C:\\Users\\me", CC: "gcc", DATE: "today", TIME: "now", RANDOM: "4", COMSPEC: "C:\\cmd.exe", PATH: "C:\\", BASH: "bash",
    ACCESS_TOKEN: "secret", ADB_KEY: "secret", BASE_DIR: "secret", AC2: "secret", B0_X: "secret", DEBUG: "secret",
  };
  const HOSTILE = [
    ...NAMES, "a & calc & b.mp4", "a&calc.mp4", "\"&calc&\".mp4", "%COMSPEC%.mp4", "%CD%", "%PATH:~0,3%", "^&calc", "a^", "!PATH!.mp4",
    "a | calc", "a > b", "a < b", "a\ncalc\n.mp4", "a\r\ncalc", "`calc`.mp4", "$(calc).mp4", "$env:PATH", "${env:PATH}", "'; calc; '",
    "’; calc; ’", "“; calc; ”", "„; calc; „", "＂ --use-askpass=calc ＂.mp4", "\u02ba --use-askpass=calc \u02ba", "a＼", "\\", "a\\\"", "-o x", "--config=x",
    "@file", "~", "#", "\u20acCESS_TOKEN x.mp4", "\u20acCESS_TOKEN:~0,9 x.mp4", "\u06adDB_KEY-.mp4", "\u01baSE_DIR é.mp4", "\u20ac2 x", "\u05b00_X x.mp4",
    "e\u0301te\u0301.mp4", "(\u0361° \u035cʖ\u0361°).mp4", "\u0370 CD", "x\u030e&calc\u030e", "a\u0300calc\u0300", "a\u2028calc", "a\u202egpj.exe", "con", "NUL.mp4", "com1 .x",
    " . ", "..", "...", "", "\ud83d\ude00.mp4", "C:evil.mp4", "a:b", "a*?.mp4", "a\tb.mp4",
  ];
  const linesOf = (name) => {
    const address = strictUrl(`https://files.example/odd/${encodeURIComponent(name)}`);
    return { address, ...commandsFor({ url: address, name, platform: "windows" }) };
  };

  test("cmd runs one program with the file's URL, and expands no variable", () => {
    for (const name of HOSTILE) {
      const { address, curl, wget, aria2 } = linesOf(name);
      for (const [program, line] of [["curl.exe", curl], ["wget.exe", wget], ["aria2c", aria2]]) {
        const { commands, used } = readAsCmd(line, ENV);
        assert.deepEqual([commands.length, used], [1, []], line);
        const [[run, ...given]] = commands;
        assert.equal(run, program);
        const [url, ...others] = given.toReversed();
        assert.equal(decodeURIComponent(url), decodeURIComponent(address), line);
        assert.equal(others.length, program === "curl.exe" ? 4 : 1, line);
        const saved = program === "curl.exe" ? others[0] : others[0].replace(/^--out(put-document)?=/, "");
        assert.match(saved.replace(/^\.\//, ""), /^[^-\\/:*?"<>|$%`!\p{Cc}\p{Zl}\p{Zp}][^\\/:*?"<>|$%`!\p{Cc}\p{Zl}\p{Zp}]*$|^-/u, line);
      }
    }
  });

  test("the model of cmd knows what is unsafe", () => {
    const runs = (line) => readAsCmd(line, ENV);
    assert.equal(runs(commandsFor({ url: "https://h/a", name: "a&calc&.mp4" }).curl).commands.length, 3);
    assert.deepEqual(runs('curl "https://h/%E2%82%ACCESS_TOKEN%20x"').used, ["ACCESS_TOKEN"]);
    assert.deepEqual(runs("curl 'https://h/%CD%B0'").used, ["CD"]);
    assert.deepEqual(runs("echo %^CD%").commands, [["echo", "%CD%"]]);
    assert.deepEqual(specialInPowerShell(commandsFor({ url: "https://h/a", name: "’; calc; ’" }).curl).includes(";"), true);
  });

  test("PowerShell and a POSIX shell parse the same words and interpret nothing", async () => {
    const cwd = scratch();
    for (const program of ["curl.exe", "wget.exe", "aria2c"]) {
      await writeFile(path.join(cwd, program), "#!/bin/sh\nfor each; do printf '%s\\0' \"$each\"; done\n");
      await chmod(path.join(cwd, program), 0o755);
    }
    for (const name of HOSTILE) {
      const { address, ...lines } = linesOf(name);
      for (const line of Object.values(lines)) {
        assert.deepEqual(specialInPowerShell(line), [], line);
        const env = { PATH: `${cwd}:${process.env.PATH}`, ACCESS_TOKEN: "secret", HOME: cwd };
        const { status, stdout, stderr } = await run("sh", ["-c", line], { cwd, env });
        assert.deepEqual([status, stderr], [0, ""], line);
        const given = stdout.split("\0").slice(0, -1);
        // What is for cmd alone has carets, with which nothing is found.
        const url = line.includes("%^") ? given.at(-1).replaceAll("^", "") : given.at(-1);
        assert.equal(decodeURIComponent(url), decodeURIComponent(address), line);
        assert.ok(line.includes(given.at(-2)) || line.includes(given.at(-2).replace("=", "=\"")), line);
      }
    }
    assert.deepEqual([...(await filesBelow(cwd)).keys()].toSorted(), ["/aria2c", "/curl.exe", "/wget.exe"]);
  });

  test("ordinary names stay as they are, and others become names that Windows can write", () => {
    for (const name of ["Film (2020) [1080p].mkv", "电影 《上》，1.mp4", "Été & co, it's #1 + {2}.mp3", "カー・々ー.mp4"]) {
      assert.equal(windowsName(name), name.replace("・", "_"));
    }
    for (const [name, want] of [["e\u0301.mp4", "é.mp4"], ["con.mp4", "_con.mp4"], ["", "_"], ["..", "_"], ["a.", "a"],
      [" a ", "a"], ["100%.mp4", "100_.mp4"], ["a\"b", "a_b"], ["\ud83d\ude00.mp4", "_.mp4"]]) {
      assert.equal(windowsName(name), want, name);
    }
    const { curl } = commandsFor({ url: "https://h/a%20b.mp4", name: "a b.mp4", platform: "windows" });
    assert.equal(curl, 'curl.exe --fail --location --output "a b.mp4" "https://h/a%20%62.mp4"');
    const minus = commandsFor({ url: "https://h/-", name: "-", platform: "windows" });
    assert.match(minus.wget, /--output-document="\.\/-"/);
  });

  test("a URL that can't be quoted has no command", () => {
    for (const address of ["https://h/$(x)", "https://a&calc.example/`", "https://h/a'b", "https://h/?sign=%zz", "https://[::1]/a",
      "https://h/%CD%B0?a=1&b=2"]) {
      assert.equal(windowsWord(address), null);
      assert.deepEqual(Object.values(commandsFor({ url: address, name: "a", platform: "windows" })), [null, null, null]);
    }
    assert.equal(windowsWord("https://h/%CD%B0.mp4"), "https://h/%^CD%^B0.mp4");
    assert.equal(wgetLines(["https://h/$", "https://h/a%20b"], "windows"), 'wget.exe -c "https://h/a%20%62"\n');
    assert.equal(wgetLines(["https://h/a'b", "https://h/c"], "linux"), "wget -c 'https://h/a%27b'\nwget -c 'https://h/c'\n");
  });

  test("the box has the commands of the visitor's platform", async () => {
    const userAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
    const { page: own } = await openPage(browser, { locale: "en-US", userAgent });
    const name = "$(touch hacked) `touch hacked` $HOME.mp4";
    const { curl, wget } = await boxOf(own, name);
    const as = '"_(touch hacked) _touch hacked_ _HOME.mp4"';
    assert.ok(curl.startsWith(`curl.exe --fail --location --output ${as} "${site.url}/odd/`), curl);
    assert.ok(wget.startsWith(`wget.exe --output-document=${as} "`), wget);
    const url = /"([^"]*)"$/.exec(curl)[1];
    assert.equal((await site.request(new URL(url).pathname)).status, 302, "the site reads it as its own");
    await own.context().close();
  });
});
