//! Who may come in.

use askama::Template;

use super::{Icon, Shell};
use crate::http::pages::words::Words;

/// One token, without what it is.
#[derive(Clone, Debug)]
pub(crate) struct TokenRow {
    pub(crate) name: String,
    pub(crate) role: &'static str,
    pub(crate) created: String,
    pub(crate) expires: String,
    pub(crate) used: String,
}

/// `/tokens`.
#[derive(Debug, Template)]
#[template(path = "tokens.html")]
pub(crate) struct TokensPage {
    pub(crate) w: &'static Words,
    pub(crate) shell: Shell,
    /// The token that was just made, shown this once.
    pub(crate) made: Option<String>,
    pub(crate) fault: Option<String>,
    pub(crate) name: String,
    pub(crate) roles: Vec<(&'static str, &'static str)>,
    pub(crate) lives: Vec<(&'static str, &'static str)>,
    pub(crate) rows: Vec<TokenRow>,
}
