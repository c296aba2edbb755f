//! Whether WeCom answers at all: while it does not, it is asked a few times a second, and not by everybody.
//!
//! After a run of calls that WeCom was too far away for (not reached, hanging, HTTP 5xx, -1, a token that is refused again
//! and again, 45009) the circuit is open: one call begins now and then to see whether it is over, the others wait where they
//! are, with what is left of their time. The first call that WeCom answers closes it, and all who wait may go.

use crate::action::outcome::{Class, End};

/// So many calls must have failed one after the other. A WeCom that fails a third of its calls does so once in a minute at a
/// thousand a second; a single welcome that is tried alone never waits for it longer than it would by itself.
const RUN: u32 = 10;

/// While the token is refused: each try costs a `gettoken`, of which WeCom counts the wrong ones (2,000 in an hour).
const EVERY_TOKEN_MS: i64 = 2_000;

/// While WeCom's frequency limit holds: a block lasts a minute at least, and each try may make it longer.
const EVERY_THROTTLED_MS: i64 = 2_000;

/// How long a failure says that WeCom is away. Where nobody calls any more nobody knows; the next that does tries.
const KNOWN_FOR_MS: i64 = 10_000;

/// What ends tell of whether WeCom is there.
#[derive(Debug)]
pub(super) struct Circuit {
    /// How often it is tried while WeCom cannot be reached.
    try_ms: i64,
    /// Failures without an answer in between.
    run: u32,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    /// When the next call may try, on the steady clock.
    next_ms: i64,
    every_ms: i64,
    /// WeCom answers, and no call of this kind is taken because there were too many lately.
    is_throttled: bool,
    /// When a call failed last.
    failed_ms: i64,
}

impl Open {
    fn is_of(&self, now_ms: i64) -> bool {
        now_ms.saturating_sub(self.failed_ms) <= KNOWN_FOR_MS
    }
}

impl Circuit {
    /// A closed one, that is tried so often when it is open.
    pub(super) fn new(try_ms: i64) -> Self {
        Self { try_ms, run: 0, open: None }
    }

    /// Whether WeCom is taken to be away: it was a moment ago.
    pub(super) fn is_open(&self, now_ms: i64) -> bool {
        self.open.as_ref().is_some_and(|open| open.is_of(now_ms))
    }

    /// Whether no call of any kind would be answered, as far as can be known.
    pub(super) fn is_unreachable(&self, now_ms: i64) -> bool {
        self.open.as_ref().is_some_and(|open| open.is_of(now_ms) && !open.is_throttled)
    }

    /// From when on a call may begin; `None`: at once.
    pub(super) fn next_try_ms(&self) -> Option<i64> {
        self.open.as_ref().map(|open| open.next_ms)
    }

    /// A call begins: the next must wait where this one only tries.
    pub(super) fn began(&mut self, now_ms: i64) {
        if let Some(open) = &mut self.open {
            open.next_ms = now_ms.saturating_add(open.every_ms);
        }
    }

    /// A call ended.
    pub(super) fn ended(&mut self, end: End, now_ms: i64) {
        let every_ms = match end {
            End::NotDone(Class::Busy) => self.try_ms,
            End::NotDone(Class::Token) => EVERY_TOKEN_MS,
            End::NotDone(Class::Throttled) => EVERY_THROTTLED_MS,
            // It says nothing of WeCom.
            End::Unset | End::DatabaseAway => return,
            End::Done | End::NotDone(_) => {
                *self = Self::new(self.try_ms);
                return;
            }
        };
        let is_throttled = end == End::NotDone(Class::Throttled);
        self.run = self.run.saturating_add(1);
        match &mut self.open {
            Some(open) => {
                open.next_ms += every_ms - open.every_ms;
                *open = Open { every_ms, is_throttled, failed_ms: now_ms, ..*open };
            }
            None if self.run >= RUN => {
                self.open = Some(Open {
                    next_ms: now_ms.saturating_add(every_ms),
                    every_ms,
                    is_throttled,
                    failed_ms: now_ms,
                });
            }
            None => {}
        }
    }
}
