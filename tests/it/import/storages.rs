//! Storages of AList and OpenList: each driver, its secrets, and what can't be a mount.

use serde_json::{Value, json};

use super::Imported;
use super::backup::{CLOSED, TOKEN, backup, imported, open_backup};
use crate::support::request::{get, location};

/// Changes the settings of a storage's driver.
fn set_addition(backup: &mut Value, storage: usize, field: &str, value: Value) {
    let addition = backup["storages"][storage]["addition"].as_str().unwrap();
    let mut addition: Value = serde_json::from_str(addition).unwrap();
    addition[field] = value;
    backup["storages"][storage]["addition"] = json!(addition.to_string());
}

#[test]
fn storages_become_mounts_with_their_keys_as_secrets() {
    let got = imported("mounts", &backup());
    got.site();
    let mounts = got.vars["MOUNTS"].as_array().unwrap();
    assert_eq!(
        *mounts,
        [
            json!({
                "path": "/pan", "source": "links", "tree": "STORAGE_2_TREE", "uid": 1_800_000_001,
                "private_key": "STORAGE_2_KEY", "valid_minutes": 120,
            }),
            json!({ "path": "/urls", "source": "links", "tree": "STORAGE_3_TREE" }),
            json!({
                "path": "/from-friend", "source": "share", "key": "STORAGE_5_SHARE",
                "password": "STORAGE_5_CODE", "fresh_minutes": 30,
            }),
            json!({
                "path": "/open", "source": "open", "client_id": "STORAGE_6_CLIENT_ID",
                "client_secret": "STORAGE_6_CLIENT_SECRET", "direct_link": true,
                "private_key": "STORAGE_6_KEY", "valid_minutes": 60, "root": 12_345,
                "fresh_minutes": 30,
            }),
        ]
    );
    assert_eq!(got.secrets["STORAGE_2_KEY"], "k3yForTests");
    assert_eq!(got.secrets["STORAGE_6_CLIENT_SECRET"], "secret-two");
    assert_eq!(got.trees.len(), 2);
    assert!(got.trees[0].0 == "tree-pan.txt" && got.trees[1].0 == "tree-urls.txt");
    // What is disabled leaves no trace but its line.
    assert!(got.says("Not brought", &["storage 4", "/drive", "disabled"]), "{}", got.report);
    assert!(got.says("Not brought", &["meta 4", "nothing is at this path", "four characters"]));
    assert!(!got.secrets.to_string().contains("secret-one"));
}

#[test]
fn no_file_but_the_secrets_holds_a_secret() {
    let got = imported("secrecy", &backup());
    let others = format!("{} {}", got.vars, got.report);
    for secret in ["k3yForTests", "secret-two", "client-1", "q7Zf", "VN6A-qP163", TOKEN, "family"] {
        assert!(got.secrets.to_string().contains(secret), "{secret}");
        assert!(!others.contains(secret), "{secret} in {others}");
    }
}

#[test]
fn every_driver_of_123pan_is_brought_with_the_way_it_signed_in() {
    let mut backup = open_backup();
    backup["storages"][2]["disabled"] = json!(false);
    set_addition(&mut backup, 2, "root_folder_id", json!("777"));
    let got = imported("personal", &backup);
    got.site();
    let mount = |got: &Imported, path: &str| {
        let mounts = got.vars["MOUNTS"].as_array().unwrap().clone();
        mounts.into_iter().find(|mount| mount["path"] == path).unwrap_or_default()
    };
    assert_eq!(
        mount(&got, "/drive"),
        json!({
            "path": "/drive", "source": "personal", "username": "STORAGE_4_USER",
            "password": "STORAGE_4_PASSWORD", "root": 777, "fresh_minutes": 30,
        })
    );
    assert!(got.says(CLOSED, &["meta 4", "fewer than 4 characters"]), "{}", got.report);
    assert_eq!(got.rule("/drive")["access"], "link");

    set_addition(&mut backup, 2, "password", json!(""));
    set_addition(&mut backup, 2, "AccessToken", json!("token-of-a-browser"));
    set_addition(&mut backup, 3, "accesstoken", json!("token-for-shares"));
    set_addition(&mut backup, 4, "RefreshToken", json!("refresh-me"));
    backup["storages"][4]["cache_expiration"] = json!(0);
    let got = imported("tokens", &backup);
    got.site();
    assert_eq!(mount(&got, "/drive")["token"], "STORAGE_4_TOKEN");
    assert_eq!(mount(&got, "/from-friend")["token"], "STORAGE_5_TOKEN");
    let open = mount(&got, "/open");
    assert_eq!(
        (&open["refresh_token"], &open["fresh_minutes"]),
        (&json!("STORAGE_6_REFRESH"), &json!(1))
    );
    assert_eq!(got.secrets["STORAGE_6_REFRESH"], "refresh-me");
    assert!(got.report.contains("Stop AList or OpenList before"));

    set_addition(&mut backup, 4, "use_online_api", json!(true));
    set_addition(
        &mut backup,
        4,
        "api_url_address",
        json!("https://api.example.org/123cloud/renewapi"),
    );
    set_addition(&mut backup, 4, "DirectLink", json!(false));
    set_addition(&mut backup, 4, "UseDirectLink", json!(false));
    let got = imported("renew", &backup);
    got.site();
    let open = mount(&got, "/open");
    assert_eq!(open["renew_url"], "https://api.example.org/123cloud/renewapi");
    assert!(open.get("client_id").is_none() && open.get("direct_link").is_none(), "{open}");
    assert!(got.says("Acts differently", &["storage 6", "gets the refresh token"]));

    for field in ["ClientID", "RefreshToken"] {
        set_addition(&mut backup, 4, field, json!(""));
    }
    set_addition(&mut backup, 4, "AccessToken", json!("access-me"));
    let got = imported("access", &backup);
    got.site();
    assert_eq!(mount(&got, "/open")["access_token"], "STORAGE_6_TOKEN");
    set_addition(&mut backup, 4, "AccessToken", json!(""));
    let got = imported("nothing", &backup);
    got.site();
    assert!(got.says("Not brought", &["storage 6", "nothing to sign in with"]), "{}", got.report);
}

#[test]
fn proxies_and_what_no_mount_can_be_are_told() {
    let mut backup = open_backup();
    backup["storages"][0]["web_proxy"] = json!(true);
    backup["storages"][0]["down_proxy_url"] = json!("https://proxy.example.org");
    backup["storages"][0]["order_by"] = json!("size");
    backup["storages"][0]["disable_index"] = json!(true);
    backup["sharings"] = json!([{ "id": "x" }]);
    set_addition(&mut backup, 0, "valid_duration", json!(20_000));
    backup["storages"][1]["mount_path"] = json!("/pan.balance1");
    backup["storages"][2] =
        json!({ "id": 4, "mount_path": "/local", "driver": "Local", "addition": "{}" });
    backup["storages"][3]["mount_path"] = json!("/~x");
    backup["storages"][4]["addition"] = json!("no JSON");
    let got = imported("odd", &backup);
    got.site();
    assert_eq!(got.rule("/pan")["mode"], "proxy");
    assert_eq!(got.vars["MOUNTS"].as_array().unwrap().len(), 1);
    assert_eq!(got.vars["MOUNTS"][0]["valid_minutes"], 10_080);
    for words in [
        &["storage 2", "`down_proxy_url` `https://proxy.example.org`"],
        &["storage 2", "order of its lists"],
        &["storage 2", "`disable_index`"],
        &["table `sharings`", "1 row"],
        &["storage 3", "another storage is mounted"],
        &["storage 4", "`Local`"],
        &["storage 5", "no mount can have this path"],
        &["storage 6", "no JSON object"],
    ] {
        assert!(got.says("Not brought", words), "{words:?}\n{}", got.report);
    }
    assert!(got.says(CLOSED, &["storage 2", "10080 at most"]));
}

#[test]
fn keys_are_used_for_no_host_that_may_be_foreign_and_an_id_is_taken_from_the_links() {
    let mut backup = open_backup();
    let urls = "https://dl.example.org/a.bin\nhttps://1800000001.v.123pan.cn/b.bin\n";
    set_addition(&mut backup, 0, "origin_urls", json!(urls));
    set_addition(&mut backup, 0, "uid", json!(0));
    backup["metas"] = json!([]);
    let got = imported("hosts", &backup);
    let site = got.site();
    assert_eq!(location(&get("/pan/a.bin").alone(&site)), "https://dl.example.org/a.bin");
    assert!(location(&get("/pan/b.bin").alone(&site)).contains("-1800000001-"));
    assert!(got.says(CLOSED, &["storage 2", "`dl.example.org`", "`hosts`"]), "{}", got.report);
    set_addition(&mut backup, 0, "origin_urls", json!("https://dl.example.org/a.bin\n"));
    let got = imported("no-id", &backup);
    got.site();
    assert!(got.says(CLOSED, &["storage 2", "no account id"]), "{}", got.report);
}
