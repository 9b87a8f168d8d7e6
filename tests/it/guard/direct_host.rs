//! `host` of a mount: direct links at another host than their URLs name.

use serde_json::{Value, json};
use signpost::account::command::UpstreamLink;
use signpost::host::SignedHosts;
use signpost::http::response::Body;
use signpost::site::Site;
use signpost::sources::listing::{Extent, Listing, encode};
use signpost::sources::upstream::entry::Entry;
use signpost::time::UnixSeconds;
use signpost::tree::Tree;
use signpost::tree::parse::Context;

use crate::support::request::{NOW, get, load, location, site};

const TREE: &str = "\
https://vip.123pan.cn/13/top/a.txt
named.mp4:https://13.v.123pan.cn/13/8209290
https://dl.example.com/films/b.mp4
https://elsewhere.example/13/foreign.txt
https://14.v.123pan.cn/14/others.txt
short: https://vip.123pan.cn/13/音 乐/
  c d.mp3
all/*: https://vip.123pan.cn/13/hls/
";

fn tree(more: &Value) -> Site {
    let mut mount = json!({
        "path": "/", "source": "links", "tree": "TREE", "uid": 13, "private_key": "PRIVATE_KEY",
        "hosts": ["dl.example.com"],
    });
    mount.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    load(&[("MOUNTS", &json!([mount]).to_string()), ("TREE", TREE)])
}

/// Where a path leads, and whether that is signed.
fn leads(site: &Site, target: &str) -> (String, bool) {
    let answer = get(target).alone(site);
    assert_eq!(answer.status, 302, "{target}: {answer:?}");
    let url = location(&answer);
    let (before, key) = url.split_once("?auth_key=").map_or((url, None), |(a, b)| (a, Some(b)));
    if let Some(key) = key {
        let path = format!("/{}", before.splitn(4, '/').nth(3).unwrap());
        let path = percent_encoding::percent_decode_str(&path).decode_utf8().unwrap();
        let [expires, rand, uid, digest] = key.split('-').collect::<Vec<_>>().try_into().unwrap();
        let hashed = format!("{path}-{expires}-{rand}-{uid}-289ds32418bxdba");
        let expected = hex::encode(<md5::Md5 as md5::Digest>::digest(hashed));
        assert_eq!((uid, digest), ("13", &*expected), "the path on the wire is signed: {url}");
    }
    (before.to_owned(), key.is_some())
}

#[test]
fn a_trees_direct_links_move_and_are_signed_where_they_lead() {
    let newest = "https://13.cdn.123clouddisk.com/13";
    let custom = "https://dl2.example.com:8443";
    for (host, at) in [("13.cdn.123clouddisk.com", newest), ("DL2.example.com:8443", custom)] {
        let site = tree(&json!({ "host": host }));
        for (target, below) in [
            ("/a.txt", "/top/a.txt"),
            ("/named.mp4", "/8209290"),
            ("/b.mp4", "/films/b.mp4"),
            ("/short/c%20d.mp3", "/%E9%9F%B3%20%E4%B9%90/c%20d.mp3"),
            ("/all/1/x.ts", "/hls/1/x.ts"),
        ] {
            assert_eq!(leads(&site, target), (format!("{at}{below}"), true), "{host}");
        }
    }
}

#[test]
fn links_of_foreign_hosts_and_of_other_accounts_stay() {
    let site = tree(&json!({ "host": "dl2.example.com" }));
    let foreign = "https://elsewhere.example/13/foreign.txt".to_owned();
    assert_eq!(leads(&site, "/foreign.txt"), (foreign, false), "unsigned as ever");
    let other = leads(&site, "/others.txt");
    assert_eq!(other.0, "https://14.v.123pan.cn/14/others.txt");
    // No host of a configuration is signed for in another mount.
    let plain = tree(&json!({ "hosts": [] }));
    assert_eq!(leads(&plain, "/b.mp4"), ("https://dl.example.com/films/b.mp4".to_owned(), false));
}

#[test]
fn a_tree_from_kv_moves_as_a_text_and_compiled() {
    let mounts = json!([{
        "path": "/", "source": "links", "tree_kv": "tree", "uid": 13, "private_key": "PRIVATE_KEY",
        "host": "dl2.example.com",
    }])
    .to_string();
    let mut site = load(&[("MOUNTS", &mounts)]);
    let expected = ("https://dl2.example.com/top/a.txt".to_owned(), true);
    let links = site.mounts_mut()[0].links_mut().unwrap();
    links.update(Some(TREE.as_bytes()), UnixSeconds(NOW));
    let (now, hosts) = (UnixSeconds(NOW), SignedHosts::default());
    let context = Context { now, hosts: &hosts, at_site_root: true };
    let form = Tree::parse(TREE, context).unwrap().tree.compile().unwrap();
    assert_eq!(leads(&site, "/a.txt"), expected);
    let links = site.mounts_mut()[0].links_mut().unwrap();
    links.update(Some(&form), UnixSeconds(NOW));
    assert_eq!(leads(&site, "/a.txt"), expected);
}

#[test]
fn a_host_without_its_account_is_a_configuration_error() {
    for (more, message) in [
        (json!({ "host": "dl.example.com", "uid": null, "private_key": null }), "whose links"),
        (json!({ "host": "14.v.123pan.cn" }), "the host of the account 14"),
        (json!({ "host": "https://dl.example.com/" }), "not a host"),
    ] {
        let site = tree(&more);
        let error = site.config_errors().next().unwrap();
        assert_eq!(error.setting, "MOUNTS[0].host", "{error}");
        assert!(error.message.contains(message) && !error.hint.is_empty(), "{error}");
    }
}

#[test]
fn a_direct_link_from_123pan_moves_too() {
    let mounts = json!([{
        "path": "/open", "source": "open", "access_token": "TOKEN", "direct_link": true, "uid": 13,
        "private_key": "PRIVATE_KEY", "host": "dl2.example.com",
    }]);
    let site = site(&[("MOUNTS", &mounts.to_string()), ("TOKEN", "token")]);
    let remote = site.remote(0).unwrap();
    let entry = Entry {
        id: 7,
        name: "v.mp4".to_owned(),
        folder: false,
        size: 5,
        modified: None,
        md5: None,
        key_flag: String::new(),
    };
    let text = encode(vec![entry], 0, Extent::Whole, UnixSeconds(NOW));
    remote.cache().cache_if_newer(0, Listing::parse(text).unwrap(), UnixSeconds(NOW));
    let url = "https://vip.123pan.cn/13/f/v.mp4".to_owned();
    let age = std::time::Duration::ZERO;
    let link = UpstreamLink { url, referer: None, permanent: Some(13), age };
    remote.cache_link(7, link, UnixSeconds(NOW));
    let moved = ("https://dl2.example.com/f/v.mp4".to_owned(), true);
    assert_eq!(leads(&site, "/open/v.mp4"), moved);
}

#[test]
fn a_moved_playlist_is_fetched_and_mapped_at_its_new_host() {
    let lines = "all/*: https://vip.123pan.cn/13/hls/\nhttps://vip.123pan.cn/13/x/list.m3u8\n";
    let mounts = json!([{
        "path": "/", "source": "links", "tree": "TREE", "uid": 13, "private_key": "PRIVATE_KEY",
        "host": "dl2.example.com",
    }]);
    let site = site(&[("MOUNTS", &mounts.to_string()), ("TREE", lines)]);
    for (target, origin) in [
        ("/list.m3u8", "https://dl2.example.com/x/list.m3u8"),
        ("/all/1/list.m3u8", "https://dl2.example.com/hls/1/list.m3u8"),
    ] {
        let answer = get(target).alone(&site);
        let Body::Playlist(playlist) = &answer.body else { panic!("{answer:?}") };
        assert_eq!(playlist.source.origin(), origin);
    }
}
