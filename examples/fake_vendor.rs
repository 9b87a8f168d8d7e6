//! 123Pan on this machine, for end-to-end tests and for trying things by hand: the same files that
//! the native tests use, served on one origin. No call leaves the machine.
//!
//! ```text
//! make fake ARGS='--port 9123'
//! fake 123Pan on http://127.0.0.1:9123
//! ```
//!
//! | What | Where |
//! | --- | --- |
//! | sign-in | `POST /api/user/sign_in` |
//! | web API and shares | `/b/api/…` |
//! | open platform | `/api/v1/…`, `/api/v2/…` |
//! | refresh by a third party | `/123cloud/renewapi` |
//! | relay, CDN, direct links | `/download-v2/…`, `/cdn/…`, `/direct/UID/…` |
//! | control | `/_fake/…` |
//!
//! It answers to `http://127.0.0.1:PORT` alone: a client that calls it `localhost` sends another
//! `origin`, which is a violation. `--for SECONDS` ends it, a signal too.
//!
//! Credentials are in `tests/it/support/vendor/accounts.rs`, switches in `quirks.rs` next to it, names
//! of endpoints in `endpoints.rs`, injected failures (JSON field `faults`) in
//! `failures.rs`.
//!
//! ```text
//! F=http://127.0.0.1:9123
//! curl $F/api/v1/access_token -H 'Platform: open_platform' --json \
//!   '{"clientID":"client-FAKEsecret-1","clientSecret":"clientkey-FAKEsecret-1"}'
//! curl "$F/api/v2/file/list?parentFileId=0&limit=100" -H "Authorization: Bearer $TOKEN" \
//!   -H 'Platform: open_platform' -H 'Content-Type: application/json'
//! curl $F/_fake/state
//! curl $F/_fake/calls
//! curl $F/_fake/issue --json '{}'
//! curl "$F/_fake/node?path=/video.mp4"
//! curl "$F/_fake/children?path=/duplicates"
//! curl "$F/_fake/content?path=/video.mp4" | md5sum
//! curl $F/_fake/set --json '{"quirks":{"page_size":500,"link_hop":"210","link_params":"standard"}}'
//! curl $F/_fake/set --json '{"faults":[{"at":"web.list","times":2,"code":"429","message":"slow"}]}'
//! curl $F/_fake/set --json '{"faults":[{"at":"web","html":true},{"at":"cdn","truncate":10}]}'
//! curl $F/_fake/set --json '{"clear":true,"end_tokens":true}'
//! curl $F/_fake/change --json '{"rename":{"path":"/音乐","name":"歌"}}'
//! curl $F/_fake/change --json '{"share":{"path":"/"}}'
//! curl $F/_fake/change --json '{"add_file":{"folder":"/empty","name":"new.txt","size":9}}'
//! curl $F/_fake/change --json '{"add_text":{"folder":"/empty","name":"a.m3u8","text":"#EXTM3U"}}'
//! curl -X POST $F/_fake/reset
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "it serves tests, and may panic as they may"
)]

#[path = "fake_vendor/wire.rs"]
mod wire;

#[allow(dead_code, reason = "the tests use what this doesn't")]
#[path = "../tests/it/support/vendor/mod.rs"]
mod vendor;

use std::io::{BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Parser;
use vendor::Vendor;
use vendor::http::Act;

/// Longer than anybody waits for an answer.
const SILENCE: Duration = Duration::from_secs(65);
/// A connection that sends nothing is closed.
const IDLE: Duration = Duration::from_mins(2);

/// Serves a fake 123Pan on 127.0.0.1.
#[derive(Debug, Parser)]
struct Args {
    /// 0: any that is free.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Stops by itself after so many seconds.
    #[arg(long = "for", value_name = "SECONDS", default_value_t = 24 * 3600)]
    seconds: u64,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let listener = match TcpListener::bind(("127.0.0.1", args.port)) {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("port {}: {error}", args.port);
            return ExitCode::FAILURE;
        }
    };
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let vendor = Arc::new(Mutex::new(Vendor::new(&origin)));
    println!("fake 123Pan on {origin}");
    // A signal ends the process as it is: there is nothing to save.
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let vendor = Arc::clone(&vendor);
            // A connection that breaks is its client's business.
            thread::spawn(move || drop(serve(&stream, &vendor)));
        }
    });
    thread::sleep(Duration::from_secs(args.seconds));
    ExitCode::SUCCESS
}

/// Requests of one connection, until either side closes it.
fn serve(stream: &TcpStream, vendor: &Mutex<Vendor>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(IDLE))?;
    let mut reader = BufReader::new(stream);
    while let Some(mut request) = wire::read(&mut reader, stream)? {
        request.now = now();
        let reply = vendor.lock().unwrap_or_else(PoisonError::into_inner).handle(&request);
        thread::sleep(Duration::from_millis(reply.delay_ms));
        match reply.act {
            Act::Send => (&*stream).write_all(&wire::bytes(&reply, usize::MAX))?,
            Act::Reset => return wire::reset(stream),
            Act::Silence => {
                thread::sleep(SILENCE);
                return Ok(());
            }
            Act::Truncate(most) => return (&*stream).write_all(&wire::bytes(&reply, most)),
        }
        if request.header("connection").is_some_and(|it| it.eq_ignore_ascii_case("close")) {
            break;
        }
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the vendor keeps real time")]
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or_default()
}
