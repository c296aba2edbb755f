//! What comes after the welcome: rules that were left open, notices to employees, the record to other systems. The
//! plans are made by hand, so that each has exactly what its test is about.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use rstest::rstest;
use serde_json::{Value, json};
use wecom_core::{
    clock::Clock,
    event::Event,
    message::{SendWelcomeMsg, Text},
};
use wecom_greeter::{
    action::{
        Action, Deadline, Decide, Forward, Kind, Notify, Plan, PlannedAction as Do, ReasonCode, Recipients,
        Remark, RuleUse, Tag, Trigger, Welcome, outcome::Next,
    },
    config::{Config, Environment},
    flow::{
        case::Case,
        context::Context,
        dispatch::Work,
        engine::Engine,
        replay::{How, Replayed, Replayer},
        replay_request::ReplayRequest,
    },
    store::{
        Accepted, AttemptRecord, Claimed, ClaimedEvent, EventRecord, NewEvent, NewPlan, PlanRecord, Planned,
        ProcessId, Role, Settled, Settlement, Store, TakesOn,
    },
};
use wecom_simulator::{Corp, Fault, FaultKind};

use crate::harness::{
    databases::TestDatabase,
    process::Stage,
    scripted::{Reply, Scripted, Seen},
    world::{MARK, Which, action, config_for, fresh, import, until},
};

/// The payload of an add; every `n` makes another event.
fn payload(n: i64) -> String {
    format!(
        "<xml><ToUserName>ww1</ToUserName><CreateTime>1733900461</CreateTime><Event>change_external_contact</Event>\
         <ChangeType>add_external_contact</ChangeType><UserID>zhangsan</UserID><ExternalUserID>wm{n}</ExternalUserID>\
         <WelcomeCode>CODE-{n}</WelcomeCode></xml>"
    )
}

fn perform(action: Action) -> Do {
    Do::Perform { action, deadline: None }
}

fn tag() -> Do {
    perform(Action::Tag(Tag {
        userid: "zhangsan".into(),
        external_userid: "wm1".into(),
        add_tag: vec!["etPlain".into()],
        ..Tag::default()
    }))
}

fn decide(only: Option<Kind>) -> Do {
    let only = only.into_iter().collect();
    perform(Action::Decide(Decide { asks: vec!["customer".into()], only, ..Decide::default() }))
}

fn notify(to: Recipients, text: &str, unrendered: bool) -> Do {
    let rule = "lead".to_owned();
    perform(Action::Notify(Notify {
        rule,
        on: Trigger::Event,
        to,
        text: text.into(),
        reason: None,
        code: None,
        unrendered,
    }))
}

fn users(names: &[&str]) -> Recipients {
    Recipients::Users(names.iter().map(|name| (*name).to_owned()).collect())
}

fn forward(url: String, secret_env: Option<&str>) -> Do {
    perform(Action::Forward(Forward { rule: "crm".into(), url, secret_env: secret_env.map(str::to_owned) }))
}

const RULES: &str = "
rules:
  - name: everyone
    tag: { add: [etPlain] }
    remark: { name: 新客户 }
";

/// An engine whose WeCom follows a script, and no server: what is to be done is handed to it.
struct Desk {
    wecom: Scripted,
    engine: Engine,
    _database: TestDatabase,
}

impl Desk {
    async fn open(
        which: Which,
        script: impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static,
        adjust: impl FnOnce(&mut Config),
    ) -> Option<Self> {
        let database = fresh(which).await?;
        let wecom = Scripted::start(move |seen| {
            let usual = || match seen.path.as_str() {
                "/cgi-bin/gettoken" => Reply::token("token", 7_200),
                _ => Reply::ok(),
            };
            script(seen).unwrap_or_else(usual)
        })
        .await;
        let mut config = config_for(&Corp::sample(), &wecom.base(), &database.url);
        adjust(&mut config);
        import(&config, RULES).await;
        let engine = Engine::start(&config, Role::Serve, Clock::system()).await.unwrap();
        Some(Self { wecom, engine, _database: database })
    }

    /// The actions of event `n`, stored and held.
    async fn held(&self, n: i64, actions: Vec<Do>) -> Work {
        self.held_of(payload(n), actions).await
    }

    /// The same of an event with this payload.
    async fn held_of(&self, payload: String, actions: Vec<Do>) -> Work {
        let Context { store, process, clock, apps, .. } = &*self.engine.context;
        let (claimed, event) = accept_payload(store, *process, payload, clock.now_ms()).await;
        let stored = Arc::clone(&claimed.event);
        let record = plan_record(claimed, *process, actions, clock.now_ms());
        let Planned::Stored(claimed) = store.plan(record).await.unwrap() else { panic!("not stored") };
        let app = Arc::clone(apps.get("default").unwrap());
        Work { case: Case { app, stored, event: Arc::new(event) }, claimed }
    }

    /// Performs the actions of event `n`, and what follows from them; the event afterwards.
    async fn performed(&self, n: i64, actions: Vec<Do>) -> EventRecord {
        let work = self.held(n, actions).await;
        let id = work.case.stored.id;
        self.engine.dispatcher.run(work).await;
        self.record(id).await
    }

    async fn record(&self, id: i64) -> EventRecord {
        self.engine.store.event(id).await.unwrap().unwrap()
    }

    async fn end(self) {
        self.engine.finish(Duration::from_secs(5)).await;
    }
}

async fn accept(store: &Store, process: ProcessId, n: i64, now_ms: i64) -> (ClaimedEvent, Event) {
    accept_payload(store, process, payload(n), now_ms).await
}

async fn accept_payload(
    store: &Store,
    process: ProcessId,
    payload: String,
    now_ms: i64,
) -> (ClaimedEvent, Event) {
    let event = Event::from_payload(payload.as_bytes());
    let new = NewEvent::of("default", payload.into_bytes(), &event, now_ms, process);
    let Accepted::New(claimed) = store.accept(new).await.unwrap() else { panic!("not new") };
    (claimed, event)
}

fn plan_record(claimed: ClaimedEvent, process: ProcessId, actions: Vec<Do>, now_ms: i64) -> PlanRecord {
    let rules = vec![RuleUse { name: "lead".into(), version: 1, used_for: vec![Kind::Notify] }];
    PlanRecord {
        claimed,
        new: NewPlan {
            process,
            ruleset_version: Some(1),
            plan: Plan { rules, actions },
            hold_followups: true,
            hold_reports: TakesOn::all(),
            now_ms,
        },
    }
}

fn statuses(event: &EventRecord) -> Vec<(&str, &str)> {
    event.actions.iter().map(|action| (action.kind.as_str(), action.status.as_str())).collect()
}

fn reason(event: &EventRecord, kind: Kind) -> &str {
    action(event, kind).reason.as_deref().unwrap_or_default()
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn employees_are_told_in_the_apps_name_each_notice_by_itself(#[case] which: Which) {
    let script = |seen: &Seen| {
        let to = seen.path.ends_with("message/send").then(|| seen.json()["touser"].clone())?;
        Some(match to.as_str() {
            Some("lisi|nobody") => Reply::json(r#"{"errcode":0,"invaliduser":"nobody","msgid":"M"}"#),
            Some("nobody") => Reply::code(81013),
            _ => Reply::ok(),
        })
    };
    let Some(desk) = Desk::open(which, script, |_| {}).await else { return };
    let event = desk
        .performed(
            1,
            vec![
                notify(users(&["lisi", "nobody"]), "新客户", false),
                notify(Recipients::Department(12), "给部门", false),
                notify(users(&["nobody"]), "没人", false),
                tag(),
            ],
        )
        .await;
    assert_eq!(event.summary.status.as_str(), "settled");
    assert_eq!(
        statuses(&event),
        [("notify", "done"), ("notify", "done"), ("notify", "failed"), ("tag", "done")]
    );
    assert!(event.actions[0].reason.as_ref().unwrap().contains("did not tell employees nobody"));
    assert_eq!(event.actions[1].reason, None);
    assert!(event.actions[2].reason.as_ref().unwrap().starts_with("WeCom refused it"));
    let sent: Vec<Value> = desk.wecom.seen_at("message/send").iter().map(Seen::json).collect();
    assert_eq!(sent.len(), 3);
    assert_eq!(
        sent[0],
        json!({"touser": "lisi|nobody", "msgtype": "text", "agentid": Corp::sample().agent_id,
            "text": {"content": "新客户"}})
    );
    assert_eq!(sent[1]["toparty"], "12");
    desk.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_agent_id_a_notice_says_what_to_set_and_nobody_is_called() {
    let no_agent = |config: &mut Config| config.apps[0].agent_id = None;
    let Some(desk) = Desk::open(Which::Sqlite, |_| None, no_agent).await else { return };
    let event = desk.performed(1, vec![notify(users(&["lisi"]), "新客户", false)]).await;
    assert_eq!(statuses(&event), [("notify", "failed")]);
    assert!(reason(&event, Kind::Notify).contains("WECOM_AGENT_ID"), "{}", reason(&event, Kind::Notify));
    assert!(desk.wecom.seen_at("message/send").is_empty());
    desk.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_asks_for_the_customer_when_it_is_sent_and_goes_without_where_that_is_refused() {
    let script = |seen: &Seen| {
        let whom = seen.argument("external_userid")?;
        Some(if whom == "wm1" {
            Reply::json(r#"{"errcode":0,"external_contact":{"external_userid":"wm1","name":"小周"}}"#)
        } else {
            Reply::code(48002)
        })
    };
    let Some(desk) = Desk::open(Which::Sqlite, script, |_| {}).await else { return };
    let text = "{{ customer.name | default('有人') }}来了";
    for (n, expected) in [(1, "小周来了"), (2, "有人来了")] {
        let event = desk.performed(n, vec![notify(users(&["lisi"]), text, true)]).await;
        assert_eq!(statuses(&event), [("notify", "done")]);
        let request = action(&event, Kind::Notify).request.as_ref().unwrap();
        assert_eq!(request["text"], expected, "the record has what was sent");
        assert_eq!(desk.wecom.seen_at("message/send").last().unwrap().json()["text"]["content"], expected);
    }
    desk.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_employee_is_sent_no_more_in_a_minute_than_wecom_passes_on() {
    let Some(desk) = Desk::open(Which::Sqlite, |_| None, |_| {}).await else { return };
    for n in 0..16 {
        let event = desk.performed(n, vec![notify(users(&["lisi"]), "新客户", false)]).await;
        assert_eq!(statuses(&event), [("notify", "done")]);
    }
    let begun_ms = Clock::system().now_ms();
    let event = desk.performed(16, vec![notify(users(&["LiSi", "wangwu"]), "新客户", false)]).await;
    assert_eq!(statuses(&event), [("notify", "pending")]);
    assert!(reason(&event, Kind::Notify).contains("30 in a minute"));
    let due_ms = action(&event, Kind::Notify).due_ms.unwrap() - begun_ms;
    assert!((30_000..=60_000).contains(&due_ms), "in {due_ms} ms");
    let event = desk.performed(17, vec![notify(users(&["wangwu"]), "新客户", false)]).await;
    assert_eq!(statuses(&event), [("notify", "done")], "what was not sent is not counted");
    desk.end().await;
}

fn remark(name: &str, description: &str) -> Do {
    perform(Action::Remark(Remark {
        userid: "zhangsan".into(),
        external_userid: "wm1".into(),
        remark: Some(name.into()),
        description: Some(description.into()),
        unrendered: true,
        ..Remark::default()
    }))
}

/// What WeCom answers about the customer and about the employee.
fn known(seen: &Seen) -> Option<Reply> {
    Some(Reply::json(match seen.path.trim_start_matches("/cgi-bin/") {
        "externalcontact/get" => {
            r#"{"errcode":0,"external_contact":{"external_userid":"wm1","name":"小周"},"follow_user":[{"userid":"zhangsan"}]}"#
        }
        "user/get" => r#"{"errcode":0,"userid":"zhangsan","name":"张三","department":[1]}"#,
        "department/list" => r#"{"errcode":0,"department":[{"id":1,"parentid":0}]}"#,
        _ => return None,
    }))
}

#[tokio::test(flavor = "multi_thread")]
async fn all_texts_of_an_event_share_one_look_up() {
    let Some(desk) = Desk::open(Which::Sqlite, known, |_| {}).await else { return };
    let notice = |to: &str| notify(users(&[to]), "{{ employee.name }}:{{ customer.name }}", true);
    let texts =
        || vec![remark("{{ customer.name }}", "{{ employee.name }}"), notice("a"), notice("b"), notice("c")];
    let event = desk.performed(1, texts()).await;
    assert!(statuses(&event).iter().all(|(_, status)| *status == "done"), "{:?}", statuses(&event));
    assert_eq!(desk.wecom.seen_at("externalcontact/remark")[0].json()["remark"], "小周");
    for notice in desk.wecom.seen_at("message/send") {
        assert_eq!(notice.json()["text"]["content"], "张三:小周");
    }
    let asked = || ["externalcontact/get", "user/get"].map(|path| desk.wecom.seen_at(path).len());
    assert_eq!(asked(), [1, 1]);
    desk.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_is_gone_costs_one_look_up_and_no_wait() {
    let script = |seen: &Seen| seen.path.ends_with("externalcontact/get").then(|| Reply::code(84061));
    let Some(desk) = Desk::open(Which::Sqlite, script, |_| {}).await else { return };
    let payload = payload(1).replace("add_external_contact", "del_follow_user");
    let notice = |to: &str| notify(users(&[to]), "{{ customer.name | default('有人') }}走了", true);
    let actions =
        vec![decide(None), notice("a"), notice("b"), remark("{{ customer.name | default('走了') }}", "x")];
    let begun = Instant::now();
    let work = desk.held_of(payload, actions).await;
    let id = work.case.stored.id;
    desk.engine.dispatcher.run(work).await;
    let event = desk.record(id).await;
    assert_eq!(event.summary.status.as_str(), "settled", "{:?}", statuses(&event));
    assert_eq!(action(&event, Kind::Notify).request.as_ref().unwrap()["text"], "有人走了");
    assert_eq!(desk.wecom.seen_at("externalcontact/remark")[0].json()["remark"], "走了");
    assert_eq!(desk.wecom.seen_at("externalcontact/get").len(), 1);
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    desk.end().await;
}

/// As after an add that was undone at once: what WeCom answers of the two does not change any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_remark_goes_without_a_customer_whom_wecom_does_not_give_but_waits_for_a_wecom_that_is_away() {
    for (code, expected) in [(84061, Some("走了")), (-1, None)] {
        let script = move |seen: &Seen| seen.path.ends_with("externalcontact/get").then(|| Reply::code(code));
        let Some(desk) = Desk::open(Which::Sqlite, script, |_| {}).await else { return };
        let mut work = desk.held(1, vec![remark("{{ customer.name | default('走了') }}", "x")]).await;
        // Four tries have been in vain.
        work.claimed[0].attempts = 4;
        let id = work.case.stored.id;
        desk.engine.dispatcher.run(work).await;
        let remark = action(&desk.record(id).await, Kind::Remark).clone();
        let sent = desk.wecom.seen_at("externalcontact/remark");
        assert_eq!(
            sent.first().map(|seen| seen.json()["remark"].clone()),
            expected.map(Value::from),
            "{code}"
        );
        assert_eq!(remark.status.as_str(), if expected.is_some() { "done" } else { "pending" });
        desk.end().await;
    }
}

/// A system of the company's own that keeps what it is posted.
async fn receiver(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Scripted {
    Scripted::start(script).await
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn the_record_is_forwarded_signed_and_without_the_welcome_code(#[case] which: Which) {
    let with_secret = |config: &mut Config| {
        config.forward.environment = Environment::from_iter([("CRM_KEY", "k3y")]);
    };
    let Some(desk) = Desk::open(which, |_| None, with_secret).await else { return };
    let crm =
        receiver(|seen| if seen.number == 1 { Reply::Http(503, String::new()) } else { Reply::ok() }).await;
    let url = format!("{}/hooks", crm.base());
    let event = desk
        .performed(1, vec![forward(url.clone(), Some("CRM_KEY")), forward(format!("{url}/2"), None)])
        .await;
    assert_eq!(statuses(&event), [("forward", "done"), ("forward", "done")]);
    let messages: Vec<_> = event.actions[0].attempts.iter().map(|attempt| attempt.errmsg.as_str()).collect();
    assert_eq!(messages, ["the receiver answered with the status 503", "the receiver took it"]);

    let posts = crm.seen_at("/hooks");
    assert_eq!(posts.len(), 2);
    let id = event.summary.id.to_string();
    for post in &posts {
        assert_eq!(post.header("x-greeter-event-id"), Some(id.as_str()));
        assert!(post.header("x-greeter-signature").unwrap().starts_with("v1="));
        let mut sent = post.json();
        assert!(sent["payload"].as_str().unwrap().contains("<WelcomeCode>******</WelcomeCode>"), "{sent}");
        assert!(!post.body.contains("CODE-1") && post.body.contains("\"external_user_id\":\"wm1\""));
        // Beside the code it is the record, as `events show` gives it.
        let mut shown = serde_json::to_value(&event).unwrap();
        for record in [&mut sent, &mut shown] {
            record["payload"] = Value::Null;
            record["status"] = Value::Null;
            record["actions"] = Value::Null;
        }
        assert_eq!(sent, shown);
    }
    assert_eq!(crm.seen_at("/hooks/2")[0].header("x-greeter-signature"), None);
    desk.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forward_that_cannot_be_ends_with_what_to_do() {
    let strict = |config: &mut Config| config.forward.allow_private_networks = false;
    let Some(desk) = Desk::open(Which::Sqlite, |_| None, |_| {}).await else { return };
    let crm = receiver(|_| Reply::Http(410, String::new())).await;
    let event = desk.performed(1, vec![forward(crm.base(), Some("NOT_SET"))]).await;
    assert_eq!(statuses(&event), [("forward", "failed")]);
    assert!(reason(&event, Kind::Forward).contains("the environment variable NOT_SET"));
    assert!(crm.seen().is_empty());
    let event = desk.performed(2, vec![forward(crm.base(), None)]).await;
    assert_eq!((statuses(&event), crm.seen().len()), (vec![("forward", "failed")], 1));
    assert!(reason(&event, Kind::Forward).contains("410"));
    desk.end().await;

    let Some(desk) = Desk::open(Which::Sqlite, |_| None, strict).await else { return };
    let event = desk.performed(1, vec![forward("https://127.0.0.1:9/".into(), None)]).await;
    assert_eq!(statuses(&event), [("forward", "failed")]);
    assert!(reason(&event, Kind::Forward).contains("forward.allow_private_networks"));
    desk.end().await;
}

/// Neither this customer's tags nor the next one's wait while a receiver of forwards and WeCom's messages hang.
#[tokio::test(flavor = "multi_thread")]
async fn reports_hold_up_no_tags() {
    let script = |seen: &Seen| seen.path.ends_with("message/send").then_some(Reply::Hang);
    let Some(desk) = Desk::open(Which::Sqlite, script, |_| {}).await else { return };
    let crm = receiver(|_| Reply::Hang).await;
    let begun = Instant::now();
    let mut ids = Vec::new();
    for n in 1..=20 {
        let actions = vec![forward(crm.base(), None), notify(users(&["lisi"]), "新客户", false), tag()];
        let work = desk.held(n, actions).await;
        ids.push(work.case.stored.id);
        desk.engine.dispatcher.hand_over(work);
    }
    for id in &ids {
        until("the customer is tagged", async || {
            let event = desk.record(*id).await;
            (action(&event, Kind::Tag).status.as_str() == "done").then_some(())
        })
        .await;
    }
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    until("posts are under way", async || (crm.seen().len() >= 8).then_some(())).await;
    assert_eq!(crm.seen().len(), 8, "no more at once to one address");
    assert_eq!(action(&desk.record(ids[0]).await, Kind::Forward).status.as_str(), "running");
    desk.engine.shutdown.begin();
}

/// One address that hangs, also with thousands waiting for it, stands in the way of no notice and of no other address;
/// not even of the same event's.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_hangs_holds_up_nobody_elses_forwards_and_no_notices(#[case] which: Which) {
    let Some(desk) = Desk::open(which, |_| None, |_| {}).await else { return };
    let hanging = receiver(|_| Reply::Hang).await;
    let crm = receiver(|_| Reply::ok()).await;
    let mut ids = Vec::new();
    for n in 1..=60 {
        let actions = vec![
            forward(hanging.base(), None),
            forward(crm.base(), None),
            notify(users(&[&format!("user{n}")]), "新客户", false),
        ];
        let work = desk.held(n, actions).await;
        ids.push(work.case.stored.id);
        desk.engine.dispatcher.hand_over(work);
    }
    until("the others have theirs", async || (crm.seen().len() >= 60).then_some(())).await;
    until("notices are sent", async || (desk.wecom.seen_at("message/send").len() >= 60).then_some(())).await;
    until("what there is no room for is given back", async || {
        let mut pending = 0;
        for id in &ids {
            pending += usize::from(desk.record(*id).await.actions[0].status.as_str() == "pending");
        }
        (pending == 28).then_some(())
    })
    .await;
    // A plan that is made now leaves the address out, and the sweep steps over what waits for it.
    assert_eq!(desk.engine.dispatcher.takes_on().full, [hanging.base()]);
    for (n, address) in [(100, hanging.base()), (101, crm.base())] {
        let (claimed, _) = accept(&desk.engine.store, desk.engine.process, n, 0).await;
        let record = plan_record(claimed, desk.engine.process, vec![forward(address, None)], 0);
        let new = NewPlan { hold_reports: TakesOn::none(), ..record.new };
        let record = PlanRecord { new, ..record };
        desk.engine.store.plan(record).await.unwrap();
    }
    desk.engine.sweep_once().await;
    until("the sweep brings it", async || (crm.seen().len() == 61).then_some(())).await;
    until("nothing else is held", async || (desk.engine.dispatcher.reports_held() == 32).then_some(())).await;
    assert_eq!(hanging.seen().len(), 8, "no more at once to one address");
    desk.engine.shutdown.begin();
}

/// What waits in the database for an address that answers goes there as fast as it answers.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_answers_again_is_brought_what_waits_for_it_without_a_pause() {
    let Some(desk) = Desk::open(Which::Sqlite, |_| None, |_| {}).await else { return };
    let crm = receiver(|_| Reply::ok()).await;
    for n in 0..300 {
        let (claimed, _) = accept(&desk.engine.store, desk.engine.process, n, 0).await;
        let record = plan_record(claimed, desk.engine.process, vec![forward(crm.base(), None)], 0);
        let new = NewPlan { hold_reports: TakesOn::none(), ..record.new };
        let record = PlanRecord { new, ..record };
        desk.engine.store.plan(record).await.unwrap();
    }
    let begun = Instant::now();
    desk.engine.serve();
    until("all are there", async || (crm.seen().len() == 300).then_some(())).await;
    // By the sweep alone, 32 at a time, it is six seconds.
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    desk.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn what_was_left_open_is_decided_after_the_welcome_and_done_at_once(#[case] which: Which) {
    let Some(desk) = Desk::open(which, |_| None, |_| {}).await else { return };
    let text = Some(Text { content: "您好".into() });
    let welcome = Do::Perform {
        action: Action::Welcome(Welcome {
            message: SendWelcomeMsg::content(text, Vec::new()),
            ..Welcome::default()
        }),
        deadline: Some(Deadline::at_ms(Clock::system().now_ms() + 20_000)),
    };
    let event = desk.performed(1, vec![welcome, decide(None)]).await;
    assert_eq!(
        statuses(&event),
        [("welcome", "done"), ("decide", "done"), ("tag", "done"), ("remark", "done")]
    );
    assert_eq!(event.summary.status.as_str(), "settled");
    let rules: Vec<_> =
        event.rules.iter().map(|rule| (rule.name.as_str(), rule.used_for.as_slice())).collect();
    assert_eq!(rules, [("lead", &[Kind::Notify][..]), ("everyone", &[Kind::Tag, Kind::Remark][..])]);
    let order: Vec<_> = desk.wecom.seen().into_iter().map(|seen| seen.path).collect();
    let place = |path: &str| order.iter().position(|seen| seen.ends_with(path)).unwrap();
    assert!(place("send_welcome_msg") < place("mark_tag") && place("mark_tag") < place("remark"));

    let event = desk.performed(2, vec![decide(Some(Kind::Remark))]).await;
    assert_eq!(statuses(&event), [("decide", "done"), ("remark", "done")], "a replay of one kind");
    desk.end().await;
}

/// It was given back after WeCom's answer, and nobody took it up in time.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_welcome_that_expires_after_a_try_says_what_was_answered_last(#[case] which: Which) {
    let Some(desk) = Desk::open(which, |_| None, |_| {}).await else { return };
    let text = Some(Text { content: "您好".into() });
    let deadline_ms = Clock::system().now_ms() + 300;
    let welcome = Do::Perform {
        action: Action::Welcome(Welcome {
            message: SendWelcomeMsg::content(text, Vec::new()),
            ..Welcome::default()
        }),
        deadline: Some(Deadline::at_ms(deadline_ms)),
    };
    let work = desk.held(1, vec![welcome]).await;
    for (errcode, errmsg, keep) in [(-1, "system busy", true), (41096, "being sent", false)] {
        let now_ms = Clock::system().now_ms();
        let attempt = AttemptRecord {
            at_ms: now_ms,
            took_ms: 1,
            errcode: Some(errcode),
            errmsg: errmsg.into(),
            lost: false,
        };
        let settlement = Settlement {
            lease: work.claimed[0].lease(),
            attempt: Some(attempt),
            next: Next::Again { at_ms: now_ms, reason: ReasonCode::WecomBusy.because("again") },
            request: None,
            flags: Vec::new(),
            unanswered: false,
            all_tags_on: false,
            keep,
            follow_up: None,
            now_ms,
        };
        assert_eq!(desk.engine.store.settle(settlement).await.unwrap(), Settled::Recorded);
    }
    Clock::system().sleep_until(deadline_ms + 1).await;
    desk.engine.sweep_once().await;
    let event = until("it is expired", async || {
        let event = desk.record(work.case.stored.id).await;
        (event.summary.status.as_str() == "settled").then_some(event)
    })
    .await;
    assert_eq!(statuses(&event), [("welcome", "expired")]);
    let expected = "the 20 seconds ended before WeCom took it; last answer: 41096 being sent";
    assert_eq!(reason(&event, Kind::Welcome), expected);
    desk.end().await;
}

/// A plan that nobody holds, of which `decide` is taken up by one server after the other.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_after_the_decision_leaves_what_was_decided_to_the_next(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let stage = Stage::set(database, RULES).await;
    let added = stage.wecom.add_customer(&wecom_simulator::AddCustomer::new("zhangsan", "小周", None));
    let added = added.unwrap();
    let payload = payload(1).replace("wm1", &added.customer).replace("ww1", &stage.config.apps[0].corp_id);
    let me = stage.store.enroll(Role::Command, Clock::system().now_ms()).await.unwrap().process;
    let event = Event::from_payload(payload.as_bytes());
    let new = NewEvent::of("default", payload.into_bytes(), &event, Clock::system().now_ms(), me);
    let Accepted::New(claimed) = stage.store.accept(new).await.unwrap() else { panic!("not new") };
    let id = claimed.event.id;
    let record = plan_record(claimed, me, vec![decide(None)], Clock::system().now_ms());
    let new = NewPlan { hold_followups: false, hold_reports: TakesOn::none(), ..record.new };
    let record = PlanRecord { new, ..record };
    assert!(matches!(stage.store.plan(record).await.unwrap(), Planned::Stored(held) if held.is_empty()));

    stage.wecom.add_fault(Fault::lasting(MARK, FaultKind::Hang(Duration::from_mins(1)))).unwrap();
    let server = stage.serve().await;
    stage.called(MARK, 1).await;
    server.kill();
    let event = stage.store.event(id).await.unwrap().unwrap();
    assert_eq!(statuses(&event), [("decide", "done"), ("tag", "running"), ("remark", "running")]);

    stage.wecom.clear_faults();
    let server = stage.serve().await;
    until("it is settled", async || {
        let event = stage.store.event(id).await.unwrap().unwrap();
        (event.summary.status.as_str() == "settled").then_some(())
    })
    .await;
    let event = stage.store.event(id).await.unwrap().unwrap();
    assert_eq!(statuses(&event), [("decide", "done"), ("tag", "done"), ("remark", "done")]);
    assert_eq!(stage.relation(&added).tags, ["etPlain"]);
    drop(server);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_up_that_fails_leaves_the_tags_and_one_call_for_all_that_a_plan_needs() {
    let script = |seen: &Seen| seen.path.ends_with("externalcontact/get").then(|| Reply::code(48002));
    let Some(desk) = Desk::open(Which::Sqlite, script, |_| {}).await else { return };
    let rules = "rules: [ { name: r, welcome: { text: \"{{ customer.name | default('朋友') }},您好!\" },
        tag: { add: [etPlain] } } ]";
    desk.engine.store.import_rules(rules, None, 0).await.unwrap();
    desk.engine.rulebook.refresh().await;
    let Engine { context, planner, dispatcher, .. } = &desk.engine;
    let Context { store, process, clock, .. } = &**context;
    let (claimed, event) = accept(store, *process, 1, clock.now_ms()).await;
    let id = claimed.event.id;
    let received = wecom_greeter::flow::planner::Received { claimed, event };
    let work = planner.plan(received, ReplayRequest::default()).await.unwrap();
    let kinds: Vec<_> = work.claimed.iter().map(|claimed: &Claimed| claimed.kind).collect();
    assert_eq!(kinds, [Kind::Welcome, Kind::Tag]);
    dispatcher.run(work).await;
    let event = desk.record(id).await;
    assert_eq!(event.summary.status.as_str(), "settled");
    assert_eq!(action(&event, Kind::Welcome).request.as_ref().unwrap()["text"]["content"], "朋友,您好!");
    assert_eq!(desk.wecom.seen_at("externalcontact/get").len(), 1);
    // A replay has no welcome to hurry for; what it does is another run of its own.
    let replayed = Replayer::new(desk.engine.clone())
        .replay(id, How { only: Kind::Tag.into(), ..How::default() })
        .await
        .unwrap();
    assert_eq!(replayed, Replayed::Run { run: 1 });
    assert_eq!(statuses(&desk.record(id).await).last(), Some(&("tag", "done")));
    desk.end().await;
}
