//! From a link to bytes: relay, CDN, direct links.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::client::{AGENT, Client, NOW, ORIGIN, code};
use crate::support::vendor::accounts::{DIRECT_KEY, UID};
use crate::support::vendor::digest::{auth_hash, md5_hex};
use crate::support::vendor::drive::content;
use crate::support::vendor::http::{Reply, Request};
use crate::support::vendor::quirks::{LinkHop, LinkParams};

const FILE: &str = "/音乐/02.一千零一夜-李克勤.mp3";

fn get(client: &mut Client, url: &str) -> Reply {
    let request = Request::new("GET", url, client.now)
        .with("user-agent", AGENT)
        .with("referer", &format!("{ORIGIN}/"));
    client.send(&request)
}

/// What `params` of a link holds, or the link.
fn inner(url: &str) -> String {
    let request = Request::new("GET", url, NOW);
    let Some(params) = request.value("params") else { return url.to_owned() };
    let params = params.replace(' ', "+");
    let bytes = STANDARD.decode(&params).or_else(|_| URL_SAFE_NO_PAD.decode(&params)).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn every_form_of_a_link_leads_to_the_bytes() {
    let params =
        [LinkParams::None, LinkParams::Standard, LinkParams::BarePlus, LinkParams::UrlSafe];
    let hops = [LinkHop::None, LinkHop::Found, LinkHop::FoundRelative, LinkHop::Ok, LinkHop::Ok210];
    for (params, hop) in
        params.iter().flat_map(|params| hops.iter().map(move |hop| (*params, *hop)))
    {
        let mut client = Client::new();
        client.vendor.quirks.link_params = params;
        client.vendor.quirks.link_hop = hop;
        let request = client.download(FILE);
        let url = client.data(&request)["DownloadUrl"].as_str().unwrap().to_owned();
        let mut reply = get(&mut client, &inner(&url));
        if hop != LinkHop::None {
            assert_eq!(
                reply.status,
                match hop {
                    LinkHop::Ok => 200,
                    LinkHop::Ok210 => 210,
                    _ => 302,
                }
            );
            let location = reply.header("location").map(str::to_owned);
            let body = reply.value()["data"]["redirect_url"].clone();
            let to = location.unwrap_or_else(|| body.as_str().unwrap().to_owned());
            assert_eq!(to.starts_with('/'), hop == LinkHop::FoundRelative);
            reply = get(&mut client, &to);
        }
        assert_eq!(reply.body, content(client.id(FILE), 4_321), "{params:?} {hop:?}");
        assert_eq!(client.vendor.violations(), [""; 0]);
    }
}

#[test]
fn base64_of_a_link_tells_the_alphabets_apart() {
    let mut client = Client::new();
    for (params, sign) in
        [(LinkParams::Standard, "%2B"), (LinkParams::BarePlus, "+"), (LinkParams::UrlSafe, "-")]
    {
        client.vendor.quirks.link_params = params;
        let request = client.download(FILE);
        let data = client.data(&request);
        let url = data["DownloadUrl"].as_str().unwrap();
        let params = url.split("params=").nth(1).unwrap().split('&').next().unwrap();
        assert!(params.contains(sign), "{url}");
    }
}

#[test]
fn the_second_version_is_in_two_parts() {
    let mut client = Client::new();
    let body = client.download_body(FILE);
    let request = client.post("/b/api/v2/file/download_info", &body);
    let data = client.data(&request);
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let url = text(&data["dispatchList"][0]["prefix"]) + &text(&data["downloadPath"]);
    assert_eq!(get(&mut client, &url).body.len(), 4_321);
}

fn cdn_url(client: &mut Client) -> String {
    let request = client.download("/video.mp4");
    client.data(&request)["DownloadUrl"].as_str().unwrap().to_owned()
}

#[test]
fn the_cdn_wants_a_referer_of_the_vendor() {
    let mut client = Client::new();
    let url = cdn_url(&mut client);
    for (referer, want) in [
        ("", 403),
        ("https://files.example/", 403),
        ("https://123pan.com.evil.example/", 403),
        ("https://not123pan.com/", 403),
        ("https://yun.123pan.com/", 200),
        ("http://127.0.0.1:1/", 200),
    ] {
        let request = Request::new("GET", &url, client.now)
            .with("user-agent", AGENT)
            .with("referer", referer);
        let reply = client.send(&request);
        assert_eq!(reply.status, want, "{referer:?}");
        assert_eq!(code(&reply) == 1010, want == 403);
    }
    assert_eq!(client.vendor.violations(), [""; 0]);
}

#[test]
fn the_cdn_serves_only_the_city_that_called_the_api() {
    let mut client = Client::new();
    let mine = client.download("/video.mp4");
    let mine = client.data(&mine)["DownloadUrl"].as_str().unwrap().to_owned();
    let id = client.id("/video.mp4");
    let open = client.open("GET", &format!("/api/v1/file/download_info?fileId={id}"));
    let open = client.data(&open)["downloadUrl"].as_str().unwrap().to_owned();
    for url in [mine, open] {
        let ask = |agent: &str| {
            Request::new("GET", &url, NOW)
                .with("user-agent", agent)
                .with("referer", &format!("{ORIGIN}/"))
        };
        assert_eq!(client.send(&ask(AGENT)).status, 200, "{url}");
        for agent in ["Mozilla/5.0 (X11; Linux x86_64) Chrome/140", "curl/8.5.0", ""] {
            let reply = client.send(&ask(agent));
            assert_eq!((reply.status, code(&reply)), (403, 1010.into()), "{agent} {url}");
            let message = reply.value()["message"].as_str().unwrap().to_owned();
            let (here, made_for) = message.split_once(" arg_c:").unwrap();
            assert!(here.starts_with("forbidden realc:") && here.ends_with(" city"), "{message}");
            assert!(made_for.ends_with(" city") && !here.ends_with(made_for), "{message}");
        }
    }
    assert_eq!(client.vendor.violations(), [""; 0]);
}

#[test]
fn the_cdn_serves_parts() {
    let mut client = Client::new();
    let url = cdn_url(&mut client);
    let all = content(client.id("/video.mp4"), 300_000);
    for (range, status, want) in [
        ("bytes=0-9", 206, &all[..10]),
        ("bytes=299990-", 206, &all[299_990..]),
        ("bytes=-5", 206, &all[299_995..]),
        ("bytes=5-999999", 206, &all[5..]),
        ("bytes=300000-", 416, &[][..]),
        ("bytes=-0", 416, &[]),
        ("bytes=9-5", 200, &all),
        ("bytes=0-1,5-6", 200, &all),
    ] {
        let request = Request::new("GET", &url, client.now)
            .with("user-agent", AGENT)
            .with("referer", "https://www.123pan.cn/")
            .with("range", range);
        let reply = client.send(&request);
        assert_eq!((reply.status, &reply.body[..]), (status, want), "{range}");
    }
    let request = Request::new("HEAD", &url, client.now)
        .with("user-agent", AGENT)
        .with("referer", "https://www.123pan.cn/");
    let reply = client.send(&request);
    assert_eq!((reply.header("content-length"), reply.body.len()), (Some("300000"), 0));
    let reply = client.send(&request.without("referer"));
    assert_eq!((reply.status, reply.body.len()), (403, 0));
}

#[test]
fn the_cdn_takes_the_md5_for_its_entity_tag_and_holds_conditions_against_it() {
    const OTHER: &str = "\"0123456789abcdef0123456789abcdef\"";
    const THEN: &str = "Thu, 01 Jan 1970 00:00:01 GMT";
    let mut client = Client::new();
    let url = cdn_url(&mut client);
    let mut ask = |headers: &[(&str, &str)]| {
        let request = Request::new("GET", &url, client.now)
            .with("user-agent", AGENT)
            .with("referer", "https://www.123pan.cn/");
        let request = headers.iter().fold(request, |all, (name, value)| all.with(name, value));
        client.send(&request)
    };
    let whole = ask(&[]);
    let tag = |reply: &Reply| reply.header("etag").map(str::to_owned);
    let etag = tag(&whole).unwrap();
    assert_eq!(etag, format!("\"{}\"", md5_hex(&whole.body)));
    let modified = whole.header("last-modified").unwrap().to_owned();
    let part = ("range", "bytes=0-9");
    let cases: &[(&[(&str, &str)], u16)] = &[
        (&[("if-none-match", &etag)], 304),
        (&[("if-none-match", OTHER)], 200),
        (&[("if-none-match", OTHER), ("if-modified-since", &modified)], 200),
        (&[("if-match", &etag)], 200),
        (&[("if-match", OTHER)], 412),
        (&[("if-modified-since", &modified)], 304),
        (&[("if-modified-since", THEN)], 200),
        (&[("if-unmodified-since", &modified)], 200),
        (&[("if-unmodified-since", THEN)], 412),
        (&[part, ("if-range", &etag)], 206),
        (&[part, ("if-range", &modified)], 206),
        (&[part, ("if-range", OTHER)], 200),
        (&[part, ("if-range", THEN)], 200),
    ];
    for (headers, status) in cases {
        let reply = ask(headers);
        assert_eq!(reply.status, *status, "{headers:?}");
        assert_eq!(tag(&reply).as_deref(), Some(&*etag), "{headers:?}");
    }
}

#[test]
fn a_link_ages_and_cannot_be_changed() {
    let mut client = Client::new();
    client.vendor.quirks.link_seconds = 900;
    let url = cdn_url(&mut client);
    assert_eq!(get(&mut client, &url).status, 200);
    client.now += 900_000;
    assert_eq!(get(&mut client, &url).status, 403);
    assert_eq!(client.vendor.violations(), [""; 0]);
    assert_eq!(get(&mut client, &url.replace("t=1", "t=2")).status, 403);
    let url = cdn_url_with_token(&mut client);
    assert_eq!(client.send(&url).status, 200);
    let want = [
        "cdn.file: a link was changed on its way",
        "cdn.file: a token was sent where none belongs",
    ];
    assert_eq!(client.vendor.violations(), want);
}

fn cdn_url_with_token(client: &mut Client) -> Request {
    let request = client.download("/video.mp4");
    let reply = client.send(&request).value();
    let url = reply["data"]["DownloadUrl"].as_str().unwrap().to_owned();
    let request = Request::new("GET", &url, client.now)
        .with("user-agent", AGENT)
        .with("referer", "https://www.123pan.cn/");
    client.bearer(request)
}

#[test]
fn direct_links_are_signed_over_the_decoded_path() {
    let mut client = Client::new();
    for path in ["/direct/音乐/一千零一夜.mp3", "/direct/100%25.txt", "/direct/a+b.txt"] {
        let id = client.id(path);
        let request = client.open("GET", &format!("/api/v1/direct-link/url?fileID={id}"));
        let url = client.data(&request)["url"].as_str().unwrap().to_owned();
        assert!(url.is_ascii());
        let ts = client.now / 1000 + 900;
        let sign = |path: &str, ts: u64| {
            let stem = format!("{ts}-abc-{UID}");
            format!("{url}?auth_key={stem}-{}", auth_hash(path.as_bytes(), &stem, DIRECT_KEY))
        };
        let wire = format!("/direct/{UID}{path}");
        let as_is = url.strip_prefix(ORIGIN).unwrap();
        assert_eq!(get(&mut client, &url).status, 403);
        assert_eq!(get(&mut client, &sign(as_is, ts)).status, 403);
        assert_eq!(get(&mut client, &sign(&wire, client_past(ts))).status, 403);
        let reply = get(&mut client, &sign(&wire, ts));
        let size = client.vendor.drive.node(id).unwrap().size;
        assert_eq!((reply.status, reply.body), (200, content(id, size)), "{path}");
        client.vendor.quirks.direct_redirect = true;
        let to = get(&mut client, &sign(&wire, ts)).header("location").unwrap().to_owned();
        assert_eq!(get(&mut client, &to).body, content(id, size));
        client.vendor.quirks.direct_redirect = false;
    }
    let id = client.id("/video.mp4");
    let request = client.open("GET", &format!("/api/v1/direct-link/url?fileID={id}"));
    assert_eq!(code(&client.send(&request)), 1);
}

/// Long before.
fn client_past(ts: u64) -> u64 {
    ts - 3600
}

#[test]
fn a_relay_that_leads_nowhere_and_its_page_are_told_apart() {
    let mut client = Client::new();
    client.vendor.quirks.link_params = LinkParams::Standard;
    for hop in [LinkHop::Loop, LinkHop::OkEmpty] {
        client.vendor.quirks.link_hop = hop;
        let request = client.download("/video.mp4");
        let url = client.data(&request)["DownloadUrl"].as_str().unwrap().to_owned();
        let inner = inner(&url);
        let reply = get(&mut client, &inner);
        match hop {
            LinkHop::Loop => assert!(inner.ends_with(reply.header("location").unwrap())),
            _ => assert!(reply.value()["data"]["redirect_url"].is_null()),
        }
        let bare = Request::new("GET", &inner, client.now);
        assert_eq!(code(&client.send(&bare)), 1010);
    }
    assert_eq!(client.vendor.violations(), [""; 0]);
    let request = client.download("/video.mp4");
    let url = client.data(&request)["DownloadUrl"].as_str().unwrap().to_owned();
    get(&mut client, &url);
    assert_eq!(client.vendor.violations().len(), 1);
}
