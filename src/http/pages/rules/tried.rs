//! What a check, a trial, an explanation or a difference has to say, as it stands on the page.

use serde_json::Value;

use super::{
    super::{
        frame::Frame,
        views::{
            ChangeView, DiffLine, DiffView, FaultRow, Headline, Mark, Tone, TriedRow, TriedView, WhyRow,
            WhyView,
        },
        words::{names, rules::SayRules},
    },
    judged,
};
use crate::{
    flow::{
        publish::stored,
        trying::{self, METHODS, situation_of},
    },
    http::problem::Problem,
    rules::{
        Fault, Faults, Note, Ruleset,
        trial::{self, Difference, Explanation},
    },
    store::{EventFilter, RulesetVersion},
};

/// How far back a trial looks, as it stands in its words.
const SINCE: &str = "7d";

/// How many events a trial looks at: somebody waits for it. The API looks at more, the command line at all.
const EVENTS_MAX: u32 = 5_000;

/// How many of the events that would differ are shown.
const SHOWN_MAX: usize = 50;

/// How much of a line of the file is shown with a fault.
const SOURCE_CHARS_MAX: usize = 160;

/// How many changed fields of a difference are shown, and how many lines of each: a page, not a book.
const CHANGES_MAX: usize = 100;
const LINES_MAX: usize = 200;

/// The changes by which a customer is added, the usual first.
const ADDS: [&str; 2] = ["add_external_contact", "add_half_external_contact"];

/// Gathers what is to be said.
pub(super) struct Trial<'f> {
    frame: &'f Frame,
    in_force: Option<&'f RulesetVersion>,
    view: TriedView,
}

impl<'f> Trial<'f> {
    /// Nothing yet. `in_force`: what rules are held against.
    pub(super) fn of(frame: &'f Frame, in_force: Option<&'f RulesetVersion>) -> Self {
        Self { frame, in_force, view: TriedView::default() }
    }

    pub(super) fn done(self) -> TriedView {
        self.view
    }

    fn head(&mut self, tone: Tone, text: String, more: Option<String>) {
        self.view.headline = Some(Headline { tone, text, more });
    }

    /// Why nothing was done.
    pub(super) fn refuse(&mut self, why: String) {
        self.head(Tone::Bad, why, None);
    }

    /// The faults of rules, at the lines of their text.
    pub(super) fn faults(&mut self, faults: &Faults, yaml: &str) {
        let count = faults.faults.len() + faults.more;
        self.refuse(self.frame.say_rules(SayRules::Faulty { count }));
        let lines: Vec<&str> = yaml.lines().collect();
        self.view.faults = faults.faults.iter().map(|fault| self.fault(fault, &lines)).collect();
        let more = faults.more;
        self.view.more_faults = (more > 0).then(|| self.frame.say_rules(SayRules::MoreFaults { more }));
    }

    fn fault(&self, fault: &Fault, lines: &[&str]) -> FaultRow {
        let language = self.frame.language;
        FaultRow {
            line: fault.line,
            at: self.frame.say_rules(SayRules::At { line: fault.line, column: fault.column }),
            rule: fault.rule.clone(),
            source: source(lines, fault.line),
            what: fault.what(language),
            mend: fault.mend(language),
        }
    }

    fn note(&self, note: &Note) -> FaultRow {
        FaultRow {
            line: note.line,
            at: self.frame.say_rules(SayRules::At { line: note.line, column: note.column }),
            rule: String::new(),
            source: String::new(),
            what: note.what(self.frame.language),
            mend: String::new(),
        }
    }

    /// Whether rules have a fault, what else is worth a look, and how they differ from those in force.
    pub(super) async fn check(&mut self, yaml: &str) -> Result<(), Problem> {
        let version = self.in_force.map_or(0, |stored| stored.version);
        let known = match stored::check(self.frame.store(), yaml, version, self.frame.who()).await? {
            Ok(known) => known,
            Err(faults) => {
                self.faults(&faults, yaml);
                return Ok(());
            }
        };
        let rules = known.ruleset.rules().count();
        self.head(Tone::Good, self.frame.say_rules(SayRules::Sound { rules }), None);
        let notes = known.ruleset.notes_at(self.frame.times.now_ms);
        self.view.notes = notes.iter().map(|note| self.note(note)).collect();
        if let Some(stored) = self.in_force
            && let Ok(difference) = trial::compare(&stored.document, yaml)
        {
            let title = self.frame.say_rules(SayRules::Between { was: stored.version, is: None });
            self.view.difference = Some(self.difference(&difference, title));
        }
        Ok(())
    }

    /// What would have come of the events of the last days.
    pub(super) async fn backtest(&mut self, yaml: &str) -> Result<(), Problem> {
        let tried = match Ruleset::compile(yaml, 0) {
            Ok(tried) => tried,
            Err(faults) => {
                self.faults(&faults, yaml);
                return Ok(());
            }
        };
        let frame = self.frame;
        let Ok(_turn) = frame.private.heavy.try_acquire() else {
            self.head(Tone::Wait, frame.say_rules(SayRules::Busy), None);
            return Ok(());
        };
        let filter = EventFilter { since_ms: frame.times.parse(SINCE), ..EventFilter::default() };
        let mut events = Vec::new();
        let result = trying::backtest(frame.store(), &tried, filter, EVENTS_MAX, |event, judged| {
            if judged.changes.is_empty() || events.len() >= SHOWN_MAX {
                return;
            }
            let summary = &event.summary;
            events.push(TriedRow {
                id: summary.id,
                at: frame.times.instant(summary.received_at_ms),
                channel: summary.state.clone().unwrap_or_default(),
                employee: summary.user_id.clone().unwrap_or_default(),
                parts: judged
                    .changes
                    .iter()
                    .map(|change| judged::part(frame, &change.in_language(frame.language)))
                    .collect(),
            });
        })
        .await;
        let (sum, all) = match result {
            Ok(result) => result,
            Err(trying::Error::Store(error)) => return Err(Problem::Store(error)),
            Err(trying::Error::Unusable { version, .. }) => {
                self.refuse(frame.say_rules(SayRules::Unusable { version }));
                return Ok(());
            }
        };
        self.view.only_some = sum.changed > u64::try_from(events.len()).unwrap_or(u64::MAX);
        self.view.events = events;
        if sum.events == 0 {
            self.head(Tone::Quiet, frame.say_rules(SayRules::NoEvents), None);
            return Ok(());
        }
        let text = SayRules::Tried { events: sum.events, changed: sum.changed, depends: sum.depends };
        let mut more =
            frame.say_rules(SayRules::Welcomes { lost: sum.welcomes_lost, gained: sum.welcomes_gained });
        if !all {
            more = format!("{more} {}", frame.say_rules(SayRules::NotAll { events: sum.events }));
        }
        let tone = if sum.welcomes_lost > 0 { Tone::Wait } else { Tone::Good };
        self.head(tone, frame.say_rules(text), Some(more));
        Ok(())
    }

    /// What would come of an event, and why; of the newest add where none is named.
    pub(super) async fn explain(
        &mut self,
        ruleset: &Result<Ruleset, Faults>,
        yaml: &str,
        event: &str,
    ) -> Result<(), Problem> {
        let ruleset = match ruleset {
            Ok(ruleset) => ruleset,
            Err(faults) => {
                self.faults(faults, yaml);
                return Ok(());
            }
        };
        let store = self.frame.store();
        let id = if event.is_empty() { self.newest_add().await? } else { event.parse().ok() };
        let record = match id {
            Some(id) => store.event(id).await?,
            None => None,
        };
        let Some(record) = record else {
            let why = if event.is_empty() { SayRules::NoAdd } else { SayRules::NoSuchEvent };
            self.head(Tone::Wait, self.frame.say_rules(why), None);
            return Ok(());
        };
        let event = record.summary.id;
        let case = situation_of(record, store).await?;
        let explanation = trial::explain(ruleset, &case, &METHODS, self.frame.language);
        let (tone, say) = match &explanation.welcome {
            Some(greeting) => (Tone::Good, SayRules::Greets { event, rule: &greeting.message.rule }),
            None => (Tone::Quiet, SayRules::GreetsNot { event }),
        };
        self.head(
            tone,
            self.frame.say_rules(say),
            explanation.skipped.first().map(|skipped| skipped.code.sentence(self.frame.language).to_owned()),
        );
        self.view.why = Some(self.why(&explanation));
        Ok(())
    }

    async fn newest_add(&self) -> Result<Option<i64>, Problem> {
        for change in ADDS {
            let filter =
                EventFilter { change: Some(change.to_owned()), limit: Some(1), ..EventFilter::default() };
            if let Some(newest) = self.frame.store().recorded(&filter).await?.first() {
                return Ok(Some(newest.summary.id));
            }
        }
        Ok(None)
    }

    fn why(&self, explanation: &Explanation) -> WhyView {
        let (frame, r) = (self.frame, self.frame.rule_words());
        let or_nothing = |text: String| if text.is_empty() { r.nothing.to_owned() } else { text };
        let rows = explanation.rules.iter().map(|rule| {
            let (tone, word) =
                if rule.matched { (Tone::Good, r.matched) } else { (Tone::Quiet, r.not_matched) };
            let used: Vec<&str> =
                rule.used_for.iter().map(|kind| names::kind(*kind, frame.language)).collect();
            WhyRow {
                name: rule.name.clone(),
                mark: Mark { tone, word },
                why: rule.reason.clone().unwrap_or_default(),
                used_for: used.join(judged::between(frame.language)),
            }
        });
        let tags = serde_json::to_value(&explanation.tags).unwrap_or_default();
        let remark = serde_json::to_value(&explanation.remark).unwrap_or_default();
        WhyView {
            rows: rows.collect(),
            welcome: explanation.welcome.as_ref().map(|greeting| judged::welcome(frame, &greeting.message)),
            tags: or_nothing(judged::tags(frame, &tags)),
            remark: or_nothing(judged::plain(frame, &remark["name"])),
        }
    }

    /// Another was faster: who, when, and what they have changed.
    pub(super) async fn stale(&mut self, seen: i64, version: i64) -> Result<(), Problem> {
        let frame = self.frame;
        let (was, is) = (frame.store().rules(seen).await?, frame.store().rules(version).await?);
        let by = is.as_ref().and_then(|is| is.imported_by.as_deref());
        let at = is.as_ref().map(|is| frame.times.instant(is.imported_at_ms).short).unwrap_or_default();
        self.head(Tone::Wait, frame.say_rules(SayRules::Stale { seen, version, by, at: &at }), None);
        self.view.over = Some(version);
        let (was, is) = (was.map(|was| was.document), is.map(|is| is.document));
        self.between(
            (seen, was.as_deref().unwrap_or("rules: []")),
            (version, is.as_deref().unwrap_or("rules: []")),
        );
        Ok(())
    }

    /// The difference of two versions.
    pub(super) fn between(&mut self, (was, from): (i64, &str), (is, to): (i64, &str)) {
        match trial::compare(from, to) {
            Ok(difference) => {
                let title = self.frame.say_rules(SayRules::Between { was, is: Some(is) });
                self.view.difference = Some(self.difference(&difference, title));
            }
            Err(faults) => {
                let version = if Ruleset::stored(to, is).is_err() { is } else { was };
                let text = if version == is { to } else { from };
                self.faults(&faults, text);
                self.refuse(self.frame.say_rules(SayRules::Unusable { version }));
            }
        }
    }

    fn difference(&self, difference: &Difference, title: String) -> DiffView {
        let r = self.frame.rule_words();
        let renamed: Vec<String> =
            difference.renamed.iter().map(|rule| format!("{} → {}", rule.was, rule.is)).collect();
        let lists = [
            (r.added, difference.added.clone()),
            (r.removed, difference.removed.clone()),
            (r.renamed, renamed),
            (r.moved, difference.moved.clone()),
        ];
        let all = difference.changed.iter().chain(&difference.file);
        let changes = all.take(CHANGES_MAX).map(|change| ChangeView {
            rule: change.rule.clone().unwrap_or_else(|| r.whole_file.to_owned()),
            field: change.field.clone(),
            lines: change.lines().into_iter().take(LINES_MAX).map(line).collect(),
        });
        DiffView {
            title,
            lists: lists.into_iter().filter(|(_, names)| !names.is_empty()).collect(),
            changes: changes.collect(),
        }
    }
}

fn line((sign, text): (char, String)) -> DiffLine {
    let class = match sign {
        '-' => "was",
        '+' => "is",
        _ => "both",
    };
    DiffLine { class, sign, text }
}

/// A line of the file, as far as it is shown.
fn source(lines: &[&str], line: usize) -> String {
    let text = line.checked_sub(1).and_then(|at| lines.get(at)).map_or("", |line| line.trim());
    super::super::show::cut(text, SOURCE_CHARS_MAX)
}

/// Nothing, where a part has no value.
pub(super) fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}
