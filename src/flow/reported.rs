//! Which notices and forwards of an event have been sent, so that a replay does not send them again.

use crate::{
    action::{Action, Kind, Plan, PlannedAction, ReasonCode, Status, Trigger},
    store::{ActionRecord, EventRecord},
};

/// Reports that were sent in earlier runs of an event, or are about to be.
#[derive(Clone, Debug, Default)]
pub struct Reported(Vec<Action>);

impl Reported {
    /// Those of the runs before this one.
    pub fn before(record: &EventRecord, run: i64) -> Self {
        let earlier = record.actions.iter().filter(|action| action.run < run && is_sent(action));
        Self(
            earlier
                .filter_map(|action| {
                    Action::from_json(action.kind, &action.request.as_ref()?.to_string()).ok()
                })
                .collect(),
        )
    }

    /// What a plan with rules that are still open may hold of them, as skipped: it is left out when the rules are decided.
    pub fn left_open(&self, plan: &Plan) -> Vec<PlannedAction> {
        let is_open = plan.actions.iter().any(|planned| planned.kind() == Kind::Decide);
        let of_event =
            |action: &&Action| !matches!(action, Action::Notify(notice) if notice.on != Trigger::Event);
        let mut open = Plan::default();
        if is_open {
            let sent = self.0.iter().filter(of_event).cloned();
            open.actions.extend(sent.map(|action| PlannedAction::Perform { action, deadline: None }));
            self.leave_out_of(&mut open);
        }
        open.actions
    }

    /// Leaves those out of a plan that were sent already.
    pub fn leave_out_of(&self, plan: &mut Plan) {
        for planned in &mut plan.actions {
            let PlannedAction::Perform { action, .. } = planned else { continue };
            if self.0.iter().any(|sent| is_the_same(sent, action)) {
                let text = match action {
                    Action::Forward(forward) => format!("the record was posted to {} already", forward.url),
                    Action::Notify(notify) => {
                        format!("the notice of the rule `{}` was sent already", notify.rule)
                    }
                    _ => continue,
                };
                let reason = ReasonCode::AlreadyReported
                    .because(format!("{text}; `events replay --repeat-reports` sends it again"));
                *planned = PlannedAction::Skip { kind: action.kind(), reason };
            }
        }
    }
}

/// One that still waits for its turn or its next try will be sent by itself.
fn is_sent(action: &ActionRecord) -> bool {
    action.kind.is_report() && matches!(action.status, Status::Done | Status::Pending | Status::Running)
}

/// Whether the same people, or the same system, are told of the same thing. A notice's text may have changed with its rule.
fn is_the_same(one: &Action, other: &Action) -> bool {
    match (one, other) {
        (Action::Notify(one), Action::Notify(other)) => {
            (&one.rule, one.on, &one.to) == (&other.rule, other.on, &other.to)
        }
        (Action::Forward(one), Action::Forward(other)) => one.url == other.url,
        _ => false,
    }
}
