//! Where things stand, as far as an alarm can be built on it: whether an app can call WeCom, when it was last called
//! back, how many calls it may make at once, and since when the oldest work has been due.

use std::time::Duration;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};

use super::{
    Metrics, NOT_STORED,
    labels::{Callbacks, Limited, OfApp},
};
use crate::action::{Kind, outcome::End};
use wecom_core::cause::shuts_out;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfWork {
    kind: &'static str,
}

/// Events that are stored and not planned are work as well.
const EVENT: &str = "event";

/// The gauges of where things stand.
#[derive(Debug, Default)]
pub(super) struct Standing {
    app_ready: Family<OfApp, Gauge>,
    last_callback: Family<OfApp, Gauge>,
    calls_at_once: Family<Limited, Gauge>,
    circuit_open: Family<Limited, Gauge>,
    oldest_due: Family<OfWork, Gauge>,
    /// Without labels. A family, so that there is no figure where nobody knows it.
    database_free: Family<Vec<(String, String)>, Gauge>,
}

impl Standing {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "app_ready",
            "1 where the app could call WeCom when it last tried, 0 where it could not",
            self.app_ready.clone(),
        );
        registry.register_with_unit(
            "last_callback_timestamp",
            "When the app's last genuine callback came, in Unix seconds; 0 without any",
            Unit::Seconds,
            self.last_callback.clone(),
        );
        registry.register(
            "calls_at_once",
            "How many calls of a kind may be under way at once for a corp, as far as is known what WeCom takes",
            self.calls_at_once.clone(),
        );
        registry.register(
            "circuit_open",
            "1 where WeCom is taken to be away for a corp's calls of a kind, so that only now and then one tries",
            self.circuit_open.clone(),
        );
        registry.register_with_unit(
            "oldest_due",
            "For how long the oldest unfinished work of a kind has been due",
            Unit::Seconds,
            self.oldest_due.clone(),
        );
        registry.register_with_unit(
            "database_free",
            "Room on the disk of the SQLite file",
            Unit::Bytes,
            self.database_free.clone(),
        );
    }

    /// The figures of these apps and of every kind of work, from the start.
    pub(super) fn begin(&self, app: &OfApp) {
        self.app_ready.get_or_create(app).set(0);
        self.last_callback.get_or_create(app).set(0);
        self.oldest_due(None, Duration::ZERO);
        for kind in Kind::ALL {
            self.oldest_due(Some(kind), Duration::ZERO);
        }
    }

    /// So many calls of a kind may be under way for a corp, and whether WeCom is taken to be away.
    pub(super) fn limited(&self, corp: &str, kind: Kind, at_once: usize, is_away: bool) {
        let of = Limited { corp: corp.to_owned(), kind: kind.as_str() };
        self.calls_at_once.get_or_create(&of).set(i64::try_from(at_once).unwrap_or(i64::MAX));
        self.circuit_open.get_or_create(&of).set(i64::from(is_away));
    }

    pub(super) fn app_ready(&self, app: &OfApp, ready: bool) {
        self.app_ready.get_or_create(app).set(i64::from(ready));
    }

    /// What the end of a call says of its app: one of which a call was done can call WeCom; one whose secret, token or
    /// address WeCom does not take cannot. A right that is missing for one method, or for one employee, says nothing of the
    /// app's other calls, and neither does any other end, nor a decision: it is made without an answer where none can be had.
    pub(super) fn called(&self, app: &OfApp, kind: Kind, end: End, errcode: Option<i64>) {
        if kind == Kind::Forward {
            return; // WeCom has no part in it.
        }
        match end {
            End::Done if kind != Kind::Decide => self.app_ready(app, true),
            End::NotDone(_) if errcode.is_some_and(shuts_out) => self.app_ready(app, false),
            End::Done | End::NotDone(_) | End::Unset | End::DatabaseAway => {}
        }
    }

    /// A genuine callback came at this Unix second, here or at another process. The latest is kept.
    pub(super) fn called_back(&self, app: &OfApp, at_s: i64) {
        let last = self.last_callback.get_or_create(app);
        if last.get() < at_s {
            last.set(at_s);
        }
    }

    /// So many bytes are free on the disk of the SQLite file.
    pub(super) fn database_free(&self, bytes: u64) {
        let free = self.database_free.get_or_create(&Vec::new());
        free.set(i64::try_from(bytes).unwrap_or(i64::MAX));
    }

    /// For so long the oldest work of that kind has been due; without a kind, the oldest event that is not planned.
    pub(super) fn oldest_due(&self, kind: Option<Kind>, age: Duration) {
        let kind = kind.map_or(EVENT, Kind::as_str);
        self.oldest_due.get_or_create(&OfWork { kind }).set(i64::try_from(age.as_secs()).unwrap_or(i64::MAX));
    }
}

/// What alerts go by.
impl Metrics {
    /// Whether the app could call WeCom when it last tried.
    pub fn is_app_ready(&self, app: &str) -> bool {
        self.standing.app_ready.get_or_create(&OfApp { app: app.to_owned() }).get() == 1
    }

    /// When the app's last genuine callback came, in Unix seconds; 0 without any.
    pub fn last_callback_s(&self, app: &str) -> i64 {
        self.standing.last_callback.get_or_create(&OfApp { app: app.to_owned() }).get()
    }

    /// How many callbacks of the app could not be stored so far.
    pub fn not_stored(&self, app: &str) -> u64 {
        self.callbacks.get_or_create(&Callbacks { app: app.to_owned(), answer: NOT_STORED }).get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::outcome::Class;
    use crate::telemetry::Format;
    use wecom_core::codes;

    #[test]
    fn an_app_is_ready_until_wecom_refuses_it_and_again_when_a_call_succeeds() {
        let metrics = Metrics::new();
        metrics.begin("default");
        let ready = |figure: i64| {
            let line = format!(r#"greeter_app_ready{{app="default"}} {figure}"#);
            let text = metrics.render(Format::Text);
            assert!(text.contains(&line), "{line} is not in\n{text}");
        };
        ready(0);
        metrics.app_ready("default", true);
        ready(1);
        let refused = |kind: Kind, code: i64| {
            metrics.called("default", kind, codes::class(code).into(), Some(code));
        };
        // One employee out of scope, a right that one method lacks, a busy WeCom, none that answers.
        for code in [60011, 84074, 48002, 40126, -1, 45009, 84061] {
            refused(Kind::Tag, code);
            ready(1);
        }
        metrics.called("default", Kind::Tag, Class::Busy.into(), None);
        metrics.called("default", Kind::Decide, End::DatabaseAway, None);
        ready(1);
        // Address, secret, corp, token, an app that is switched off.
        for code in [60020, 40001, 40013, 42001, 50003] {
            refused(Kind::Welcome, code);
            ready(0);
            metrics.called("default", Kind::Forward, End::Done, None);
            metrics.called("default", Kind::Decide, End::Done, None);
            ready(0);
            metrics.called("default", Kind::Tag, End::Done, Some(0));
            ready(1);
        }
    }
}
