//! What files' pages say: the page itself, and its scripts.

pub(super) mod en;
pub(super) mod zh_hans;
pub(super) mod zh_hant;

use serde::Serialize;

/// A file's page without its scripts.
#[derive(Debug)]
pub struct FileWords {
    /// The link to the bytes.
    pub download: &'static str,
    /// The buttons that load the preview.
    pub show_picture: &'static str,
    /// Of films and sound.
    pub play: &'static str,
    /// Of PDF.
    pub show_document: &'static str,
    /// Of text.
    pub show_text: &'static str,
    /// That nothing is loaded before.
    pub costs: &'static str,
    /// Why e-books have no preview.
    pub book: &'static str,
    /// The same of office documents.
    pub office: &'static str,
    /// The same of pictures that browsers don't show.
    pub raw_picture: &'static str,
    /// The name of the two links that follow, for screen readers.
    pub beside: &'static str,
    /// The file before.
    pub previous: &'static str,
    /// The file after.
    pub next: &'static str,
    /// Above size, date and hash.
    pub about: &'static str,
    /// Bytes.
    pub size: &'static str,
    /// Of a size that nobody told.
    pub unknown: &'static str,
    /// When it was changed.
    pub modified: &'static str,
    /// Above the players.
    pub open_in: &'static str,
    /// Above the link box.
    pub links: &'static str,
    /// What scripts say.
    pub script: ScriptWords,
}

/// What the scripts of files' pages say; they get it as a module.
#[derive(Debug, Serialize)]
pub struct ScriptWords {
    /// The button, and what it reports.
    pub copy: &'static str,
    #[expect(missing_docs, reason = "what copying came to")]
    pub copied: &'static str,
    #[expect(missing_docs, reason = "what copying came to")]
    pub not_copied: &'static str,
    /// While something is on its way.
    pub loading: &'static str,
    /// Nothing came, and nobody knows why.
    pub failed: &'static str,
    /// The CDN let no script read the bytes; {n} names the host.
    pub no_cors: &'static str,
    /// The same, of subtitles or lyrics.
    pub no_cors_words: &'static str,
    /// The same, of the parts of a film in HLS.
    pub no_cors_parts: &'static str,
    /// The browser can't show this.
    pub not_shown: &'static str,
    /// The browser can't play this.
    pub not_played: &'static str,
    /// The browser can't play HLS.
    pub no_hls: &'static str,
    /// Playing goes on with a new link.
    pub renewed: &'static str,
    /// Where playing goes on.
    pub resumed: &'static str,
    #[expect(missing_docs, reason = "a button")]
    pub from_start: &'static str,
    /// The switch for playing what follows.
    pub go_on: &'static str,
    #[expect(missing_docs, reason = "a heading")]
    pub lyrics: &'static str,
    #[expect(missing_docs, reason = "the name of subtitles without a language")]
    pub subtitles: &'static str,
    /// The picture, for the keyboard and screen readers.
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
    /// How much of a text is there.
    pub part: &'static str,
    /// The same where nobody knows how much there is.
    pub part_of_unknown: &'static str,
    /// All of it is there.
    pub whole: &'static str,
    /// The button for more.
    pub more: &'static str,
    /// It is no text.
    pub no_text: &'static str,
    #[expect(missing_docs, reason = "a choice")]
    pub encoding: &'static str,
    #[expect(missing_docs, reason = "a switch")]
    pub wrap: &'static str,
    #[expect(missing_docs, reason = "a switch")]
    pub numbers: &'static str,
    /// The text, for screen readers.
    pub text: &'static str,
    /// The document, for screen readers.
    pub document: &'static str,
    #[expect(missing_docs, reason = "a link")]
    pub new_tab: &'static str,
    /// Where the frame stays empty.
    pub frame_hint: &'static str,
    /// That players need a link of their own.
    pub players_sealed: &'static str,
    /// The same where there is a way.
    pub players_shared: &'static str,
    /// Rows of the link box.
    pub path: &'static str,
    #[expect(missing_docs, reason = "a row of the link box")]
    pub address: &'static str,
    /// The switch of the link box, and how long.
    pub shared: &'static str,
    #[expect(missing_docs, reason = "see shared")]
    pub hours: &'static str,
    #[expect(missing_docs, reason = "see shared")]
    pub make: &'static str,
    #[expect(missing_docs, reason = "see shared")]
    pub shared_until: &'static str,
    /// That the links ask for the password.
    pub links_sealed: &'static str,
}

impl ScriptWords {
    /// The words as an ES module.
    pub(crate) fn module(&self) -> String {
        let json = serde_json::to_string(self).unwrap_or_default();
        ["export default ", &json, ";\n"].concat()
    }
}
