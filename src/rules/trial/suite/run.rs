//! Runs tests: each event of a test against each rule set, compared with what the test expects.

use serde_json::Value as Json;

use super::{
    super::{
        explain::{Methods, explain},
        situation::{self, Given, Situation},
    },
    Only, Subject, Suite, Test, Tested,
};
use crate::language::Language;
use crate::rules::{
    document::{fault::Faults, wrong::Wrong as _},
    plan::ruleset::Ruleset,
};

/// So many deviations of one test are enough to begin with; the others are only counted.
const DEVIATIONS_MAX: usize = 20;

/// A test compares what would be sent, not by which method.
const NOT_COMPARED: Methods = Methods { send_welcome_msg: "", mark_tag: "", remark: "" };

impl Suite {
    /// Runs those tests whose names contain `filter`, with these rules. `read` gives a file by its path as the test
    /// file has it, or says why it cannot.
    pub fn run<'a>(
        &'a self,
        rules: &'a Ruleset,
        filter: Option<&'a str>,
        mut read: impl FnMut(&str) -> Result<String, String> + 'a,
    ) -> impl Iterator<Item = Tested> + 'a {
        self.tests
            .iter()
            .filter(move |test| filter.is_none_or(|filter| test.name.contains(filter)))
            .map(move |test| test.run(rules, &mut read))
    }
}

impl Test {
    fn run(&self, rules: &Ruleset, read: &mut impl FnMut(&str) -> Result<String, String>) -> Tested {
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
                self.hold(rules, Situation::clone(situation), None, &mut tested);
                Ok(())
            }
            Subject::PayloadFile(file) => read(&file.text).and_then(|text| {
                let situation = situation::payload(&text)
                    .map_err(|faults| format!("{}: {}", file.text, in_one_line(&faults)))?;
                self.hold(rules, situation, None, &mut tested);
                Ok(())
            }),
            Subject::EventsFile { file, only } => read(&file.text).and_then(|text| {
                self.hold_all(rules, &text, only, &mut tested).map_err(|why| format!("{}:{why}", file.text))
            }),
        };
        tested.problem = ran.err();
        tested.passed = tested.problem.is_none() && tested.deviations.is_empty();
        tested
    }

    fn hold_all(&self, rules: &Ruleset, text: &str, only: &Only, tested: &mut Tested) -> Result<(), String> {
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim().is_empty() {
                continue;
            }
            // A line has the event's payload, and beside it the app, the time and the fields that `only` compares.
            let exported: Json = serde_json::from_str(line)
                .map_err(|error| format!("{number}: is no line of an export: {error}"))?;
            // A payload that is no text is exported as base64. No rule is for such an event.
            if exported["payload"].is_null() && exported["payload_base64"].is_string() {
                continue;
            }
            if exported["payload"].as_str().is_none() {
                return Err(format!(
                    "{number}: has no payload; export it with `wecom-greeter events export`"
                ));
            }
            if !only.fits(&exported) {
                continue;
            }
            // A payload that is no message of WeCom's can be in the record, and matches no rule.
            let Ok(situation) = situation::exported(&exported) else { continue };
            self.hold(rules, situation, Some(number), tested);
        }
        if tested.events == 0 {
            return Err(" no event in it is as `only` says".to_owned());
        }
        Ok(())
    }

    fn hold(&self, rules: &Ruleset, mut situation: Situation, event: Option<usize>, tested: &mut Tested) {
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
        let got = explain(rules, &situation, &NOT_COMPARED);
        for name in &got.needs.not_known {
            if !tested.not_known.contains(name) {
                tested.not_known.push(name);
            }
        }
        for deviation in self.expected.compare(&got, event) {
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

fn in_one_line(faults: &Faults) -> String {
    faults
        .faults
        .iter()
        .map(|fault| fault.wrong().say(Language::En).in_one(Language::En))
        .collect::<Vec<_>>()
        .join(" ")
}
