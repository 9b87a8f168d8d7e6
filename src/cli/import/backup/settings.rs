//! Settings of AList and OpenList: title, icon, colour, robots, signatures and hidden files.

use super::wire::Backup;
use crate::cli::import::hide::path_globs_of_setting;
use crate::cli::import::model::Import;
use crate::cli::import::report::{Outcome, code};

/// The settings that hold for the whole site.
#[derive(Debug, Default)]
pub struct SiteWide {
    /// The globs that hide entries from lists, for the root of the site.
    pub unlisted: Vec<String>,
}

/// Settings that are read below, or that say nothing about the site.
const KNOWN: [&str; 9] = [
    "site_title",
    "favicon",
    "logo",
    "main_color",
    "allow_indexed",
    "hide_files",
    "sign_all",
    "token",
    "version",
];
/// Settings whose contents visitors see, so that each is worth a line.
const SHOWN: [&str; 5] =
    ["announcement", "customize_head", "customize_body", "robots_txt", "link_expiration"];
const DEFAULT_ROBOTS: &str = "User-agent: *\nAllow: /";

/// Adds the settings.
pub fn add(backup: &Backup, import: &mut Import) -> SiteWide {
    appearance(backup, import);
    if backup.setting("allow_indexed").map(str::trim) == Some("true") {
        import.report.add(Outcome::Mapped, "setting `allow_indexed`", "search engines may come");
    } else {
        import.rule_at("/").robots = Some("noindex, nofollow");
        import.report.add(
            Outcome::Mapped,
            "setting `allow_indexed`",
            "off: `robots = \"noindex, nofollow\"` in the rule `/`",
        );
    }
    signatures(backup, import);
    let unlisted = hidden_files(backup, import);
    import.rule_at("/").hide.unlisted.clone_from(&unlisted);
    left_out(backup, import);
    SiteWide { unlisted }
}

fn appearance(backup: &Backup, import: &mut Import) {
    if let Some(title) = backup.setting("site_title") {
        import.site.title = Some(title.trim().to_owned());
        import.report.add(Outcome::Mapped, "setting `site_title`", "`SITE.title`");
    }
    // A second line is the logo for dark pages.
    let icons =
        ["favicon", "logo"].map(|key| (key, backup.setting(key).and_then(|v| v.lines().next())));
    let icon = icons.iter().find_map(|(key, icon)| Some((*key, (*icon)?.trim())));
    if let Some((key, icon)) = icon {
        let subject = format!("setting `{key}`");
        if is_icon(icon) {
            import.site.icon = Some(icon.to_owned());
            import.report.add(Outcome::Mapped, &subject, "`SITE.icon`");
        } else {
            let text = format!("{} is neither an https URL nor a path of the site", code(icon));
            import.report.add(Outcome::LeftOut, &subject, text);
        }
    }
    if let Some(colour) = backup.setting("main_color") {
        let outcome = match accent(colour.trim()) {
            Some(accent) => {
                import.site.accent = Some(accent);
                (Outcome::Mapped, "`SITE.accent`".to_owned())
            }
            None => (Outcome::LeftOut, format!("{} is no colour like `#1890ff`", code(colour))),
        };
        import.report.add(outcome.0, "setting `main_color`", outcome.1);
    }
}

/// Whether an icon can be `SITE.icon`.
fn is_icon(icon: &str) -> bool {
    let mut errors = Vec::new();
    let json = serde_json::json!({ "icon": icon }).to_string();
    crate::config::site_settings::SiteSettings::read(&json, &mut errors);
    errors.is_empty() && !icon.is_empty()
}

/// A colour with six digits; `#abc` is `#aabbcc`.
fn accent(colour: &str) -> Option<String> {
    let digits = colour.strip_prefix('#')?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    match digits.len() {
        6 => Some(colour.to_owned()),
        3 => Some(format!(
            "#{}",
            digits.chars().flat_map(|digit| [digit, digit]).collect::<String>()
        )),
        _ => None,
    }
}

fn signatures(backup: &Backup, import: &mut Import) {
    match backup.setting("token") {
        Some(token) => {
            let name = import.keep_secret("ALIST_TOKEN".to_owned(), token);
            import.rule_at("/").alist_sign = Some(name);
            import.report.add(
                Outcome::Mapped,
                "setting `token`",
                "`alist_sign` in the rule `/`, by the secret `ALIST_TOKEN`: published links with `?sign=` \
                 live on until the time in them, as in AList also where a password or share link is asked for",
            );
        }
        None => import.report.add(
            Outcome::LeftOut,
            "setting `token`",
            "the backup has none, so published links with `?sign=` open only what is open anyway",
        ),
    }
    if backup.setting("sign_all").map(str::trim) == Some("true") {
        import.rule_at("/").close("link");
        import.report.add(
            Outcome::Closed,
            "setting `sign_all`",
            "AList gave no file without its signature, and handed the signatures out on its pages. The whole \
             site opens by published signatures, share links and the passwords below only (`access = \"link\"` \
             in the rule `/`). If everybody may see the pages, as in AList, remove that line",
        );
    }
}

fn hidden_files(backup: &Backup, import: &mut Import) -> Vec<String> {
    let subject = "setting `hide_files`";
    let mut unlisted = Vec::new();
    let value = backup.setting("hide_files").unwrap_or_default();
    for line in value.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let Some(globs) = path_globs_of_setting(line) else {
            import.rule_at("/").close("deny");
            let text = format!(
                "{} is no glob. Nothing opens but what a password below locks (`access = \"deny\"` in the \
                 rule `/`). Write what it hides into `hide`, then remove that line",
                code(line)
            );
            import.report.add(Outcome::Closed, subject, text);
            continue;
        };
        let shown = globs.iter().map(|glob| code(glob)).collect::<Vec<_>>().join(", ");
        let text = format!("{}: `hide.unlisted` in each rule that hides, {shown}", code(line));
        import.report.add(Outcome::Mapped, subject, text);
        unlisted.extend(globs);
    }
    unlisted
}

fn left_out(backup: &Backup, import: &mut Import) {
    for key in SHOWN {
        let is_default = |value: &str| match key {
            "robots_txt" => value.replace('\r', "").trim() == DEFAULT_ROBOTS,
            "link_expiration" => value.trim() == "0",
            _ => false,
        };
        if backup.setting(key).is_some_and(|value| !is_default(value)) {
            let text = match key {
                "announcement" => {
                    "put it into `header` of the rule `/` if visitors should still see it"
                }
                "link_expiration" => {
                    "published signatures keep the end that is in them; share links have ends of their own"
                }
                "robots_txt" => {
                    "set `robots` in rules, and a `/robots.txt` in front of the site if you need one"
                }
                _ => "pages run no foreign code; `SITE.css` styles them",
            };
            import.report.add(Outcome::LeftOut, &format!("setting `{key}`"), text);
        }
    }
    let others = backup.settings.iter().filter(|setting| {
        let key = setting.key.as_str();
        !setting.value.trim().is_empty() && !KNOWN.contains(&key) && !SHOWN.contains(&key)
    });
    let others = others.map(|setting| code(&setting.key)).collect::<Vec<_>>();
    if !others.is_empty() {
        let text = format!("of AList's own server and pages: {}", others.join(", "));
        import.report.add(Outcome::LeftOut, "other settings", text);
    }
}
