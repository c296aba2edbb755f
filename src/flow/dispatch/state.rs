//! What a dispatcher keeps count of: calls under way, events that wait, reports that are held, whose turn it is.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::{
    held::{Held, Holding},
    limits::Limits,
    pace::Pace,
    turns::Turns,
};
use crate::{
    flow::{case::Case, context::Context},
    store::{Claimed, TakesOn},
};

/// How many events' tags and remarks may wait in this process for their turn. Beyond it they wait in the database.
pub const FOLLOW_UPS_MAX: usize = 4_096;

/// Shared by all clones of a dispatcher. The files beside this one give it its work, each a step of it.
#[derive(Debug)]
pub(super) struct State {
    pub(super) context: Arc<Context>,
    pub(super) limits: Limits,
    pub(super) pace: Pace,
    pub(super) turns: Turns<Pair>,
    pub(super) held: Held,
    waiting: AtomicUsize,
}

/// A corp's employee and customer, as far as the event names them: WeCom takes changes of the two one at a time.
pub(super) type Pair = (String, Option<String>, Option<String>);

/// A notice or forward, and its room in memory; `None`: there was none, and it waits in the database.
pub(super) struct Report {
    pub(super) claimed: Claimed,
    pub(super) holding: Option<Holding>,
}

impl State {
    pub(super) fn new(context: Arc<Context>) -> Self {
        let limits = Limits::new(context.wecom.welcome_concurrency, context.wecom.tag_concurrency);
        let (pace, turns, held) = (Pace::default(), Turns::default(), Held::default());
        Self { context, limits, pace, turns, held, waiting: AtomicUsize::new(0) }
    }

    /// How many more events' tags and remarks may wait.
    pub(super) fn room(&self) -> usize {
        FOLLOW_UPS_MAX.saturating_sub(self.waiting.load(Ordering::Relaxed))
    }

    /// Counts an event whose tags and remarks wait, until what is returned is dropped.
    pub(super) fn waiting(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting(&self.waiting)
    }

    /// What of notices and forwards this process takes on.
    pub(super) fn takes_on(&self) -> TakesOn {
        if self.is_ending() { TakesOn::none() } else { self.held.takes_on() }
    }

    /// Gives reports their room in memory, as far as there is any.
    pub(super) fn hold(&self, reports: Vec<Claimed>) -> Vec<Report> {
        reports
            .into_iter()
            .map(|claimed| Report { holding: self.held.take(&claimed.action), claimed })
            .collect()
    }

    pub(super) fn is_ending(&self) -> bool {
        self.context.shutdown.has_begun()
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.context.clock.now_ms()
    }
}

/// Whose changes wait for each other.
pub(super) fn pair_of(case: &Case) -> Pair {
    (
        case.corp_id().to_owned(),
        case.event.user_id().map(str::to_owned),
        case.event.external_user_id().map(str::to_owned),
    )
}

/// Counts itself while it lives.
pub(super) struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
