//! Progress on stderr, where somebody watches and only once it has taken a second.

use std::{
    borrow::Cow,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::Output;

/// What is done sooner needs no progress.
const SHOWN_AFTER: Duration = Duration::from_secs(1);

/// Counts what has been done.
pub(super) struct Progress {
    bar: ProgressBar,
    began: Instant,
    shown: bool,
}

impl Progress {
    /// Progress towards `total`, where that is known; `what` as in "events imported".
    pub(super) fn of(total: Option<u64>, what: impl Into<Cow<'static, str>>) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        let template = match total {
            Some(_) => "{bar:30} {human_pos}/{human_len} {msg}, {per_sec}, {eta}",
            None => "{spinner} {human_pos} {msg}, {per_sec}",
        };
        // The templates are constants; should one be wrong, indicatif's own style is used.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what);
        #[expect(
            clippy::disallowed_methods,
            reason = "measures how long a person has been waiting; decides nothing else"
        )]
        let began = Instant::now();
        Self { bar, began, shown: false }
    }

    pub(super) fn add(&mut self, count: u64) {
        self.bar.inc(count);
        if !self.shown && self.began.elapsed() >= SHOWN_AFTER {
            // Draws only where stderr is a terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.shown = true;
        }
    }

    /// For a command that prints its answer piece by piece: on a terminal the answer shows the progress, so that none
    /// is drawn.
    pub(super) fn beside(output: &Output, total: Option<u64>, what: impl Into<Cow<'static, str>>) -> Self {
        Self { shown: output.is_terminal(), ..Self::of(total, what) }
    }

    /// Takes it off the terminal.
    pub(super) fn end(self) {
        self.bar.finish_and_clear();
    }
}
