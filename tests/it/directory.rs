//! Look-ups against a WeCom that is slow, refuses, or answers oddly: what is asked how often, and what a welcome that
//! waits for it gets, and when.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::json;
use tokio_util::task::TaskTracker;
use wecom_client::{ApiBase, Client, ClientOptions, Http, Retries};
use wecom_core::{callback::Keys, clock::Clock, event::Event};
use wecom_greeter::{
    action::outcome::Class,
    flow::{
        case::Case,
        facts::{Finding, Findings},
        lookups::Lookups,
    },
    known::{
        apps::{Apps, WecomApp},
        customers::Customers,
        directory::Directory,
        media::Shelf,
        tags::TagTree,
    },
    rules::{Media, Needs, Ruleset},
    shutdown::Shutdown,
    store::{self, Store, StoredEvent},
    telemetry::Seldom,
};

use crate::harness::{
    databases::TestDatabase,
    scripted::{Reply, Scripted, Seen},
};

const ALL: Needs = Needs { customer: true, employee: true, earlier: true };

/// An app whose WeCom follows a script.
async fn app(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> (Scripted, Arc<WecomApp>) {
    let server = Scripted::start(move |seen| {
        if seen.path.ends_with("/gettoken") { Reply::token("token", 7_200) } else { script(seen) }
    })
    .await;
    let options = ClientOptions::new("ww1", "secret", ApiBase::parse(&server.base()).unwrap());
    let client = Client::new(Http::new().unwrap(), options, Clock::system(), TaskTracker::new());
    (server, Arc::new(shop(client).await))
}

async fn shop(client: Client) -> WecomApp {
    let keys = Keys::new("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "ww1").unwrap();
    // No file is ever asked for here; the shelf needs some store to be of.
    let folder = tempfile::tempdir().unwrap();
    let options = store::Options::new(format!("sqlite://{}", folder.path().join("shelf.db").display()));
    let store = Store::open(&options).await.unwrap();
    let media = Shelf::new(store, Clock::system(), Shutdown::new()).of_corp("ww1");
    let tags = TagTree::new(Clock::system());
    WecomApp { name: "shop".into(), corp_id: "ww1".into(), keys, agent_id: None, client, tags, media }
}

/// What everything is answered, as documented.
fn usual(seen: &Seen) -> Reply {
    let answer = match seen.path.trim_start_matches("/cgi-bin/") {
        "user/get" => json!({"errcode": 0, "userid": "ZhangSan", "name": "张三", "department": [120]}),
        "department/list" => json!({"errcode": 0, "department": [
            {"id": 1, "name": "示例公司", "parentid": 0}, {"id": 12, "name": "华东", "parentid": 1},
            {"id": 120, "name": "门店", "parentid": 12}]}),
        "department/simplelist" => json!({"errcode": 0, "department_id": [{"id": 120, "parentid": 12}]}),
        "externalcontact/get" => {
            json!({"errcode": 0, "external_contact": {"external_userid": "wm1", "name": "小周"},
                "follow_user": [{"userid": "ZhangSan"}]})
        }
        other => panic!("{other}"),
    };
    Reply::json(answer.to_string())
}

fn directory() -> Directory {
    Directory::new(Clock::system(), Shutdown::new())
}

fn customers() -> Customers {
    Customers::new(Clock::system(), Shutdown::new())
}

const ADD: &str = "<xml><ToUserName>ww1</ToUserName><CreateTime>1733900461</CreateTime><Event>change_external_contact\
    </Event><ChangeType>add_external_contact</ChangeType><UserID>zhangsan</UserID><ExternalUserID>wm1</ExternalUserID></xml>";

fn stored(payload: &str) -> (StoredEvent, Event) {
    let event = Event::from_payload(payload.as_bytes());
    let stored = StoredEvent {
        id: 1,
        app: "shop".into(),
        corp_id: Some("ww1".into()),
        user_id: event.user_id().map(str::to_owned),
        external_user_id: event.external_user_id().map(str::to_owned),
        happened_at_ms: 1_733_900_461_000,
        received_at_ms: 1_733_900_461_000,
        payload: payload.as_bytes().to_vec(),
    };
    (stored, event)
}

async fn store() -> (TestDatabase, Store) {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    (database, store)
}

fn case(app: &Arc<WecomApp>, stored: &StoredEvent, event: &Event) -> Case {
    Case { app: Arc::clone(app), stored: Arc::new(stored.clone()), event: Arc::new(event.clone()) }
}

fn found<T>(finding: &Finding<T>) -> bool {
    matches!(finding, Finding::Found(_))
}

#[tokio::test]
async fn an_employee_is_asked_for_once_by_all_who_wait_and_not_again() {
    let (server, app) = app(|seen| usual(seen).after(Duration::from_millis(50))).await;
    let directory = directory();
    let mut waiting = tokio::task::JoinSet::new();
    for n in 0..30 {
        let (directory, app) = (directory.clone(), Arc::clone(&app));
        let userid = if n % 2 == 0 { "zhangsan" } else { "ZhangSan" };
        waiting.spawn(async move { directory.employee(&app, userid).await.unwrap().0 });
    }
    for employee in waiting.join_all().await {
        assert_eq!(employee.departments, [1, 12, 120]);
        assert_eq!((employee.name.as_deref(), employee.department.as_deref()), (Some("张三"), Some("门店")));
    }
    assert_eq!((server.seen_at("user/get").len(), server.seen_at("department/list").len()), (1, 1));
    directory.employee(&app, "lisi").await.unwrap();
    assert_eq!((server.seen_at("user/get").len(), server.seen_at("department/list").len()), (2, 1));
}

#[tokio::test]
async fn without_a_right_to_names_the_departments_are_known_by_id() {
    let (server, app) =
        app(|seen| if seen.path.ends_with("department/list") { Reply::code(60011) } else { usual(seen) })
            .await;
    let (employee, _) = directory().employee(&app, "zhangsan").await.unwrap();
    assert_eq!((employee.departments, employee.department), (vec![12, 120], None));
    assert_eq!(server.seen_at("department/simplelist").len(), 1);
}

#[tokio::test]
async fn a_right_that_is_missing_costs_one_call_and_not_one_for_each_customer() {
    let (server, app) =
        app(|seen| if seen.path.ends_with("user/get") { Reply::code(60011) } else { usual(seen) }).await;
    let directory = directory();
    for _ in 0..20 {
        let error = directory.employee(&app, "zhangsan").await.unwrap_err();
        assert_eq!((error.errcode(), error.class()), (Some(60011), Class::Configuration));
    }
    assert_eq!(server.seen_at("user/get").len(), 1);
}

#[tokio::test]
async fn what_a_callback_says_of_the_directory_counts_at_once() {
    let (server, app) = app(usual).await;
    let (directory, apps) = (directory(), apps_of().await);
    for userid in ["zhangsan", "lisi"] {
        directory.employee(&app, userid).await.unwrap();
    }
    let change = |corp: &str, kind: &str, what: &str| {
        Event::from_payload(
            format!(
                "<xml><ToUserName>{corp}</ToUserName><Event>change_contact</Event><ChangeType>{kind}</ChangeType>{what}</xml>"
            )
            .as_bytes(),
        )
    };
    directory.invalidate(&apps, &change("ww2", "update_user", "<UserID>zhangsan</UserID>")).await;
    directory.employee(&app, "zhangsan").await.unwrap();
    assert_eq!(server.seen_at("user/get").len(), 2, "another company's");
    directory.invalidate(&apps, &change("ww1", "update_user", "<UserID>ZhangSan</UserID>")).await;
    for userid in ["zhangsan", "lisi"] {
        directory.employee(&app, userid).await.unwrap();
    }
    assert_eq!(server.seen_at("user/get").len(), 3);
    directory.invalidate(&apps, &change("ww1", "update_party", "<Id>12</Id>")).await;
    // The old tree serves; the new one is on its way.
    directory.employee(&app, "lisi").await.unwrap();
    crate::harness::world::until("the tree is asked for again", async || {
        (server.seen_at("department/list").len() == 2).then_some(())
    })
    .await;
}

async fn apps_of() -> Apps {
    let options = ClientOptions::new("ww1", "secret", ApiBase::parse("http://127.0.0.1:9").unwrap());
    let client = Client::new(Http::new().unwrap(), options, Clock::system(), TaskTracker::new());
    [shop(client).await].into_iter().collect()
}

#[tokio::test]
async fn everything_is_looked_up_at_once() {
    const EACH: Duration = Duration::from_millis(400);
    let (_server, app) = app(|seen| usual(seen).after(EACH)).await;
    // The token is there, as in a server that runs.
    app.client.warm().await.unwrap();
    let (_database, store) = store().await;
    let lookups = Lookups::new(store, directory(), customers(), Clock::system(), Seldom::default());
    let (stored, event) = stored(ADD);
    let case = case(&app, &stored, &event);
    let mut known = Findings::default();
    let begun = Instant::now();
    let failed = lookups.ask(&case, ALL, &mut known, Duration::from_secs(5), Retries::Standard).await;
    assert!(failed.is_empty(), "{failed:?}");
    assert!(begun.elapsed() < EACH * 2, "{:?}", begun.elapsed());
    assert!(found(&known.customer) && found(&known.employee) && found(&known.earlier) && !known.is_lacking());
}

#[tokio::test]
async fn what_hangs_is_not_waited_for_and_what_answers_is_known() {
    let hangs = Arc::new(AtomicBool::new(true));
    let (server, app) = app({
        let hangs = Arc::clone(&hangs);
        move |seen| {
            let slow = seen.path.ends_with("user/get") && hangs.load(Ordering::Relaxed);
            if slow { usual(seen).after(Duration::from_millis(800)) } else { usual(seen) }
        }
    })
    .await;
    app.client.warm().await.unwrap();
    let (_database, store) = store().await;
    let lookups = Lookups::new(store, directory(), customers(), Clock::system(), Seldom::default());
    let (stored, event) = stored(ADD);
    let case = case(&app, &stored, &event);
    let budget = Duration::from_millis(300);
    let mut known = Findings::default();
    let begun = Instant::now();
    let failed = lookups.ask(&case, ALL, &mut known, budget, Retries::Standard).await;
    assert!(begun.elapsed() < budget * 2, "{:?}", begun.elapsed());
    assert_eq!(failed.iter().map(|failed| failed.what.as_str()).collect::<Vec<_>>(), ["the employee"]);
    assert!(failed[0].may_pass());
    assert!(found(&known.customer) && found(&known.earlier) && known.is_lacking());
    // Nobody waits for it any more, and it is not asked for again: the next customer finds the answer.
    hangs.store(false, Ordering::Relaxed);
    let mut next = Findings::default();
    let failed = lookups.ask(&case, ALL, &mut next, Duration::from_secs(5), Retries::Standard).await;
    assert!(failed.is_empty() && found(&next.employee), "{failed:?}");
    assert_eq!(server.seen_at("user/get").len(), 1);
}

#[tokio::test]
async fn only_what_is_needed_and_not_known_is_asked_and_no_time_is_no_question() {
    let (server, app) = app(usual).await;
    let (_database, store) = store().await;
    let lookups = Lookups::new(store, directory(), customers(), Clock::system(), Seldom::default());
    let (stored, event) = stored(ADD);
    let case = case(&app, &stored, &event);
    let mut known = Findings::default();
    let customer = Needs { customer: true, ..Needs::default() };
    lookups.ask(&case, customer, &mut known, Duration::from_secs(5), Retries::Standard).await;
    lookups.ask(&case, customer, &mut known, Duration::from_secs(5), Retries::Standard).await;
    assert_eq!(server.seen_at("externalcontact/get").len(), 1);
    assert!(found(&known.customer) && known.employee.is_open() && known.earlier.is_open());
    let failed = lookups.ask(&case, ALL, &mut known, Duration::ZERO, Retries::Standard).await;
    assert_eq!(failed.len(), 2);
    assert!(found(&known.customer), "what is known stays known");
    assert!(server.seen_at("user/get").is_empty());
    assert!(known.is_lacking() && !known.employee.is_open() && !known.earlier.is_open());
}

#[tokio::test]
async fn an_event_that_names_nobody_has_nobody_to_look_up() {
    let (server, app) = app(usual).await;
    let (_database, store) = store().await;
    let lookups = Lookups::new(store, directory(), customers(), Clock::system(), Seldom::default());
    let (stored, event) = stored("<xml><Event>x</Event></xml>");
    let case = case(&app, &stored, &event);
    let mut known = Findings::default();
    let failed = lookups.ask(&case, ALL, &mut known, Duration::from_secs(5), Retries::None).await;
    assert!(failed.len() == 2 && failed.iter().all(|failed| !failed.may_pass()), "{failed:?}");
    assert!(server.seen().is_empty());
}

/// `{"errcode": 0}` and no more, as of a proxy or of a server that is being set up: nothing is known by it.
#[tokio::test]
async fn an_answer_that_is_of_nobody_is_a_look_up_that_failed_and_may_pass() {
    let (_server, app) = app(|seen| match seen.path.as_str() {
        path if path.ends_with("department/list") => usual(seen),
        path if path.ends_with("externalcontact/get") => {
            Reply::json(r#"{"errcode":0,"external_contact":{},"follow_user":[]}"#)
        }
        _ => Reply::ok(),
    })
    .await;
    let (_database, store) = store().await;
    let lookups = Lookups::new(store, directory(), customers(), Clock::system(), Seldom::default());
    let (stored, event) = stored(ADD);
    let case = case(&app, &stored, &event);
    let mut known = Findings::default();
    let failed = lookups.ask(&case, ALL, &mut known, Duration::from_secs(5), Retries::None).await;
    let lookups_failed: Vec<_> =
        failed.iter().map(|failed| (failed.what.as_str(), failed.may_pass())).collect();
    assert_eq!(lookups_failed, [("the customer", true), ("the employee", true)]);
    assert!(failed[0].message.contains("no external_contact"), "{failed:?}");
    assert!(known.is_lacking() && !found(&known.customer) && !found(&known.employee));
}

#[tokio::test]
async fn a_customer_is_asked_for_once_in_a_minute_until_something_changes() {
    let (server, app) = app(|seen| usual(seen).after(Duration::from_millis(50))).await;
    let (_database, store) = store().await;
    let (clock, hand) = Clock::manual(0);
    let lookups = Lookups::new(
        store,
        directory(),
        Customers::new(clock.clone(), Shutdown::new()),
        clock,
        Seldom::default(),
    );
    let (stored, event) = stored(ADD);
    let case = case(&app, &stored, &event);
    let needs = Needs { customer: true, ..Needs::default() };
    let ask = async || {
        let mut known = Findings::default();
        let failed = lookups.ask(&case, needs, &mut known, Duration::from_secs(5), Retries::None).await;
        assert!(failed.is_empty() && found(&known.customer), "{failed:?}");
    };
    let asked = || server.seen_at("externalcontact/get").len();
    tokio::join!(ask(), ask(), ask());
    ask().await;
    assert_eq!(asked(), 1);
    lookups.invalidate_customer(&case).await;
    ask().await;
    assert_eq!(asked(), 2, "we have put tags on");
    let apps = apps_of().await;
    lookups.invalidate(&apps, &Event::from_payload(ADD.replace("ww1", "ww2").as_bytes())).await;
    ask().await;
    assert_eq!(asked(), 2, "another company's");
    lookups.invalidate(&apps, &Event::from_payload(ADD.replace("add_ext", "edit_ext").as_bytes())).await;
    ask().await;
    assert_eq!(asked(), 3, "the employee has changed something");
    hand.advance(Duration::from_mins(1));
    ask().await;
    assert_eq!(asked(), 4);
}

#[tokio::test]
async fn a_refusal_is_remembered_and_what_may_pass_is_not() {
    for (code, change, asked, may_pass) in [
        (60011, "add_external_contact", 1, false),
        (-1, "add_external_contact", 3, true),
        // WeCom's servers may not agree yet on an add; on the end of a contact they do.
        (84061, "add_external_contact", 3, true),
        (84061, "del_follow_user", 1, false),
    ] {
        let (server, app) = app(move |_| Reply::code(code)).await;
        let (_database, store) = store().await;
        let (clock, hand) = Clock::manual(0);
        let lookups = Lookups::new(
            store,
            directory(),
            Customers::new(clock.clone(), Shutdown::new()),
            clock,
            Seldom::default(),
        );
        let (stored, event) = stored(&ADD.replace("add_external_contact", change));
        let case = case(&app, &stored, &event);
        let needs = Needs { customer: true, ..Needs::default() };
        for _ in 0..3 {
            let mut known = Findings::default();
            let failed = lookups.ask(&case, needs, &mut known, Duration::from_secs(5), Retries::None).await;
            assert_eq!((failed[0].may_pass(), failed[0].errcode), (may_pass, Some(code)), "{change}");
            // Those who ask at the same moment share the try; whoever tries again a second later asks anew.
            lookups.ask(&case, needs, &mut Findings::default(), Duration::from_secs(5), Retries::None).await;
            hand.advance(Duration::from_secs(1));
        }
        assert_eq!(server.seen_at("externalcontact/get").len(), asked, "{code} {change}");
    }
}

/// 500 of those who have a customer are on a page.
#[tokio::test]
async fn further_pages_are_read_until_the_employee_is_among_them() {
    let page = |seen: &Seen| {
        if !seen.path.ends_with("externalcontact/get") {
            return usual(seen);
        }
        let (userid, next) = match seen.argument("cursor") {
            None => ("lisi", "TWO"),
            Some("TWO") => ("wangwu", "THREE"),
            Some("THREE") => ("ZhangSan", "FOUR"),
            Some(other) => panic!("{other}"),
        };
        let follower = json!({"userid": userid, "add_way": 1, "tags": [{"tag_id": format!("et{userid}")}]});
        Reply::json(
            json!({"errcode": 0, "external_contact": {"external_userid": "wm1", "name": "小周"},
                "follow_user": [follower], "next_cursor": next})
            .to_string(),
        )
    };
    let (server, app) = app(page).await;
    let (_database, store) = store().await;
    let lookups = Lookups::new(store, directory(), customers(), Clock::system(), Seldom::default());
    let (stored, event) = stored(ADD);
    let case = case(&app, &stored, &event);
    let mut known = Findings::default();
    let failed = lookups.ask(&case, ALL, &mut known, Duration::from_secs(5), Retries::None).await;
    assert!(failed.is_empty(), "{failed:?}");
    let Finding::Found(customer) = &known.customer else { panic!("not found") };
    let last = customer.follow_user.last().unwrap();
    assert_eq!((last.userid.as_str(), last.add_way), ("ZhangSan", Some(1)));
    assert_eq!(server.seen_at("externalcontact/get").len(), 3, "not the fourth");
}

#[tokio::test]
async fn a_customer_whose_employee_is_not_listed_yet_is_known_in_part_and_asked_for_again() {
    let script = |seen: &Seen| {
        if seen.number > 1 || !seen.path.ends_with("externalcontact/get") {
            return usual(seen);
        }
        Reply::json(
            r#"{"errcode":0,"external_contact":{"external_userid":"wm1","name":"小周"},"follow_user":[]}"#,
        )
    };
    let (server, app) = app(script).await;
    let (_database, store) = store().await;
    let (clock, hand) = Clock::manual(0);
    let lookups = Lookups::new(
        store,
        directory(),
        Customers::new(clock.clone(), Shutdown::new()),
        clock,
        Seldom::default(),
    );
    let (stored, event) = stored(ADD);
    let case = case(&app, &stored, &event);
    let mut known = Findings::default();
    let failed = lookups.ask(&case, ALL, &mut known, Duration::from_secs(5), Retries::None).await;
    assert!(matches!(&failed[..], [part] if part.is_part && part.may_pass()), "{failed:?}");
    assert!(found(&known.customer) && known.is_lacking(), "a text has its name");
    assert_eq!(known.incomplete, Needs { customer: true, ..Needs::default() });
    // What is done at the same moment takes what is there.
    let mut same = Findings::default();
    lookups.ask(&case, ALL, &mut same, Duration::from_secs(5), Retries::None).await;
    assert_eq!((same.is_lacking(), server.seen_at("externalcontact/get").len()), (true, 1));
    hand.advance(Duration::from_secs(1));
    let mut known = Findings { customer: Finding::NotAsked, incomplete: Needs::default(), ..known };
    let failed = lookups.ask(&case, ALL, &mut known, Duration::from_secs(5), Retries::None).await;
    assert!(failed.is_empty() && !known.is_lacking(), "{failed:?}");
    assert_eq!(server.seen_at("externalcontact/get").len(), 2);
}

/// The tree of departments is refused, busy, or hangs: an employee's name is not lost for it.
#[tokio::test]
async fn without_the_departments_the_employee_is_known_by_name() {
    for (reply, may_pass) in [(Reply::code(60011), false), (Reply::code(-1), true), (Reply::Hang, true)] {
        let answered = format!("{reply:?}");
        let script = move |seen: &Seen| {
            if seen.path.contains("department/") { reply.clone() } else { usual(seen) }
        };
        let (_server, app) = app(script).await;
        app.client.warm().await.unwrap();
        let (_database, store) = store().await;
        let lookups = Lookups::new(store, directory(), customers(), Clock::system(), Seldom::default());
        let (stored, event) = stored(ADD);
        let case = case(&app, &stored, &event);
        let mut known = Findings::default();
        let begun = Instant::now();
        let failed = lookups.ask(&case, ALL, &mut known, Duration::from_secs(2), Retries::None).await;
        assert!(begun.elapsed() < Duration::from_millis(1_900), "{answered}: {:?}", begun.elapsed());
        assert!(matches!(&failed[..], [part] if part.is_part && part.may_pass() == may_pass), "{failed:?}");
        let Finding::Found(employee) = &known.employee else { panic!("{answered}: not found") };
        assert_eq!((employee.name.as_deref(), &*employee.departments), (Some("张三"), &[120][..]));
        assert!(employee.above_unknown && known.is_lacking(), "{answered}");

        // In the department itself for certain; in the one above perhaps.
        for (department, expected) in [(120, "is"), (12, "perhaps")] {
            let rules = format!(
                "rules: [ {{ name: is, when: {{ department: {department} }}, welcome: {{ text: is }} }},
                {{ name: perhaps, priority: -1, on_lookup_failure: match, when: {{ department: {department} }},
                   welcome: {{ text: perhaps }} }} ]"
            );
            let rules = Ruleset::compile(&rules, 1).unwrap();
            let with_code = ADD.replace("</xml>", "<WelcomeCode>C</WelcomeCode></xml>");
            let with_code = Arc::new(Event::from_payload(with_code.as_bytes()));
            let (case, media) = (Case { event: with_code, ..case.clone() }, Media::as_written());
            let plan = rules.plan(&case.facts(&known, &media, case.stored.received_at_ms));
            assert_eq!(plan.rules[0].name, expected, "{answered}: {department}");
        }
    }
}

#[tokio::test]
async fn a_department_that_is_not_in_the_tree_has_it_read_again_once_a_minute() {
    let script = |seen: &Seen| match seen.path.trim_start_matches("/cgi-bin/") {
        "user/get" => {
            let department = if seen.argument("userid") == Some("outside") { 999 } else { 120 };
            Reply::json(json!({"errcode": 0, "userid": "u", "department": [department]}).to_string())
        }
        // 120 has just been made.
        "department/list" if seen.number == 1 => {
            Reply::json(r#"{"errcode":0,"department":[{"id":12,"parentid":1}]}"#)
        }
        _ => usual(seen),
    };
    let (server, app) = app(script).await;
    let (clock, hand) = Clock::manual(0);
    let directory = Directory::new(clock, Shutdown::new());
    let (employee, missing) = directory.employee(&app, "zhangsan").await.unwrap();
    assert!(missing.is_none());
    assert_eq!(employee.departments, [1, 12, 120]);
    let listed = || server.seen_at("department/list").len();
    assert_eq!(listed(), 2);
    for n in 0..20 {
        directory.employee(&app, "outside").await.unwrap();
        assert_eq!(listed(), 2, "customer {n}");
    }
    hand.advance(Duration::from_mins(1));
    directory.employee(&app, "outside").await.unwrap();
    assert_eq!(listed(), 3);
}
