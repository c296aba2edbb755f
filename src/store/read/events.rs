//! What people read: events newest first, one event with all that came of it, and how much is left to do.
//!
//! Pages are by id (`before_id`), so that the thousandth costs what the first does. The types serialise to the JSON
//! of the record that the command line and the admin API show.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Serialize, Serializer};
use sqlx::FromRow;

use super::actions::ActionRecord;
use crate::{
    action::RuleUse,
    event::Event,
    store::{
        Store,
        backend::{Error, Result, Tx, fact, on},
    },
};

/// How many rows a page has where the caller does not say.
pub const PAGE_DEFAULT: u32 = 50;

/// How many rows a page has at most.
pub const PAGE_MAX: u32 = 1_000;

/// Which events. What is `None` is not looked at; texts are compared as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// The app.
    pub app: Option<String>,
    /// `Event` or `InfoType`.
    pub event: Option<String>,
    /// `ChangeType`.
    pub change: Option<String>,
    /// The employee.
    pub user: Option<String>,
    /// The customer.
    pub customer: Option<String>,
    /// The channel; an empty text finds events without one.
    pub state: Option<String>,
    /// `received`, `planned` or `settled`.
    pub status: Option<String>,
    /// First received at this instant or later.
    pub since_ms: Option<i64>,
    /// First received before this instant.
    pub until_ms: Option<i64>,
    /// Only ids below this one: the last of the page before.
    pub before_id: Option<i64>,
    /// How many, at most [`PAGE_MAX`] a page.
    pub limit: Option<u32>,
}

/// An event in a list.
#[derive(Clone, Debug, PartialEq, Eq, FromRow, Serialize)]
pub struct EventSummary {
    /// Its id.
    pub id: i64,
    /// The app whose callback it came to.
    pub app: String,
    /// `Event` or `InfoType`; empty if none.
    pub event: String,
    /// `ChangeType`.
    pub change: Option<String>,
    /// The employee.
    pub user_id: Option<String>,
    /// The customer.
    pub external_user_id: Option<String>,
    /// The channel.
    pub state: Option<String>,
    /// When it happened, by WeCom's clock.
    pub happened_at_ms: i64,
    /// When it first arrived here.
    pub received_at_ms: i64,
    /// How long WeCom waited for the 200, in microseconds.
    pub acked_after_us: Option<i64>,
    /// How often it was delivered.
    pub deliveries: i64,
    /// `received`, `planned` or `settled`.
    pub status: String,
    /// The corp, where the event names one.
    pub corp_id: Option<String>,
    /// How often it has been replayed.
    #[serde(rename = "replays")]
    pub run: i64,
    /// When it was imported from an export; such an event is performed only when it is replayed.
    pub imported_at_ms: Option<i64>,
}

/// One event with all that came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventRecord {
    /// What the list shows.
    #[serde(flatten)]
    pub summary: EventSummary,
    /// The decrypted message. Shown as `payload` where it is UTF-8 (byte for byte), else as `payload_base64`.
    #[serde(flatten)]
    pub payload: Payload,
    /// The rules that supplied something: those of the plan, highest priority first, then those that were decided later.
    pub rules: Vec<RuleUse>,
    /// What was to be done, in the order of doing it; replays after the first run.
    pub actions: Vec<ActionRecord>,
}

impl EventRecord {
    /// The record as others may see it: what allows a welcome is blanked in the payload, at its length.
    #[must_use]
    pub fn without_welcome_code(mut self) -> Self {
        let event = Event::parse(&self.payload.0);
        if let Some(code) = event.welcome_code().filter(|code| !code.is_empty()) {
            blank(&mut self.payload.0, code.as_bytes());
        }
        blank_elements(&mut self.payload.0);
        self
    }
}

/// Puts `*` in the place of what is secret. Where it does not stand there as it was read (escaped, say), all of the
/// bytes are blanked rather than none.
fn blank(bytes: &mut [u8], secret: &[u8]) {
    let places: Vec<usize> = bytes
        .windows(secret.len())
        .enumerate()
        .filter(|(_, window)| *window == secret)
        .map(|(at, _)| at)
        .collect();
    if places.is_empty() {
        bytes.fill(b'*');
    }
    for at in places {
        bytes[at..at + secret.len()].fill(b'*');
    }
}

/// Puts `*` in the place of what stands in any element of a welcome code: a message may have more of them than the one
/// that is read. What has no end is blanked to the end.
fn blank_elements(bytes: &mut [u8]) {
    const BEGIN: &[u8] = b"<WelcomeCode";
    const END: &[u8] = b"</WelcomeCode";
    let find = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|window| window == what);
    let mut from = 0;
    while let Some(at) = find(&bytes[from..], BEGIN) {
        from += at + BEGIN.len();
        // Of an element whose name only begins so nothing is read as a code.
        if !bytes.get(from).is_some_and(|next| matches!(next, b'>' | b' ' | b'\t' | b'\r' | b'\n')) {
            continue;
        }
        let Some(begin) = bytes[from..].iter().position(|byte| *byte == b'>') else { return };
        let begin = from + begin + 1;
        let end = find(&bytes[begin..], END).map_or(bytes.len(), |end| begin + end);
        let inner =
            match (bytes[begin..end].strip_prefix(b"<![CDATA["), bytes[begin..end].strip_suffix(b"]]>")) {
                (Some(_), Some(_)) => begin + 9..end - 3,
                _ => begin..end,
            };
        bytes[inner].fill(b'*');
        from = end;
    }
}

/// A decrypted message as it stands in JSON, there and back without loss.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload(pub Vec<u8>);

impl std::fmt::Debug for Payload {
    /// Only its length: it holds the welcome code and may hold a customer's words.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(Some(1))?;
        let text = std::str::from_utf8(&self.0).ok();
        map.serialize_entry("payload", &text)?;
        if text.is_none() {
            map.serialize_entry("payload_base64", &BASE64_STANDARD.encode(&self.0))?;
        }
        map.end()
    }
}

/// How much is left to do. Counts only what is unfinished, so it costs as little with millions of events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Depth {
    /// Events that are stored and not yet planned.
    pub unplanned: i64,
    /// When the oldest of them arrived.
    pub oldest_unplanned_ms: Option<i64>,
    /// Actions that are not finished.
    pub actions: Vec<DepthOfKind>,
}

/// How many actions of one kind are unfinished.
#[derive(Clone, Debug, PartialEq, Eq, FromRow, Serialize)]
pub struct DepthOfKind {
    /// The kind.
    pub kind: String,
    /// How many wait for their turn or their next try.
    pub pending: i64,
    /// How many are being performed.
    pub running: i64,
    /// Since when the oldest has been due.
    pub oldest_due_ms: Option<i64>,
}

macro_rules! select_events {
    ($which:literal) => {
        concat!(
            "SELECT id, app, event, change, user_id, external_user_id, state, happened_at_ms, received_at_ms,
                    acked_after_us, deliveries, status, corp_id, run, imported_at_ms
             FROM event WHERE ",
            $which,
            " AND id < $1
              AND ($2 IS NULL OR app = $2) AND ($3 IS NULL OR event = $3) AND ($4 IS NULL OR change = $4)
              AND ($5 IS NULL OR user_id = $5) AND ($6 IS NULL OR external_user_id = $6)
              AND ($7 IS NULL OR COALESCE(state, '') = $7) AND ($8 IS NULL OR status = $8)
              AND ($9 IS NULL OR received_at_ms >= $9) AND ($10 IS NULL OR received_at_ms < $10)
             ORDER BY id DESC LIMIT $11"
        )
    };
}

/// What finds events without looking at all of them. The indexes by customer and employee hold an event once it is
/// planned; the few that are not are looked through beside them.
const BY_CUSTOMER: &str = select_events!("external_user_id = $6 AND status <> 'received'");
const BY_EMPLOYEE: &str = select_events!("user_id = $5 AND status <> 'received'");
const BY_STATE: &str = select_events!("state = $7 AND status <> 'received'");
const UNPLANNED: &str = select_events!("status = 'received'");
// The sum keeps both databases from walking the ids from the first, in search of the smallest.
const SINCE: &str = select_events!(
    "id >= COALESCE((SELECT min(late.id + 0) FROM event late WHERE late.received_at_ms >= $9), 9223372036854775807)"
);
const NEWEST: &str = select_events!("TRUE");

impl Store {
    /// Events, newest first.
    pub async fn events(&self, filter: &EventFilter) -> Result<Vec<EventSummary>> {
        let limit = filter.limit.unwrap_or(PAGE_DEFAULT).min(PAGE_MAX);
        let with_unplanned = matches!(filter.status.as_deref(), None | Some("received"));
        let texts: &[&'static str] = match filter {
            EventFilter { status: Some(status), .. } if status == "received" => &[UNPLANNED],
            EventFilter { customer: Some(_), .. } => &[BY_CUSTOMER, UNPLANNED],
            EventFilter { user: Some(_), .. } => &[BY_EMPLOYEE, UNPLANNED],
            EventFilter { state: Some(state), .. } if !state.is_empty() => &[BY_STATE, UNPLANNED],
            EventFilter { since_ms: Some(_), .. } => &[SINCE],
            _ => &[NEWEST],
        };
        let texts = if with_unplanned { texts } else { &texts[..1] };
        let mut tx = self.backend().read().await?;
        let mut events = Vec::new();
        for text in texts {
            events.append(&mut select(&mut tx, text, filter, limit).await?);
        }
        tx.commit().await?;
        events.sort_by_key(|event: &EventSummary| std::cmp::Reverse(event.id));
        // Between the two statements an event may have been planned, and so be found by both.
        events.dedup_by_key(|event| event.id);
        events.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(events)
    }

    /// One event with its payload, its rules, its actions and their attempts; `None` if there is no such event.
    pub async fn event(&self, id: i64) -> Result<Option<EventRecord>> {
        let mut tx = self.backend().read().await?;
        let row = on!(tx, "read an event", |c| {
            sqlx::query_as::<_, FullEvent>(
            "SELECT id, app, event, change, user_id, external_user_id, state, happened_at_ms, received_at_ms,
                    acked_after_us, deliveries, status, corp_id, run, imported_at_ms, payload, rules
             FROM event WHERE id = $1"
        )
        .bind(id)
        .fetch_optional(c)
        })?;
        let Some(row) = row else {
            tx.commit().await?;
            return Ok(None);
        };
        let actions = super::actions::of_event(&mut tx, id).await?;
        tx.commit().await?;
        let rules = serde_json::from_str(&row.rules).map_err(|error| Error::Unreadable {
            table: "event",
            row: id,
            what: format!("its rules: {error}"),
        })?;
        Ok(Some(EventRecord { summary: row.summary, payload: Payload(row.payload), rules, actions }))
    }

    /// How much is left to do.
    pub async fn depth(&self) -> Result<Depth> {
        let mut tx = self.backend().read().await?;
        let (unplanned, oldest_unplanned_ms) =
            on!(tx, "count unplanned events", |c| sqlx::query_as::<_, (i64, Option<i64>)>(
                "SELECT count(*), min(received_at_ms) FROM event WHERE status = 'received'"
            )
            .fetch_one(c))?;
        let actions = on!(tx, "count unfinished actions", |c| sqlx::query_as::<_, DepthOfKind>(
            "SELECT kind, count(*) FILTER (WHERE status = 'pending') AS pending,
                    count(*) FILTER (WHERE status = 'running') AS running, min(due_ms) AS oldest_due_ms
             FROM action WHERE status IN ('pending', 'running') GROUP BY kind ORDER BY kind"
        )
        .fetch_all(c))?;
        tx.commit().await?;
        Ok(Depth { unplanned, oldest_unplanned_ms, actions })
    }
}

async fn select(
    tx: &mut Tx,
    text: &'static str,
    filter: &EventFilter,
    limit: u32,
) -> Result<Vec<EventSummary>> {
    on!(tx, "list events", |c| sqlx::query_as::<_, EventSummary>(text)
        .bind(filter.before_id.unwrap_or(i64::MAX))
        .bind(filter.app.as_deref().map(fact))
        .bind(filter.event.as_deref().map(fact))
        .bind(filter.change.as_deref().map(fact))
        .bind(filter.user.as_deref().map(fact))
        .bind(filter.customer.as_deref().map(fact))
        .bind(filter.state.as_deref().map(fact))
        .bind(filter.status.as_deref())
        .bind(filter.since_ms)
        .bind(filter.until_ms)
        .bind(i64::from(limit))
        .fetch_all(c))
}

#[derive(FromRow)]
struct FullEvent {
    #[sqlx(flatten)]
    summary: EventSummary,
    payload: Vec<u8>,
    rules: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_secret_is_blanked_wherever_it_stands() {
        let blanked = |text: &str| {
            let mut bytes = text.as_bytes().to_vec();
            blank(&mut bytes, b"CODE-1");
            String::from_utf8(bytes).unwrap()
        };
        assert_eq!(blanked("<a>CODE-1</a><b>CODE-1</b>"), "<a>******</a><b>******</b>");
        assert_eq!(blanked("<a>CODE&#45;1</a>"), "*".repeat(17));
    }

    #[test]
    fn every_welcome_code_is_blanked_and_nothing_else() {
        for (text, expected) in [
            (
                "<xml><WelcomeCode>A</WelcomeCode><X>A</X><WelcomeCode ><![CDATA[B]]></WelcomeCode ></xml>",
                "<xml><WelcomeCode>*</WelcomeCode><X>A</X><WelcomeCode ><![CDATA[*]]></WelcomeCode ></xml>",
            ),
            ("<WelcomeCodes>A</WelcomeCodes><WelcomeCode/>", "<WelcomeCodes>A</WelcomeCodes><WelcomeCode/>"),
            ("<WelcomeCode></WelcomeCode><WelcomeCode>C", "<WelcomeCode></WelcomeCode><WelcomeCode>*"),
            (
                "<WelcomeCode><![CDATA[]]]></WelcomeCode><WelcomeCode",
                "<WelcomeCode><![CDATA[*]]></WelcomeCode><WelcomeCode",
            ),
            ("<WelcomeCode><![CDATA[]]></WelcomeCode>", "<WelcomeCode><![CDATA[]]></WelcomeCode>"),
            ("<WelcomeCode><![CDATA[>]]></WelcomeCode>", "<WelcomeCode><![CDATA[*]]></WelcomeCode>"),
        ] {
            let mut bytes = text.as_bytes().to_vec();
            blank_elements(&mut bytes);
            assert_eq!(String::from_utf8(bytes).unwrap(), expected);
        }
    }
}
