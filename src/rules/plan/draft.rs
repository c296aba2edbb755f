//! Plans: which of the matching rules supplies what.

use std::collections::HashSet;

use super::{
    fill::{Fill, needs_of_notice, needs_of_remark},
    matching::Selection,
    ruleset::Ruleset,
    words::Impossible,
};
use crate::action::{
    Action, Deadline, Decide, Forward, Kind, Notify, Plan, PlannedAction, ReasonCode, Recipients, Remark,
    RuleUse, Tag, Trigger,
};
use crate::language::Language;
use crate::rules::{
    facts::{Facts, Known, Needs, customer::is_tag_name},
    file::model::{self, Rule, To},
    text::names::Why,
    when::evidence::Unasked,
};

/// The rules that match, and what each of them supplied.
struct Draft<'a> {
    set: &'a Ruleset,
    facts: &'a Facts<'a>,
    matched: Vec<(&'a Rule, Vec<Kind>)>,
    fill: Fill<'a>,
    /// In which it is said why something is not possible.
    language: Language,
}

/// The welcome in a plan.
#[derive(Default)]
struct Greeting {
    /// `None` where no rule has one and none could be sent.
    planned: Option<PlannedAction>,
    /// Why it is a missed welcome: a rule greets and the event has its code, and still there is nothing to send.
    missed: Option<ReasonCode>,
}

impl Ruleset {
    /// What is to be done about an event. An action that is not possible is in the plan as skipped, with the reason; a
    /// change that no rule is on gives an empty plan. Where it takes a look-up to decide whether a rule matches, the welcome
    /// is planned without that rule, and [`Decide`] in place of everything else.
    pub fn plan(&self, facts: &Facts<'_>) -> Plan {
        self.plan_in(facts, Language::En)
    }

    /// The same, with the reasons in that language: for somebody who reads them at once. The record has them in English.
    pub(crate) fn plan_in(&self, facts: &Facts<'_>, language: Language) -> Plan {
        let Selection { matched, open, may_greet } = self.select(facts, Unasked::Open);
        let mut draft = Draft { language, ..Draft::new(self, facts, matched) };
        let Greeting { planned, missed } = draft.welcome(may_greet);
        let mut actions = Vec::from_iter(planned);
        actions.extend(draft.after_welcome(open, missed));
        draft.finish(actions)
    }

    /// The same after look-ups failed that the welcome had no time to repeat: it is planned without them. Everything else is
    /// planned as if those look-ups, and the ones that came back `incomplete`, had never been made. So they are made again,
    /// and no tag is lost for an answer that comes a moment later.
    pub fn plan_without(&self, facts: &Facts<'_>, incomplete: Needs) -> Plan {
        let Selection { matched, may_greet, .. } = self.select(facts, Unasked::Open);
        let mut draft = Draft::new(self, facts, matched);
        let Greeting { planned, missed } = draft.welcome(may_greet);
        let mut plan = draft.finish(Vec::from_iter(planned));
        let later = facts.reopened(incomplete);
        let Selection { matched, open, .. } = self.select(&later, Unasked::Open);
        let mut draft = Draft::new(self, &later, matched);
        let actions = draft.after_welcome(open, missed);
        let rest = draft.finish(actions);
        RuleUse::merge(&mut plan.rules, &rest.rules);
        plan.actions.extend(rest.actions);
        plan
    }

    /// Why nobody is greeted although a rule greets and the event has its code: the text came out blank, or nothing of the
    /// welcome has been uploaded. The plan then has the notices about a missed welcome.
    pub fn missed_welcome(&self, facts: &Facts<'_>) -> Option<ReasonCode> {
        let Selection { matched, may_greet, .. } = self.select(facts, Unasked::Open);
        Draft::new(self, facts, matched).welcome(may_greet).missed
    }

    /// The plan without its welcome and with nothing left open: a condition on what is not known by now is unknown. `missed`
    /// is why the welcome is a missed one, where it is ([`Decide::missed`]).
    pub fn rest(&self, facts: &Facts<'_>, missed: Option<ReasonCode>) -> Plan {
        let mut draft = Draft::new(self, facts, self.select(facts, Unasked::Unknown).matched);
        let actions = draft.rest(missed);
        draft.finish(actions)
    }

    /// The notices of the matching rules after an action of the event has ended badly: on [`Trigger::MissedWelcome`] for the
    /// welcome, on [`Trigger::Failed`] for any other. Only [`Notify`] actions, with the sentence of `why` filled in. A condition on what is
    /// not known by now is unknown.
    pub fn notices(&self, facts: &Facts<'_>, on: Trigger, why: ReasonCode) -> Plan {
        let mut draft = Draft::new(self, facts, self.select(facts, Unasked::Unknown).matched);
        let actions = draft.notify(on, Some(self.said(why)));
        draft.finish(actions)
    }

    /// The same for nothing that has gone wrong yet, with this in the place of the sentence.
    pub(crate) fn notices_reading(&self, facts: &Facts<'_>, on: Trigger, reason: &str) -> Plan {
        let mut draft = Draft::new(self, facts, self.select(facts, Unasked::Unknown).matched);
        let actions = draft.notify(on, Some(Why { reason, code: None }));
        draft.finish(actions)
    }

    fn said(&self, why: ReasonCode) -> Why<'static> {
        Why { reason: why.sentence(self.language()), code: Some(why) }
    }

    /// The look-ups for texts that are filled in only when they are performed: those of the remark and the notices, or with
    /// `on`, those of the notices about a failure.
    pub(crate) fn asked_by_texts(&self, facts: &Facts<'_>, on: Option<Trigger>) -> Needs {
        let matched = self.select(facts, Unasked::Unknown).matched;
        // With nothing known every text stays as it is written, and so still shows what it asks for.
        let unasked = Facts { customer: Known::NotAsked, employee: Known::NotAsked, ..*facts };
        let mut draft = Draft::new(self, &unasked, matched);
        let planned = match on {
            Some(on) => draft.notify(on, None),
            None => draft.rest(None),
        };
        Needs::of_all(planned.iter().map(|planned| match planned {
            PlannedAction::Perform { action: Action::Remark(remark), .. } => needs_of_remark(remark),
            PlannedAction::Perform { action: Action::Notify(notice), .. } => needs_of_notice(notice),
            PlannedAction::Perform { .. } | PlannedAction::Skip { .. } => Needs::NOTHING,
        }))
    }
}

impl<'a> Draft<'a> {
    fn new(set: &'a Ruleset, facts: &'a Facts<'a>, matched: Vec<&'a Rule>) -> Self {
        let matched = matched.into_iter().map(|rule| (rule, Vec::new())).collect();
        let fill = Fill::new(&set.templates, facts, None);
        Self { set, facts, matched, fill, language: Language::En }
    }

    fn finish(self, actions: Vec<PlannedAction>) -> Plan {
        let used = self.matched.into_iter().filter(|(_, used_for)| !used_for.is_empty());
        let version = self.set.version();
        let rules =
            used.map(|(rule, used_for)| RuleUse { name: rule.name.clone(), version, used_for }).collect();
        Plan { rules, actions }
    }

    /// `may_greet`: a rule that is still open has a welcome.
    ///
    /// An event without a code is no missed welcome, whatever a rule wanted: most such customers have been greeted by WeCom's
    /// console, or at an earlier event of the same add.
    fn welcome(&mut self, may_greet: bool) -> Greeting {
        let event = self.facts.event;
        let winner = self.matched.iter().position(|(rule, _)| rule.welcome.is_some());
        if !self.facts.has_welcome_code() {
            // Which rule it is that cannot greet does not matter here, so that no look-up is made to decide an open one.
            if winner.is_none() && !may_greet {
                return Greeting::default();
            }
            // Ids of WeChat's customers begin with `wm`, those of WeCom's with `wo`.
            let wecom_user = event.external_user_id().is_some_and(|id| id.starts_with("wo"));
            let why = if wecom_user { Impossible::NoCodeForWecomUser } else { Impossible::NoCode };
            return Greeting { planned: Some(self.skip(Kind::Welcome, &why)), missed: None };
        }
        let found = winner.and_then(|at| Some((at, self.matched[at].0.welcome.as_ref()?)));
        let Some((winner, welcome)) = found else {
            let planned = Some(self.skip(Kind::Welcome, &Impossible::NoRule));
            return Greeting { planned, missed: None };
        };
        let message = self.fill.welcome(welcome);
        if message.message.is_blank() {
            let (rule, files) = (&self.matched[winner].0.name, &message.left_out);
            let why = if files.is_empty() {
                Impossible::BlankWelcome { rule }
            } else {
                Impossible::FilesMissing { rule, files }
            };
            let reason = why.reason(self.language);
            let missed = Some(reason.code);
            return Greeting { planned: Some(PlannedAction::Skip { kind: Kind::Welcome, reason }), missed };
        }
        self.matched[winner].1.push(Kind::Welcome);
        let deadline = Deadline::of_welcome(event.create_time_s(), self.facts.first_received_ms);
        let planned =
            Some(PlannedAction::Perform { action: Action::Welcome(message), deadline: Some(deadline) });
        Greeting { planned, missed: None }
    }

    /// Everything but the welcome, or a [`Decide`] where a rule is still open. `missed`: why nobody is greeted, about which
    /// rules may notify.
    fn after_welcome(&mut self, open: Needs, missed: Option<ReasonCode>) -> Vec<PlannedAction> {
        let of_notices = || self.set.needs_of_notices(self.facts, Trigger::MissedWelcome);
        let open = if missed.is_some() { open.and(of_notices()) } else { open };
        if open.is_nothing() {
            return self.rest(missed);
        }
        let asks = open.names().into_iter().map(str::to_owned).collect();
        vec![perform(Action::Decide(Decide { asks, missed, ..Decide::default() }))]
    }

    /// Everything but the welcome, in the order in which it is done.
    fn rest(&mut self, missed: Option<ReasonCode>) -> Vec<PlannedAction> {
        let mut actions: Vec<PlannedAction> = [self.tag(), self.remark()].into_iter().flatten().collect();
        actions.extend(self.notify(Trigger::Event, None));
        actions.extend(self.forward());
        if let Some(why) = missed {
            actions.extend(self.notify(Trigger::MissedWelcome, Some(self.set.said(why))));
        }
        actions
    }

    /// The tags of all rules. Where two disagree about a tag, the higher one decides.
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
            // Any rule that adds the tag may allow that it is made, not only the one that supplies it.
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
        // A name in one list and an id in the other may be the same tag. That shows only once the name has been looked up,
        // and then the order of the rules decides.
        let named = |list: &[String], by_name| list.iter().any(|tag| is_tag_name(tag) == by_name);
        let mixed = |one: &[String], other: &[String]| named(one, true) && named(other, false);
        if mixed(&tag.add_tag, &tag.remove_tag) || mixed(&tag.remove_tag, &tag.add_tag) {
            tag.ranked = ranked;
        }
        Some(match self.pair() {
            Some((userid, external_userid)) => perform(Action::Tag(Tag { userid, external_userid, ..tag })),
            None => self.skip(Kind::Tag, &Impossible::NoPair),
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
            return Some(self.skip(Kind::Remark, &Impossible::NoPair));
        };
        let to = Remark { userid, external_userid, ..Remark::default() };
        Some(match self.fill.remark(to, &all) {
            Ok(remark) => perform(Action::Remark(remark)),
            Err(error) => self.skip(Kind::Remark, &Impossible::Remark(&error)),
        })
    }

    /// The notices of all rules for that trigger; `why` is what went wrong.
    fn notify(&mut self, on: Trigger, why: Option<Why<'_>>) -> Vec<PlannedAction> {
        let of_failure = why.map(|why| Fill::new(&self.set.templates, self.facts, Some(why)));
        let fill = of_failure.as_ref().unwrap_or(&self.fill);
        let employee = named(self.facts.event.user_id());
        let mut planned = Vec::new();
        for (rule, used_for) in &mut self.matched {
            for own in rule.notify.iter().filter(|own| own.on == on) {
                supplies(used_for, Kind::Notify);
                let to = match &own.to {
                    To::People { employee: with_employee, users } => {
                        let mut all: Vec<String> =
                            employee.clone().filter(|_| *with_employee).into_iter().collect();
                        all.extend(
                            users
                                .iter()
                                .filter(|user| !with_employee || employee.as_ref() != Some(*user))
                                .cloned(),
                        );
                        (!all.is_empty()).then_some(Recipients::Users(all))
                    }
                    To::Department(id) => Some(Recipients::Department(*id)),
                    To::Tag(id) => Some(Recipients::Tag(*id)),
                };
                planned.push(if let Some(to) = to {
                    let notice = Notify {
                        rule: rule.name.clone(),
                        on,
                        to,
                        text: String::new(),
                        reason: why.map(|why| why.reason.to_owned()),
                        code: why.and_then(|why| why.code),
                        unrendered: false,
                    };
                    perform(Action::Notify(fill.notice(notice, &own.text)))
                } else {
                    let reason = Impossible::NoEmployee.reason(self.language);
                    PlannedAction::Skip { kind: Kind::Notify, reason }
                });
            }
        }
        planned
    }

    /// Every address once: whichever rule posts, it is the same record of the event.
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

    fn skip(&self, kind: Kind, why: &Impossible<'_>) -> PlannedAction {
        PlannedAction::Skip { kind, reason: why.reason(self.language) }
    }

    /// The userid and the external_userid, where the event has both.
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

/// Takes the value unless there is one already. Returns whether it did.
fn first<T: Clone>(into: &mut Option<T>, from: Option<&T>) -> bool {
    let takes = into.is_none() && from.is_some();
    if takes {
        *into = from.cloned();
    }
    takes
}
