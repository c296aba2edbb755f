//! Runs stored events again: planned by the rules of today, performed, and recorded as another run of the event.
//!
//! A replay never sends an expired code: the welcome keeps the deadline of its first receipt, and an action that is
//! past its deadline is not called. A welcome that was sent is not sent again, and neither is a notice or a forward, unless
//! that is asked for. Tags and remarks are idempotent at WeCom.

use std::sync::Arc;

use serde::Serialize;

use super::{case::Case, engine::Engine, planner::Received, replay_request::ReplayRequest};
use crate::{
    access::By,
    action::{Kind, Kinds, Plan, PlannedAction, ReasonCode, RuleUse},
    store::{self, EventRecord, StoredEvent},
};
use wecom_core::event::Event;

/// Replays events in the name of an engine.
#[derive(Clone, Debug)]
pub struct Replayer {
    engine: Engine,
}

/// What is done of an event that is replayed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct How {
    /// Only these kinds of action.
    pub only: Kinds,
    /// Notices and forwards that were sent before are sent again.
    pub repeat_reports: bool,
}

/// What would happen.
#[derive(Clone, Debug, Serialize)]
pub struct Preview {
    /// The event, by its number in the record.
    pub event_id: i64,
    /// The rules that would be used.
    pub rules: Vec<RuleUse>,
    /// What would be done.
    pub actions: Vec<PreviewedAction>,
}

/// What would happen to one action.
#[derive(Clone, Debug, Serialize)]
pub struct PreviewedAction {
    /// What kind of action it is.
    pub kind: Kind,
    /// What would happen: `perform`, `expire` or `skip`.
    pub would: &'static str,
    /// The same for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<ReasonCode>,
    /// Why it would not be performed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What WeCom would be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<crate::action::Action>,
}

/// How a replay ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// It was planned and tried; how each action ended is in the record.
    Run {
        /// Which run of the event this was; the first time is 0.
        run: i64,
    },
    /// There is no such event.
    NotFound,
    /// Its first run, or another replay, is under way.
    UnderWay,
    /// The event is of an app that is not in the settings.
    UnknownApp,
}

impl Replayer {
    /// A replayer that plans and performs with this engine.
    pub fn new(engine: Engine) -> Self {
        Self { engine }
    }

    /// Says what a replay would do; nothing is stored and nobody is called. `None`: there is no such event, or its app
    /// is not in the settings.
    pub async fn preview(&self, event_id: i64, how: How) -> Result<Option<Preview>, store::Error> {
        let Some(record) = self.engine.store.event(event_id).await? else { return Ok(None) };
        let event = Event::from_payload(&record.payload.0);
        let Some(app) = self.engine.apps.get(&record.summary.app) else { return Ok(None) };
        let replay = ReplayRequest::of(&record, record.summary.run + 1, how.only, how.repeat_reports);
        let case = Case { app: Arc::clone(app), stored: Arc::new(stored(record)), event: Arc::new(event) };
        let now_ms = self.engine.clock.now_ms();
        let Plan { rules, actions } = self.engine.planner.preview(&case, &replay);
        let actions = actions.into_iter().map(|planned| previewed(planned, now_ms)).collect();
        Ok(Some(Preview { event_id, rules, actions }))
    }

    /// Plans the event again and performs what the plan says; returns when each action has been tried.
    pub async fn replay(&self, event_id: i64, how: How) -> Result<Replayed, store::Error> {
        self.replay_by(event_id, how, &By::command_line()).await
    }

    /// The same by somebody.
    pub async fn replay_by(&self, event_id: i64, how: How, by: &By) -> Result<Replayed, store::Error> {
        let engine = &self.engine;
        let Some(record) = engine.store.event(event_id).await? else { return Ok(Replayed::NotFound) };
        if engine.apps.get(&record.summary.app).is_none() {
            return Ok(Replayed::UnknownApp);
        }
        let claimed = match engine
            .store
            .begin_replay_by(event_id, how.only, engine.process, by, engine.clock.now_ms())
            .await?
        {
            store::ReplayStart::Missing => return Ok(Replayed::NotFound),
            store::ReplayStart::Underway => return Ok(Replayed::UnderWay),
            store::ReplayStart::Begun(claimed) => claimed,
        };
        let run = claimed.run;
        let replay = ReplayRequest::of(&record, run, how.only, how.repeat_reports);
        let event = Event::from_payload(&claimed.event.payload);
        let received = Received { claimed, event };
        if let Some(work) = engine.planner.plan(received, replay).await {
            engine.dispatcher.run(work).await;
        }
        Ok(Replayed::Run { run })
    }
}

fn stored(record: EventRecord) -> StoredEvent {
    let EventRecord { summary, payload, .. } = record;
    StoredEvent {
        id: summary.id,
        app: summary.app,
        corp_id: summary.corp_id,
        user_id: summary.user_id,
        external_user_id: summary.external_user_id,
        happened_at_ms: summary.happened_at_ms,
        received_at_ms: summary.received_at_ms,
        payload: payload.0,
    }
}

fn previewed(planned: PlannedAction, now_ms: i64) -> PreviewedAction {
    match planned {
        PlannedAction::Skip { kind, reason } => PreviewedAction {
            kind,
            would: "skip",
            code: Some(reason.code),
            reason: Some(reason.text),
            request: None,
        },
        PlannedAction::Perform { action, deadline } => {
            let kind = action.kind();
            let over = deadline.is_some_and(|deadline| deadline.left(now_ms).is_none());
            PreviewedAction {
                kind,
                would: if over { "expire" } else { "perform" },
                code: over.then_some(ReasonCode::ExpiredUntried),
                reason: over.then(|| "its 20 seconds are over".to_owned()),
                request: Some(action),
            }
        }
    }
}
