//! The page that asks for a password. It works without scripts.

use askama::Template;

use crate::view::{Frame, LoginView};
use crate::words::LoginWords;

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    frame: &'a Frame<'a>,
    words: &'static LoginWords,
    back: &'a str,
    wrong: bool,
}

pub(crate) fn page(view: &LoginView<'_>) -> String {
    let LoginView { frame, back, wrong } = view;
    let words = &frame.words().login;
    LoginPage { frame, words, back, wrong: *wrong }.render().unwrap_or_default()
}
