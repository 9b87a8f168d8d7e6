//! Share links, cookies and passwords: what was made opens, and nothing that differs from it.

use proptest::prelude::*;
use signpost::access::key_ring::KeyRing;
use signpost::access::password::{Password, derive, hash};
use signpost::access::revocation::RevocationList;
use signpost::access::session;
use signpost::access::share_link::{ShareClaims, ShareError, ShareId, make, read};
use signpost::time::UnixSeconds;

const OLD: &str = "old-0123456789abcdefghijklmnopqrstuv";
const NEW: &str = "new-0123456789abcdefghijklmnopqrstuv";
const NOW: UnixSeconds = UnixSeconds(1_800_000_000);

fn ring(text: &str) -> KeyRing {
    KeyRing::parse(text).unwrap()
}

fn password(text: &str) -> Password {
    Password::parse(text).unwrap()
}

fn later(seconds: u64) -> UnixSeconds {
    UnixSeconds(NOW.0 + seconds)
}

/// Names that differ from each other by case, by normal form or by a few letters only.
fn segment() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => prop::sample::select(vec![
            "team", "teams", "Team", "tea", "m", "é", "e\u{301}", "É", "Å", "\u{212b}", "team.", "team ", "%74eam",
            "a;b", "~", "-",
        ]).prop_map(str::to_owned),
        1 => "[^/\0]{1,4}".prop_filter("a name", |name| name != "." && name != ".."),
    ]
}

fn scope() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(segment(), 0..5)
}

fn address() -> impl Strategy<Value = ipnet::IpNet> {
    prop_oneof![
        (any::<[u8; 4]>(), 0..=32_u8).prop_map(|(ip, prefix)| net(ip.into(), prefix)),
        (any::<[u8; 16]>(), 0..=128_u8).prop_map(|(ip, prefix)| net(ip.into(), prefix)),
    ]
}

fn net(ip: std::net::IpAddr, prefix: u8) -> ipnet::IpNet {
    ipnet::IpNet::new(ip, prefix).unwrap().trunc()
}

prop_compose! {
    /// Terms without their depth, on which links still open.
    fn claims()(
        id in any::<[u8; 6]>(),
        age in 0..1_000_000_u64,
        life in prop::option::of(1..1_000_000_000_u64),
        uses in prop::option::of(1..=u32::MAX),
        bytes in prop::option::of(1..=1_u64 << 53),
        site in prop::option::of("(\\*\\.)?[a-z0-9]{1,8}(\\.[a-z0-9]{1,8}){0,3}"),
        address in prop::option::of(address()),
    ) -> ShareClaims {
        ShareClaims {
            id: ShareId(id),
            depth: 0,
            created: UnixSeconds(NOW.0 - age),
            expires_at: life.map(later),
            uses,
            bytes,
            site,
            address,
        }
    }
}

fn borrowed(segments: &[String]) -> Vec<&str> {
    segments.iter().map(String::as_str).collect()
}

/// A token with its scope and terms.
fn made() -> impl Strategy<Value = (String, Vec<String>, ShareClaims)> {
    (scope(), claims()).prop_map(|(scope, claims)| {
        let claims = ShareClaims { depth: scope.len(), ..claims };
        (make(&ring(NEW), &borrowed(&scope), &claims).unwrap(), scope, claims)
    })
}

/// The texts with one change to `token`: another byte in a place, cut there, or more in it.
fn changed(token: &str, at: prop::sample::Index, other: char) -> Vec<String> {
    // Both tokens are ASCII.
    let at = at.index(token.len());
    let (before, after) = token.split_at(at);
    let next = &after[1..];
    let mut texts = vec![
        before.to_owned(),
        after.to_owned(),
        format!("{before}{next}"),
        format!("{before}{other}{after}"),
        format!("{token}{other}"),
    ];
    if !after.starts_with(other) {
        texts.push(format!("{before}{other}{next}"));
    }
    // The first two are whole if nothing was cut, and a byte may be put next to an equal one.
    texts.retain(|text| text != token);
    texts
}

fn digit() -> impl Strategy<Value = char> {
    prop_oneof![
        4 => prop::sample::select(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".chars().collect::<Vec<_>>()
        ),
        1 => prop::sample::select(vec!['=', '+', '/', '.', ' ', '\n', '\0', '%', 'é']),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_link_opens_its_scope_and_what_is_below(
        (token, scope, claims) in made(),
        below in scope(),
    ) {
        let asked = [scope, below].concat();
        prop_assert_eq!(read(&ring(NEW), &token, &borrowed(&asked), NOW), Ok(claims));
        prop_assert!(token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
    }

    #[test]
    fn no_other_path_is_opened((token, scope, _) in made(), asked in scope()) {
        prop_assume!(!asked.starts_with(&scope));
        let got = read(&ring(NEW), &token, &borrowed(&asked), NOW);
        prop_assert_eq!(got, Err(ShareError::Forged));
    }

    #[test]
    fn no_neighbour_is_opened((token, scope, _) in made(), at in any::<prop::sample::Index>()) {
        prop_assume!(!scope.is_empty());
        let at = at.index(scope.len());
        let name = scope[at].clone();
        let mut neighbours = vec![scope[..at].to_vec(), scope[1..].to_vec()];
        for other in [
            format!("{name}s"),
            format!("s{name}"),
            name.to_uppercase(),
            name.to_lowercase(),
            name.replace('é', "e\u{301}"),
            name.replace("e\u{301}", "é"),
            name.replace('Å', "\u{212b}"),
            name.trim_end_matches('.').to_owned(),
            name.trim().to_owned(),
            String::new(),
        ] {
            let mut neighbour = scope.clone();
            neighbour[at] = other;
            neighbours.push(neighbour);
        }
        // The whole path as one name, and one name cut in two.
        neighbours.push(vec![scope.join("/")]);
        neighbours.push(vec![scope.concat()]);
        if let Some((cut, _)) = name.char_indices().nth(1) {
            let (one, two) = name.split_at(cut);
            let halves = [one.to_owned(), two.to_owned()];
            neighbours.push([&scope[..at], &halves, &scope[at + 1..]].concat());
        }
        for asked in neighbours.iter().filter(|asked| !asked.starts_with(&scope)) {
            let got = read(&ring(NEW), &token, &borrowed(asked), NOW);
            prop_assert_eq!(got, Err(ShareError::Forged), "{:?} asked {:?}", scope, asked);
        }
    }

    #[test]
    fn a_changed_token_opens_nothing(
        (token, scope, _) in made(),
        at in any::<prop::sample::Index>(),
        other in digit(),
    ) {
        for text in changed(&token, at, other) {
            for asked in [&scope[..], &[], &[&scope[..], &["a".to_owned()]].concat()] {
                let got = read(&ring(NEW), &text, &borrowed(asked), NOW);
                prop_assert_eq!(got, Err(ShareError::Forged), "{:?} of {:?}", text, token);
            }
        }
    }

    #[test]
    fn a_link_opens_while_its_key_is_in_the_ring((_, scope, claims) in made()) {
        let scope = borrowed(&scope);
        let token = make(&ring(OLD), &scope, &claims).unwrap();
        let both = ring(&format!("{NEW} {OLD}"));
        prop_assert_eq!(read(&both, &token, &scope, NOW), Ok(claims));
        prop_assert_eq!(read(&ring(NEW), &token, &scope, NOW), Err(ShareError::Forged));
    }

    #[test]
    fn an_expired_link_says_so_and_a_forged_one_never(
        (token, scope, claims) in made(),
        wait in any::<u64>(),
    ) {
        let now = UnixSeconds(NOW.0.saturating_add(wait));
        let scope = borrowed(&scope);
        let want = match claims.expires_at {
            Some(expires_at) if expires_at <= now => Err(ShareError::Expired),
            _ => Ok(claims),
        };
        prop_assert_eq!(read(&ring(NEW), &token, &scope, now), want);
        prop_assert_eq!(read(&ring(OLD), &token, &scope, now), Err(ShareError::Forged));
    }

    #[test]
    fn no_text_is_a_token(text in "\\PC{0,80}", asked in scope()) {
        let got = read(&ring(NEW), &text, &borrowed(&asked), NOW);
        prop_assert_eq!(got, Err(ShareError::Forged));
    }

    #[test]
    fn a_revoked_link_is_revoked_after_the_list_was_stored((_, _, claims) in made()) {
        let mut list = RevocationList::default();
        prop_assert!(!list.is_revoked(&claims));
        list.add(claims.id, claims.expires_at, NOW);
        let list = RevocationList::parse(&list.to_json()).unwrap();
        prop_assert!(list.is_revoked(&claims));
        let mut older_revoked = RevocationList::default();
        older_revoked.add_all_before(UnixSeconds(claims.created.0 + 1));
        prop_assert!(RevocationList::parse(&older_revoked.to_json()).unwrap().is_revoked(&claims));
    }

    #[test]
    fn a_cookie_opens_what_it_was_made_for_and_nothing_else(
        names in (scope(), scope()),
        secrets in ("[a-c]{4,5}", "[a-c]{4,5}"),
        life in 1..=session::MAX_LIFETIME.as_secs(),
        wait in 0..2 * session::MAX_LIFETIME.as_secs(),
    ) {
        let (scope, other) = (format!("/{}", names.0.join("/")), format!("/{}", names.1.join("/")));
        let (right, wrong) = (password(&secrets.0), password(&secrets.1));
        let token = session::make(&ring(NEW), &scope, &right, later(life));
        let opens = |keys: &str, scope: &str, password: &Password, now| {
            session::verify(&ring(keys), &token, scope, password, now)
        };
        prop_assert!(opens(NEW, &scope, &right, NOW));
        let both = format!("{OLD} {NEW}");
        prop_assert!(opens(&both, &scope, &right, NOW));
        prop_assert!(!opens(OLD, &scope, &right, NOW));
        prop_assert_eq!(opens(NEW, &other, &right, NOW), scope == other);
        prop_assert_eq!(opens(NEW, &scope, &wrong, NOW), secrets.0 == secrets.1);
        prop_assert_eq!(opens(NEW, &scope, &right, later(wait)), wait < life);
    }

    #[test]
    fn a_changed_cookie_opens_nothing(
        life in 1..session::MAX_LIFETIME.as_secs(),
        at in any::<prop::sample::Index>(),
        other in digit(),
    ) {
        let right = password("open sesame");
        let token = session::make(&ring(NEW), "/locked", &right, later(life));
        for text in changed(&token, at, other) {
            prop_assert!(!session::verify(&ring(NEW), &text, "/locked", &right, NOW), "{:?}", text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 50, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_hashed_password_matches_itself_alone(
        given in "\\PC{1,20}",
        other in "\\PC{1,20}",
        salt in prop::collection::vec(any::<u8>(), 8..=64),
    ) {
        let text = hash(&given, 1_000, &salt);
        let password = password(&text);
        let derivation = password.derivation().unwrap();
        prop_assert!(password.matches_derived(&derive(&given, derivation)));
        prop_assert_eq!(password.matches_derived(&derive(&other, derivation)), given == other);
        for cut in 0..text.len() {
            // What is cut before the scheme's end is a plain password, or too short for one.
            if let Ok(shorter) = Password::parse(&text[..cut]) {
                prop_assert!(cut < "pbkdf2-sha256$".len());
                prop_assert!(shorter.derivation().is_none());
            }
        }
    }
}

#[test]
fn not_one_byte_can_be_another() {
    let (keys, right) = (ring(NEW), password("open sesame"));
    let claims = ShareClaims {
        id: ShareId([7; 6]),
        depth: 1,
        created: NOW,
        expires_at: Some(later(60)),
        uses: Some(1),
        bytes: None,
        site: Some("a.example".to_owned()),
        address: Some(net([203, 0, 113, 0].into(), 24)),
    };
    let token = make(&keys, &["a"], &claims).unwrap();
    let cookie = session::make(&keys, "/a", &right, later(60));
    let each = |text: &str, opens: &dyn Fn(&str) -> bool| {
        for (at, byte) in (0..text.len()).flat_map(|at| (0..128_u8).map(move |byte| (at, byte))) {
            let (before, after) = text.split_at(at);
            let other = format!("{before}{}{}", char::from(byte), &after[1..]);
            assert_eq!(opens(&other), other == text, "{other:?} of {text:?}");
        }
    };
    each(&token, &|text| read(&keys, text, &["a"], NOW).is_ok());
    each(&cookie, &|text| session::verify(&keys, text, "/a", &right, NOW));
}

#[test]
fn a_token_of_one_kind_is_none_of_the_other() {
    let (keys, right) = (ring(NEW), password("open sesame"));
    let cookie = session::make(&keys, "/a", &right, later(60));
    assert_eq!(read(&keys, &cookie, &["a"], NOW), Err(ShareError::Forged));
    let (_, mac) = cookie.split_once('.').unwrap();
    assert_eq!(read(&keys, mac, &["a"], NOW), Err(ShareError::Forged));
}
