//! From an event and the rules to what is to be done: pure, so that the same facts give the same plan.
//!
//! Here it is chosen which rule supplies what; [`fill`](super::fill) fills the texts in.

use std::collections::HashSet;

use super::{
    Facts, Known, Needs, Ruleset,
    condition::Unasked,
    cut::shortened,
    fill::{Fill, needs_of_notice, needs_of_remark},
    matching::Selection,
    model::{self, Rule, To, is_tag_name},
};
use crate::action::{
    Action, Deadline, Decide, Forward, Kind, Notify, Plan, PlannedAction, Recipients, Remark, RuleUse, Tag,
    Trigger,
};

const NO_RULE: &str = "no rule with a welcome matches this event";
const NOBODY: &str = "the event does not say which employee and which customer";
const NO_EMPLOYEE: &str = "the event does not say which employee";

/// Protocol: when an add comes without a code, one of these is the cause, and which of them WeCom does not say.
const NO_CODE: &str = "the event carries no welcome code: the employee has a welcome set in WeCom's console, or has not \
                       logged in for long, or the two are chatting already, or an earlier event of this add carried it";
const NO_CODE_WECOM_USER: &str =
    "the event carries no welcome code: the customer is a WeCom user, for whom WeCom gives none";

/// As much of a reason as notices tell; reasons are a sentence, with a message of WeCom's in it.
const REASON_BYTES_MAX: usize = 512;

/// The rules that match, and what each of them supplied.
struct Draft<'a> {
    set: &'a Ruleset,
    facts: &'a Facts<'a>,
    matched: Vec<(&'a Rule, Vec<Kind>)>,
    fill: Fill<'a>,
}

/// What becomes of the welcome.
#[derive(Default)]
struct Greeting {
    /// Nothing, where no rule has one and none could be sent.
    planned: Option<PlannedAction>,
    /// Why it is a missed one: a rule greets and the event has its code, and there is nothing to send.
    missed: Option<String>,
}

/// See [`Ruleset::plan`].
pub(super) fn plan(set: &Ruleset, facts: &Facts<'_>) -> Plan {
    let Selection { matched, open, may_greet } = set.select(facts, Unasked::Open);
    let mut draft = Draft::new(set, facts, matched);
    let Greeting { planned, missed } = draft.welcome(may_greet);
    let mut actions = Vec::from_iter(planned);
    actions.extend(draft.after_welcome(open, missed));
    draft.finish(actions)
}

/// See [`Ruleset::plan_without`].
pub(super) fn plan_without(set: &Ruleset, facts: &Facts<'_>, half_known: Needs) -> Plan {
    let Selection { matched, may_greet, .. } = set.select(facts, Unasked::Open);
    let mut draft = Draft::new(set, facts, matched);
    let Greeting { planned, missed } = draft.welcome(may_greet);
    let mut plan = draft.finish(Vec::from_iter(planned));
    let later = facts.reopened(half_known);
    let Selection { matched, open, .. } = set.select(&later, Unasked::Open);
    let mut draft = Draft::new(set, &later, matched);
    let actions = draft.after_welcome(open, missed);
    let rest = draft.finish(actions);
    RuleUse::merge(&mut plan.rules, &rest.rules);
    plan.actions.extend(rest.actions);
    plan
}

/// See [`Ruleset::missed_welcome`].
pub(super) fn missed_welcome(set: &Ruleset, facts: &Facts<'_>) -> Option<String> {
    let Selection { matched, may_greet, .. } = set.select(facts, Unasked::Open);
    Draft::new(set, facts, matched).welcome(may_greet).missed
}

/// See [`Ruleset::notices`].
pub(super) fn notices(set: &Ruleset, facts: &Facts<'_>, on: Trigger, reason: &str) -> Plan {
    let mut draft = Draft::new(set, facts, set.select(facts, Unasked::Unknown).matched);
    let actions = draft.notify(on, Some(reason));
    draft.finish(actions)
}

/// See [`Ruleset::rest`].
pub(super) fn rest(set: &Ruleset, facts: &Facts<'_>, missed: Option<&str>) -> Plan {
    let mut draft = Draft::new(set, facts, set.select(facts, Unasked::Unknown).matched);
    let actions = draft.rest(missed);
    draft.finish(actions)
}

/// What is looked up besides the conditions, for texts that are filled in when they are performed: those of remark and
/// notices, or of the notices that tell of a failure.
pub(super) fn asked_by_texts(set: &Ruleset, facts: &Facts<'_>, on: Option<Trigger>) -> Needs {
    let matched = set.select(facts, Unasked::Unknown).matched;
    // Where nothing is known every text stays as it is written, and says what it asks for.
    let unasked = Facts { customer: Known::NotAsked, employee: Known::NotAsked, ..*facts };
    let mut draft = Draft::new(set, &unasked, matched);
    let planned = match on {
        Some(on) => draft.notify(on, None),
        None => draft.rest(None),
    };
    planned.iter().fold(Needs::default(), |needs, planned| match planned {
        PlannedAction::Perform { action: Action::Remark(remark), .. } => needs.and(needs_of_remark(remark)),
        PlannedAction::Perform { action: Action::Notify(notice), .. } => needs.and(needs_of_notice(notice)),
        PlannedAction::Perform { .. } | PlannedAction::Skip { .. } => needs,
    })
}

impl<'a> Draft<'a> {
    fn new(set: &'a Ruleset, facts: &'a Facts<'a>, matched: Vec<&'a Rule>) -> Self {
        let matched = matched.into_iter().map(|rule| (rule, Vec::new())).collect();
        Self { set, facts, matched, fill: Fill::new(&set.templates, facts, "") }
    }

    fn finish(self, actions: Vec<PlannedAction>) -> Plan {
        let used = self.matched.into_iter().filter(|(_, used_for)| !used_for.is_empty());
        let version = self.set.version;
        let rules =
            used.map(|(rule, used_for)| RuleUse { name: rule.name.clone(), version, used_for }).collect();
        Plan { rules, actions }
    }

    /// `may_greet`: a rule that is left open has one as well.
    ///
    /// An event without a code is no missed welcome, whatever a rule wanted: most of them are of customers who have been
    /// greeted by WeCom's console or at an earlier event of the same add.
    fn welcome(&mut self, may_greet: bool) -> Greeting {
        let skipped = |reason: String| Some(PlannedAction::Skip { kind: Kind::Welcome, reason });
        let event = self.facts.event;
        let winner = self.matched.iter().position(|(rule, _)| rule.welcome.is_some());
        if !self.facts.has_welcome_code() {
            // Nothing is looked up only to tell which rule it is that cannot greet.
            if winner.is_none() && !may_greet {
                return Greeting::default();
            }
            // Only customers of other companies on WeCom have ids that begin so.
            let wecom_user = event.external_user_id().is_some_and(|id| id.starts_with("wo"));
            let reason = if wecom_user { NO_CODE_WECOM_USER } else { NO_CODE };
            return Greeting { planned: skipped(reason.to_owned()), missed: None };
        }
        let found = winner.and_then(|at| Some((at, self.matched[at].0.welcome.as_ref()?)));
        let Some((winner, welcome)) = found else {
            return Greeting { planned: skipped(NO_RULE.to_owned()), missed: None };
        };
        let message = self.fill.welcome(welcome);
        if message.text.is_none() && message.attachments.is_empty() {
            let name = &self.matched[winner].0.name;
            let reason = if message.left_out.is_empty() {
                format!("the welcome of the rule `{name}` came out blank")
            } else {
                format!(
                    "nothing is left of the welcome of the rule `{name}`: {} not uploaded to WeCom yet; import the rules \
                     again while WeCom can be reached, and give the welcome a `fallback`",
                    are(&message.left_out)
                )
            };
            return Greeting { planned: skipped(reason.clone()), missed: Some(reason) };
        }
        self.matched[winner].1.push(Kind::Welcome);
        let deadline = Deadline::of_welcome(event.create_time_s(), self.facts.first_received_ms);
        let planned =
            Some(PlannedAction::Perform { action: Action::Welcome(message), deadline: Some(deadline) });
        Greeting { planned, missed: None }
    }

    /// What follows the welcome: everything else, or the decision of what is left open. `missed`: why nobody is greeted,
    /// which the rules may have somebody told.
    fn after_welcome(&mut self, open: Needs, missed: Option<String>) -> Vec<PlannedAction> {
        let told = || self.set.open_for_notices(self.facts, Trigger::MissedWelcome);
        let open = if missed.is_some() { open.and(told()) } else { open };
        if open.is_nothing() {
            return self.rest(missed.as_deref());
        }
        let asks = open.names().into_iter().map(str::to_owned).collect();
        vec![perform(Action::Decide(Decide { asks, only: None, missed }))]
    }

    /// Everything but the welcome, in the order of doing it.
    fn rest(&mut self, missed: Option<&str>) -> Vec<PlannedAction> {
        let mut actions: Vec<PlannedAction> = [self.tag(), self.remark()].into_iter().flatten().collect();
        actions.extend(self.notify(Trigger::Event, None));
        actions.extend(self.forward());
        if missed.is_some() {
            actions.extend(self.notify(Trigger::MissedWelcome, missed));
        }
        actions
    }

    /// The tags of all rules: what a higher rule says of a tag holds against a lower one.
    fn tag(&mut self) -> Option<PlannedAction> {
        let mut decided: HashSet<&str> = HashSet::new();
        let mut ranked: Vec<String> = Vec::new();
        let mut tag = Tag::default();
        for (rule, used_for) in &mut self.matched {
            let own = &rule.tag;
            for (ids, into) in [(&own.add, &mut tag.add_tag), (&own.remove, &mut tag.remove_tag)] {
                for id in ids {
                    if decided.insert(id) {
                        into.push(id.clone());
                        ranked.push(id.clone());
                        supplies(used_for, Kind::Tag);
                    }
                }
            }
            // That it may be made can be said by any rule that adds it.
            for name in own.add.iter().filter(|name| own.create && is_tag_name(name)) {
                if tag.add_tag.contains(name) && !tag.create.contains(name) {
                    tag.create.push(name.clone());
                    supplies(used_for, Kind::Tag);
                }
            }
        }
        if decided.is_empty() {
            return None;
        }
        // Which tag a name stands for is known when it is put on, and so is whether it is an id's of the other list.
        let named = |list: &[String], by_name| list.iter().any(|tag| is_tag_name(tag) == by_name);
        let mixed = |one: &[String], other: &[String]| named(one, true) && named(other, false);
        if mixed(&tag.add_tag, &tag.remove_tag) || mixed(&tag.remove_tag, &tag.add_tag) {
            tag.ranked = ranked;
        }
        Some(match self.pair() {
            Some((userid, external_userid)) => perform(Action::Tag(Tag { userid, external_userid, ..tag })),
            None => PlannedAction::Skip { kind: Kind::Tag, reason: NOBODY.to_owned() },
        })
    }

    /// Each field from the first rule that has it.
    fn remark(&mut self) -> Option<PlannedAction> {
        let mut all = model::Remark::default();
        for (rule, used_for) in &mut self.matched {
            let own = &rule.remark;
            let takes = first(&mut all.name, own.name.as_ref())
                | first(&mut all.description, own.description.as_ref())
                | first(&mut all.company, own.company.as_ref())
                | first(&mut all.phones, own.phones.as_ref());
            if takes {
                supplies(used_for, Kind::Remark);
            }
        }
        if all.is_empty() {
            return None;
        }
        let Some((userid, external_userid)) = self.pair() else {
            return Some(PlannedAction::Skip { kind: Kind::Remark, reason: NOBODY.to_owned() });
        };
        let to = Remark { userid, external_userid, ..Remark::default() };
        Some(match self.fill.remark(to, &all) {
            Ok(remark) => perform(Action::Remark(remark)),
            Err(error) => PlannedAction::Skip { kind: Kind::Remark, reason: error.to_string() },
        })
    }

    /// Every notice of that trigger, of every rule; `reason` is what went wrong.
    fn notify(&mut self, on: Trigger, reason: Option<&str>) -> Vec<PlannedAction> {
        let reason = reason.map(|reason| shortened(reason.into(), REASON_BYTES_MAX));
        let of_failure = reason.as_ref().map(|reason| Fill::new(&self.set.templates, self.facts, reason));
        let fill = of_failure.as_ref().unwrap_or(&self.fill);
        let employee = named(self.facts.event.user_id());
        let mut planned = Vec::new();
        for (rule, used_for) in &mut self.matched {
            for own in rule.notify.iter().filter(|own| own.on == on) {
                supplies(used_for, Kind::Notify);
                let to = match &own.to {
                    To::People { employee: tells, users } => {
                        let mut all: Vec<String> = employee.clone().filter(|_| *tells).into_iter().collect();
                        all.extend(
                            users.iter().filter(|user| !tells || employee.as_ref() != Some(*user)).cloned(),
                        );
                        (!all.is_empty()).then_some(Recipients::Users(all))
                    }
                    To::Department(id) => Some(Recipients::Department(*id)),
                    To::Tag(id) => Some(Recipients::Tag(*id)),
                };
                planned.push(match to {
                    Some(to) => {
                        let notice = Notify {
                            rule: rule.name.clone(),
                            on,
                            to,
                            text: String::new(),
                            reason: reason.clone(),
                            unrendered: false,
                        };
                        perform(Action::Notify(fill.notice(notice, &own.text)))
                    }
                    None => PlannedAction::Skip { kind: Kind::Notify, reason: NO_EMPLOYEE.to_owned() },
                });
            }
        }
        planned
    }

    /// Every address once: what is posted is the event's record, and the same from whichever rule.
    fn forward(&mut self) -> Vec<PlannedAction> {
        let mut posted: HashSet<&str> = HashSet::new();
        let mut planned = Vec::new();
        for (rule, used_for) in &mut self.matched {
            for own in &rule.forward {
                if posted.insert(&own.url) {
                    supplies(used_for, Kind::Forward);
                    planned.push(perform(Action::Forward(Forward {
                        rule: rule.name.clone(),
                        url: own.url.clone(),
                        secret_env: own.secret_env.clone(),
                    })));
                }
            }
        }
        planned
    }

    /// Whom it is about.
    fn pair(&self) -> Option<(String, String)> {
        Some((named(self.facts.event.user_id())?, named(self.facts.event.external_user_id())?))
    }
}

fn named(id: Option<&str>) -> Option<String> {
    id.filter(|id| !id.is_empty()).map(str::to_owned)
}

fn perform(action: Action) -> PlannedAction {
    PlannedAction::Perform { action, deadline: None }
}

fn supplies(used_for: &mut Vec<Kind>, kind: Kind) {
    if used_for.last() != Some(&kind) {
        used_for.push(kind);
    }
}

/// Takes what is first; says whether it was taken.
fn first<T: Clone>(into: &mut Option<T>, from: Option<&T>) -> bool {
    let takes = into.is_none() && from.is_some();
    if takes {
        *into = from.cloned();
    }
    takes
}

fn are(paths: &[String]) -> String {
    format!("{} {}", paths.join(", "), if paths.len() == 1 { "is" } else { "are" })
}
