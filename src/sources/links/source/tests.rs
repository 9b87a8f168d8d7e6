use super::*;
use crate::site::Site;
use crate::tree::Found;

const START: UnixSeconds = UnixSeconds(1_700_000_000);
const MOUNT: &str = r#"[{"path":"/","source":"links","tree_kv":"tree"}]"#;

fn site() -> Site {
    Site::load(&|name: &str| (name == "MOUNTS").then(|| MOUNT.to_owned()), START)
}

fn tree(site: &mut Site) -> &mut LinkTree {
    site.mounts_mut()[0].links_mut().unwrap()
}

fn update(site: &mut Site, text: Option<&str>) -> UpdateOutcome {
    tree(site).update(text.map(str::as_bytes), START)
}

fn serves(site: &Site, path: &str) -> bool {
    let tree = site.mounts()[0].links().unwrap().tree().unwrap();
    matches!(tree.find(path), Some(Found::File(_)))
}

#[test]
fn a_tree_from_kv_is_looked_at_once_a_minute_by_one_request() {
    let mut site = site();
    assert!(site.is_due(START), "nothing was read yet");
    tree(&mut site).note_read(START);
    assert!(!site.is_due(UnixSeconds(START.0 + 59)));
    assert!(site.is_due(UnixSeconds(START.0 + 60)));
}

#[test]
fn a_text_with_errors_never_replaces_a_good_one() {
    let mut site = site();
    assert!(site.is_broken(), "without a text nothing is served");
    assert_eq!(update(&mut site, Some("https://h/a\n")), UpdateOutcome::Served);
    assert_eq!(update(&mut site, Some("https://h/a\n")), UpdateOutcome::Unchanged);
    for bad in [Some("https://h/b\nnothing\n"), Some("deflate:*"), None] {
        assert_eq!(update(&mut site, bad), UpdateOutcome::Refused);
        assert!(serves(&site, "a") && !serves(&site, "b"));
        let error = site.config_errors().next().unwrap();
        assert_eq!(error.setting, "MOUNTS[0].tree_kv");
    }
    assert_eq!(update(&mut site, Some("https://h/b\n")), UpdateOutcome::Served);
    assert!(serves(&site, "b") && !serves(&site, "a") && site.config_errors().next().is_none());
}

#[test]
fn a_compiled_tree_is_served_as_its_text_is_and_a_damaged_one_never_replaces_it() {
    let mut site = site();
    update(&mut site, Some("https://h/a\nhttps://vip.123pan.cn/1/b/c\n"));
    let text_tree = tree(&mut site);
    assert!(text_tree.is_text_in_kv());
    let form = text_tree.tree().unwrap().compile().unwrap();
    assert_eq!(text_tree.update(Some(&form), START), UpdateOutcome::Served);
    assert_eq!(text_tree.update(Some(&form), START), UpdateOutcome::Unchanged);
    assert!(!text_tree.is_text_in_kv() && text_tree.is_valid_at(UnixSeconds(9_999_999_999)));
    assert!(serves(&site, "a") && serves(&site, "c") && !serves(&site, "b"));
    let mut newer = form.clone();
    newer[16] = 99;
    let mut damaged = form.clone();
    *damaged.last_mut().unwrap() ^= 1;
    for (bad, says) in [
        (&newer[..], "form 99"),
        (&damaged, "damaged"),
        (&form[..99], "cut off"),
        (b"\xff", "UTF-8"),
    ] {
        assert_eq!(tree(&mut site).update(Some(bad), START), UpdateOutcome::Refused);
        assert!(serves(&site, "a"));
        let error = site.config_errors().next().unwrap();
        assert_eq!(error.setting, "MOUNTS[0].tree_kv");
        assert!(error.message.contains(says), "{}", error.message);
        assert!(error.hint.contains("pack --kv"));
    }
    assert_eq!(tree(&mut site).update_from_copy(&form, START), UpdateOutcome::Served);
    assert_eq!(tree(&mut site).update(Some(&form), START), UpdateOutcome::Served);
    assert_eq!(site.config_errors().next(), None);
}

#[test]
fn a_text_that_comes_back_after_an_error_clears_the_error() {
    let mut site = site();
    for text in ["https://h/a\n", "nothing", "https://h/a\n"] {
        update(&mut site, Some(text));
    }
    assert!(serves(&site, "a") && site.config_errors().next().is_none());
}

#[test]
fn an_isolate_that_starts_with_a_bad_text_serves_the_copy_and_says_so() {
    let mut site = site();
    update(&mut site, Some("nothing"));
    assert!(site.is_broken());
    assert_eq!(tree(&mut site).update_from_copy(b"https://h/a\n", START), UpdateOutcome::Served);
    assert!(serves(&site, "a"));
    assert_eq!(site.config_errors().next().unwrap().line, Some(1));
}

#[test]
fn a_store_that_fails_changes_nothing_but_the_report() {
    let mut site = site();
    update(&mut site, Some("https://h/a\n"));
    tree(&mut site).note_unreadable();
    assert!(serves(&site, "a"));
    assert_eq!(site.config_errors().next().unwrap().message, "KV can't be read");
    update(&mut site, Some("https://h/a\n"));
    assert_eq!(site.config_errors().next(), None, "it works again");
}

/// A site with KV, and of the settings only these secrets.
fn site_in_kv(secrets: &[(&str, &str)]) -> Site {
    let lookup = |name: &str| {
        let secret = secrets.iter().find(|(have, _)| *have == name);
        secret.map(|(_, value)| (*value).to_owned()).or((name == "KV").then(|| "{}".to_owned()))
    };
    Site::load(&lookup, START)
}

const DIRECT: &str = "https://vip.123pan.cn/5/a\n";

#[test]
fn with_a_key_and_a_uid_alone_the_tree_is_the_kv_key_tree() {
    let mut site = site_in_kv(&[("PRIVATE_KEY", "key"), ("UID", "5")]);
    assert_eq!(tree(&mut site).due(START), Some("tree"));
    assert_eq!(update(&mut site, None), UpdateOutcome::Refused);
    assert!(site.is_broken());
    let error = site.config_errors().next().unwrap().to_string();
    assert!(
        error.starts_with("URL_TREE, or the KV key tree: ") && error.contains(" tree --path"),
        "{error}"
    );
    assert_eq!(update(&mut site, Some(DIRECT)), UpdateOutcome::Served);
    assert!(serves(&site, "a") && tree(&mut site).is_signed() && !site.is_demo());
}

#[test]
fn without_any_settings_the_demo_is_served_until_kv_has_a_tree() {
    let mut site = site_in_kv(&[]);
    assert!(site.is_due(START) && site.is_broken(), "KV comes first");
    assert_eq!(update(&mut site, None), UpdateOutcome::Refused);
    tree(&mut site).serve_default();
    assert_eq!(update(&mut site, None), UpdateOutcome::Unchanged);
    assert!(site.is_demo() && !site.is_broken() && tree(&mut site).is_signed());
    assert_eq!(update(&mut site, Some("nothing\n")), UpdateOutcome::Refused);
    assert!(site.is_demo() && site.config_errors().next().is_some());
    assert_eq!(update(&mut site, Some(DIRECT)), UpdateOutcome::Served);
    // The demo's key signs nothing of the owner's.
    assert!(serves(&site, "a") && !tree(&mut site).is_signed() && !site.is_demo());
    assert_eq!(update(&mut site, None), UpdateOutcome::Refused, "the last good one stays");
    assert!(serves(&site, "a") && !site.is_demo());
}
