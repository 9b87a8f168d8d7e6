//! Logins: credentials that were verified for one request, besides those that a path's lock reads itself.

use std::rc::Rc;

use super::authorize::Lock;
use super::credentials::Credential;
use super::policy::Policy;
use super::rule_fields::values::Access;
use super::share_link::ShareClaims;

/// A login that was verified for this request. It opens locks where its scope says so, and changes nothing
/// anywhere else: there the client is a stranger.
#[derive(Clone, Debug)]
pub enum Login {
    /// The password of the rule whose path is `scope`, as a cookie shows it, too.
    Password {
        /// The decoded path of the rule that asks for the password.
        scope: Rc<str>,
    },
    /// A token for WebDAV, which opens what a share link with its claims would.
    Token {
        /// The claims of the token, which is neither expired nor revoked.
        claims: Box<ShareClaims>,
        /// The decoded segments of the path that the token is for.
        scope: Vec<String>,
    },
    /// The API's token: all that a password or a share link could open. Denied and hidden paths stay closed.
    Owner,
}

impl Login {
    /// The lock of a policy as the login opens it; `None` where it does not. The policy is that of the path
    /// of these segments.
    pub(super) fn open<'p>(
        &self,
        policy: &Policy,
        mut path: impl Iterator<Item = &'p str>,
    ) -> Option<Lock> {
        let access = policy.access();
        let credential = match self {
            Self::Password { scope } => {
                let passwords = policy.fields.password.as_ref()?;
                let is_right = access == Access::Password && passwords.scope.path == *scope;
                is_right.then(|| Credential::Password(Rc::clone(scope)))
            }
            Self::Token { claims, scope } => {
                let credential = Credential::Share(claims.clone());
                let is_inside = scope.iter().all(|name| path.next() == Some(name));
                let is_locked = matches!(access, Access::Password | Access::Link);
                (is_inside && is_locked && credential.is_share_link_for(policy))
                    .then_some(credential)
            }
            Self::Owner => {
                matches!(access, Access::Password | Access::Link).then_some(Credential::Owner)
            }
        };
        credential.map(Lock::Open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::authorize::Decision;
    use crate::access::check_outcomes::CheckOutcomes;
    use crate::access::client::{AccessRequest, Client};
    use crate::access::share_link::ShareId;
    use crate::access::visibility::Visibility;
    use crate::path::EntryPath;
    use crate::site::Site;
    use crate::time::UnixSeconds;

    const NOW: UnixSeconds = UnixSeconds(1_800_000_000);
    const RULES: &str = r#"[
        { "path": "/team", "password": "FIRST" },
        { "path": "/team/inner", "password": "SECOND" },
        { "path": "/team/link", "access": "link" },
        { "path": "/team/denied", "access": "deny" },
        { "path": "/teams", "password": "FIRST" },
        { "path": "/link", "access": "link" },
        { "path": "/deny", "access": "deny" }
    ]"#;
    const FOLDERS: [&str; 8] = [
        "/open",
        "/team",
        "/team/sub",
        "/team/inner",
        "/team/link",
        "/team/denied",
        "/teams",
        "/link",
    ];

    fn site() -> Site {
        let file = "a.txt:1:1600000000:https://vip.123pan.cn/13/a.txt";
        let folder = |name: &str| format!("{name}:\n  {file}\n");
        let inner = |name: &str| format!("  {name}:\n    {file}\n");
        let tree = ["team:\n".to_owned()]
            .into_iter()
            .chain(["sub", "inner", "link", "denied"].map(inner))
            .chain(["open", "teams", "link", "deny"].map(folder))
            .collect::<String>();
        let site = Site::load(
            &|name: &str| match name {
                "URL_TREE" => Some(tree.clone()),
                "RULES" => Some(RULES.to_owned()),
                "FIRST" => Some("first password".to_owned()),
                "SECOND" => Some("second password".to_owned()),
                "SITE_KEYS" => Some("key-0123456789abcdefghijklmnopqrstuv".to_owned()),
                "KV" | "GUESSES" => Some("{}".to_owned()),
                _ => None,
            },
            NOW,
        );
        assert!(!site.is_broken(), "{:?}", site.config_errors().collect::<Vec<_>>());
        site
    }

    /// The folders that open with a login, and of the root's and the team's children those that are listed.
    fn opened(site: &Site, login: &Login) -> (Vec<&'static str>, Vec<&'static str>) {
        let client = Client { login: Some(login), ..Client::default() };
        let outcomes = CheckOutcomes::default();
        let permit = |path: &str| {
            let path = EntryPath::from_decoded(path).unwrap().into_owned();
            match site.access.authorize(&AccessRequest::new(&path, None, &client, NOW), &outcomes) {
                Decision::Allow(permit) => Some(permit),
                Decision::Absent { .. } | Decision::Deny(_) | Decision::Needs(_) => None,
            }
        };
        let opens = FOLDERS.into_iter().filter(|path| permit(path).is_some()).collect();
        let listed = FOLDERS.into_iter().filter(|path| {
            let (parent, name) = path.rsplit_once('/').unwrap();
            let parent = if parent.is_empty() { "/" } else { parent };
            let Some(permit) = permit(parent) else { return false };
            let path = EntryPath::from_decoded(parent).unwrap();
            let access = AccessRequest::new(&path, None, &client, NOW);
            let rules = site.access.rules.folder(path.segments()).unwrap();
            site.access.visibility(&rules, name, &permit, &access, &outcomes) == Visibility::Visible
        });
        (opens, listed.collect())
    }

    #[test]
    fn a_login_opens_and_lists_what_its_credential_would() {
        let site = site();
        let password = |scope: &str| Login::Password { scope: scope.into() };
        let token = |scope: &[&str]| Login::Token {
            claims: Box::new(ShareClaims {
                id: ShareId([7; 6]),
                depth: scope.len(),
                created: NOW,
                expires_at: None,
                uses: None,
                bytes: None,
                site: None,
                address: None,
            }),
            scope: scope.iter().map(|name| (*name).to_owned()).collect(),
        };
        let cases: [(Login, &[&str]); 9] = [
            (password("/team"), &["/open", "/team", "/team/sub"]),
            (password("/team/inner"), &["/open", "/team/inner"]),
            (password("/"), &["/open"]),
            (token(&["team"]), &["/open", "/team", "/team/sub"]),
            (token(&["team", "inner"]), &["/open", "/team/inner"]),
            (token(&["team", "link"]), &["/open", "/team/link"]),
            (token(&["link"]), &["/open", "/link"]),
            (token(&[]), &["/open"]),
            (
                Login::Owner,
                &["/open", "/team", "/team/sub", "/team/inner", "/team/link", "/teams", "/link"],
            ),
        ];
        for (login, opens) in cases {
            let (got, listed) = opened(&site, &login);
            assert_eq!(got, opens, "{login:?}");
            // Listed is what opens, as far as the folder around it does.
            let is_reached = |path: &&str| !path.starts_with("/team/") || opens.contains(&"/team");
            let reached = opens.iter().copied().filter(is_reached).collect::<Vec<_>>();
            assert_eq!(listed, reached, "{login:?}");
        }
    }
}
