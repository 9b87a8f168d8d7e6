//! oEmbed responses (<https://oembed.com>), as JSON and as XML: how another site embeds a file.

use askama::Template;
use serde::Serialize;
use signpost_core::kind::Use;

use crate::view::OEmbedView;

/// A size in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size {
    width: u32,
    height: u32,
}

/// The `<iframe>` element of an oEmbed response.
#[derive(Template)]
#[template(path = "parts/iframe.html")]
struct Iframe<'a> {
    /// The absolute URL of the embed page.
    address: &'a str,
    name: &'a str,
    size: Size,
}

#[derive(Serialize, Template)]
#[template(path = "oembed.xml")]
struct OEmbed<'a> {
    version: &'static str,
    r#type: &'static str,
    title: &'a str,
    provider_name: &'a str,
    provider_url: &'a str,
    width: u32,
    height: u32,
    /// The URL of the picture, for type `photo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The `<iframe>` of the embed page, for all other types.
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<String>,
}

/// The size of a film, whose resolution is unknown: the width that most pages have for it.
const FILM: Size = Size { width: 640, height: 360 };
/// The size of an audio player with the file's name above it.
const SONG: Size = Size { width: 640, height: 104 };
/// The size of a file's name and a download button.
const CARD: Size = Size { width: 640, height: 120 };

impl Size {
    /// The largest size within `width` and `height` that is no larger than this one; for a film in its
    /// aspect ratio.
    fn within(self, width: Option<u32>, height: Option<u32>) -> Self {
        let (width, height) = (width.unwrap_or(self.width), height.unwrap_or(self.height));
        let width = width.min(self.width);
        if self != FILM {
            return Self { width, height: height.min(self.height) };
        }
        let wide = (width * 9 / 16).max(1);
        if wide <= height {
            return Self { width, height: wide };
        }
        Self { width: width.min((height * 16).div_ceil(9)), height }
    }
}

pub(crate) fn document(view: &OEmbedView<'_>) -> String {
    let shown = Use::in_a_page(&view.name);
    let (r#type, size) = match shown {
        Some(Use::Image) => ("photo", FILM),
        Some(Use::Video) => ("video", FILM),
        Some(Use::Audio) => ("rich", SONG),
        _ => ("rich", CARD),
    };
    let size = size.within(view.max_width, view.max_height);
    let address = [&*view.site, &view.href].concat();
    let name = clean(&view.name);
    let provider = clean(&view.provider);
    let is_photo = shown == Some(Use::Image);
    let iframe = || {
        let address = [&address, "?embed"].concat();
        Iframe { address: &address, name: &name, size }.render().unwrap_or_default()
    };
    let document = OEmbed {
        version: "1.0",
        r#type,
        title: &name,
        provider_name: &provider,
        provider_url: &view.site,
        width: size.width,
        height: size.height,
        html: (!is_photo).then(iframe),
        url: is_photo.then(|| address.clone()),
    };
    if view.xml {
        document.render().unwrap_or_default()
    } else {
        serde_json::to_string(&document).unwrap_or_default()
    }
}

/// The text with characters that XML forbids, or that are never shown, replaced by U+FFFD.
fn clean(text: &str) -> String {
    let holds =
        |letter: char| letter >= ' ' && !matches!(letter, '\u{7f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().map(|letter| if holds(letter) { letter } else { '\u{fffd}' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(name: &str, xml: bool) -> OEmbedView<'_> {
        OEmbedView {
            site: "https://files.example".into(),
            provider: "My & files".into(),
            name: name.into(),
            href: "/a".to_owned(),
            size: None,
            xml,
            max_width: None,
            max_height: None,
        }
    }

    #[test]
    fn a_size_is_never_above_what_was_asked_for() {
        let cases = [
            (FILM, None, None, (640, 360)),
            (FILM, Some(320), None, (320, 180)),
            (FILM, Some(300), None, (300, 168)),
            (FILM, Some(1920), Some(1080), (640, 360)),
            (FILM, None, Some(90), (160, 90)),
            (FILM, Some(100), Some(90), (100, 56)),
            (FILM, Some(1), Some(1), (1, 1)),
            (FILM, Some(u32::MAX), Some(1), (2, 1)),
            (SONG, Some(300), None, (300, 104)),
            (CARD, None, Some(60), (640, 60)),
        ];
        for (size, width, height, want) in cases {
            let got = size.within(width, height);
            assert_eq!((got.width, got.height), want, "{width:?} {height:?}");
        }
    }

    #[test]
    fn a_hostile_name_stays_text() {
        let name = "\"><script>alert(1)</script>&\u{1}.mp4";
        let json: serde_json::Value = serde_json::from_str(&document(&view(name, false))).unwrap();
        let html = json["html"].as_str().unwrap();
        assert_eq!(html.matches('<').count(), 2, "{html}");
        assert!(html.starts_with("<iframe src=\"https://files.example/a?embed\" "), "{html}");
        assert_eq!(json["title"], "\"><script>alert(1)</script>&\u{fffd}.mp4");
        let xml = document(&view(name, true));
        assert!(!xml.contains("<script") && !xml.contains("<iframe"), "{xml}");
        assert!(xml.contains("<provider_name>My &amp; files</provider_name>"), "{xml}");
    }

    #[test]
    fn a_picture_is_a_photo_and_every_other_file_an_iframe() {
        for (name, kind) in [("a.mkv", "video"), ("a.mp3", "rich"), ("a.zip", "rich")] {
            let json: serde_json::Value =
                serde_json::from_str(&document(&view(name, false))).unwrap();
            assert_eq!((&json["type"], &json["url"]), (&kind.into(), &serde_json::Value::Null));
            assert!(json["html"].is_string());
        }
        let json: serde_json::Value =
            serde_json::from_str(&document(&view("a.PNG", false))).unwrap();
        assert_eq!(json["type"], "photo");
        assert_eq!(json["url"], "https://files.example/a");
        assert_eq!(json["html"], serde_json::Value::Null);
    }
}
