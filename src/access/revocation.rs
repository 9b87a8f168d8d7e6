//! The list of revoked share links, as it is stored in KV.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::share_link::{ShareClaims, ShareId};
use crate::time::UnixSeconds;

/// The version of the stored form that this program reads and writes.
const VERSION: u64 = 1;

/// How long an id stays in the list after its link has expired: a day, for clocks that differ.
const KEPT: Duration = Duration::from_hours(24);

/// The revoked share links: some by their id, and all that were made before a certain time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationList {
    /// The ids of revoked links, in order, each with the expiry of its link, which is when the id can be
    /// forgotten; `None` is never.
    ids: Vec<(ShareId, Option<UnixSeconds>)>,
    before: UnixSeconds,
}

/// The reason why a text is no list of revoked share links. To be treated as if every link were revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevokedError {
    /// The text is not `{"version": 1, "ids": {"<id>": <expiry or 0>}, "before": <time>}`.
    Form,
    /// The list has the form of another version.
    Version(u64),
    /// A key of `ids` is not the id of a share link.
    Id(String),
}

impl fmt::Display for RevokedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => f.write_str(
                "not a list of the form {\"version\": 1, \"ids\": {\"<id>\": <expiry or 0>}, \"before\": <Unix seconds>}",
            ),
            Self::Version(version) => {
                write!(f, "a list of version {version}; this program knows version {VERSION}")
            }
            Self::Id(id) => write!(f, "{id:?} is not the id of a share link: twelve hex digits"),
        }
    }
}

/// The list of revoked share links as JSON, as it is stored.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    version: u64,
    /// The expiry of each id's link in Unix seconds; 0 is never.
    ids: BTreeMap<String, u64>,
    before: u64,
}

/// The one field that every version of the list has.
#[derive(Deserialize)]
struct AnyVersion {
    version: u64,
}

impl Default for RevocationList {
    /// A list that revokes nothing.
    fn default() -> Self {
        Self { ids: Vec::new(), before: UnixSeconds(0) }
    }
}

impl RevocationList {
    /// Parses the list: `{"version": 1, "ids": {"<id>": <expiry, 0 is never>}, "before": <time>}`, in
    /// Unix seconds.
    ///
    /// # Errors
    /// [`RevokedError`]. A list that can't be read may revoke anything.
    pub fn parse(json: &str) -> Result<Self, RevokedError> {
        let AnyVersion { version } = serde_json::from_str(json).map_err(|_| RevokedError::Form)?;
        if version != VERSION {
            return Err(RevokedError::Version(version));
        }
        let stored: Stored = serde_json::from_str(json).map_err(|_| RevokedError::Form)?;
        let mut list = Self { ids: Vec::new(), before: UnixSeconds(stored.before) };
        for (text, expires) in stored.ids {
            let id = text.parse().map_err(|_| RevokedError::Id(text))?;
            list.insert(id, (expires != 0).then_some(UnixSeconds(expires)));
        }
        Ok(list)
    }

    /// The list as the JSON that [`Self::parse`] reads, with its ids in order.
    pub fn to_json(&self) -> String {
        let expiry = |expires_at: &Option<UnixSeconds>| expires_at.map_or(0, |moment| moment.0);
        let ids = self.ids.iter().map(|(id, expires_at)| (id.to_string(), expiry(expires_at)));
        let stored = Stored { version: VERSION, ids: ids.collect(), before: self.before.0 };
        // Text and numbers always become JSON.
        serde_json::to_string(&stored).unwrap_or_default()
    }

    /// Whether a share link with these claims is revoked.
    pub fn is_revoked(&self, claims: &ShareClaims) -> bool {
        claims.created < self.before || self.position(claims.id).is_ok()
    }

    /// Revokes the share link of this id, and forgets the ids of links that expired a day ago or more.
    /// Without an expiry the id is kept for ever.
    pub fn add(&mut self, id: ShareId, expires_at: Option<UnixSeconds>, now: UnixSeconds) {
        self.insert(id, expires_at);
        self.forget(now);
    }

    /// Forgets the ids of share links that expired a day ago or more.
    pub fn forget(&mut self, now: UnixSeconds) {
        self.ids.retain(|(_, expires_at)| expires_at.is_none_or(|moment| now.since(moment) < KEPT));
    }

    /// The union of two lists: what either revokes.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        other.ids().for_each(|(id, expires_at)| self.insert(id, expires_at));
        self.add_all_before(other.before);
        self
    }

    /// Revokes every share link made before this time. What was revoked stays so.
    pub fn add_all_before(&mut self, moment: UnixSeconds) {
        self.before = self.before.max(moment);
    }

    /// The ids of revoked share links, in order, each with the expiry of its link if one is known.
    pub fn ids(&self) -> impl Iterator<Item = (ShareId, Option<UnixSeconds>)> {
        self.ids.iter().copied()
    }

    /// The time before which every share link is revoked; zero if there is none.
    pub fn before(&self) -> UnixSeconds {
        self.before
    }

    /// Adds an id with its expiry. Of two expiries the later one stays, since it is of a real link if
    /// either is.
    fn insert(&mut self, id: ShareId, expires_at: Option<UnixSeconds>) {
        match self.position(id) {
            Err(at) => self.ids.insert(at, (id, expires_at)),
            Ok(at) => {
                if let Some((_, kept)) = self.ids.get_mut(at) {
                    *kept = kept.zip(expires_at).map(|(one, other)| one.max(other));
                }
            }
        }
    }

    /// The index of an id in the list, or as `Err` the one at which it has to be inserted.
    fn position(&self, id: ShareId) -> Result<usize, usize> {
        self.ids.binary_search_by_key(&id, |(id, _)| *id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: ShareId = ShareId([0x0a, 1, 2, 3, 4, 5]);
    const NOW: UnixSeconds = UnixSeconds(1_800_000_000);

    fn claims(id: ShareId, created: u64) -> ShareClaims {
        let created = UnixSeconds(created);
        ShareClaims {
            id,
            depth: 0,
            created,
            expires_at: None,
            uses: None,
            bytes: None,
            site: None,
            address: None,
        }
    }

    #[test]
    fn a_list_revokes_its_ids_and_what_was_made_before_its_time() {
        let list = RevocationList::parse(r#"{"version":1,"ids":{"0a0102030405":0},"before":1000}"#)
            .unwrap();
        let other = ShareId([0; 6]);
        for (id, created, want) in
            [(ID, 2_000, true), (other, 999, true), (other, 1_000, false), (other, 2_000, false)]
        {
            assert_eq!(list.is_revoked(&claims(id, created)), want, "{id} {created}");
        }
        assert!(!RevocationList::default().is_revoked(&claims(ID, 0)));
    }

    #[test]
    fn what_is_added_is_written_and_read_back() {
        let mut list = RevocationList::default();
        assert_eq!(list.to_json(), r#"{"version":1,"ids":{},"before":0}"#);
        list.add(ShareId([0xff; 6]), None, NOW);
        list.add(ID, Some(UnixSeconds(NOW.0 + 60)), NOW);
        list.add_all_before(UnixSeconds(1_000));
        list.add_all_before(UnixSeconds(500));
        let json =
            r#"{"version":1,"ids":{"0a0102030405":1800000060,"ffffffffffff":0},"before":1000}"#;
        assert_eq!(list.to_json(), json);
        assert_eq!(RevocationList::parse(json), Ok(list));
    }

    #[test]
    fn ids_of_links_long_expired_are_forgotten() {
        let mut list = RevocationList::default();
        let id = |number: u8| ShareId([number; 6]);
        list.add(id(1), Some(NOW.before(KEPT)), UnixSeconds(0));
        list.add(id(2), Some(UnixSeconds(NOW.before(KEPT).0 + 1)), UnixSeconds(0));
        list.add(id(3), None, UnixSeconds(0));
        list.add(id(4), Some(NOW), NOW);
        let kept = list.ids().map(|(id, _)| id.0[0]).collect::<Vec<_>>();
        assert_eq!(kept, [2, 3, 4]);
    }

    #[test]
    fn the_same_id_again_never_shortens_its_entry() {
        for (first, second, want) in [
            (Some(10), Some(20), Some(20)),
            (Some(20), Some(10), Some(20)),
            (Some(20), None, None),
            (None, Some(10), None),
        ] {
            let mut list = RevocationList::default();
            list.add(ID, first.map(UnixSeconds), UnixSeconds(0));
            list.add(ID, second.map(UnixSeconds), UnixSeconds(0));
            assert_eq!(
                list.ids().next(),
                Some((ID, want.map(UnixSeconds))),
                "{first:?} {second:?}"
            );
        }
    }

    #[test]
    fn a_list_that_cannot_be_read_is_an_error() {
        let cases = [
            ("", RevokedError::Form),
            ("null", RevokedError::Form),
            ("{}", RevokedError::Form),
            (r#"{"ids":{},"before":0}"#, RevokedError::Form),
            (r#"{"version":2,"links":[]}"#, RevokedError::Version(2)),
            (r#"{"version":1,"ids":{}}"#, RevokedError::Form),
            (r#"{"version":1,"ids":{},"before":-1}"#, RevokedError::Form),
            (r#"{"version":1,"ids":{"0a0102030405":null},"before":0}"#, RevokedError::Form),
            (r#"{"version":1,"ids":{},"before":0,"id":1}"#, RevokedError::Form),
            (r#"{"version":1,"ids":{"0a01":0},"before":0}"#, RevokedError::Id("0a01".to_owned())),
            (
                r#"{"version":1,"ids":{"zz0102030405":0},"before":0}"#,
                RevokedError::Id("zz0102030405".to_owned()),
            ),
        ];
        for (json, want) in cases {
            assert_eq!(RevocationList::parse(json), Err(want), "{json}");
        }
        let upper =
            RevocationList::parse(r#"{"version":1,"ids":{"0A0102030405":0},"before":0}"#).unwrap();
        assert!(upper.is_revoked(&claims(ID, 0)), "an id in either case");
    }
}
