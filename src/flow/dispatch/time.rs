//! How long a call may take: no longer than leaves time for another, and to its end where no other can follow.

use std::time::Duration;

use crate::{
    action::{Kind, deadline::LATE_ANSWER_MAX},
    store::Claimed,
};

/// The longest that one try of a welcome may take. WeCom answers within some 100 ms; a connection that hangs must leave
/// time for several more tries inside the 20 seconds.
const WELCOME_CALL_MAX: Duration = Duration::from_secs(4);

/// The longest pause before a welcome's next try, the dice included. A try that could end so late that no other would begin
/// after it is the last one.
const WELCOME_NEXT_WITHIN: Duration = Duration::from_millis(1_500);

/// The longest that one try of anything else may take, look-ups before it included.
pub(super) const DURABLE_CALL_MAX: Duration = Duration::from_secs(10);

/// The longest that one try to look up what rules were left open for may take: five of them stay within a minute.
const DECIDE_CALL_MAX: Duration = Duration::from_secs(5);

/// How long a call may take that starts now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Time {
    /// In all.
    pub(super) in_all: Duration,
    /// Until its request must be on its way: WeCom would refuse what is sent later.
    pub(super) to_send: Duration,
    /// For as long it counts among the calls that are under way.
    pub(super) in_place: Duration,
}

impl Time {
    /// `None`: it is too late for a call.
    pub(super) fn of(claimed: &Claimed, now_ms: i64) -> Option<Self> {
        let longest = match claimed.kind {
            Kind::Welcome => WELCOME_CALL_MAX,
            Kind::Decide => DECIDE_CALL_MAX,
            Kind::Tag | Kind::Remark | Kind::Notify | Kind::Forward => DURABLE_CALL_MAX,
        };
        let Some(deadline) = claimed.deadline else {
            return Some(Self { in_all: longest, to_send: longest, in_place: longest });
        };
        let left = deadline.left(now_ms)?;
        let is_last = left <= longest + WELCOME_NEXT_WITHIN;
        let in_all = if is_last { left + LATE_ANSWER_MAX } else { longest };
        Some(Self { in_all, to_send: left.min(in_all), in_place: left.min(longest) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{outcome::Class, retry};

    #[test]
    fn no_try_that_is_cut_off_is_the_last() {
        let pauses = [1, 5, 20].map(|number| retry::welcome_pause(Class::Busy, number, 1.0));
        assert!(pauses.iter().all(|pause| *pause <= WELCOME_NEXT_WITHIN), "{pauses:?}");
    }
}
