//! Links that are asked for from the Worker's own place.

use super::*;

#[test]
fn a_link_from_here_is_asked_for_once_and_its_refusal_remembered() {
    let site = site();
    let remote = site.remote(DRIVE).unwrap();
    let file = FileRef { id: 7, name: "a".to_owned(), size: 5, md5: None, key_flag: String::new() };
    let (there, here) = ("https://h.example/there", "https://h.example/here");
    let body = format!(r#"{{"code":0,"data":{{"downloadUrl":"{here}"}}}}"#).into_bytes();
    let response = ApiResponse { status: 200, body, ..ApiResponse::default() };
    let token = Reply::Token(LentToken::new(&Secret::new("lent")));
    let platform = FakePlatform {
        tokens: [(7, token)].into(),
        responses: RefCell::new([response].into()),
        ..Default::default()
    };
    let ctx = RequestContext::new(&platform, RequestSeed::new(NOW, [7; 16]));
    let ask = |refused| {
        let link = remote.link_from_here(&file, refused, &ctx).now_or_never().unwrap();
        (link.map(|link| link.url).map_err(|failed| failed.kind), platform.take_asked())
    };
    let (link, asked) = ask(there);
    assert_eq!(link.as_deref(), Ok(here));
    let told = format!("own link 7: {here}");
    assert_eq!(asked, ["token 7 in HERE", "call OpenPlatformDownload", &*told]);
    assert_eq!(ask(there), (Ok(here.to_owned()), Vec::new()), "another request comes late");
    // The CDN refuses the new one as well.
    let locked = UpstreamErrorKind::CityLocked;
    remote.note_refusal(7, &locked.into(), &ctx).now_or_never().unwrap();
    assert_eq!(platform.take_asked(), ["report city_locked"]);
    assert_eq!(ask(here), (Err(locked), Vec::new()));
    // One file's refusal says nothing of the account.
    remote.note_refusal(8, &UpstreamErrorKind::Refused.into(), &ctx).now_or_never().unwrap();
    assert_eq!(platform.take_asked(), Vec::<String>::new());
    assert!(remote.cache().failure(FailureKey::Bytes(8), NOW).is_some());
}

#[test]
fn a_link_that_another_isolate_of_the_place_got_costs_no_call() {
    let site = site();
    let remote = site.remote(DRIVE).unwrap();
    let file = FileRef { id: 7, name: "a".to_owned(), size: 5, md5: None, key_flag: String::new() };
    let url = "https://h.example/here".to_owned();
    let link = UpstreamLink { url, referer: None, permanent: None, age: Duration::from_secs(400) };
    let tokens = [(7, Reply::Link(link))].into();
    let platform = FakePlatform { tokens, ..Default::default() };
    let ctx = RequestContext::new(&platform, RequestSeed::new(NOW, [7; 16]));
    let got = remote.link_from_here(&file, "https://h.example/there", &ctx).now_or_never().unwrap();
    assert_eq!(got.unwrap().url, "https://h.example/here");
    assert_eq!(platform.take_asked(), ["token 7 in HERE"]);
    assert_eq!(NOW.seconds_since(remote.cache().link(7).unwrap().checked_at), 400);
}

#[test]
fn a_link_from_here_that_the_cdn_refuses_is_followed_by_no_other_for_a_minute() {
    let site = site();
    let remote = site.remote(DRIVE).unwrap();
    let here = "https://h.example/here";
    let link =
        UpstreamLink { url: here.to_owned(), referer: None, permanent: None, age: Duration::ZERO };
    let tokens = [7, 8].map(|id| (id, Reply::Link(link.clone()))).into();
    let platform = FakePlatform { tokens, ..FakePlatform::default() };
    // The kind of the failure, if there is one, and whether the account object was asked.
    let ask = |id, refused, later| {
        let seed = RequestSeed::new(UnixSeconds(NOW.0 + later), [7; 16]);
        let ctx = RequestContext::new(&platform, seed);
        let name = "a".to_owned();
        let file = FileRef { id, name, size: 5, md5: None, key_flag: String::new() };
        let got = remote.link_from_here(&file, refused, &ctx).now_or_never().unwrap();
        let asked = platform.take_asked();
        (got.err().map(|error| error.kind), asked.iter().any(|asked| asked.starts_with("token")))
    };
    for id in [7, 8] {
        assert_eq!(ask(id, "https://h.example/there", 0), (None, true));
    }
    // As for a request of the same crowd that got this link as its first.
    assert_eq!(ask(7, here, 59), (Some(UpstreamErrorKind::CityLocked), false));
    assert!(ask(8, here, 60).1);
}

#[test]
fn where_links_from_here_do_not_help_none_is_asked_for_for_a_while() {
    let site = site();
    let remote = site.remote(DRIVE).unwrap();
    let platform = FakePlatform::default();
    let ask = |id, now| {
        let ctx = RequestContext::new(&platform, RequestSeed::new(now, [7; 16]));
        let name = "a".to_owned();
        let file = FileRef { id, name, size: 5, md5: None, key_flag: String::new() };
        let link = remote.link_from_here(&file, "https://h.example/there", &ctx);
        let failed = link.now_or_never().unwrap().unwrap_err();
        let asked = platform.take_asked();
        (failed.kind, asked.iter().any(|asked| asked.starts_with("token")))
    };
    let locked = UpstreamErrorKind::CityLocked;
    for _ in 0..9 {
        remote.note_own_place(1, false, NOW);
    }
    assert!(ask(1, NOW).1, "one file says little, however many ask for it");
    remote.note_own_place(9, true, NOW);
    remote.note_own_place(2, false, NOW);
    assert!(ask(2, NOW).1, "another was served since");
    remote.note_own_place(3, false, NOW);
    assert_eq!(ask(3, NOW), (locked, false));
    assert_eq!(ask(4, UnixSeconds(NOW.0 + 599)), (locked, false));
    assert!(ask(5, UnixSeconds(NOW.0 + 600)).1);
}
