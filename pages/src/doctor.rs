//! The Referer doctor's page. It works without scripts.

use askama::Template;

use crate::messages::DoctorMessages;
use crate::view::{DoctorFound, DoctorProblem, DoctorVerdict, DoctorView, Layout};

/// The ways in which a page can embed a file: values of the form's field `way`.
const EMBED_METHODS: [&str; 6] = ["img", "video", "audio", "iframe", "a", "fetch"];
/// The referrer policies that a page can have.
const POLICIES: [&str; 8] = [
    "strict-origin-when-cross-origin",
    "no-referrer",
    "no-referrer-when-downgrade",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "unsafe-url",
];
/// The kinds of Referer list at 123Pan, in the order of their labels.
const LISTS: [&str; 3] = ["", "white", "black"];

#[derive(Template)]
#[template(path = "doctor.html")]
struct DoctorPage<'a> {
    layout: &'a Layout<'a>,
    messages: &'static DoctorMessages,
    view: &'a DoctorView<'a>,
    problem: Option<&'static str>,
    found: Option<FindingTexts<'a>>,
}

/// The doctor's findings as messages.
struct FindingTexts<'a> {
    found: &'a DoctorFound<'a>,
    good: bool,
    verdict: String,
    /// The settings that decide the verdict, and how to change them; for the owner only.
    why: Vec<String>,
    /// The message about the `Referer` that 123Pan receives with later requests of a film.
    parts: Option<String>,
    /// Each kind of client, and whether the account's own Referer list lets it pass.
    clients: Vec<(&'static str, bool)>,
}

pub(crate) fn page(view: &DoctorView<'_>) -> String {
    let messages = &view.layout.messages().doctor;
    let problem = view.problem.map(|problem| {
        let [bad_path, other_site, bad_page, bad_host, wrong_token] = messages.problems;
        match problem {
            DoctorProblem::BadPath => bad_path,
            DoctorProblem::OtherSite => other_site,
            DoctorProblem::BadPage => bad_page,
            DoctorProblem::BadHost => bad_host,
            DoctorProblem::WrongToken => wrong_token,
        }
    });
    let found = view.found.as_ref().map(|found| FindingTexts::new(found, messages));
    DoctorPage { layout: &view.layout, messages, view, problem, found }.render().unwrap_or_default()
}

impl<'a> FindingTexts<'a> {
    fn new(found: &'a DoctorFound<'a>, messages: &'static DoctorMessages) -> Self {
        let texts = &messages.found;
        let is_silent = found.referer.is_none() && found.origin.is_none();
        let verdict = match found.verdict {
            DoctorVerdict::Passes => texts.passes,
            DoctorVerdict::Refused if is_silent => texts.silent,
            DoctorVerdict::Refused => texts.named,
            DoctorVerdict::NotFramed => texts.not_framed,
            DoctorVerdict::Nothing => texts.none,
        };
        let clients = found.vendor.map(|vendor| {
            let passes = [vendor.silent, vendor.here, vendor.page];
            let mut clients = texts.clients.into_iter().zip(passes).collect::<Vec<_>>();
            clients.extend(vendor.parts.map(|passes| (texts.parts_client, passes)));
            clients
        });
        Self {
            found,
            good: found.verdict == DoctorVerdict::Passes,
            verdict: verdict.replace("{host}", &found.host),
            why: why(found, messages, is_silent),
            parts: found.parts.as_ref().map(|referer| texts.parts.replace("{referer}", referer)),
            clients: clients.unwrap_or_default(),
        }
    }
}

/// Messages that name the settings which decide the verdict, and how to change them.
fn why(found: &DoctorFound<'_>, messages: &DoctorMessages, is_silent: bool) -> Vec<String> {
    let Some(rules) = &found.rules else { return Vec::new() };
    let texts = &messages.found;
    let mut why = Vec::new();
    match &rules.referers {
        None => why.push(texts.no_rule.to_owned()),
        Some(rule) => {
            let mut say = |text: &str| {
                why.push(text.replace("{rule}", rule).replace("{host}", &found.host));
            };
            say(texts.rule);
            match found.verdict {
                DoctorVerdict::Refused if is_silent => say(texts.hint_silent),
                DoctorVerdict::Refused | DoctorVerdict::NotFramed => say(texts.hint_named),
                DoctorVerdict::Passes | DoctorVerdict::Nothing => {}
            }
        }
    }
    if !rules.others.is_empty() {
        why.push(texts.others.replace("{list}", &rules.others.join(", ")));
    }
    why
}
