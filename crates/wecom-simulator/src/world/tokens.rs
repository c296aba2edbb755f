//! Access tokens: one works at a time, until it expires or is revoked (page 91039).

use std::collections::VecDeque;

/// How many tokens are remembered, so that an old one is refused as expired (42001) and not as unknown (40014).
const TOKENS_KEPT: usize = 64;

/// The tokens of the app.
pub(crate) struct Tokens {
    lifetime_ms: i64,
    issued: VecDeque<Token>,
}

struct Token {
    text: String,
    until_ms: i64,
    revoked: bool,
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenFault {
    Unknown,
    Expired,
}

impl Tokens {
    pub(crate) fn new(lifetime_ms: i64) -> Self {
        Self { lifetime_ms, issued: VecDeque::new() }
    }

    /// The token that works at this time, or else `fresh`, which works from now on; and the whole seconds it has left.
    pub(crate) fn give(&mut self, fresh: String, now_ms: i64) -> (&str, i64) {
        let works = self.issued.back().is_some_and(|token| !token.revoked && token.until_ms > now_ms);
        if !works {
            if self.issued.len() == TOKENS_KEPT {
                self.issued.pop_front();
            }
            self.issued.push_back(Token { text: fresh, until_ms: now_ms + self.lifetime_ms, revoked: false });
        }
        self.issued.back().map_or(("", 0), |token| (token.text.as_str(), (token.until_ms - now_ms) / 1_000))
    }

    pub(crate) fn check(&self, text: &str, now_ms: i64) -> Result<(), TokenFault> {
        match self.issued.iter().rev().find(|token| token.text == text) {
            None => Err(TokenFault::Unknown),
            Some(token) if token.revoked => Err(TokenFault::Unknown),
            Some(token) if token.until_ms <= now_ms => Err(TokenFault::Expired),
            Some(_) => Ok(()),
        }
    }

    /// Makes every token unknown (40014), as WeCom may at any time.
    pub(crate) fn revoke(&mut self) {
        for token in &mut self.issued {
            token.revoked = true;
        }
    }

    /// Makes every token that works expired (42001).
    pub(crate) fn expire(&mut self, now_ms: i64) {
        for token in &mut self.issued {
            token.until_ms = token.until_ms.min(now_ms);
        }
    }
}
