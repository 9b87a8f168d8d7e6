use proptest::prelude::*;
use url::Url;

use super::to_html;

const HERE: &str = "https://site.example/folder/";

/// Parses `html` strictly: allowed tags and attributes in one spelling, every tag closed in order, no
/// bare `<`, `>` or `&`. Returns the targets, unescaped.
fn scan(html: &str) -> Result<Vec<String>, String> {
    const TAGS: &[&str] = &[
        "p",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "code",
        "ul",
        "ol",
        "li",
        "div",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "em",
        "strong",
        "del",
        "a",
    ];
    const VOID: &[&str] = &["br", "hr", "img"];
    let mut open = Vec::new();
    let mut targets = Vec::new();
    let mut rest = html;
    while let Some((text, after)) = rest.split_once('<') {
        unescape(text)?;
        let (tag, after) = after.split_once('>').ok_or("a tag without an end")?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Err(format!("</{name}> closes something else"));
            }
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        if TAGS.contains(&name) {
            open.push(name);
        } else if !VOID.contains(&name) {
            return Err(format!("<{name}> is not allowed"));
        }
        targets.extend(scan_attributes(name, attributes)?);
    }
    unescape(rest)?;
    if open.is_empty() { Ok(targets) } else { Err(format!("left open: {open:?}")) }
}

fn scan_attributes(tag: &str, mut rest: &str) -> Result<Vec<String>, String> {
    let mut targets = Vec::new();
    let mut names = Vec::new();
    while !rest.is_empty() {
        let (name, after) = rest.split_once("=\"").ok_or("an attribute without a value")?;
        let (value, after) = after.split_once('"').ok_or("a value without an end")?;
        let value = unescape(value)?;
        let allowed = match (tag, name) {
            ("a", "href") | ("img", "src") => {
                targets.push(value.clone());
                true
            }
            ("a" | "img", "title") | ("img", "alt") => true,
            ("a", "rel") => value == "noopener noreferrer nofollow",
            ("ol", "start") => value.parse::<u64>().is_ok(),
            ("div", "class") => value == "wide",
            ("th" | "td", "class") => matches!(value.as_str(), "left" | "center" | "right"),
            _ => false,
        };
        if !allowed || names.contains(&name) {
            return Err(format!("<{tag}> may not have {name}={value:?}"));
        }
        names.push(name);
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
    if tag == "a" && names.last() != Some(&"rel") {
        return Err("a link without rel".to_owned());
    }
    Ok(targets)
}

fn unescape(text: &str) -> Result<String, String> {
    const ESCAPES: &[(char, &str)] =
        &[('&', "&#38;"), ('<', "&#60;"), ('>', "&#62;"), ('"', "&#34;"), ('\'', "&#39;")];
    let mut plain = String::new();
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        let escape = ESCAPES.iter().find(|(_, escape)| rest.starts_with(escape));
        if escape.is_none() && ESCAPES.iter().any(|(special, _)| *special == char) {
            return Err(format!("not escaped: {rest:?}"));
        }
        let len = escape.map_or(char.len_utf8(), |(_, escape)| escape.len());
        plain.push(escape.map_or(char, |(special, _)| *special));
        rest = rest.split_at(len).1;
    }
    Ok(plain)
}

/// Checks where a browser would go: a web URL leads to the web, any other target stays on this host.
fn check_target(written: &str) -> Result<(), String> {
    let lower = written.to_ascii_lowercase();
    let is_web = lower.starts_with("http://") || lower.starts_with("https://");
    let is_mail = lower.starts_with("mailto:");
    match Url::parse(HERE).unwrap().join(written) {
        // A browser follows no link that it can't parse.
        Err(_) if is_web || is_mail => Ok(()),
        Ok(url) if is_mail && url.scheme() == "mailto" => Ok(()),
        Ok(url) if is_web && matches!(url.scheme(), "http" | "https") => Ok(()),
        Ok(url) if url.origin() == Url::parse(HERE).unwrap().origin() => Ok(()),
        other => Err(format!("{written:?} leads to {other:?}")),
    }
}

fn check(markdown: &str) -> Result<(), String> {
    scan(&to_html(markdown))?.iter().try_for_each(|target| check_target(target))
}

#[test]
fn markdown_becomes_html() {
    const CASES: &[(&str, &str)] = &[
        ("", ""),
        (
            "a *b* **c** ~~d~~ `e<f`",
            "<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>e&#60;f</code></p>\n",
        ),
        (
            "# 一\n## b\n### c\n#### d\n##### e\n###### f",
            "<h2>一</h2>\n<h3>b</h3>\n<h4>c</h4>\n<h5>d</h5>\n<h6>e</h6>\n<h6>f</h6>\n",
        ),
        ("a\n=\n", "<h2>a</h2>\n"),
        (
            "- a\n- b\n\n7. c",
            "<ul><li>a</li>\n<li>b</li>\n</ul>\n<ol start=\"7\">\n<li>c</li>\n</ol>\n",
        ),
        ("1. c", "<ol><li>c</li>\n</ol>\n"),
        ("> a\n\n---\na  \nb", "<blockquote><p>a</p>\n</blockquote>\n<hr>\n<p>a<br>\nb</p>\n"),
        ("```js\"><b>\na < b\n```", "<pre><code>a &#60; b\n</code></pre>\n"),
        (
            "|a|b|c|\n|-|-:|:-:|\n|1|2|3|",
            "<div class=\"wide\"><table>\n<thead><tr><th>a</th><th class=\"right\">b</th><th class=\"center\">c</th></tr></thead>\n<tbody>\n\
             <tr><td>1</td><td class=\"right\">2</td><td class=\"center\">3</td></tr>\n</tbody></table></div>\n",
        ),
        (
            "[a](https://x.example/?b&c \"t\")",
            "<p><a href=\"https://x.example/?b&#38;c\" title=\"t\" rel=\"noopener noreferrer nofollow\">a</a></p>\n",
        ),
        (
            "<m@x.example>",
            "<p><a href=\"mailto:m@x.example\" rel=\"noopener noreferrer nofollow\">m@x.example</a></p>\n",
        ),
        ("![a *b* ![c](d) `e`](<f g.png>)", "<p><img src=\"f%20g.png\" alt=\"a b c e\"></p>\n"),
        (
            "[![a](b)](c)",
            "<p><a href=\"c\" rel=\"noopener noreferrer nofollow\"><img src=\"b\" alt=\"a\"></a></p>\n",
        ),
        ("<b onclick='x'>a</b>", "<p>&#60;b onclick=&#39;x&#39;&#62;a&#60;/b&#62;</p>\n"),
        ("<div>\n*a*\n</div>", "<p>&#60;div&#62;\n*a*\n&#60;/div&#62;</p>\n"),
        ("a <!-- b --> c", "<p>a &#60;!-- b --&#62; c</p>\n"),
        ("&lt;b&gt; &copy;", "<p>&#60;b&#62; ©</p>\n"),
        ("- [ ] a[^1] $b$", "<ul><li>[ ] a[^1] $b$</li>\n</ul>\n"),
    ];
    for (markdown, want) in CASES {
        assert_eq!(to_html(markdown), *want, "{markdown:?}");
        check(markdown).unwrap_or_else(|why| panic!("{markdown:?}: {why}"));
    }
}

#[test]
fn a_target_is_on_the_web_a_mail_address_or_relative() {
    const CASES: &[(&str, Option<&str>)] = &[
        ("https://x.example/a", Some("https://x.example/a")),
        ("HTTP://x.example", Some("HTTP://x.example")),
        ("MailTo:a@x.example", Some("MailTo:a@x.example")),
        ("a%20b.mkv", Some("a%20b.mkv")),
        ("./a:b", Some("./a:b")),
        ("../a", Some("../a")),
        ("/a?b#c", Some("/a?b#c")),
        ("?a:b", Some("?a:b")),
        ("#a", Some("#a")),
        ("第1集.mkv", Some("%E7%AC%AC1%E9%9B%86.mkv")),
        ("", None),
        ("//evil.example", None),
        ("/\\\\evil.example", Some("/%5Cevil.example")),
        ("\\\\\\\\evil.example", Some("%5C%5Cevil.example")),
        ("&#9;//evil.example", Some("%09//evil.example")),
        ("&#32;//evil.example", Some("%20//evil.example")),
        ("/&#10;/evil.example", Some("/%0A/evil.example")),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt:alert(1)", None),
        ("java&#9;script:alert(1)", None),
        ("java&#x0A;script:alert(1)", None),
        ("java&Tab;script&colon;alert(1)", None),
        ("&#1;javascript:alert(1)", None),
        ("&#x20;javascript:alert(1)", None),
        ("&nbsp;javascript:alert(1)", None),
        ("javascript&#58;alert(1)", None),
        ("&#106;avascript:alert(1)", None),
        ("javascript%3Aalert(1)", Some("javascript%3Aalert(1)")),
        ("javascript://x.example/%0aalert(1)", None),
        ("jav\u{0}ascript:alert(1)", None),
        ("data:text/html;base64,PHNjcmlwdD4=", None),
        ("data:image/svg+xml,x", None),
        ("vbscript:msgbox(1)", None),
        ("view-source:https://x.example", None),
        ("file:///etc/passwd", None),
        ("blob:https://x.example/1", None),
        ("http:evil.example", None),
        ("https:\\\\\\\\evil.example", None),
        ("x:y", None),
        (":a", None),
    ];
    for (written, want) in CASES {
        let rel = "rel=\"noopener noreferrer nofollow\"";
        let link = want.map_or_else(
            || "<p>t</p>\n".to_owned(),
            |href| format!("<p><a href=\"{href}\" {rel}>t</a></p>\n"),
        );
        let is_mail = want.is_some_and(|url| url.starts_with("MailTo"));
        let image = want.filter(|_| !is_mail).map_or_else(
            || "<p>t</p>\n".to_owned(),
            |src| format!("<p><img src=\"{src}\" alt=\"t\"></p>\n"),
        );
        for (markdown, want) in [
            (format!("[t](<{written}>)"), &link),
            (format!("[t]\n\n[t]: <{written}>"), &link),
            (format!("![t](<{written}>)"), &image),
        ] {
            assert_eq!(to_html(&markdown), *want, "{markdown:?}");
            check(&markdown).unwrap_or_else(|why| panic!("{markdown:?}: {why}"));
        }
    }
}

#[test]
fn markup_that_can_run_scripts_becomes_text() {
    const CASES: &[&str] = &[
        "<script>alert(1)</script>",
        "<script\nsrc=//evil.example>",
        "<IMG SRC=x onerror=alert(1)>",
        "<img src=\"x` `<script>alert(1)</script>\"` `>",
        "<svg/onload=alert(1)>",
        "<iframe srcdoc='<script>alert(1)</script>'>",
        "<style>@import'//evil.example'</style>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<?php x ?>",
        "<!DOCTYPE x [<!ENTITY a \"b\">]>",
        "<![CDATA[<script>alert(1)</script>]]>",
        "</div></main><script>alert(1)</script>",
        "<javascript:alert(1)>",
        "<https://x.example/\"onclick=alert(1)>",
        "[a](https://x.example \"\\\" onclick=\\\"alert(1)\")",
        "[a](https://x.example '\"><script>alert(1)</script>')",
        "![\" onerror=\"alert(1)](x)",
        "![a](x\"onerror=\"alert(1))",
        "[a](javascript:alert(1) 'https://x.example')",
        "[a]: javascript:alert(1)\n\n[a] [a][] [b][a] ![a]",
        "[<script>](x)",
        "[a](<x\"><script>alert(1)</script>>)",
        "`<script>`",
        "    <script>",
        "|<script>|\n|-|\n|<b onclick=x>|",
        "# <script> {#id onclick=alert(1)}",
        "```\"><script>alert(1)</script>\n```",
        "a<b\u{0}onclick=x>c",
        "\u{feff}<script>",
        "&lt;script&gt; &#60;script&#62; &amp;lt;",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "![a][b]\n\n[b]: data:image/svg+xml,x \"t\"",
        "[x](![y](javascript:alert(1)))",
        "<javascript:alert(1)//@x.example>",
    ];
    for markdown in CASES {
        check(markdown).unwrap_or_else(|why| panic!("{markdown:?}: {why}\n{}", to_html(markdown)));
    }
}

#[test]
fn deep_nesting_neither_overflows_the_stack_nor_takes_long() {
    for part in [">", "- ", "[", "![", "*", "`", "<", "(", "[a](", "|a", "\\", "&#", "_*"] {
        for end in ["", "x", "](y)", "\n|-|-|"] {
            let markdown = part.repeat(4_000) + end;
            check(&markdown).unwrap_or_else(|why| panic!("{part:?} {end:?}: {why}"));
        }
    }
}

/// Random sequences of Markdown's own characters and of what an attacker adds to them.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "[",
            "]",
            "(",
            ")",
            "![",
            "](",
            "<",
            ">",
            "</",
            "/>",
            "\"",
            "'",
            "&",
            ";",
            "&#",
            "#",
            "`",
            "```",
            "~~",
            "*",
            "**",
            "_",
            "|",
            "\n",
            "\n\n",
            "\n|-|:-:|\n",
            "    ",
            "> ",
            "- ",
            "3. ",
            "\\",
            "!",
            ":",
            "//",
            "://",
            "]: ",
            "[a]: ",
            "a",
            " ",
            "\t",
            "javascript:",
            "http://",
            "https://x.example",
            "mailto:",
            "data:",
            "&colon;",
            "&Tab;",
            "&#x0A;",
            "&NewLine;",
            "<script>",
            "<b onclick=",
            "<!--",
            "-->",
            "\u{0}",
            "\r",
            "\u{a0}",
            "集",
            "@",
            "?",
            "%",
            "=",
            "{",
            "}",
            "\u{202e}",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_markdown_gives_a_tag_an_attribute_or_a_target_that_is_not_allowed(markdown in pieces()) {
        if let Err(why) = check(&markdown) {
            prop_assert!(false, "{why}\n{}", to_html(&markdown));
        }
    }

    #[test]
    fn no_target_leaves_the_allowed_ones(url in pieces()) {
        let url = url.replace(['\n', '\r', '<', '>'], "");
        for markdown in [format!("[t](<{url}>)"), format!("![t](<{url}> 't')"), format!("<{url}>")] {
            if let Err(why) = check(&markdown) {
                prop_assert!(false, "{why}\n{}", to_html(&markdown));
            }
        }
    }
}
