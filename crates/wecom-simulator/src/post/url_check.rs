//! The check of the callback URL that WeCom's console makes when the callback's settings are saved (page 90968).

use std::time::Duration;

use rand::RngExt as _;

use super::{
    Post,
    exchange::{self, NoAnswer},
};
use crate::error::Error;

/// How long WeCom waits for the answer (page 91116).
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(1);

/// What came of the console's check.
pub(crate) struct Checked {
    pub(crate) verdict: Verdict,
    /// The HTTP status, where there was an answer.
    pub(crate) status: Option<u16>,
    /// How long it took, in microseconds.
    pub(crate) took_us: u64,
}

/// What the console makes of an answer.
pub(crate) enum Verdict {
    /// It takes the URL.
    Taken,
    /// There was none; why.
    Silent(NoAnswer),
    /// The echo came back with something around it that nobody sees.
    Blanks,
    /// Something else came back.
    Another,
    /// Another status than 200, with the beginning of the body.
    Status(u16, String),
}

impl Post {
    /// Sends the callback URL what the console sends, and says what the console would make of the answer.
    pub(crate) async fn check_url(&self) -> Result<Checked, Error> {
        let url = self.desk().target().ok_or(Error::NoCallback)?;
        let echo = self.desk().dice.random_range(1_000_000_000_000_000_000_u64..u64::MAX).to_string();
        let query = self.seal(&self.check_keys, echo.as_bytes()).to_echo_query();
        let heard = exchange::send(self.http.get(exchange::with_query(&url, &query)), ANSWER_WITHIN).await;
        let took_us = heard.took_us();
        let status = heard.answer.as_ref().ok().map(|(status, _)| *status);
        let verdict = match heard.answer {
            Err(fault) => Verdict::Silent(fault),
            Ok((200, body)) if body == echo.as_bytes() => Verdict::Taken,
            Ok((200, body)) if body.trim_ascii() == echo.as_bytes() => Verdict::Blanks,
            Ok((200, _)) => Verdict::Another,
            Ok((status, body)) => Verdict::Status(status, String::from_utf8_lossy(&body).into_owned()),
        };
        Ok(Checked { verdict, status, took_us })
    }
}
