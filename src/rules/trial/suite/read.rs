//! Reading test files, with the line of every fault.

use serde_json::Value as Json;

use super::{
    super::{
        read::{Keys, Reading, json_of},
        situation::{self, Situation},
        words::TrialFault,
    },
    NamedFile, Only, Source, Subject, Suite, Test,
    expect::{Expected, Remark, Tags, Wanted, Welcome},
};
use crate::rules::{
    document::{
        fault::{Faults, Mark},
        reader::Position,
        wrong::Quoted,
        yaml::DOCUMENT_BYTES_MAX,
    },
    plan::ruleset::Ruleset,
};

/// A file with more tests than this has been generated, and can be split.
const TESTS_MAX: usize = 2_000;
/// At most so many rules files for one test file.
const FILES_MAX: usize = 20;
/// At most so many items in a list of an expectation. No outcome has as many.
const ITEMS_MAX: usize = 200;

/// The keys that a test and the file's `defaults` have in common.
const SUPPOSED: [&str; 5] = ["app", "time", "customer", "employee", "earlier"];

/// The keys for the event, of which a test has one.
const SUBJECTS: [&str; 4] = ["event", "payload", "payload_file", "events_file"];

impl Suite {
    /// Reads a test file. On failure every fault in it, including those of rules that stand in it, and of files that it names
    /// and that cannot be read. `look` says why a file cannot be read, if it cannot.
    pub fn read(document: &str, look: impl Fn(&str) -> Result<(), String>) -> Result<Self, Faults> {
        let mut reading = Reading::default();
        if document.trim().is_empty() {
            return Err(Faults::of(TrialFault::TestsEmpty));
        }
        let read = reading.tree_with_gaps(document).and_then(|root| reading.suite(&Position::root(&root)));
        reading.finish_with_files(read, look)?.ok_or_else(|| Faults::of(TrialFault::NoTests))
    }
}

impl Reading {
    fn suite(&mut self, at: &Position<'_>) -> Option<Suite> {
        let keys = self.keys(at, &["rules", "defaults", "tests"])?;
        let source = if let Some(rules) = keys.get("rules") {
            self.source(rules)
        } else {
            self.wrong(at, TrialFault::NoRulesNamed);
            None
        };
        let defaults = keys.get("defaults").cloned();
        if let Some(at) = &defaults {
            self.keys(at, &SUPPOSED);
        }
        let Some(list) = keys.get("tests") else {
            self.wrong(at, TrialFault::NoTests);
            return None;
        };
        let items = self.items(list, TESTS_MAX);
        let tests = items.iter().filter_map(|item| self.test(item, defaults.as_ref())).collect();
        Some(Suite { source: source?, tests })
    }

    fn source(&mut self, at: &Position<'_>) -> Option<Source> {
        // A text of several lines is no path but the rules themselves.
        if let Some(text) = at.word().filter(|text| text.contains('\n')) {
            if let Err(faults) = Ruleset::compile(text, 0) {
                for fault in faults.faults {
                    let wrong = fault.wrong();
                    self.wrong(at, TrialFault::InRules { line: fault.line, path: fault.path, wrong });
                }
            }
            return Some(Source::Inline(text.to_owned()));
        }
        let items = self.items(at, FILES_MAX);
        if items.iter().any(Position::is_map) {
            return self.inline(at);
        }
        let files = items.iter().filter_map(|item| self.file(item)).collect();
        Some(Source::Files(files))
    }

    /// Rules that stand in the test file: a list of them, or a whole rules file.
    fn inline(&mut self, at: &Position<'_>) -> Option<Source> {
        let json = json_of(at.node);
        let listed = json.is_array();
        let json = if listed { serde_json::json!({ "rules": json }) } else { json };
        let document = json.to_string();
        if document.len() > DOCUMENT_BYTES_MAX {
            self.wrong(at, TrialFault::RulesTooLong);
            return None;
        }
        if let Err(faults) = Ruleset::compile(&document, 0) {
            for fault in faults.faults {
                let path = if listed { fault.path.trim_start_matches("rules") } else { &fault.path };
                let at = at.follow(path);
                self.wrong(&at, fault.wrong());
            }
        }
        Some(Source::Inline(document))
    }

    fn file(&mut self, at: &Position<'_>) -> Option<NamedFile> {
        let text = self.text(at)?;
        if text.trim().is_empty() {
            self.wrong(at, TrialFault::FileUnnamed);
            return None;
        }
        self.names(at, &text);
        let Mark { line, column } = at.mark();
        Some(NamedFile { text, line, column })
    }

    fn test(&mut self, at: &Position<'_>, defaults: Option<&Position<'_>>) -> Option<Test> {
        let known: Vec<&str> =
            ["name", "only", "expect"].into_iter().chain(SUBJECTS).chain(SUPPOSED).collect();
        let keys = self.keys(at, &known)?;
        let name = if let Some(name) = keys.get("name") {
            self.text(name).unwrap_or_default()
        } else {
            self.wrong(at, TrialFault::TestUnnamed);
            String::new()
        };
        let subject = self.subject(at, &keys);
        let expected = if let Some(expect) = keys.get("expect") {
            self.expected(expect)
        } else {
            self.wrong(at, TrialFault::NoExpectation);
            None
        };
        let supposed =
            |key: &str| keys.get(key).cloned().or_else(|| defaults.and_then(|defaults| defaults.get(key)));
        Some(Test {
            name,
            line: at.mark().line,
            app: supposed("app").and_then(|at| self.text(&at)),
            at_ms: supposed("time").and_then(|at| self.instant(&at)),
            customer: supposed("customer").and_then(|at| self.customer(&at)),
            employee: supposed("employee").and_then(|at| self.employee(&at)),
            earlier: supposed("earlier").and_then(|at| self.earlier(&at)),
            subject: subject?,
            expected: expected?,
        })
    }

    fn subject(&mut self, at: &Position<'_>, keys: &Keys<'_>) -> Option<Subject> {
        let given: Vec<&str> = SUBJECTS.into_iter().filter(|key| keys.get(key).is_some()).collect();
        let &[way] = given.as_slice() else {
            let none = given.is_empty();
            let fault = if none { TrialFault::TestWithoutEvent } else { TrialFault::TestWithSeveralEvents };
            self.wrong(at, fault);
            return None;
        };
        if let Some(only) = keys.get("only").filter(|_| way != "events_file") {
            self.wrong(only, TrialFault::OnlyWithoutFile);
        }
        let at = keys.get(way)?;
        match way {
            "event" => self.event(at).map(Box::new).map(Subject::Given),
            "payload" => {
                let text = self.text(at)?;
                self.payload(at, &text).map(Box::new).map(Subject::Given)
            }
            "payload_file" => self.file(at).map(Subject::PayloadFile),
            _ => {
                let only = keys.get("only").map_or_else(|| Some(Only::default()), |at| self.only(at))?;
                Some(Subject::EventsFile { file: self.file(at)?, only })
            }
        }
    }

    fn payload(&mut self, at: &Position<'_>, text: &str) -> Option<Situation> {
        situation::payload(text)
            .map_err(|faults| {
                for fault in faults.faults {
                    self.wrong(at, fault.wrong());
                }
            })
            .ok()
    }

    fn only(&mut self, at: &Position<'_>) -> Option<Only> {
        let keys = self.keys(at, &["app", "change", "user_id", "external_user_id", "state"])?;
        let mut text = |key: &str| keys.get(key).and_then(|at| self.text(at));
        Some(Only {
            app: text("app"),
            change: text("change"),
            user_id: text("user_id"),
            external_user_id: text("external_user_id"),
            state: text("state"),
        })
    }

    fn expected(&mut self, at: &Position<'_>) -> Option<Expected> {
        const PARTS: [&str; 6] = ["rules", "welcome", "tags", "remark", "notify", "forward"];
        let known: Vec<&str> = PARTS.into_iter().chain(["exact"]).collect();
        let keys = self.full_keys(at, &known)?;
        let exact = keys.get("exact").and_then(|at| self.boolean(at)).unwrap_or(false);
        if !exact && keys.any(&PARTS).is_none() {
            self.wrong(at, TrialFault::ExpectsNothing);
        }
        Some(Expected {
            rules: keys.get("rules").map(|at| match at.word() {
                Some("none") => Vec::new(),
                _ => self.texts(at, ITEMS_MAX),
            }),
            welcome: keys.get("welcome").and_then(|at| self.welcome(at)),
            tags: keys.get("tags").and_then(|at| {
                self.wanted(at, |reading, at| {
                    let keys = reading.full_keys(at, &["add", "remove"])?;
                    let mut tags = |key: &str| keys.get(key).map(|at| reading.texts(at, ITEMS_MAX));
                    Some(Tags { add: tags("add"), remove: tags("remove") })
                })
            }),
            remark: keys.get("remark").and_then(|at| {
                self.wanted(at, |reading, at| {
                    let keys = reading.full_keys(at, &["name", "description", "company", "phones"])?;
                    let mut text = |key: &str| keys.get(key).and_then(|at| reading.text(at));
                    let (name, description, company) = (text("name"), text("description"), text("company"));
                    let phones = keys.get("phones").map(|at| reading.texts(at, ITEMS_MAX));
                    Some(Remark { name, description, company, phones })
                })
            }),
            notify: keys.get("notify").map(|at| self.several(at, &["rule", "on", "to", "text"])),
            forward: keys.get("forward").map(|at| self.several(at, &["rule", "url", "signed"])),
            exact,
        })
    }

    /// `none`, a text, or a map with some of the parts.
    fn welcome(&mut self, at: &Position<'_>) -> Option<Wanted<Welcome>> {
        match at.word() {
            Some("none") => Some(Wanted::None),
            Some(text) => Some(Wanted::Is(Welcome { text: Some(text.to_owned()), ..Welcome::default() })),
            None => self.wanted(at, |reading, at| {
                let keys = reading.full_keys(at, &["rule", "text", "fallback", "attachments"])?;
                let mut text = |key: &str| keys.get(key).and_then(|at| reading.text(at));
                let (rule, text, fallback) = (text("rule"), text("text"), text("fallback"));
                let attachments = keys.get("attachments").map(|at| match at.word() {
                    Some("none") => Vec::new(),
                    _ => reading.items(at, ITEMS_MAX).iter().map(|item| json_of(item.node)).collect(),
                });
                Some(Welcome { rule, text, fallback, attachments })
            }),
        }
    }

    fn wanted<T>(
        &mut self,
        at: &Position<'_>,
        read: impl FnOnce(&mut Self, &Position<'_>) -> Option<T>,
    ) -> Option<Wanted<T>> {
        if at.word() == Some("none") { Some(Wanted::None) } else { read(self, at).map(Wanted::Is) }
    }

    /// Notices or posts: `none`, or a list, in which each has the fields that matter to the test.
    fn several(&mut self, at: &Position<'_>, known: &[&str]) -> Vec<Json> {
        if at.word() == Some("none") {
            return Vec::new();
        }
        let items = self.items(at, ITEMS_MAX);
        let read = items.iter().filter_map(|item| {
            // A bare text is the notice's text, or the post's address.
            if let Some(text) = item.word() {
                let key = if known.contains(&"url") { "url" } else { "text" };
                return Some(serde_json::json!({ key: text }));
            }
            self.full_keys(item, known)?;
            let mut json = json_of(item.node);
            if let Json::String(one) = &json["to"] {
                json["to"] = serde_json::json!([one]);
            }
            if json["to"].is_null() {
                json.as_object_mut()?.shift_remove("to");
            }
            if let Some(on) =
                json["on"].as_str().filter(|on| !["event", "missed_welcome", "failed"].contains(on))
            {
                self.wrong(item, TrialFault::NoOccasion(Quoted::of(on)));
            }
            if json["on"].is_null() {
                json.as_object_mut()?.shift_remove("on");
            }
            Some(json)
        });
        read.collect()
    }
}
