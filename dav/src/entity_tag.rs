//! Entity tags: the values of `getetag`, and of `ETag` in responses without a body.

use signpost_core::time::UnixSeconds;

/// The version of a file's content (RFC 9110, section 8.8.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntityTag {
    /// The MD5 of the content, which 123Pan's CDN takes for its tag, too; only where it is no secret.
    Md5([u8; 16]),
    /// The size in bytes and the time of the last change, which tell no more than a listing.
    Version(u64, UnixSeconds),
}

impl EntityTag {
    /// The tag of a file with what is known of it; `None` where a change might not be seen.
    pub fn of(
        md5: Option<[u8; 16]>,
        size: Option<u64>,
        modified: Option<UnixSeconds>,
    ) -> Option<Self> {
        md5.map(Self::Md5).or_else(|| Some(Self::Version(size?, modified?)))
    }

    /// The tag in double quotes, appended to `out`.
    pub fn push_onto(self, out: &mut Vec<u8>) {
        out.push(b'"');
        match self {
            Self::Md5(md5) => {
                for byte in md5 {
                    push_hex(out, u64::from(byte >> 4));
                    push_hex(out, u64::from(byte & 0xf));
                }
            }
            Self::Version(size, modified) => {
                push_hex(out, size);
                out.push(b'-');
                push_hex(out, modified.0);
            }
        }
        out.push(b'"');
    }
}

impl std::fmt::Display for EntityTag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut bytes = Vec::with_capacity(40);
        self.push_onto(&mut bytes);
        f.write_str(str::from_utf8(&bytes).unwrap_or_default())
    }
}

/// Appends a number in lower-case hexadecimal digits, without zeros before it.
fn push_hex(out: &mut Vec<u8>, number: u64) {
    let digits = 16 - (number | 1).leading_zeros() / 4;
    for place in (0..digits).rev() {
        let digit = (number >> (4 * place)) & 0xf;
        // A digit is below 16.
        let digit = u8::try_from(digit).unwrap_or_default();
        out.push(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_the_md5_or_the_version() {
        let at = Some(UnixSeconds(0x6000_0000));
        let tag =
            |md5, size, modified| EntityTag::of(md5, size, modified).map(|tag| tag.to_string());
        assert_eq!(tag(None, Some(0), at).as_deref(), Some("\"0-60000000\""));
        assert_eq!(tag(None, Some(u64::MAX), at).as_deref(), Some("\"ffffffffffffffff-60000000\""));
        assert_eq!(tag(None, Some(16), None), None);
        assert_eq!(tag(None, None, at), None);
        let md5 = "\"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a\"";
        assert_eq!(tag(Some([10; 16]), None, None).as_deref(), Some(md5));
    }

    proptest::proptest! {
        #[test]
        fn a_number_is_written_as_the_standard_library_writes_it(number: u64) {
            let mut out = Vec::new();
            push_hex(&mut out, number);
            proptest::prop_assert_eq!(String::from_utf8(out).unwrap(), format!("{number:x}"));
        }
    }
}
