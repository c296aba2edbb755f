//! The expectations of a test, and where an outcome deviates from them.

use serde_json::{Value as Json, json};

use super::{
    super::{explain::Explanation, words::Trial},
    Deviation,
};
use crate::{
    action::Trigger,
    language::{Language, Sentence as _},
};

/// What a test expects. A part that is `None` is not compared, unless the test is `exact`.
#[derive(Debug, Default)]
pub(super) struct Expected {
    /// The rules that match, from the top.
    pub(super) rules: Option<Vec<String>>,
    pub(super) welcome: Option<Wanted<Welcome>>,
    pub(super) tags: Option<Wanted<Tags>>,
    pub(super) remark: Option<Wanted<Remark>>,
    /// Each is compared as far as it is written. An empty list expects that nobody is notified.
    pub(super) notify: Option<Vec<Json>>,
    pub(super) forward: Option<Vec<Json>>,
    /// Nothing may come of the event that is not expected.
    pub(super) exact: bool,
}

/// `none`, or this.
#[derive(Debug)]
pub(super) enum Wanted<T> {
    None,
    Is(T),
}

#[derive(Debug, Default)]
pub(super) struct Welcome {
    pub(super) rule: Option<String>,
    pub(super) text: Option<String>,
    pub(super) fallback: Option<String>,
    pub(super) attachments: Option<Vec<Json>>,
}

#[derive(Debug, Default)]
pub(super) struct Tags {
    pub(super) add: Option<Vec<String>>,
    pub(super) remove: Option<Vec<String>>,
}

#[derive(Debug, Default)]
pub(super) struct Remark {
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) company: Option<String>,
    pub(super) phones: Option<Vec<String>>,
}

/// Gathers the deviations.
struct Comparison {
    event: Option<usize>,
    language: Language,
    deviations: Vec<Deviation>,
}

const NOTHING: &str = "none";

impl Expected {
    /// The deviations of what came. `event` is the event's line in an export.
    pub(super) fn compare(
        &self,
        got: &Explanation,
        event: Option<usize>,
        language: Language,
    ) -> Vec<Deviation> {
        let mut comparison = Comparison { event, language, deviations: Vec::new() };
        if let Some(rules) = &self.rules {
            let matched: Vec<String> =
                got.rules.iter().filter(|rule| rule.matched).map(|rule| rule.name.clone()).collect();
            comparison.lists("rules", rules, &matched);
        }
        self.compare_welcome(got, &mut comparison);
        self.compare_tags(got, &mut comparison);
        self.compare_remark(got, &mut comparison);
        self.compare_notices(got, &mut comparison);
        if let Some(forward) = self.forward.as_deref().or(self.exact.then_some(&[])) {
            let posts: Vec<Json> = got.forward.iter().map(|post| json!(post)).collect();
            comparison.partly("forward", forward, &posts);
        }
        comparison.deviations
    }

    fn compare_welcome(&self, got: &Explanation, comparison: &mut Comparison) {
        let Some(wanted) = &self.welcome else {
            if let (true, Some(welcome)) = (self.exact, &got.welcome) {
                let by = Trial::By { rule: &welcome.message.rule }.to(comparison.language);
                comparison.differs("welcome", NOTHING, &by);
            }
            return;
        };
        match (wanted, &got.welcome) {
            (Wanted::None, None) => {}
            (Wanted::None, Some(welcome)) => {
                let by = Trial::By { rule: &welcome.message.rule }.to(comparison.language);
                let text = welcome.message.text.clone();
                let text = text.unwrap_or_else(|| Trial::NoText.to(comparison.language));
                comparison.differs("welcome", NOTHING, &format!("{by}\n{text}"));
            }
            (Wanted::Is(_), None) => {
                let why = got.skipped.iter().find(|skipped| skipped.kind == crate::action::Kind::Welcome);
                let because =
                    |reason: &String| Trial::NothingBecause { none: NOTHING, reason }.to(comparison.language);
                let why = why.map_or_else(|| NOTHING.to_owned(), |skipped| because(&skipped.reason));
                comparison.differs("welcome", &Trial::One.to(comparison.language), &why);
            }
            (Wanted::Is(wanted), Some(welcome)) => {
                let message = &welcome.message;
                comparison.text("welcome.rule", wanted.rule.as_deref(), Some(&message.rule));
                comparison.text("welcome.text", wanted.text.as_deref(), message.text.as_deref());
                comparison.text("welcome.fallback", wanted.fallback.as_deref(), message.fallback.as_deref());
                if let Some(attachments) = wanted.attachments.as_deref().or(self.exact.then_some(&[])) {
                    comparison.partly("welcome.attachments", attachments, &message.attachments);
                }
            }
        }
    }

    fn compare_tags(&self, got: &Explanation, comparison: &mut Comparison) {
        let (add, remove) = match &self.tags {
            None if !self.exact => return,
            None | Some(Wanted::None) => (Some([].as_slice()), Some([].as_slice())),
            Some(Wanted::Is(tags)) => {
                let unnamed = self.exact.then_some([].as_slice());
                (tags.add.as_deref().or(unnamed), tags.remove.as_deref().or(unnamed))
            }
        };
        for (part, wanted, got) in
            [("tags.add", add, &got.tags.tags.add), ("tags.remove", remove, &got.tags.tags.remove)]
        {
            if let Some(wanted) = wanted {
                comparison.lists(part, &sorted(wanted), &sorted(got));
            }
        }
    }

    fn compare_remark(&self, got: &Explanation, comparison: &mut Comparison) {
        let nothing = Remark::default();
        let wanted = match &self.remark {
            None if !self.exact => return,
            None | Some(Wanted::None) => {
                if let Some(remark) = &got.remark {
                    let fields = [&remark.remark.name, &remark.remark.description, &remark.remark.company];
                    let fields: Vec<&str> = fields.into_iter().flatten().map(String::as_str).collect();
                    comparison.differs("remark", NOTHING, &fields.join("\n"));
                }
                return;
            }
            Some(Wanted::Is(wanted)) => wanted,
        };
        let Some(remark) = got.remark.as_ref().map(|remark| &remark.remark) else {
            comparison.differs("remark", &Trial::One.to(comparison.language), NOTHING);
            return;
        };
        for (part, wanted, got) in [
            ("remark.name", &wanted.name, &remark.name),
            ("remark.description", &wanted.description, &remark.description),
            ("remark.company", &wanted.company, &remark.company),
        ] {
            if wanted.is_none() && self.exact && got.is_some() {
                comparison.differs(part, NOTHING, got.as_deref().unwrap_or_default());
            } else {
                comparison.text(part, wanted.as_deref(), got.as_deref());
            }
        }
        let unnamed = if self.exact { Some(nothing.phones.clone().unwrap_or_default()) } else { None };
        if let Some(phones) = wanted.phones.clone().or(unnamed) {
            comparison.lists("remark.phones", &phones, &remark.phones.clone().unwrap_or_default());
        }
    }

    fn compare_notices(&self, got: &Explanation, comparison: &mut Comparison) {
        let Some(wanted) = self.notify.as_deref().or(self.exact.then_some(&[])) else { return };
        for (on, name) in [
            (Trigger::Event, "event"),
            (Trigger::MissedWelcome, "missed_welcome"),
            (Trigger::Failed, "failed"),
        ] {
            let wanted: Vec<Json> = wanted
                .iter()
                .filter(|notice| notice["on"].as_str().unwrap_or("event") == name)
                .cloned()
                .collect();
            // Notices about a failure are compared only where the test expects some, as nothing has failed. But a welcome that
            // cannot be sent has: then those about a missed welcome are certain.
            let is_certain = on == Trigger::Event || (on == Trigger::MissedWelcome && got.welcome.is_none());
            if !is_certain && wanted.is_empty() {
                continue;
            }
            let told: Vec<Json> = got
                .notify
                .iter()
                .filter(|told| told.notice.on == on)
                .map(|told| json!(told.notice))
                .collect();
            comparison.partly("notify", &wanted, &told);
        }
    }
}

impl Comparison {
    fn differs(&mut self, part: &str, expected: &str, got: &str) {
        self.deviations.push(Deviation {
            event: self.event,
            part: part.to_owned(),
            expected: expected.to_owned(),
            got: got.to_owned(),
        });
    }

    /// A text, compared without the line ends behind it: a `|` block of YAML ends with one.
    fn text(&mut self, part: &str, expected: Option<&str>, got: Option<&str>) {
        let Some(expected) = expected.map(|text| text.trim_end_matches('\n')) else { return };
        match got.map(|text| text.trim_end_matches('\n')) {
            Some(got) if got == expected => {}
            got => self.differs(part, expected, got.unwrap_or(NOTHING)),
        }
    }

    fn lists(&mut self, part: &str, expected: &[String], got: &[String]) {
        if expected != got {
            let listed = |list: &[String]| if list.is_empty() { NOTHING.to_owned() } else { list.join("\n") };
            self.differs(part, &listed(expected), &listed(got));
        }
    }

    /// Compares lists of things that have several fields, each as far as it is written in the test.
    fn partly(&mut self, part: &str, expected: &[Json], got: &[Json]) {
        let fits = |(wanted, got): (&Json, &Json)| within(wanted, got);
        if expected.len() == got.len() && expected.iter().zip(got).all(fits) {
            return;
        }
        let listed = |list: Vec<Json>| {
            let lines: Vec<String> = list.iter().map(Json::to_string).collect();
            if lines.is_empty() { NOTHING.to_owned() } else { lines.join("\n") }
        };
        // Things that fit are shown as they are written, so that the difference shows only those that do not.
        let shown = got.iter().enumerate().map(|(at, got)| match expected.get(at) {
            Some(wanted) if within(wanted, got) => wanted.clone(),
            Some(wanted) => seen_through(wanted, got),
            None => got.clone(),
        });
        self.differs(part, &listed(expected.to_vec()), &listed(shown.collect()));
    }
}

fn sorted(list: &[String]) -> Vec<String> {
    let mut sorted = list.to_vec();
    sorted.sort();
    sorted
}

/// Whether everything that is written is there. A bare word stands for a kind: `link` fits `{ link: … }`.
fn within(wanted: &Json, got: &Json) -> bool {
    match (wanted, got) {
        (Json::Object(wanted), Json::Object(got)) => {
            wanted.iter().all(|(key, wanted)| got.get(key).is_some_and(|got| within(wanted, got)))
        }
        (Json::Array(wanted), Json::Array(got)) => {
            wanted.len() == got.len() && wanted.iter().zip(got).all(|(wanted, got)| within(wanted, got))
        }
        (Json::String(kind), Json::Object(got)) => got.contains_key(kind),
        (Json::Array(_) | Json::Object(_), _) | (_, Json::Array(_) | Json::Object(_)) => false,
        (wanted, got) => plain(wanted) == plain(got),
    }
}

/// What came, with only those keys that the test has.
fn seen_through(wanted: &Json, got: &Json) -> Json {
    match (wanted, got) {
        (Json::Object(wanted), Json::Object(got)) if wanted.keys().any(|key| got.contains_key(key)) => wanted
            .iter()
            .filter_map(|(key, wanted)| Some((key.clone(), seen_through(wanted, got.get(key)?))))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        (_, got) => got.clone(),
    }
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| text.trim_end_matches('\n').to_owned())
}
