//! The responses of a site with errors in its settings.

use super::*;

type Settings = &'static [(&'static str, &'static str)];

/// Settings with an error, the setting that the error names, and a part of its message.
const BROKEN: &[(Settings, &str, &str)] = &[
    (&[("URL_TREE", "s3cret-line")], "URL_TREE", "expected a folder name"),
    (&[("UID", "s3cret")], "UID", "not an account id"),
    (&[("PRIVATE_KEY", " ")], "PRIVATE_KEY", "no key, or an empty one"),
    (&[("URL_TREE", "deflate:s3cret!")], "URL_TREE", "packed tree is not whole"),
    (&[("URL_TREE_3", "s3cret:")], "URL_TREE_2", "this part of the tree is missing"),
    (&[("RULES", r#"[{"path":"/","acess":"deny"}]"#)], "RULES[0].acess", "unknown field"),
    (&[("RULES", r#"[{"path":"/","password":"s3cret"}]"#)], "RULES[0].password", "no secret"),
    (&[("RULES", r#"[{"path":"/movies","access":"deny"}]"#)], "RULES[0].path", "nothing is at"),
    (&[("SITE", "{\"titel\":\"s3cret\"}")], "SITE.titel", "unknown field"),
    (&[("MOUNTS", "{}")], "MOUNTS", "expected a list, not a table"),
    (&[("MOUNTS", "289324181")], "MOUNTS", "expected a list, not a number"),
    (&[("RULES", "\"s3cret\"")], "RULES", "expected a list, not a text"),
    (&[("SITE", "s3cret")], "SITE", "nor JSON for one"),
    (&[("SITE", "{\"time_zone\":\"s3cret\"}")], "SITE.time_zone", "not a distance"),
    (&[("MOUNTS", "[\"s3cret\"]")], "MOUNTS[0]", "expected a table, not a text"),
    (
        &[("MOUNTS", r#"[{"path":"/","source":"s3cret"}]"#)],
        "MOUNTS[0].source",
        "there is no such source",
    ),
    (
        &[("MOUNTS", r#"[{"path":"/","source":"links","tree":"URL_TREE","uid":"s3cret"}]"#)],
        "MOUNTS[0].uid",
        "expected a whole number, not a text",
    ),
    (&[("MOUNTS", "[]")], "MOUNTS", "no mount"),
    (&[("MOUNTS", r#"[{"path":"/"}]"#)], "MOUNTS[0]", "missing field `source`"),
    (
        &[("MOUNTS", r#"[{"path":"/","source":"links","tree":"s3cret"}]"#)],
        "MOUNTS[0].tree",
        "no secret has",
    ),
    (
        &[(
            "MOUNTS",
            r#"[{"path":"/","source":"links","tree":"URL_TREE","private_key":"s3cret","uid":1}]"#,
        )],
        "MOUNTS[0].private_key",
        "no secret has",
    ),
    (
        &[(
            "MOUNTS",
            r#"[{"path":"/","source":"links","tree":"URL_TREE","private_key":289324181}]"#,
        )],
        "MOUNTS[0].private_key",
        "not the name of a secret",
    ),
    (
        &[(
            "MOUNTS",
            r#"[{"path":"/","source":"links","tree":"URL_TREE","private_key":"PRIVATE_KEY"}]"#,
        )],
        "MOUNTS[0].uid",
        "no uid",
    ),
    (
        &[("MOUNTS", r#"[{"path":"/","source":"links","tree":"URL_TREE","valid_minutes":10081}]"#)],
        "MOUNTS[0].valid_minutes",
        "10081 minutes",
    ),
    (
        &[("MOUNTS", r#"[{"path":"/","source":"links","tree":"URL_TREE","hosts":["https://x"]}]"#)],
        "MOUNTS[0].hosts[0]",
        "not a host",
    ),
    (
        &[("MOUNTS", r#"[{"path":"/","source":"links","tree":"URL_TREE","path_form":"raw"}]"#)],
        "MOUNTS[0].path_form",
        "no such form",
    ),
    (
        &[("MOUNTS", r#"[{"path":"/","source":"links","tree":"URL_TREE","tree_kv":"t"}]"#)],
        "MOUNTS[0].tree",
        "a mount has one tree",
    ),
    (
        &[("MOUNTS", r#"[{"path":"/a%20b","source":"links","tree":"URL_TREE"}]"#)],
        "MOUNTS[0].path",
        "an escape",
    ),
    (
        &[("MOUNTS", r#"[{"path":"/-/x","source":"links","tree":"URL_TREE"}]"#)],
        "MOUNTS[0].path",
        "the site's own",
    ),
    (
        &[("MOUNTS", r#"[{"path":"x","source":"links","tree":"URL_TREE"}]"#)],
        "MOUNTS[0].path",
        "begin with /",
    ),
    (
        &[("MOUNTS", r#"[{"path":"/x","source":"share"}]"#)],
        "MOUNTS[0].source",
        "ACCOUNTS is missing",
    ),
    (
        &[(
            "MOUNTS",
            r#"[{"path":"/","source":"links","tree":"URL_TREE"},{"path":"/","source":"links","tree":"URL_TREE"}]"#,
        )],
        "MOUNTS[1].path",
        "same path",
    ),
];

#[test]
fn a_broken_site_names_the_setting_and_the_hint_and_shows_no_secret() {
    for (settings, setting, message) in BROKEN {
        let site = site(settings);
        let ask = |accept| RequestParts {
            method: "GET",
            url: "https://dl.example.com/1.txt",
            accept,
            ..RequestParts::default()
        };
        let page = answer(&site, &ask(None), &seed());
        assert_eq!((page.status, page.header("Retry-After")), (503, Some("60")), "{settings:?}");
        let json = answer(&site, &ask(Some("application/json")), &seed());
        let body: serde_json::Value = serde_json::from_str(&json.body.text()).unwrap();
        let error = &body["error"]["faults"][0];
        assert_eq!(error["setting"], *setting, "{body}");
        assert!(error["message"].as_str().unwrap().contains(message), "{body}");
        assert!(!error["mend"].as_str().unwrap().is_empty());
        for shown in [page.body.text(), json.body.text()] {
            assert!(
                !shown.contains("s3cret")
                    && !shown.contains("289ds")
                    && !shown.contains("289324181"),
                "{shown}"
            );
        }
        assert_eq!(redirect::location(&site, ask(None).url, false, &seed()), None);
    }
}
