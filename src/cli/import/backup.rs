//! Backups of AList and OpenList: storages become mounts, metas become rules, and what can't be mapped
//! exactly is closed.

mod list_text;
mod metas;
mod mount_paths;
mod open;
mod settings;
mod storages;
mod users;
pub mod wire;

use super::model::Import;
use super::report::{Outcome, code};
use crate::cli::failure::Failure;
use crate::cli::format::count;
use wire::Backup;

const STOP_FIRST: &str = "Stop AList or OpenList before the first deploy, and take the backup again if \
    it ran after this one: each refresh token works once, so two programs that renew one lose it, and each \
    sign-in takes the place of another device.";

/// The site of a backup. `site_key` is a new key, for `SITE_KEYS`.
///
/// # Errors
/// An encrypted backup, or one without storages.
pub fn import(backup: &Backup, site_key: &str) -> Result<Import, Failure> {
    if !backup.encrypted.is_empty() {
        return Err(Failure::new(
            "the backup is encrypted, and its password is not asked for here: make another one in the panel \
             (备份与恢复, Backup & Restore) with the field for the password left empty",
        ));
    }
    if backup.storages.is_empty() {
        return Err(Failure::new("the backup has no storages: there is nothing to import"));
    }
    let mut import = Import::default();
    import.report.step(STOP_FIRST);
    let mounts = storages::add(&backup.storages, &mut import);
    let site = settings::add(backup, &mut import);
    let closed = users::add(&backup.users, &mut import);
    let around = metas::Around { mounts: &mounts, site: &site, closed };
    metas::add(backup.metas.as_deref(), &around, &mut import);
    for (name, rows) in &backup.others {
        let rows = rows.as_array().map_or(0, Vec::len);
        if rows > 0 {
            let text =
                format!("{} of AList's own, to which nothing corresponds", count(rows, "row"));
            import.report.add(Outcome::LeftOut, &format!("table {}", code(name)), text);
        }
    }
    import.rules.retain(|_, rule| !rule.is_empty());
    import.keep_site_key(site_key);
    Ok(import)
}
