//! The page that asks for a password. It works without scripts.

use askama::Template;

use crate::messages::LoginMessages;
use crate::view::{Layout, LoginView};

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    layout: &'a Layout<'a>,
    messages: &'static LoginMessages,
    back: &'a str,
    wrong: bool,
}

pub(crate) fn page(view: &LoginView<'_>) -> String {
    let LoginView { layout, back, wrong } = view;
    let messages = &layout.messages().login;
    LoginPage { layout, messages, back, wrong: *wrong }.render().unwrap_or_default()
}
