//! Whole stories on both databases: a customer adds an employee, WeCom behaves as it does, and what comes of it is
//! asserted where the customer and the operator would see it: at WeCom, and in the record.

use std::time::Duration;

use rstest::rstest;
use wecom_greeter::action::Kind;
use wecom_simulator::{AddCustomer, Contact, Fault, FaultKind, Occurrence};

use crate::harness::world::{PLAIN_RULES, SEND, Which, World, action, codes, fresh};

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_welcomed_tagged_and_remarked(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let rules = "
rules:
  - name: spring
    priority: 10
    when: { state: 'spring-*' }
    welcome:
      text: \"{{ customer.name | default('朋友') }},您好!我是{{ employee.id }}。\"
      attachments: [ link: { title: 春季活动, url: 'https://example.com/spring' } ]
    tag: { add: [etSpring] }
  - name: everyone
    welcome: { text: 您好! }
    tag: { add: [etPlain] }
    remark: { name: '{{ customer.name }}-{{ event.state }}' }
";
    let world = World::with_rules(database, rules).await;
    let added = world.add(&AddCustomer::new("zhangsan", "小周", Some("spring-2026"))).await;
    let events = world.settled().await;

    let relation = world.relation(&added);
    assert_eq!(relation.welcomes.len(), 1);
    assert_eq!(relation.welcomes[0].text(), "小周,您好!我是zhangsan。");
    assert_eq!(relation.welcomes[0].message["attachments"][0]["link"]["title"], "春季活动");
    assert_eq!(relation.tags, ["etSpring", "etPlain"]);
    assert_eq!(relation.remark.remark.as_deref(), Some("小周-spring-2026"));

    let [event] = events.as_slice() else { panic!("one event: {events:#?}") };
    assert_eq!((event.summary.deliveries, event.summary.state.as_deref()), (1, Some("spring-2026")));
    assert!(event.summary.acked_after_us.is_some());
    let used: Vec<_> =
        event.rules.iter().map(|rule| (rule.name.as_str(), rule.used_for.as_slice())).collect();
    assert_eq!(
        used,
        [("spring", &[Kind::Welcome, Kind::Tag][..]), ("everyone", &[Kind::Tag, Kind::Remark][..])]
    );
    for kind in [Kind::Welcome, Kind::Tag, Kind::Remark] {
        let action = action(event, kind);
        assert_eq!((action.status.as_str(), codes(action)), ("done", vec![Some(0)]), "{kind}");
    }
    assert_eq!(
        action(event, Kind::Remark).request.as_ref().unwrap()["remark"],
        "小周-spring-2026",
        "the record has what was sent"
    );
    let mut shown = serde_json::to_value(event).unwrap();
    shown["payload"] = "left out".into();
    let shown = shown.to_string();
    assert!(
        !shown.contains(added.welcome_code.as_deref().unwrap()),
        "the code is shown outside of the payload"
    );
    world.end().await;
}

/// What the rules can decide without asking anybody is in the record with its event.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_plan_is_in_the_record_when_the_200_is_given(
    #[values(Which::Sqlite, Which::Postgres)] which: Which,
    #[values("rules: []", PLAIN_RULES)] rules: &str,
) {
    let Some(database) = fresh(which).await else { return };
    let world = World::with_rules(database, rules).await;
    world.wecom.add_fault(Fault::lasting(SEND, FaultKind::Delay(Duration::from_secs(2)))).unwrap();
    for n in 1..=10 {
        // On a machine that is very busy the heartbeat may be late, and then nothing is begun.
        world.until("it is on record as alive", async || world.engine.may_begin().then_some(())).await;
        let added = world.add_one().await;
        let number = added.deliveries[0];
        assert_eq!(world.wecom.delivered(number).await.unwrap().tries[0].status, Some(200));
        let records = world.records().await;
        assert_eq!(records.len(), n);
        let actions: Vec<_> =
            records[0].actions.iter().map(|action| (action.kind.as_str(), action.status.as_str())).collect();
        if rules == PLAIN_RULES {
            assert_eq!(records[0].summary.status.as_str(), "planned");
            assert_eq!(actions, [("welcome", "running"), ("tag", "running")]);
        } else {
            assert_eq!(records[0].summary.status.as_str(), "settled");
            assert_eq!(actions, [("welcome", "skipped")]);
        }
    }
    let events = world.settled().await;
    assert!(events.iter().all(|event| event.summary.deliveries == 1 && event.summary.run == 0));
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn three_deliveries_are_one_event_and_one_welcome(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    let thrice = AddCustomer { duplicates: 2, ..AddCustomer::new("zhangsan", "小周", None) };
    let added = world.add(&thrice).await;
    let events = world.settled().await;
    assert_eq!(events.iter().map(|event| event.summary.deliveries).collect::<Vec<_>>(), [3]);
    assert_eq!(world.wecom.requests_of(SEND).len(), 1);
    assert_eq!(world.relation(&added).welcomes.len(), 1);
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn two_customers_in_one_second_with_one_employee_are_two_events(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    let (first, second) = (world.add_one(), world.add_one());
    let (first, second) = tokio::join!(first, second);
    assert_eq!(world.settled().await.len(), 2);
    for added in [first, second] {
        assert_eq!(world.relation(&added).welcomes.len(), 1);
        assert_eq!(world.relation(&added).tags, ["etPlain"]);
    }
    world.end().await;
}

/// Whatever WeCom answers to the first tries, the customer is greeted inside the window, once.
#[rstest]
#[case::busy(FaultKind::Errcode { code: -1, message: None }, 3)]
#[case::conflict(FaultKind::Errcode { code: 6000, message: None }, 2)]
#[case::bad_gateway(FaultKind::Http { status: 502, body: "<html>".into() }, 2)]
#[case::reset(FaultKind::Reset, 2)]
#[case::hang(FaultKind::Hang(Duration::from_secs(6)), 1)]
#[case::another_app(FaultKind::Errcode { code: 41096, message: None }, 3)]
#[case::token_unknown(FaultKind::Errcode { code: 40014, message: None }, 1)]
#[case::token_expired(FaultKind::Errcode { code: 42001, message: None }, 3)]
#[case::crowded(FaultKind::Errcode { code: 45033, message: None }, 2)]
#[case::throttled(FaultKind::Errcode { code: 45009, message: None }, 1)]
#[case::not_json(FaultKind::NotJson, 2)]
#[tokio::test(flavor = "multi_thread")]
async fn a_fault_on_the_first_tries_costs_no_welcome(#[case] fault: FaultKind, #[case] times: u32) {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    world.wecom.add_fault(Fault::new(SEND, times, fault)).unwrap();
    let added = world.add_one().await;
    let events = world.settled().await;
    let relation = world.relation(&added);
    assert_eq!(relation.welcomes.len(), 1, "{events:#?}");
    assert!(relation.welcomes[0].after_ms < 20_000);
    assert_eq!(relation.tags, ["etPlain"]);
    assert_eq!(action(&events[0], Kind::Welcome).status.as_str(), "done");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_costs_many_customers_one_gettoken() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    world.add_one().await;
    world.settled().await;
    let before = world.wecom.requests_of("gettoken").len();
    world.wecom.expire_tokens();
    let adds: Vec<_> = (0..20)
        .map(|n| world.wecom.add_customer(&AddCustomer::new("lisi", format!("客户{n}"), None)).unwrap())
        .collect();
    for added in &adds {
        world.wecom.delivered(added.deliveries[0]).await.unwrap();
    }
    world.settled().await;
    assert!(adds.iter().all(|added| world.relation(added).welcomes.len() == 1));
    assert_eq!(world.wecom.requests_of("gettoken").len() - before, 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_welcome_whose_answer_was_lost_is_done_and_not_by_another() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    world.wecom.add_fault(Fault::new(SEND, 1, FaultKind::LoseAnswer)).unwrap();
    let added = world.add_one().await;
    let events = world.settled().await;
    let welcome = action(&events[0], Kind::Welcome);
    assert_eq!((welcome.status.as_str(), &welcome.reason), ("done", &None));
    assert_eq!(codes(welcome), [None, Some(41051)]);
    assert_eq!(world.relation(&added).welcomes.len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_welcome_that_another_app_sent_is_done_by_another() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    world.wecom.add_fault(Fault::new(SEND, 1, FaultKind::Errcode { code: 41051, message: None })).unwrap();
    let added = world.add_one().await;
    let events = world.settled().await;
    let welcome = action(&events[0], Kind::Welcome);
    assert_eq!(welcome.status.as_str(), "done");
    assert!(welcome.reason.as_deref().unwrap().starts_with("by another"));
    assert_eq!(world.relation(&added).tags, ["etPlain"], "tagged all the same");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_wecom_calls_expired_is_expired_and_the_tags_are_set() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    world.wecom.add_fault(Fault::new(SEND, 1, FaultKind::Errcode { code: 41050, message: None })).unwrap();
    let added = world.add_one().await;
    let events = world.settled().await;
    assert_eq!(action(&events[0], Kind::Welcome).status.as_str(), "expired");
    assert_eq!(world.wecom.requests_of(SEND).len(), 1);
    assert_eq!(world.relation(&added).tags, ["etPlain"]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_attachment_leaves_the_text() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let rules = "
rules:
  - name: with-picture
    welcome: { text: 您好!, attachments: [ image: { media_id: long-gone } ] }
";
    let world = World::with_rules(database, rules).await;
    let added = world.add_one().await;
    let events = world.settled().await;
    let relation = world.relation(&added);
    assert_eq!(relation.welcomes.len(), 1);
    assert_eq!(relation.welcomes[0].text(), "您好!");
    let welcome = action(&events[0], Kind::Welcome);
    assert_eq!((welcome.status.as_str(), codes(welcome)), ("done", vec![Some(40007), Some(0)]));
    assert!(welcome.request.as_ref().unwrap().get("attachments").is_none(), "the record has what was sent");
    let flags = world.store().rule_flags(1).await.unwrap();
    assert_eq!(flags.iter().map(|flag| flag.rule.as_str()).collect::<Vec<_>>(), ["with-picture"]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_tag_is_left_out_and_the_others_are_set() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let rules = "rules: [ { name: tags, tag: { add: [etPlain, etUnknown1, etOther] } } ]";
    let world = World::with_rules(database, rules).await;
    let added = world.add_one().await;
    let events = world.settled().await;
    assert_eq!(world.relation(&added).tags, ["etPlain", "etOther"]);
    let tag = action(&events[0], Kind::Tag);
    assert_eq!(tag.status.as_str(), "done");
    assert!(tag.reason.as_deref().unwrap().contains("etUnknown1"));
    assert_eq!(world.store().rule_flags(1).await.unwrap()[0].rule, "tags");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nickname_arrives_as_it_is() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let rules = "rules: [ { name: r, welcome: { text: '{{ customer.name }}!' }, remark: { name: '{{ customer.name }}' } } ]";
    let world = World::with_rules(database, rules).await;
    let nickname = r"$1 {{ 7*7 }} \ </xml>";
    let added = world.add(&AddCustomer::new("zhangsan", nickname, None)).await;
    world.settled().await;
    assert_eq!(world.relation(&added).welcomes[0].text(), format!("{nickname}!"));
    let first_20: String = nickname.chars().take(20).collect();
    assert_eq!(world.relation(&added).remark.remark, Some(first_20));
    world.end().await;
}

#[rstest]
#[case::slow(FaultKind::Hang(Duration::from_secs(8)))]
#[case::refused(FaultKind::Errcode { code: 48002, message: None })]
#[case::busy(FaultKind::Http { status: 502, body: String::new() })]
#[tokio::test(flavor = "multi_thread")]
async fn without_the_customers_name_the_greeting_goes_out_in_time(#[case] fault: FaultKind) {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let rules = "rules: [ { name: r, welcome: { text: \"{{ customer.name | default('朋友') }},您好!\" } } ]";
    let world = World::with_rules(database, rules).await;
    world.wecom.add_fault(Fault::lasting("externalcontact/get", fault)).unwrap();
    let added = world.add_one().await;
    let events = world.settled().await;
    let relation = world.relation(&added);
    assert_eq!(relation.welcomes[0].text(), "朋友,您好!");
    let reason = action(&events[0], Kind::Welcome).reason.as_deref().unwrap_or_default();
    assert!(reason.starts_with("decided without the customer ("), "{reason}");
    assert!(relation.welcomes[0].after_ms < 10_000, "{} ms", relation.welcomes[0].after_ms);
    world.end().await;
}

/// A remark that asks for the customer never delays the welcome.
#[tokio::test(flavor = "multi_thread")]
async fn only_the_welcomes_own_text_can_delay_a_welcome() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let rules = "rules: [ { name: r, welcome: { text: 您好! }, remark: { name: '{{ customer.name }}' } } ]";
    let world = World::with_rules(database, rules).await;
    let slow = FaultKind::Delay(Duration::from_millis(1_500));
    world.wecom.add_fault(Fault::new("externalcontact/get", 1, slow)).unwrap();
    let added = world.add_one().await;
    world.settled().await;
    let relation = world.relation(&added);
    let welcome = world.wecom.requests_of(SEND)[0].at_ms;
    let looked_up = world.wecom.requests_of("externalcontact/get")[0].at_ms;
    assert!(welcome <= looked_up, "the welcome went first");
    assert!(relation.welcomes[0].after_ms < 1_500);
    assert_eq!(relation.remark.remark.as_deref(), Some("小周"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failing_tags_stop_no_welcome_and_a_failing_welcome_stops_no_tags() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    world
        .wecom
        .add_fault(Fault::new(
            "externalcontact/mark_tag",
            1,
            FaultKind::Errcode { code: 40058, message: None },
        ))
        .unwrap();
    let tags_fail = world.add_one().await;
    let events = world.settled().await;
    assert_eq!(world.relation(&tags_fail).welcomes.len(), 1);
    assert_eq!(action(&events[0], Kind::Tag).status.as_str(), "failed");

    world.wecom.add_fault(Fault::new(SEND, 1, FaultKind::Errcode { code: 48002, message: None })).unwrap();
    let welcome_fails = world.add_one().await;
    let events = world.settled().await;
    assert_eq!(world.relation(&welcome_fails).tags, ["etPlain"]);
    let welcome = action(&events[0], Kind::Welcome);
    assert_eq!(welcome.status.as_str(), "failed");
    assert!(welcome.reason.as_deref().unwrap().contains("in the console"), "{:?}", welcome.reason);
    world.end().await;
}

/// One at a time for a pair, five at once for the corp, whatever is waiting.
#[tokio::test(flavor = "multi_thread")]
async fn no_more_than_five_tags_are_under_way_at_once() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::begin(database, PLAIN_RULES, wecom_core::clock::Clock::system(), |_| {}).await;
    world
        .wecom
        .add_fault(Fault::lasting("externalcontact/mark_tag", FaultKind::Delay(Duration::from_millis(60))))
        .unwrap();
    for n in 0..40 {
        world.wecom.add_customer(&AddCustomer::new("wangwu", format!("客户{n}"), None)).unwrap();
    }
    world.until("all have arrived", async || (world.records().await.len() == 40).then_some(())).await;
    let events = world.settled().await;
    let mut spans: Vec<(i64, i64)> = events
        .iter()
        .map(|event| &action(event, Kind::Tag).attempts[0])
        // Beginning and length are both rounded to milliseconds.
        .flat_map(|attempt| [(attempt.at_ms, 1), (attempt.at_ms + attempt.took_ms - 2, -1)])
        .collect();
    spans.sort_unstable();
    let most = spans
        .iter()
        .scan(0, |now, (_, step)| {
            *now += step;
            Some(*now)
        })
        .max()
        .unwrap();
    assert!((2..=5).contains(&most), "{most} at once");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_without_a_code_or_without_a_rule_says_why_nobody_was_welcomed() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let rules =
        "rules: [ { name: r, when: { user: zhangsan }, welcome: { text: 您好! }, tag: { add: [etPlain] } } ]";
    let world = World::with_rules(database, rules).await;
    let no_code = AddCustomer { without_code: true, ..AddCustomer::new("zhangsan", "小周", None) };
    let added = world.add(&no_code).await;
    world.add(&AddCustomer::new("lisi", "小王", None)).await;
    let events = world.settled().await;
    assert_eq!(world.relation(&added).tags, ["etPlain"], "tags and remark all the same");
    let reasons: Vec<_> = events
        .iter()
        .map(|event| action(event, Kind::Welcome))
        .map(|welcome| (welcome.status.as_str(), welcome.reason.clone().unwrap()))
        .collect();
    assert!(reasons.iter().all(|(status, _)| *status == "skipped"), "{reasons:?}");
    assert!(reasons[0].1.contains("no rule"), "{reasons:?}");
    assert!(reasons[1].1.contains("no welcome code"), "{reasons:?}");
    assert!(world.wecom.requests_of(SEND).is_empty());
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn every_other_event_is_kept_and_acknowledged_and_nobody_is_called(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    world.wecom.clear_requests();
    let contact = Contact::of("zhangsan", "wmSomebody");
    let mut numbers = Vec::new();
    for occurrence in [Occurrence::EditExternalContact(contact.clone()), Occurrence::DelFollowUser(contact)] {
        numbers.extend(world.wecom.occur(occurrence, 0).unwrap());
    }
    for odd in [
        "<xml><ToUserName>ww9f3c1d7be20a4455</ToUserName><Event>brand_new</Event><ChangeType>of_2031</ChangeType></xml>",
        "not XML at all",
        "",
        "\u{0}\u{1}",
    ] {
        numbers.push(world.wecom.deliver_raw(odd).unwrap());
    }
    for number in numbers {
        let delivery = world.wecom.delivered(number).await.unwrap();
        assert_eq!(delivery.tries.len(), 1, "{:?}: {:?}", delivery.plaintext, delivery.tries);
        assert_eq!((delivery.tries[0].status, delivery.tries[0].answer.as_str()), (Some(200), "success"));
    }
    let events = world.settled().await;
    assert_eq!(events.len(), 6);
    assert!(events.iter().any(|event| event.summary.event == "brand_new"), "{events:#?}");
    assert!(events.iter().all(|event| event.actions.is_empty()), "{events:#?}");
    assert!(world.wecom.requests().iter().all(|request| request.path == "gettoken"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_taken_up_within_a_second_by_a_running_server() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    crate::harness::world::import(&world.config, "rules: [ { name: new, welcome: { text: 新的欢迎语 } } ]")
        .await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let added = world.add_one().await;
    let events = world.settled().await;
    assert_eq!(world.relation(&added).welcomes[0].text(), "新的欢迎语");
    assert_eq!(events[0].rules[0].version, 2);
    world.end().await;
}

/// The message in the record is what WeCom sent, to the byte.
#[tokio::test(flavor = "multi_thread")]
async fn the_payload_is_kept_byte_for_byte() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    let odd = "\u{feff}<xml ><ChangeType>x</ChangeType>\r\n\t<Event>e\n</Event></xml >\n 尾";
    let number = world.wecom.deliver_raw(odd).unwrap();
    world.wecom.delivered(number).await.unwrap();
    let events = world.settled().await;
    assert_eq!(events[0].payload.0, odd.as_bytes());
    world.end().await;
}
