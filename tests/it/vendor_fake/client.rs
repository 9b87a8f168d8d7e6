//! A correct client, whose requests can be spoiled before they are sent.

use serde_json::{Value, json};

use crate::support::vendor::http::{Reply, Request};
use crate::support::vendor::{Vendor, accounts, digest};

/// The origin of the fake.
pub const ORIGIN: &str = "http://127.0.0.1:9123";
/// The program, and so the city, of all requests that are not somebody else's.
pub const AGENT: &str = "Mozilla/5.0 signpost";
/// 2026-01-01 00:00 in China.
pub const NOW: u64 = 1_767_196_800_000;
/// The query of a listing of the root.
pub const LIST: &str = "driveId=0&limit=100&next=0&Page=1&orderBy=file_id&orderDirection=asc\
    &parentFileId=0&trashed=false&SearchData=&OnlyLookAbnormalFile=0&event=homeListFile\
    &operateType=4&inDirectSpace=false";
/// The query of a listing of the share's root.
pub const SHARE: &str = "limit=100&next=0&Page=1&orderBy=file_id&orderDirection=asc\
    &parentFileId=0&shareKey=VN6A-qP163&SharePwd=q7Zf&event=homeListFile&operateType=4";

/// The name of a spoiled request, and the change that spoils a correct one.
pub type Spoiled = (&'static str, fn(Request) -> Request);

/// A client of the fake, written apart from the crate's own.
pub struct Client {
    /// The fake that the client calls.
    pub vendor: Vendor,
    /// The time in Unix milliseconds; each call takes a second.
    pub now: u64,
    /// A token of the web API.
    pub token: String,
    /// A token of the open platform.
    pub open_token: String,
    rnd: u64,
}

impl Client {
    /// A client with a token for each API.
    pub fn new() -> Self {
        let mut vendor = Vendor::new(ORIGIN);
        let token = vendor.issue_web_token(NOW);
        let open_token = vendor.issue_open_token(NOW);
        Self { vendor, now: NOW, token, open_token, rnd: 0 }
    }

    /// Sends a request, and moves the clock on.
    pub fn send(&mut self, request: &Request) -> Reply {
        let reply = self.vendor.handle(request);
        self.now += 1000;
        reply
    }

    /// A request with the web page's headers, without a token.
    pub fn plain(&self, method: &str, target: &str) -> Request {
        Request::new(method, &format!("{ORIGIN}{target}"), self.now)
            .with("platform", "web")
            .with("app-version", "3")
            .with("origin", ORIGIN)
            .with("referer", &format!("{ORIGIN}/"))
            .with("user-agent", AGENT)
    }

    /// A request with the web page's headers and a fresh signature.
    pub fn signed(&mut self, method: &str, path: &str, query: &str) -> Request {
        self.rnd += 1;
        let (name, value) = digest::signature(path, self.now / 1000, self.rnd);
        let and = if query.is_empty() { "" } else { "&" };
        self.plain(method, &format!("{path}?{query}{and}{name}={value}"))
    }

    /// A request with the web API's token.
    pub fn bearer(&self, request: Request) -> Request {
        request.with("authorization", &format!("Bearer {}", self.token))
    }

    /// A request for a listing with this query.
    pub fn list(&mut self, query: &str) -> Request {
        let request = self.signed("GET", "/b/api/file/list/new", query);
        self.bearer(request)
    }

    /// A signed POST with a JSON body and a token.
    pub fn post(&mut self, path: &str, body: &Value) -> Request {
        let request = self.signed("POST", path, "").json(body);
        self.bearer(request)
    }

    /// A request to the open platform, with its token.
    pub fn open(&self, method: &str, target: &str) -> Request {
        Request::new(method, &format!("{ORIGIN}{target}"), self.now)
            .with("authorization", &format!("Bearer {}", self.open_token))
            .with("platform", "open_platform")
            .with("content-type", "application/json")
            .with("user-agent", AGENT)
    }

    /// A request to sign in.
    pub fn sign_in(&self, body: &Value) -> Request {
        self.plain("POST", "/api/user/sign_in").json(body)
    }

    /// A request for the link of the file at a path.
    pub fn download(&mut self, path: &str) -> Request {
        let body = self.download_body(path);
        self.post("/b/api/file/download_info", &body)
    }

    /// The body of [`Self::download`].
    pub fn download_body(&self, path: &str) -> Value {
        let node = self.vendor.drive.node(self.id(path)).unwrap();
        json!({
            "driveId": 0, "etag": node.etag, "fileId": node.id, "fileName": node.name,
            "s3keyFlag": node.s3_key_flag(), "size": node.size, "type": 0,
        })
    }

    /// A request for the link of the share's file at a path.
    pub fn share_download(&mut self, path: &str) -> Request {
        let node = self.vendor.drive.node(self.id(path)).unwrap();
        let body = json!({
            "shareKey": accounts::SHARE_KEY, "SharePwd": accounts::SHARE_PASSWORD,
            "etag": node.etag, "fileId": node.id, "s3keyFlag": node.s3_key_flag(),
            "size": node.size,
        });
        self.post("/b/api/share/download/info", &body)
    }

    /// The id of the file or folder at a path.
    pub fn id(&self, path: &str) -> u64 {
        self.vendor.drive.find(path).unwrap()
    }

    /// Sends a request that has to be fine, and returns its `data`.
    #[track_caller]
    pub fn data(&mut self, request: &Request) -> Value {
        let reply = self.send(request);
        let code = code(&reply);
        assert!(code == json!(0) || code == json!(200), "{:?}", reply.value());
        assert_eq!(self.vendor.violations(), [""; 0]);
        reply.value()["data"].clone()
    }

    /// Asserts that each spoiled request is refused, and that each but those in `innocent` is a violation.
    #[track_caller]
    pub fn refuses(&mut self, make: fn(&mut Self) -> Request, cases: &[Spoiled]) {
        for (what, spoil) in cases {
            let before = self.vendor.violations().len();
            let request = make(self);
            let reply = self.send(&spoil(request));
            assert!(![json!(0), json!(200)].contains(&code(&reply)), "{what}: {:?}", reply.value());
            assert_eq!(self.vendor.violations().len(), before + 1, "{what}");
        }
    }
}

/// The code in a reply's envelope.
pub fn code(reply: &Reply) -> Value {
    reply.value()["code"].clone()
}

/// The request with one part of its query replaced.
pub fn query(mut request: Request, from: &str, to: &str) -> Request {
    assert!(request.query.contains(from), "{from:?} in {:?}", request.query);
    request.query = request.query.replacen(from, to, 1);
    request
}

/// The request with one part of its body replaced.
pub fn body(mut request: Request, from: &str, to: &str) -> Request {
    let text = String::from_utf8(request.body).unwrap();
    assert!(text.contains(from), "{from:?} in {text:?}");
    request.body = text.replacen(from, to, 1).into_bytes();
    request
}
