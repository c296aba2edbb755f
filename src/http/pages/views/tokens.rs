//! Who may come in.

use askama::Template;

use super::{Icon, Shell};
use crate::http::pages::words::Words;

/// One token, without what it is.
#[derive(Clone, Debug)]
pub struct TokenRow {
    pub name: String,
    pub role: &'static str,
    pub created: String,
    pub expires: String,
    pub used: String,
    pub may_revoke: bool,
}

/// `/tokens`.
#[derive(Debug, Template)]
#[template(path = "tokens.html")]
pub struct TokensPage {
    pub w: &'static Words,
    pub shell: Shell,
    /// The token that was just made, shown this once.
    pub made: Option<String>,
    pub fault: Option<String>,
    pub name: String,
    pub roles: Vec<(&'static str, &'static str)>,
    pub lives: Vec<(&'static str, &'static str)>,
    pub rows: Vec<TokenRow>,
}
