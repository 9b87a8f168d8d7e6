//! Messages of files' pages and of their scripts.

pub(super) mod en;
pub(super) mod zh_hans;
pub(super) mod zh_hant;

use serde::Serialize;

/// Messages of a file's page, without its scripts.
#[derive(Debug)]
pub struct FileMessages {
    /// Label of the download link.
    pub download: &'static str,
    /// The button that loads the preview of a picture.
    pub show_picture: &'static str,
    /// The button that loads a film or music.
    pub play: &'static str,
    /// The button that loads the preview of a PDF.
    pub show_document: &'static str,
    /// The button that loads the preview of a text.
    pub show_text: &'static str,
    /// The note that no preview is loaded before the button is pressed.
    pub costs: &'static str,
    /// Why e-books have no preview.
    pub book: &'static str,
    /// Why office documents have no preview.
    pub office: &'static str,
    /// Why raw pictures, which browsers don't show, have no preview.
    pub raw_picture: &'static str,
    /// The note that a redirected file is saved under its number; `{n}` is the number.
    pub numbered: &'static str,
    /// The name of the links to the previous and next file, for screen readers.
    pub neighbours: &'static str,
    /// The link to the previous file.
    pub previous: &'static str,
    /// The link to the next file.
    pub next: &'static str,
    /// The heading above size, date and hash.
    pub about: &'static str,
    /// The label of the size.
    pub size: &'static str,
    /// The text for an unknown size.
    pub unknown: &'static str,
    /// The label of the time of the last change.
    pub modified: &'static str,
    /// The heading above the players.
    pub open_in: &'static str,
    /// The heading above the link box.
    pub links: &'static str,
    /// Messages of the page's scripts.
    pub script: ScriptMessages,
}

/// Messages of the script of files' pages.
#[derive(Debug, Serialize)]
pub struct ScriptMessages {
    /// The copy button, and its results.
    pub copy: &'static str,
    #[expect(missing_docs, reason = "what copying came to")]
    pub copied: &'static str,
    #[expect(missing_docs, reason = "what copying came to")]
    pub not_copied: &'static str,
    /// Something is being loaded.
    pub loading: &'static str,
    /// Loading failed for an unknown reason.
    pub failed: &'static str,
    /// The CDN's response has no CORS header, so that scripts can't read the file; `{n}` is the host.
    pub no_cors: &'static str,
    /// The CDN's response for subtitles or lyrics has no CORS header; `{n}` is the host.
    pub no_cors_sidecars: &'static str,
    /// The CDN's response for segments of an HLS playlist has no CORS header; `{n}` is the host.
    pub no_cors_parts: &'static str,
    /// Browsers block the file on a page over https, since its host `{n}` serves it over http.
    pub mixed_content: &'static str,
    /// The browser can't show the picture.
    pub not_shown: &'static str,
    /// The browser can't play the file.
    pub not_played: &'static str,
    /// The browser doesn't play HLS.
    pub no_hls: &'static str,
    /// The link had expired, and playback continues with a new one.
    pub renewed: &'static str,
    /// Playback had stopped without a known reason, and continues with a new link.
    pub restarted: &'static str,
    /// The film can't be decoded at the time `{m}`.
    pub damaged: &'static str,
    #[expect(missing_docs, reason = "a button beside it")]
    pub skip: &'static str,
    /// Playback resumes at the time `{n}`.
    pub resumed: &'static str,
    #[expect(missing_docs, reason = "a button")]
    pub from_start: &'static str,
    /// The switch that plays the next file afterwards.
    pub go_on: &'static str,
    #[expect(missing_docs, reason = "a heading")]
    pub lyrics: &'static str,
    #[expect(missing_docs, reason = "the name of subtitles without a language")]
    pub subtitles: &'static str,
    /// The name of the picture and its keys, for screen readers.
    pub picture_keys: &'static str,
    #[expect(missing_docs, reason = "a button")]
    pub fit: &'static str,
    #[expect(missing_docs, reason = "a button")]
    pub actual: &'static str,
    #[expect(missing_docs, reason = "a button")]
    pub larger: &'static str,
    #[expect(missing_docs, reason = "a button")]
    pub smaller: &'static str,
    #[expect(missing_docs, reason = "a switch")]
    pub slideshow: &'static str,
    /// Progress of loading a text: `{n}` of `{m}`.
    pub part: &'static str,
    /// Progress of loading a text of unknown size: `{n}`.
    pub part_of_unknown: &'static str,
    /// The whole text is loaded.
    pub whole: &'static str,
    /// The button that loads more of the text.
    pub more: &'static str,
    /// The file is no text.
    pub no_text: &'static str,
    #[expect(missing_docs, reason = "a choice")]
    pub encoding: &'static str,
    #[expect(missing_docs, reason = "a switch")]
    pub wrap: &'static str,
    #[expect(missing_docs, reason = "a switch")]
    pub numbers: &'static str,
    /// The name of the text, for screen readers.
    pub text: &'static str,
    /// The name of the document, for screen readers.
    pub document: &'static str,
    #[expect(missing_docs, reason = "a link")]
    pub new_tab: &'static str,
    /// The browser shows the downloaded file instead of saving it.
    pub opens_in_tab: &'static str,
    /// Hint for a preview whose frame stays empty.
    pub frame_hint: &'static str,
    /// Note on players that can't open the file, because the visitor may make no share link for them.
    pub players_sealed: &'static str,
    /// Players get a share link that is valid for `{n}` hours.
    pub players_shared: &'static str,
    /// The rows of the link box.
    pub path: &'static str,
    #[expect(missing_docs, reason = "a row of the link box")]
    pub address: &'static str,
    /// The form of the link box that makes a share link: switch, lifetime, button, and result.
    pub shared: &'static str,
    #[expect(missing_docs, reason = "see shared")]
    pub hours: &'static str,
    #[expect(missing_docs, reason = "see shared")]
    pub make: &'static str,
    #[expect(missing_docs, reason = "see shared")]
    pub shared_until: &'static str,
    /// Note on links that ask for the password when they are opened.
    pub links_sealed: &'static str,
}
