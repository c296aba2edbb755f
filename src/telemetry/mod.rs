//! How the program is watched: log lines on stderr, and figures for a monitoring system.
//!
//! [`init`] sets up logging once for the process. [`Metrics`] is a value that is handed to whoever counts: two in one
//! process (two servers in one test) do not mix. All names begin with `greeter_`; durations are seconds; labels come
//! from closed sets and from the settings, never from a request, so that their number is bounded.
//!
//! | name | labels | |
//! |---|---|---|
//! | `greeter_callbacks_total` | `app` `answer` | callbacks by what became of them: `stored`, `delivered_again`, `verified`, `refused`, `not_stored` … |
//! | `greeter_ack_seconds` | | from a callback's arrival to its commit |
//! | `greeter_welcome_departure_seconds` | `app` | from an event's arrival to its first `send_welcome_msg` leaving |
//! | `greeter_calls_total` | `app` `kind` `class` | WeCom's answers to tries, by what can be done about them |
//! | `greeter_actions_total` | `app` `kind` `status` | actions that ended: `done`, `expired`, `failed` |
//! | `greeter_action_seconds` | `app` `kind` | from an event's arrival to its action being done |
//! | `greeter_welcome_deadline_missed_total` | `app` | welcomes whose 20 seconds ended |
//! | `greeter_queue_depth` | `queue` | what waits in memory |
//! | `greeter_rules_version` | | the version of the rules in use |
//! | `greeter_media_uploads_total` | `corp` `outcome` | uploads of files that rules name: `done`, `failed` |
//! | `greeter_media_missing` | `corp` | files of the rules in force that have no media id that works |
//! | `greeter_media_oldest_seconds` | `corp` | age of the oldest media id in use; WeCom forgets them after three days |
//! | `greeter_log_lines_dropped_total` | | log lines that could not be written; of the process, as stderr is |
//! | `greeter_build_info` | `version` | 1 |

mod log;
mod seldom;

use std::{fmt, time::Duration};

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::{Family, MetricConstructor},
        gauge::Gauge,
        histogram::Histogram,
        info::Info,
    },
    registry::{Registry, Unit},
};

use crate::action::{
    Kind, ReasonCode, Status,
    outcome::{Class, End, Next},
};
pub use log::{LogError, flush, init, log_state, print_last};
pub use seldom::{LeftOut, Seldom, cause};

/// An ack has 5 s, and should take 20 ms at the 99th percentile.
const ACK_BUCKETS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// A welcome has 20 s, and should leave within 50 ms: fine at the near end, and the deadline is a bucket's edge.
const DEPARTURE_BUCKETS: [f64; 13] =
    [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0];

/// A welcome is done within seconds, a tag perhaps after days.
const DONE_BUCKETS: [f64; 15] =
    [0.01, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 60.0, 600.0, 3_600.0, 86_400.0];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfApp {
    app: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Callbacks {
    app: String,
    answer: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfKind {
    app: String,
    kind: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Actions {
    app: String,
    kind: &'static str,
    status: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Calls {
    app: String,
    kind: &'static str,
    class: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfCorp {
    corp: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Uploads {
    corp: String,
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfQueue {
    queue: &'static str,
}

/// Makes a family's histograms.
#[derive(Clone, Copy)]
struct Buckets(&'static [f64]);

impl MetricConstructor<Histogram> for Buckets {
    fn new_metric(&self) -> Histogram {
        Histogram::new(self.0.iter().copied())
    }
}

/// The figures of one server.
pub struct Metrics {
    registry: Registry,
    callbacks: Family<Callbacks, Counter>,
    ack: Histogram,
    departure: Family<OfApp, Histogram, Buckets>,
    calls: Family<Calls, Counter>,
    actions: Family<Actions, Counter>,
    done: Family<OfKind, Histogram, Buckets>,
    missed: Family<OfApp, Counter>,
    queues: Family<OfQueue, Gauge>,
    uploads: Family<Uploads, Counter>,
    media_missing: Family<OfCorp, Gauge>,
    media_oldest: Family<OfCorp, Gauge>,
    rules: Gauge,
}

impl Metrics {
    /// All figures at zero.
    pub fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("greeter"),
            callbacks: Family::default(),
            ack: Histogram::new(ACK_BUCKETS),
            departure: Family::new_with_constructor(Buckets(&DEPARTURE_BUCKETS)),
            calls: Family::default(),
            actions: Family::default(),
            done: Family::new_with_constructor(Buckets(&DONE_BUCKETS)),
            missed: Family::default(),
            queues: Family::default(),
            uploads: Family::default(),
            media_missing: Family::default(),
            media_oldest: Family::default(),
            rules: Gauge::default(),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("callbacks", "Callbacks by what became of them", self.callbacks.clone());
        registry.register_with_unit(
            "ack",
            "From a callback's arrival to its commit",
            Unit::Seconds,
            self.ack.clone(),
        );
        registry.register_with_unit(
            "welcome_departure",
            "From an event's arrival to its first send_welcome_msg leaving",
            Unit::Seconds,
            self.departure.clone(),
        );
        registry.register(
            "calls",
            "WeCom's answers to tries, by what can be done about them",
            self.calls.clone(),
        );
        registry.register("actions", "Actions that ended", self.actions.clone());
        registry.register_with_unit(
            "action",
            "From an event's arrival to its action being done",
            Unit::Seconds,
            self.done.clone(),
        );
        registry.register("welcome_deadline_missed", "Welcomes whose 20 seconds ended", self.missed.clone());
        registry.register("queue_depth", "What waits in memory", self.queues.clone());
        registry.register("media_uploads", "Uploads of files that rules name", self.uploads.clone());
        registry.register(
            "media_missing",
            "Files of the rules in force that have no media id that works",
            self.media_missing.clone(),
        );
        registry.register_with_unit(
            "media_oldest",
            "Age of the oldest media id in use",
            Unit::Seconds,
            self.media_oldest.clone(),
        );
        registry.register(
            "rules_version",
            "The version of the rules in use, 0 without any",
            self.rules.clone(),
        );
        registry.register("log_lines_dropped", "Log lines that could not be written", log::DROPPED.clone());
        registry.register("build", "The program", Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]));
    }

    /// A callback for an app of ours, and what became of it: a word of a closed set.
    pub fn callback(&self, app: &str, answer: &'static str) {
        self.callbacks.get_or_create(&Callbacks { app: app.to_owned(), answer }).inc();
    }

    /// An event was stored, so long after its callback arrived.
    pub fn acked(&self, took: Duration) {
        self.ack.observe(took.as_secs_f64());
    }

    /// A welcome's first call leaves, so many milliseconds after its event arrived.
    pub fn welcome_leaves(&self, app: &str, after_ms: i64) {
        self.departure.get_or_create(&OfApp { app: app.to_owned() }).observe(seconds(after_ms));
    }

    /// A try was answered.
    pub fn called(&self, app: &str, kind: Kind, end: End) {
        let labels = Calls { app: app.to_owned(), kind: kind.as_str(), class: end_name(end) };
        self.calls.get_or_create(&labels).inc();
    }

    /// An action ended, so many milliseconds after its event arrived. One that is tried again has not ended.
    pub fn settled(&self, app: &str, kind: Kind, next: &Next, after_ms: i64) {
        let status = match next {
            Next::Again { .. } => return,
            Next::Done { .. } => Status::Done,
            Next::Expired { .. } => Status::Expired,
            Next::Failed { .. } => Status::Failed,
        };
        let (app, kind_name) = (app.to_owned(), kind.as_str());
        if status == Status::Done {
            self.done.get_or_create(&OfKind { app: app.clone(), kind: kind_name }).observe(seconds(after_ms));
        }
        // Of one whose end is unknown nobody can say that it was missed.
        let unknown = matches!(next, Next::Expired { reason } if reason.code == ReasonCode::UnknownEnd);
        if status == Status::Expired && kind == Kind::Welcome && !unknown {
            self.missed.get_or_create(&OfApp { app: app.clone() }).inc();
        }
        self.actions.get_or_create(&Actions { app, kind: kind_name, status: status.as_str() }).inc();
    }

    /// So much waits in that queue of this process.
    pub fn queue_depth(&self, queue: &'static str, depth: usize) {
        let depth = i64::try_from(depth).unwrap_or(i64::MAX);
        self.queues.get_or_create(&OfQueue { queue }).set(depth);
    }

    /// A file was uploaded for a corp of ours, or could not be.
    pub fn uploaded(&self, corp: &str, done: bool) {
        let outcome = if done { "done" } else { "failed" };
        self.uploads.get_or_create(&Uploads { corp: corp.to_owned(), outcome }).inc();
    }

    /// So many files of the rules have no media id at a corp, and the oldest id of the others is so old.
    pub fn media(&self, corp: &str, missing: usize, oldest_ms: Option<i64>) {
        let of_corp = OfCorp { corp: corp.to_owned() };
        self.media_missing.get_or_create(&of_corp).set(i64::try_from(missing).unwrap_or(i64::MAX));
        self.media_oldest.get_or_create(&of_corp).set(oldest_ms.unwrap_or(0) / 1_000);
    }

    /// The version of the rules now in use.
    pub fn rules_version(&self, version: i64) {
        self.rules.set(version);
    }

    /// All figures in the OpenMetrics text format (`application/openmetrics-text; version=1.0.0; charset=utf-8`).
    pub fn render(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail. If a figure cannot be encoded, the text ends before it.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

fn seconds(milliseconds: i64) -> f64 {
    Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0)).as_secs_f64()
}

fn end_name(end: End) -> &'static str {
    match end {
        End::Done => "done",
        End::NotDone(class) => class_name(class),
        End::Unset => "unset",
    }
}

fn class_name(class: Class) -> &'static str {
    match class {
        Class::Token => "token",
        Class::Busy => "busy",
        Class::Underway => "underway",
        Class::Contended => "contended",
        Class::Throttled => "throttled",
        Class::Crowded => "crowded",
        Class::CodeSpent => "code_spent",
        Class::AlreadySent => "already_sent",
        Class::NoConsent => "no_consent",
        Class::Media => "media",
        Class::Content => "content",
        Class::UnknownTag => "unknown_tag",
        Class::NoRelation => "no_relation",
        Class::Configuration => "configuration",
        Class::Refused => "refused",
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

/// An error with its causes, for a log line: `could not do this: because of that: because of the other`.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_of_the_table_is_rendered_under_its_name() {
        let metrics = Metrics::new();
        metrics.callback("default", "stored");
        metrics.acked(Duration::from_micros(1_830));
        metrics.welcome_leaves("default", 4);
        metrics.called("default", Kind::Welcome, Class::CodeSpent.into());
        metrics.settled(
            "default",
            Kind::Welcome,
            &Next::Expired { reason: ReasonCode::ExpiredUntried.because("late") },
            20_000,
        );
        metrics.settled("default", Kind::Tag, &Next::Done { note: None }, 130);
        metrics.settled(
            "default",
            Kind::Tag,
            &Next::Again { at_ms: 1, reason: ReasonCode::WecomBusy.because("busy") },
            130,
        );
        metrics.queue_depth("events", 3);
        metrics.uploaded("ww1", false);
        metrics.media("ww1", 2, Some(7_200_500));
        metrics.rules_version(7);
        let text = metrics.render();
        for line in [
            r#"greeter_callbacks_total{app="default",answer="stored"} 1"#,
            r#"greeter_ack_seconds_bucket{le="0.002"} 1"#,
            r#"greeter_welcome_departure_seconds_bucket{le="20.0",app="default"} 1"#,
            r#"greeter_calls_total{app="default",kind="welcome",class="code_spent"} 1"#,
            r#"greeter_actions_total{app="default",kind="welcome",status="expired"} 1"#,
            r#"greeter_actions_total{app="default",kind="tag",status="done"} 1"#,
            r#"greeter_action_seconds_bucket{le="0.2",app="default",kind="tag"} 1"#,
            r#"greeter_welcome_deadline_missed_total{app="default"} 1"#,
            r#"greeter_queue_depth{queue="events"} 3"#,
            r#"greeter_media_uploads_total{corp="ww1",outcome="failed"} 1"#,
            r#"greeter_media_missing{corp="ww1"} 2"#,
            r#"greeter_media_oldest_seconds{corp="ww1"} 7200"#,
            "greeter_rules_version 7",
            "greeter_log_lines_dropped_total ",
            "greeter_build_info{version=",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }
}
