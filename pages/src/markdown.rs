//! Renders the owner's Markdown as HTML that is safe by construction: every tag and attribute in the
//! output is a literal of this file, and everything else is escaped text.
//!
//! So raw HTML is shown as text, and a link or an image whose target is neither on the web, a mail
//! address nor relative to the page keeps its text and loses its target.

use std::fmt::Write;

use askama::filters::{Escaper, Html};
use pulldown_cmark::{
    Alignment, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd,
};

use signpost_core::percent;

/// The `rel` of links: no referrer, no opener, no endorsement.
const REL: &str = r#" rel="noopener noreferrer nofollow""#;

/// Renders `CommonMark` with tables and strikethrough. Headings are a level lower, because the page has
/// its own `h1`.
pub fn to_html(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut page = Page { out: String::with_capacity(markdown.len() * 2), ..Page::default() };
    for event in Parser::new_ext(markdown, options) {
        page.event(event);
    }
    page.out
}

#[derive(Default)]
struct Page<'a> {
    out: String,
    /// Whether the open link has a target; links don't nest.
    linked: bool,
    image: Option<Image<'a>>,
    /// The column alignments of the open table; tables don't nest.
    alignments: Vec<Alignment>,
    column: usize,
    in_table_head: bool,
}

/// An image whose alternative text is being read. Images nest, and the outermost is shown.
struct Image<'a> {
    url: CowStr<'a>,
    title: CowStr<'a>,
    alt: String,
    inner: usize,
}

impl<'a> Page<'a> {
    fn event(&mut self, event: Event<'a>) {
        match event {
            Event::Start(tag) if self.image.is_none() => self.start(tag),
            Event::Start(tag) => {
                if let (Some(image), Tag::Image { .. }) = (&mut self.image, tag) {
                    image.inner += 1;
                }
            }
            Event::End(TagEnd::Image) => self.end_image(),
            Event::End(tag) if self.image.is_none() => self.end(tag),
            Event::Code(text) if self.image.is_none() => {
                self.out.push_str("<code>");
                self.text(&text);
                self.out.push_str("</code>");
            }
            // Math and footnotes are not enabled: these events don't occur.
            Event::Text(text)
            | Event::Code(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => self.text(&text),
            Event::HardBreak if self.image.is_none() => self.out.push_str("<br>\n"),
            Event::SoftBreak | Event::HardBreak => self.text("\n"),
            Event::Rule => self.out.push_str("<hr>\n"),
            Event::End(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'a>) {
        match tag {
            Tag::CodeBlock(_) => self.out.push_str("<pre><code>"),
            Tag::List(Some(first)) if first != 1 => {
                self.push(format_args!("<ol start=\"{first}\">\n"));
            }
            Tag::Table(alignments) => {
                self.alignments = alignments;
                self.out.push_str("<div class=\"wide\"><table>\n");
            }
            Tag::TableHead => {
                self.column = 0;
                self.in_table_head = true;
                self.out.push_str("<thead><tr>");
            }
            Tag::TableRow => {
                self.column = 0;
                self.out.push_str("<tr>");
            }
            Tag::TableCell => self.start_cell(),
            Tag::Link { link_type, dest_url, title, .. } => {
                self.start_link(link_type, &dest_url, &title);
            }
            Tag::Image { dest_url: url, title, .. } => {
                self.image = Some(Image { url, title, alt: String::new(), inner: 0 });
            }
            plain => {
                if let Some(name) = name(plain.to_end()) {
                    self.push(format_args!("<{name}>"));
                }
            }
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::CodeBlock => self.out.push_str("</code></pre>\n"),
            TagEnd::Table => self.out.push_str("</tbody></table></div>\n"),
            TagEnd::TableHead => {
                self.in_table_head = false;
                self.out.push_str("</tr></thead>\n<tbody>\n");
            }
            TagEnd::TableCell => {
                self.out.push_str(if self.in_table_head { "</th>" } else { "</td>" });
            }
            TagEnd::Link => {
                if self.linked {
                    self.out.push_str("</a>");
                }
            }
            plain => {
                let Some(name) = name(plain) else { return };
                let inline = matches!(name, "em" | "strong" | "del");
                self.push(format_args!("</{name}>{}", if inline { "" } else { "\n" }));
            }
        }
    }

    fn start_cell(&mut self) {
        let class = match self.alignments.get(self.column) {
            Some(Alignment::Left) => " class=\"left\"",
            Some(Alignment::Center) => " class=\"center\"",
            Some(Alignment::Right) => " class=\"right\"",
            Some(Alignment::None) | None => "",
        };
        self.column += 1;
        let cell = if self.in_table_head { "th" } else { "td" };
        self.push(format_args!("<{cell}{class}>"));
    }

    fn start_link(&mut self, kind: LinkType, url: &str, title: &str) {
        // The parser leaves out the scheme of `<a@b.example>`.
        let mail = if kind == LinkType::Email { format!("mailto:{url}") } else { String::new() };
        let target = target(if mail.is_empty() { url } else { &mail });
        self.linked = target.is_some();
        let Some(target) = target else { return };
        self.out.push_str("<a");
        self.attribute("href", &target);
        self.title(title);
        self.out.push_str(REL);
        self.out.push('>');
    }

    fn end_image(&mut self) {
        if let Some(image) = &mut self.image
            && image.inner > 0
        {
            image.inner -= 1;
            return;
        }
        let Some(Image { url, title, alt, .. }) = self.image.take() else { return };
        let Some(source) = target(&url).filter(|target| !is_mail(target)) else {
            return self.text(&alt);
        };
        self.out.push_str("<img");
        self.attribute("src", &source);
        self.attribute("alt", &alt);
        self.title(&title);
        self.out.push('>');
    }

    fn title(&mut self, title: &str) {
        if !title.is_empty() {
            self.attribute("title", title);
        }
    }

    fn attribute(&mut self, name: &'static str, value: &str) {
        self.push(format_args!(" {name}=\""));
        escape(&mut self.out, value);
        self.out.push('"');
    }

    /// Appends text to the page, or to the alternative text of the open image.
    fn text(&mut self, text: &str) {
        match &mut self.image {
            Some(image) => image.alt.push_str(text),
            None => escape(&mut self.out, text),
        }
    }

    fn push(&mut self, markup: std::fmt::Arguments<'_>) {
        // Writing to a string doesn't fail.
        let _ = self.out.write_fmt(markup);
    }
}

/// The element of a tag that is written without attributes and without wrapping elements.
fn name(tag: TagEnd) -> Option<&'static str> {
    Some(match tag {
        TagEnd::Paragraph | TagEnd::HtmlBlock => "p",
        TagEnd::Heading(HeadingLevel::H1) => "h2",
        TagEnd::Heading(HeadingLevel::H2) => "h3",
        TagEnd::Heading(HeadingLevel::H3) => "h4",
        TagEnd::Heading(HeadingLevel::H4) => "h5",
        TagEnd::Heading(HeadingLevel::H5 | HeadingLevel::H6) => "h6",
        TagEnd::BlockQuote(_) => "blockquote",
        TagEnd::List(true) => "ol",
        TagEnd::List(false) => "ul",
        TagEnd::Item => "li",
        TagEnd::TableRow => "tr",
        TagEnd::Emphasis => "em",
        TagEnd::Strong => "strong",
        TagEnd::Strikethrough => "del",
        // Written by `start` and `end`, or, from the footnotes on, not enabled.
        TagEnd::CodeBlock
        | TagEnd::Table
        | TagEnd::TableHead
        | TagEnd::TableCell
        | TagEnd::Link
        | TagEnd::Image
        | TagEnd::FootnoteDefinition
        | TagEnd::DefinitionList
        | TagEnd::DefinitionListTitle
        | TagEnd::DefinitionListDefinition
        | TagEnd::Superscript
        | TagEnd::Subscript
        | TagEnd::MetadataBlock(_) => return None,
    })
}

/// The target as it is written in `href` or `src`; `None` unless it is `http`, `https`, `mailto`, or
/// relative to the page and on its host.
///
/// Characters that a browser would drop (tabs, line breaks, white space at the ends) or take for a slash
/// (`\`) are escaped, so that the browser reads the same target that was checked here.
fn target(written: &str) -> Option<String> {
    let stem = written.find(['/', '?', '#']).and_then(|at| written.get(..at)).unwrap_or(written);
    let has_scheme = stem.contains(':');
    let leaves_host = written.starts_with("//");
    if written.is_empty() || leaves_host || (has_scheme && !is_web(written) && !is_mail(written)) {
        return None;
    }
    let mut target = String::with_capacity(written.len());
    percent::push_wire(&mut target, written);
    Some(target)
}

fn is_web(target: &str) -> bool {
    starts_with(target, "https://") || starts_with(target, "http://")
}

fn is_mail(target: &str) -> bool {
    starts_with(target, "mailto:")
}

fn starts_with(target: &str, scheme: &str) -> bool {
    target.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

fn escape(out: &mut String, text: &str) {
    // Writing to a string doesn't fail.
    let _ = Html.write_escaped_str(out, text);
}

#[cfg(test)]
mod tests;
