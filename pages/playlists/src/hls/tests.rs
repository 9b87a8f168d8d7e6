use proptest::prelude::*;
use url::Url;

use super::*;

const ORIGIN: &str = "https://vip.123pan.cn/1812/films/a/master.m3u8";
const PATH: &str = "/films/a/master.m3u8";

fn urls() -> UrlMap {
    UrlMap::new(ORIGIN, PATH, false)
}

fn uri(urls: &UrlMap, uri: &str) -> String {
    let mut out = String::new();
    push_uri(&mut out, uri, urls, &mut Work::default()).unwrap();
    out
}

/// Rewrites a playlist that is within the limits.
fn rewrite(text: &str, urls: &UrlMap) -> String {
    super::rewrite(text, urls, &mut Work::default()).unwrap()
}

#[track_caller]
fn check(urls: &UrlMap, cases: &[(&str, &str)]) {
    for (written, want) in cases {
        assert_eq!(uri(urls, written), *want, "input: {written:?}");
    }
}

#[test]
fn files_in_the_playlists_folder_or_below_become_relative_paths() {
    check(
        &urls(),
        &[
            ("seg0.ts", "seg0.ts"),
            ("./seg0.ts", "seg0.ts"),
            ("v/1/seg0.ts", "v/1/seg0.ts"),
            ("v/../seg0.ts", "seg0.ts"),
            ("v/%2e%2E/seg0.ts", "seg0.ts"),
            ("/1812/films/a/seg0.ts", "seg0.ts"),
            ("/1812/films/a/v/seg0.ts", "v/seg0.ts"),
            ("https://vip.123pan.cn/1812/films/a/seg0.ts", "seg0.ts"),
            ("HTTP://VIP.123PAN.CN:80/1812/films/a/seg0.ts", "seg0.ts"),
            ("//vip.123pan.cn:443/1812/films/a/seg0.ts", "seg0.ts"),
            ("/1812/%66ilms/a/seg0.ts", "seg0.ts"),
            ("/1812/x/../films/a/seg0.ts", "seg0.ts"),
            ("v/", "v/"),
            (".", "./"),
        ],
    );
}

#[test]
fn names_of_any_kind_are_written_as_the_site_reads_them() {
    check(
        &urls(),
        &[
            ("第 1 集/片段.ts", "%E7%AC%AC%201%20%E9%9B%86/%E7%89%87%E6%AE%B5.ts"),
            ("%e7%89%87.ts", "%E7%89%87.ts"),
            ("100%.ts", "100%25.ts"),
            ("100%25.ts", "100%25.ts"),
            ("a+b;c,d.ts", "a%2Bb%3Bc%2Cd.ts"),
            ("12:30.ts", "12%3A30.ts"),
            ("'a'<b>.ts", "%27a%27%3Cb%3E.ts"),
            ("...ts", "...ts"),
        ],
    );
}

#[test]
fn files_in_folders_above_become_relative_paths_up() {
    check(
        &urls(),
        &[
            ("../audio/1.ts", "../audio/1.ts"),
            ("../../x/1.ts", "../../x/1.ts"),
            // The remaining folders have the same names in both paths.
            ("/1812/films/audio/1.ts", "../audio/1.ts"),
            ("/1812/audio/1.ts", "../../audio/1.ts"),
            // Further up, no path of the site corresponds to one of the origin.
            ("https://vip.123pan.cn/other/1.ts", "https://vip.123pan.cn/other/1.ts"),
        ],
    );
    let renamed = UrlMap::new(ORIGIN, "/Filme/Der erste/master.m3u8", false);
    check(
        &renamed,
        &[
            ("../audio/1.ts", "../audio/1.ts"),
            ("/1812/films/a/v/1.ts", "v/1.ts"),
            // Nothing says that /Filme of this site is /1812/films of the origin.
            (
                "https://vip.123pan.cn/1812/films/audio/1.ts",
                "https://vip.123pan.cn/1812/films/audio/1.ts",
            ),
        ],
    );
}

#[test]
fn uris_of_other_sites_are_kept() {
    for written in [
        "https://evil.example/1812/films/a/seg0.ts",
        "//evil.example/1812/films/a/seg0.ts",
        "///evil.example/x",
        "https://vip.123pan.cn.evil.example/1812/films/a/seg0.ts",
        "https://vip.123pan.cn@evil.example/1812/films/a/seg0.ts",
        "https://user@vip.123pan.cn/1812/films/a/seg0.ts",
        "https://vip.123pan.cn:8443/1812/films/a/seg0.ts",
        "https://vip.123pan.cn",
        "https:/1812/films/a/seg0.ts",
        "https:seg0.ts",
        "ftp://vip.123pan.cn/1812/films/a/seg0.ts",
        "data:text/plain;base64,AAAA",
        "skd://key-id",
        "urn:uuid:1",
        "javascript:alert(1)",
        "https://vip.123pan.cn/1812/films/a/x.ts\\..\\y",
        "\\\\evil.example\\x",
        "/\\evil.example/x",
        "/\t/evil.example/x",
        "seg{$n}.ts",
        "{$base}/seg0.ts",
        "https://vip.123pan.cn/1812/films/a/{$n}.ts?auth_key=1",
        "?_HLS_msn=2",
        "",
    ] {
        assert_eq!(uri(&urls(), written), written);
    }
}

#[test]
fn reserved_paths_of_this_site_are_never_written() {
    for written in [
        "a%2Fb.ts",
        "..%2f..%2fx.ts",
        "a%00.ts",
        "a//b.ts",
        "%ff.ts",
        "../../../x.ts",
        "../../-/login",
        "../../~token/x.ts",
        "/1812/-/login",
        "/other/x.ts",
    ] {
        assert_eq!(uri(&urls(), written), written, "with nothing better to say");
    }
    let shows_origin = UrlMap::new(ORIGIN, PATH, true);
    check(
        &shows_origin,
        &[
            ("../../../x.ts", "https://vip.123pan.cn/1812/films/a/../../../x.ts"),
            ("/other/x y.ts?auth_key=1&v=2", "https://vip.123pan.cn/other/x%20y.ts?v=2"),
            ("a%2Fb.ts", "https://vip.123pan.cn/1812/films/a/a%2Fb.ts"),
            ("../../-/login", "https://vip.123pan.cn/1812/films/a/../../-/login"),
            ("../audio/1.ts", "../audio/1.ts"),
            ("//evil.example/x", "//evil.example/x"),
            ("/\t/evil.example/x", "/\t/evil.example/x"),
        ],
    );
}

#[test]
fn a_query_is_kept_without_signatures_and_with_our_parameters_escaped() {
    check(
        &urls(),
        &[
            ("seg.ts?x=1&y=%202", "seg.ts?x=1&y=%202"),
            ("seg.ts?auth_key=1-2-3-4", "seg.ts"),
            ("seg.ts?x=1&auth%5Fkey=1&y", "seg.ts?x=1&y"),
            ("seg.ts?format=ts&sign&signed=1", "seg.ts?%66ormat=ts&%73ign&signed=1"),
            ("seg.ts?q=\"a\"'b'<c>", "seg.ts?q=%22a%22%27b%27%3Cc%3E"),
            ("seg.ts?a/../b", "seg.ts?a/../b"),
            ("seg.ts#t=1,2", "seg.ts#t=1,2"),
            ("seg.ts?#", "seg.ts"),
            ("https://vip.123pan.cn/1812/films/a/seg.ts?auth_key=1-2-3-4&v=1#x", "seg.ts?v=1#x"),
            ("https://evil.example/x?auth_key=1", "https://evil.example/x?auth_key=1"),
        ],
    );
}

#[test]
fn a_playlist_in_the_root_or_of_an_unreadable_origin_keeps_its_relative_uris() {
    check(
        &UrlMap::new("https://h/a.m3u8", "/a.m3u8", false),
        &[
            ("seg.ts", "seg.ts"),
            ("/seg.ts", "seg.ts"),
            ("/-/login", "/-/login"),
            ("~x/seg.ts", "~x/seg.ts"),
            ("../seg.ts", "../seg.ts"),
        ],
    );
    let unreadable = UrlMap::new("", "/v/a.m3u8", true);
    check(&unreadable, &[("/seg.ts", "/seg.ts"), ("seg.ts", "seg.ts"), ("//h/x", "//h/x")]);
}

#[test]
fn every_uri_of_every_tag_is_rewritten_and_nothing_else() {
    let at = "https://vip.123pan.cn/1812/films/a";
    let text = format!(
        "\u{feff}#EXTM3U\r\n\
         #EXT-X-VERSION:12\r\n\
         # a comment: URI=\"{at}/no.ts\"\r\n\
         #EXT-X-DEFINE:NAME=\"base\",VALUE=\"{at}/\"\r\n\
         #EXT-X-KEY:METHOD=AES-128,URI=\"{at}/k,1.bin\",IV=0x01\r\n\
         #EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI=\"skd://id\",KEYFORMAT=\"com.apple\"\r\n\
         #EXT-X-MAP:URI=\"/1812/films/a/init.mp4\",BYTERANGE=\"718@0\"\r\n\
         #EXT-X-MEDIA:TYPE=AUDIO,NAME=\"URI=\",URI=\"{at}/a.m3u8\",X-COM-ASSET-URI=\"{at}/b\"\r\n\
         #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1, URI=\"{at}/i.m3u8\"\r\n\
         #EXT-X-IMAGE-STREAM-INF:URI=\"{at}/t.m3u8\"\r\n\
         #EXT-X-CONTENT-STEERING:SERVER-URI=\"{at}/steer\",PATHWAY-ID=\"CDN\"\r\n\
         #EXT-X-DATERANGE:ID=\"1\",X-ASSET-URI=\"{at}/ad.m3u8\",X-ASSET-LIST=\"{at}/l\"\r\n\
         #EXT-X-NEW-TAG:uri=\"{at}/1\",OTHER=\"{at}/2\",URI=\"{at}/3\"\r\n\
         #EXTINF:4.0,The \"title\", URI=\"{at}/title.ts\"\r\n\
         #EXT-X-BYTERANGE:100@0\r\n\
         {at}/seg0.ts\r\n\
         \r\n\
           {at}/seg1.ts\t\r\n\
         #EXT-X-PART:DURATION=0.3,URI=\"{at}/p.mp4\",BYTERANGE=\"1@2\"\n\
         #EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"{at}/h.mp4\"\r\
         #EXT-X-RENDITION-REPORT:URI=\"../b/c.m3u8\",LAST-MSN=2\n\
         #EXT-X-STREAM-INF:BANDWIDTH=1\n\
         v/low.m3u8?x=1"
    );
    let want = text.trim_start_matches('\u{feff}');
    let kept = ["# a comment", "#EXT-X-DEFINE", "#EXTINF"];
    let want = want.split_inclusive('\n').map(|line| {
        if kept.iter().any(|kept| line.starts_with(kept)) {
            return line.to_owned();
        }
        let other = format!("OTHER=\"{at}/2\"");
        let line = line.replace(&other, "OTHER=\"\0\"").replace(&format!("{at}/"), "");
        let line = line.replace("/1812/films/a/", "").replace("k,1", "k%2C1");
        line.replace('\0', &format!("{at}/2"))
    });
    assert_eq!(rewrite(&text, &urls()), want.collect::<String>());
}

#[test]
fn text_that_is_no_attribute_list_is_kept() {
    for line in [
        "#EXT-X-KEY:METHOD=AES-128,URI=\"/1812/films/a/unclosed",
        "#EXT-X-KEY:METHOD=AES-128,URI=/1812/films/a/unquoted",
        "#EXT-X-KEY",
        "#EXT-X-KEY:",
        "#EXT-X-KEY:=\"/1812/films/a/x\"",
        "#EXT-X-ENDLIST",
        "#EXTINF:10,",
        "#",
        "#EXTVLCOPT:http-user-agent=x",
    ] {
        assert_eq!(rewrite(line, &urls()), line);
    }
}

#[test]
fn a_long_line_stays_whole() {
    let line = "#EXT-X-A:".to_owned() + &"URI=\"x\",".repeat(90_000);
    assert_eq!(rewrite(&line, &urls()), line);
    let quotes = "#EXT-X-A:".to_owned() + &"A=\"".repeat(300_000);
    assert_eq!(rewrite(&quotes, &urls()), quotes);
    let dots = "../".repeat(10_000) + "x";
    assert_eq!(rewrite(&dots, &urls()), dots);
}

#[test]
fn a_plain_uri_is_rewritten_as_it_would_be_by_decoding_it() {
    let deep = UrlMap::new("https://h/1/a/b/x.m3u8", "/a/b/x.m3u8", true);
    let other = UrlMap::new("https://h/1/a/b/x.m3u8", "/c/d/x.m3u8", true);
    let root = UrlMap::new("https://h/x.m3u8", "/x.m3u8", false);
    for urls in [&deep, &other, &root] {
        for written in [
            "x.ts",
            "../x.ts",
            "../../x.ts",
            "../../../x.ts",
            "../v/x.ts",
            "../-/x",
            "../~t/x",
            "../../-/x",
            "../../~t/x",
            "../..x",
            ".././x",
            "..",
            "../",
            "../../",
            "-/x",
            "~t/x",
            "https://h/1/a/b/x.ts",
            "https://h/1/a/b/../x.ts",
            "https://h/1/a/b/../../../x.ts",
        ] {
            let mut long = String::new();
            urls.push_uri(&mut long, written);
            assert_eq!(uri(urls, written), long, "{written}");
        }
    }
}

/// Any sequence of the pieces at which URIs are split.
fn any_uri() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("https://vip.123pan.cn/1812/films/a/".to_owned()),
        Just("//vip.123pan.cn".to_owned()),
        Just("http:".to_owned()),
        Just("//evil.example".to_owned()),
        Just("/1812/films/".to_owned()),
        Just("%2e%2E".to_owned()),
        Just("%2F".to_owned()),
        Just("?auth_key=1".to_owned()),
        Just("{$x}".to_owned()),
        "[-~/.:?#@%&=\\\\ \"'<>;a\t\u{e9}\u{ad}\u{ff0f}]",
        "[a-z0-9]{1,4}",
        "/",
        "\\.\\./",
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat().trim_ascii().to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// A rewritten URI, resolved as browsers do, leads to the same file as the written one does at the
    /// origin. A URI that is kept is not checked.
    #[test]
    fn a_rewritten_uri_leads_to_the_same_file(
        written in any_uri(),
        depth in 0_usize..4,
        token in any::<bool>(),
        shows_origin in any::<bool>(),
    ) {
        let folders = ["films", "a", "b"];
        let folder = folders.iter().take(depth).fold(String::new(), |path, name| path + "/" + name);
        let origin = format!("https://vip.123pan.cn/1812{folder}/x.m3u8");
        let base = if token { "https://our.example/~token" } else { "https://our.example" };
        let here = Url::parse(&format!("{base}{folder}/x.m3u8")).unwrap();
        let urls = UrlMap::new(&origin, &format!("{folder}/x.m3u8"), shows_origin);
        let out = uri(&urls, &written);
        let line = rewrite(&format!("#EXT-X-KEY:URI=\"{}\"", written.replace('"', "")), &urls);
        prop_assert_eq!(line.matches('"').count(), 2, "{}", line);
        if out == written {
            return Ok(());
        }
        prop_assert!(out.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"'), "{}", out);
        let meant = Url::parse(&origin).unwrap().join(&written).unwrap();
        let got = here.join(&out).unwrap();
        prop_assert!(got.query_pairs().all(|(name, _)| name != "auth_key"), "{}", out);
        if got.host_str() != here.host_str() {
            prop_assert!(shows_origin && got.origin() == Url::parse(&origin).unwrap().origin(), "{}", out);
            prop_assert_eq!(decoded(&got), decoded(&meant), "{:?} → {}", written, out);
            return Ok(());
        }
        prop_assert_eq!(got.origin(), here.origin());
        let below = got.as_str().strip_prefix(base).and_then(|rest| rest.strip_prefix('/'));
        let Some(below) = below else { panic!("{written:?} → {out} leads out of {base}") };
        prop_assert!(!below.starts_with('~') && !below.starts_with("-/"), "{}", out);
        // The path at the origin, below /1812, is the path on this site.
        let meant_path = decoded(&meant);
        let same = format!("/1812{}", decoded(&Url::parse(&format!("https://h/{below}")).unwrap()));
        prop_assert_eq!(meant_path, same, "{:?} → {}", written, out);
        prop_assert_eq!(meant.host_str(), Some("vip.123pan.cn"));
    }

    #[test]
    fn any_text_keeps_its_lines(text in "([#EXT:URI=\"a,/.\\n\\r\u{feff}\u{2028} -]|#EXT-X-KEY:URI=\"){0,40}") {
        let out = rewrite(&text, &urls());
        let lines = |text: &str| text.matches(['\n', '\r']).count();
        prop_assert_eq!(lines(&out), lines(&text));
        prop_assert_eq!(rewrite(&out, &urls()), out, "what is ours stays as it is");
    }
}

fn decoded(url: &Url) -> String {
    String::from_utf8_lossy(&signpost_core::percent::decode(url.path())).into_owned()
}
