//! The binary form of a share link's claims. Equal claims have one form only.
//!
//! Version (1), flags, depth, id (6 bytes), created (5), then the fields that the flags announce, in
//! their order: expiry (5), uses (4), bytes (7), site (its length, then its text), address (its prefix
//! length, then 4 or 16 bytes). Numbers are big-endian.

use std::net::IpAddr;

use ipnet::IpNet;

use super::claims::{ShareClaims, ShareId};
use crate::time::UnixSeconds;

const VERSION: u8 = 1;

const EXPIRES: u8 = 1;
const USES: u8 = 2;
const BYTES: u8 = 4;
const SITE: u8 = 8;
const ADDRESS_V4: u8 = 16;
const ADDRESS_V6: u8 = 32;
const ALL: u8 = EXPIRES | USES | BYTES | SITE | ADDRESS_V4 | ADDRESS_V6;

/// Encodes claims into bytes; `None` if a number is too great for its field.
pub fn write(claims: &ShareClaims) -> Option<Vec<u8>> {
    let mut out = vec![VERSION, flags(claims), u8::try_from(claims.depth).ok()?];
    out.extend(claims.id.0);
    push::<5>(&mut out, claims.created.0)?;
    if let Some(expires_at) = claims.expires_at {
        push::<5>(&mut out, expires_at.0)?;
    }
    if let Some(uses) = claims.uses {
        push::<4>(&mut out, uses.into())?;
    }
    if let Some(bytes) = claims.bytes {
        push::<7>(&mut out, bytes)?;
    }
    if let Some(site) = &claims.site {
        out.push(u8::try_from(site.len()).ok()?);
        out.extend(site.bytes());
    }
    if let Some(address) = claims.address {
        out.push(address.prefix_len());
        match address.network() {
            IpAddr::V4(address) => out.extend(address.octets()),
            IpAddr::V6(address) => out.extend(address.octets()),
        }
    }
    Some(out)
}

/// Decodes claims; `None` unless [`write()`] wrote these bytes.
pub fn read(bytes: &[u8]) -> Option<ShareClaims> {
    let mut rest = bytes;
    let [version, flags, depth] = take::<3>(&mut rest)?;
    if version != VERSION || flags & !ALL != 0 {
        return None;
    }
    let has = |flag: u8| flags & flag != 0;
    let id = ShareId(take(&mut rest)?);
    let created = UnixSeconds(number::<5>(&mut rest)?);
    let expires_at = if has(EXPIRES) { Some(UnixSeconds(number::<5>(&mut rest)?)) } else { None };
    let uses = if has(USES) { Some(u32::from_be_bytes(take(&mut rest)?)) } else { None };
    let bytes_cap = if has(BYTES) { Some(number::<7>(&mut rest)?) } else { None };
    let site = if has(SITE) { Some(text(&mut rest)?) } else { None };
    let address = match (has(ADDRESS_V4), has(ADDRESS_V6)) {
        (false, false) => None,
        (true, true) => return None,
        (v4, _) => Some(address(&mut rest, v4)?),
    };
    let depth = depth.into();
    let claims =
        ShareClaims { id, depth, created, expires_at, uses, bytes: bytes_cap, site, address };
    // Encoded again, so that nothing passes but the one form of these claims.
    (write(&claims).as_deref() == Some(bytes)).then_some(claims)
}

fn flags(claims: &ShareClaims) -> u8 {
    let address = match claims.address {
        None => 0,
        Some(IpNet::V4(_)) => ADDRESS_V4,
        Some(IpNet::V6(_)) => ADDRESS_V6,
    };
    [
        (claims.expires_at.is_some(), EXPIRES),
        (claims.uses.is_some(), USES),
        (claims.bytes.is_some(), BYTES),
        (claims.site.is_some(), SITE),
    ]
    .iter()
    .filter(|(there, _)| *there)
    .fold(address, |flags, (_, flag)| flags | flag)
}

/// Appends a number in `N` bytes; `None` if it doesn't fit into them.
fn push<const N: usize>(out: &mut Vec<u8>, number: u64) -> Option<()> {
    let bytes = number.to_be_bytes();
    let (high, low) = bytes.split_at_checked(bytes.len().checked_sub(N)?)?;
    high.iter().all(|byte| *byte == 0).then(|| out.extend(low))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*taken)
}

fn number<const N: usize>(rest: &mut &[u8]) -> Option<u64> {
    Some(take::<N>(rest)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

fn text(rest: &mut &[u8]) -> Option<String> {
    let [length] = take::<1>(rest)?;
    let (text, after) = rest.split_at_checked(length.into())?;
    *rest = after;
    String::from_utf8(text.to_vec()).ok()
}

fn address(rest: &mut &[u8], v4: bool) -> Option<IpNet> {
    let [prefix] = take::<1>(rest)?;
    let address: IpAddr = if v4 { take::<4>(rest)?.into() } else { take::<16>(rest)?.into() };
    IpNet::new(address, prefix).ok()
}
