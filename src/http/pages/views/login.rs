//! The door.

use askama::Template;

use super::{Icon, Shell};
use crate::http::pages::words::Words;

/// `/login`.
#[derive(Debug, Template)]
#[template(path = "login.html")]
pub(crate) struct LoginPage {
    pub(crate) w: &'static Words,
    pub(crate) shell: Shell,
    /// Why the last try did not open it.
    pub(crate) fault: Option<String>,
    /// Where to go then.
    pub(crate) next: String,
    /// Where one is sent to WeCom, where that is set up.
    pub(crate) wecom: Option<String>,
}

/// What one sees for a moment after coming back from WeCom. Only a page of ours can lead on: along a redirect that began at
/// WeCom a browser would not send the session's cookie.
#[derive(Debug, Template)]
#[template(path = "logged_in.html")]
pub(crate) struct LoggedInPage {
    pub(crate) w: &'static Words,
    pub(crate) shell: Shell,
    pub(crate) next: String,
}
