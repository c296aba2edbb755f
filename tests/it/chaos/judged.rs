//! What was promised, held against the record of the simulated WeCom and that of the servers.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use wecom_greeter::{
    action::{Kind, ReasonCode, Status},
    store::{Error, EventFilter, EventRecord, EventStatus, PAGE_MAX, Store},
};
use wecom_simulator::Relation;

use super::{
    crew::{Ack, Played},
    ways::ENOUGH_MS,
};

/// For how long a welcome code works by our own reckoning: twenty seconds from WeCom's time of the event, which comes in whole
/// seconds.
const WINDOW_MS: i64 = 19_000;

/// So many broken promises are listed; the rest are like them.
const LISTED_MAX: usize = 20;

/// What was found.
#[derive(Debug, Default)]
pub struct Judged {
    pub acked: usize,
    /// How many had a window that left us enough time.
    pub due: usize,
    welcomed: usize,
    tagged: usize,
    /// How many deliveries there were beyond the first of each event.
    again: i64,
    /// Every promise that was broken, in a line each.
    pub broken: Vec<String>,
}

impl Judged {
    pub fn sum(&self) -> String {
        let Self { acked, due, welcomed, tagged, again, .. } = self;
        format!(
            "{acked} events acked, {again} deliveries more of them; {due} codes left enough time, {welcomed} were used; \
             {tagged} tagged"
        )
    }
}

/// Waits until everything that was acked has come to its end, and judges.
pub async fn judge(played: &Played, within: Duration) -> Judged {
    let mut judged = Judged { acked: played.acks.len(), ..Judged::default() };
    if let Err(left) = settled(&played.stage.store, within).await {
        judged.broken.push(format!("after {within:?} this has no end: {left}"));
    }
    let mut of_customers: HashMap<String, Vec<EventRecord>> = HashMap::new();
    for event in record(&played.stage.store).await {
        of_customers
            .entry(event.summary.external_user_id.clone().unwrap_or_default())
            .or_default()
            .push(event);
    }
    let employees: HashMap<&str, &str> =
        played.adds.iter().map(|added| (added.customer.as_str(), added.employee.as_str())).collect();
    for ack in &played.acks {
        let relation = played.stage.wecom.relation(employees[ack.customer.as_str()], &ack.customer);
        let relation = relation.expect("they are contacts");
        let events = of_customers.remove(&ack.customer).unwrap_or_default();
        let longest_ms = played.ways.longest(ack.at_ms, relation.added_at_ms + WINDOW_MS);
        judged.one(ack, &relation, &events, longest_ms);
    }
    let nobodys = of_customers.keys().filter(|customer| !employees.contains_key(customer.as_str())).count();
    if nobodys > 0 {
        judged.broken.push(format!("{nobodys} customers are in the record who never came"));
    }
    judged.broken.truncate(LISTED_MAX);
    judged
}

impl Judged {
    fn one(&mut self, ack: &Ack, relation: &Relation, events: &[EventRecord], longest_ms: i64) {
        let customer = &ack.customer;
        let [event] = events else {
            self.broken.push(format!("{customer} was acked and is in the record {} times", events.len()));
            return;
        };
        if event.payload.0 != ack.plaintext.as_bytes() {
            self.broken.push(format!("{customer}: the stored message is not the one that was delivered"));
        }
        if event.summary.deliveries < ack.times {
            let deliveries = event.summary.deliveries;
            self.broken
                .push(format!("{customer}: acked {} times, of which {deliveries} are counted", ack.times));
        }
        self.again += event.summary.deliveries - 1;
        self.welcome(relation, event, longest_ms);
        self.tagged += usize::from(relation.tags == ["etPlain"]);
        if relation.tags != ["etPlain"] {
            self.broken.push(format!("{customer} has not the tag: {:#?}", event.actions));
        }
    }

    fn welcome(&mut self, relation: &Relation, event: &EventRecord, longest_ms: i64) {
        let customer = &relation.customer;
        let is_greeted = !relation.welcomes.is_empty();
        self.welcomed += usize::from(is_greeted);
        self.due += usize::from(longest_ms >= ENOUGH_MS);
        if longest_ms >= ENOUGH_MS && !is_greeted {
            self.broken.push(format!(
                "{customer} was not greeted, though all was well for {longest_ms} ms of the window: {:#?}",
                event.actions
            ));
        }
        let of_kind = |kind| event.actions.iter().filter(move |action| action.kind == kind);
        if of_kind(Kind::Welcome).count() != 1 || of_kind(Kind::Tag).count() != 1 {
            self.broken.push(format!("{customer} was not planned once: {:#?}", event.actions));
        }
        for welcome in of_kind(Kind::Welcome) {
            // Nobody else greets here, and of a call whose answer was lost nobody can know.
            let may_be_either = welcome.code == Some(ReasonCode::UnknownEnd);
            if (welcome.status == Status::Done) != is_greeted && !may_be_either {
                self.broken
                    .push(format!("{customer}: greeted is {is_greeted}, and the record says {welcome:#?}"));
            }
            if welcome.code == Some(ReasonCode::ByAnother) {
                self.broken
                    .push(format!("{customer}: nobody else greets here, and the record says {welcome:#?}"));
            }
        }
    }
}

/// Waits until no event is left open; the first that is left when the time is over.
async fn settled(store: &Store, within: Duration) -> Result<(), String> {
    let begun = Instant::now();
    loop {
        let open = match first_open(store).await {
            Ok(None) => return Ok(()),
            Ok(Some(open)) => format!("{open:#?}"),
            // Its connections may be of before a crash.
            Err(error) => error.to_string(),
        };
        if begun.elapsed() > within {
            return Err(open);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn first_open(store: &Store) -> Result<Option<EventRecord>, Error> {
    for status in [EventStatus::Received, EventStatus::Planned] {
        let filter = EventFilter { status: Some(status), limit: Some(1), ..EventFilter::default() };
        if let Some(open) = store.events(&filter).await?.first() {
            return store.event(open.id).await;
        }
    }
    Ok(None)
}

/// The whole record, a page at a time.
async fn record(store: &Store) -> Vec<EventRecord> {
    let mut record = Vec::new();
    let mut filter = EventFilter { limit: Some(PAGE_MAX), ..EventFilter::default() };
    loop {
        let page = store.events(&filter).await.expect("it can be read");
        for summary in &page {
            record.push(store.event(summary.id).await.expect("it can be read").expect("it is there"));
        }
        let Some(last) = page.last() else { return record };
        filter.before_id = Some(last.id);
    }
}
