//! A backtest is believed when it says of a day what really comes of it. So the same days are lived twice, under one
//! set of rules and under another; what the backtest says of the second must be what happened.

use std::{fs, process::Command, time::Duration};

use serde_json::Value;
use wecom_core::clock::{Clock, ManualClock};
use wecom_greeter::{action::Kind, store::EventRecord};
use wecom_simulator::{AddCustomer, Added, Contact, Occurrence};

use crate::harness::{databases::TestDatabase, world::World};

/// Friday, 6 March 2026, ten in the morning in Shanghai.
const BEGINS_MS: i64 = 1_772_762_400_000;

const BEFORE: &str = "
rules:
  - name: spring
    priority: 10
    when: { state: 'spring-*' }
    welcome: { text: 春季您好! }
    tag: { add: [etSpring] }
  - name: everyone
    welcome: { text: 您好! }
    tag: { add: [etPlain] }
";

/// Everything that the record alone can answer.
const AFTER: &str = "
calendars: { makeup: 2026-03-08, holiday: [2026-03-07] }
rules:
  - name: back
    priority: 40
    when: { returning: true, not: { state: 'spring-*' } }
    welcome: { text: 又见面了! }
    tag: { add: [etBack], remove: [etFresh] }
  - name: known
    priority: 30
    when: { returning: { to: company } }
    tag: { add: [etKnown] }
  - name: holiday
    priority: 20
    when: { schedule: [ { calendar: holiday }, { days: [sat, sun], not_calendar: makeup } ] }
    welcome: { text: 今天休息! }
    stop: true
  - name: night
    priority: 15
    when: { schedule: { hours: '22:00-08:00' } }
    welcome: { text: 夜里好! }
  - name: spring
    priority: 10
    when: { state: 'spring-*' }
    welcome: { text: 春季您好! }
    tag: { add: [etSpring] }
  - name: a
    experiment: greeting
    when: { share: '0-50' }
    welcome: { text: 甲! }
    tag: { add: [etFresh] }
  - name: b
    experiment: greeting
    when: { share: '50-100' }
    welcome: { text: 您好! }
    tag: { add: [etPlain] }
";

/// What came of an event for its customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Came {
    welcome: Option<String>,
    add: Vec<String>,
    remove: Vec<String>,
}

/// In an order of their own: tags have none.
fn strings(list: &Value) -> Vec<String> {
    let all = list.as_array().into_iter().flatten();
    let mut all: Vec<String> = all.map(|one| one.as_str().unwrap().to_owned()).collect();
    all.sort();
    all
}

impl Came {
    fn of(event: &EventRecord) -> Self {
        let mut came = Self::default();
        for action in event.actions.iter().filter(|action| action.status.as_str() == "done") {
            let request = action.request.as_ref().unwrap();
            if action.kind == Kind::Welcome {
                came.welcome = Some(request["text"]["content"].as_str().unwrap().to_owned());
            } else if action.kind == Kind::Tag {
                came.add = strings(&request["add_tag"]);
                came.remove = strings(&request["remove_tag"]);
            }
        }
        came
    }

    /// What it would have been with these changes.
    fn changed(mut self, changes: &Value) -> Self {
        for change in changes.as_array().unwrap() {
            let would = &change["would"];
            match change["part"].as_str().unwrap() {
                "welcome" => self.welcome = would["text"].as_str().map(str::to_owned),
                "tags" => (self.add, self.remove) = (strings(&would["add"]), strings(&would["remove"])),
                other => panic!("{other} cannot change: {changes}"),
            }
        }
        self
    }
}

/// The days, the same each time: who came, and what came of it, oldest first.
async fn lived(rules: &str) -> (World, Vec<EventRecord>) {
    let (clock, hand) = Clock::manual(BEGINS_MS);
    let every_tag = format!("{BEFORE}{AFTER}");
    let corp = crate::harness::world::corp_with_tags(&every_tag);
    let world = World::begin_for(TestDatabase::sqlite(), corp, rules, clock, |_| {}).await;
    let mut first: Vec<Added> = Vec::new();
    // A Friday's morning and night, a Saturday, the Sunday that is worked on.
    for (day, pause) in [0, 13, 13, 22].into_iter().enumerate() {
        hand.advance(Duration::from_hours(pause));
        for (n, employee) in ["zhangsan", "lisi", "wangwu", "lisi"].into_iter().enumerate() {
            let state = (n == day % 3).then_some("spring-2026");
            let name = format!("客户{day}{n}");
            first.push(come(&world, &hand, AddCustomer::new(employee, name, state)).await);
        }
        if day > 0 {
            // One of the first day comes to somebody else, and one is deleted and comes back.
            let (other, back) = (&first[day], &first[day + 4]);
            let again = |added: &Added, employee: &str, state| AddCustomer {
                customer: Some(added.customer.clone()),
                name: None,
                ..AddCustomer::new(employee, "", state)
            };
            let next = if other.employee == "lisi" { "wangwu" } else { "lisi" };
            let (of_another, returned) =
                (again(other, next, None), again(back, &back.employee, (day == 2).then_some("spring-1")));
            come(&world, &hand, of_another).await;
            let contact = Contact::of(back.employee.as_str(), back.customer.as_str());
            for number in
                world.wecom.occur(Occurrence::DelExternalContact { contact, by_transfer: false }, 0).unwrap()
            {
                world.wecom.delivered(number).await.unwrap();
            }
            come(&world, &hand, returned).await;
        }
    }
    let mut events = world.settled().await;
    events.reverse();
    (world, events)
}

/// A customer comes, and a minute later the next may.
async fn come(world: &World, hand: &ManualClock, add: AddCustomer) -> Added {
    let added = world.add(&add).await;
    world.settled().await;
    hand.advance(Duration::from_mins(1));
    added
}

#[tokio::test(flavor = "multi_thread")]
async fn what_other_rules_would_have_done_is_what_they_do() {
    let (world, before) = lived(BEFORE).await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("after.yaml"), AFTER).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_wecom-greeter"));
    command
        .args(["rules", "backtest", "--since", "2026-01-01", "after.yaml", "--output", "json"])
        .current_dir(folder.path())
        .env_clear()
        .env("DATABASE_URL", secrecy::ExposeSecret::expose_secret(&world.config.database.url));
    let ran = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(ran.status.success() && ran.stderr.is_empty(), "{ran:?}");
    let mut lines: Vec<Value> = String::from_utf8(ran.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let sum = lines.pop().unwrap();
    // The newest comes first.
    lines.reverse();
    world.end().await;

    let (world, after) = lived(AFTER).await;
    assert_eq!((lines.len(), before.len()), (after.len(), after.len()));
    let mut changed = 0;
    let mut used: Vec<String> = Vec::new();
    for ((line, before), after) in lines.iter().zip(&before).zip(&after) {
        assert_eq!(before.summary.external_user_id, after.summary.external_user_id, "the same people");
        assert_eq!(line["event_id"], after.summary.id);
        let (was, is) = (Came::of(before), Came::of(after));
        changed += u64::from(was != is);
        assert_eq!(line["verdict"], if was == is { "same" } else { "changed" }, "{line:#}\n{was:?}\n{is:?}");
        assert_eq!(was.changed(&line["changes"]), is, "{line:#}");
        // What was decided after the welcome stands behind it in the record.
        let mut rules: Vec<String> = after.rules.iter().map(|rule| rule.name.clone()).collect();
        rules.sort();
        assert_eq!(strings(&line["rules"]["would"]), rules);
        used.extend(rules);
    }
    assert_eq!((&sum["sum"]["changed"], &sum["sum"]["depends"]), (&changed.into(), &0.into()));
    used.sort_unstable();
    used.dedup();
    assert_eq!(used, ["a", "b", "back", "holiday", "known", "night", "spring"], "each had its part");
    world.end().await;
}
