//! A link that logs somebody in once: for whoever has started a demo and is to see its pages without typing a token.

use super::token::{Hash, Secret};

/// How long such a link can be used: long enough to change from the terminal to the browser.
pub const ONCE_MS: i64 = 10 * 60_000;

/// A link that has not been used, by the hash of the code in it.
#[derive(Debug)]
pub struct Once {
    code: Hash,
    token: Hash,
    ends_steady_ms: i64,
}

impl Once {
    /// A link with this code, made now, that logs in as whoever holds the token of this hash.
    pub fn new(code: &Secret, token: Hash, steady_ms: i64) -> Self {
        Self { code: code.hash(), token, ends_steady_ms: steady_ms.saturating_add(ONCE_MS) }
    }

    /// The hash of the token, where this is the code and its time is not over.
    pub fn opens(&self, code: &str, steady_ms: i64) -> Option<Hash> {
        let is_it = Hash::of(code).is(&self.code) && steady_ms < self.ends_steady_ms;
        is_it.then_some(self.token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_code_opens_it_and_only_for_ten_minutes() {
        let (code, token) = (Secret::link([7; 32]), Secret::token([8; 32]));
        let once = Once::new(&code, token.hash(), 1_000);
        assert_eq!(once.opens(code.expose(), 600_999), Some(token.hash()));
        assert_eq!(once.opens(code.expose(), 601_000), None);
        for wrong in ["", "wgl_", token.expose(), &code.expose()[1..]] {
            assert_eq!(once.opens(wrong, 1_000), None, "{wrong}");
        }
    }
}
