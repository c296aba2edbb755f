//! What a way is shown with: how many customers came by its channel, and which rule would greet the next.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::super::{
    customers::percent,
    filter::Given,
    frame::Frame,
    rules,
    views::{Count, GreeterView},
    words::ways::SayWays,
};
use crate::{
    http::problem::Problem,
    known::apps::WecomApp,
    language::Language,
    rules::{
        Ruleset,
        trial::{Added, greeters},
    },
    store::{By, StatsFilter},
};

/// An app that is served.
pub(super) type Served = Arc<WecomApp>;

/// For so many of a way's employees the rules are asked one by one: rules may be for some of them only.
const USERS_ASKED_MAX: usize = 10;

/// So many employees and departments stand in a row.
const WHOM_MAX: usize = 3;

/// The apps, by name.
pub(super) fn apps(frame: &Frame) -> Vec<Served> {
    let mut apps: Vec<Served> = frame.context().apps.iter().cloned().collect();
    apps.sort_by(|one, other| one.name.cmp(&other.name));
    apps
}

/// The channels of the record, and the rules in force.
pub(super) struct Channels<'f> {
    frame: &'f Frame,
    days: i64,
    ruleset: Arc<Ruleset>,
    /// Adds and net, by app and channel.
    counted: BTreeMap<String, HashMap<String, (i64, i64)>>,
    /// What the rules have answered, so that a page asks once for each channel.
    asked: HashMap<(String, String, Vec<String>), GreeterView>,
}

impl<'f> Channels<'f> {
    /// Of so many days, today included; nothing is counted yet.
    pub(super) fn new(frame: &'f Frame, days: i64) -> Self {
        let ruleset = frame.context().rulebook.current();
        Self { frame, days, ruleset, counted: BTreeMap::new(), asked: HashMap::new() }
    }

    fn since(&self) -> String {
        self.frame.times.date(self.frame.times.days_ago_ms(self.days - 1))
    }

    /// Counts the channels of an app.
    pub(super) async fn count(&mut self, app: &str) -> Result<(), Problem> {
        let times = &self.frame.times;
        let filter = StatsFilter {
            by: By::State,
            since_ms: times.begins_ms(&self.since()),
            until_ms: None,
            app: Some(app.to_owned()),
            zone: times.zone.clone(),
        };
        let rows = self.frame.store().stats(&filter).await?;
        let of_app = rows.into_iter().map(|row| (row.key, (row.adds, row.net))).collect();
        self.counted.insert(app.to_owned(), of_app);
        Ok(())
    }

    /// Adds and net of a channel; nothing for a way without one, which counts with all who came by none.
    pub(super) fn of(&self, app: &str, state: &str) -> (String, String) {
        if state.is_empty() {
            return ("–".to_owned(), "–".to_owned());
        }
        let (adds, net) = self.figures(app, state);
        (Count(adds).to_string(), Count(net).to_string())
    }

    /// The same as numbers.
    pub(super) fn figures(&self, app: &str, state: &str) -> (i64, i64) {
        self.counted.get(app).and_then(|channels| channels.get(state)).copied().unwrap_or_default()
    }

    /// All channels of an app, with adds and net.
    pub(super) fn all(&self, app: &str) -> impl Iterator<Item = (&str, i64, i64)> {
        let channels = self.counted.get(app).into_iter().flatten();
        channels.map(|(state, (adds, net))| (state.as_str(), *adds, *net))
    }

    /// Where the events of a channel are listed.
    pub(super) fn events_href(&self, app: &str, state: &str) -> String {
        let since = self.since();
        let app = if self.frame.context().apps.iter().count() > 1 { app } else { "" };
        let set = [("state", state), ("app", app), ("since", since.as_str())];
        Given::default().href("/events", &[], &set)
    }

    /// Where channels are counted.
    pub(super) fn statistics_href(&self, app: &str) -> String {
        let since = self.since();
        let app = if self.frame.context().apps.iter().count() > 1 { app } else { "" };
        Given::default().href("/stats", &[], &[("by", "state"), ("app", app), ("since", since.as_str())])
    }

    /// Which rules would greet whoever comes by this channel now, whichever of the employees they add.
    pub(super) fn greeter(&mut self, app: &Served, state: &str, users: &[String]) -> GreeterView {
        let asked: Vec<String> = users.iter().take(USERS_ASKED_MAX).cloned().collect();
        let key = (app.name.clone(), state.to_owned(), asked);
        if let Some(known) = self.asked.get(&key) {
            return known.clone();
        }
        let answer = self.ask(app, state, &key.2);
        self.asked.insert(key, answer.clone());
        answer
    }

    fn ask(&self, app: &Served, state: &str, users: &[String]) -> GreeterView {
        let at_ms = self.frame.times.now_ms;
        let nobody = [String::new()];
        let users = if users.is_empty() { &nobody[..] } else { users };
        let mut sure: Vec<Option<String>> = Vec::new();
        let mut perhaps: Vec<String> = Vec::new();
        for user in users {
            let added = Added { app: &app.name, corp_id: &app.corp_id, state, user: user.as_str(), at_ms };
            let found = greeters(&self.ruleset, &added);
            if !sure.contains(&found.sure) {
                sure.push(found.sure);
            }
            for rule in found.perhaps {
                if !perhaps.contains(&rule) {
                    perhaps.push(rule);
                }
            }
        }
        // The first is of the first employee; that of another depends on whom the customer gets.
        let mut sure = sure.into_iter();
        let first = sure.next().flatten();
        for rule in sure.flatten() {
            if !perhaps.contains(&rule) {
                perhaps.push(rule);
            }
        }
        let link = |rule: String| {
            let href = rules::address(&rule);
            (rule, href)
        };
        GreeterView { sure: first.map(link), perhaps: perhaps.into_iter().map(link).collect() }
    }
}

/// Whom customers add, in short.
pub(super) fn whom(frame: &Frame, users: &[String], departments: &[i64]) -> String {
    let all = everybody(frame, users, departments);
    let count = all.len();
    let shown: Vec<String> = all.into_iter().take(WHOM_MAX).collect();
    let named = shown.join(match frame.language {
        Language::Zh => "、",
        Language::En => ", ",
    });
    if count > shown.len() { frame.say_ways(SayWays::AndOthers { named: &named, count }) } else { named }
}

/// Whom customers add, all of them.
pub(super) fn everybody(frame: &Frame, users: &[String], departments: &[i64]) -> Vec<String> {
    let departments = departments.iter().map(|id| frame.say_ways(SayWays::Department { id: *id }));
    users.iter().cloned().chain(departments).collect()
}

/// What a way is called.
pub(super) fn named(frame: &Frame, name: &str) -> String {
    if name.trim().is_empty() { frame.way_words().unnamed.to_owned() } else { name.to_owned() }
}

/// Where a way is shown.
pub(super) fn way_href(app: &str, config_id: &str) -> String {
    format!("/contact-ways/{}/{}", percent(app), percent(config_id))
}

/// Where its picture is.
pub(super) fn picture_href(app: &str, config_id: &str) -> String {
    format!("{}/picture", way_href(app, config_id))
}
