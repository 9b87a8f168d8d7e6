//! Errors and warnings about a tree's text, each with a hint how to fix it.

use std::fmt;

use crate::origin::OriginError;

/// One error or warning about a tree's text. It holds nothing of the text, which is a secret: whoever may
/// see the text finds the problem by its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The number of the line, counted from 1 as editors do.
    pub line: usize,
    /// The kind of error or warning.
    pub kind: ProblemKind,
}

/// The kinds of errors and warnings. Everything above [`ProblemKind::DeepIndent`] is an error and refuses
/// the text; the rest are warnings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// A tab in the indent.
    Tab,
    /// An indent that is no multiple of two.
    OddIndent(usize),
    /// A line that is neither a folder nor a URL, with no base above to complete it.
    NotALine,
    /// A scheme other than http and https.
    Scheme,
    /// A URL without its scheme: a host and a path.
    NoScheme,
    /// A name and a URL with no colon between.
    MissingColon,
    /// A quoted name that doesn't end, or is followed by something else than a colon.
    Quote,
    /// More fields than name, size and time before the URL.
    TooManyFields,
    /// A size or time with characters other than digits.
    NotANumber,
    /// A size or time that is too large to be one.
    TooLarge,
    /// A URL ending in `/` without the name of the folder it is for.
    BaseWithoutName,
    /// `Name/*:` without the URL of the remote folder.
    PrefixWithoutUrl,
    /// An unquoted bare name with a colon.
    ColonInName,
    /// A URL from which no name can be taken.
    NoName,
    /// A name with a slash or NUL, or `.` or `..`.
    BadName,
    /// The URL's last segment is not UTF-8 when decoded.
    NameNotUtf8,
    /// The URL can't be the origin of a file.
    Url(OriginError),
    /// A folder and a file of one name; holds the line of the first.
    FileAndFolder(usize),
    /// A name or a URL of more than 65,533 bytes.
    TooLong,
    /// The text is larger than an index can count.
    TreeTooLarge,
    /// More nested folders than a request's path can have.
    TooDeep,

    /// An indent deeper than the line above allows.
    DeepIndent,
    /// A lone number, read as a time, that could be a size as well.
    LoneNumber,
    /// A path that is written twice; holds the line of the first, which is served.
    Duplicate(usize),
    /// An `http` URL, although `https` works.
    PlainHttp,
    /// A host that is not a direct-link host: its links are not signed.
    Unsigned,
    /// An IP address as host: Cloudflare refuses to fetch from it, which a proxied file needs.
    AddressAsHost,
    /// A `#` in a URL: what follows is not part of the URL.
    Fragment,
    /// A bare name that looks percent-encoded.
    EscapeInBareName,
    /// A name at the site's root that the site's own paths hide.
    Reserved,
    /// A name at the site's root that WebDAV's or AList's paths hide, unless this setting is `false`.
    Shadowed(&'static str),
    /// A direct link that ends in a number in place of the file's name.
    Numbered,
}

impl ProblemKind {
    /// Whether the problem is an error, for which the text is refused.
    pub fn is_error(self) -> bool {
        use ProblemKind::{
            AddressAsHost, DeepIndent, Duplicate, EscapeInBareName, Fragment, LoneNumber, Numbered,
            PlainHttp, Reserved, Shadowed, Unsigned,
        };
        !matches!(
            self,
            DeepIndent
                | LoneNumber
                | Duplicate(_)
                | PlainHttp
                | Unsigned
                | AddressAsHost
                | Fragment
                | EscapeInBareName
                | Reserved
                | Shadowed(_)
                | Numbered
        )
    }

    /// How to fix the problem.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Tab => "indent with two spaces a level",
            Self::OddIndent(_) => "indent with two spaces a level, so an even number of them",
            Self::NotALine => {
                "end a folder's name with a colon, give a file its URL, or put bare names below a \
                 folder that has a URL ending in /"
            }
            Self::Scheme => "use an http:// or https:// URL, in lower case",
            Self::NoScheme => "write https:// in front of the host",
            Self::MissingColon => "put a colon between the name and the URL",
            Self::Quote => {
                "write \"name\":URL, with \\\" for a quote and \\\\ for a backslash inside"
            }
            Self::TooManyFields => {
                "write NAME:SIZE:TIME:URL, each but the URL optional; quote a name that holds a colon"
            }
            Self::NotANumber => {
                "write sizes in bytes and times in Unix seconds, digits only; quote a name that \
                 holds a colon"
            }
            Self::TooLarge => "sizes are bytes, times Unix seconds (10 digits)",
            Self::BaseWithoutName => "write FOLDER: URL/, or let a file's URL end in its name",
            Self::PrefixWithoutUrl => "write NAME/*: URL/, the URL ending in /",
            Self::ColonInName => "put the name in double quotes",
            Self::NoName | Self::NameNotUtf8 => "give the file a name: NAME:URL",
            Self::BadName => {
                "use a name that is not empty, . or .., and has no /; give a file another: NAME:URL"
            }
            Self::Url(error) => match error {
                OriginError::Scheme => "use an http:// or https:// URL, in lower case",
                OriginError::Host => {
                    "use a host name in lower case, without user and password; an IPv6 address has to get a name"
                }
                OriginError::NoPath => "copy the whole direct link, with its path",
                OriginError::QueryInBase => "write ? as %3F and # as %23, or leave the query out",
                OriginError::DotSegment => "write the path without . and .. segments",
            },
            Self::FileAndFolder(_) => "rename one of the two",
            Self::TooLong => "shorten it to 65,533 bytes or fewer",
            Self::TreeTooLarge => "split the tree over several mounts",
            Self::TooDeep => "put at most 64 folders one into the other",
            Self::DeepIndent => "indent at most one level deeper than the folder above",
            Self::LoneNumber => "write SIZE::URL for a size or :TIME:URL for a time",
            Self::Duplicate(_) => "remove or rename one of the two; the first is served",
            Self::PlainHttp => "write https:// so that links can't be read on their way",
            Self::Unsigned => "if this is a direct-link domain of yours, add it to hosts",
            Self::AddressAsHost => {
                "give the server a host name in DNS and write that, or redirect to the file instead of \
                 proxying it"
            }
            Self::Fragment => "if the # belongs to the name, write %23",
            Self::EscapeInBareName => "bare names are taken as they are: write the name decoded",
            Self::Numbered => {
                "redirected, it is saved under its number: mode = \"proxy\" in a rule gives it its name"
            }
            Self::Shadowed("SITE.dav") => {
                "rename it, or set SITE.dav = false if nobody mounts the site"
            }
            Self::Shadowed(_) => {
                "rename it, or set SITE.alist = false if no program for AList opens the site"
            }
            Self::Reserved => "rename it: /-/ and names beginning with ~ are the site's own",
        }
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tab => f.write_str("a tab in the indent"),
            Self::OddIndent(1) => f.write_str("an indent of 1 space, expected a multiple of 2"),
            Self::OddIndent(spaces) => {
                write!(f, "an indent of {spaces} spaces, expected a multiple of 2")
            }
            Self::NotALine => f.write_str("expected a folder name ending in `:` or a URL"),
            Self::Scheme => f.write_str("not an http or https URL"),
            Self::NoScheme => f.write_str("a URL without https:// in front"),
            Self::MissingColon => f.write_str("no colon before the URL"),
            Self::Quote => {
                f.write_str("a quoted name that is not closed or not followed by a colon")
            }
            Self::TooManyFields => f.write_str("too many fields before the URL"),
            Self::NotANumber => f.write_str("a size or time that is not a number"),
            Self::TooLarge => f.write_str("a number too large for a size or time"),
            Self::BaseWithoutName => f.write_str("a URL ending in / without a folder's name"),
            Self::PrefixWithoutUrl => f.write_str("a /* folder without a URL that ends in /"),
            Self::ColonInName => f.write_str("a colon in a bare name"),
            Self::NoName => f.write_str("the URL ends without a name"),
            Self::BadName => f.write_str("a name that no path can hold"),
            Self::NameNotUtf8 => f.write_str("the name in the URL is not UTF-8"),
            Self::Url(error) => error.fmt(f),
            Self::FileAndFolder(line) => {
                write!(f, "a file and a folder of the same name (see line {line})")
            }
            Self::TooLong => f.write_str("a name or URL that is too long"),
            Self::TreeTooLarge => f.write_str("more text than a tree can hold"),
            Self::TooDeep => f.write_str("a folder too deep to be reached"),
            Self::DeepIndent => f.write_str("an indent deeper than the folder above allows"),
            Self::LoneNumber => f.write_str("a lone number, read as a time, that could be a size"),
            Self::Duplicate(line) => write!(f, "the path stands in line {line} already"),
            Self::PlainHttp => f.write_str("http where https works"),
            Self::Unsigned => f.write_str("a host that is not signed for"),
            Self::AddressAsHost => f.write_str(
                "an IP address as host, which Cloudflare refuses (error 1003) where a rule says mode = \"proxy\"",
            ),
            Self::Fragment => f.write_str("a # in the URL: what follows it is left out"),
            Self::EscapeInBareName => f.write_str("a bare name that looks percent-encoded"),
            Self::Reserved => f.write_str("a name that the site's own paths hide"),
            Self::Shadowed("SITE.dav") => f.write_str("a name that WebDAV's paths hide"),
            Self::Shadowed(_) => f.write_str("a name that the paths of AList's API hide"),
            Self::Numbered => f.write_str("a direct link that ends in a number, not in the name"),
        }
    }
}
