//! Stored events are run again. A recorded day is imported into each database and what would be sent is held against
//! a snapshot, the same for both; replays that do call WeCom call for exactly that, and never with an expired code.

use std::{fmt::Write as _, time::Duration};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use rstest::rstest;
use serde_json::Value;
use wecom_core::clock::Clock;
use wecom_greeter::{
    action::{Kind, ReasonCode, RuleUse},
    config::{self, Config},
    flow::{
        context::open_store,
        engine::Engine,
        replay::{How, Preview, Replayed, Replayer},
    },
    store::{ActionRecord, EventFilter, EventRecord, EventSummary, Imported, Role, Store},
    telemetry::Format,
};
use wecom_simulator::{AddCustomer, Corp, Fault, FaultKind, Options, Request, Simulator};

use crate::harness::{
    databases::TestDatabase,
    day,
    world::{MARK, PLAIN_RULES, SEND, Which, World, action, codes, config_for, fresh, import, until},
};

const GRACE: Duration = Duration::from_secs(10);

async fn export(store: &Store) -> Vec<String> {
    store.export(EventFilter::default()).try_collect().await.unwrap()
}

/// A replayer as the command line has it: a process of its own beside the servers, if there are any.
async fn replayer(config: &Config, clock: Clock) -> (Engine, Replayer) {
    let engine = Engine::start(config, Role::Command, clock).await.unwrap();
    (engine.clone(), Replayer::new(engine))
}

/// A database into which the day has been imported, and settings with its apps.
async fn day_in(database: &TestDatabase, api_base: &str) -> (Config, Vec<EventSummary>) {
    let mut config = config_for(&Corp::sample(), api_base, &database.url);
    // One simulated WeCom answers for all of them.
    let app = |name: &&str| config::App {
        name: (*name).into(),
        ..config_for(&Corp::sample(), "", "").apps.remove(0)
    };
    config.apps = day::APPS.iter().map(app).collect();
    import(&config, day::RULES).await;
    let store = open_store(&config.database).await.unwrap();
    let lines: Vec<&str> = day::EVENTS.lines().collect();
    let imported = store.import(1, &lines, day::WRITTEN_MS).await.unwrap();
    assert_eq!(imported, Imported { new: lines.len().try_into().unwrap(), known: 0, gone: 0 });
    let mut events =
        store.events(&EventFilter { limit: Some(1_000), ..EventFilter::default() }).await.unwrap();
    events.reverse();
    assert_eq!(events.len(), lines.len());
    store.close().await;
    (config, events)
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_export_imported_and_exported_again_is_the_same(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let (config, events) = day_in(&database, "http://127.0.0.1:9").await;
    let store = open_store(&config.database).await.unwrap();
    let lines: Vec<&str> = day::EVENTS.lines().collect();
    assert_eq!(export(&store).await, lines);
    assert_eq!(store.import(1, &lines, day::WRITTEN_MS + 1).await.unwrap().known, lines.len() as u64);
    assert_eq!(export(&store).await, lines, "what is there already stays as it is");
    assert!(events.iter().all(|event| event.status.as_str() == "settled"));
    store.close().await;
}

/// The file has every kind of event that the simulator can send, in both forms.
#[test]
fn the_recorded_day_has_every_kind_of_event() {
    let events: Vec<Value> = day::EVENTS.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let has = |event: &str, change: &str| {
        events
            .iter()
            .any(|line| line["event"] == event && line["change"].as_str().unwrap_or_default() == change)
    };
    let contact = "add_external_contact add_half_external_contact edit_external_contact del_external_contact \
                   del_follow_user transfer_fail msg_audit_approved";
    let acquisition = "balance_low balance_exhausted balance_increased quota_expire_soon link_unavailable delete_link \
                       open_profile friend_request customer_start_chat message_from_customer del_follow_user";
    for (event, changes) in [
        ("change_external_contact", contact),
        ("change_external_chat", "create update dismiss"),
        ("change_external_tag", "create update delete shuffle"),
        ("customer_acquisition", acquisition),
    ] {
        for change in changes.split_whitespace() {
            assert!(has(event, change), "{event} {change}");
        }
    }
    for event in ["suite_ticket", "customer_acquisition_permit_change", "thought_of_in_2031", "in_json", ""] {
        assert!(has(event, ""), "{event:?}");
    }
    assert!(
        events.len() > 200 && day::EVENTS.len() < 300_000,
        "{} events, {} bytes",
        events.len(),
        day::EVENTS.len()
    );
}

/// The simulator sends what was recorded, but for the ids, which chance makes; with `RECORD_DAY` in the
/// environment it is recorded again.
#[tokio::test]
async fn the_simulated_day_is_as_it_was_recorded() {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    store.import(1, &day::record_day().await, day::WRITTEN_MS).await.unwrap();
    let recorded = export(&store).await;
    if std::env::var_os("RECORD_DAY").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/day/events.jsonl");
        return std::fs::write(path, recorded.join("\n") + "\n").unwrap();
    }
    let seen = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        ["id", "app", "event", "change", "user_id", "state", "happened_at_ms", "received_at_ms", "deliveries"]
            .map(|name| line[name].clone())
    };
    let recorded: Vec<_> = recorded.iter().map(|line| seen(line)).collect();
    assert_eq!(recorded, day::EVENTS.lines().map(seen).collect::<Vec<_>>());
}

/// Each event is looked at as at the moment of its arrival, so that the snapshot has what was sent on that day, and
/// what came too late to be.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn what_the_recorded_day_calls_for_is_as_it_was(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let (config, events) = day_in(&database, "http://127.0.0.1:9").await;
    let (clock, hand) = Clock::manual(day::BEGINS_MS);
    let (engine, replayer) = replayer(&config, clock.clone()).await;
    let mut text = String::new();
    for event in &events {
        let left_ms = u64::try_from(event.received_at_ms - clock.now_ms()).unwrap();
        hand.advance(Duration::from_millis(left_ms));
        write_preview(&mut text, event, replayer.preview(event.id, How::default()).await.unwrap().as_ref());
    }
    engine.finish(GRACE).await;
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("recorded_day", text);
    });
    let after = open_store(&config.database).await.unwrap();
    assert_eq!(export(&after).await, day::EVENTS.lines().collect::<Vec<_>>(), "looking changes nothing");
    after.close().await;
}

fn write_preview(text: &mut String, event: &EventSummary, preview: Option<&Preview>) {
    let at = jiff::Timestamp::from_millisecond(event.happened_at_ms)
        .unwrap()
        .to_zoned_datetime(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)));
    let words = [
        Some(event.app.as_str()),
        Some(&event.event),
        event.change.as_deref(),
        event.user_id.as_deref(),
        event.state.as_deref(),
    ];
    let words: Vec<_> = words.into_iter().flatten().collect();
    write!(text, "{} {} {}", event.id, at.strftime("%H:%M:%S"), words.join(" ")).unwrap();
    let Some(preview) = preview else { return text.push_str(": its app is unknown\n") };
    assert_eq!(preview.event_id, event.id);
    let uses = |rule: &RuleUse| {
        format!("{}{:?}", rule.name, rule.used_for.iter().map(|kind| kind.as_str()).collect::<Vec<_>>())
    };
    match preview.rules.as_slice() {
        [] => text.push('\n'),
        rules => {
            let uses = rules.iter().map(uses).collect::<Vec<_>>().join(" ").replace('"', "");
            writeln!(text, ": {uses}").unwrap();
        }
    }
    for action in &preview.actions {
        let reason = action.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        let request =
            action.request.as_ref().map(|request| format!(" {}", request.to_json())).unwrap_or_default();
        writeln!(text, "  {} {}{reason}{request}", action.would, action.kind).unwrap();
    }
}

/// Today, long after the day: no code of it works, and everything else is asked of WeCom exactly as the dry run said.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_replay_of_the_recorded_day_asks_for_what_the_dry_run_said(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let wecom = Simulator::start(Options::default(), Clock::system(), 7).await.unwrap();
    // This WeCom does not know the customers of that day; it says yes to everything.
    for path in [MARK, "externalcontact/remark"] {
        wecom.add_fault(Fault::lasting(path, FaultKind::Errcode { code: 0, message: None })).unwrap();
    }
    let no = FaultKind::Errcode { code: 48002, message: None };
    wecom.add_fault(Fault::lasting("externalcontact/get", no)).unwrap();
    let (config, events) = day_in(&database, &wecom.api_base()).await;
    let (engine, replayer) = replayer(&config, Clock::system()).await;

    let mut expected = Vec::new();
    let mut remarks = 0;
    for event in &events {
        let Some(preview) = replayer.preview(event.id, How::default()).await.unwrap() else { continue };
        for action in preview.actions {
            assert_eq!(action.would == "perform", action.kind != Kind::Welcome, "{action:?}");
            match (action.kind, action.request) {
                (Kind::Tag, Some(request)) => expected.push(serde_json::to_value(request).unwrap()),
                (Kind::Remark, Some(_)) => remarks += 1,
                _ => {}
            }
        }
    }
    let replays: Vec<(&EventSummary, Replayed)> = stream::iter(&events)
        .map(|event| {
            let replayer = &replayer;
            async move { (event, replayer.replay(event.id, How::default()).await.unwrap()) }
        })
        .buffered(16)
        .collect()
        .await;
    for (event, replayed) in replays {
        let expected =
            if event.app == day::GONE_APP { Replayed::UnknownApp } else { Replayed::Run { run: 1 } };
        assert_eq!(replayed, expected, "{event:?}");
    }

    let mut marked: Vec<_> = wecom.requests_of(MARK).iter().map(Request::json).collect();
    marked.sort_by_key(ToString::to_string);
    expected.sort_by_key(ToString::to_string);
    assert!(expected.len() > 50 && remarks > 20, "{} tags, {remarks} remarks", expected.len());
    assert_eq!(marked, expected);
    // Those whose only words were the customer's name have nothing left to say.
    let remarked = wecom.requests_of("externalcontact/remark").len();
    assert!((10..=remarks).contains(&remarked), "{remarked} of {remarks}");
    assert!(wecom.requests_of(SEND).is_empty(), "an expired code was sent");

    for event in &events {
        let record = engine.store.event(event.id).await.unwrap().unwrap();
        assert_eq!(
            (record.summary.status.as_str(), record.summary.imported_at_ms),
            ("settled", Some(day::WRITTEN_MS))
        );
        assert!(record.actions.iter().all(|action| action.run == 1), "{record:#?}");
        let ended_well = |action: &ActionRecord| match action.kind.as_str() {
            "welcome" => {
                matches!(action.status.as_str(), "expired" | "skipped") && action.attempts.is_empty()
            }
            _ => action.status.as_str() == "done",
        };
        assert!(record.actions.iter().all(ended_well), "{record:#?}");
    }
    engine.finish(GRACE).await;
    wecom.stop().await;
}

fn of_run(event: &EventRecord, run: i64) -> Vec<&ActionRecord> {
    event.actions.iter().filter(|action| action.run == run).collect()
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_welcome_that_failed_goes_out_when_the_fault_is_mended_in_time(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    let not_allowed = FaultKind::Errcode { code: 48002, message: None };
    world.wecom.add_fault(Fault::lasting(SEND, not_allowed)).unwrap();
    let added = world.add_one().await;
    let event = world.settled().await.remove(0);
    assert_eq!(action(&event, Kind::Welcome).status.as_str(), "failed");
    let id = event.summary.id;

    world.wecom.clear_faults();
    let (engine, replayer) = replayer(&world.config, Clock::system()).await;
    assert_eq!(replayer.replay(id, How::default()).await.unwrap(), Replayed::Run { run: 1 });
    let event = world.settled().await.remove(0);
    let run = of_run(&event, 1);
    assert_eq!(run.iter().map(|action| action.status.as_str()).collect::<Vec<_>>(), ["done", "done"]);
    assert_eq!(run[0].deadline_ms, action(&event, Kind::Welcome).deadline_ms, "the deadline has not moved");
    let relation = world.relation(&added);
    assert_eq!((relation.welcomes.len(), relation.tags.as_slice()), (1, &["etPlain".to_owned()][..]));

    // Now that it is done it is not done again; the tag is, and changes nothing.
    world.wecom.clear_requests();
    let preview = replayer.preview(id, How::default()).await.unwrap().unwrap();
    assert_eq!(preview.actions.iter().map(|action| action.would).collect::<Vec<_>>(), ["skip", "perform"]);
    assert_eq!(replayer.replay(id, How::default()).await.unwrap(), Replayed::Run { run: 2 });
    let event = world.settled().await.remove(0);
    let run = of_run(&event, 2);
    assert_eq!(run.iter().map(|action| action.status.as_str()).collect::<Vec<_>>(), ["skipped", "done"]);
    assert!(run[0].reason.as_deref().unwrap().contains("sent already"), "{run:#?}");
    assert_eq!((world.wecom.requests_of(SEND).len(), world.wecom.requests_of(MARK).len()), (0, 1));
    assert!(world.relation(&added) == relation);

    assert_eq!(
        replayer.replay(id, How { only: Kind::Tag.into(), ..How::default() }).await.unwrap(),
        Replayed::Run { run: 3 }
    );
    let event = world.settled().await.remove(0);
    assert_eq!(of_run(&event, 3).iter().map(|action| action.kind.as_str()).collect::<Vec<_>>(), ["tag"]);
    assert_eq!((event.summary.run, event.actions.len()), (3, 7), "every run is on record");
    engine.finish(GRACE).await;
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_replay_after_the_window_sends_no_welcome(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let (clock, hand) = Clock::manual(Clock::system().now_ms());
    let world = World::begin(database, PLAIN_RULES, clock.clone(), |_| {}).await;
    world.wecom.add_fault(Fault::new(SEND, 1, FaultKind::Errcode { code: 48002, message: None })).unwrap();
    let added = world.add_one().await;
    let event = world.settled().await.remove(0);
    hand.advance(Duration::from_secs(20));
    world.wecom.clear_requests();

    let (engine, replayer) = replayer(&world.config, clock).await;
    let preview = replayer.preview(event.summary.id, How::default()).await.unwrap().unwrap();
    assert_eq!(preview.actions.iter().map(|action| action.would).collect::<Vec<_>>(), ["expire", "perform"]);
    assert_eq!(replayer.replay(event.summary.id, How::default()).await.unwrap(), Replayed::Run { run: 1 });
    let event = world.settled().await.remove(0);
    let run = of_run(&event, 1);
    assert_eq!(run.iter().map(|action| action.status.as_str()).collect::<Vec<_>>(), ["expired", "done"]);
    assert!(world.wecom.requests_of(SEND).is_empty() && world.relation(&added).welcomes.is_empty());
    // What the run before could not do within the 20 seconds is not missed once more by this one.
    let figures = engine.metrics.render(Format::Text);
    assert!(!figures.contains("greeter_welcome_deadline_missed_total{app=\"default\"} 1"), "{figures}");
    engine.finish(GRACE).await;
    world.end().await;
}

const REPORTING: &str = "
rules:
  - name: reports
    notify:
      - { to: employee, text: 新客户 }
      - { to: employee, on: missed_welcome, text: '没有欢迎语：{{ reason }}' }
  - name: wechat
    when: { customer: { type: wechat } }
    notify: { to: [lisi], text: 微信客户 }
  - name: everyone
    welcome: { text: 您好! }
    tag: { add: [etPlain] }
";

/// Whoever was notified of an event is not notified again by its replay, also of what fails once more, unless that is asked
/// for. The dry run says so.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_replay_notifies_nobody_again(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = World::with_rules(database, REPORTING).await;
    let spent = FaultKind::Errcode { code: 41050, message: None };
    world.wecom.add_fault(Fault::lasting(SEND, spent)).unwrap();
    world.add_one().await;
    let event = world.settled().await.remove(0);
    let id = event.summary.id;
    let texts = || {
        let mut texts: Vec<String> =
            world.wecom.messages().iter().map(|message| message.text().to_owned()).collect();
        texts.sort();
        texts
    };
    let missed = "没有欢迎语：这次添加的欢迎语机会已经过期";
    assert_eq!(texts(), ["微信客户", "新客户", missed]);

    let (engine, replayer) = replayer(&world.config, Clock::system()).await;
    let preview = replayer.preview(id, How::default()).await.unwrap().unwrap();
    let notice = preview.actions.iter().find(|action| action.kind == Kind::Notify).unwrap();
    assert_eq!((notice.would, notice.code), ("skip", Some(ReasonCode::AlreadyReported)));
    assert!(notice.reason.as_deref().unwrap().contains("--repeat-reports"), "{notice:?}");

    assert_eq!(replayer.replay(id, How::default()).await.unwrap(), Replayed::Run { run: 1 });
    let event = world.settled().await.remove(0);
    let reports = |event: &EventRecord, run| -> Vec<(&str, Option<ReasonCode>)> {
        let reports = of_run(event, run).into_iter().filter(|action| action.kind == Kind::Notify);
        reports.map(|action| (action.status.as_str(), action.code)).collect()
    };
    assert_eq!(reports(&event, 1), [("skipped", Some(ReasonCode::AlreadyReported)); 3]);
    assert_eq!(texts().len(), 3);

    let only = How { only: Kind::Notify.into(), ..How::default() };
    replayer.replay(id, only).await.unwrap();
    world.settled().await;
    assert_eq!(texts().len(), 3, "not by its kind either");

    let again = How { repeat_reports: true, ..How::default() };
    let preview = replayer.preview(id, again).await.unwrap().unwrap();
    assert!(preview.actions.iter().all(|action| action.code != Some(ReasonCode::AlreadyReported)));
    replayer.replay(id, again).await.unwrap();
    world.settled().await;
    assert_eq!(texts(), ["微信客户", "微信客户", "新客户", "新客户", missed], "the failure is known");
    engine.finish(GRACE).await;
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_replayed_is_said(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    // Until its customer has been looked up the event is not planned.
    let rules = "rules: [ { name: r, welcome: { text: \"{{ customer.name | default('朋友') }}\" }, tag: { add: [etPlain] } } ]";
    // Long enough for everything that is asked meanwhile, on a busy machine too.
    let patient = |config: &mut Config| config.wecom.lookup_budget = Duration::from_secs(8);
    let world = World::begin(database, rules, Clock::system(), patient).await;
    let (engine, replayer) = replayer(&world.config, Clock::system()).await;
    let slow = FaultKind::Delay(Duration::from_secs(5));
    world.wecom.add_fault(Fault::new("externalcontact/get", 1, slow)).unwrap();
    let added = world.add(&AddCustomer::new("lisi", "小周", None)).await;
    let id =
        until("it is stored", async || world.records().await.first().map(|event| event.summary.id)).await;
    assert_eq!(replayer.replay(id, How::default()).await.unwrap(), Replayed::UnderWay);
    assert_eq!(replayer.replay(id + 999, How::default()).await.unwrap(), Replayed::NotFound);
    assert!(replayer.preview(id + 999, How::default()).await.unwrap().is_none());
    let event = world.settled().await.remove(0);
    assert_eq!((event.summary.run, codes(action(&event, Kind::Welcome))), (0, vec![Some(0)]));
    assert_eq!(world.relation(&added).welcomes.len(), 1);
    engine.finish(GRACE).await;
    world.end().await;
}
