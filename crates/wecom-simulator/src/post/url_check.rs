//! The check of the callback URL that WeCom's console makes when the callback's settings are saved (page 90968).

use std::time::Duration;

use rand::RngExt as _;
use serde::Serialize;

use super::{Post, exchange};
use crate::error::Error;

/// How long WeCom waits for the answer (page 91116).
const ANSWER_WITHIN: Duration = Duration::from_secs(1);

/// How the callback URL answered the console's check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UrlCheck {
    /// Whether the console would take the URL.
    pub ok: bool,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// How long it took, in microseconds.
    pub took_us: u64,
    /// What is wrong, and what to do; `ok` if nothing is.
    pub detail: String,
}

impl Post {
    /// Sends the callback URL what the console sends, and says whether the console would take the answer.
    pub(crate) async fn check_url(&self) -> Result<UrlCheck, Error> {
        let url = self.desk().target().ok_or(Error::NoCallback)?;
        let echo = self.desk().dice.random_range(1_000_000_000_000_000_000_u64..u64::MAX).to_string();
        let query = self.seal(&self.check_keys, echo.as_bytes()).to_echo_query();
        let heard = exchange::send(self.http.get(exchange::with_query(&url, &query)), ANSWER_WITHIN).await;
        let took_us = heard.took_us();
        let status = heard.answer.as_ref().ok().map(|(status, _)| *status);
        let detail = match heard.answer {
            Err(fault) => format!("{fault}: the URL must answer within {} ms", ANSWER_WITHIN.as_millis()),
            Ok((200, body)) if body == echo.as_bytes() => "ok".to_owned(),
            Ok((200, body)) if body.trim_ascii() == echo.as_bytes() => {
                "the echo came back with blanks or a line break around it: answer its bytes and nothing else"
                    .to_owned()
            }
            Ok((200, _)) => "something else than the echo came back: answer the decrypted echostr".to_owned(),
            Ok((status, body)) => format!(
                "status {status} instead of 200 ({}): compare Token, EncodingAESKey and corp id on both sides",
                String::from_utf8_lossy(&body)
            ),
        };
        Ok(UrlCheck { ok: detail == "ok", status, took_us, detail })
    }
}
