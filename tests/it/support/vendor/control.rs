//! `/_fake/`: what a test in another process tells the fake and asks it. Natively the same are
//! methods and public fields.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Vendor;
use super::accounts::REFRESH_TOKEN;
use super::drive::Node;
use super::failures::InjectedFailure;
use super::http::{Reply, Request};
use super::quirks::Quirks;

/// The body of `POST /_fake/set`. All is optional; `clear` comes first.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Set {
    /// Removes the injected failures and resets the quirks.
    clear: bool,
    quirks: Option<Value>,
    #[serde(rename = "faults")]
    failures: Vec<InjectedFailure>,
    /// Ends every access token.
    end_tokens: bool,
}

/// The body of `POST /_fake/change`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Change {
    AddFile {
        folder: String,
        name: String,
        size: u64,
    },
    AddText {
        folder: String,
        name: String,
        text: String,
    },
    AddFolder {
        folder: String,
        name: String,
    },
    Rename {
        path: String,
        name: String,
    },
    Remove {
        path: String,
    },
    /// As an upload over a file: the new one has its name and another id.
    Replace {
        path: String,
        size: u64,
    },
    Trash {
        path: String,
    },
    /// 0 is fine, above 100 is rejected.
    Status {
        path: String,
        status: i64,
    },
    /// From now on the share is of what lies in this folder.
    Share {
        path: String,
    },
    /// What lies in this folder has direct links.
    Direct {
        path: String,
    },
}

impl Vendor {
    /// Answers a request to `/_fake/`.
    pub(super) fn control(&mut self, request: &Request) -> Reply {
        let done = match (request.method.as_str(), request.path.as_str()) {
            ("GET", "/_fake/state") => Ok(self.state(request.now)),
            ("GET", "/_fake/calls") => Ok(self.log.calls_json()),
            ("GET", "/_fake/node") => self.described(request),
            ("GET", "/_fake/children") => self.listed(request),
            ("GET", "/_fake/content") => return self.bytes(request),
            ("POST", "/_fake/reset") => {
                *self = Self::new(&self.origin);
                Ok(json!({}))
            }
            ("POST", "/_fake/set") => read(request).and_then(|set| self.set(set)),
            ("POST", "/_fake/change") => read(request).and_then(|change| self.change(change)),
            ("POST", "/_fake/issue") => Ok(json!({
                "web": self.issue_web_token(request.now),
                "open": self.issue_open_token(request.now),
                "refresh": self.refresh,
            })),
            _ => Err("no such control".to_owned()),
        };
        match done {
            Ok(value) => Reply::json(200, &value),
            Err(why) => Reply::json(400, &json!({"error": why})),
        }
    }

    /// The fake's state as JSON: counts, violations, tokens, quirks and injected failures.
    pub fn state(&self, now: u64) -> Value {
        let now = now.saturating_add_signed(self.quirks.clock_offset_ms);
        json!({
            "calls": self.log.counts_json(),
            "sign_ins": self.calls("login"),
            "live_tokens": {
                "web": self.web_tokens.live(now),
                "open": self.open_tokens.live(now),
                "oauth": self.oauth_tokens.live(now),
            },
            "refreshed": self.refresh != REFRESH_TOKEN,
            "violations": self.violations(),
            "quirks": self.quirks,
            "faults": self.failures.all(),
        })
    }

    fn set(&mut self, set: Set) -> Result<Value, String> {
        if set.clear {
            self.clear_failures();
            self.quirks = Quirks::default();
        }
        if let Some(change) = &set.quirks {
            self.quirks = self.quirks.changed(change)?;
        }
        for failure in set.failures {
            self.add_failure(failure);
        }
        if set.end_tokens {
            self.end_tokens();
        }
        Ok(json!({}))
    }

    /// Returns the id of what was added or changed.
    fn change(&mut self, change: Change) -> Result<Value, String> {
        let find = |path: &str| self.drive.find(path).ok_or(format!("nothing at {path:?}"));
        let id = match change {
            Change::AddFile { folder, name, size } => {
                let folder = find(&folder)?;
                self.drive.add_file(folder, &name, size)
            }
            Change::AddText { folder, name, text } => {
                let folder = find(&folder)?;
                self.drive.add_text(folder, &name, text)
            }
            Change::AddFolder { folder, name } => {
                let folder = find(&folder)?;
                self.drive.add_folder(folder, &name)
            }
            Change::Rename { path, name } => {
                let id = find(&path)?;
                self.drive.rename(id, &name);
                id
            }
            Change::Remove { path } => {
                let id = find(&path)?;
                self.drive.remove(id);
                id
            }
            Change::Replace { path, size } => {
                let id = find(&path)?;
                let old = self.drive.node(id).ok_or("no file")?;
                let (folder, name) = (old.parent, old.name.clone());
                self.drive.remove(id);
                self.drive.add_file(folder, &name, size)
            }
            Change::Trash { path } => {
                let id = find(&path)?;
                self.drive.edit(id, |node| node.trashed = true);
                id
            }
            Change::Status { path, status } => {
                let id = find(&path)?;
                self.drive.edit(id, |node| node.status = status);
                id
            }
            Change::Share { path } => {
                let id = find(&path)?;
                self.share.items = self.drive.children(id).iter().map(|node| node.id).collect();
                id
            }
            Change::Direct { path } => {
                let id = find(&path)?;
                let inside: Vec<u64> = self.drive.children(id).iter().map(|node| node.id).collect();
                for id in inside {
                    self.drive.edit(id, |node| node.direct = true);
                }
                id
            }
        };
        Ok(json!({ "id": id }))
    }

    /// The file or folder at `?path=`, or with `?id=` where several have one path.
    fn named(&self, request: &Request) -> Result<u64, String> {
        if let Some(id) = request.value("id") {
            return id.parse().map_err(|_| format!("{id:?} is no id"));
        }
        let path = request.value("path").unwrap_or_default();
        self.drive.find(&path).ok_or(format!("nothing at {path:?}"))
    }

    /// What is known of a file or folder.
    fn described(&self, request: &Request) -> Result<Value, String> {
        let id = self.named(request)?;
        self.drive.node(id).map(description).ok_or(format!("nothing has the id {id}"))
    }

    /// What is known of all that lies in a folder, by id.
    fn listed(&self, request: &Request) -> Result<Value, String> {
        let id = self.named(request)?;
        Ok(self.drive.children(id).into_iter().map(description).collect())
    }

    /// The bytes of a file.
    fn bytes(&self, request: &Request) -> Reply {
        match self.named(request).ok().and_then(|id| self.drive.node(id)) {
            Some(node) => Reply::new(200, "application/octet-stream", node.bytes()),
            None => Reply::html(404, "not found"),
        }
    }
}

fn description(node: &Node) -> Value {
    json!({
        "id": node.id, "parent": node.parent, "name": node.name, "type": node.kind,
        "size": node.size, "etag": node.etag, "modified_ms": node.modified,
        "status": node.status, "trashed": node.trashed,
    })
}

fn read<'a, T: Deserialize<'a>>(request: &'a Request) -> Result<T, String> {
    serde_json::from_slice(&request.body).map_err(|error| error.to_string())
}
