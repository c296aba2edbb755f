//! What rules have done after the welcome, followed from the customer's add to what WeCom, employees and other systems
//! have got in the end: notices of what went wrong, forwards, and rules that had to be left open while the customer
//! waited.

use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use rstest::rstest;
use sha2::Sha256;
use wecom_core::clock::{Clock, ManualClock};
use wecom_greeter::{
    action::{Kind, retry::DECIDE_TRIES},
    config::Environment,
    flow::replay::{How, Replayed, Replayer},
    language::Language,
    store::EventRecord,
};
use wecom_simulator::{AddCustomer, Contact, Fault, FaultKind, Occurrence, Simulator};

use crate::harness::{
    databases::TestDatabase,
    process::Stage,
    scripted::{Reply, Scripted},
    world::{MARK, SEND, Which, World, action, codes, fresh, records, until},
};

const CUSTOMER: &str = "externalcontact/get";
const EMPLOYEE: &str = "user/get";
const NOTICE: &str = "message/send";

fn errcode(code: i64) -> FaultKind {
    FaultKind::Errcode { code, message: None }
}

fn hang() -> FaultKind {
    FaultKind::Hang(Duration::from_mins(1))
}

/// Kind and status of every action of an event.
fn statuses(event: &EventRecord) -> Vec<(&str, &str)> {
    event.actions.iter().map(|action| (action.kind.as_str(), action.status.as_str())).collect()
}

/// The notices that were sent, each with its receivers, oldest first.
fn notices(wecom: &Simulator) -> Vec<(String, String)> {
    wecom.messages().iter().map(|message| (message.to.join("|"), message.text().to_owned())).collect()
}

/// What employees read of why an action is not done.
fn sentence(event: &EventRecord, kind: Kind) -> &'static str {
    action(event, kind).code.unwrap().sentence(Language::Zh)
}

/// Which rules supplied what.
fn used(event: &EventRecord) -> Vec<(&str, &[Kind])> {
    event.rules.iter().map(|rule| (rule.name.as_str(), rule.used_for.as_slice())).collect()
}

const TELLING: &str = "
rules:
  - name: tell
    notify:
      - { to: employee, on: missed_welcome, text: '{{ customer.name }} 没有欢迎语:{{ reason }}' }
      - { to: [lisi], on: failed, text: '{{ employee.name }} 的客户:{{ reason }}' }
  - name: everyone
    welcome: { text: 您好! }
    tag: { add: [etPlain] }
";

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_missed_welcome_and_a_failed_tag_are_each_told_of(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = World::with_rules(database, TELLING).await;
    world.wecom.add_fault(Fault::new(SEND, 1, errcode(41050))).unwrap();
    let missed = world.add_one().await;
    let events = world.settled().await;
    assert_eq!(statuses(&events[0]), [("welcome", "expired"), ("tag", "done"), ("notify", "done")]);
    assert_eq!(world.relation(&missed).tags, ["etPlain"]);
    let [(to, text)] = &notices(&world.wecom)[..] else { panic!("one notice") };
    let why = sentence(&events[0], Kind::Welcome);
    assert_eq!((to.as_str(), text.as_str()), ("zhangsan", &*format!("小周 没有欢迎语:{why}")));
    assert_eq!(used(&events[0])[0].0, "everyone", "{:?}", used(&events[0]));

    world.wecom.add_fault(Fault::new(MARK, 1, errcode(40058))).unwrap();
    let untagged = world.add_one().await;
    let events = world.settled().await;
    assert_eq!(statuses(&events[0]), [("welcome", "done"), ("tag", "failed"), ("notify", "done")]);
    assert_eq!(world.relation(&untagged).welcomes.len(), 1);
    let why = sentence(&events[0], Kind::Tag);
    assert_eq!(notices(&world.wecom)[1], ("lisi".to_owned(), format!("张三 的客户:{why}")));
    world.end().await;
}

/// WeCom's warning beside errcode 0: it read the body in part only.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_was_read_in_part_is_noted_on_its_attempt(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = World::with_rules(database, TELLING).await;
    for path in [SEND, MARK] {
        let message = Some("ok. Warning: wrong json format. ".to_owned());
        world.wecom.add_fault(Fault::new(path, 1, FaultKind::Errcode { code: 0, message })).unwrap();
    }
    world.add_one().await;
    world.add_one().await;
    let mut said: Vec<bool> = Vec::new();
    for event in world.settled().await {
        assert_eq!(statuses(&event), [("welcome", "done"), ("tag", "done")]);
        for kind in [Kind::Welcome, Kind::Tag] {
            let attempts = &action(&event, kind).attempts;
            assert_eq!((attempts.len(), attempts[0].errcode), (1, Some(0)));
            said.push(attempts[0].errmsg.contains("wrong json format"));
        }
    }
    said.sort_unstable();
    assert_eq!(said, [false, false, true, true]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_a_welcome_that_was_not_planned_nor_of_a_notice_that_failed() {
    let world = World::with_rules(TestDatabase::sqlite(), TELLING).await;
    world.add(&AddCustomer { without_code: true, ..AddCustomer::new("zhangsan", "小周", None) }).await;
    let events = world.settled().await;
    assert_eq!(statuses(&events[0]), [("welcome", "skipped"), ("tag", "done")]);
    assert_eq!(notices(&world.wecom), [], "an event without a code has no welcome to be missed");

    world.wecom.add_fault(Fault::new(SEND, 1, errcode(41050))).unwrap();
    world.wecom.add_fault(Fault::new(NOTICE, 1, errcode(81013))).unwrap();
    world.add_one().await;
    let events = world.settled().await;
    assert_eq!(statuses(&events[0]), [("welcome", "expired"), ("tag", "done"), ("notify", "failed")]);
    assert_eq!(notices(&world.wecom), []);
    assert_eq!(world.wecom.requests_of(NOTICE).len(), 1);
    world.end().await;
}

const BLANK: &str = "
rules:
  - name: blank
    welcome: { text: '{{ event.state }}' }
    notify: { to: employee, on: missed_welcome, text: '{{ customer.name }} 没有欢迎语:{{ reason }}' }
  - name: open
    when: { customer: { type: wechat } }
    notify: { to: [lisi], on: missed_welcome, text: '{{ reason }}' }
";

/// There is a code and a rule that greets, and nothing to send: nobody was greeted, and whoever asked for a notice gets
/// one. A rule that is open is decided first.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_welcome_that_came_out_blank_is_a_missed_one(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = World::with_rules(database, BLANK).await;
    world.add_one().await;
    let events = world.settled().await;
    assert_eq!(
        statuses(&events[0]),
        [("welcome", "skipped"), ("decide", "done"), ("notify", "done"), ("notify", "done")]
    );
    let why = "the welcome of the rule `blank` came out blank";
    assert_eq!(action(&events[0], Kind::Welcome).reason.as_deref(), Some(why));
    let why = sentence(&events[0], Kind::Welcome);
    let mut all = notices(&world.wecom);
    all.sort();
    assert_eq!(
        all,
        [("lisi".to_owned(), why.to_owned()), ("zhangsan".to_owned(), format!("小周 没有欢迎语:{why}"))]
    );

    world.add(&AddCustomer::new("zhangsan", "小周", Some("春"))).await;
    let events = world.settled().await;
    assert_eq!(statuses(&events[0]), [("welcome", "done")]);
    assert_eq!(notices(&world.wecom).len(), 2);
    world.end().await;
}

/// A welcome that is refused is missed as well; a remark and a forward fail like tags.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_ends_badly_is_told_of_with_its_reason() {
    let gone = Scripted::start(|_| Reply::Http(410, String::new())).await;
    let rules = format!(
        "
rules:
  - name: tell
    notify:
      - {{ to: wangwu, on: missed_welcome, text: '{{{{ reason }}}}' }}
      - {{ to: lisi, on: failed, text: '{{{{ reason }}}}' }}
    forward: {{ url: '{}' }}
  - name: everyone
    welcome: {{ text: 您好! }}
    remark: {{ name: 新客户 }}
",
        gone.base()
    );
    let world = World::with_rules(TestDatabase::sqlite(), &rules).await;
    world.wecom.add_fault(Fault::new(SEND, 1, errcode(48002))).unwrap();
    world.wecom.add_fault(Fault::new("externalcontact/remark", 1, errcode(40058))).unwrap();
    world.add_one().await;
    let events = world.settled().await;
    let mut all = statuses(&events[0]);
    all.sort_unstable();
    assert_eq!(
        all,
        [
            ("forward", "failed"),
            ("notify", "done"),
            ("notify", "done"),
            ("notify", "done"),
            ("remark", "failed"),
            ("welcome", "failed"),
        ]
    );
    let why = |kind| sentence(&events[0], kind).to_owned();
    let mut notices = notices(&world.wecom);
    notices.sort();
    let mut expected = [("lisi", Kind::Forward), ("lisi", Kind::Remark), ("wangwu", Kind::Welcome)]
        .map(|(to, kind)| (to.to_owned(), why(kind)));
    expected.sort();
    assert_eq!(notices, expected);
    world.end().await;
}

/// No server runs when the deadline passes: the next one sends the notice, once.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_welcome_that_expired_while_no_server_lived_is_told_of_after_the_restart(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let stage = Stage::set(database, TELLING).await;
    // WeCom delivers it 17 seconds late.
    let added = stage.wecom.add_customer(&AddCustomer::new("zhangsan", "小周", None)).unwrap();
    let said = stage.wecom.delivered(added.deliveries[0]).await.unwrap().plaintext;
    let created_s = Clock::system().now_ms() / 1_000 - 17;
    let (before, rest) = said.split_once("<CreateTime>").unwrap();
    let (_, after) = rest.split_once('<').unwrap();
    stage.wecom.add_fault(Fault::lasting("gettoken", hang())).unwrap();
    let server = stage.serve().await;
    let number = stage.wecom.deliver_raw(&format!("{before}<CreateTime>{created_s}<{after}")).unwrap();
    assert_eq!(stage.wecom.delivered(number).await.unwrap().tries[0].status, Some(200));
    until("it is planned", async || {
        let records = stage.records().await;
        (!records.is_empty() && !records[0].actions.is_empty()).then_some(())
    })
    .await;
    server.kill();
    Clock::system().sleep_until(created_s * 1_000 + 20_000).await;

    stage.wecom.clear_faults();
    let server = stage.serve().await;
    let events = stage.settled().await;
    assert_eq!(statuses(&events[0]), [("welcome", "expired"), ("tag", "done"), ("notify", "done")]);
    let [(to, text)] = &notices(&stage.wecom)[..] else { panic!("one notice: {events:#?}") };
    assert_eq!(to, "zhangsan");
    assert!(text.starts_with("小周 没有欢迎语:") && text.contains("二十秒"), "{text}");
    assert_eq!(stage.relation(&added).tags, ["etPlain"]);
    drop(server);
    stage.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn several_rules_tell_and_forward_one_event(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let crm = Scripted::start(|_| Reply::ok()).await;
    let rules = format!(
        "
rules:
  - name: spring
    priority: 10
    when: {{ state: 'spring-*' }}
    notify:
      - {{ to: [employee, lisi], text: '春季新客户 {{{{ customer.name }}}}' }}
      - {{ to: {{ department: 3 }}, text: '{{{{ event.state }}}} +1' }}
    forward: {{ url: '{crm}/spring', secret_env: CRM_KEY }}
  - name: everyone
    welcome: {{ text: 您好! }}
    tag: {{ add: [etPlain] }}
    notify: {{ to: wangwu, text: '{{{{ employee.name }}}}:{{{{ customer.name }}}}' }}
    forward:
      - {{ url: '{crm}/spring' }}
      - {{ url: '{crm}/all' }}
",
        crm = crm.base()
    );
    let world = World::begin(database, &rules, Clock::system(), |config| {
        config.forward.environment = Environment::from_iter([("CRM_KEY", "k3y")]);
    })
    .await;
    let added = world.add(&AddCustomer::new("zhangsan", "小周", Some("spring-2026"))).await;
    let events = world.settled().await;
    assert_eq!(
        statuses(&events[0]),
        [
            ("welcome", "done"),
            ("tag", "done"),
            ("notify", "done"),
            ("notify", "done"),
            ("notify", "done"),
            ("forward", "done"),
            ("forward", "done"),
        ]
    );
    let mut texts: Vec<_> = notices(&world.wecom).into_iter().map(|(_, text)| text).collect();
    texts.sort();
    assert_eq!(texts, ["spring-2026 +1", "张三:小周", "春季新客户 小周"]);

    let posts = crm.seen();
    let mut paths: Vec<_> = posts.iter().map(|post| post.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["/all", "/spring"], "an address gets an event once");
    let code = added.welcome_code.as_deref().unwrap();
    for post in &posts {
        assert!(!post.body.contains(code), "the code is told: {}", post.body);
        assert_eq!(post.header("content-type"), Some("application/json"));
        assert_eq!(post.header("x-greeter-event-id"), Some(&*events[0].summary.id.to_string()));
        let body = post.json();
        assert_eq!(
            (&body["external_user_id"], &body["state"], &body["change"]),
            (&added.customer.as_str().into(), &"spring-2026".into(), &"add_external_contact".into())
        );
        assert!(body["payload"].as_str().unwrap().contains("<WelcomeCode>"), "{body}");
    }
    let signed = &crm.seen_at("/spring")[0];
    let mut mac = Hmac::<Sha256>::new_from_slice(b"k3y").unwrap();
    mac.update(signed.header("x-greeter-timestamp").unwrap().as_bytes());
    mac.update(b".");
    mac.update(signed.body.as_bytes());
    let expected = format!("v1={}", hex_of(&mac.finalize().into_bytes()));
    assert_eq!(signed.header("x-greeter-signature"), Some(expected.as_str()));
    assert_eq!(crm.seen_at("/all")[0].header("x-greeter-signature"), None);
    world.end().await;
}

fn hex_of(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

const SALES: &str = "
rules:
  - name: sales
    priority: 10
    when: { department: 2 }
    welcome: { text: 销售部您好! }
    tag: { add: [etSales] }
  - name: everyone
    welcome: { text: 您好! }
    tag: { add: [etPlain] }
";

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_hangs_costs_the_department_its_welcome_and_not_its_tag(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = World::with_rules(database, SALES).await;
    // Longer than the look-up budget of two seconds, and answered in the end.
    world.wecom.add_fault(Fault::new(EMPLOYEE, 1, FaultKind::Delay(Duration::from_millis(3_500)))).unwrap();
    let added = world.add_one().await;
    let events = world.settled().await;
    let relation = world.relation(&added);
    assert_eq!(relation.welcomes[0].text(), "您好!");
    assert!((2_000..3_400).contains(&relation.welcomes[0].after_ms), "{}", relation.welcomes[0].after_ms);
    assert_eq!(statuses(&events[0]), [("welcome", "done"), ("decide", "done"), ("tag", "done")]);
    assert_eq!(action(&events[0], Kind::Decide).reason, None);
    assert_eq!(relation.tags, ["etSales", "etPlain"]);
    let mut rules = used(&events[0]);
    rules.sort_unstable();
    assert_eq!(rules, [("everyone", &[Kind::Welcome, Kind::Tag][..]), ("sales", &[Kind::Tag][..])]);

    // The next customer finds the answer.
    let added = world.add_one().await;
    world.settled().await;
    assert_eq!(world.relation(&added).welcomes[0].text(), "销售部您好!");
    assert_eq!(world.wecom.requests_of(EMPLOYEE).len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_says_so_matches_when_its_look_up_fails() {
    let rules = "
rules:
  - name: not-for-partners
    priority: 10
    on_lookup_failure: match
    when: { not: { customer: { type: wecom } } }
    welcome: { text: 您好! }
    tag: { add: [etWechat] }
  - name: partners
    priority: 5
    when: { customer: { type: wecom } }
    welcome: { text: 同行您好! }
    tag: { add: [etPartner] }
  - name: everyone
    welcome: { text: 谁也不是 }
";
    let world = World::with_rules(TestDatabase::sqlite(), rules).await;
    world.wecom.add_fault(Fault::lasting(CUSTOMER, errcode(48002))).unwrap();
    let added = world.add_one().await;
    let events = world.settled().await;
    assert_eq!(world.relation(&added).welcomes[0].text(), "您好!");
    assert_eq!(world.relation(&added).tags, ["etWechat"]);
    assert_eq!(statuses(&events[0]), [("welcome", "done"), ("decide", "done"), ("tag", "done")]);
    assert!(action(&events[0], Kind::Decide).reason.as_deref().unwrap().starts_with("decided without"));
    world.end().await;
}

const BY_CUSTOMER: &str = "
rules:
  - name: wechat
    priority: 10
    when: { customer: { type: wechat } }
    tag: { add: [etWechat] }
  - name: everyone
    welcome: { text: 您好! }
    tag: { add: [etPlain] }
    notify: { to: lisi, text: 来了 }
";

/// Waits until everything is settled, while the clock goes on.
async fn settled(world: &World, hand: &ManualClock) -> Vec<EventRecord> {
    until("everything is settled", async || {
        hand.advance(Duration::from_millis(500));
        let records = records(world.store()).await;
        (!records.is_empty() && records.iter().all(|event| event.summary.status.as_str() == "settled"))
            .then_some(records)
    })
    .await
}

#[rstest]
#[case::answered_in_the_end(4, errcode(-1), 5, &["etWechat", "etPlain"], None)]
#[case::never_answered(100, errcode(-1), 5, &["etPlain"], Some("decided without the customer"))]
#[case::refused(100, errcode(60011), 1, &["etPlain"], Some("decided without the customer"))]
#[tokio::test(flavor = "multi_thread")]
async fn open_rules_are_decided_within_some_tries(
    #[case] times: u32,
    #[case] fault: FaultKind,
    #[case] asked: usize,
    #[case] tags: &[&str],
    #[case] note: Option<&str>,
) {
    assert_eq!(DECIDE_TRIES, 5, "the cases are for so many");
    let (clock, hand) = Clock::manual(Clock::system().now_ms());
    let world = World::begin(TestDatabase::sqlite(), BY_CUSTOMER, clock, |_| {}).await;
    world.wecom.add_fault(Fault::new(CUSTOMER, times, fault)).unwrap();
    let added = world.add_one().await;
    let events = settled(&world, &hand).await;
    assert_eq!(world.wecom.requests_of(CUSTOMER).len(), asked);
    assert_eq!(
        statuses(&events[0]),
        [("welcome", "done"), ("decide", "done"), ("tag", "done"), ("notify", "done")]
    );
    assert_eq!(world.relation(&added).tags, tags);
    let decide = action(&events[0], Kind::Decide);
    assert_eq!(decide.attempts.len(), asked);
    match note {
        None => assert_eq!(decide.reason, None),
        Some(note) => assert!(decide.reason.as_deref().unwrap().starts_with(note), "{decide:?}"),
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_only_tags_by_the_customer_delays_no_welcome() {
    let world = World::with_rules(TestDatabase::sqlite(), BY_CUSTOMER).await;
    world.wecom.add_fault(Fault::new(CUSTOMER, 1, FaultKind::Hang(Duration::from_millis(2_500)))).unwrap();
    let added = world.add_one().await;
    let events = world.settled().await;
    let (sent, asked) = (world.wecom.requests_of(SEND), world.wecom.requests_of(CUSTOMER));
    assert!(sent[0].number < asked[0].number, "the welcome went first");
    assert!(world.relation(&added).welcomes[0].after_ms < 2_000);
    assert_eq!(asked.len(), 2, "what broke off is asked again: {events:#?}");
    assert_eq!(world.relation(&added).tags, ["etWechat", "etPlain"]);
    assert_eq!(statuses(&events[0])[1], ("decide", "done"));
    world.end().await;
}

/// Where no welcome can be sent nothing is asked before the plan; all of it is decided afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_without_a_code_is_decided_without_haste() {
    let rules = "
rules:
  - name: wechat
    priority: 10
    when: { customer: { type: wechat } }
    welcome: { text: '{{ customer.name }},您好!' }
    tag: { add: [etWechat] }
  - name: everyone
    remark: { name: '{{ customer.name }}-{{ employee.name }}' }
";
    let world = World::with_rules(TestDatabase::sqlite(), rules).await;
    let silent = AddCustomer { without_code: true, ..AddCustomer::new("zhangsan", "小周", None) };
    let added = world.add(&silent).await;
    let events = world.settled().await;
    assert_eq!(
        statuses(&events[0]),
        [("welcome", "skipped"), ("decide", "done"), ("tag", "done"), ("remark", "done")]
    );
    assert!(action(&events[0], Kind::Welcome).reason.as_deref().unwrap().contains("no welcome code"));
    let relation = world.relation(&added);
    assert_eq!((relation.tags, relation.remark.remark), (vec!["etWechat".into()], Some("小周-张三".into())));
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn who_comes_again_is_known_by_the_record(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let rules = "
rules:
  - name: back-with-me
    priority: 20
    when: { returning: true }
    welcome: { text: 又见面了! }
    tag: { add: [etBack] }
  - name: back
    priority: 10
    when: { returning: { to: company } }
    welcome: { text: 欢迎回来! }
  - name: new
    when: { returning: { to: company, is: false } }
    welcome: { text: 幸会! }
    tag: { add: [etFresh] }
";
    let world = World::with_rules(database, rules).await;
    let first = world.add_one().await;
    world.settled().await;
    let again = |employee: &str| AddCustomer {
        customer: Some(first.customer.clone()),
        name: None,
        ..AddCustomer::new(employee, "", None)
    };
    // WeCom gives the time of an add in whole seconds: an add of the same second does not count as earlier.
    let a_second = || tokio::time::sleep(Duration::from_millis(1_100));
    a_second().await;
    let of_another = world.add(&again("lisi")).await;
    world.settled().await;
    let gone = Occurrence::DelExternalContact {
        contact: Contact::of("zhangsan", first.customer.as_str()),
        by_transfer: false,
    };
    for number in world.wecom.occur(gone, 0).unwrap() {
        world.wecom.delivered(number).await.unwrap();
    }
    a_second().await;
    let returned = world.add(&again("zhangsan")).await;
    let other = world.add_one().await;
    let events = world.settled().await;
    let said = |added: &_| world.relation(added).welcomes.last().unwrap().text().to_owned();
    assert_eq!(said(&of_another), "欢迎回来!");
    assert_eq!(said(&returned), "又见面了!");
    assert_eq!(said(&other), "幸会!");
    assert_eq!(world.relation(&returned).tags, ["etBack"], "{events:#?}");
    assert_eq!(world.relation(&other).tags, ["etFresh"]);
    assert!(events.iter().all(|event| event.actions.iter().all(|action| action.kind.as_str() != "decide")));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_of_the_tags_decides_the_open_rules_and_tells_nobody_again() {
    let world = World::with_rules(TestDatabase::sqlite(), BY_CUSTOMER).await;
    world.wecom.add_fault(Fault::new(CUSTOMER, 1, errcode(60011))).unwrap();
    let added = world.add_one().await;
    let events = world.settled().await;
    assert_eq!(world.relation(&added).tags, ["etPlain"]);
    let id = events[0].summary.id;
    let replayed = Replayer::new(world.engine.clone())
        .replay(id, How { only: Kind::Tag.into(), ..How::default() })
        .await
        .unwrap();
    assert_eq!(replayed, Replayed::Run { run: 1 });
    let events = world.settled().await;
    assert_eq!(statuses(&events[0])[4..], [("decide", "done"), ("tag", "done")]);
    // Those that WeCom has already are put on once.
    assert_eq!(world.relation(&added).tags, ["etPlain", "etWechat"]);
    assert_eq!((world.wecom.requests_of(SEND).len(), notices(&world.wecom).len()), (1, 1));
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_while_it_decides_leaves_the_tags_to_the_next(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let rules = BY_CUSTOMER.replace("    notify: { to: lisi, text: 来了 }\n", "");
    let stage = Stage::set(database, &rules).await;
    stage.wecom.add_fault(Fault::lasting(CUSTOMER, hang())).unwrap();
    let server = stage.serve().await;
    let added = stage.add_one().await;
    stage.called(CUSTOMER, 1).await;
    until("the welcome is on record", async || {
        let records = stage.records().await;
        (statuses(&records[0]) == [("welcome", "done"), ("decide", "running")]).then_some(())
    })
    .await;
    server.kill();

    stage.wecom.clear_faults();
    let server = stage.serve().await;
    let events = stage.settled().await;
    assert_eq!(statuses(&events[0]), [("welcome", "done"), ("decide", "done"), ("tag", "done")]);
    assert_eq!(codes(action(&events[0], Kind::Tag)), [Some(0)]);
    let relation = stage.relation(&added);
    assert_eq!((relation.welcomes.len(), relation.tags), (1, vec!["etWechat".into(), "etPlain".into()]));
    assert_eq!((stage.wecom.requests_of(SEND).len(), stage.wecom.requests_of(MARK).len()), (1, 1));
    drop(server);
    stage.end().await;
}
