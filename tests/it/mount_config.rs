//! `MOUNTS` of what 123Pan lists: what is taken, and what is said of the rest.

mod direct;

use std::time::Duration;

use std::cell::RefCell;

use serde_json::{Value, json};
use signpost::config::error::ConfigError;
use signpost::site::config::Config;
use signpost::sources::config::{SourceConfig, account_mounts};
use signpost::sources::open::{OpenCredentials, RefreshClient};
use signpost::sources::personal::Personal;
use signpost::sources::web_api::WebCredentials;
use signpost::sources::{RemoteMountConfig, SourceKind};

const SECRETS: &[(&str, &str)] = &[
    ("USER", "me@mail.example"),
    ("PASSWORD", "s3cret-password"),
    ("TOKEN", "Bearer s3cret.token"),
    ("ID", "s3cret-id"),
    ("SECRET", "s3cret-secret"),
    ("KEY", "s3cret-key"),
    ("SHARE", "https://www.123pan.com/s/VN6A-qP163?pwd=q7Zf"),
    ("EMPTY", "  "),
    ("ACCOUNTS", "{}"),
];

/// The direct link of a folder.
const BASE: &str = "https://vip.123pan.cn/13/movies/";

fn read(mounts: &Value) -> Result<Vec<RemoteMountConfig>, Vec<ConfigError>> {
    let config = Config::from_lookup(&|name: &str| match name {
        "MOUNTS" => Some(mounts.to_string()),
        _ => SECRETS.iter().find(|(have, _)| *have == name).map(|(_, text)| (*text).to_owned()),
    })?;
    let of_123pan = |source| match source {
        SourceConfig::Remote(config) => Some(*config),
        SourceConfig::Links(_) => None,
    };
    Ok(config.mounts.into_iter().filter_map(|mount| of_123pan(mount.source)).collect())
}

fn one(mount: &Value) -> RemoteMountConfig {
    read(&json!([mount])).unwrap().remove(0)
}

/// A mount of this source with more fields.
fn mount(source: &str, more: &Value) -> Value {
    let mut mount = json!({ "path": "/x", "source": source });
    mount.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    mount
}

#[test]
fn each_source_is_read_with_what_holds_by_default() {
    let personal = one(&mount("personal", &json!({ "username": "USER", "password": "PASSWORD" })));
    assert_eq!(
        (personal.settings.root, personal.settings.fresh, personal.settings.stale),
        (0, Duration::from_mins(5), Duration::from_hours(24))
    );
    assert_eq!(personal.settings.setting, "MOUNTS[0]");
    let SourceKind::Personal(Personal { account }) = &personal.kind else { panic!() };
    assert_eq!(account.hosts.api, "https://yun.123pan.com/b/api");
    assert_eq!(account.hosts.login, "https://login.123pan.com/api/user/sign_in");
    assert!(matches!(account.credentials, WebCredentials::Password { .. }));

    let more = json!({ "token": "TOKEN", "root": 42, "fresh_minutes": 1, "stale_hours": 2 });
    let pasted = one(&mount("personal", &more));
    assert_eq!(
        (pasted.settings.root, pasted.settings.fresh, pasted.settings.stale),
        (42, Duration::from_mins(1), Duration::from_hours(2))
    );

    for key in ["SHARE", "https://www.123pan.cn/s/VN6A-qP163.html?pwd=q7Zf", "VN6A-qP163"] {
        let share = one(&mount("share", &json!({ "key": key })));
        let SourceKind::Share(share) = &share.kind else { panic!() };
        let password = if key.contains("pwd") || key == "SHARE" { "q7Zf" } else { "" };
        assert_eq!(
            (share.key.expose(), share.password.expose()),
            ("VN6A-qP163", password),
            "{key}"
        );
        assert!(share.account.is_none());
    }

    let open = one(&mount("open", &json!({ "client_id": "ID", "client_secret": "SECRET" })));
    let SourceKind::Open(open) = &open.kind else { panic!() };
    assert_eq!(open.api, "https://open-api.123pan.com");
    assert!(open.direct.is_none() && matches!(open.credentials, OpenCredentials::Client { .. }));

    let own = json!({ "client_id": "ID", "client_secret": "SECRET", "refresh_token": "TOKEN" });
    let other = json!({ "refresh_token": "TOKEN", "renew_url": "https://renew.example/api" });
    for (more, elsewhere) in [(own, false), (other, true)] {
        let open = one(&mount("open", &more));
        let SourceKind::Open(open) = &open.kind else { panic!() };
        let OpenCredentials::Refresh { client, .. } = &open.credentials else { panic!() };
        assert_eq!(matches!(client, RefreshClient::RenewalService(_)), elsewhere);
    }
}

#[test]
fn a_share_borrows_an_account_wherever_that_stands() {
    let share = json!({ "path": "/s", "source": "share", "key": "SHARE", "account": "/my" });
    let personal =
        json!({ "path": "/my", "source": "personal", "username": "USER", "password": "PASSWORD" });
    for mounts in [json!([share, personal]), json!([personal, share])] {
        let configs = read(&mounts).unwrap();
        let objects = configs.iter().map(|config| &config.settings.account).collect::<Vec<_>>();
        assert_eq!(objects[0], objects[1], "one account object for both");
        // Whichever is asked for, the account object reads both.
        for config in &configs {
            let mut indexes = config.settings.account_mounts.clone();
            indexes.sort_unstable();
            assert_eq!(indexes, [0, 1]);
        }
        assert_ne!(configs[0].settings.digest, configs[1].settings.digest);
    }
}

#[test]
fn a_mount_that_webdav_or_alists_api_would_hide_is_refused_while_they_are_on() {
    let said = |path: &str, site: &str| {
        let mounts = json!([{ "path": path, "source": "share", "key": "VN6A-qP163" }]).to_string();
        let config = Config::from_lookup(&|name: &str| match name {
            "MOUNTS" => Some(mounts.clone()),
            "SITE" => Some(site.to_owned()),
            _ => SECRETS.iter().find(|(have, _)| *have == name).map(|(_, text)| (*text).to_owned()),
        });
        let errors = config.err().unwrap_or_default();
        errors.iter().map(|error| error.hint.clone()).collect::<Vec<_>>()
    };
    for (path, site, hint) in [
        ("/dav", "{}", "use another path, or set SITE.dav = false"),
        ("/dav-strm/a", "{}", "use another path, or set SITE.dav = false"),
        ("/d/movies", "{}", "use another path, or set SITE.alist = false"),
        ("/ping", r#"{"dav":false}"#, "use another path, or set SITE.alist = false"),
        ("/dav", r#"{"alist":false,"dav":"login"}"#, "use another path, or set SITE.dav = false"),
    ] {
        assert_eq!(said(path, site), [hint], "{path} {site}");
    }
    for (path, site) in [("/a/dav", "{}"), ("/Dav", "{}"), ("/dav", r#"{"dav":false}"#)] {
        assert_eq!(said(path, site), [""; 0], "{path} {site}");
    }
}

#[test]
fn shares_without_an_account_have_one_rate_limit_and_those_with_one_are_apart() {
    let share = |path: &str, more: Value| {
        let mut share = json!({ "path": path, "source": "share", "key": "VN6A-qP163" });
        share.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        share
    };
    let configs = read(&json!([
        share("/a", json!({})),
        share("/b", json!({ "key": "SHARE" })),
        share("/c", json!({ "token": "TOKEN" })),
        share("/e", json!({ "token": "KEY" })),
    ]))
    .unwrap();
    let [a, b, c, d] = configs.as_slice() else { panic!() };
    assert_eq!(a.settings.account, b.settings.account);
    assert!(a.settings.account != c.settings.account && c.settings.account != d.settings.account);
    let mut digests = configs.iter().map(|config| &config.settings.digest).collect::<Vec<_>>();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), 4, "the same share in four ways");
}

#[test]
fn a_digest_changes_with_what_changes_a_listing_or_a_link_and_with_nothing_else() {
    let base = json!({ "access_token": "TOKEN" });
    let digest = |more: Value| {
        let mut fields = base.clone();
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        one(&mount("open", &fields)).settings.digest
    };
    let plain = digest(json!({}));
    for same in [
        json!({ "fresh_minutes": 9 }),
        json!({ "stale_hours": 9 }),
        json!({ "path": "/y" }),
        json!({ "direct_base": BASE }),
    ] {
        assert_eq!(digest(same), plain);
    }
    for other in [
        json!({ "root": 7 }),
        json!({ "api": "https://open.example" }),
        json!({ "direct_link": true }),
        json!({ "access_token": "KEY" }),
    ] {
        assert_ne!(digest(other.clone()), plain, "{other}");
    }
    assert!(plain.len() == 16 && plain.bytes().all(|byte| byte.is_ascii_hexdigit()));
}

/// Asserts that each mount, of a source with these fields, has one error: at this field, with this in its message.
fn assert_named(cases: &[(&str, Value, &str, &str)]) {
    for (source, more, field, message) in cases {
        let errors = read(&json!([mount(source, more)])).unwrap_err();
        let [error] = errors.as_slice() else { panic!("{more}: {errors:?}") };
        let setting =
            if field.is_empty() { "MOUNTS[0]".into() } else { format!("MOUNTS[0].{field}") };
        assert_eq!(error.setting, setting, "{more}: {error}");
        assert!(error.message.contains(message), "{more}: {error}");
        assert!(!error.hint.is_empty() && !error.to_string().contains("s3cret"), "{error}");
    }
}

#[test]
fn every_error_is_named_with_its_hint_and_no_secret_is_shown() {
    let direct = json!({ "access_token": "TOKEN", "direct_link": true });
    let with = |field: &str, value: Value| {
        let mut fields = direct.clone();
        fields[field] = value;
        fields
    };
    let cases = [
        ("personal", json!({}), "username", "nothing to sign in with"),
        ("personal", json!({ "username": "USER" }), "", "missing field `password`"),
        ("personal", json!({ "username": "USER", "token": "TOKEN" }), "token", "in one way"),
        ("personal", json!({ "token": "TOKEN", "password": "PASSWORD" }), "token", "in one way"),
        ("personal", json!({ "token": "s3cret.token" }), "token", "no secret has the name"),
        ("personal", json!({ "token": "EMPTY" }), "token", "no secret has the name"),
        ("personal", json!({ "token": 5 }), "token", "not the name of a secret"),
        ("personal", json!({ "token": "TOKEN", "root": -1 }), "root", "expected a whole number"),
        (
            "personal",
            json!({ "token": "TOKEN", "key": "SHARE" }),
            "key",
            "unknown field `key`, expected one of `username`",
        ),
        ("personal", json!({ "token": "TOKEN", "fresh_minutes": 0 }), "fresh_minutes", "too few"),
        ("personal", json!({ "token": "TOKEN", "stale_hours": 721 }), "stale_hours", "too many"),
        ("share", json!({}), "", "missing field `key`"),
        ("share", json!({ "key": "nothing" }), "key", "no share in it"),
        ("share", json!({ "key": "https://www.123pan.com/ps/VN6A-qP163" }), "key", "paid content"),
        ("share", json!({ "key": "SHARE", "account": "/no" }), "account", "no personal drive"),
        ("share", json!({ "key": "SHARE", "account": "/n", "token": "TOKEN" }), "account", "one"),
        ("open", json!({}), "client_id", "in one way"),
        ("open", json!({ "client_id": "ID" }), "", "missing field `client_secret`"),
        ("open", json!({ "client_secret": "ID" }), "", "missing field `client_id`"),
        ("open", json!({ "refresh_token": "TOKEN" }), "client_id", "in one way"),
        (
            "open",
            json!({ "access_token": "TOKEN", "uid": 5 }),
            "uid",
            "direct links, which are off",
        ),
        ("open", with("private_key", json!("NONE")), "private_key", "no secret has the name"),
        ("open", with("valid_minutes", json!(0)), "valid_minutes", "0 minutes"),
        ("open", with("hosts", json!(["https://x"])), "hosts[0]", "not a host"),
    ];
    assert_named(&cases);
}

#[test]
fn an_address_is_https_or_on_this_very_machine() {
    let api = |address: &str| {
        read(&json!([mount("personal", &json!({ "token": "TOKEN", "api": address }))]))
    };
    for good in
        ["https://www.123pan.cn/b/api", "https://h.example:8443", "http://127.0.0.1:9123/b/api/"]
    {
        let configs = api(good).unwrap();
        let SourceKind::Personal(Personal { account }) = &configs[0].kind else { panic!() };
        assert_eq!(account.hosts.api, good.trim_end_matches('/'));
    }
    for bad in [
        "http://www.123pan.cn/b/api",
        "http://127.0.0.1.evil.example/",
        "http://localhost@evil.example/",
        "https://user@h.example/",
        "https://h.example/?q",
        "https://h.example/#f",
        "https:///b/api",
        "https://h example/",
        "//h.example/",
        "ftp://h.example/",
        "",
    ] {
        assert_eq!(api(bad).unwrap_err()[0].setting, "MOUNTS[0].api", "{bad}");
    }
}

#[test]
fn without_the_account_objects_nothing_of_the_vendors_is_mounted() {
    let errors = Config::from_lookup(&|name: &str| match name {
        "MOUNTS" => Some(json!([mount("personal", &json!({ "token": "TOKEN" }))]).to_string()),
        "TOKEN" => Some("s3cret".to_owned()),
        _ => None,
    })
    .unwrap_err();
    assert!(errors[0].message.contains("ACCOUNTS"), "{errors:?}");
}

#[test]
fn an_account_reads_its_own_mounts_alone() {
    let mounts = json!([
        { "path": "/", "source": "links", "tree": "TREE" },
        { "path": "/a", "source": "open", "access_token": "ONE" },
        { "path": "/b", "source": "open", "access_token": "TWO", "root": 7 },
        { "path": "/c", "source": "open", "access_token": "ONE", "root": 9 },
        { "path": "/e", "source": "nothing" },
    ]);
    let asked = RefCell::new(Vec::new());
    let lookup = |name: &str| {
        asked.borrow_mut().push(name.to_owned());
        match name {
            "MOUNTS" => Some(mounts.to_string()),
            "ONE" | "TWO" => Some(format!("token {name}")),
            "ACCOUNTS" => Some("{}".to_owned()),
            _ => None,
        }
    };
    let whole = Config::from_lookup(&lookup);
    assert!(whole.is_err(), "the site has errors, and asks for nothing");
    let names = |account: &str, indexes: &[usize]| {
        let mounts = account_mounts(lookup, account, indexes).into_iter();
        mounts.map(|config| config.settings.setting).collect::<Vec<_>>()
    };
    let all =
        |settings: &[&str]| settings.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let accounts = ["ONE", "TWO"].map(|token| {
        let mount = json!([{ "path": "/", "source": "open", "access_token": token }]).to_string();
        let alone = |name: &str| if name == "MOUNTS" { Some(mount.clone()) } else { lookup(name) };
        match Config::from_lookup(&alone).unwrap().mounts.pop().unwrap().source {
            SourceConfig::Remote(config) => config.settings.account,
            SourceConfig::Links(_) => panic!("an account"),
        }
    });
    asked.borrow_mut().clear();
    assert_eq!(names(&accounts[0], &[1, 3]), all(&["MOUNTS[1]", "MOUNTS[3]"]));
    let is_other = |name: &String| name == "TWO" || name.starts_with("TREE");
    assert!(!asked.borrow().iter().any(is_other), "{:?}", asked.borrow());
    assert_eq!(names(&accounts[1], &[2]), all(&["MOUNTS[2]"]));
    assert_eq!(names("another", &[1, 2, 3]), all(&[]));
    // Indexes of another version's settings.
    assert_eq!(names(&accounts[0], &[0, 2, 3, 4, 99]), all(&["MOUNTS[3]"]));
    assert!(!asked.borrow().iter().any(|name| name.starts_with("TREE")), "{:?}", asked.borrow());
}
