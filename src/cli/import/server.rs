//! An AList or OpenList server as a list of links, walked by its API.

mod api;
mod target;
mod walk;

use std::path::Path;
use std::time::Duration;

use super::links::LinkList;
use super::model::Import;
use super::report::{Outcome, code};
use crate::cli::direct_link::direct_base;
use crate::cli::failure::Failure;
use crate::cli::http::{Client, ConnectArgs, Limits};
use crate::cli::site_client::{SiteClient, site_folder};
use crate::cli::token::token;
use crate::secret::Secret;
use api::Api;

const LIMITS: Limits = Limits { requests: 200_000, interval: Duration::from_millis(5) };

/// The environment variable of a user's token.
const TOKEN_VARIABLE: &str = "OPENLIST_TOKEN";

/// The arguments for servers.
#[derive(Clone, Debug, clap::Args)]
pub struct ServerArgs {
    /// A file that holds the token of a user of the server, and nothing else; without it, a guest asks
    #[arg(long, value_name = "FILE")]
    token_file: Option<std::path::PathBuf>,
    /// The URL of the server's folder in the direct-link space, to which the paths below it are added
    #[arg(long, value_name = "URL")]
    base: Option<String>,
    #[command(flatten)]
    connect: ConnectArgs,
}

impl ServerArgs {
    /// The option that no source but a server takes, if one is given.
    pub fn given(&self) -> Option<&'static str> {
        let token_file = self.token_file.as_deref().map(|_: &Path| "--token-file");
        token_file.or_else(|| self.base.as_ref().map(|_| "--base"))
    }
}

/// A server's folder that was read.
#[derive(Debug)]
pub struct ServerList {
    /// The server's origin.
    pub server: String,
    /// The links.
    pub list: LinkList,
    /// Whether a user's token was sent, so that more than guests see may be in the list.
    pub has_token: bool,
}

/// Reads the links of a folder on a server, with their folders, sizes and times.
///
/// # Errors
/// The folder can't be listed, or nobody answers as such a server does.
pub fn read(address: &str, args: &ServerArgs) -> Result<ServerList, Failure> {
    let token: Option<Secret> = token(args.token_file.as_deref(), TOKEN_VARIABLE)?;
    let base = args.base.as_deref().map(direct_base).transpose()?;
    let (server, path) = site_folder(address)?;
    let client = Client::new(&args.connect, LIMITS);
    let site = SiteClient::new(&client, server.clone());
    let api = Api { server: &site, token: token.as_ref() };
    let list = walk::walk(&api, &path, base.as_deref())?;
    if list.links.is_empty() {
        let left_out = list.left_out.len();
        return Err(Failure::new(format_args!(
            "{address}: there is no file in it that can be brought, and {left_out} entries were left out"
        )));
    }
    Ok(ServerList { server, list, has_token: token.is_some() })
}

/// Adds what the API of a server does not show. What was read with a token is closed but for share links: it may
/// be behind passwords there, or hidden from guests.
pub fn add_unseen(server: &str, has_token: bool, import: &mut Import) {
    let subject = code(server);
    if has_token {
        import.rule_at("/").close("link");
        let text = "it was read with a user's token, and the passwords of its folders, and what it hides, are \
                    not visible this way. So the whole site opens through share links alone \
                    (`access = \"link\"` in the rule `/`). To open it, add a rule with a `password` for each \
                    folder that is locked there, then remove that line; or import the server's backup, which \
                    brings the passwords";
        import.report.add(Outcome::Closed, &subject, text);
    } else {
        let text = "it was read as a guest: everything that guests see there is open to everybody here, and \
                    what is locked there was not brought. The passwords of its folders are not visible this \
                    way; the server's backup brings them";
        import.report.add(Outcome::Differs, &subject, text);
    }
    let text = "the server's settings, users, passwords, readmes and storages: its API shows files only. \
                Import a backup for them";
    import.report.add(Outcome::LeftOut, &subject, text);
}
