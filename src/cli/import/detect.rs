//! Tells what is to be imported: a server, a backup, or a list of links.

use std::path::PathBuf;
use std::str::FromStr;

use super::backup::wire::Backup;
use super::links::{self, LinkList};
use crate::absolute_url;
use crate::cli::site_client::is_in_own_network;

/// The argument of `signpost import`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file, or `-` for standard input.
    File(PathBuf),
    /// The address of a folder on an AList or OpenList server.
    Server(String),
}

impl FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if !text.contains("://") {
            return Ok(Self::File(PathBuf::from(text)));
        }
        match absolute_url::parse(text) {
            Some(url) if url.scheme() == "https" || is_in_own_network(text) => {
                Ok(Self::Server(text.to_owned()))
            }
            Some(_) => {
                Err("over plain http anybody on the way could read and change what is sent: give \
                            the server's https address, or one in your own network"
                    .to_owned())
            }
            None => {
                Err("an address of a server is like https://alist.example.com/folder".to_owned())
            }
        }
    }
}

/// The content of a file.
#[derive(Debug)]
pub enum Content {
    /// A backup of AList or OpenList.
    Backup(Box<Backup>),
    /// A list of links.
    Links(LinkList),
}

/// Reads the text of a file.
///
/// # Errors
/// JSON that is no backup.
pub fn content(text: &str) -> Result<Content, &'static str> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if !start.starts_with(['{', '[']) || start.starts_with("[](") || is_markdown(start) {
        return Ok(Content::Links(links::read(text)));
    }
    let is_backup = |backup: &Backup| {
        !(backup.settings.is_empty() && backup.storages.is_empty() && backup.encrypted.is_empty())
    };
    Backup::parse(start).filter(is_backup).map(|backup| Content::Backup(Box::new(backup))).ok_or(
        "JSON, but no backup of AList or OpenList: those have `storages` and `settings`, as the panel's \
         backup button downloads them",
    )
}

/// Whether a text begins with a link in Markdown: `[name](https://…)`.
fn is_markdown(text: &str) -> bool {
    text.lines().next().is_some_and(|line| line.contains("](http"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_is_a_file_or_the_address_of_a_server_by_https_or_in_a_private_network() {
        let parse = |text: &str| text.parse::<Source>();
        assert_eq!(parse("links.csv"), Ok(Source::File("links.csv".into())));
        assert_eq!(parse("C:\\links.csv"), Ok(Source::File("C:\\links.csv".into())));
        let server = "https://alist.example.com/a%20b";
        assert_eq!(parse(server), Ok(Source::Server(server.to_owned())));
        for text in [
            "http://127.0.0.1:5244/",
            "http://192.168.1.2:5244/a",
            "http://nas:5244",
            "http://[fd00::1]/",
        ] {
            assert_eq!(parse(text), Ok(Source::Server(text.to_owned())));
        }
        for text in [
            "http://alist.example.com/",
            "http://203.0.113.5:5244/",
            "http://localhost.example.com/",
            "ftp://x/",
            "https://u@x/",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_file_is_a_backup_or_a_list_of_links() {
        for (text, is_backup) in [
            ("{\"storages\":[{}]}", Some(true)),
            ("\u{feff} {\"encrypted\":\"x\"}", Some(true)),
            ("{\"a\":1}", None),
            ("[1]", None),
            ("{", None),
            ("https://vip.123pan.cn/13/a", Some(false)),
            ("[a](https://vip.123pan.cn/13/a)", Some(false)),
            ("", Some(false)),
        ] {
            let read = content(text).ok().map(|content| matches!(content, Content::Backup(_)));
            assert_eq!(read, is_backup, "{text}");
        }
    }
}
