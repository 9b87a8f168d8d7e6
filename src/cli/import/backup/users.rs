//! Users of AList and OpenList. Signpost has none: what only they could see is closed.

use super::wire::User;
use crate::cli::import::model::Import;
use crate::cli::import::report::{Outcome, code};

/// The permission of a user to see what metas hide, a bit of `permission`.
const SEES_HIDDEN: i64 = 1;
/// The permission to open what metas lock.
const NEEDS_NO_PASSWORD: i64 = 2;

/// Adds what the users decide. Returns whether visitors without an account saw nothing, so that the whole
/// site is closed.
pub fn add(users: &[User], import: &mut Import) -> bool {
    let guest = users
        .iter()
        .find(|user| user.username == "guest")
        .or_else(|| users.iter().find(|user| user.role == 1));
    let reason = match guest {
        None => Some("the backup has no user `guest`, so it is unsure what visitors may see"),
        Some(guest) if guest.disabled => {
            Some("the user `guest` is disabled, so visitors without an account saw nothing")
        }
        Some(guest) if !is_root(&guest.base_path) => {
            Some("the user `guest` has a base path, so visitors saw only what is below it")
        }
        Some(_) => None,
    };
    if let Some(reason) = reason {
        import.rule_at("/").close("link");
        import.report.add(
            Outcome::Closed,
            "users",
            format!(
                "{reason}. The whole site opens through share links and published signatures only (`access = \
                 \"link\"` in the rule `/`), and no password opens a part of it. To open the site, remove that line; to open a \
                 part, add a rule with its path and `access = \"public\"` or `password`"
            ),
        );
    }
    if let Some(guest) = guest {
        let permission = guest.permission.unwrap_or_default();
        if permission & SEES_HIDDEN != 0 {
            import.report.add(
                Outcome::Closed,
                "users",
                "visitors could see what metas hide (a permission of `guest`); here it is hidden from all",
            );
        }
        if permission & NEEDS_NO_PASSWORD != 0 {
            import.report.add(
                Outcome::Closed,
                "users",
                "visitors needed no passwords of metas (a permission of `guest`); here everybody needs them",
            );
        }
    }
    let is_guest = |user: &User| guest.is_some_and(|guest| std::ptr::eq(guest, user));
    for user in users.iter().filter(|user| !is_guest(user)) {
        let base = if is_root(&user.base_path) {
            String::new()
        } else {
            format!(", who saw only {}", code(&user.base_path))
        };
        import.report.add(
            Outcome::LeftOut,
            &format!("user {}", code(&user.username)),
            format!("Signpost has no accounts{base}; give people passwords or share links"),
        );
    }
    reason.is_some()
}

fn is_root(path: &str) -> bool {
    path.chars().all(|c| c == '/')
}
