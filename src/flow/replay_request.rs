//! What a replay of an event asks for, and what of its plan is left out because an earlier run has done it.

use super::reported::Reported;
use crate::{
    action::{Action, Kind, Kinds, Plan, PlannedAction, ReasonCode, Status, Trigger},
    store::{ActionRecord, EventRecord},
};

/// What a replay asks for that a first run does not.
#[derive(Clone, Debug, Default)]
pub struct ReplayRequest {
    /// Only these kinds of action.
    pub only: Kinds,
    /// Notices and forwards that were sent are sent again.
    pub repeat_reports: bool,
    /// The welcome has been sent already.
    pub welcomed: bool,
    /// What was sent to employees and other systems already.
    pub reported: Reported,
}

impl ReplayRequest {
    /// A replay of this event, as its run of that number: with what its earlier runs have done.
    pub fn of(record: &EventRecord, run: i64, only: Kinds, repeat_reports: bool) -> Self {
        let done = |action: &ActionRecord| action.kind == Kind::Welcome && action.status == Status::Done;
        Self {
            only,
            repeat_reports,
            // By us or by another.
            welcomed: record.actions.iter().any(done),
            reported: if repeat_reports { Reported::default() } else { Reported::before(record, run) },
        }
    }

    /// Takes out of a plan what is not to be done again.
    pub(super) fn limit(&self, plan: &mut Plan) {
        for planned in &mut plan.actions {
            if let PlannedAction::Perform { action: Action::Decide(decide), .. } = planned {
                decide.repeat_reports = self.repeat_reports;
            }
        }
        let only = self.only;
        if !only.is_all() {
            // What is left open may be of those kinds, and is decided for them alone; it never makes a welcome. The notice
            // that there was none belongs to the welcome.
            plan.actions.retain(|planned| {
                let kind = if reports_no_welcome(planned) { Kind::Welcome } else { planned.kind() };
                only.names(kind) || (kind == Kind::Decide && only != Kind::Welcome.into())
            });
            for planned in &mut plan.actions {
                if let PlannedAction::Perform { action: Action::Decide(decide), .. } = planned {
                    decide.only = only.besides(Kind::Decide).besides(Kind::Welcome);
                    if !only.names(Kind::Welcome) {
                        decide.missed = None;
                    }
                }
            }
        }
        if self.welcomed {
            // There was one, even if by the rules of today there would be none.
            plan.actions.retain(|planned| !reports_no_welcome(planned));
            for planned in &mut plan.actions {
                if let PlannedAction::Perform { action: Action::Decide(decide), .. } = planned {
                    decide.missed = None;
                }
            }
        }
        for planned in &mut plan.actions {
            if self.welcomed
                && matches!(planned, PlannedAction::Perform { .. })
                && planned.kind() == Kind::Welcome
            {
                *planned = PlannedAction::Skip {
                    kind: Kind::Welcome,
                    reason: ReasonCode::AlreadySent.because("the welcome was sent already"),
                };
            }
        }
        self.reported.leave_out_of(plan);
    }
}

fn reports_no_welcome(planned: &PlannedAction) -> bool {
    matches!(planned, PlannedAction::Perform { action: Action::Notify(notice), .. } if notice.on == Trigger::MissedWelcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{Decide, Notify, Recipients, Welcome};
    use wecom_core::message::{SendWelcomeMsg, Text};

    fn welcome(text: &str) -> PlannedAction {
        let text = Some(Text { content: text.into() });
        let action = Action::Welcome(Welcome {
            message: SendWelcomeMsg::content(text, Vec::new()),
            ..Welcome::default()
        });
        PlannedAction::Perform { action, deadline: None }
    }

    fn perform(action: Action) -> PlannedAction {
        PlannedAction::Perform { action, deadline: None }
    }

    fn decide(only: Kinds) -> PlannedAction {
        perform(Action::Decide(Decide { asks: vec!["customer".into()], only, ..Decide::default() }))
    }

    fn notice(on: Trigger) -> PlannedAction {
        perform(Action::Notify(Notify {
            rule: "a".into(),
            on,
            to: Recipients::Department(3),
            text: "x".into(),
            reason: None,
            code: None,
            unrendered: false,
        }))
    }

    #[test]
    fn a_replay_of_some_kinds_decides_for_those_alone() {
        for (only, left) in [
            (vec![Kind::Tag], vec![decide(Kind::Tag.into())]),
            (vec![Kind::Welcome], vec![welcome("您好")]),
            (vec![Kind::Decide], vec![decide(Kinds::default())]),
            (vec![Kind::Decide, Kind::Tag], vec![decide(Kind::Tag.into())]),
            (vec![Kind::Welcome, Kind::Remark], vec![welcome("您好"), decide(Kind::Remark.into())]),
            (vec![Kind::Remark, Kind::Tag], vec![decide([Kind::Tag, Kind::Remark].into_iter().collect())]),
        ] {
            let only: Kinds = only.into_iter().collect();
            let actions = vec![welcome("您好"), decide(Kinds::default())];
            let mut plan = Plan { rules: Vec::new(), actions };
            ReplayRequest { only, ..ReplayRequest::default() }.limit(&mut plan);
            assert_eq!(plan.actions, left, "{only:?}");
        }
    }

    #[test]
    fn a_notice_of_no_welcome_belongs_to_the_welcome_and_is_dropped_where_there_was_one() {
        let skip =
            || PlannedAction::Skip { kind: Kind::Welcome, reason: ReasonCode::BlankText.because("blank") };
        let missed = || {
            let decide = Decide { missed: Some(ReasonCode::BlankText), ..Decide::default() };
            perform(Action::Decide(decide))
        };
        let missed_notice = || notice(Trigger::MissedWelcome);
        for (replay, left) in [
            (
                ReplayRequest { only: Kind::Welcome.into(), ..ReplayRequest::default() },
                vec![skip(), missed_notice()],
            ),
            (
                ReplayRequest { only: Kind::Notify.into(), ..ReplayRequest::default() },
                vec![decide_for(Kind::Notify), notice(Trigger::Event)],
            ),
            (
                ReplayRequest { welcomed: true, ..ReplayRequest::default() },
                vec![skip(), decide_without(), notice(Trigger::Event)],
            ),
        ] {
            let actions = vec![skip(), missed(), notice(Trigger::Event), missed_notice()];
            let mut plan = Plan { rules: Vec::new(), actions };
            replay.limit(&mut plan);
            assert_eq!(plan.actions, left, "{replay:?}");
        }
    }

    fn decide_for(only: Kind) -> PlannedAction {
        perform(Action::Decide(Decide { only: only.into(), ..Decide::default() }))
    }

    fn decide_without() -> PlannedAction {
        perform(Action::Decide(Decide::default()))
    }
}
