//! The names of all settings, with their defaults.

/// A setting, for the tables of the documentation, which a test compares with this one.
#[derive(Debug)]
pub struct Setting {
    /// The name of the variable or secret, or of a field in one.
    pub name: &'static str,
    /// The default, in the words of the documentation; `required` if there is none.
    pub default: &'static str,
}

const fn setting(name: &'static str, default: &'static str) -> Setting {
    Setting { name, default }
}

/// All settings that are ever looked up, in the order of docs/en/configuration.md.
pub const SETTINGS: &[Setting] = &[
    setting("URL_TREE", "the demo tree"),
    setting("PRIVATE_KEY", "links are not signed"),
    setting("UID", "links are not signed"),
    setting("SITE_KEYS", "no passwords, no share links"),
    setting("API_TOKEN", "no share links by API"),
    setting("SITE.title", "Signpost"),
    setting("SITE.time_zone", "+08:00"),
    setting("SITE.login_days", "7"),
    setting("SITE.icon", "Signpost's own"),
    setting("SITE.footer", "none"),
    setting("SITE.accent", "blue"),
    setting("SITE.css", "none"),
    setting("MOUNTS[].path", "required"),
    setting("MOUNTS[].source", "required"),
    setting("MOUNTS[].tree", "one of tree and tree_kv"),
    setting("MOUNTS[].tree_kv", "one of tree and tree_kv"),
    setting("MOUNTS[].uid", "required with private_key"),
    setting("MOUNTS[].private_key", "links are not signed"),
    setting("MOUNTS[].valid_minutes", "30"),
    setting("MOUNTS[].hosts", "[]"),
    setting("MOUNTS[].path_form", "decoded"),
    setting("MOUNTS[].username", "one of username and token"),
    setting("MOUNTS[].password", "required with username; of a share none"),
    setting("MOUNTS[].token", "one of username and token; of a share none"),
    setting("MOUNTS[].key", "required"),
    setting("MOUNTS[].account", "files of a share are only listed"),
    setting("MOUNTS[].client_id", "one way to sign in is required"),
    setting("MOUNTS[].client_secret", "required with client_id"),
    setting("MOUNTS[].access_token", "one way to sign in is required"),
    setting("MOUNTS[].refresh_token", "one way to sign in is required"),
    setting("MOUNTS[].renew_url", "the vendor renews"),
    setting("MOUNTS[].direct_link", "false"),
    setting("MOUNTS[].root", "0"),
    setting("MOUNTS[].fresh_minutes", "5"),
    setting("MOUNTS[].stale_hours", "24"),
    setting("MOUNTS[].api", "the vendor's of 2026"),
    setting("MOUNTS[].login", "the vendor's of 2026"),
    setting("RULES[].path", "required"),
    setting("RULES[].access", "public; password if password is set"),
    setting("RULES[].password", "none"),
    setting("RULES[].alist_sign", "AList's signatures are not accepted"),
    setting("RULES[].listed", "false"),
    setting("RULES[].hide", "[]"),
    setting("RULES[].referers", "every page may embed"),
    setting("RULES[].countries", "every country"),
    setting("RULES[].addresses", "every address"),
    setting("RULES[].rate", "not limited"),
    setting("RULES[].max_links", "not limited"),
    setting("RULES[].budget", "not limited"),
    setting("RULES[].budget_fail", "closed"),
    setting("RULES[].valid_minutes", "that of the mount"),
    setting("RULES[].window_minutes", "0"),
    setting("RULES[].share_hours", "visitors make no links"),
    setting("RULES[].mode", "redirect"),
    setting("RULES[].proxy_url", "required with mode proxy_url"),
    setting("RULES[].proxy_key", "required with proxy_url"),
    setting("RULES[].playlists", "rewrite"),
    setting("RULES[].md5", "false"),
    setting("RULES[].title", "SITE.title"),
    setting("RULES[].header", "none"),
    setting("RULES[].readme", "none"),
    setting("RULES[].robots", "none"),
    setting("RULES[].click", "view"),
];
