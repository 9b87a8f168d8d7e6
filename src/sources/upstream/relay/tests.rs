use proptest::prelude::*;

use super::*;

const INNER: &str =
    "https://cdn.example.test/123-1/ab/1-0/c-m1?v=5&t=1893456000&s=x~y>?&filename=%E6%B5%8B.txt";
/// The same URL as `INNER`, as it may stand in a `Location`.
const WIRE: &str =
    "https://cdn.example.test/123-1/ab/1-0/c-m1?v=5&t=1893456000&s=x~y%3E?&filename=%E6%B5%8B.txt";
const PARAMS: &str = "aHR0cHM6Ly9jZG4uZXhhbXBsZS50ZXN0LzEyMy0xL2FiLzEtMC9jLW0xP3Y9NSZ0PTE4OTM0NTYwMDAmcz14fnk+PyZmaWxlbmFtZT0lRTYlQjUlOEIudHh0";

fn asked(relay: &Relay) -> Call {
    match relay.step() {
        RelayStep::Ask(call) => call,
        RelayStep::Done { url, .. } => panic!("done: {url}"),
    }
}

fn done(relay: &Relay) -> (String, String) {
    match relay.step() {
        RelayStep::Done { url, referer } => (url, referer),
        RelayStep::Ask(call) => panic!("asks: {}", call.url),
    }
}

fn moved(to: &str) -> ApiResponse {
    ApiResponse { status: 302, location: Some(to.to_owned()), ..ApiResponse::default() }
}

fn json(status: u16, url: &str) -> ApiResponse {
    ApiResponse {
        status,
        content_type: Some("application/json; charset=utf-8".to_owned()),
        body: format!(r#"{{"code":0,"data":{{"redirect_url":"{url}"}}}}"#).into_bytes(),
        ..ApiResponse::default()
    }
}

#[test]
fn params_hold_the_next_address() {
    let padded = "aHR0cHM6Ly9oL2E="; // https://h/a
    for (params, want) in [
        (PARAMS.to_owned(), WIRE),
        (PARAMS.replace('+', "%2B"), WIRE),
        (PARAMS.replace('+', " "), WIRE),
        (PARAMS.replace('+', "%20"), WIRE),
        (PARAMS.replace('+', "-"), WIRE),
        (padded.to_owned(), "https://h/a"),
        (padded.replace('=', "%3D"), "https://h/a"),
        (padded.replace('=', ""), "https://h/a"),
    ] {
        let u0 = format!("https://web.example.cn/download-v2/?params={params}&is_s3=0");
        let call = asked(&Relay::new(&u0, true).ok().unwrap());
        assert_eq!(call.url, want, "{params}");
        assert_eq!((call.method, call.endpoint), ("GET", RELAY));
        let referer = ("referer", "https://web.example.cn/".to_owned());
        assert_eq!(call.headers, [("user-agent", USER_AGENT.to_owned()), referer]);
    }
    assert_eq!(percent::decode(INNER).len(), percent::decode(WIRE).len());
    let plain = Relay::new("https://h.cn/a?b=params", false).ok().unwrap();
    assert_eq!(asked(&plain).url, "https://h.cn/a?b=params");
}

#[test]
fn a_url_that_may_not_be_requested_is_refused() {
    let private = BASE64.encode("http://169.254.169.254/latest");
    for u0 in [
        "",
        "/a",
        "ftp://h.cn/a",
        "javascript://h.cn/a",
        "https:///a",
        "https://u@h.cn/a",
        "https://u:p@h.cn/a",
        "https://h.cn\\@e.cn/a",
        "https://h.cn/a\r\nb: c",
        "https://h.cn/\u{85}",
        "https://中.cn/a",
        "https://[::1]/a",
        "https://localhost/a",
        "https://a.LOCALHOST:80/a",
        "http://127.0.0.1:8080/a",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://0x7f.1/",
        "http://2130706433/",
        "https://h.cn/?params=%21%21",
        "https://h.cn/?params=L2E",
        &format!("https://h.cn/?params={private}"),
        &format!("https://h.cn/{}", "a".repeat(9_000)),
    ] {
        let kind = Relay::new(u0, false).err().map(|failed| failed.kind);
        assert_eq!(kind, Some(UpstreamErrorKind::Other), "{u0:?}");
    }
    for u0 in ["http://127.0.0.1:8080/a", "http://localhost/a"] {
        assert_eq!(asked(&Relay::new(u0, true).ok().unwrap()).url, u0);
    }
}

#[test]
fn a_relay_is_followed_to_the_file() {
    let mut relay = Relay::new("https://w.cn/a", false).ok().unwrap();
    relay.follow(&moved("/b?c"));
    assert_eq!(asked(&relay).url, "https://w.cn/b?c");
    relay.follow(&json(210, "https://CDN.cn:30443/x y/中?z='%"));
    assert_eq!(asked(&relay).url, "https://cdn.cn:30443/x%20y/%E4%B8%AD?z=%27%25");
    relay.follow(&ApiResponse {
        status: 200,
        body: b"the file".to_vec(),
        ..ApiResponse::default()
    });
    let want = "https://cdn.cn:30443/x%20y/%E4%B8%AD?z=%27%25";
    assert_eq!(done(&relay), (want.to_owned(), "https://w.cn/".to_owned()));
}

#[test]
fn a_relay_without_a_next_url_keeps_its_last() {
    let file = json(200, "https://e.cn/");
    let stays = [
        ApiResponse::default(),
        ApiResponse { content_type: None, ..file.clone() },
        ApiResponse { content_type: Some("video/mp4".to_owned()), ..file.clone() },
        ApiResponse { cut: true, ..file.clone() },
        ApiResponse { body: b"{}".to_vec(), ..file.clone() },
        ApiResponse { status: 403, ..file.clone() },
        json(200, ""),
        json(200, "javascript:alert(1)"),
        json(200, "http://127.0.0.1/"),
        moved("ftp://e.cn/"),
        moved("//10.0.0.1/"),
        moved(""),
        ApiResponse { location: None, ..moved("") },
        ApiResponse { status: 304, ..moved("/b") },
    ];
    for response in stays {
        let mut relay = Relay::new("https://w.cn/a", false).ok().unwrap();
        relay.follow(&response);
        assert_eq!(done(&relay).0, "https://w.cn/a", "{response:?}");
    }
}

#[test]
fn it_asks_five_times_at_most() {
    let mut relay = Relay::new("https://w.cn/", false).ok().unwrap();
    for hop in 1..=MAX_HOPS {
        asked(&relay);
        relay.follow(&moved(&format!("/{hop}")));
    }
    assert_eq!(done(&relay).0, "https://w.cn/5");
}

proptest! {
    #[test]
    fn what_comes_out_is_fit_for_a_header(u0 in r"https?://[a-z]\.cn/\PC{0,40}", to in "\\PC{0,60}") {
        if let Ok(mut relay) = Relay::new(&u0, false) {
            relay.follow(&moved(&to));
            relay.follow(&ApiResponse::default());
            let (url, _) = done(&relay);
            prop_assert!(url.bytes().all(|byte| byte.is_ascii_graphic()), "{}", url);
            prop_assert!(::url::Url::parse(&url).is_ok(), "{}", url);
        }
    }
}
