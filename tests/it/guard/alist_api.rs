//! AList's API: its calls, shapes and codes, for a guest and for the owner.

use serde_json::{Value, json};
use signpost::site::Site;

use super::alist_call::{ask, call, log_in, names, post, with_token};
use super::{ruled, ruled_with};
use crate::support::host::Host;
use crate::support::request::{API_TOKEN, NOW, Req, SITE, get, location};

fn site() -> Site {
    ruled(&json!([
        { "path": "/", "hide": ["unknown.txt"], "readme": "# Hello\n" },
        { "path": "/team", "password": "FIRST" },
        { "path": "/teams", "access": "link" },
        { "path": "/Team", "access": "deny" },
    ]))
}

#[test]
fn a_listing_has_the_fields_that_alist_gives_it() {
    let json = call(&site(), "/fs/list", &json!({ "path": "/" }), "");
    let data = &json["data"];
    assert_eq!(names(&json), ["; rm %41?#", "café", "foreign.txt", "team.txt", "top.txt"]);
    assert_eq!(data["total"], 5);
    assert_eq!((&data["readme"], &data["header"]), (&json!("# Hello\n"), &json!("")));
    assert_eq!((&data["write"], &data["provider"]), (&json!(false), &json!("unknown")));
    assert_eq!(
        data["content"][4],
        json!({
            "name": "top.txt", "size": 10, "is_dir": false, "modified": "2020-09-13T12:26:40Z",
            "created": "2020-09-13T12:26:40Z", "sign": "", "thumb": "", "type": 4,
            "hashinfo": "null", "hash_info": null,
        })
    );
    let folder = &data["content"][1];
    assert_eq!(
        (&folder["is_dir"], &folder["type"], &folder["size"]),
        (&json!(true), &json!(1), &json!(0))
    );
}

#[test]
fn a_listing_comes_in_parts_if_the_client_wants_parts() {
    let site = site();
    for (fields, want) in [
        (json!({}), 5),
        (json!({ "page": 1, "per_page": 0 }), 5),
        (json!({ "page": null, "per_page": null, "password": null, "refresh": false }), 5),
        (json!({ "page": 1, "per_page": 2 }), 2),
        (json!({ "page": 3, "per_page": 2 }), 1),
        (json!({ "page": 4, "per_page": 2 }), 0),
    ] {
        let json = call(&site, "/fs/list", &fields, "");
        assert_eq!(names(&json).len(), want, "{fields}");
        assert_eq!(json["data"]["total"], 5, "{fields}");
    }
}

#[test]
fn a_request_is_json_a_form_or_a_query() {
    let site = ruled(&json!([]));
    let form =
        |body: &str| Req { method: "POST", body: Some(body.to_owned()), ..get("/api/fs/list") };
    for req in [
        post("/fs/list", &json!({ "path": "/team" })),
        post("/fs/list", &json!({ "path": "team/" })),
        post("/fs/list", &json!({ "path": "//team/./" })),
        form("path=%2Fteam&page=1"),
        get("/api/fs/list?path=/team&password="),
    ] {
        let json = ask(&site, &mut Host::default(), &req);
        assert_eq!(names(&json), ["sub", "a.txt", "a2.txt"], "{req:?}");
    }
    for body in ["", "{bad", "[]", r#"{"path":3}"#] {
        let json = ask(&site, &mut Host::default(), &form(body));
        assert_eq!(json["code"], 400, "{body:?}");
        assert_eq!(json["data"], Value::Null, "{body:?}");
    }
    for unreadable in [form("path=%FF"), get("/api/fs/list?path=%C4%E3")] {
        let json = ask(&site, &mut Host::default(), &unreadable);
        assert_eq!(json["code"], 400, "a path that can't be read is not the root's");
    }
    let none = Req { method: "POST", ..get("/api/fs/list") };
    assert_eq!(ask(&site, &mut Host::default(), &none)["code"], 400, "a body that was too long");
}

#[test]
fn a_file_is_told_of_with_an_address_of_this_site() {
    let site = site();
    let json = call(&site, "/fs/get", &json!({ "path": "/top.txt", "password": "" }), "");
    let data = &json["data"];
    assert_eq!((&data["name"], &data["size"]), (&json!("top.txt"), &json!(10)));
    assert_eq!((&data["raw_url"], &data["sign"]), (&json!(format!("{SITE}/top.txt")), &json!("")));
    assert_eq!((&data["provider"], &data["related"]), (&json!("Signpost"), &json!(null)));
    let odd = call(&site, "/fs/get", &json!({ "path": "/; rm %41?#/o.txt" }), "");
    let url = odd["data"]["raw_url"].as_str().unwrap();
    assert_eq!(url, format!("{SITE}/%3B%20rm%20%2541%3F%23/o.txt"));
    assert_eq!(get(url.strip_prefix(SITE).unwrap()).status(&site), 302);
    let folder = call(&site, "/fs/get", &json!({ "path": "/café/" }), "");
    assert_eq!((&folder["data"]["name"], &folder["data"]["raw_url"]), (&json!("café"), &json!("")));
    assert_eq!(folder["data"]["is_dir"], true);
    assert_eq!(call(&site, "/fs/get", &json!({}), "")["data"]["name"], "root");
}

#[test]
fn files_that_belong_to_a_file_by_their_names_are_related() {
    let names = ["a.mkv", "a.zh.srt", "a-poster.jpg", "a2.mkv", "ab.srt", "a.nfo"];
    let file = |name: &str| format!("{name}:1:1600000000:https://vip.123pan.cn/13/{name}\n");
    let tree: String = names.iter().map(|name| file(name)).collect();
    let rules = json!([{ "path": "/", "hide": ["*.nfo"] }]);
    let site = ruled_with(&rules, &[("URL_TREE", &*tree)]);
    let json = call(&site, "/fs/get", &json!({ "path": "/a.mkv" }), "");
    let related = json["data"]["related"].as_array().unwrap();
    let related = related.iter().map(|row| row["name"].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(related, ["a.zh.srt", "a-poster.jpg"]);
    let alone = call(&site, "/fs/get", &json!({ "path": "/a2.mkv" }), "");
    assert_eq!(alone["data"]["related"], Value::Null);
}

#[test]
fn what_a_client_may_not_know_of_is_answered_as_a_ghost() {
    let site = site();
    for name in ["/fs/list", "/fs/get", "/fs/dirs", "/fs/search"] {
        let field = if name == "/fs/search" { "parent" } else { "path" };
        let text = |path: &str, password: &str| {
            let body = json!({ field: path, "password": password, "keywords": "a" });
            let answer = post(name, &body).alone(&site);
            (answer.status, answer.headers, answer.body.text().into_owned())
        };
        let ghost = text("/ghost", "");
        assert!(ghost.2.contains(r#"{"code":500,"message":"object not found","data":null}"#));
        for path in
            ["/teams", "/teams/t.txt", "/Team", "/Team/T.txt", "/Team/ghost", "/-/health", "/~x"]
        {
            for password in ["", "first password"] {
                assert_eq!(text(path, password), ghost, "{name} {path}");
            }
        }
        // Whether there is anything behind a lock is not told either.
        let locked = text("/team", "");
        assert!(locked.2.contains(r#""code":403,"message":"password is incorrect"#), "{locked:?}");
        for path in ["/team/a.txt", "/team/ghost", "/team/sub/deep/ghost"] {
            assert_eq!(text(path, ""), locked, "{name} {path}");
            assert_eq!(text(path, "wrong password"), locked, "{name} {path}");
        }
    }
    let dots = call(&site, "/fs/list", &json!({ "path": "/team/../top.txt" }), "");
    assert_eq!(
        (&dots["code"], &dots["message"]),
        (&json!(403), &json!("using relative path is not allowed"))
    );
    let file = call(&site, "/fs/list", &json!({ "path": "/top.txt" }), "");
    assert_eq!(
        (&file["code"], &file["message"]),
        (&json!(500), &json!("failed get objs: not a folder"))
    );
}

#[test]
fn the_password_in_a_request_opens_its_path_by_one_attempt() {
    let site = site();
    let mut host = Host::default();
    let list = |host: &mut Host, path: &str, password: &str| {
        ask(&site, host, &post("/fs/list", &json!({ "path": path, "password": password })))
    };
    let json = list(&mut host, "/team", "first password");
    assert_eq!(names(&json), ["sub", "a.txt", "a2.txt"]);
    assert_eq!(host.asked, ["password"]);
    // The signature that it comes with opens the file, and no other.
    let sign = json["data"]["content"][1]["sign"].as_str().unwrap();
    assert_eq!(get(&format!("/d/team/a.txt?sign={sign}")).status(&site), 302);
    assert_eq!(get(&format!("/d/team/a2.txt?sign={sign}")).status(&site), 401);
    assert_eq!(list(&mut Host::default(), "/team", "wrong password")["code"], 403);
    let mut limited = Host { attempt_limit: 1, ..Host::default() };
    list(&mut limited, "/team", "wrong password");
    assert_eq!(list(&mut limited, "/team", "first password")["code"], 429);
    // Nothing is tried where nothing is locked.
    let mut host = Host::default();
    list(&mut host, "/", "first password");
    assert_eq!(host.asked, [""; 0]);
}

#[test]
fn folders_are_listed_alone() {
    let json = call(&site(), "/fs/dirs", &json!({ "path": "/" }), "");
    assert_eq!(
        json["data"],
        json!([
            { "name": "; rm %41?#", "modified": "1970-01-01T00:00:00Z" },
            { "name": "café", "modified": "1970-01-01T00:00:00Z" },
        ])
    );
    assert_eq!(call(&site(), "/fs/dirs", &json!({ "path": "/café" }), "")["data"], json!([]));
}

#[test]
fn a_search_finds_what_the_client_may_list() {
    let site = site();
    let search = |fields: Value, token: &str| {
        let mut body =
            json!({ "parent": "/", "keywords": "t", "scope": 0, "page": 1, "per_page": 100 });
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        call(&site, "/fs/search", &body, token)
    };
    let all = search(json!({}), "");
    assert_eq!(names(&all), ["team.txt", "top.txt", "foreign.txt", "n.txt", "o.txt"]);
    assert_eq!(all["data"]["total"], 5);
    let deep = &all["data"]["content"][3];
    assert_eq!(
        *deep,
        json!({ "parent": "/café", "name": "n.txt", "is_dir": false, "size": 10, "type": 4 })
    );
    assert_eq!(names(&search(json!({ "scope": 1 }), "")), [""; 0]);
    assert_eq!(names(&search(json!({ "page": 2, "per_page": 2 }), "")), ["foreign.txt", "n.txt"]);
    assert_eq!(names(&search(json!({ "page": null, "per_page": null }), "")).len(), 5);
    let owner = search(json!({ "scope": 1 }), API_TOKEN);
    assert_eq!(names(&owner), ["team", "teams"]);
    assert_eq!(search(json!({ "keywords": "" }), "")["code"], 400);
    assert_eq!(search(json!({ "parent": "/team" }), "")["code"], 403);
}

#[test]
fn prefixes_map_the_paths_of_a_media_library() {
    let prefix = r#"{"alist_prefix": {"/media/123": "/team", "/media/123/more": "/café"}}"#;
    let site = ruled_with(&json!([]), &[("SITE", prefix)]);
    let json = call(&site, "/fs/list", &json!({ "path": "/media/123" }), "");
    assert_eq!(names(&json), ["sub", "a.txt", "a2.txt"]);
    let json = call(&site, "/fs/list", &json!({ "path": "/media/123/more" }), "");
    assert_eq!(names(&json), ["n.txt"]);
    let json = call(&site, "/fs/get", &json!({ "path": "/media/123/sub/b.txt" }), "");
    assert_eq!(json["data"]["raw_url"], format!("{SITE}/team/sub/b.txt"));
    assert_eq!(call(&site, "/fs/get", &json!({ "path": "/media/1234/a.txt" }), "")["code"], 500);
    let json = call(&site, "/fs/get", &json!({ "path": "/top.txt" }), "");
    assert_eq!(json["data"]["name"], "top.txt", "other paths stand for themselves");
    let found = json!({ "parent": "/media/123", "keywords": "txt" });
    let json = call(&site, "/fs/search", &found, "");
    let parents =
        json["data"]["content"].as_array().unwrap().iter().map(|hit| hit["parent"].as_str());
    let parents = parents.map(Option::unwrap).collect::<Vec<_>>();
    assert_eq!(parents, ["/media/123", "/media/123", "/media/123/sub", "/media/123/sub/deep"]);
    for prefix in ["/d", "/p"] {
        let answer = get(&format!("{prefix}/media/123/a.txt")).alone(&site);
        assert!(location(&answer).contains("/13/a.txt"), "{}", answer.status);
    }
}

#[test]
fn the_owner_alone_has_a_listing_read_again() {
    // A tree has none to read again, and the request is answered all the same.
    for token in [API_TOKEN, ""] {
        let json = call(&site(), "/fs/list", &json!({ "path": "/", "refresh": true }), token);
        assert_eq!(json["code"], 200, "{token}");
    }
}

#[test]
fn a_raw_url_is_the_signed_link_where_the_owner_says_so() {
    let settings = [("SITE", r#"{"alist_raw_url": "signed"}"#)];
    let rules = json!([
        { "path": "/team", "password": "FIRST", "max_links": 1 },
        { "path": "/teams", "mode": "proxy" },
    ]);
    let site = ruled_with(&rules, &settings);
    let open = call(&site, "/fs/get", &json!({ "path": "/top.txt" }), "");
    let url = open["data"]["raw_url"].as_str().unwrap();
    assert!(url.starts_with("https://vip.123pan.cn/13/top.txt?auth_key="), "{url}");
    // A client that gets the bytes through the Worker does not get around it.
    let proxied = call(&site, "/fs/get", &json!({ "path": "/teams/t.txt" }), "");
    assert_eq!(proxied["data"]["raw_url"], format!("{SITE}/teams/t.txt"));
    let mut host = Host::default();
    let token = log_in(&site, "/team", "first password");
    let head = Req { method: "HEAD", ..get("/api/fs/get?path=/team/a.txt") };
    let head = with_token(head, &token).send(&site, &mut host);
    assert_eq!(head.status, 200, "and nothing is charged");
    let mut get = |path: &str| {
        let body = json!({ "path": path, "password": "first password" });
        ask(&site, &mut host, &post("/fs/get", &body))
    };
    assert_eq!(get("/team/a.txt")["code"], 200, "charged");
    assert_eq!(get("/team/a2.txt")["code"], 429, "as for the link itself");
}

#[test]
fn a_visitor_of_a_rule_with_share_links_gets_one() {
    let site = ruled(&json!([{ "path": "/team", "password": "FIRST", "share_hours": 12 }]));
    let body = json!({ "path": "/team/a.txt", "password": "first password" });
    let url = call(&site, "/fs/get", &body, "")["data"]["raw_url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix(SITE).unwrap();
    assert!(path.starts_with("/~") && path.ends_with("/team/a.txt"), "{path}");
    assert_eq!(get(path).status(&site), 302);
    assert_eq!(get(path).later(13 * 3_600).status(&site), 410);
}

#[test]
fn the_settings_and_the_user_are_those_that_clients_read() {
    let site = ruled_with(&json!([]), &[("SITE", r#"{"title": "My files"}"#)]);
    for req in [get("/api/public/settings"), post("/public/settings", &json!({}))] {
        let json = ask(&site, &mut Host::default(), &req);
        assert_eq!(json["data"]["site_title"], "My files");
        // Text, as all settings of AList's: OpenList compares it before it mounts a site as a guest.
        assert_eq!(json["data"]["allow_mounted"], "true");
    }
    let me = |token: &str| ask(&site, &mut Host::default(), &with_token(get("/api/me"), token));
    let guest = me("");
    assert_eq!(
        guest["data"],
        json!({
            "id": 2, "username": "guest", "password": "", "base_path": "/", "role": 1,
            "disabled": false, "permission": 0, "sso_id": "", "allow_ldap": false, "otp": false,
        })
    );
    for token in [API_TOKEN.to_owned(), format!("Bearer {API_TOKEN}"), format!(" {API_TOKEN} ")] {
        let json = me(&token);
        assert_eq!(
            (&json["data"]["username"], &json["data"]["role"]),
            (&json!("admin"), &json!(2))
        );
    }
    for wrong in ["x", "Bearer x", "Basic eDp5", &API_TOKEN[1..], "a.b.c"] {
        let json = me(wrong);
        assert_eq!(
            json,
            json!({ "code": 401, "message": "token is invalidated", "data": null }),
            "{wrong}"
        );
        let list = call(&site, "/fs/list", &json!({ "path": "/" }), wrong);
        assert_eq!(list["code"], 401, "{wrong}");
    }
}

#[test]
fn calls_and_methods_that_are_not_there_are_refused_with_a_message() {
    let site = site();
    let text = |req: &Req| {
        let answer = req.alone(&site);
        assert_eq!(answer.header("Access-Control-Allow-Origin"), None, "{req:?}");
        let json: Value = serde_json::from_str(&answer.body.text()).unwrap();
        assert_eq!(json["code"], answer.status, "{req:?}");
        (answer.status, json["message"].as_str().unwrap().to_owned())
    };
    for name in ["/fs/mkdir", "/fs/put", "/admin/storage/list", "/x", "", "/fs/list/", "/FS/list"] {
        assert_eq!(text(&post(name, &json!({}))).0, 404, "{name}");
    }
    let (status, message) = text(&post("/auth/login/hash", &json!({})));
    assert_eq!(status, 404);
    assert!(message.contains("/api/auth/login"), "{message}");
    let as_method = |method, target: &str| Req { method, ..get(target) };
    for req in [
        get("/api/auth/login"),
        post("/me", &json!({})),
        as_method("PUT", "/api/fs/list"),
        as_method("DELETE", "/api/me"),
        as_method("PROPFIND", "/api/fs/list"),
    ] {
        assert_eq!(text(&req).0, 405, "{req:?}");
    }
    let options = as_method("OPTIONS", "/api/fs/list").alone(&site);
    assert_eq!((options.status, options.header("Access-Control-Allow-Origin")), (204, None));
    let other =
        call(&site, "/fs/other", &json!({ "path": "/top.txt", "method": "video_preview" }), "");
    assert_eq!((&other["code"], &other["message"]), (&json!(500), &json!("not implement")));
}

#[test]
fn ping_says_that_the_site_is_there() {
    let answer = get("/ping").alone(&site());
    assert_eq!((answer.status, &*answer.body.text()), (200, "pong"));
    assert_eq!(answer.header("Access-Control-Allow-Origin"), None);
    for target in ["/ping/", "/ping/x"] {
        assert_eq!(get(target).status(&site()), 404, "{target}");
    }
}

#[test]
fn a_site_without_the_api_has_entries_at_its_paths() {
    let site = ruled_with(&json!([]), &[("SITE", r#"{"alist": false}"#)]);
    for target in ["/api/me", "/ping", "/api/fs/list", "/d/top.txt", "/p/top.txt"] {
        assert_eq!(get(target).status(&site), 404, "{target}");
    }
}

#[test]
fn a_site_with_a_configuration_error_answers_no_call() {
    let broken = crate::support::request::load(&[("URL_TREE", "a:\n   b"), ("RULES", "[]")]);
    assert!(broken.is_broken());
    for (name, body) in [("/fs/list", json!({})), ("/auth/login", json!({ "username": "/" }))] {
        assert_eq!(call(&broken, name, &body, "")["code"], 503, "{name}");
        assert_eq!(call(&broken, name, &body, API_TOKEN)["code"], 503, "{name}");
    }
    let _ = NOW;
}
