//! How the program is watched: log lines on stderr, and figures for a monitoring system.
//!
//! [`init`] sets up logging once for the process. [`Metrics`] is a value that is handed to whoever counts: two in one
//! process (two servers in one test) do not mix. All names begin with `greeter_`; durations are seconds; labels come
//! from closed sets and from the settings, never from a request, so that their number is bounded.
//!
//! | name | labels | |
//! |---|---|---|
//! | `greeter_callbacks_total` | `app` `answer` | callbacks by what became of them: `stored`, `delivered_again`, `verified`, `refused`, `too_large`, `not_stored` … |
//! | `greeter_callbacks_refused_total` | `app` `class` | refused callbacks by what was wrong with them: `signature`, `padding`, `receiver` … |
//! | `greeter_stray_requests_total` | `class` | requests for what is not served: `no_such_app`, `no_such_path`, `no_such_verb` |
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
//! | `greeter_app_ready` | `app` | 1 where the app could call WeCom when it last tried |
//! | `greeter_last_callback_timestamp_seconds` | `app` | when its last genuine callback came, at whichever process |
//! | `greeter_calls_at_once` | `corp` `kind` | how many calls may be under way at once, as learned; `tag`: tags and remarks |
//! | `greeter_circuit_open` | `corp` `kind` | 1 where WeCom is taken to be away, so that only now and then one call tries |
//! | `greeter_oldest_due_seconds` | `kind` | for how long the oldest unfinished work has been due; `event`: not planned yet |
//! | `greeter_database_free_bytes` | | room on the disk of the SQLite file; not there on PostgreSQL |
//! | `greeter_log_lines_dropped_total` | | log lines that could not be written; of the process, as stderr is |
//! | `greeter_build_info` | `version` | 1 |
//! | `process_…` | | what the operating system knows of this process |
//!
//! What is counted for an app is there from the start, at 0: an alarm on a rate needs a first value.

mod causes;
mod format;
mod labels;
mod lasting;
mod log;
mod process;
mod seldom;
mod standing;

use std::{fmt, time::Duration};

use prometheus_client::{
    encoding::{prometheus_text, text as openmetrics_text},
    metrics::{
        counter::Counter,
        family::{Family, MetricConstructor},
        gauge::Gauge,
        histogram::Histogram,
        info::Info,
    },
    registry::{Registry, Unit},
};

use crate::{
    action::{
        Kind, Status,
        outcome::{Class, End, Next},
    },
    refusal::RefusalClass,
};
pub use causes::chain;
pub use format::Format;
use labels::{Actions, Callbacks, Calls, OfApp, OfCorp, OfKind, OfQueue, Refused, Strays, Uploads, end_name};
pub use lasting::Lasting;
pub use log::{LogError, flush, init, log_state, print_last};
pub use seldom::{LeftOut, Seldom, cause};
use standing::Standing;

/// A callback was answered with 503.
const NOT_STORED: &str = "not_stored";

/// What can become of a callback.
const ANSWERS: [&str; 8] =
    ["stored", "delivered_again", "verified", "refused", "too_large", "too_slow", "broken_off", NOT_STORED];

/// What a request can ask for that is not there.
const STRAYS: [&str; 3] = ["no_such_app", "no_such_path", "no_such_verb"];

/// An ack has 5 s, and should take 20 ms at the 99th percentile.
const ACK_BUCKETS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// A welcome has 20 s, and should leave within 50 ms: fine at the near end, and the deadline is a bucket's edge.
const DEPARTURE_BUCKETS: [f64; 13] =
    [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0];

/// A welcome is done within seconds, a tag perhaps after days.
const DONE_BUCKETS: [f64; 15] =
    [0.01, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 60.0, 600.0, 3_600.0, 86_400.0];

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
    refused: Family<Refused, Counter>,
    strays: Family<Strays, Counter>,
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
    standing: Standing,
}

impl Metrics {
    /// All figures at zero.
    pub fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            callbacks: Family::default(),
            refused: Family::default(),
            strays: Family::default(),
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
            standing: Standing::default(),
        };
        for class in STRAYS {
            drop(metrics.strays.get_or_create(&Strays { class }));
        }
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        self.registry.register_collector(Box::new(process::OfProcess));
        let registry = self.registry.sub_registry_with_prefix("greeter");
        self.standing.register(registry);
        registry.register("callbacks", "Callbacks by what became of them", self.callbacks.clone());
        registry.register(
            "callbacks_refused",
            "Refused callbacks by what was wrong with them",
            self.refused.clone(),
        );
        registry.register("stray_requests", "Requests for what is not served", self.strays.clone());
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

    /// Makes every figure of this app exist, at 0.
    pub fn begin(&self, app: &str) {
        let of_app = OfApp { app: app.to_owned() };
        // A family's figure begins when it is asked for; the lock that is handed out with it is not kept.
        for answer in ANSWERS {
            drop(self.callbacks.get_or_create(&Callbacks { app: app.to_owned(), answer }));
        }
        // A request for an app that is not there is nobody's, and counted as a stray one.
        for class in RefusalClass::ALL.iter().filter(|class| **class != RefusalClass::NoSuchApp) {
            drop(self.refused.get_or_create(&Refused { app: app.to_owned(), class: class.as_str() }));
        }
        for kind in Kind::ALL {
            for class in std::iter::once(End::Done)
                .chain(Class::ALL.map(End::NotDone))
                .chain([End::Unset, End::DatabaseAway])
            {
                let class = end_name(class);
                drop(self.calls.get_or_create(&Calls { app: app.to_owned(), kind: kind.as_str(), class }));
            }
            for status in [Status::Done, Status::Expired, Status::Failed] {
                let (kind, status) = (kind.as_str(), status.as_str());
                drop(self.actions.get_or_create(&Actions { app: app.to_owned(), kind, status }));
            }
            drop(self.done.get_or_create(&OfKind { app: app.to_owned(), kind: kind.as_str() }));
        }
        drop(self.departure.get_or_create(&of_app));
        drop(self.missed.get_or_create(&of_app));
        self.standing.begin(&of_app);
    }

    /// Whether the app can call WeCom.
    pub fn app_ready(&self, app: &str, ready: bool) {
        self.standing.app_ready(&OfApp { app: app.to_owned() }, ready);
    }

    /// A genuine callback for the app came at this Unix second, here or at another process.
    pub fn called_back(&self, app: &str, at_s: i64) {
        self.standing.called_back(&OfApp { app: app.to_owned() }, at_s);
    }

    /// So many calls of a kind may be under way for a corp at present, and whether WeCom is taken to be away.
    pub fn limited(&self, corp: &str, kind: Kind, at_once: usize, is_away: bool) {
        self.standing.limited(corp, kind, at_once, is_away);
    }

    /// For so long the oldest work of that kind has been due; without a kind, the oldest event that is not planned.
    pub fn oldest_due(&self, kind: Option<Kind>, age: Duration) {
        self.standing.oldest_due(kind, age);
    }

    /// So many bytes are free on the disk of the SQLite file.
    pub fn database_free(&self, bytes: u64) {
        self.standing.database_free(bytes);
    }

    /// A callback for an app of ours, and what became of it: a word of a closed set.
    pub fn callback(&self, app: &str, answer: &'static str) {
        debug_assert!(ANSWERS.contains(&answer), "{answer} is not there from the start");
        self.callbacks.get_or_create(&Callbacks { app: app.to_owned(), answer }).inc();
    }

    /// A callback for an app of ours was refused, for this.
    pub fn refused(&self, app: &str, class: RefusalClass) {
        self.refused.get_or_create(&Refused { app: app.to_owned(), class: class.as_str() }).inc();
    }

    /// A request for what is not served: a word of a closed set.
    pub fn stray(&self, class: &'static str) {
        debug_assert!(STRAYS.contains(&class), "{class} is not there from the start");
        self.strays.get_or_create(&Strays { class }).inc();
    }

    /// An event was stored, so long after its callback arrived.
    pub fn acked(&self, took: Duration) {
        self.ack.observe(took.as_secs_f64());
    }

    /// A welcome's first call leaves, so many milliseconds after its event arrived.
    pub fn welcome_leaves(&self, app: &str, after_ms: i64) {
        self.departure.get_or_create(&OfApp { app: app.to_owned() }).observe(seconds(after_ms));
    }

    /// A try ended, with this errcode where WeCom answered.
    pub fn called(&self, app: &str, kind: Kind, end: End, errcode: Option<i64>) {
        let labels = Calls { app: app.to_owned(), kind: kind.as_str(), class: end_name(end) };
        self.calls.get_or_create(&labels).inc();
        self.standing.called(&OfApp { app: app.to_owned() }, kind, end, errcode);
    }

    /// An action ended, so many milliseconds after its event arrived. One that is tried again has not ended.
    pub fn settled(&self, app: &str, kind: Kind, next: &Next, after_ms: i64) {
        let status = match next {
            // What is skipped was never due; it has no figure when it is planned either.
            Next::Again { .. } | Next::Skipped { .. } => return,
            Next::Done { .. } => Status::Done,
            Next::Expired { .. } => Status::Expired,
            Next::Failed { .. } => Status::Failed,
        };
        let (app, kind_name) = (app.to_owned(), kind.as_str());
        if status == Status::Done {
            self.done.get_or_create(&OfKind { app: app.clone(), kind: kind_name }).observe(seconds(after_ms));
        }
        self.actions.get_or_create(&Actions { app, kind: kind_name, status: status.as_str() }).inc();
    }

    /// A customer's 20 seconds ended without a welcome. Each counts once, however often its event is replayed.
    pub fn welcome_missed(&self, app: &str) {
        self.missed.get_or_create(&OfApp { app: app.to_owned() }).inc();
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

    /// All figures, in this format.
    pub fn render(&self, format: Format) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail. If a figure cannot be encoded, the text ends before it.
        let _ = match format {
            Format::Text => prometheus_text::encode(&mut text, &self.registry),
            Format::OpenMetrics => openmetrics_text::encode(&mut text, &self.registry),
        };
        text
    }
}

fn seconds(milliseconds: i64) -> f64 {
    Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0)).as_secs_f64()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::ReasonCode;

    #[test]
    fn every_figure_of_the_table_is_rendered_under_its_name() {
        let metrics = Metrics::new();
        metrics.begin("default");
        metrics.callback("default", "stored");
        metrics.refused("default", RefusalClass::Signature);
        metrics.stray("no_such_app");
        metrics.acked(Duration::from_micros(1_830));
        metrics.welcome_leaves("default", 4);
        metrics.called("default", Kind::Welcome, Class::CodeSpent.into(), Some(41050));
        metrics.welcome_missed("default");
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
        metrics.called_back("default", 1_796_000_000);
        metrics.called_back("default", 1_795_000_000);
        metrics.oldest_due(Some(Kind::Tag), Duration::from_millis(61_500));
        metrics.limited("ww1", Kind::Welcome, 43, true);
        assert!(
            !metrics.render(Format::Text).contains("greeter_database_free_bytes "),
            "nobody knows it yet"
        );
        metrics.database_free(5_000_000_000);
        let text = metrics.render(Format::Text);
        for line in [
            "greeter_database_free_bytes 5000000000",
            r#"greeter_callbacks_total{app="default",answer="stored"} 1"#,
            r#"greeter_callbacks_refused_total{app="default",class="signature"} 1"#,
            r#"greeter_callbacks_refused_total{app="default",class="padding"} 0"#,
            r#"greeter_stray_requests_total{class="no_such_app"} 1"#,
            r#"greeter_callbacks_total{app="default",answer="not_stored"} 0"#,
            r#"greeter_calls_total{app="default",kind="remark",class="throttled"} 0"#,
            r#"greeter_last_callback_timestamp_seconds{app="default"} 1796000000"#,
            r#"greeter_oldest_due_seconds{kind="tag"} 61"#,
            r#"greeter_oldest_due_seconds{kind="event"} 0"#,
            r#"greeter_calls_at_once{corp="ww1",kind="welcome"} 43"#,
            r#"greeter_circuit_open{corp="ww1",kind="welcome"} 1"#,
            r#"greeter_ack_seconds_bucket{le="0.002"} 1"#,
            r#"greeter_welcome_departure_seconds_bucket{app="default",le="20"} 1"#,
            r#"greeter_calls_total{app="default",kind="welcome",class="code_spent"} 1"#,
            r#"greeter_actions_total{app="default",kind="welcome",status="expired"} 1"#,
            r#"greeter_actions_total{app="default",kind="tag",status="done"} 1"#,
            r#"greeter_action_seconds_bucket{app="default",kind="tag",le="0.2"} 1"#,
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
        assert!(!text.contains("# EOF") && text.contains("# TYPE greeter_callbacks_total counter"));
        assert!(text.contains("# TYPE process_resident_memory_bytes gauge"));
        assert!(metrics.render(Format::OpenMetrics).ends_with("# EOF\n"));
    }
}
