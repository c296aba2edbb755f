//! What became of an event, beside the event itself: how its welcome ended, whose welcome it was, and of which type a
//! message is.

use std::{collections::HashMap, str::FromStr};

use serde::Serialize;

use crate::{
    action::{Kind, ReasonCode, RuleUse, Status, UnknownName},
    store::backend::{Error, Multirow, ROWS_MAX, Result, Tx, on, padded, read_name, row},
};
use wecom_core::event::Event;

/// How the welcome of an event ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EventOutcome {
    /// It was sent, by us or by another.
    Welcomed,
    /// Its time was over before WeCom took it.
    Missed,
    /// WeCom refused it, or it could not be made.
    Failed,
    /// It was never to be sent.
    Skipped,
}

impl EventOutcome {
    /// The outcome of a welcome that stands there; `None` while it is open, and where nobody knows whether the customer was
    /// greeted.
    fn of(welcome: Status, code: Option<&str>) -> Option<Self> {
        match welcome {
            Status::Pending | Status::Running => None,
            Status::Done => Some(Self::Welcomed),
            Status::Expired if code == Some(ReasonCode::UnknownEnd.as_str()) => None,
            Status::Expired => Some(Self::Missed),
            Status::Failed => Some(Self::Failed),
            Status::Skipped => Some(Self::Skipped),
        }
    }

    /// Every outcome.
    pub const ALL: [Self; 4] = [Self::Welcomed, Self::Missed, Self::Failed, Self::Skipped];

    /// The name in the JSON and in lists.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Welcomed => "welcomed",
            Self::Missed => "missed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

impl FromStr for EventOutcome {
    type Err = UnknownName;

    fn from_str(name: &str) -> std::result::Result<Self, UnknownName> {
        let unknown = UnknownName::new("outcome of a welcome", "welcomed, missed, failed or skipped");
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == name).ok_or(unknown)
    }
}

/// [`EventOutcome::of`] in SQL, for the welcome that [`FATES`] chooses: the name, or NULL.
macro_rules! outcome_of_event {
    () => {
        "(SELECT CASE a.status WHEN 'done' THEN 'welcomed' WHEN 'failed' THEN 'failed' WHEN 'skipped' THEN 'skipped'
                               WHEN 'expired' THEN CASE WHEN a.code IS DISTINCT FROM 'unknown_end' THEN 'missed' END END
          FROM action a WHERE a.event_id = event.id AND a.kind = 'welcome'
          ORDER BY CASE WHEN a.status = 'done' THEN 0 WHEN a.unanswered THEN 1 ELSE 2 END,
                   a.run DESC, a.id DESC LIMIT 1)"
    };
}
pub(super) use outcome_of_event;

/// What became of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Fate {
    /// How its welcome ended; none while that is open, where nobody knows (`unknown_end`), and for events that have no
    /// welcome.
    pub outcome: Option<EventOutcome>,
    /// The rule whose welcome it was; none where nobody can tell it any more, because the event has been replayed since.
    pub rule: Option<String>,
    /// `MsgType` of a message that an employee wrote to the app; events have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msg_type: Option<String>,
}

row! {
    struct FateRow {
        id: i64,
        rules: String,
        message: Option<Vec<u8>>,
        run: i64,
        welcome: Option<String>,
        welcome_code: Option<String>,
        welcome_run: Option<i64>,
    }
}

// Of several runs one in which the customer was welcomed counts, whatever came after it; else one in which a try was not
// answered, so that they may have been; else the latest. A message has no name of an event, and only its payload says what
// it is; events are not read for that.
static FATES: Multirow = Multirow::new(
    &["id"],
    "SELECT e.id, e.rules, CASE WHEN e.event = '' THEN e.payload END AS message, e.run,
            w.status AS welcome, w.code AS welcome_code, w.run AS welcome_run
     FROM v JOIN event e ON e.id = v.id
     LEFT JOIN action w ON w.id =
         (SELECT a.id FROM action a WHERE a.event_id = e.id AND a.kind = 'welcome'
          ORDER BY CASE WHEN a.status = 'done' THEN 0 WHEN a.unanswered THEN 1 ELSE 2 END,
                   a.run DESC, a.id DESC LIMIT 1)",
);

/// What became of these events, by their ids.
pub(super) async fn fates_of(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, Fate>> {
    let mut fates = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(ROWS_MAX) {
        let (text, places) = FATES.text(tx, chunk.len());
        let rows = on!(tx, "read what became of events", |c| {
            let mut select = sqlx::query_as::<_, FateRow>(text);
            for id in padded(chunk, places) {
                select = select.bind(id.copied());
            }
            select.fetch_all(c)
        })?;
        for FateRow { id, rules, message, run, welcome, welcome_code, welcome_run } in rows {
            let status: Option<Status> =
                welcome.map(|status| read_name("action", "status", id, &status)).transpose()?;
            // The record keeps the rules of the latest run. Of a welcome of an earlier one nobody can tell the rule.
            let rules =
                if welcome_run.is_none_or(|of| of == run) { read_rules(id, &rules)? } else { Vec::new() };
            let rule = rules.into_iter().find(|rule| rule.used_for.contains(&Kind::Welcome));
            let event = message.map(|payload| Event::from_payload(&payload));
            let fate = Fate {
                outcome: status.and_then(|status| EventOutcome::of(status, welcome_code.as_deref())),
                rule: rule.map(|rule| rule.name),
                msg_type: event.and_then(|event| event.message_type().map(str::to_owned)),
            };
            fates.insert(id, fate);
        }
    }
    Ok(fates)
}

/// Reads the rules that were used for an event.
pub(in crate::store) fn read_rules(event_id: i64, rules: &str) -> Result<Vec<RuleUse>> {
    serde_json::from_str(rules).map_err(|error| Error::unreadable("event", "rules", event_id, error))
}
