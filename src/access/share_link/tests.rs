use super::*;

const KEY: &str = "new-0123456789abcdefghijklmnopqrstuv";
const NOW: UnixSeconds = UnixSeconds(1_800_000_000);
const ID: ShareId = ShareId([0x0a, 0x1b, 0x2c, 0x3d, 0x4e, 0x5f]);

fn keys() -> KeyRing {
    KeyRing::parse(KEY).unwrap()
}

fn claims(depth: usize) -> ShareClaims {
    ShareClaims {
        id: ID,
        depth,
        created: NOW,
        expires_at: Some(UnixSeconds(NOW.0 + 60)),
        uses: None,
        bytes: None,
        site: None,
        address: None,
    }
}

fn full(depth: usize, address: &str) -> ShareClaims {
    ShareClaims {
        uses: Some(3),
        bytes: Some(20_000_000_000),
        site: Some("*.example.com".to_owned()),
        address: Some(address.parse().unwrap()),
        ..claims(depth)
    }
}

fn token(scope: &[&str], claims: &ShareClaims) -> String {
    make(&keys(), scope, claims).unwrap()
}

fn open(token: &str, segments: &[&str]) -> Result<ShareClaims, ShareError> {
    read(&keys(), token, segments, NOW)
}

/// By Python's `hmac` and `base64`, from the descriptions in the documentation.
#[test]
fn a_token_is_what_other_implementations_compute() {
    let forever = ShareClaims { expires_at: None, ..claims(0) };
    let cases: &[(&[&str], ShareClaims, &str)] = &[
        (&[], forever, "AQAAChssPU5fAGtJ0gBCfFdaqljIPpYGtbyOmAt-"),
        (&["team", "a b.mkv"], claims(2), "AQECChssPU5fAGtJ0gAAa0nSPHTJL-P4AzZtL0JpBnVUQfc"),
        (
            &["音乐"],
            full(1, "203.0.113.0/24"),
            "AR8BChssPU5fAGtJ0gAAa0nSPAAAAAMAAASoF8gADSouZXhhbXBsZS5jb20YywBxAIU6DqsXyzzfEd4rmgRibeI",
        ),
        (
            &["音乐"],
            full(1, "2001:db8::/32"),
            "AS8BChssPU5fAGtJ0gAAa0nSPAAAAAMAAASoF8gADSouZXhhbXBsZS5jb20gIAENuAAAAAAAAAAAAAAAANadS6T5S9z-HSywkkA3ASM",
        ),
    ];
    for (scope, claims, want) in cases {
        assert_eq!(token(scope, claims), *want, "{scope:?}");
        assert_eq!(open(want, scope).as_ref(), Ok(claims), "{scope:?}");
    }
}

#[test]
fn a_scope_is_its_segments_and_all_below_them() {
    let cases: &[(&[&str], &[&str], bool)] = &[
        (&["team"], &["team"], true),
        (&["team"], &["team", "a"], true),
        (&["team"], &["team", "a", "b"], true),
        (&["team"], &["teams"], false),
        (&["team"], &["tea"], false),
        (&["team"], &["Team"], false),
        (&["team"], &["team "], false),
        (&["team"], &["other", "team"], false),
        (&["team"], &[], false),
        (&["team", "a"], &["team"], false),
        (&["team", "a"], &["team", "ab"], false),
        (&["team", "a"], &["teama"], false),
        (&["team", "a"], &["team/a"], false),
        (&["team", "a"], &["team", "b", "a"], false),
        (&["é"], &["e\u{301}"], false),
        (&["e\u{301}"], &["é"], false),
        (&[], &[], true),
        (&[], &["team", "a"], true),
    ];
    for (scope, segments, want) in cases {
        let got = open(&token(scope, &claims(scope.len())), segments);
        let want = if *want { Ok(claims(scope.len())) } else { Err(ShareError::Forged) };
        assert_eq!(got, want, "{scope:?} {segments:?}");
    }
}

#[test]
fn a_link_expires_and_only_a_right_one_says_so() {
    let token = token(&["a"], &claims(1));
    for (now, want) in [
        (0, Ok(claims(1))),
        (NOW.0 + 59, Ok(claims(1))),
        (NOW.0 + 60, Err(ShareError::Expired)),
        (u64::MAX, Err(ShareError::Expired)),
    ] {
        assert_eq!(read(&keys(), &token, &["a"], UnixSeconds(now)), want, "{now}");
    }
    let late = UnixSeconds(NOW.0 + 60);
    assert_eq!(read(&keys(), &token, &["b"], late), Err(ShareError::Forged));
    let others = KeyRing::parse(&KEY.to_uppercase()).unwrap();
    assert_eq!(read(&others, &token, &["a"], late), Err(ShareError::Forged));
}

#[test]
fn only_the_canonical_spelling_opens() {
    let token = token(&["a"], &claims(1));
    // 35 bytes are 47 digits, the last with two stray bits.
    assert_eq!(token.len(), 47);
    let stray = match token.as_bytes()[46] {
        b'A'..=b'Y' | b'a'..=b'y' | b'0'..=b'8' => token.as_bytes()[46] + 1,
        _ => b'B',
    };
    for forged in [
        String::new(),
        "A".to_owned(),
        "AQ".to_owned(),
        format!("{token}="),
        format!("{token}A"),
        format!(" {token}"),
        format!("{token}\n"),
        format!("{}{}", token.split_at(46).0, char::from(stray)),
        token.to_lowercase(),
        token.split_at(46).0.to_owned(),
        token.repeat(20),
        "A".repeat(MAX_CHARACTERS),
    ] {
        assert_eq!(open(&forged, &["a"]), Err(ShareError::Forged), "{forged:?}");
    }
}

/// A token signed with the right key, which no attacker can do: only its form is wrong.
#[test]
fn claims_in_another_encoding_open_nothing() {
    let right = wire::write(&full(1, "203.0.113.0/24")).unwrap();
    let address_at = right.len() - 5;
    let change = |at: usize, byte: u8| {
        let mut bytes = right.clone();
        bytes[at] = byte;
        bytes
    };
    let payloads = [
        ("version", change(0, 2)),
        ("unknown flag", change(1, right[1] | 64)),
        ("both addresses", change(1, right[1] | 32)),
        ("a field too few", change(1, right[1] & !1)),
        ("prefix too long", change(address_at, 33)),
        ("bits behind the prefix", change(right.len() - 1, 1)),
        ("site not UTF-8", change(address_at - 1, 0xff)),
        ("more behind", [&right[..], &[0]].concat()),
        ("cut", right[..right.len() - 1].to_vec()),
        ("nothing", Vec::new()),
    ];
    let sign = |payload: &[u8]| {
        let mac = keys().sign(Purpose::ShareLink, &[payload, b"a"]);
        URL_SAFE_NO_PAD.encode([payload, &mac[..MAC_BYTES]].concat())
    };
    assert_eq!(open(&sign(&right), &["a"]), Ok(full(1, "203.0.113.0/24")));
    for (what, payload) in payloads {
        assert_eq!(open(&sign(&payload), &["a"]), Err(ShareError::Forged), "{what}");
    }
}

#[test]
fn an_address_is_cut_to_its_prefix() {
    for (given, want) in [
        ("203.0.113.77/24", "203.0.113.0/24"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("2001:db8:1:2:3::4/64", "2001:db8:1:2::/64"),
        ("2001:db8::1/128", "2001:db8::1/128"),
    ] {
        assert_eq!(open(&token(&["a"], &full(1, given)), &["a"]), Ok(full(1, want)), "{given}");
    }
}

#[test]
fn terms_that_could_open_nothing_are_refused() {
    let site = |site: &str| ShareClaims { site: Some(site.to_owned()), ..claims(1) };
    let bad_site = |site: &str| Some(ShareClaimsError::Site(site.to_owned()));
    let expires = |moment| ShareClaims { expires_at: Some(UnixSeconds(moment)), ..claims(1) };
    let long = "a.".repeat(126) + "aa";
    let cases: &[(&[&str], ShareClaims, Option<ShareClaimsError>)] = &[
        (&["a"], claims(1), None),
        (&["a"], claims(0), Some(ShareClaimsError::Depth)),
        (&["a"], claims(2), Some(ShareClaimsError::Depth)),
        (&["a"; 255], claims(255), None),
        (&["a"; 256], claims(256), Some(ShareClaimsError::Depth)),
        (&[""], claims(1), Some(ShareClaimsError::Segment(String::new()))),
        (&[".."], claims(1), Some(ShareClaimsError::Segment("..".to_owned()))),
        (&["a/b"], claims(1), Some(ShareClaimsError::Segment("a/b".to_owned()))),
        (&["a"], expires(NOW.0), Some(ShareClaimsError::Times)),
        (&["a"], expires(LAST_MOMENT), None),
        (&["a"], expires(LAST_MOMENT + 1), Some(ShareClaimsError::Times)),
        (&["a"], ShareClaims { uses: Some(0), ..claims(1) }, Some(ShareClaimsError::Uses)),
        (&["a"], ShareClaims { uses: Some(u32::MAX), ..claims(1) }, None),
        (&["a"], ShareClaims { bytes: Some(0), ..claims(1) }, Some(ShareClaimsError::Bytes)),
        (&["a"], ShareClaims { bytes: Some(MAX_BYTES), ..claims(1) }, None),
        (
            &["a"],
            ShareClaims { bytes: Some(MAX_BYTES + 1), ..claims(1) },
            Some(ShareClaimsError::Bytes),
        ),
        (&["a"], site("example.com"), None),
        (&["a"], site("*.xn--fiqs8s.example"), None),
        (&["a"], site("localhost"), None),
        (&["a"], site(""), bad_site("")),
        (&["a"], site("*"), bad_site("*")),
        (&["a"], site("*."), bad_site("*.")),
        (&["a"], site("a.*.example.com"), bad_site("a.*.example.com")),
        (&["a"], site("Example.com"), bad_site("Example.com")),
        (&["a"], site("example.com."), bad_site("example.com.")),
        (&["a"], site("https://example.com"), bad_site("https://example.com")),
        (&["a"], site("例.example"), bad_site("例.example")),
        (&["a"], site(&long), bad_site(&long)),
    ];
    for (scope, claims, want) in cases {
        let made = make(&keys(), scope, claims);
        assert_eq!(made.as_ref().err(), want.as_ref(), "{claims:?}");
        if let Ok(token) = made {
            assert_eq!(open(&token, scope).as_ref(), Ok(claims));
        }
    }
}

#[test]
fn the_longest_token_is_read() {
    let site = format!("*.{}", "a.".repeat(126) + "a");
    let longest = ShareClaims { site: Some(site), ..full(1, "2001:db8::/32") };
    let token = token(&["a"], &longest);
    assert_eq!(open(&token, &["a"]), Ok(longest));
    assert!(token.len() <= MAX_CHARACTERS, "{}", token.len());
}

#[test]
fn an_id_is_twelve_hex_digits() {
    assert_eq!(ID.to_string(), "0a1b2c3d4e5f");
    assert_eq!("0a1b2c3d4e5f".parse(), Ok(ID));
    assert_eq!("0A1B2C3D4E5F".parse(), Ok(ID));
    for text in
        ["", "0a1b2c3d4e5", "0a1b2c3d4e5f0", "0a1b2c3d4e5g", " 0a1b2c3d4e5f", "+a1b2c3d4e5f"]
    {
        assert_eq!(text.parse::<ShareId>(), Err(NotAnId), "{text:?}");
    }
}

#[test]
fn a_token_for_webdav_is_no_share_link_and_none_is_one() {
    let claims = claims(1);
    let dav = make_dav_token(&keys(), &["team"], &claims).unwrap();
    let link = token(&["team"], &claims);
    let verify = |token: &str, path: &[&str]| {
        ShareToken::decode(token).unwrap().verify_dav_token(&keys(), path, NOW)
    };
    assert_eq!(verify(&dav, &["team", "a"]), Ok(claims.clone()));
    assert_eq!(verify(&dav, &["teams"]), Err(ShareError::Forged));
    assert_eq!(verify(&link, &["team"]), Err(ShareError::Forged));
    assert_eq!(open(&dav, &["team"]), Err(ShareError::Forged));
    assert_eq!(open(&link, &["team"]), Ok(claims));
}
