//! Storages of AList and OpenList as mounts: link storages with their trees, and drives of 123Pan's.

use super::list_text::{Dialect, ListText, read};
use super::mount_paths::{MountPaths, names, written};
use super::open;
use super::wire::{Pan, PanLink, PanShare, Storage, UrlTree};
use crate::cli::import::account_id::{uid_of, unsigned_hosts};
use crate::cli::import::model::{Import, Mount, TreeText};
use crate::cli::import::report::{Outcome, code};
use crate::cli::tree_text::{Folder, Node};
use crate::config::mount_fields::mount_path;
use crate::time::ValidMinutes;

/// Maximum number of lines of one tree that the report shows as acting differently.
const MAX_NOTES: usize = 20;

/// A storage on its way to a mount.
pub struct Imported<'s> {
    pub storage: &'s Storage,
    /// The storage's name in the report.
    pub subject: String,
    /// The first part of the names of its secrets.
    pub prefix: String,
    /// The mount, to which a driver adds its fields.
    pub mount: Mount,
}

impl Imported<'_> {
    /// Stores a secret of the storage under a name of its own; `None` for an empty one.
    pub fn secret(&self, import: &mut Import, name: &str, text: &str) -> Option<String> {
        let text = text.trim();
        (!text.is_empty()).then(|| import.keep_secret(format!("{}_{name}", self.prefix), text))
    }
}

/// Adds all storages, and returns where they are in the site.
pub fn add(storages: &[Storage], import: &mut Import) -> MountPaths {
    let mut mounts = MountPaths::default();
    let mut prefixes = Vec::new();
    for (index, storage) in storages.iter().enumerate() {
        let id = storage.id.unwrap_or(index as u64 + 1);
        let mut prefix = format!("STORAGE_{id}");
        if prefixes.contains(&prefix) {
            prefix = format!("STORAGE_{id}X{index}");
        }
        prefixes.push(prefix.clone());
        let subject =
            format!("storage {id} {} ({})", code(&storage.mount_path), code(&storage.driver));
        if storage.disabled {
            let text = "it is disabled; nothing of it, and none of its secrets, was taken";
            import.report.add(Outcome::LeftOut, &subject, text);
            continue;
        }
        match place(storage, &mounts) {
            Ok(path) => {
                let mount = Mount { path: written(&path), ..Mount::default() };
                let imported = Imported { storage, subject, prefix, mount };
                add_one(imported, &path, &mut mounts, import);
            }
            Err(reason) => import.report.add(Outcome::LeftOut, &subject, reason),
        }
    }
    mounts
}

/// The path of a storage's mount; or the reason why there can't be one.
fn place(storage: &Storage, mounts: &MountPaths) -> Result<Vec<String>, String> {
    // Storages with such an ending share one path.
    let path = storage.mount_path.split(".balance").next().unwrap_or_default();
    let path = names(path);
    mount_path("MOUNTS", Some(&written(&path))).map_err(|error| {
        format!("no mount can have this path: {} ({})", error.message, error.hint)
    })?;
    if mounts.has(&path) {
        return Err(
            "another storage is mounted at this path already; merge the two by hand".to_owned()
        );
    }
    Ok(path)
}

fn add_one(
    mut imported: Imported<'_>,
    path: &[String],
    mounts: &mut MountPaths,
    import: &mut Import,
) {
    let Imported { storage, subject, .. } = &imported;
    let subject = subject.clone();
    let storage = *storage;
    let added = match storage.driver.as_str() {
        "123PanLink" => {
            storage.addition().map(|addition| pan_link(&mut imported, &addition, import))
        }
        "UrlTree" => storage.addition().map(|addition| url_tree(&mut imported, &addition, import)),
        "123Pan" => storage.addition().map(|addition| pan(&mut imported, &addition, import)),
        "123PanShare" => storage.addition().map(|addition| share(&mut imported, &addition, import)),
        "123 Open" => {
            storage.addition().map(|addition| open::add(&mut imported, &addition, import))
        }
        _ => {
            let text =
                "only storages of 123Pan and of links can be brought; its files are not on 123Pan";
            import.report.add(Outcome::LeftOut, &subject, text);
            return;
        }
    };
    let content = match added {
        Some(Ok(content)) => content,
        Some(Err(reason)) => {
            import.report.add(Outcome::LeftOut, &subject, reason);
            return;
        }
        None => {
            import.report.add(Outcome::LeftOut, &subject, "its `addition` is no JSON object");
            return;
        }
    };
    if content.is_none() {
        // AList's 0 asks 123Pan each time.
        let minutes =
            storage.cache_expiration.map(|minutes| minutes.clamp(1, 1_440).unsigned_abs());
        imported.mount.fresh_minutes = minutes;
    }
    mounts.add(path, content);
    add_download(storage, &subject, &imported.mount.path, import);
    import.mounts.push(imported.mount);
}

/// Adds what a storage says about downloads, to the rule of its mount.
fn add_download(storage: &Storage, subject: &str, path: &str, import: &mut Import) {
    if storage.web_proxy {
        import.rule_at(path).mode = Some("proxy");
        let text = "`web_proxy`: `mode = \"proxy\"`, so bytes go through the Worker";
        import.report.add(Outcome::Mapped, subject, text);
    }
    if !storage.down_proxy_url.trim().is_empty() {
        let text = format!(
            "`down_proxy_url` {}: AList's proxy asks an AList server for each file, and there is none any more. \
             A proxy of your own that finds files by itself takes `mode = \"proxy_url\"`, `proxy_url` and \
             `proxy_key` with a token of its own",
            code(storage.down_proxy_url.trim())
        );
        import.report.add(Outcome::LeftOut, subject, text);
    }
    if storage.enable_sign {
        import.rule_at(path).close("link");
        let text = format!(
            "`enable_sign`: AList gave no file without its signature, and handed the signatures out on its \
             pages. The mount opens by published signatures, share links and the passwords below only \
             (`access = \"link\"` in the rule {}). If everybody may see its pages, remove that line",
            code(path)
        );
        import.report.add(Outcome::Closed, subject, text);
    }
    let is_set = |text: &str| !text.trim().is_empty();
    for (is_set, text) in [
        (
            is_set(&storage.order_by) || is_set(&storage.extract_folder),
            "the order of its lists: visitors choose it themselves",
        ),
        (storage.disable_index, "`disable_index`: the search finds whatever a visitor may open"),
    ] {
        if is_set {
            import.report.add(Outcome::LeftOut, subject, text);
        }
    }
}

/// The files of a mount, if they are known; or the reason why there can't be one.
pub type Added = Result<Option<Folder>, String>;

fn pan_link(imported: &mut Imported<'_>, addition: &PanLink, import: &mut Import) -> Added {
    let list = read(&addition.origin_urls, Dialect::PanLink);
    let urls = urls(&list.root);
    let uid = addition.uid.filter(|uid| *uid != 0 && i64::try_from(*uid).is_ok());
    let uid = uid.or_else(|| urls.iter().find_map(|url| uid_of(url)));
    imported.mount.uid = uid;
    imported.mount.valid_minutes = valid(addition.valid_duration, &imported.subject, import);
    let has_key = !addition.private_key.trim().is_empty();
    match (uid, has_key) {
        (Some(_), true) => {
            imported.mount.private_key = imported.secret(import, "KEY", &addition.private_key);
        }
        (None, true) => {
            let text = "links are not signed: there is a key, but no account id, neither in `uid` nor in the \
                        links. Set `uid` and `private_key`";
            import.report.add(Outcome::Closed, &imported.subject, text);
        }
        (_, false) => {
            let text = "links are not signed: the storage has no `private_key`";
            import.report.add(Outcome::Differs, &imported.subject, text);
        }
    }
    if imported.mount.private_key.is_some() {
        let foreign = unsigned_hosts(urls.iter().copied());
        if !foreign.is_empty() {
            let text = format!(
                "links on {} are not signed, where AList signed every link: a key is used for no host that \
                 is not known to be yours. For a direct-link domain of your own, add it to `hosts` of the \
                 mount",
                foreign.join(", ")
            );
            import.report.add(Outcome::Closed, &imported.subject, text);
        }
    }
    add_tree(imported, list, import)
}

fn url_tree(imported: &mut Imported<'_>, addition: &UrlTree, import: &mut Import) -> Added {
    if addition.head_size {
        let text = "`head_size`: sizes are not asked for; write them into the tree, where budgets need them";
        import.report.add(Outcome::Differs, &imported.subject, text);
    }
    let list = read(&addition.url_structure, Dialect::UrlTree);
    let text = "links are not signed, as before";
    import.report.add(Outcome::Mapped, &imported.subject, text);
    add_tree(imported, list, import)
}

/// Adds the tree of a link storage, and the report's lines about it.
///
/// # Errors
/// The text is not read as the tree that it was made of.
fn add_tree(imported: &mut Imported<'_>, list: ListText, import: &mut Import) -> Added {
    let text = list.root.text().map_err(|error| error.to_string())?;
    let Imported { subject, prefix, mount, .. } = imported;
    mount.source = "links";
    for (line, reason) in &list.left_out {
        import.report.add(Outcome::LeftOut, subject, format!("line {line}: {reason}"));
    }
    for (line, note) in list.notes.iter().take(MAX_NOTES) {
        import.report.add(Outcome::Differs, subject, format!("line {line}: {note}"));
    }
    if let Some(more) = list.notes.len().checked_sub(MAX_NOTES).filter(|more| *more > 0) {
        import.report.add(Outcome::Differs, subject, format!("and so do {more} lines more"));
    }
    let secret = format!("{prefix}_TREE");
    let key = match &mount.private_key {
        Some(name) => format!(", signed with the key in the secret `{name}`"),
        None => String::new(),
    };
    let files = list.root.files();
    let mapped = format!(
        "mount {} with {}{key}",
        code(&mount.path),
        crate::cli::format::count(files, "file")
    );
    import.report.add(Outcome::Mapped, subject, mapped);
    import.trees.push(TreeText { mount: mount.path.clone(), secret, text });
    Ok(Some(list.root))
}

fn pan(imported: &mut Imported<'_>, addition: &Pan, import: &mut Import) -> Added {
    imported.mount.source = "personal";
    imported.mount.root = root(addition.root_folder_id);
    let how = if addition.username.trim().is_empty() || addition.password.trim().is_empty() {
        imported.mount.token = imported.secret(import, "TOKEN", &addition.accesstoken);
        "a token, which ends after about a month"
    } else {
        imported.mount.username = imported.secret(import, "USER", &addition.username);
        imported.mount.password = imported.secret(import, "PASSWORD", &addition.password);
        "user name and password"
    };
    if imported.mount.token.is_none() && imported.mount.username.is_none() {
        return Err(
            "there is nothing to sign in with: no user name with password, no token".to_owned()
        );
    }
    mounted(imported, how, import);
    Ok(None)
}

fn share(imported: &mut Imported<'_>, addition: &PanShare, import: &mut Import) -> Added {
    imported.mount.source = "share";
    imported.mount.root = root(addition.root_folder_id);
    if crate::sources::share::key::parse(addition.sharekey.trim()).is_err() {
        return Err("its share key is none".to_owned());
    }
    imported.mount.key = imported.secret(import, "SHARE", &addition.sharekey);
    imported.mount.password = imported.secret(import, "CODE", &addition.sharepassword);
    imported.mount.token = imported.secret(import, "TOKEN", &addition.accesstoken);
    if imported.mount.token.is_none() {
        let text = "files of the share are only listed: 123Pan serves them to accounts alone. Set `account` to \
                    the path of a mount with `source = \"personal\"` whose traffic may be spent";
        import.report.add(Outcome::Closed, &imported.subject, text);
    }
    mounted(imported, "the share's key", import);
    Ok(None)
}

/// Adds the report's line about a mount of 123Pan's.
pub fn mounted(imported: &Imported<'_>, how: &str, import: &mut Import) {
    let Mount { path, source, root, .. } = &imported.mount;
    let root = root.map(|id| format!(", from the folder {id} on")).unwrap_or_default();
    let text = format!("mount {} with `source = \"{source}\"`, by {how}{root}", code(path));
    import.report.add(Outcome::Mapped, &imported.subject, text);
}

/// The root folder; `None` for the drive's own.
pub fn root(id: Option<u64>) -> Option<u64> {
    id.filter(|id| *id != 0 && i64::try_from(*id).is_ok())
}

/// The lifetime of links; `None` for the default, also where AList's would end at once.
pub fn valid(minutes: Option<u64>, subject: &str, import: &mut Import) -> Option<u64> {
    let minutes = minutes.filter(|minutes| *minutes != 0)?;
    let most = u64::from(ValidMinutes::MAX);
    if minutes > most {
        let text =
            format!("links lived for {minutes} minutes; here they live for {most} at most, a week");
        import.report.add(Outcome::Closed, subject, text);
    }
    Some(minutes.min(most))
}

fn urls(folder: &Folder) -> Vec<&str> {
    let urls = folder.entries().flat_map(|(_, node)| match node {
        Node::Folder(folder) => urls(folder),
        Node::File(file) => vec![file.url.as_str()],
    });
    urls.collect()
}
