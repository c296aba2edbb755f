//! Codes of logins by WeCom: each works once, for five minutes (page 98176).

use std::collections::VecDeque;

/// How long a code works.
const WORKS_MS: i64 = 5 * 60_000;

/// How many codes are remembered: more logins than anybody begins within five minutes by hand. The oldest are forgotten.
const CODES_MAX: usize = 1_000;

/// Who has logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LoggedIn {
    /// A member of the company, by the userid.
    Member(String),
    /// Somebody of WeChat who is no member, by the openid.
    Stranger(String),
}

/// The codes that still work, oldest first.
#[derive(Default)]
pub(crate) struct Logins(VecDeque<(String, LoggedIn, i64)>);

impl Logins {
    /// Notes the code that somebody's browser takes along.
    pub(crate) fn issue(&mut self, code: String, who: LoggedIn, now_ms: i64) {
        if self.0.len() == CODES_MAX {
            self.0.pop_front();
        }
        self.0.push_back((code, who, now_ms));
    }

    /// Who has logged in with this code, which works no more then.
    pub(crate) fn spend(&mut self, code: &str, now_ms: i64) -> Option<LoggedIn> {
        let place = self.0.iter().position(|(of, ..)| of == code)?;
        let (_, who, issued_ms) = self.0.remove(place)?;
        (now_ms - issued_ms <= WORKS_MS).then_some(who)
    }
}
