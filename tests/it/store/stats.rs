//! What was done, counted: equal to a recount of random records, and what each figure counts at its edges.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};
use wecom_greeter::store::{By, Percentiles, ReplayStart, StatsFilter, StatsRow};

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(
    figures_are_those_of_a_recount,
    figures_stay_when_events_are_pruned,
    days_are_those_of_the_zone_also_where_they_have_25_hours,
    a_loss_counts_for_the_channel_of_the_last_add,
    who_is_added_back_counts_once,
    a_replay_does_not_count_twice,
    only_what_happened_in_the_time_is_counted,
);

/// How the welcome of an event ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ending {
    /// After so many milliseconds.
    Sent(i64),
    ByAnother,
    Expired,
    UnknownEnd,
    Failed,
    NoCode,
    NoRule,
    Open,
    /// Nothing was planned: the event has no code and no rule is on it.
    Nothing,
}

/// One event of a record, and what became of it.
#[derive(Clone, Debug)]
struct Happened {
    app: &'static str,
    change: &'static str,
    user: &'static str,
    customer: &'static str,
    state: Option<&'static str>,
    at_s: i64,
    transferred: bool,
    ending: Ending,
    /// Whether its tags were set; `None`: there were none to set.
    tagged: Option<bool>,
    rule: &'static str,
}

/// When these records begin.
const BEGAN_S: i64 = 1_793_500_000;

/// An add of wmA by zhangsan that nothing came of.
const ADD: Happened = Happened {
    app: "default",
    change: "add_external_contact",
    user: "zhangsan",
    customer: "wmA",
    state: None,
    at_s: BEGAN_S,
    transferred: false,
    ending: Ending::Nothing,
    tagged: None,
    rule: "",
};

/// Stores it as the server does, event by event.
async fn store_all(store: &Store, me: ProcessId, record: &[Happened]) {
    for (n, happened) in record.iter().enumerate() {
        let Happened { app, change, user, customer, state, at_s, .. } = happened;
        let state = state.map(|state| format!("<State>{state}</State>")).unwrap_or_default();
        let source = if happened.transferred { "<Source>DELETE_BY_TRANSFER</Source>" } else { "" };
        let payload = format!(
            "<xml><ToUserName>ww1</ToUserName><CreateTime>{at_s}</CreateTime><MsgType>event</MsgType>\
             <Event>change_external_contact</Event><ChangeType>{change}</ChangeType><UserID>{user}</UserID>\
             <ExternalUserID>{customer}</ExternalUserID>{state}{source}<N>{n}</N></xml>"
        );
        let received_ms = at_s * 1_000 + 210;
        let event = Event::from_payload(payload.as_bytes());
        let new = NewEvent::of(app, payload.clone().into_bytes(), &event, received_ms, me);
        let claimed = accept_new(store, new).await;
        let welcomes =
            [Ending::NoCode, Ending::NoRule, Ending::Nothing].iter().all(|none| *none != happened.ending);
        let skip = |code: ReasonCode| Do::Skip { kind: Kind::Welcome, reason: code.because("none") };
        let mut actions = match happened.ending {
            Ending::NoCode => vec![skip(ReasonCode::NoWelcomeCode)],
            Ending::NoRule => vec![skip(ReasonCode::NoRule)],
            Ending::Nothing => vec![],
            _ => vec![perform(welcome("您好"))],
        };
        actions.extend(happened.tagged.map(|_| perform(tag(customer))));
        let used = |used_for: &[Kind], name: &str| RuleUse {
            name: name.into(),
            version: 3,
            used_for: used_for.to_vec(),
        };
        // A rule that only tags stands before the one that greets.
        let mut rules = vec![used(&[Kind::Tag], "tags")];
        rules.extend(
            (welcomes && !happened.rule.is_empty()).then(|| used(&[Kind::Welcome, Kind::Tag], happened.rule)),
        );
        let record = plan_record(&claimed, me, Plan { rules, actions });
        for action in plan_stored(store, record).await {
            end(store, &action, happened, received_ms).await;
        }
    }
}

async fn end(store: &Store, claimed: &Claimed, happened: &Happened, received_ms: i64) {
    let because = |code: ReasonCode| code.because("why");
    let done = Next::Done { note: None };
    let (next, after_ms) = match (claimed.kind, happened.ending) {
        (Kind::Tag, _) if happened.tagged == Some(true) => (done, 900),
        (Kind::Tag, _) => (Next::Failed { reason: because(ReasonCode::UnknownTag) }, 900),
        (_, Ending::Sent(ms)) => (done, ms),
        (_, Ending::ByAnother) => (Next::Done { note: Some(because(ReasonCode::ByAnother)) }, 7),
        (_, Ending::Expired) => (Next::Expired { reason: because(ReasonCode::ExpiredTrying) }, 20_000),
        (_, Ending::UnknownEnd) => (Next::Expired { reason: because(ReasonCode::UnknownEnd) }, 20_000),
        (_, Ending::Failed) => (Next::Failed { reason: because(ReasonCode::TextRefused) }, 50),
        (_, Ending::Open) => return,
        (kind, ending) => panic!("{kind} of {ending:?}"),
    };
    let settlement = Settlement { now_ms: received_ms + after_ms, ..settlement(claimed, next) };
    assert_eq!(settle(store, settlement).await, Settled::Recorded);
}

/// The same figures made in another way: the record is walked in the order in which things happened, with what is known
/// of each pair in hand.
fn recount(record: &[Happened], filter: &StatsFilter) -> BTreeMap<String, (StatsRow, Vec<i64>)> {
    let mut order: Vec<(usize, &Happened)> = record.iter().enumerate().collect();
    order.sort_by_key(|(n, happened)| (happened.at_s, *n));
    // Of a pair: whether it stands at a half add, and state and rule of its last add.
    let mut pairs: BTreeMap<(&str, &str, &str), (bool, String, String)> = BTreeMap::new();
    let mut counted: BTreeMap<String, (StatsRow, Vec<i64>)> = BTreeMap::new();
    for (_, happened) in order {
        let pair = pairs.entry((happened.app, happened.user, happened.customer)).or_default();
        let greets = !matches!(happened.ending, Ending::NoCode | Ending::NoRule | Ending::Nothing);
        let rule = if greets { happened.rule } else { "" };
        let own = (happened.state.unwrap_or_default().to_owned(), rule.to_owned());
        let confirms = happened.change == "add_external_contact" && pair.0;
        let is_add = happened.change.starts_with("add_") && !confirms;
        let before = pair.clone();
        match happened.change {
            "add_half_external_contact" => *pair = (true, own.0.clone(), own.1.clone()),
            "add_external_contact" if confirms => pair.0 = false,
            "add_external_contact" => *pair = (false, own.0.clone(), own.1.clone()),
            "del_external_contact" | "del_follow_user" => pair.0 = false,
            _ => {}
        }
        let is_loss = happened.change.starts_with("del_");
        let at_ms = happened.at_s * 1_000;
        let outside = filter.since_ms.is_some_and(|since| at_ms < since)
            || filter.until_ms.is_some_and(|until| at_ms >= until)
            || filter.app.as_deref().is_some_and(|app| app != happened.app);
        if outside || happened.transferred || happened.change.starts_with("edit") {
            continue;
        }
        let zoned = Timestamp::from_second(happened.at_s).unwrap().to_zoned_datetime(filter.zone.clone());
        let (state, rule) = if is_loss { (before.1, before.2) } else { own };
        let key = match filter.by {
            By::Day => zoned.strftime("%Y-%m-%d").to_string(),
            By::Hour => zoned.strftime("%Y-%m-%dT%H:00:00%:z").to_string(),
            By::State => state,
            By::User => happened.user.to_owned(),
            By::Rule => rule,
            By::App => happened.app.to_owned(),
        };
        let (row, times) = counted.entry(key.clone()).or_default();
        row.key = key;
        if is_loss {
            if happened.change == "del_follow_user" {
                row.lost += 1;
            } else {
                row.deleted_by_employee += 1;
            }
            row.net -= 1;
            continue;
        }
        row.adds += i64::from(is_add);
        row.net += i64::from(is_add);
        match happened.ending {
            Ending::Sent(ms) => {
                row.welcomed += 1;
                times.push(ms);
            }
            Ending::ByAnother => row.welcomed += 1,
            Ending::Expired => row.missed += 1,
            Ending::NoCode | Ending::Nothing => row.no_code += i64::from(is_add),
            Ending::NoRule => row.no_rule += i64::from(is_add),
            Ending::UnknownEnd | Ending::Failed | Ending::Open => {}
        }
        row.tagged += i64::from(happened.tagged == Some(true));
        row.tags_failed += i64::from(happened.tagged == Some(false));
    }
    counted
}

/// The smallest of the times that so many of a hundred do not exceed.
fn percentile(times: &mut [i64], of_100: usize) -> Option<i64> {
    times.sort_unstable();
    (1..=times.len()).find(|n| n * 100 >= times.len() * of_100).map(|n| times[n - 1])
}

fn expected(record: &[Happened], filter: &StatsFilter) -> Vec<StatsRow> {
    let mut rows: Vec<StatsRow> = recount(record, filter)
        .into_values()
        .map(|(row, mut times)| {
            let [p50, p90, p99] = [50, 90, 99].map(|of_100| percentile(&mut times, of_100));
            StatsRow { welcome_ms: Percentiles { p50, p90, p99 }, ..row }
        })
        .collect();
    if !filter.by.is_time() {
        rows.sort_by(|a, b| b.adds.cmp(&a.adds).then_with(|| a.key.cmp(&b.key)));
    }
    rows
}

fn by(by: By) -> StatsFilter {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    StatsFilter { by, since_ms: None, until_ms: None, app: None, zone }
}

/// Numbers that look random and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }
}

/// Some days around the one in which New York's clocks are put back, with few people, so that everything happens to them.
fn record(chance: &mut Chance) -> Vec<Happened> {
    let events = (0..90).map(|_| {
        let happened = chance.of(&[
            "add_external_contact",
            "add_external_contact",
            "add_external_contact",
            "add_half_external_contact",
            "msg_audit_approved",
            "del_follow_user",
            "del_external_contact",
            "edit_external_contact",
        ]);
        let ms = i64::try_from(chance.below(3_000)).unwrap();
        let ending = chance.of(&[
            Ending::Sent(ms),
            Ending::Sent(ms),
            Ending::Sent(80),
            Ending::ByAnother,
            Ending::Expired,
            Ending::UnknownEnd,
            Ending::Failed,
            Ending::NoCode,
            Ending::NoRule,
            Ending::Open,
            Ending::Nothing,
        ]);
        let may_greet = happened.starts_with("add_") || happened == "msg_audit_approved";
        Happened {
            app: chance.of(&["default", "sales"]),
            change: happened,
            user: chance.of(&["zhangsan", "lisi"]),
            customer: chance.of(&["wmA", "wmB", "wmC"]),
            state: if happened.starts_with("add_") {
                chance.of(&[Some("spring"), Some("夏季"), None])
            } else {
                None
            },
            // Several in one second; now and then before those that are stored already.
            at_s: 1_793_400_000 + 1_800 * i64::try_from(chance.below(144)).unwrap(),
            transferred: happened == "del_external_contact" && chance.below(3) == 0,
            ending: if may_greet { ending } else { Ending::Nothing },
            tagged: if may_greet { chance.of(&[Some(true), Some(false), None]) } else { None },
            rule: chance.of(&["everyone", "春季活动"]),
        }
    });
    events.collect()
}

async fn figures_are_those_of_a_recount(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let record = record(&mut Chance(20_260_301));
    store_all(&store, me, &record).await;
    let mut seen = 0;
    for zone in ["Asia/Shanghai", "America/New_York", "Asia/Kolkata"] {
        for (since, until, app) in [
            (None, None, None),
            (Some(1_793_450_000_000), None, Some("sales")),
            (Some(1_793_450_000_000), Some(1_793_550_000_000), None),
        ] {
            for of in By::ALL {
                let filter = StatsFilter {
                    by: of,
                    since_ms: since,
                    until_ms: until,
                    app: app.map(str::to_owned),
                    zone: TimeZone::get(zone).unwrap(),
                };
                let rows = store.stats(&filter).await.unwrap();
                seen += rows.len();
                let mut expected = expected(&record, &filter);
                if of == By::Hour {
                    // Where an hour comes twice its names do not tell which was first.
                    let first = |row: &StatsRow| row.key.parse::<Timestamp>().unwrap();
                    expected.sort_by_key(first);
                }
                assert_eq!(rows, expected, "by {of} in {zone}, {since:?} {until:?} {app:?}");
            }
        }
    }
    assert!(seen > 300, "{seen}");
}

async fn figures_stay_when_events_are_pruned(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let mut record = record(&mut Chance(20_260_302));
    for happened in &mut record {
        if happened.ending == Ending::Open {
            happened.ending = Ending::Failed;
        }
    }
    store_all(&store, me, &record).await;
    let mut left = record.len();
    // A third of them is gone, two thirds, all of them; the quarters of an hour in which that ends are cut in two.
    for until_s in [0, 1_793_486_400, 1_793_572_800, 1_793_700_000] {
        let taken = super::keeping::prune(&store, until_s * 1_000, 1_800_000_000_000).await;
        left -= usize::try_from(taken.events).unwrap();
        assert!(until_s == 0 || taken.events > 10, "{taken:?}");
        for zone in ["Asia/Shanghai", "America/New_York", "Asia/Kolkata"] {
            for (since, until, app) in [
                (None, None, None),
                (Some(1_793_449_800_000), None, Some("sales")),
                (Some(1_793_449_800_000), Some(1_793_550_600_000), None),
            ] {
                for of in By::ALL {
                    let filter = StatsFilter {
                        by: of,
                        since_ms: since,
                        until_ms: until,
                        app: app.map(str::to_owned),
                        zone: TimeZone::get(zone).unwrap(),
                    };
                    let rows = store.stats(&filter).await.unwrap();
                    let mut expected = expected(&record, &filter);
                    if of == By::Hour {
                        let first = |row: &StatsRow| row.key.parse::<Timestamp>().unwrap();
                        expected.sort_by_key(first);
                    }
                    assert_eq!(rows, expected, "by {of} in {zone}, {since:?} {until:?} {app:?}, {left} left");
                }
            }
        }
    }
    assert_eq!(left, 0);
}

async fn days_are_those_of_the_zone_also_where_they_have_25_hours(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let at = |text: &str| Happened { at_s: text.parse::<Timestamp>().unwrap().as_second(), ..ADD };
    // New York's clocks are put back at two in the morning of 1 November.
    let record = [
        at("2026-10-31T23:59:59-04:00"),
        at("2026-11-01T00:00:00-04:00"),
        at("2026-11-01T01:30:00-04:00"),
        at("2026-11-01T01:30:00-05:00"),
        at("2026-11-01T23:59:59-05:00"),
        at("2026-11-02T00:00:00-05:00"),
    ];
    store_all(&store, me, &record).await;
    let new_york = |of: By| StatsFilter { zone: TimeZone::get("America/New_York").unwrap(), ..by(of) };
    let keys = async |filter: StatsFilter| {
        let rows = store.stats(&filter).await.unwrap();
        rows.into_iter().map(|row| (row.key, row.adds)).collect::<Vec<_>>()
    };
    let named =
        |keys: &[(&str, i64)]| keys.iter().map(|(key, adds)| ((*key).to_owned(), *adds)).collect::<Vec<_>>();
    assert_eq!(
        keys(new_york(By::Day)).await,
        named(&[("2026-10-31", 1), ("2026-11-01", 4), ("2026-11-02", 1)])
    );
    assert_eq!(
        keys(new_york(By::Hour)).await,
        named(&[
            ("2026-10-31T23:00:00-04:00", 1),
            ("2026-11-01T00:00:00-04:00", 1),
            ("2026-11-01T01:00:00-04:00", 1),
            ("2026-11-01T01:00:00-05:00", 1),
            ("2026-11-01T23:00:00-05:00", 1),
            ("2026-11-02T00:00:00-05:00", 1),
        ])
    );
    assert_eq!(keys(by(By::Day)).await, named(&[("2026-11-01", 4), ("2026-11-02", 2)]));
}

async fn a_loss_counts_for_the_channel_of_the_last_add(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let add = |s: i64, state: &'static str| Happened {
        at_s: BEGAN_S + s,
        state: Some(state),
        ending: Ending::Sent(80),
        rule: state,
        ..ADD
    };
    let gone = |s: i64, change: &'static str| Happened { at_s: BEGAN_S + s, change, ..ADD };
    let record = [
        add(1, "spring"),
        gone(2, "del_follow_user"),
        add(3, "summer"),
        // By another app, and by another employee, it is another relation.
        Happened { app: "sales", ..add(4, "autumn") },
        Happened { user: "lisi", ..add(5, "winter") },
        gone(6, "del_external_contact"),
        Happened { transferred: true, ..gone(7, "del_external_contact") },
        // Nobody knows where they came from.
        Happened { customer: "wmZ", ..gone(8, "del_follow_user") },
    ];
    store_all(&store, me, &record).await;
    for of in [By::State, By::Rule] {
        // Of those two alone, whose adds were before.
        let late = StatsFilter { since_ms: Some(BEGAN_S * 1_000 + 6_000), ..by(of) };
        let rows = store.stats(&late).await.unwrap();
        let figures: Vec<_> = rows
            .iter()
            .map(|row| (row.key.as_str(), row.adds, row.lost, row.deleted_by_employee, row.net))
            .collect();
        assert_eq!(figures, [("", 0, 1, 0, -1), ("summer", 0, 0, 1, -1)], "{of}");
        let rows = store.stats(&by(of)).await.unwrap();
        let spring = rows.iter().find(|row| row.key == "spring").unwrap();
        assert_eq!((spring.adds, spring.lost, spring.net), (1, 1, 0));
    }
}

async fn who_is_added_back_counts_once(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let half = Happened {
        change: "add_half_external_contact",
        state: Some("spring"),
        ending: Ending::Sent(80),
        rule: "r",
        ..ADD
    };
    let back = Happened { ending: Ending::NoCode, ..ADD };
    let gone = |s: i64| Happened { at_s: BEGAN_S + s, change: "del_follow_user", ..ADD };
    let record = [
        half,
        back.clone(),
        gone(2),
        Happened { at_s: BEGAN_S + 3, ..back.clone() },
        Happened { customer: "wmB", ..back },
    ];
    store_all(&store, me, &record).await;
    let rows = store.stats(&by(By::State)).await.unwrap();
    let figures: Vec<_> = rows
        .iter()
        .map(|row| (row.key.as_str(), row.adds, row.welcomed, row.no_code, row.lost, row.net))
        .collect();
    // Who comes back without a half add, and who never had one, is an add with no code.
    assert_eq!(figures, [("", 2, 0, 2, 0, 2), ("spring", 1, 1, 0, 1, 0)]);
}

async fn a_replay_does_not_count_twice(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let first = Happened { ending: Ending::Sent(80), tagged: Some(true), rule: "first", ..ADD };
    store_all(&store, me, std::slice::from_ref(&first)).await;
    let ReplayStart::Begun(claimed) = store.begin_replay(1, me, T0).await.unwrap() else {
        panic!("not begun")
    };
    let rules = vec![RuleUse { name: "second".into(), version: 4, used_for: vec![Kind::Welcome] }];
    let skipped = Do::Skip { kind: Kind::Welcome, reason: ReasonCode::AlreadySent.because("sent") };
    let plan = Plan { rules, actions: vec![skipped, perform(tag("wmA"))] };
    for claimed in plan_stored(&store, plan_record(&claimed, me, plan)).await {
        end(&store, &claimed, &Happened { tagged: Some(false), ..first.clone() }, T0).await;
    }
    let rows = store.stats(&by(By::Rule)).await.unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
    let StatsRow { key, adds, welcomed, tagged, tags_failed, welcome_ms, .. } = &rows[0];
    // The tags were set, and of the welcome nobody can tell the rule any more.
    assert_eq!(
        (key.as_str(), adds, welcomed, tagged, tags_failed, welcome_ms.p50),
        ("", &1, &1, &1, &0, Some(80))
    );
}

async fn only_what_happened_in_the_time_is_counted(database: TestDatabase) {
    let store = database.store().await;
    let me = serve(&store).await;
    let record: Vec<Happened> = (0..4).map(|n| Happened { at_s: BEGAN_S + n, ..ADD }).collect();
    store_all(&store, me, &record).await;
    for (since_ms, until_ms, adds) in [
        (Some(BEGAN_S * 1_000 + 1000), Some(BEGAN_S * 1_000 + 3000), 2),
        (Some(BEGAN_S * 1_000 + 1001), Some(BEGAN_S * 1_000 + 3001), 2),
        (Some(BEGAN_S * 1_000 + 3000), None, 1),
        (Some(BEGAN_S * 1_000 + 3001), None, 0),
        (None, Some(BEGAN_S * 1_000), 0),
        (None, Some(BEGAN_S * 1_000 + 1), 1),
        (Some(i64::MIN), Some(i64::MAX), 4),
    ] {
        let filter = StatsFilter { since_ms, until_ms, ..by(By::App) };
        let found: i64 = store.stats(&filter).await.unwrap().iter().map(|row| row.adds).sum();
        assert_eq!(found, adds, "{since_ms:?} {until_ms:?}");
    }
    let unknown = StatsFilter { app: Some("nobody".into()), ..by(By::App) };
    assert!(store.stats(&unknown).await.unwrap().is_empty());
}
