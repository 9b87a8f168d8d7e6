//! A world for the client: the fake vendor, a store that outlives clients, a clock that moves only when
//! everybody waits, and an executor that polls what was woken.

mod host;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use signpost::account::client::AccountClient;
use signpost::account::command::{AccountRequest, Reply};
use signpost::account::host::AccountHost;
use signpost::sources::RemoteMountConfig;
use signpost::sources::upstream::call::Call;

use super::vendor::Vendor;
use super::vendor::accounts::MARKER;
use super::vendor::http::Request;

/// The time at which the clock begins, 2026-01-01T00:00:00Z in Unix milliseconds.
pub const BEGIN_MS: u64 = 1_767_225_600_000;

/// The origin of the fake vendor.
pub const ORIGIN: &str = "https://vendor.test";

/// The host of an account client in memory, which outlives the client.
#[derive(Clone)]
pub struct World(Rc<Inner>);

/// A text that was written to KV.
#[derive(Clone, Debug)]
pub struct Published {
    /// The key in KV.
    pub key: String,
    /// The text under the key.
    pub text: String,
    /// The lifetime in KV, in seconds.
    pub seconds: u64,
    /// The time of the write, in Unix milliseconds.
    pub now_ms: u64,
}

struct Inner {
    now: Cell<u64>,
    chance: Cell<u64>,
    timers: RefCell<BTreeMap<(u64, u64), Waker>>,
    tasks: RefCell<Vec<Task>>,
    spawned: RefCell<Vec<LocalBoxFuture<'static, ()>>>,
    vendor: RefCell<Vendor>,
    store: RefCell<BTreeMap<String, String>>,
    published: RefCell<Vec<Published>>,
    logged: RefCell<Vec<String>>,
    reads: Cell<u64>,
    writes: Cell<u64>,
    writes_fail: Cell<bool>,
}

struct Task {
    work: LocalBoxFuture<'static, ()>,
    flag: Arc<Flag>,
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl World {
    /// A world with this vendor and an empty storage.
    pub fn new(vendor: Vendor) -> Self {
        Self(Rc::new(Inner {
            now: Cell::new(BEGIN_MS),
            chance: Cell::default(),
            timers: RefCell::default(),
            tasks: RefCell::default(),
            spawned: RefCell::default(),
            vendor: RefCell::new(vendor),
            store: RefCell::default(),
            published: RefCell::default(),
            logged: RefCell::default(),
            reads: Cell::default(),
            writes: Cell::default(),
            writes_fail: Cell::default(),
        }))
    }

    /// A world with the sample drive, whose vendor limits the rate of calls.
    pub fn sample() -> Self {
        Self::new(Vendor::new(ORIGIN))
    }

    /// A client in this world; the one before it ends with all its work. Another one before it is gone with
    /// all that it was at.
    pub fn client(&self, mounts: &[RemoteMountConfig]) -> Rc<AccountClient<World>> {
        self.0.tasks.borrow_mut().clear();
        self.0.spawned.borrow_mut().clear();
        self.0.timers.borrow_mut().clear();
        AccountClient::new(self.clone(), mounts.to_vec())
    }

    /// Gives access to the fake vendor.
    pub fn vendor<T>(&self, look: impl FnOnce(&mut Vendor) -> T) -> T {
        look(&mut self.0.vendor.borrow_mut())
    }

    /// The number of calls of an endpoint, a family of them, or `all`.
    pub fn calls(&self, name: &str) -> u64 {
        self.0.vendor.borrow().calls(name)
    }

    /// The clock's time in Unix milliseconds.
    pub fn now_ms(&self) -> u64 {
        self.0.now.get()
    }

    /// All writes to KV, in order.
    pub fn published(&self) -> Vec<Published> {
        self.0.published.borrow().clone()
    }

    /// The text that KV has under a key at present.
    pub fn in_kv(&self, key: &str) -> Option<String> {
        let now = self.now_ms();
        let published = self.0.published.borrow();
        let newest = published.iter().rev().find(|have| have.key == key)?;
        (now < newest.now_ms + newest.seconds * 1_000).then(|| newest.text.clone())
    }

    /// The number of writes to KV on each day since 1970.
    pub fn published_by_day(&self) -> BTreeMap<u64, usize> {
        let mut days = BTreeMap::new();
        for published in self.0.published.borrow().iter() {
            *days.entry(published.now_ms / 86_400_000).or_default() += 1;
        }
        days
    }

    /// The number of writes to KV.
    pub fn published_count(&self) -> usize {
        self.0.published.borrow().len()
    }

    /// The lines of the owner's log.
    pub fn logged(&self) -> Vec<String> {
        self.0.logged.borrow().clone()
    }

    /// The number of reads of the storage.
    pub fn reads(&self) -> u64 {
        self.0.reads.get()
    }

    /// The number of writes to the storage.
    pub fn writes(&self) -> u64 {
        self.0.writes.get()
    }

    /// Sets whether writes to the storage fail.
    pub fn fail_writes(&self, fail: bool) {
        self.0.writes_fail.set(fail);
    }

    /// All texts in the storage, by key.
    pub fn stored(&self) -> BTreeMap<String, String> {
        self.0.store.borrow().clone()
    }

    /// The replies to requests that come at once, each with its duration in milliseconds.
    pub fn answers(
        &self,
        client: &Rc<AccountClient<World>>,
        requests: Vec<AccountRequest>,
    ) -> Vec<(Reply, u64)> {
        let replies = Rc::new(RefCell::new(vec![None; requests.len()]));
        let begun = self.now_ms();
        for (index, ask) in requests.into_iter().enumerate() {
            let (client, replies, world) = (Rc::clone(client), Rc::clone(&replies), self.clone());
            self.spawn(Box::pin(async move {
                let reply = client.answer(ask).await;
                replies.borrow_mut()[index] = Some((reply, world.now_ms() - begun));
            }));
        }
        self.run(|| replies.borrow().iter().all(Option::is_some));
        replies.take().into_iter().flatten().collect()
    }

    /// The reply to one request.
    pub fn answer(&self, client: &Rc<AccountClient<World>>, ask: AccountRequest) -> Reply {
        self.answers(client, vec![ask]).remove(0).0
    }

    /// Moves the clock on by `ms` milliseconds, and runs all that happens in that time.
    pub fn pass(&self, ms: u64) {
        let until = self.now_ms() + ms;
        let world = self.clone();
        self.spawn(Box::pin(async move { world.sleep(Duration::from_millis(ms)).await }));
        self.run(|| self.now_ms() >= until);
    }

    /// Runs until no work is under way.
    pub fn run_until_idle(&self) {
        self.run(|| self.0.tasks.borrow().is_empty() && self.0.spawned.borrow().is_empty());
    }

    /// Sends a request that is never polled again once its first wait begins.
    pub fn abandon(client: &Rc<AccountClient<World>>, ask: AccountRequest) {
        let flag = Arc::new(Flag(AtomicBool::new(true)));
        let waker = Waker::from(flag);
        let mut request: LocalBoxFuture<'_, Reply> = Box::pin(client.answer(ask));
        let _ = request.as_mut().poll(&mut Context::from_waker(&waker));
        std::mem::forget(request);
    }

    /// Sends requests and moves the clock `steps` times at most; the work then under way is left as it is.
    pub fn begin(
        &self,
        client: &Rc<AccountClient<World>>,
        requests: Vec<AccountRequest>,
        steps: usize,
    ) {
        for ask in requests {
            let client = Rc::clone(client);
            self.spawn(Box::pin(async move { drop(client.answer(ask).await) }));
        }
        let left = Cell::new(steps);
        self.run(|| {
            let is_done = left.get() == 0 || self.0.tasks.borrow().is_empty();
            left.set(left.get().saturating_sub(1));
            is_done
        });
    }

    /// Asserts that the vendor saw no violation, and that secrets are only where tokens are stored.
    pub fn finish(&self) {
        let stored = self.stored();
        let stored =
            stored.iter().filter(|(key, _)| !key.starts_with("token.")).map(|(_, text)| text);
        let (logged, published) = (self.0.logged.borrow(), self.0.published.borrow());
        let published = published.iter().map(|published| &published.text);
        for text in stored.chain(logged.iter()).chain(published) {
            assert!(!text.contains(MARKER), "{text}");
        }
        assert_eq!(self.vendor(|vendor| vendor.violations()), Vec::<String>::new());
    }

    fn run(&self, is_done: impl Fn() -> bool) {
        loop {
            self.poll_woken();
            if is_done() {
                return;
            }
            let next = self.0.timers.borrow_mut().pop_first();
            let Some(((at, _), waker)) = next else { panic!("everybody waits, and for nothing") };
            self.0.now.set(self.0.now.get().max(at));
            waker.wake();
        }
    }

    fn poll_woken(&self) {
        loop {
            for work in self.0.spawned.take() {
                let flag = Arc::new(Flag(AtomicBool::new(true)));
                self.0.tasks.borrow_mut().push(Task { work, flag });
            }
            let mut tasks = self.0.tasks.take();
            let mut progress = false;
            tasks.retain_mut(|task| {
                if !task.flag.0.swap(false, Ordering::SeqCst) {
                    return true;
                }
                progress = true;
                let waker = Waker::from(Arc::clone(&task.flag));
                task.work.as_mut().poll(&mut Context::from_waker(&waker)).is_pending()
            });
            self.0.tasks.borrow_mut().extend(tasks);
            if !progress {
                return;
            }
        }
    }

    fn request(&self, call: &Call) -> Request {
        let mut request = Request::new(call.method, &call.url, self.now_ms());
        for (name, value) in &call.headers {
            request = request.with(name, value);
        }
        request.body = call.body.clone().unwrap_or_default().into_bytes();
        request
    }

    /// A token in use has to be in the store already, unless its owner pasted it; and with it the
    /// refresh token that came with it.
    fn check_durable(&self, call: &Call) {
        let token = call.headers.iter().find(|(name, _)| *name == "authorization");
        let Some(token) = token.and_then(|(_, value)| value.strip_prefix("Bearer ")) else {
            return;
        };
        let store = self.0.store.borrow();
        let is_stored = store.iter().any(|(key, text)| {
            key.starts_with("token.")
                && text.contains(token)
                && (!token.contains("-oauth-") || text.contains("\"refresh\":\""))
        });
        assert!(is_stored || token.contains(PASTED), "a token was used before it was stored");
    }
}

/// The marker that all pasted tokens of tests contain.
pub const PASTED: &str = "-pasted";
