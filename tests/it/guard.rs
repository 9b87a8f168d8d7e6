//! Rules, as whole answers: who gets what, by which credential, how often, and with which response.

mod access;
mod alist_api;
mod alist_call;
mod alist_contract;
mod alist_file;
mod alist_login;
mod conditions;
mod config;
mod cost;
mod cross_origin;
mod dav;
mod dav_login;
mod dav_strm;
mod delivery;
mod direct_base;
mod direct_host;
mod doctor;
mod embedding;
mod feeds;
mod head;
mod health;
mod legacy_path;
mod limits;
mod login;
mod own_page;
mod passwords;
mod playlists;
mod published;
mod remote_sources;
mod separate_checks;
mod share_links;
mod shortcut;
mod visitor_share_links;

use serde_json::Value;
use signpost::access::password::hash;
use signpost::site::Site;

use crate::support::request::site;

const TREE: &str = "\
top.txt:10:1600000000:https://vip.123pan.cn/13/top.txt
unknown.txt:https://vip.123pan.cn/13/unknown.txt
foreign.txt:10:1600000000:https://elsewhere.example/foreign.txt
team:
  a.txt:10:1600000000:https://vip.123pan.cn/13/a.txt
  a2.txt:10:1600000000:https://vip.123pan.cn/13/a2.txt
  sub:
    b.txt:10:1600000000:https://vip.123pan.cn/13/b.txt
    deep:
      c.txt:10:1600000000:https://vip.123pan.cn/13/c.txt
teams:
  t.txt:10:1600000000:https://vip.123pan.cn/13/t.txt
Team:
  T.txt:10:1600000000:https://vip.123pan.cn/13/T.txt
team.txt:10:1600000000:https://vip.123pan.cn/13/team.txt
caf\u{e9}:
  n.txt:10:1600000000:https://vip.123pan.cn/13/n.txt
\"; rm %41?#\":
  o.txt:10:1600000000:https://vip.123pan.cn/13/o.txt
";

/// The site of [`TREE`] with these rules.
fn ruled(rules: &Value) -> Site {
    ruled_with(rules, &[])
}

fn ruled_with(rules: &Value, more: &[(&str, &str)]) -> Site {
    let (rules, hashed) = (rules.to_string(), hash("hashed password", 1_000, b"saltsalt"));
    let mut settings = more.to_vec();
    settings.extend([
        ("URL_TREE", TREE),
        ("RULES", &*rules),
        ("FIRST", "first password"),
        ("SECOND", "second password"),
        ("HASHED", &*hashed),
        ("ALIST", "alist-0123456789"),
        ("PROXY", "proxy-0123456789"),
    ]);
    site(&settings)
}
