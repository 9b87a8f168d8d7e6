//! Metas of AList and OpenList as rules.
//!
//! There, only the nearest meta above a path counts; here, rules inherit. Where the two differ, this site
//! opens to fewer people.

use super::mount_paths::{Known, MountPaths, names, written};
use super::settings::SiteWide;
use super::wire::Meta;
use crate::access::password::Password;
use crate::cli::import::hide::{below, name_globs};
use crate::cli::import::model::{Import, Rule};
use crate::cli::import::report::{Outcome, code};
use crate::config::lookup::site_path;
use crate::percent::is_escaped_path;

/// The context in which a meta is read: mounts and settings of the site.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// The mounts.
    pub mounts: &'a MountPaths,
    /// The settings that hold for the whole site.
    pub site: &'a SiteWide,
    /// Whether the whole site is closed to visitors without an account.
    pub closed: bool,
}

/// A meta with its path.
struct Placed<'m> {
    meta: &'m Meta,
    id: u64,
    path: Vec<String>,
    subject: String,
}

/// Adds the rules of all metas; `None` if the backup has no table of them, and for each that can't be read.
pub fn add(metas: Option<&[Option<Meta>]>, around: &Around<'_>, import: &mut Import) {
    let Some(metas) = metas else {
        close_site("the backup has no metas, so it is unsure what was locked", import);
        return;
    };
    let is_unsure = metas.iter().any(Option::is_none);
    if is_unsure {
        close_site("a meta has no path or is none at all, so it is unsure what it locked", import);
    }
    let around = &Around { closed: around.closed || is_unsure, ..*around };
    let mut placed = Vec::<Placed<'_>>::new();
    for (index, meta) in metas.iter().enumerate() {
        let Some(meta) = meta else { continue };
        let id = meta.id.unwrap_or(index as u64 + 1);
        let subject = format!("meta {id} {}", code(&meta.path));
        let path = names(&meta.path);
        if let Some(reason) = unplaced(&path, meta, around, import) {
            import.report.add(Outcome::LeftOut, &subject, reason);
        } else if placed.iter().any(|other| other.path == path) {
            import.rule_at(&written(&path)).close("link");
            let text = "another meta has the same path; it opens through share links only";
            import.report.add(Outcome::Closed, &subject, text);
        } else {
            placed.push(Placed { meta, id, path, subject });
        }
    }
    placed.sort_by_key(|one| one.path.len());
    for one in &placed {
        let above = placed
            .iter()
            .filter(|other| other.path.len() < one.path.len() && one.path.starts_with(&other.path));
        let above = above.collect::<Vec<_>>();
        let path = written(&one.path);
        access(one, &path, around, import);
        hide(one, &path, around, import);
        texts(one, &above, &path, import);
        compare_with_above(one, &above, &path, import);
    }
}

/// Closes the whole site, since what metas lock is not known.
fn close_site(reason: &str, import: &mut Import) {
    import.rule_at("/").close("link");
    let text = format!(
        "{reason}. The whole site opens through share links and published signatures only (`access = \"link\"` \
         in the rule `/`). If nothing was locked, remove that line"
    );
    import.report.add(Outcome::Closed, "metas", text);
}

/// The reason why there can be no rule for a meta. What it locked in a drive is then locked with the whole
/// mount.
fn unplaced(
    path: &[String],
    meta: &Meta,
    around: &Around<'_>,
    import: &mut Import,
) -> Option<String> {
    let known = around.mounts.look_up(path);
    let is_rule_path = site_path(&written(path)).is_ok();
    match known {
        Known::Nowhere => {
            let password = if meta.password.is_empty() || Password::parse(&meta.password).is_ok() {
                ""
            } else {
                ". Its password could not be used either: four characters are the least"
            };
            Some(format!(
                "nothing is at this path in the new site, so nothing needs the rule{password}"
            ))
        }
        Known::PerhapsIn(mount) if is_escaped_path(path) => {
            let mount = written(&mount);
            import.rule_at(&mount).close("link");
            Some(format!(
                "no rule can have this path. The mount {} opens through share links only (`access = \
                 \"link\"`)",
                code(&mount)
            ))
        }
        _ if !is_rule_path => Some("the path is reserved for the site itself".to_owned()),
        Known::PerhapsIn(_) | Known::There => None,
    }
}

/// Adds the lock of a meta.
fn access(one: &Placed<'_>, path: &str, around: &Around<'_>, import: &mut Import) {
    let Placed { meta, subject, id, .. } = one;
    if meta.read_users {
        import.rule_at(path).close("link");
        let text = "only some users could open it; it opens through share links only (`access = \"link\"`), \
                    with all that is below it";
        import.report.add(Outcome::Closed, subject, text);
        return;
    }
    if meta.password.is_empty() {
        return;
    }
    if let Err(error) = Password::parse(&meta.password) {
        closed_password(&error.to_string(), subject, path, import);
        return;
    }
    if meta.password.trim() != meta.password {
        closed_password("the password begins or ends with a space", subject, path, import);
        return;
    }
    let name = import.keep_secret(format!("META_{id}_PASSWORD"), &meta.password);
    if around.closed {
        let text = format!(
            "the password is in the secret `{name}`, but opens nothing, since the whole site is closed to \
             visitors without an account. To open the path by it, add `password = \"{name}\"` to its rule"
        );
        import.report.add(Outcome::Closed, subject, text);
        return;
    }
    let rule = import.rule_at(path);
    rule.password = Some(name.clone());
    // Where signatures are asked for, AList gives them to those who know the password.
    rule.access = rule.access.filter(|access| *access != "link");
    rule.listed = Some(true);
    import.report.add(
        Outcome::Mapped,
        subject,
        format!(
            "locked by the password in the secret `{name}`; its name is shown in the folder above"
        ),
    );
    if !meta.p_sub {
        let text = "`p_sub` was off: only the folder's own list asked for the password, and all that is below \
                    opened without. Here everything below is locked, too. To open a part, add a rule with its \
                    path and `access = \"public\"`";
        import.report.add(Outcome::Closed, subject, text);
    }
}

/// Closes a path whose password can't be set.
fn closed_password(reason: &str, subject: &str, path: &str, import: &mut Import) {
    import.rule_at(path).close("link");
    let text = format!(
        "{reason}, so it can't be set. The path opens through share links only (`access = \"link\"`); choose \
         a longer password, and set `password` in place of `access`"
    );
    import.report.add(Outcome::Closed, subject, text);
}

/// Adds the hidden names of a meta.
fn hide(one: &Placed<'_>, path: &str, around: &Around<'_>, import: &mut Import) {
    let Placed { meta, subject, path: names, .. } = one;
    if meta.hide.is_empty() {
        return;
    }
    let mut blocked = Vec::new();
    for regex in meta.hide.split('\n').map(|line| line.trim_end_matches('\r')) {
        let Some(globs) = name_globs(regex) else {
            import.rule_at(path).close("deny");
            let text = format!(
                "`hide` {} is no glob, so it is unsure what it hides. Nothing at the path opens (`access = \
                 \"deny\"`) but what a password below locks. Write what it hides into `hide`, then remove \
                 that line",
                code(regex)
            );
            import.report.add(Outcome::Closed, subject, text);
            continue;
        };
        let globs = globs.into_iter().map(|glob| {
            // Only in the folder itself, or also in those below it.
            if meta.h_sub { glob } else { format!("/{glob}") }
        });
        let globs = globs.collect::<Vec<_>>();
        let shown = globs.iter().map(|glob| code(glob)).collect::<Vec<_>>();
        let shown = if shown.is_empty() { "nothing".to_owned() } else { shown.join(", ") };
        import.report.add(Outcome::Mapped, subject, format!("`hide` {}: {shown}", code(regex)));
        blocked.extend(globs);
    }
    if blocked.is_empty() {
        return;
    }
    let text = "what it hides opens to nobody (`hide.blocked`), not by a published link either, which AList's \
                `/d/` opened. Move globs from `blocked` to `unlisted` if links to them should live on";
    import.report.add(Outcome::Closed, subject, text);
    let rule = import.rule_at(path);
    rule.hide.blocked.extend(blocked);
    // A rule's `hide` takes the place of the one above.
    rule.hide.unlisted = around.site.unlisted.iter().flat_map(|glob| below(glob, names)).collect();
}

/// Adds the texts of a meta: above the list and below it.
fn texts(one: &Placed<'_>, above: &[&Placed<'_>], path: &str, import: &mut Import) {
    let Placed { meta, subject, .. } = one;
    let fields = [("header", &meta.header, meta.header_sub), ("readme", &meta.readme, meta.r_sub)];
    for (field, text, is_for_sub) in fields {
        let inherits = above.iter().any(|other| {
            let inherited = if field == "header" { &other.meta.header } else { &other.meta.readme };
            !inherited.is_empty()
        });
        let markdown = markdown(text);
        if markdown.is_empty() && !inherits {
            continue;
        }
        let rule = import.rule_at(path);
        let own: &mut Option<String> =
            if field == "header" { &mut rule.header } else { &mut rule.readme };
        // An empty one removes what is inherited, as the nearest meta does.
        *own = Some(markdown.clone());
        if markdown.is_empty() {
            continue;
        }
        import.report.add(Outcome::Mapped, subject, format!("`{field}` of its rule"));
        if markdown != **text {
            let note = format!("`{field}` was the address of a text; it is a link to that now");
            import.report.add(Outcome::Differs, subject, note);
        }
        if !is_for_sub {
            let note = format!(
                "`{field}` is shown in the folders below it, too; a rule with `{field} = \"\"` removes it there"
            );
            import.report.add(Outcome::Differs, subject, note);
        }
        if has_html(text) {
            let note = format!(
                "`{field}` holds HTML, which is shown as it was written; write it as Markdown"
            );
            import.report.add(Outcome::Differs, subject, note);
        }
    }
    if meta.write {
        let text = "visitors could upload; Signpost only reads";
        import.report.add(Outcome::LeftOut, subject, text);
    }
}

/// A text as Markdown: AList fetches one that is an address.
fn markdown(text: &str) -> String {
    let is_address = ["https://", "http://"].iter().any(|scheme| text.starts_with(scheme))
        && !text.contains(char::is_whitespace);
    if is_address { format!("[{text}](<{text}>)") } else { text.to_owned() }
}

fn has_html(text: &str) -> bool {
    text.split('<').skip(1).any(|rest| {
        rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
            && rest.contains('>')
            && !rest.starts_with("http")
    })
}

/// Says where a meta above, which AList did not ask, still counts here.
fn compare_with_above(one: &Placed<'_>, above: &[&Placed<'_>], path: &str, import: &mut Import) {
    let Placed { meta, subject, .. } = one;
    let own_rule = import.rules.get(path).cloned().unwrap_or_default();
    let is_closed = |rule: &Rule| rule.password.is_some() || rule.access.is_some();
    let closed_above = above
        .iter()
        .rev()
        .find(|other| import.rules.get(&written(&other.path)).is_some_and(is_closed));
    if let Some(other) = closed_above.filter(|_| !is_closed(&own_rule)) {
        let text = format!(
            "it has no password, and AList asks the nearest meta alone, so it opened there. Here it stays \
             closed, as {} above it. To open it, add `access = \"public\"` to its rule",
            code(&written(&other.path))
        );
        import.report.add(Outcome::Closed, subject, text);
    }
    let hidden_above = above.iter().rev().find(|other| !other.meta.hide.is_empty());
    if let Some(other) = hidden_above.filter(|_| meta.hide.is_empty()) {
        let text = format!(
            "it hides nothing itself; here the names that {} hides stay hidden in it",
            code(&written(&other.path))
        );
        import.report.add(Outcome::Closed, subject, text);
    }
}
