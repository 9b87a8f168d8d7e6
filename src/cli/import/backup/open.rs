//! The storage `123 Open` as a mount of 123Pan's open platform.

use super::storages::{Added, Imported, mounted, root, valid};
use super::wire::PanOpen;
use crate::cli::import::model::Import;
use crate::cli::import::report::{Outcome, code};
use crate::config::base_url::base_url;

/// Adds the fields of a mount of the open platform.
///
/// # Errors
/// The reason why it can't sign in.
pub fn add(imported: &mut Imported<'_>, addition: &PanOpen, import: &mut Import) -> Added {
    imported.mount.source = "open";
    imported.mount.root = root(addition.root_folder_id);
    let how = credentials(imported, addition, import)?;
    if addition.directlink || addition.usedirectlink {
        imported.mount.direct_link = Some(true);
        imported.mount.private_key = imported.secret(import, "KEY", &addition.directlinkprivatekey);
        imported.mount.valid_minutes =
            valid(addition.directlinkvalidduration, &imported.subject, import);
        if imported.mount.private_key.is_none() {
            let text =
                "direct links are not signed: the storage has no key, so each link works for ever";
            import.report.add(Outcome::Differs, &imported.subject, text);
        }
    }
    mounted(imported, how, import);
    Ok(None)
}

/// Adds the way to sign in that OpenList would take first.
fn credentials(
    imported: &mut Imported<'_>,
    addition: &PanOpen,
    import: &mut Import,
) -> Result<&'static str, String> {
    let is_set = |text: &str| !text.trim().is_empty();
    let has_client = is_set(&addition.clientid) && is_set(&addition.clientsecret);
    let address = addition.api_url_address.trim();
    let is_address =
        base_url(address).is_some_and(|url| url.scheme() == "https" && url.query().is_none());
    if is_set(&addition.refreshtoken) && addition.use_online_api && is_address {
        imported.mount.refresh_token = imported.secret(import, "REFRESH", &addition.refreshtoken);
        imported.mount.renew_url = Some(address.to_owned());
        let text = format!(
            "`use_online_api`: {} gets the refresh token each time, as before. Whoever runs it can do \
             everything to the drive",
            code(address)
        );
        import.report.add(Outcome::Differs, &imported.subject, text);
        return Ok("a refresh token and a renewal service");
    }
    if has_client {
        imported.mount.client_id = imported.secret(import, "CLIENT_ID", &addition.clientid);
        imported.mount.client_secret =
            imported.secret(import, "CLIENT_SECRET", &addition.clientsecret);
        if is_set(&addition.refreshtoken) {
            imported.mount.refresh_token =
                imported.secret(import, "REFRESH", &addition.refreshtoken);
            return Ok("a refresh token and its client");
        }
        return Ok("client id and secret");
    }
    if is_set(&addition.accesstoken) {
        imported.mount.access_token = imported.secret(import, "TOKEN", &addition.accesstoken);
        return Ok("an access token, which ends by itself");
    }
    Err(if is_set(&addition.refreshtoken) {
        "its refresh token can't be renewed: there is neither a client nor an https address of a service \
         in `api_url_address`"
            .to_owned()
    } else {
        "there is nothing to sign in with: no client, no token".to_owned()
    })
}
