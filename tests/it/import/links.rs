//! Lists of links: folders, names, accounts and keys.

use std::fmt::Write as _;

use serde_json::json;
use signpost::site::Site;

use super::{Imported, Scratch, import, refused};
use crate::support::command::{self, stderr};
use crate::support::request::{get, location};

fn list(name: &str, links: &str) -> Imported {
    import(name, &[("links.txt", links)], &[])
}

/// Where a path leads.
fn target(site: &Site, path: &str) -> String {
    let answer = get(path).alone(site);
    assert_eq!(answer.status, 302, "{path}");
    location(&answer).to_owned()
}

#[test]
fn folders_come_from_the_paths_below_the_common_root() {
    let text = "https://vip.123pan.cn/1800000001/share/films/a%20b.mkv\n\
                https://vip.123pan.cn/1800000001/share/films/c.mkv#\n\
                \n\
                https://1800000001.v.123pan.cn/1800000001/share/%E9%9F%B3%E4%B9%90/d.mp3\n\
                https://1800000001.cdn.123clouddisk.com/share/top.txt\n";
    let got = list("folders", text);
    let site = got.site();
    let base = "https://vip.123pan.cn/1800000001/share";
    for (path, url) in [
        ("/films/a%20b.mkv", format!("{base}/films/a%20b.mkv")),
        ("/films/c.mkv", format!("{base}/films/c.mkv")),
        (
            "/%E9%9F%B3%E4%B9%90/d.mp3",
            "https://1800000001.v.123pan.cn/1800000001/share/%E9%9F%B3%E4%B9%90/d.mp3".to_owned(),
        ),
        ("/top.txt", "https://1800000001.cdn.123clouddisk.com/share/top.txt".to_owned()),
    ] {
        assert_eq!(target(&site, path), url);
    }
    assert_eq!(
        got.trees[0].1.lines().collect::<Vec<_>>()[..3],
        ["films: https://vip.123pan.cn/1800000001/share/films/", "  a b.mkv", "  c.mkv"],
        "the shorter form"
    );
    assert_eq!(
        got.vars["MOUNTS"],
        json!([{ "path": "/", "source": "links", "tree": "URL_TREE", "uid": 1_800_000_001 }])
    );
    assert!(got.says("Mapped", &["`share`", "left out of their paths"]), "{}", got.report);
    assert!(got.says("Acts differently", &["not signed", "--key-file"]), "{}", got.report);
}

#[test]
fn a_link_by_number_has_the_name_beside_it() {
    let url = "https://1800000001.v.123pan.cn/1800000001";
    let text = format!(
        "Setup.exe {url}/1\n{url}/2 中文 名.zip\n文件名：a.mkv\n链接：{url}/3\n[b.mkv]({url}/4)\n\
         c.mkv\t{url}/5\n名称: d.mkv 直链: {url}/6\ne.mkv:{url}/7\n{url}/8,f.mkv\n\
         g.mkv:1024:1700000000:{url}/9\n2048:{url}/10\n{url}/11\n"
    );
    let got = list("numbers", &text);
    let site = got.site();
    for (name, number) in [
        ("Setup.exe", 1),
        ("%E4%B8%AD%E6%96%87%20%E5%90%8D.zip", 2),
        ("a.mkv", 3),
        ("b.mkv", 4),
        ("c.mkv", 5),
        ("d.mkv", 6),
        ("e.mkv", 7),
        ("f.mkv", 8),
        ("g.mkv", 9),
        ("10", 10),
        ("11", 11),
    ] {
        assert_eq!(target(&site, &format!("/{name}")), format!("{url}/{number}"));
    }
    let tree = &got.trees[0].1;
    assert!(
        tree.contains("g.mkv:1024:1700000000:http") && tree.starts_with("2048::http"),
        "{tree}"
    );
    assert_eq!(
        got.section("Acts differently")
            .iter()
            .filter(|line| line.contains("link by number"))
            .count(),
        2
    );
}

#[test]
fn collisions_are_kept_apart_and_told() {
    let text = "https://1800000001.v.123pan.cn/1800000001/1 a.txt\n\
                https://1800000001.v.123pan.cn/1800000001/2 a.txt\n\
                https://1800000001.v.123pan.cn/1800000001/3 a.txt\n\
                https://1800000001.v.123pan.cn/1800000001/1 a.txt\n\
                https://vip.123pan.cn/1800000001/x/y/b\n\
                https://vip.123pan.cn/1800000001/x/y\n";
    let got = list("collisions", text);
    let site = got.site();
    for (path, end) in [
        ("/a.txt", "/1"),
        ("/a%20(2).txt", "/2"),
        ("/a%20(3).txt", "/3"),
        ("/y/b", "/x/y/b"),
        ("/y%20(2)", "/x/y"),
    ] {
        assert!(target(&site, path).ends_with(end), "{path}");
    }
    assert!(got.says("Acts differently", &["line 2", "`a (2).txt`"]), "{}", got.report);
    assert!(got.says("Not brought", &["line 4", "already"]), "{}", got.report);
    assert!(got.says("Acts differently", &["line 6", "`y (2)`"]), "{}", got.report);
}

#[test]
fn a_table_has_names_folders_sizes_and_times_in_columns() {
    let csv = "\u{feff}文件名,文件夹,大小,修改时间,直链\r\n\
               \"a, b.mkv\",电影/2024,1024,2024-01-02 08:00:00,https://1800000001.v.123pan.cn/1800000001/1\r\n\
               other.mkv,,1.5 GB,,https://vip.123pan.cn/1800000001/x/own.mkv\r\n\
               ,,,,\r\n";
    let got = import("table", &[("links.csv", csv)], &[]);
    let site = got.site();
    assert!(target(&site, "/%E7%94%B5%E5%BD%B1/2024/a%2C%20b.mkv").ends_with("/1"));
    assert!(target(&site, "/other.mkv").ends_with("/own.mkv"), "the column names the file");
    assert!(got.trees[0].1.contains("1024:1704153600:https"), "{}", got.trees[0].1);
    assert!(got.says("Not brought", &["line 3", "1.5 GB"]), "{}", got.report);
    let tabs = "path\turl\nfilms/c.mkv\thttps://1800000001.v.123pan.cn/1800000001/2\n";
    let site = import("tabs", &[("links.tsv", tabs)], &[]).site();
    assert!(target(&site, "/films/c.mkv").ends_with("/2"));
}

#[test]
fn each_account_has_a_mount_of_its_own() {
    let text = "https://vip.123pan.cn/13/a/x.txt\nhttps://vip.123pan.cn/14/b/x.txt\n\
                https://files.example.org/z/x.txt\n";
    let got = list("accounts", text);
    let site = got.site();
    assert!(target(&site, "/13/x.txt").ends_with("/13/a/x.txt"));
    assert!(target(&site, "/14/x.txt").ends_with("/14/b/x.txt"));
    assert!(target(&site, "/other/x.txt").ends_with("/z/x.txt"));
    assert!(got.says("Acts differently", &["several accounts"]), "{}", got.report);
    let names = got.trees.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>();
    assert_eq!(names, ["tree-13.txt", "tree-14.txt", "tree-other.txt"]);
}

#[test]
fn a_key_signs_the_links_of_one_account() {
    let scratch = Scratch::new("key");
    let key = scratch.file("key.txt", "k3yForTests\n");
    let text = "https://vip.123pan.cn/13/a.txt\nhttps://files.example.org/b.txt\n";
    let got = import("signed", &[("links.txt", text)], &["--key-file", &key]);
    let site = got.site();
    assert!(target(&site, "/a.txt").contains("auth_key="));
    assert_eq!(target(&site, "/b.txt"), "https://files.example.org/b.txt");
    assert_eq!(got.vars["MOUNTS"][0]["private_key"], "PRIVATE_KEY");
    assert_eq!(got.secrets["PRIVATE_KEY"], "k3yForTests");
    let two = scratch.file("two.txt", "https://vip.123pan.cn/13/a\nhttps://vip.123pan.cn/14/a\n");
    let out = scratch.path("out");
    let output =
        command::run(&["import", &two, "--out", &out, "--key-file", &key], "", "UNUSED", None);
    assert!(stderr(&output).contains("the key of one account"), "{}", stderr(&output));
}

#[test]
fn lines_without_a_link_are_told_and_an_old_signature_is_taken_off() {
    let text = "https://vip.123pan.cn/13/b%20c.txt 1.2 GB\n# a comment\nMovies:\nhello there\nftp://x/y\nhttps://vip.123pan.cn/13/\n\
                https://vip.123pan.cn/13/a.txt?auth_key=1-2-13-4\n";
    let got = list("odd-lines", text);
    assert_eq!(target(&got.site(), "/a.txt"), "https://vip.123pan.cn/13/a.txt");
    assert_eq!(target(&got.site(), "/b%20c.txt"), "https://vip.123pan.cn/13/b%20c.txt");
    for words in [
        ["line 3", "a tree already"],
        ["line 4", "no http"],
        ["line 5", "no http"],
        ["line 6", "ends in a slash"],
    ] {
        assert!(got.says("Not brought", &words), "{words:?}\n{}", got.report);
    }
    assert!(refused("no-links", &[("a.txt", "nothing\n")]).contains("there is no link in it"));
}

#[test]
fn three_hundred_links_are_folders_of_a_tree_that_fits_into_secrets() {
    let mut text = String::new();
    for n in 0..300 {
        let folder = ["电影", "音乐", "a/b/c"][n % 3];
        let _ = writeln!(text, "https://vip.123pan.cn/1800000001/public/{folder}/file {n}.bin");
    }
    let got = list("three-hundred", &text);
    let site = got.site();
    for n in 0..300 {
        let folder = ["%E7%94%B5%E5%BD%B1", "%E9%9F%B3%E4%B9%90", "a/b/c"][n % 3];
        let end = format!("/public/{folder}/file%20{n}.bin");
        assert!(target(&site, &format!("/{folder}/file%20{n}.bin")).ends_with(&end));
    }
    assert!(got.trees[0].1.len() < 6_000, "{}", got.trees[0].1.len());
}
