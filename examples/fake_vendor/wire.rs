//! HTTP/1.1 by hand: a server proper doesn't break its answers on purpose.

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use socket2::SockRef;

use crate::vendor::http::{Reply, Request};

/// The most of a request that is read: its head, and its body.
const MAX_HEAD: u64 = 64 * 1024;
const MAX_BODY: u64 = 1024 * 1024;

fn bad(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}

/// Reads the next request of a connection; `None` if the client closed it.
///
/// # Errors
/// What isn't HTTP, is too long or breaks off.
pub fn read(reader: &mut BufReader<&TcpStream>, mut stream: &TcpStream) -> Result<Option<Request>> {
    let mut head = reader.by_ref().take(MAX_HEAD);
    let first = line(&mut head)?;
    if first.is_empty() {
        return Ok(None);
    }
    let mut words = first.split(' ');
    let (Some(method), Some(target), Some(_)) = (words.next(), words.next(), words.next()) else {
        return Err(bad("request line"));
    };
    let mut request = Request::new(method, target, 0);
    loop {
        let line = line(&mut head)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| bad("header"))?;
        request.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    request.host = request.header("host").unwrap_or_default().to_owned();
    if request.header("expect").is_some() {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let chunked = request.header("transfer-encoding").is_some();
    let length = request.header("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
    request.body = if chunked { chunks(reader)? } else { exactly(reader, length)? };
    Ok(Some(request))
}

/// A line without its end; empty at the end of all.
fn line(reader: &mut impl BufRead) -> Result<String> {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line)?;
    let text = String::from_utf8(line).map_err(|_| bad("not UTF-8"))?;
    if !text.is_empty() && !text.ends_with('\n') {
        return Err(bad("too long, or broken off"));
    }
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn exactly(reader: &mut impl BufRead, length: u64) -> Result<Vec<u8>> {
    if length > MAX_BODY {
        return Err(bad("body too long"));
    }
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body)?;
    Ok(body)
}

fn chunks(reader: &mut impl BufRead) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = line(reader)?;
        let size = size.split(';').next().unwrap_or_default();
        let size = u64::from_str_radix(size.trim(), 16).map_err(|_| bad("chunk"))?;
        if body.len() as u64 + size > MAX_BODY {
            return Err(bad("body too long"));
        }
        body.extend(exactly(reader, size)?);
        // What ends a chunk, and the trailer's empty line.
        line(reader)?;
        if size == 0 {
            return Ok(body);
        }
    }
}

/// The bytes of a reply as sent; the body is cut to `most` bytes, `Content-Length` is not.
pub fn bytes(reply: &Reply, most: usize) -> Vec<u8> {
    let mut lines = vec![format!("HTTP/1.1 {} Fake", reply.status)];
    lines.extend(reply.headers.iter().map(|(name, value)| format!("{name}: {value}")));
    if reply.header("content-length").is_none() {
        lines.push(format!("content-length: {}", reply.body.len()));
    }
    let mut bytes = lines.join("\r\n").into_bytes();
    bytes.extend(b"\r\n\r\n");
    bytes.extend(&reply.body[..most.min(reply.body.len())]);
    bytes
}

/// Closes a connection with RST instead of FIN.
///
/// # Errors
/// The system's.
pub fn reset(stream: &TcpStream) -> Result<()> {
    SockRef::from(stream).set_linger(Some(Duration::ZERO))
}
