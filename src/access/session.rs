//! How long somebody who has logged in stays so.

/// How long a session may be left unused before it ends.
pub const UNUSED_MS: i64 = 12 * 3_600_000;

/// How long an employee stays logged in at most, however much the session is used: then WeCom is asked again who it is, and says
/// nothing of one who has left the company.
pub const EMPLOYEE_LASTS_MS: i64 = 7 * 86_400_000;

/// How old the note of the last use may grow before it is written again: a page with ten requests writes once.
pub const USE_NOTED_EVERY_MS: i64 = 60_000;

/// When a session, or a token, was used last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// When it was used last, or begun.
    pub last_used_ms: i64,
}

impl Session {
    /// Whether it is over because nobody has used it.
    pub fn is_over(self, now_ms: i64) -> bool {
        now_ms.saturating_sub(self.last_used_ms) >= UNUSED_MS
    }

    /// Whether its use is to be noted again.
    pub fn is_to_be_noted(self, now_ms: i64) -> bool {
        now_ms.saturating_sub(self.last_used_ms) >= USE_NOTED_EVERY_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_twelve_hours_after_its_last_use() {
        let session = Session { last_used_ms: 1_000 };
        let half_a_day = 12 * 60 * 60 * 1_000;
        assert!(!session.is_over(1_000 + half_a_day - 1));
        assert!(session.is_over(1_000 + half_a_day));
        assert!(!session.is_over(0), "the clock was set back");
        assert!(!session.is_to_be_noted(60_999) && session.is_to_be_noted(61_000));
    }
}
