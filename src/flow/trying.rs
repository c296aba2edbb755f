//! Events of the record as situations that rules are tried out on: what explains a rule, and what other rules would have
//! made of what has happened.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    rules::{
        Earlier, Faults, Ruleset,
        trial::{Backtest, Given, Judged, Methods, Situation, Sum},
    },
    store::{self, EventFilter, EventRecord, RecordedEvent, Store, StoredEvent},
};
use wecom_client::External;
use wecom_core::event::Event;

/// The methods by which what would be done is called.
pub const METHODS: Methods = Methods {
    send_welcome_msg: External::SEND_WELCOME_MSG.path,
    mark_tag: External::MARK_TAG.path,
    remark: External::REMARK.path,
};

/// So many versions of the rules are kept, compared with those that are tried; events come by time, and so by version.
const VERSIONS_MAX: usize = 8;

/// Events are read in pages of some hundred kilobytes.
const PAGE: u32 = 200;

/// Why an event could not be held against rules.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The record could not be read.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A version of the rules is one that this program does not understand.
    #[error("version {version} of the rules cannot be used by this program")]
    Unusable {
        /// Which one.
        version: i64,
        /// What is wrong with it.
        #[source]
        faults: Faults,
    },
}

/// An event of the record, with what the record knows of the customer's earlier adds.
pub async fn situation_of(record: EventRecord, store: &Store) -> Result<Situation, store::Error> {
    let EventRecord { summary, payload, .. } = record;
    let stored = StoredEvent {
        id: summary.id,
        app: summary.app,
        corp_id: summary.corp_id,
        user_id: summary.user_id,
        external_user_id: summary.external_user_id,
        happened_at_ms: summary.happened_at_ms,
        received_at_ms: summary.received_at_ms,
        payload: payload.0,
    };
    let mut case = Situation::of(Event::from_payload(&stored.payload));
    let adds = store.earlier_adds(&stored).await?;
    let earlier = Earlier { by_employee: adds.by_employee, by_company: adds.by_company };
    case.earlier = Given::Is(Box::new(earlier));
    case.app = stored.app;
    case.happened_at_ms = stored.happened_at_ms;
    if let Some(corp_id) = stored.corp_id {
        case.corp_id = corp_id;
    }
    Ok(case)
}

/// The versions of the rules by which events were planned, each held against the rules that are tried.
#[derive(Debug)]
pub struct Backtests<'r> {
    tried: &'r Ruleset,
    /// By version; 0 is for events that were never planned, or were planned without rules.
    compared: BTreeMap<i64, Backtest<'r>>,
}

impl<'r> Backtests<'r> {
    /// Of these rules.
    pub fn new(tried: &'r Ruleset) -> Self {
        Self { tried, compared: BTreeMap::new() }
    }

    /// What the rules that are tried would have made of an event, beside what was made of it.
    pub async fn judge(&mut self, store: &Store, event: &RecordedEvent) -> Result<Judged, Error> {
        // Without a version the event was never planned, or there were no rules then.
        let backtest = self.get(store, event.ruleset_version.unwrap_or(0)).await?;
        let mut case = Situation::of(Event::from_payload(&event.payload.0));
        case.app.clone_from(&event.summary.app);
        case.happened_at_ms = event.summary.happened_at_ms;
        if let Some(corp_id) = &event.summary.corp_id {
            case.corp_id.clone_from(corp_id);
        }
        case.earlier = Given::Is(Box::new(Earlier {
            by_employee: event.earlier_by_employee,
            by_company: event.earlier_by_company,
        }));
        Ok(backtest.judge(&case, &event.rules))
    }

    async fn get(&mut self, store: &Store, version: i64) -> Result<&Backtest<'r>, Error> {
        if !self.compared.contains_key(&version) {
            if self.compared.len() >= VERSIONS_MAX {
                self.compared.pop_last();
            }
            let stored = if version == 0 { None } else { store.rules(version).await? };
            let unusable = |faults| Error::Unusable { version, faults };
            let was = stored.map(|stored| Ruleset::stored(&stored.document, version)).transpose();
            let was = was.map_err(unusable)?;
            let backtest = Backtest::new(was, self.tried).map_err(unusable)?;
            self.compared.insert(version, backtest);
        }
        Ok(&self.compared[&version])
    }
}

/// Holds rules against the events of a filter, the newest first and at most so many; `each` gets what came of every one of
/// them. Gives the sum, and whether that was all of them.
pub async fn backtest(
    store: &Store,
    tried: &Ruleset,
    mut filter: EventFilter,
    events_max: u32,
    mut each: impl FnMut(&RecordedEvent, Judged),
) -> Result<(Sum, bool), Error> {
    let (mut sum, mut backtests, mut left) = (Sum::default(), Backtests::new(tried), events_max);
    while left > 0 {
        filter.limit = Some(left.min(PAGE));
        let page = store.recorded(&filter).await?;
        let Some(last) = page.last() else { break };
        filter.before_id = Some(last.summary.id);
        left = left.saturating_sub(u32::try_from(page.len()).unwrap_or(u32::MAX));
        for event in &page {
            let judged = backtests.judge(store, event).await?;
            sum.add(&judged);
            each(event, judged);
        }
        // Others want their answers as well.
        tokio::task::yield_now().await;
    }
    Ok((sum, left > 0))
}

/// What came of it for one event, as JSON has it.
pub fn judged_to_json(event: &RecordedEvent, judged: &Judged) -> Value {
    let summary = &event.summary;
    json!({
        "event_id": summary.id,
        "app": summary.app,
        "change": summary.change,
        "user_id": summary.user_id,
        "external_user_id": summary.external_user_id,
        "state": summary.state,
        "happened_at_ms": summary.happened_at_ms,
        "version": event.ruleset_version,
        "verdict": judged.verdict,
        "changes": judged.changes,
        "depends": judged.depends,
        "rules": { "was": judged.was, "would": judged.would, "may": judged.may },
    })
}
