//! Runs tests: each event of a test against each rule set, compared with what the test expects.

use serde_json::Value as Json;

use super::{
    super::{
        explain::{Methods, explain_reading},
        situation::{self, Given, Situation},
        words::Trial,
    },
    Only, Subject, Suite, Test, Tested,
};
use crate::{
    language::{Language, Sentence as _},
    rules::{
        document::{fault::Faults, wrong::Wrong as _},
        plan::ruleset::Ruleset,
    },
};

/// So many deviations of one test are enough to begin with; the others are only counted.
const DEVIATIONS_MAX: usize = 20;

/// A test compares what would be sent, not by which method.
const NOT_COMPARED: Methods = Methods { send_welcome_msg: "", mark_tag: "", remark: "" };

impl Suite {
    /// Runs those tests whose names contain `filter`, with these rules, and says in that language what differs. `read` gives
    /// a file by its path as the test file has it, or says why it cannot.
    pub fn run<'a>(
        &'a self,
        rules: &'a Ruleset,
        filter: Option<&'a str>,
        language: Language,
        mut read: impl FnMut(&str) -> Result<String, String> + 'a,
    ) -> impl Iterator<Item = Tested> + 'a {
        self.tests
            .iter()
            .filter(move |test| filter.is_none_or(|filter| test.name.contains(filter)))
            .map(move |test| test.run(rules, language, &mut read))
    }
}

/// With what a test is run.
#[derive(Clone, Copy)]
struct With<'a> {
    rules: &'a Ruleset,
    language: Language,
}

impl Test {
    fn run(
        &self,
        rules: &Ruleset,
        language: Language,
        read: &mut impl FnMut(&str) -> Result<String, String>,
    ) -> Tested {
        let with = With { rules, language };
        let mut tested = Tested {
            name: self.name.clone(),
            line: self.line,
            passed: false,
            events: 0,
            deviations: Vec::new(),
            more: 0,
            problem: None,
            not_known: Vec::new(),
        };
        let ran = match &self.subject {
            Subject::Given(situation) => {
                self.hold(with, Situation::clone(situation), None, &mut tested);
                Ok(())
            }
            Subject::PayloadFile(file) => read(&file.text).and_then(|text| {
                let situation = situation::payload(&text).map_err(|faults| {
                    let faults = &in_one_line(&faults, language);
                    Trial::Payload { file: &file.text, faults }.to(language)
                })?;
                self.hold(with, situation, None, &mut tested);
                Ok(())
            }),
            Subject::EventsFile { file, only } => {
                read(&file.text).and_then(|text| self.hold_all(with, (&file.text, &text), only, &mut tested))
            }
        };
        tested.problem = ran.err();
        tested.passed = tested.problem.is_none() && tested.deviations.is_empty();
        tested
    }

    /// Holds every event of an export, a file by its name and its text, that `only` chooses.
    fn hold_all(
        &self,
        with: With<'_>,
        (file, text): (&str, &str),
        only: &Only,
        tested: &mut Tested,
    ) -> Result<(), String> {
        let language = with.language;
        for (line, written) in (1..).zip(text.lines()) {
            if written.trim().is_empty() {
                continue;
            }
            // A line has the event's payload, and beside it the app, the time and the fields that `only` compares.
            let exported: Json = serde_json::from_str(written)
                .map_err(|error| Trial::NoExport { file, line, error: &error.to_string() }.to(language))?;
            // A payload that is no text is exported as base64. No rule is for such an event.
            if exported["payload"].is_null() && exported["payload_base64"].is_string() {
                continue;
            }
            if exported["payload"].as_str().is_none() {
                return Err(Trial::NoPayload { file, line }.to(language));
            }
            if !only.fits(&exported) {
                continue;
            }
            // A payload that is no message of WeCom's can be in the record, and matches no rule.
            let Ok(situation) = situation::exported(&exported) else { continue };
            self.hold(with, situation, Some(line), tested);
        }
        if tested.events == 0 {
            return Err(Trial::NoneSoChosen { file }.to(language));
        }
        Ok(())
    }

    fn hold(
        &self,
        With { rules, language }: With<'_>,
        mut situation: Situation,
        event: Option<usize>,
        tested: &mut Tested,
    ) {
        tested.events += 1;
        if let Some(app) = &self.app {
            app.clone_into(&mut situation.app);
        }
        if let Some(at_ms) = self.at_ms {
            situation.happened_at_ms = at_ms;
        }
        situation.employee = self.employee.clone().unwrap_or_default();
        situation.earlier = self.earlier.clone().unwrap_or(Given::Nothing);
        let situation = situation.with_customer(self.customer.clone().unwrap_or_default());
        // Test files have these words, whoever runs them in which language.
        let reason = Trial::WhyItFailed.to(Language::En);
        let got = explain_reading(rules, &situation, &NOT_COMPARED, language, &reason);
        for name in &got.needs.not_known {
            if !tested.not_known.contains(name) {
                tested.not_known.push(name);
            }
        }
        for deviation in self.expected.compare(&got, event, language) {
            if tested.deviations.len() < DEVIATIONS_MAX {
                tested.deviations.push(deviation);
            } else {
                tested.more += 1;
            }
        }
    }
}

impl Only {
    fn fits(&self, exported: &Json) -> bool {
        [
            ("app", &self.app),
            ("change", &self.change),
            ("user_id", &self.user_id),
            ("external_user_id", &self.external_user_id),
            ("state", &self.state),
        ]
        .into_iter()
        .all(|(key, wanted)| {
            wanted.as_ref().is_none_or(|wanted| exported[key].as_str().unwrap_or_default() == wanted)
        })
    }
}

fn in_one_line(faults: &Faults, language: Language) -> String {
    let each = faults.faults.iter().map(|fault| fault.wrong().say(language).in_one(language));
    each.collect::<Vec<_>>().join(" ")
}
