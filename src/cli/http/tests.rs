//! The client against servers of one response.

use std::io::Write as _;
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use super::*;

const LIMITS: Limits = Limits { requests: 2, interval: Duration::ZERO };

/// A server of one response; it gives the request's head.
fn serve(response: &'static [u8]) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/x", listener.local_addr().unwrap());
    let served = thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            connection.read_exact(&mut byte).unwrap();
            head.extend(byte);
        }
        // The client may have had enough.
        let _ = connection.write_all(response);
        String::from_utf8(head).unwrap()
    });
    (url, served)
}

#[test]
fn a_redirect_is_a_response_and_the_client_says_who_it_is() {
    let (url, served) =
        serve(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nVia: a\r\nVia: b\r\nContent-Length: 0\r\n\r\n");
    let client = Client::new(&ConnectArgs::default(), LIMITS);
    let response = client.get(&url, &[("x-test", "1")]).unwrap();
    assert_eq!(response.status, 302);
    assert_eq!(response.header("LOCATION").as_deref(), Some("http://127.0.0.1:1/"));
    assert_eq!(response.header("via").as_deref(), Some("a, b"));
    assert_eq!(response.header("date"), None);
    let head = served.join().unwrap().to_ascii_lowercase();
    let agent = concat!("user-agent: signpost/", env!("CARGO_PKG_VERSION"), "\r\n");
    assert!(head.starts_with("get /x http/1.1\r\n") && head.contains(agent), "{head}");
    assert!(head.contains("x-test: 1\r\n"), "{head}");
}

#[test]
fn a_method_of_webdav_is_sent_as_any_other() {
    let (url, served) = serve(b"HTTP/1.1 207 Multi-Status\r\nContent-Length: 0\r\n\r\n");
    let client = Client::new(&ConnectArgs::default(), LIMITS);
    let response = client.send(&Request::new(Method::Propfind, &url, &[])).unwrap();
    assert_eq!(response.status, 207);
    assert!(served.join().unwrap().starts_with("PROPFIND /x "));
}

#[test]
fn no_body_is_read_past_its_limit_but_a_failures_is() {
    for (status, want) in [("200 OK", "h"), ("403 Forbidden", "hello")] {
        let text = format!("HTTP/1.1 {status}\r\nContent-Length: 5\r\n\r\nhello");
        let (url, served) = serve(Box::leak(text.into_bytes().into_boxed_slice()));
        let client = Client::new(&ConnectArgs::default(), LIMITS);
        let request = Request { max_body: 1, ..Request::new(Method::Get, &url, &[]) };
        let response = client.send(&request).unwrap();
        assert_eq!((response.text().as_str(), response.is_cut), (want, want == "h"));
        served.join().unwrap();
    }
}

#[test]
fn no_more_requests_are_sent_than_the_limit_says() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::new(&ConnectArgs::default(), LIMITS);
    for _ in 0..2 {
        assert!(matches!(client.get(&url, &[]), Err(HttpError::NotConnected(_))));
    }
    assert_eq!(client.get(&url, &[]).unwrap_err(), HttpError::LimitReached);
    assert_eq!(client.sent(), 2);
}

#[test]
fn what_is_no_url_and_no_http_is_told_apart() {
    let client = Client::new(&ConnectArgs::default(), Limits { requests: 9, ..LIMITS });
    assert!(matches!(client.get("https://a b/", &[]), Err(HttpError::Invalid(_))));
    assert!(matches!(client.get("http://a/", &[("x", "a\nb")]), Err(HttpError::Invalid(_))));
    let (url, served) = serve(b"SSH-2.0-OpenSSH\r\n\r\n");
    assert!(matches!(client.get(&url, &[]), Err(HttpError::Broken(_))));
    served.join().unwrap();
}
