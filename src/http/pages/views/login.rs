//! The door.

use askama::Template;

use super::{Icon, Shell};
use crate::http::pages::words::Words;

/// `/login`.
#[derive(Debug, Template)]
#[template(path = "login.html")]
pub struct LoginPage {
    pub w: &'static Words,
    pub shell: Shell,
    /// Why the last try did not open it.
    pub fault: Option<String>,
    /// Where to go then.
    pub next: String,
}
