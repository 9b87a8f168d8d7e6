use super::limits::{MAX_ELEMENTS, MAX_URI_BYTES, MAX_URIS};
use super::*;

const ORIGIN: &str = "https://vip.123pan.cn/1812/films/a/x.m3u8";

/// The result of a rewrite, and the counters after it.
fn measured(text: &str, origin: &str, path: &str) -> (Result<String, PlaylistLimit>, Work) {
    let (origin, path) = (origin.into(), path.into());
    let mut work = Work::default();
    let view = PlaylistView { origin, path, shows_origin: true };
    (rewrite_counted(text, &view, &mut work), work)
}

fn rewritten(text: &str) -> Result<String, PlaylistLimit> {
    measured(text, ORIGIN, "/films/a/x.m3u8").0
}

fn playlist(lines: &str) -> String {
    ["#EXTM3U\n", lines].concat()
}

#[test]
fn a_film_of_a_day_in_segments_of_two_seconds_is_rewritten() {
    let part = |number: u32| {
        format!(
            "#EXT-X-KEY:METHOD=AES-128,URI=\"/1812/films/a/k{number}.bin\",IV=0x{number:032x}\n\
             #EXTINF:2.000,\n/1812/films/a/第 1 集/{number:06}.ts?v=1\n"
        )
    };
    let text = playlist(&(0..43_200).map(part).collect::<String>());
    let text = text.get(..text.len().min(4 << 20)).unwrap_or(&text);
    let out = rewritten(text).unwrap();
    assert!(out.contains("URI=\"k1.bin\"") && !out.contains("/1812/"), "{:?}", out.get(..300));
}

#[test]
fn the_work_grows_with_the_text() {
    let deep = format!("https://h/{}x.m3u8", "a/".repeat(900));
    let deep_path = format!("/{}x.m3u8", "a/".repeat(900));
    let texts = [
        "../x\n",
        "../%78\n",
        "/x\n",
        "https://h/a/%78?a&b&c\n",
        "#EXT-X-KEY:URI=\"../%78\",A=\"",
        "#EXT-X-A:A=1,B=\"2\"\r",
        "\r\n",
        "#\n",
    ];
    for piece in texts {
        for (origin, path) in [(ORIGIN, "/films/a/x.m3u8"), (&*deep, &*deep_path)] {
            let counted = [1_000, 2_000, 4_000].map(|count| {
                let (out, work) = measured(&playlist(&piece.repeat(count)), origin, path);
                assert!(matches!(out, Ok(_) | Err(PlaylistLimit::OutputBytes)), "{piece:?}");
                (out.is_ok(), work.uris + work.elements + work.pieces)
            });
            let [(_, once), (_, twice), (is_ok, four_times)] = counted;
            assert!(once <= piece.len() * 2_000, "{piece:?}: {once}");
            if is_ok {
                // Where two copies of a piece meet, half an element may begin and another may end.
                assert!(
                    twice <= once * 2 + 2 && four_times <= twice * 2 + 2,
                    "{piece:?}: {counted:?}"
                );
            }
        }
    }
}

#[test]
fn a_playlist_that_exceeds_a_limit_is_refused_with_its_name() {
    use PlaylistLimit::{Elements, OutputBytes, Pieces, UriBytes, Uris};
    let long = format!("https://vip.123pan.cn/{}/x", "far".repeat(60));
    let cases = [
        (playlist(&"../x\n".repeat(MAX_URIS)), None),
        (playlist(&"../x\n".repeat(MAX_URIS + 1)), Some(Uris)),
        (playlist(&"#EXT-X-A:URI=\"x\"\n".repeat(MAX_URIS + 1)), Some(Uris)),
        (playlist(&"#\n".repeat(MAX_ELEMENTS - 1)), None),
        (playlist(&"#\n".repeat(MAX_ELEMENTS)), Some(Elements)),
        (playlist(&format!("#EXT-X-A:{}", "A=1,".repeat(MAX_ELEMENTS))), Some(Elements)),
        (playlist(&format!("%41/{}\n", "a/".repeat(10_000)).repeat(51)), Some(Pieces)),
        (playlist(&format!("x?{}\n", "a&".repeat(10_000)).repeat(51)), Some(Pieces)),
        (playlist(&"a".repeat(MAX_URI_BYTES)), None),
        (playlist(&"a".repeat(MAX_URI_BYTES + 1)), Some(UriBytes)),
        (playlist(&format!("#EXT-X-A:URI=\"{}\"", "a".repeat(MAX_URI_BYTES + 1))), Some(UriBytes)),
    ];
    for (text, want) in cases {
        let (start, end) = (text.get(..60).unwrap_or(&text), text.len());
        assert_eq!(rewritten(&text).err(), want, "{start}, {end} bytes");
    }
    let out = measured(&playlist(&"../x/y\n".repeat(50_000)), &long, "/x.m3u8").0;
    assert_eq!(out.err(), Some(OutputBytes));
}

#[test]
fn a_limit_has_a_name_for_the_modules_and_a_message_for_people() {
    for (name, limit) in PlaylistLimit::NAMES {
        assert_eq!((limit.name(), PlaylistLimit::of_name(name)), (name, Some(limit)));
    }
    assert_eq!(PlaylistLimit::of_name("not a playlist"), None);
    let messages = PlaylistLimit::NAMES.map(|(_, limit)| limit.to_string());
    assert_eq!(
        messages,
        [
            "more than 100,000 addresses",
            "more than 500,000 lines, tags and attributes",
            "more than 500,000 folders and parameters in its addresses",
            "an address of more than 32 KiB",
            "more than 8 MiB once its addresses are rewritten",
        ]
    );
}

#[test]
fn an_unreadable_playlist_is_an_error_without_a_limit() {
    let view = br#"{"origin":"","site":"","path":"/a.m3u8","shows_origin":false}"#;
    assert_eq!(rewrite(b"#EXTM3U\nx\n", view).as_deref(), Ok(&b"#EXTM3U\nx\n"[..]));
    for (text, view) in [(&b"\xff"[..], &view[..]), (b"#EXTM3U", b"{}")] {
        let error = rewrite(text, view).unwrap_err();
        assert_eq!(PlaylistLimit::of_name(error), None);
    }
    assert_eq!(rewrite("x\n".repeat(MAX_URIS + 1).as_bytes(), view), Err("playlist: uris"));
}
