//! Messages in English.

use signpost_core::path::PathError;

use super::catalog::{
    FailureMessages, FailureText, FolderMessages, LoginMessages, Messages, PreferencesMessages,
};
use crate::date;
use crate::view::Failure;

pub(super) const MESSAGES: Messages = Messages {
    crumbs: "Breadcrumbs",
    skip: "Skip to the content",
    preferences: PreferencesMessages {
        name: "Language and colours",
        language: "Language",
        theme: "Colours",
        themes: ["Automatic", "Light", "Dark"],
        needs_https: "Over http no choice is kept: open this site over https.",
    },
    folder: FolderMessages {
        name: "Name",
        size: "Size",
        modified: "Modified",
        folders: ["{n} folder", "{n} folders"],
        files: ["{n} file", "{n} files"],
        items: ["{n} item", "{n} items"],
        and: ", ",
        at_least: "at least {size}",
        zone: "times in {zone}",
        ago: [
            ["{n} minute ago", "{n} minutes ago"],
            ["{n} hour ago", "{n} hours ago"],
            ["{n} day ago", "{n} days ago"],
            ["{n} month ago", "{n} months ago"],
            ["{n} year ago", "{n} years ago"],
        ],
        just_now: "just now",
        locked: "locked",
        empty: "There is nothing in this folder yet.",
        pages: "Pages of this folder",
        rows_of: "{first}–{last} of {n}",
        previous: "Previous page",
        next: "Next page",
        filter: "Filter this folder",
        no_match: "Nothing here has that in its name.",
        apply: "Filter",
        demo: "This is the built-in demo: its files don’t exist. To serve your own, set the secrets <code>PRIVATE_KEY</code> and <code>UID</code>, and put your tree into the secret <code>URL_TREE</code> or into KV as <code>tree</code>.",
        books: "Books in this folder",
        remote: "Files of this folder open by their full address; they are not listed here.",
        loading: "This folder is large and still loading: what is here so far is below. The page loads itself again.",
        stale: "This is how the folder was {n} minutes ago; what is newer is being fetched.",
        lacks_some: "There is more in this folder, but 123Pan can’t be asked for it just now.",
    },
    file: super::file::en::MESSAGES,
    script: super::script::ENGLISH,
    login: LoginMessages {
        title: "A password is needed",
        label: "Password",
        wrong: "That password is not right. Check it and try again.",
        needs_https: "This page came over http, where browsers keep no login: open it over https.",
        submit: "Open",
    },
    failure: FailureMessages {
        for_owner: "For the owner",
        home: "To the start page",
        again: "Try again",
        reopens: " It opens again on {when}.",
        reads: " It looks like {encoding}; in UTF-8 it is:",
    },
    embed: super::embed::EN,
    doctor: super::doctor::EN,
    failure_text_of,
    moment: date::english,
};

const OWNER: &str = " Ask the site's owner to open it again.";

#[expect(clippy::too_many_lines, reason = "a table")]
fn failure_text_of(failure: Failure) -> FailureText {
    use Failure as F;
    let (title, text) = match failure {
        F::BadPath(why) => (
            "Not an address of this site",
            match why {
                PathError::BadEscape => {
                    "A % in this address is not followed by two hexadecimal digits."
                }
                PathError::NotUtf8 => "This address is not UTF-8.",
                PathError::EmptySegment => "This address has an empty part (//).",
                PathError::DotSegment => "This address has a part that is . or .. only.",
                PathError::Forbidden => "This address has an escaped slash or NUL.",
                PathError::NotAbsolute => "This address does not begin with a slash.",
                PathError::TooDeep => "This address is more than 80 levels deep.",
            },
        ),
        F::BadFormat => (
            "No such form",
            "format= can be json or url for files; html, json, m3u8, xspf, strm, aria2, metalink, wget, rss, atom or opds for folders.",
        ),
        F::BadBody => (
            "Not understood",
            "What was sent is not what this page expects. Go back and try once more.",
        ),
        F::BadQuery => (
            "No such search or page",
            "A search or filter takes 1 to 100 characters, limit= a number from 1 to 200, page= a number from 1, \
             per_page= one from 1 to 1000, sort= name, size or time, and order= asc or desc. depth= is a number from 0 \
             to 80, for m3u8, xspf, strm, aria2, metalink and wget; since= a time in Unix seconds, for strm.",
        ),
        F::TreeTooLarge => (
            "Too many entries for one list",
            "With depth= a list takes up to 4,000 files and folders, and here are more. Use a smaller depth=, or \
             ask for each folder by itself; `signpost strm` has no such limit.",
        ),
        F::BadToken => {
            ("A token is needed", "This needs the site's API token, sent as Authorization: Bearer.")
        }
        F::PasswordRequired => ("A password is needed", "This needs a password."),
        F::WrongPassword => {
            ("A password is needed", "That password is not right. Check it and try again.")
        }
        F::RefererNotAllowed => (
            "Not from that page",
            "This can't be shown in, or opened from, the page you came from. Open it from this \
             site's own pages instead.",
        ),
        F::CountryNotAllowed => (
            "Not open where you are",
            "This is not open to the country or region you are visiting from. If you use a VPN or \
             a proxy, try without it, or ask the site's owner.",
        ),
        F::AddressNotAllowed => (
            "Not open to your network",
            "This is not open to your network address. Try another network, or ask the site's \
             owner.",
        ),
        F::NotFound => {
            ("Nothing here", "There is nothing at this address. It may have been moved or renamed.")
        }
        F::MethodNotAllowed => ("Read only", "This site is read only: use GET, HEAD or OPTIONS."),
        F::NoSharing => {
            ("No links from here", "This site's visitors can't make links to this place.")
        }
        F::LinkOver => (
            "This link is over",
            "This share link has expired or was taken back. Ask whoever sent it to you for a new \
             one.",
        ),
        F::TooManyGuesses => {
            ("Too many tries", "Too many passwords were tried. Wait a minute, then try again.")
        }
        F::TooManyRequests => {
            ("A little slower, please", "Too many requests at once. Wait a minute, then try again.")
        }
        F::BudgetUsedUp => {
            ("Used up for now", "The traffic set aside for downloads here is used up.")
        }
        F::ClientBudgetUsedUp => {
            ("Used up for now", "You have used up the traffic that each visitor gets here.")
        }
        F::TooManyLinks => {
            ("Used up for now", "You have opened as many files as a visitor may in an hour.")
        }
        F::ShareUsedUp => {
            ("This link is used up", "This share link has been used as much as it may be.")
        }
        F::Misconfigured => (
            "Not set up right",
            "This site's configuration has an error, so nothing is served until its owner fixes it.",
        ),
        F::Unavailable => (
            "Can't be checked just now",
            "It can't be checked just now whether this may be opened. Try again in a few seconds.",
        ),
        F::StillLoading => {
            ("Still loading", "This folder is large and still loading. Try again in a few seconds.")
        }
        F::ShareGone => (
            "No longer shared",
            "The share on 123Pan that this came from has expired or was taken back.",
        ),
        F::ShareDenied => (
            "The share does not open",
            "The share on 123Pan that this comes from does not open. The site's owner has to check \
             its address and password.",
        ),
        F::Blocked => ("Not handed out", "123Pan does not hand out this file."),
        F::MissingOrRefused => (
            "Missing or refused",
            "The file is missing where it is kept, or is refused there. If that lasts, tell the \
             site's owner.",
        ),
        F::CityLocked => (
            "Not from here",
            "123Pan hands this file out in one city only, and this site's server is in another. Try \
             again later, or tell the site's owner.",
        ),
        F::TrafficUsedUp => (
            "Traffic used up",
            "The download traffic of the account at 123Pan is used up. Try again later, or ask the \
             site's owner.",
        ),
        F::StillChecked => {
            ("Still being checked", "123Pan is still checking this file. Try again in a minute.")
        }
        F::VendorBusy => {
            ("123Pan is busy", "123Pan asks to slow down. Try again in half a minute.")
        }
        F::NoAccount => (
            "To look at only",
            "This share can be looked at here, but its files can't be fetched without an account.",
        ),
        F::VendorSlow => {
            ("123Pan is slow", "123Pan did not answer in time. Try again in half a minute.")
        }
        F::AccountStopped => (
            "123Pan asks for a new login",
            "The site's account at 123Pan needs its owner: nothing can be fetched until then.",
        ),
        F::VendorFailed => (
            "123Pan can't be reached",
            "123Pan can't be asked just now. Try again in half a minute.",
        ),
    };
    FailureText::new(title, text).or(otherwise(failure))
}

fn otherwise(failure: Failure) -> &'static str {
    match failure {
        Failure::BudgetUsedUp | Failure::ClientBudgetUsedUp | Failure::TooManyLinks => OWNER,
        Failure::ShareUsedUp => " Ask whoever sent it to you for a new one.",
        _ => "",
    }
}
