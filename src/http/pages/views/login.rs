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
}
