//! The month that lies behind `demo --keep`: made up, and put into the record by the same functions and the same judgement as
//! everything else, with times that have passed. So every page has something to show, and what it shows is what the program
//! would have made of such a month.
//!
//! [`month`] says what happened, [`answers`] what WeCom said to it; [`acts`] is what was done about each event.

mod acts;
mod answers;
mod month;

use std::time::Duration;

use anyhow::anyhow;
use futures_util::future::join_all;
use jiff::tz::TimeZone;
use wecom_core::event::Event;
use wecom_simulator::{AddCustomer, Contact, Corp, Occurrence, Simulator, occurrence::Envelope};

use self::{
    acts::Open,
    month::{Episode, Happening, Month, Trouble, What},
};
use crate::{
    access::{By, Role, Secret, Via},
    config::DEFAULT_APP,
    flow::engine::Engine,
    refusal::RefusalClass,
    rules::{Customer, Employee, ExternalContact, Facts, FollowUser, Known, Media, Ruleset},
    store::{Accepted, NewEvent, NewPlan, NewToken, PlanRecord, Planned, RefusedCallback, Store, TakesOn},
};

/// The rules that are in force at the end.
const RULES: &str = include_str!("../month.yaml");

/// What stands between two rules of that file.
const BETWEEN: &str = "\n\n  # ";

/// How many events are on their way into the record at once.
const AT_ONCE: usize = 512;

/// Who works at the company that is made up.
const OPERATOR: &str = "演示-小芳";
const MANAGER: &str = "演示-老周";

/// An hour in milliseconds.
const HOUR_MS: i64 = 3_600_000;

/// An event with what is known of it.
struct Story {
    event: Event,
    happened_at_ms: i64,
    received_at_ms: i64,
    trouble: Option<Trouble>,
    /// Until when that lasts.
    until_ms: i64,
    customer: Customer,
    employee: Employee,
    /// Which version of the rules was in force.
    rules: usize,
}

impl Story {
    /// What the rules are asked with at that instant.
    fn facts<'a>(&'a self, corp_id: &'a str, media: &'a Media, now_ms: i64) -> Facts<'a> {
        Facts {
            app: DEFAULT_APP,
            corp_id,
            event: &self.event,
            happened_at_ms: self.happened_at_ms,
            first_received_ms: self.received_at_ms,
            now_ms,
            customer: Known::Is(&self.customer),
            employee: Known::Is(&self.employee),
            earlier: Known::NotAsked,
            media,
        }
    }
}

/// A version of the rules, and since when it was in force.
struct Version {
    rules: Ruleset,
    since_ms: i64,
}

/// Writes the month that ends now, before anything is served.
pub(super) async fn write(
    engine: &Engine,
    simulator: &Simulator,
    corp: &Corp,
    chance: u64,
    zone: &TimeZone,
) -> anyhow::Result<()> {
    let now_ms = engine.clock.now_ms();
    let month = Month::draw(chance, now_ms, zone, corp.employees.len());
    let store = &engine.store;
    people_and_scans(store, &month).await?;
    let versions = publish(store, month.began_ms).await?;
    let (events, stories) = play(simulator, corp, &month, &versions, engine)?;
    let mut open: Vec<Open> = Vec::new();
    for (nth, chunk) in events.chunks(AT_ONCE).enumerate() {
        let accepted = join_all(chunk.iter().map(|event| store.accept(event.clone()))).await;
        let mut records = Vec::with_capacity(chunk.len());
        for (at, accepted) in accepted.into_iter().enumerate() {
            let of = nth * AT_ONCE + at;
            if let Accepted::New(claimed) = accepted? {
                records.push((of, plan(claimed, &stories[of], &versions, corp, engine)));
            }
        }
        let planned = join_all(records.iter().map(|(_, record)| store.plan(record.clone()))).await;
        for ((of, _), planned) in records.iter().zip(planned) {
            if let Planned::Stored(claimed) = planned? {
                open.extend(Open::of(*of, claimed, stories[*of].received_at_ms));
            }
        }
    }
    let month_of = acts::Played { engine, corp, stories: &stories, versions: &versions, now_ms, chance };
    month_of.perform(open).await?;
    month_of.retry(&month.episodes).await
}

/// The rules, version by version, as somebody would have come to them.
async fn publish(store: &Store, began_ms: i64) -> anyhow::Result<Vec<Version>> {
    let written = [
        (without(RULES, &["直播间", "下班以后"]), MANAGER, "第一版", 0),
        (without(RULES, &["下班以后"]), OPERATOR, "加上直播间", 11),
        (RULES.to_owned(), OPERATOR, "下班以后换一条欢迎语", 19),
    ];
    let mut versions = Vec::new();
    for (number, (document, who, note, days)) in (1..).zip(written) {
        let since_ms = began_ms + days * 24 * HOUR_MS;
        let rules =
            Ruleset::compile(&document, number).map_err(|faults| anyhow!("the demo's rules: {faults}"))?;
        let imported =
            store.import_rules_by(&document, &[], (Some(note), None), &person(who), since_ms).await?;
        imported.map_err(|stale| anyhow!("the demo's rules: version {} is in force", stale.version))?;
        versions.push(Version { rules, since_ms });
    }
    Ok(versions)
}

/// The file without the rules whose comments begin so.
fn without(document: &str, begins: &[&str]) -> String {
    let kept = document.split(BETWEEN).filter(|part| !begins.iter().any(|begin| part.starts_with(begin)));
    kept.collect::<Vec<_>>().join(BETWEEN)
}

/// Somebody of the company, at the pages.
fn person(who: &str) -> By {
    By { who: who.to_owned(), via: Via::Session, address: Some("192.0.2.23".to_owned()) }
}

/// Tokens that nobody has, and callbacks that came from nobody who knows the keys.
async fn people_and_scans(store: &Store, month: &Month) -> anyhow::Result<()> {
    for (name, role) in [(MANAGER, Role::Admin), (OPERATOR, Role::Operator), ("演示-报表", Role::Viewer)]
    {
        let token = NewToken { name, role, hash: Secret::token(rand::random()).hash(), expires_at_ms: None };
        store.create_token(&token, &By::command_line(), month.began_ms).await?;
    }
    store.keep_verified(DEFAULT_APP, month.began_ms).await?;
    let refused = |days: i64, class, signed| RefusedCallback {
        app: DEFAULT_APP.to_owned(),
        class,
        at_ms: month.began_ms + days * 24 * HOUR_MS + 3 * HOUR_MS,
        sender: Some("198.51.100.77".to_owned()),
        signed,
    };
    let refused =
        [refused(13, RefusalClass::ParameterMissing, false), refused(22, RefusalClass::Signature, true)];
    Ok(store.keep_refused(&refused).await?)
}

/// Lets the month happen at the simulated WeCom, and gives its events as they came in.
fn play(
    simulator: &Simulator,
    corp: &Corp,
    month: &Month,
    versions: &[Version],
    engine: &Engine,
) -> anyhow::Result<(Vec<NewEvent>, Vec<Story>)> {
    let mut came: Vec<(Contact, Customer)> = Vec::new();
    let (mut events, mut stories) = (Vec::new(), Vec::new());
    for Happening { at_ms, what } in &month.happenings {
        let (mut trouble, mut late_ms) = (None, 300);
        let (occurrence, contact, customer) = match what {
            What::Add(add) => {
                let employee = &corp.employees[add.employee];
                let person = &add.person;
                let mut asked = AddCustomer::new(&employee.userid, &person.name, person.state);
                (asked.gender, asked.without_code) =
                    (Some(person.gender), add.trouble == Some(Trouble::NoCode));
                let added = simulator.add_customer_before(&asked, *at_ms)?;
                let contact = Contact {
                    employee: added.employee,
                    customer: added.customer,
                    state: added.state,
                    welcome_code: added.welcome_code,
                };
                let customer = Customer {
                    external_contact: ExternalContact {
                        external_userid: Some(contact.customer.clone()),
                        name: Some(added.name),
                        r#type: Some(1),
                        gender: Some(i64::from(person.gender)),
                        ..ExternalContact::default()
                    },
                    follow_user: vec![FollowUser {
                        userid: contact.employee.clone(),
                        state: contact.state.clone(),
                        add_way: Some(1),
                        ..FollowUser::default()
                    }],
                };
                came.push((Contact::of(&contact.employee, &contact.customer), customer.clone()));
                (trouble, late_ms) = (add.trouble, add.late_ms);
                (Occurrence::AddExternalContact(contact.clone()), contact, customer)
            }
            What::Lost(nth) | What::Deleted(nth) => {
                let (contact, customer) = came[*nth].clone();
                let occurrence = if matches!(what, What::Lost(_)) {
                    Occurrence::DelFollowUser(contact.clone())
                } else {
                    Occurrence::DelExternalContact { contact: contact.clone(), by_transfer: false }
                };
                simulator.occur_before(occurrence.clone(), *at_ms)?;
                (occurrence, contact, customer)
            }
        };
        let envelope = Envelope { corp_id: &corp.corp_id, suite_id: None, at_s: at_ms.div_euclid(1_000) };
        let payload = occurrence.render(&envelope).into_bytes();
        let event = Event::from_payload(&payload);
        let received_at_ms = at_ms + late_ms;
        let new = NewEvent::of(DEFAULT_APP, payload, &event, received_at_ms, engine.process);
        let employee = corp.employees.iter().find(|employee| employee.userid == contact.employee);
        stories.push(Story {
            happened_at_ms: new.happened_at_ms,
            event,
            received_at_ms,
            trouble,
            until_ms: until_ms(&month.episodes, trouble),
            customer,
            employee: Employee {
                userid: contact.employee,
                name: employee.map(|employee| employee.name.clone()),
                ..Employee::default()
            },
            rules: versions.iter().rposition(|version| version.since_ms <= *at_ms).unwrap_or_default(),
        });
        events.push(new);
    }
    Ok((events, stories))
}

/// Until when a trouble lasts; one that is no episode is over with its customer.
fn until_ms(episodes: &[Episode], trouble: Option<Trouble>) -> i64 {
    let of = episodes.iter().find(|episode| Some(episode.trouble) == trouble);
    of.map_or(0, |episode| episode.until_ms)
}

/// What the rules of that time made of an event.
fn plan(
    claimed: crate::store::ClaimedEvent,
    story: &Story,
    versions: &[Version],
    corp: &Corp,
    engine: &Engine,
) -> PlanRecord {
    let Version { rules, .. } = &versions[story.rules];
    let media = Media::as_written();
    let now_ms = story.received_at_ms + 2;
    // A commit takes a millisecond or two; which, the event's own number says.
    let acked_after_us = 900 + (claimed.event.id * 617).rem_euclid(2_300);
    engine.store.note_acked(claimed.event.id, Duration::from_micros(acked_after_us.unsigned_abs()));
    let new = NewPlan {
        process: engine.process,
        ruleset_version: Some(rules.version()),
        plan: rules.plan(&story.facts(&corp.corp_id, &media, now_ms)),
        hold_followups: true,
        hold_reports: TakesOn::all(),
        now_ms,
    };
    PlanRecord { claimed, new }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_of_the_rules_is_without_fault() {
        for (left_out, rules) in [(&["直播间", "下班以后"][..], 3), (&["下班以后"][..], 4), (&[][..], 5)]
        {
            let document = without(RULES, left_out);
            let ruleset =
                Ruleset::compile(&document, 1).unwrap_or_else(|faults| panic!("{faults}\n{document}"));
            assert_eq!(ruleset.rules().count(), rules);
            assert!(ruleset.notes().is_empty(), "{:?}", ruleset.notes());
        }
    }
}
