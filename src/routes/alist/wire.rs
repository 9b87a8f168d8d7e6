//! The JSON of AList's API, besides that of files and folders themselves (`core/src/alist_object.rs`). Fields
//! that are not used are not declared.

use serde::{Deserialize, Serialize};

use crate::http::query::{field, raw_field};

/// The fields of a request, of all calls: none of them means two things.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    /// The path of a file or folder, decoded.
    pub path: Option<String>,
    /// The folder that is searched, decoded.
    pub parent: Option<String>,
    /// The password of what is at the path, or of the login.
    pub password: Option<String>,
    /// The number of the part of a listing, from 1 on.
    pub page: Option<i64>,
    /// The number of rows in a part; below 1 there is one part.
    pub per_page: Option<i64>,
    /// Whether the listing is to be read from 123Pan again.
    pub refresh: Option<bool>,
    /// The words to search for.
    pub keywords: Option<String>,
    /// The kind of entry to search for: 0 for all, 1 for folders, 2 for files.
    pub scope: Option<i64>,
    /// The user name of a login.
    pub username: Option<String>,
}

impl Fields {
    /// Reads a body: an object in JSON, or a form.
    pub fn of_body(body: &str) -> Option<Self> {
        let body = body.trim_start_matches('\u{feff}').trim();
        if body.starts_with('{') {
            return serde_json::from_str(body).ok();
        }
        (body.contains('=')).then(|| Self::of_query(body)).flatten()
    }

    /// Reads a query, or a form; AList takes `refresh` from JSON alone.
    pub fn of_query(query: &str) -> Option<Self> {
        const TEXTS: [&str; 5] = ["path", "parent", "password", "keywords", "username"];
        let text = |name| field(query, name);
        // A path that can't be read is not the root's.
        if TEXTS.iter().any(|name| raw_field(query, name).is_some() && text(name).is_none()) {
            return None;
        }
        let number = |name| match text(name).filter(|number| !number.is_empty()) {
            None => Some(None),
            Some(number) => number.parse().ok().map(Some),
        };
        Some(Self {
            path: text("path"),
            parent: text("parent"),
            password: text("password"),
            page: number("page")?,
            per_page: number("per_page")?,
            refresh: None,
            keywords: text("keywords"),
            scope: number("scope")?,
            username: text("username"),
        })
    }
}

/// The envelope of every response.
#[derive(Serialize)]
pub(super) struct Envelope<'a, T> {
    /// 200, or an error's number; the HTTP status is 200 all the same.
    pub code: u16,
    /// `success`, or what is wrong.
    pub message: &'a str,
    /// The data that was asked for; `null` for an error.
    pub data: Option<T>,
}

/// The response to a login.
#[derive(Serialize)]
pub(super) struct Token {
    /// The value of `Authorization` from now on.
    pub token: String,
}

/// The user that a token stands for.
#[derive(Serialize)]
pub(super) struct User<'a> {
    pub id: u8,
    pub username: &'a str,
    /// Always empty.
    pub password: &'static str,
    /// The folder that the user's paths begin at: always the root here.
    pub base_path: &'static str,
    /// 0 for a user, 1 for the guest, 2 for the administrator.
    pub role: u8,
    pub disabled: bool,
    /// Permissions to write, and to see what is hidden: none.
    pub permission: u8,
    pub sso_id: &'static str,
    pub allow_ldap: bool,
    pub otp: bool,
}

/// The settings of the site that clients read.
#[derive(Serialize)]
pub(super) struct Settings<'a> {
    pub allow_indexed: &'static str,
    /// Whether another AList may mount the site.
    pub allow_mounted: &'static str,
    pub announcement: &'static str,
    pub default_page_size: &'static str,
    pub pagination_type: &'static str,
    pub search_index: &'static str,
    pub site_title: &'a str,
    /// The version of AList whose API this is.
    pub version: &'static str,
}

/// A folder in a list of folders.
#[derive(Serialize)]
pub(super) struct Dir<'a> {
    pub name: &'a str,
    pub modified: String,
}

/// The results of a search.
#[derive(Serialize)]
pub(super) struct Found<'a> {
    pub content: Vec<Hit<'a>>,
    pub total: usize,
}

/// A file or folder that a search found.
#[derive(Serialize)]
pub(super) struct Hit<'a> {
    /// The path of the folder around it.
    pub parent: String,
    pub name: &'a str,
    pub is_dir: bool,
    pub size: u64,
    pub r#type: u8,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_json_or_a_form() {
        let json =
            r#"{"path":"/a b","password":null,"page":2,"per_page":0,"refresh":true,"x":[1]}"#;
        let fields = Fields::of_body(json).unwrap();
        assert_eq!(fields.path.as_deref(), Some("/a b"));
        assert_eq!((fields.password, fields.page, fields.per_page), (None, Some(2), Some(0)));
        assert_eq!(fields.refresh, Some(true));
        let fields = Fields::of_body("path=%2Fa+b%25&page=3&per_page=&refresh=true").unwrap();
        assert_eq!(fields.path.as_deref(), Some("/a b%"));
        assert_eq!((fields.page, fields.per_page, fields.refresh), (Some(3), None, None));
        assert_eq!(Fields::of_query("").unwrap().path, None);
    }

    #[test]
    fn what_is_neither_is_refused() {
        let json = ["{", "{bad", r#"{"path":3}"#, r#"{"page":"1"}"#, "[]", "null"];
        for body in json.into_iter().chain(["", "page=x", "path=%FF", "parent=%C4%E3&page=1"]) {
            assert!(Fields::of_body(body).is_none(), "{body:?}");
        }
    }
}
