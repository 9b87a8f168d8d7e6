//! A small site, its rules and a client as plain values, and a slow reference of what they lead to.

use serde_json::{Value, json};
use signpost::http::response::Response;
use signpost::site::Site;

use crate::support::host::Host;
use crate::support::request::{Req, claims, cookie, get, location, share, site, text};

/// The passwords of rules, which name them by index.
pub const PASSWORDS: [&str; 2] = ["password one", "password two"];

/// An entry of the site.
#[derive(Clone, Debug)]
pub struct Node {
    /// The decoded path; the root is empty.
    pub path: String,
    /// The entry's name, decoded.
    pub name: String,
    /// Whether the entry is a folder.
    pub is_folder: bool,
    /// The entry's number, which its size and URL bear.
    pub id: usize,
}

/// The value of a rule's field `access`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Access for every client.
    Public,
    /// Access with a password.
    Password,
    /// Access by share links alone.
    Link,
    /// No access for any client.
    Deny,
}

/// An access rule as written.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The decoded path of the rule; the root is empty.
    pub path: String,
    /// The rule's field `access`.
    pub access: Option<Access>,
    /// The field `password`, as an index of [`PASSWORDS`].
    pub password: Option<usize>,
    /// The rule's field `listed`.
    pub listed: Option<bool>,
    /// The field `hide`: strengths from 1 to 3, each with names.
    pub hide: Option<Vec<(usize, String)>>,
}

/// The credentials of the client.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// The password of HTTP Basic authentication.
    pub basic: Option<usize>,
    /// The scopes of its login cookies, each with the password given there.
    pub cookies: Vec<(String, usize)>,
    /// The scope of its share link.
    pub share: Option<String>,
}

/// A site, its rules and a client.
#[derive(Clone, Debug)]
pub struct World {
    /// The entries of the site.
    pub nodes: Vec<Node>,
    /// The rules of the site.
    pub rules: Vec<Rule>,
    /// The credentials of the client.
    pub keys: Keys,
    /// The index of the spelling in which paths are requested.
    pub spelling: usize,
}

/// The decision of the slow reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The path opens, by the password of this scope if by one.
    Opens(Option<String>),
    /// A password is asked for.
    Locked,
    /// The path is not found.
    NotFound,
}

/// The number of segments of a path.
pub fn depth(path: &str) -> usize {
    path.matches('/').count()
}

/// Whether a path is a scope or below it.
pub fn is_within(path: &str, scope: &str) -> bool {
    path == scope || path.strip_prefix(scope).is_some_and(|rest| rest.starts_with('/'))
}

impl World {
    /// The rules on the way to a path, from the root down.
    fn on_the_way(&self, path: &str) -> Vec<&Rule> {
        let mut rules =
            self.rules.iter().filter(|rule| is_within(path, &rule.path)).collect::<Vec<_>>();
        rules.sort_by_key(|rule| rule.path.len());
        rules
    }

    fn access(&self, path: &str) -> (Access, usize) {
        let mut access = (Access::Public, 0);
        for rule in self.on_the_way(path) {
            if let Some(own) = rule.access.or(rule.password.map(|_| Access::Password)) {
                access = (own, depth(&rule.path));
            }
        }
        match (access, self.password(path)) {
            ((Access::Password, said), Some((scope, _))) => {
                (Access::Password, said.max(depth(&scope)))
            }
            (access, _) => access,
        }
    }

    fn password(&self, path: &str) -> Option<(String, usize)> {
        let rules = self.on_the_way(path);
        rules.iter().rev().find_map(|rule| Some((rule.path.clone(), rule.password?)))
    }

    /// 0 for what is not hidden, 3 for what is blocked.
    fn hidden(&self, path: &str) -> usize {
        let mut end = 0;
        loop {
            let Some(next) = path[end..].strip_prefix('/') else { return 0 };
            let name = next.split('/').next().unwrap();
            let rules = self.on_the_way(&path[..end]);
            let globs = rules.iter().rev().find_map(|rule| rule.hide.as_ref());
            let strengths = globs.into_iter().flatten();
            let own = strengths
                .filter(|(_, glob)| glob == name)
                .map(|(strength, _)| *strength)
                .max()
                .unwrap_or(0);
            end += 1 + name.len();
            if own == 3 || end == path.len() {
                return own;
            }
        }
    }

    fn has_cookie(&self, path: &str) -> bool {
        self.password(path).is_some_and(|lock| self.keys.cookies.contains(&lock))
    }

    fn is_covered(&self, path: &str) -> bool {
        self.keys.share.as_ref().is_some_and(|scope| depth(scope) >= self.access(path).1)
    }

    /// Decides whether the client may open a path.
    pub fn decide(&self, path: &str) -> Decision {
        if self.keys.share.as_ref().is_some_and(|scope| !is_within(path, scope)) {
            return Decision::NotFound;
        }
        let key = match self.admit(path) {
            Ok(key) => key,
            Err(decision) => return decision,
        };
        match self.nodes.iter().find(|node| node.path == path) {
            None => Decision::NotFound,
            Some(node) if node.is_folder && self.hidden(path) >= 2 => Decision::NotFound,
            Some(_) => Decision::Opens(key),
        }
    }

    /// The password's scope that opens a path, or why it stays closed. A closed path is a missing one, as the folder
    /// above says it.
    fn admit(&self, path: &str) -> Result<Option<String>, Decision> {
        let (access, _) = self.access(path);
        let covered = self.is_covered(path);
        let is_shut = access == Access::Deny || (access == Access::Link && !covered);
        if is_shut || self.hidden(path) == 3 {
            let above = path.rsplit_once('/').map_or(Ok(None), |(above, _)| self.admit(above));
            return Err(above.err().unwrap_or(Decision::NotFound));
        }
        if access != Access::Password || covered {
            return Ok(None);
        }
        let lock = self.password(path).unwrap();
        if self.has_cookie(path) || self.keys.basic == Some(lock.1) {
            Ok(Some(lock.0))
        } else {
            Err(Decision::Locked)
        }
    }

    /// Whether an entry is listed in its folder, which was opened by `key`.
    pub fn shows(&self, path: &str, key: Option<&String>) -> bool {
        let listed = self.on_the_way(path).iter().rev().find_map(|rule| rule.listed);
        let is_named = self.access(path).0 == Access::Password && listed == Some(true);
        self.hidden(path) == 0 && (is_named || self.leads_to(path, key))
    }

    /// Whether what opened a folder opens this entry of it as well.
    fn leads_to(&self, path: &str, key: Option<&String>) -> bool {
        match self.access(path).0 {
            Access::Public => true,
            Access::Deny => false,
            Access::Link => self.is_covered(path),
            Access::Password => {
                let scope = self.password(path).map(|(scope, _)| scope);
                self.is_covered(path) || self.has_cookie(path) || scope.as_ref() == key
            }
        }
    }

    /// The entries listed in a folder, which was opened by `key`, and in those below it that the client can
    /// open.
    pub fn walk(&self, folder: &str, key: Option<&String>) -> Vec<&Node> {
        let is_child =
            |node: &&Node| node.path.rsplit_once('/').is_some_and(|(above, _)| above == folder);
        let mut visible = Vec::new();
        for node in self.nodes.iter().filter(is_child) {
            if !self.shows(&node.path, key) {
                continue;
            }
            visible.push(node);
            if node.is_folder
                && self.leads_to(&node.path, key)
                && let Decision::Opens(key) = self.decide(&node.path)
            {
                visible.extend(self.walk(&node.path, key.as_ref()));
            }
        }
        visible
    }

    fn tree(&self) -> String {
        fn below(world: &World, folder: &str, out: &mut String) {
            let children = world.nodes.iter().filter(|node| {
                node.path.rsplit_once('/').is_some_and(|(above, _)| above == folder)
            });
            for Node { path, name, is_folder, id } in children {
                let pad = "  ".repeat(depth(path) - 1);
                if *is_folder {
                    out.extend([&*pad, "\"", name, "\":\n"]);
                    below(world, path, out);
                } else {
                    let (size, modified) = (size(*id), 1_546_400_000 + id);
                    let numbers = format!("{size}:{modified}");
                    let url = format!("https://vip.123pan.cn/13/TAIL{id:02}\n");
                    out.extend([&*pad, "\"", name, "\":", &*numbers, ":", &*url]);
                }
            }
        }
        let mut out = "open.txt:5:1700000000:https://vip.123pan.cn/13/open.txt\n".to_owned();
        below(self, "", &mut out);
        out
    }

    /// The site with these entries and rules.
    pub fn site(&self) -> Site {
        let rules = self.rules.iter().map(|rule| {
            let mut json = json!({ "path": if rule.path.is_empty() { "/" } else { &rule.path } });
            if let Some(access) = rule.access {
                json["access"] = format!("{access:?}").to_lowercase().into();
            }
            if let Some(password) = rule.password {
                json["password"] = format!("PASSWORD{password}").into();
            }
            if let Some(listed) = rule.listed {
                json["listed"] = listed.into();
            }
            if let Some(hide) = &rule.hide {
                for (strength, name) in [(1, "unlisted"), (2, "closed"), (3, "blocked")] {
                    let globs = hide.iter().filter(|(of, _)| *of == strength).map(|(_, glob)| glob);
                    json["hide"][name] = globs.cloned().collect::<Vec<_>>().into();
                }
            }
            json
        });
        let rules = Value::Array(rules.collect()).to_string();
        site(&[
            ("URL_TREE", &self.tree()),
            ("RULES", &rules),
            ("PASSWORD0", PASSWORDS[0]),
            ("PASSWORD1", PASSWORDS[1]),
        ])
    }

    /// Requests a target with the client's share link in front; returns status, text and request.
    pub fn ask(&self, site: &Site, host: &mut Host, target: &str) -> (u16, String, Req) {
        let prefix =
            self.keys.share.as_ref().map_or_else(String::new, |scope| share(scope, &claims(scope)));
        let (answer, req) = self.send(site, host, &format!("{prefix}{target}"));
        assert!(answer.status != 308 || location(&answer).starts_with(&format!("{prefix}/")));
        (answer.status, text(&answer), req)
    }

    /// Requests a link of the site's own, which has the share link in it.
    pub fn follow(&self, site: &Site, host: &mut Host, href: &str) -> (u16, String, Req) {
        let (answer, req) = self.send(site, host, href);
        (answer.status, text(&answer), req)
    }

    fn send(&self, site: &Site, host: &mut Host, target: &str) -> (Response, Req) {
        let cookies = self.keys.cookies.iter().map(|(scope, password)| {
            cookie(if scope.is_empty() { "/" } else { scope }, PASSWORDS[*password])
        });
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        let mut req = get(target).cookie(&cookies);
        if let Some(password) = self.keys.basic {
            req = req.basic(PASSWORDS[password]);
        }
        (req.send(site, host), req)
    }
}

/// The size in bytes of the file with this number.
pub fn size(id: usize) -> usize {
    777_000_000 + id
}
