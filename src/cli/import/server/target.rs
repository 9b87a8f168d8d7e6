//! The link that a server hands out for a file: a direct link of 123Pan, which stays, or another one.

use std::fmt;

use crate::absolute_url::{self, origin};
use crate::cli::direct_link::direct_link;
use crate::cli::import::report::code;

/// The kind of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A direct link of 123Pan; holds it without its signature.
    Direct(String),
    /// A link through the server itself.
    Proxied,
    /// A link on another host, which is signed or may end.
    Foreign(String),
    /// No link, or none that can be read.
    None,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct(_) => f.write_str("a direct link"),
            Self::Proxied => {
                f.write_str("no direct link: the server passes its bytes through itself")
            }
            Self::Foreign(host) => {
                write!(f, "no direct link of 123Pan: its link is on {}, and may end", code(host))
            }
            Self::None => f.write_str("the server hands out no link for it"),
        }
    }
}

/// The kind of a link that a server hands out.
pub fn target(link: &str, server: &str) -> Target {
    if let Some(url) = direct_link(link) {
        return Target::Direct(url);
    }
    let Some(url) = absolute_url::parse(link) else { return Target::None };
    let (Some(host), found) = (url.host_str(), origin(&url)) else { return Target::None };
    if found == server { Target::Proxied } else { Target::Foreign(host.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_direct_links_stay_and_the_others_are_told_apart() {
        let direct = "https://vip.123pan.cn/13/a";
        for (link, want) in [
            ("https://vip.123pan.cn/13/a?auth_key=1-2-13-4", Target::Direct(direct.into())),
            (direct, Target::Direct(direct.into())),
            ("https://alist.example.com/p/a?sign=x", Target::Proxied),
            ("https://cjjd.example.net/a?t=1&s=2", Target::Foreign("cjjd.example.net".into())),
            ("https://files.example.org/a.pdf", Target::Foreign("files.example.org".into())),
            ("", Target::None),
            ("/p/a", Target::None),
        ] {
            assert_eq!(target(link, "https://alist.example.com"), want, "{link}");
        }
    }
}
