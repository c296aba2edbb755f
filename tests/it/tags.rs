//! Tags by name: resolved, made where a rule says so, found again when they have another id.

use std::{sync::Arc, time::Duration};

use rstest::rstest;
use wecom_client::Client;
use wecom_core::{
    clock::{Clock, ManualClock},
    event::Event,
};
use wecom_greeter::{
    action::{Action, Kind, Plan, PlannedAction as Do, ReasonCode, RuleUse, Tag},
    flow::{
        case::Case,
        dispatch::Work,
        replay::{How, Replayed, Replayer},
    },
    known::tags::TagTree,
    store::{Accepted, EventRecord, NewEvent, NewPlan, PlanRecord, Planned, TakesOn},
};
use wecom_simulator::{AddCustomer, Added, Fault, FaultKind, Occurrence, occurrence::TagChange};

use crate::harness::{
    databases::TestDatabase,
    world::{MARK, Which, World, action, codes, fresh},
};

const LIST: &str = "externalcontact/get_corp_tag_list";
const ADD: &str = "externalcontact/add_corp_tag";
const RULES: &str = "rules: []";

fn left() -> Duration {
    Duration::from_secs(10)
}

fn names(add: &[&str], create: &[&str]) -> Tag {
    let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    Tag { add_tag: owned(add), create: owned(create), ..Tag::default() }
}

struct Scene {
    world: World,
    hand: ManualClock,
    tree: TagTree,
    client: Client,
}

impl Scene {
    async fn begin() -> Self {
        let (clock, hand) = Clock::manual(Clock::system().now_ms());
        let world = World::begin(TestDatabase::sqlite(), RULES, clock, |_| {}).await;
        let app = world.engine.apps.get("default").unwrap();
        let (tree, client) = (app.tags.clone(), app.client.clone());
        Self { world, hand, tree, client }
    }

    async fn resolve(&self, tag: &Tag) -> Vec<String> {
        self.tree.resolve(&self.client, tag, left).await.unwrap().add_tag
    }

    fn asked(&self, path: &str) -> usize {
        self.world.wecom.requests_of(path).len()
    }

    /// `Group/Tag` of what a name came to.
    fn named(&self, ids: &[String]) -> Vec<Option<String>> {
        ids.iter().map(|id| self.world.wecom.tag_name(id)).collect()
    }

    /// Performs a tag action for a customer as the dispatcher does.
    async fn perform(&self, add: &[&str], create: &[&str]) -> (Added, EventRecord) {
        let Self { world, .. } = self;
        world.wecom.set_callback(None);
        let added = world.wecom.add_customer(&AddCustomer::new("zhangsan", "小周", None)).unwrap();
        let payload = format!(
            "<xml><ToUserName>{}</ToUserName><CreateTime>1</CreateTime><MsgType>event</MsgType>\
             <Event>change_external_contact</Event><ChangeType>add_external_contact</ChangeType>\
             <UserID>zhangsan</UserID><ExternalUserID>{}</ExternalUserID></xml>",
            world.config.apps[0].corp_id, added.customer
        );
        let (store, engine) = (world.store(), &world.engine);
        let event = Event::from_payload(payload.as_bytes());
        let new =
            NewEvent::of("default", payload.into_bytes(), &event, engine.clock.now_ms(), engine.process);
        let Accepted::New(claimed) = store.accept(new).await.unwrap() else { panic!("it is new") };
        let stored = Arc::clone(&claimed.event);
        let tag =
            Tag { userid: "zhangsan".into(), external_userid: added.customer.clone(), ..names(add, create) };
        let record = PlanRecord {
            claimed,
            new: NewPlan {
                process: engine.process,
                ruleset_version: Some(1),
                plan: Plan {
                    rules: vec![RuleUse { name: "tags".into(), version: 1, used_for: vec![Kind::Tag] }],
                    actions: vec![Do::Perform { action: Action::Tag(tag), deadline: None }],
                },
                hold_followups: true,
                hold_reports: TakesOn::all(),
                now_ms: engine.clock.now_ms(),
            },
        };
        let Planned::Stored(claimed) = store.plan(record).await.unwrap() else { panic!("it is planned") };
        let app = Arc::clone(engine.apps.get("default").unwrap());
        let id = stored.id;
        engine.dispatcher.run(Work { case: Case { app, stored, event: Arc::new(event) }, claimed }).await;
        (added, store.event(id).await.unwrap().unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_customers_at_once_read_the_tree_once_a_minute() {
    let scene = Scene::begin().await;
    let spring = names(&["渠道/春季"], &[]);
    let all: Vec<_> = (0..20).map(|_| scene.resolve(&spring)).collect();
    let ids = futures_util::future::join_all(all).await;
    assert_eq!(scene.named(&ids[0]), [Some("渠道/春季".to_owned())]);
    assert!(ids.iter().all(|one| *one == ids[0]));
    assert_eq!(scene.asked(LIST), 1);
    scene.hand.advance(Duration::from_secs(59));
    scene.resolve(&spring).await;
    assert_eq!(scene.asked(LIST), 1);
    scene.hand.advance(Duration::from_secs(1));
    scene.resolve(&spring).await;
    assert_eq!(scene.asked(LIST), 2, "another process may have been told of a change");
    assert_eq!(scene.resolve(&names(&["etPlain"], &[])).await, ["etPlain"], "ids pass");
    assert_eq!(scene.asked(LIST), 2);
    scene.world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_not_there_is_looked_for_again_and_not_for_every_customer() {
    let scene = Scene::begin().await;
    let odd = names(&["渠道/没有"], &[]);
    assert_eq!(scene.resolve(&odd).await, ["渠道/没有"], "stays a name");
    assert_eq!(scene.resolve(&odd).await, ["渠道/没有"]);
    assert_eq!(scene.asked(LIST), 1);
    scene.hand.advance(Duration::from_secs(5));
    scene.resolve(&odd).await;
    assert_eq!(scene.asked(LIST), 2);
    scene.world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_are_made_where_a_rule_says_so_once() {
    let scene = Scene::begin().await;
    let wanted = names(&["渠道/夏季", "新组/一", "新组/二"], &["渠道/夏季", "新组/一", "新组/二"]);
    let all: Vec<_> = (0..10).map(|_| scene.resolve(&wanted)).collect();
    let ids = futures_util::future::join_all(all).await;
    let expected: Vec<_> = wanted.add_tag.iter().cloned().map(Some).collect();
    assert!(ids.iter().all(|one| scene.named(one) == expected), "{ids:?}");
    assert_eq!(scene.asked(ADD), 2, "one call a group");
    let bodies: Vec<serde_json::Value> =
        scene.world.wecom.requests_of(ADD).iter().map(|it| body(&it.body)).collect();
    assert!(bodies[0]["group_id"].is_string() && bodies[0].get("group_name").is_none(), "{}", bodies[0]);
    assert!(bodies[1]["group_name"] == "新组" && bodies[1].get("group_id").is_none(), "{}", bodies[1]);
    let before = scene.asked(LIST);
    scene.resolve(&wanted).await;
    assert_eq!((scene.asked(LIST), scene.asked(ADD)), (before, 2), "what we made we know");

    // Another process, whose copy is from before: it looks before it makes.
    let other = TagTree::new(scene.world.engine.clock.clone());
    let theirs = other.resolve(&scene.client, &wanted, left).await.unwrap();
    assert_eq!((theirs.add_tag, scene.asked(ADD)), (ids[0].clone(), 2));
    scene.world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_race_and_a_lost_answer_make_no_tag_twice_and_a_refusal_leaves_it_out() {
    let scene = Scene::begin().await;
    let wcl = &scene.world.wecom;
    wcl.add_fault(Fault::new(ADD, 1, FaultKind::LoseAnswer)).unwrap();
    let lost = names(&["渠道/秋季"], &["渠道/秋季"]);
    assert_eq!(scene.named(&scene.resolve(&lost).await), [Some("渠道/秋季".to_owned())]);
    for (code, passes) in [(40126, false), (40071, false), (-1, true)] {
        wcl.add_fault(Fault::new(ADD, 1, FaultKind::Errcode { code, message: None })).unwrap();
        // What was refused is not asked for again for five minutes.
        scene.hand.advance(Duration::from_mins(5));
        let refused = names(&["渠道/冬季"], &["渠道/冬季"]);
        assert_eq!(scene.resolve(&refused).await, ["渠道/冬季"], "{code}");
        let refusal = scene.tree.refusal(&refused.add_tag).unwrap();
        assert_eq!((refusal.errcode, refusal.is_final()), (Some(code), !passes));
    }
    scene.world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_wecom_will_not_make_is_asked_for_once_a_minute_and_the_record_says_why() {
    let scene = Scene::begin().await;
    let wcl = &scene.world.wecom;
    let full = FaultKind::Errcode { code: 40126, message: Some("tag size over limit".into()) };
    wcl.add_fault(Fault::lasting(ADD, full)).unwrap();
    let winter = names(&["渠道/冬季"], &["渠道/冬季"]);
    let all: Vec<_> = (0..50).map(|_| scene.resolve(&winter)).collect();
    for came_of_it in futures_util::future::join_all(all).await {
        assert_eq!(came_of_it, winter.add_tag);
    }
    assert_eq!(scene.asked(ADD), 1);
    assert_eq!(scene.asked(LIST), 3, "the first, before it is made, and after it was refused");

    // The others are put on, and the record says what WeCom answered and what it means.
    let (added, event) =
        scene.perform(&["etSampleTagChannelSpring00000000", "渠道/冬季"], &["渠道/冬季"]).await;
    let tag = action(&event, Kind::Tag);
    assert_eq!((tag.status.as_str(), codes(tag)), ("done", vec![Some(0)]));
    assert_eq!(scene.world.relation(&added).tags, ["etSampleTagChannelSpring00000000"]);
    let reason = tag.reason.as_deref().unwrap();
    for part in ["渠道/冬季", "40126", "tag size over limit", "as many tags as WeCom allows"] {
        assert!(reason.contains(part), "{part}: {reason}");
    }
    assert!(!reason.contains("make it in the console"), "{reason}");
    assert!(tag.attempts[0].errmsg.contains("40126"), "{tag:?}");
    let flags = scene.world.store().rule_flags(1).await.unwrap();
    assert_eq!(flags.iter().map(|flag| flag.code).collect::<Vec<_>>(), [ReasonCode::TagLimit]);
    // Nothing else was to be done: the refusal is the answer.
    let (_, event) = scene.perform(&["渠道/冬季"], &["渠道/冬季"]).await;
    let tag = action(&event, Kind::Tag);
    assert_eq!((tag.status.as_str(), codes(tag)), ("failed", vec![Some(40126)]));
    assert_eq!(tag.code, Some(ReasonCode::TagLimit));
    assert_eq!(scene.asked(ADD), 1);

    wcl.clear_faults();
    scene.hand.advance(Duration::from_mins(5));
    assert_eq!(scene.named(&scene.resolve(&winter).await), [Some("渠道/冬季".to_owned())]);
    scene.world.end().await;
}

/// What the operator has to mend in the console is waited for, as with every other call; in the meantime one asks.
#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_may_not_make_tags_waits_until_it_may() {
    for (code, why) in
        [(48002, ReasonCode::NoPermission), (60011, ReasonCode::NotInScope), (60020, ReasonCode::UntrustedIp)]
    {
        let scene = Scene::begin().await;
        let wcl = &scene.world.wecom;
        wcl.add_fault(Fault::lasting(ADD, FaultKind::Errcode { code, message: None })).unwrap();
        let winter = names(&["渠道/冬季"], &["渠道/冬季"]);
        for _ in 0..20 {
            assert_eq!(scene.resolve(&winter).await, winter.add_tag);
        }
        assert_eq!(scene.asked(ADD), 1);
        // What exists is put on at once.
        let (added, event) =
            scene.perform(&["渠道/冬季", "etSampleTagChannelSpring00000000"], &["渠道/冬季"]).await;
        let tag = action(&event, Kind::Tag);
        assert_eq!((tag.status.as_str(), codes(tag)), ("pending", vec![Some(code)]));
        assert_eq!(tag.code, Some(why), "{tag:?}");
        assert!(tag.reason.as_deref().unwrap().contains("mend its settings in the console"), "{tag:?}");
        assert_eq!(scene.world.relation(&added).tags, ["etSampleTagChannelSpring00000000"]);
        let flags = scene.world.store().rule_flags(1).await.unwrap();
        assert_eq!(flags.iter().map(|flag| flag.code).collect::<Vec<_>>(), [why]);

        wcl.clear_faults();
        scene.hand.advance(Duration::from_mins(5));
        let event = scene.world.until("it is made and put on", async || {
            // To the server these minutes were a silence, after which it waits a moment before it takes anything up.
            scene.hand.advance(Duration::from_millis(100));
            let event = scene.world.store().event(event.summary.id).await.unwrap().unwrap();
            (action(&event, Kind::Tag).status.as_str() == "done").then_some(event)
        });
        event.await;
        let ids = scene.world.relation(&added).tags;
        assert_eq!(scene.named(&ids), ["渠道/春季", "渠道/冬季"].map(|name| Some(name.to_owned())));
        assert_eq!(scene.world.store().rule_flags(1).await.unwrap(), [], "nothing is wrong any more");
        scene.world.end().await;
    }
}

/// What passes by itself is not asked for by each customer anew either, and holds up no tag that exists.
#[rstest]
#[case(FaultKind::Errcode { code: 45009, message: None }, ReasonCode::Throttled)]
#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_cannot_be_made_now_holds_up_no_other(#[case] fault: FaultKind, #[case] why: ReasonCode) {
    let scene = Scene::begin().await;
    scene.world.wecom.add_fault(Fault::lasting(ADD, fault)).unwrap();
    for _ in 0..5 {
        let (added, event) =
            scene.perform(&["渠道/冬季", "etSampleTagChannelSpring00000000"], &["渠道/冬季"]).await;
        let tag = action(&event, Kind::Tag);
        assert_eq!((tag.status.as_str(), tag.code), ("pending", Some(why)), "{tag:?}");
        assert_eq!(scene.world.relation(&added).tags, ["etSampleTagChannelSpring00000000"]);
    }
    assert_eq!(scene.asked(ADD), 1);
    scene.world.wecom.clear_faults();
    for _ in 0..4 {
        scene.hand.advance(Duration::from_mins(1));
    }
    // A sweep that looked meanwhile looks again in a second.
    scene
        .world
        .until("all of it is over", async || {
            scene.hand.advance(Duration::from_millis(100));
            let records = scene.world.records().await;
            records.iter().all(|event| event.summary.status.as_str() == "settled").then_some(())
        })
        .await;
    scene.world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_in_the_console_is_heard_of() {
    let scene = Scene::begin().await;
    let spring = names(&["渠道/春季"], &[]);
    let ids = scene.resolve(&spring).await;
    let gone = TagChange { id: ids[0].clone(), ..TagChange::default() };
    for number in scene.world.wecom.occur(Occurrence::TagDelete(gone), 0).unwrap() {
        scene.world.wecom.delivered(number).await.unwrap();
    }
    scene.world.settled().await;
    assert_eq!(scene.resolve(&spring).await, spring.add_tag, "it is no tag any more");
    scene.world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_holds_ids_and_what_is_missing_is_left_out_and_flagged() {
    let scene = Scene::begin().await;
    let (added, event) =
        scene.perform(&["渠道/春季", "渠道/没有", "etSampleTagChannelSpring00000000"], &[]).await;
    let tag = action(&event, Kind::Tag);
    assert_eq!((tag.status.as_str(), codes(tag)), ("done", vec![Some(0)]));
    assert!(tag.reason.as_deref().unwrap().contains("no tag 渠道/没有"), "{tag:?}");
    assert_eq!(tag.code, Some(ReasonCode::UnknownTag));
    assert_eq!(
        scene.world.relation(&added).tags,
        ["etSampleTagChannelSpring00000000"],
        "named twice, put on once"
    );
    let request = tag.request.as_ref().unwrap();
    assert_eq!(request["add_tag"], serde_json::json!(["etSampleTagChannelSpring00000000"]), "what was sent");
    assert_eq!(request["refused"], serde_json::json!(["渠道/没有"]), "and what was not");
    let flags = scene.world.store().rule_flags(1).await.unwrap();
    assert!(
        flags[0].rule == "tags"
            && flags[0].code == ReasonCode::UnknownTag
            && flags[0].reason.contains("create: true"),
        "{flags:?}"
    );

    // With nothing left nothing is sent; made by hand it can be tried again.
    let before = scene.asked(MARK);
    let (_, event) = scene.perform(&["渠道/没有"], &[]).await;
    let tag = action(&event, Kind::Tag);
    assert_eq!((tag.status.as_str(), scene.asked(MARK)), ("failed", before));
    assert_eq!(tag.request.as_ref().unwrap()["add_tag"][0], "渠道/没有", "its name is still known");
    scene.world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_wecom_refuses_is_looked_up_once_more() {
    let scene = Scene::begin().await;
    let (_, event) = scene.perform(&["新组/一"], &["新组/一"]).await;
    let old = action(&event, Kind::Tag).request.as_ref().unwrap()["add_tag"][0].as_str().unwrap().to_owned();
    // Deleted and made again behind our back, with no event to this process.
    scene
        .world
        .wecom
        .occur(Occurrence::TagDelete(TagChange { id: old.clone(), ..TagChange::default() }), 0)
        .unwrap();
    let elsewhere = TagTree::new(scene.world.engine.clock.clone());
    let again = names(&["新组/一"], &["新组/一"]);
    let new = elsewhere.resolve(&scene.client, &again, left).await.unwrap().add_tag;
    assert_ne!(new[0], old);
    let (added, event) = scene.perform(&["新组/一"], &[]).await;
    assert_eq!(scene.world.relation(&added).tags, new);
    assert_eq!(codes(action(&event, Kind::Tag)), [Some(0)]);
    scene.world.end().await;
}

const BY_NAME: &str = "
rules:
  - name: spring
    priority: 10
    when: { state: 'spring-*' }
    tag: { add: [渠道/春季, 渠道/没有, etPlain], remove: [等级/新客户] }
  - name: everyone
    welcome: { text: 您好! }
    tag: { add: [客户状态/新来, 等级/新客户], create: true }
";

/// What rules say by name, from the customer's add to the tags that WeCom has.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn rules_name_tags_and_customers_have_them(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = World::with_rules(database, BY_NAME).await;
    let come = async || {
        let added = world.add(&AddCustomer::new("zhangsan", "小周", Some("spring-2026"))).await;
        let event = world
            .settled()
            .await
            .into_iter()
            .find(|event| event.summary.external_user_id.as_deref() == Some(added.customer.as_str()));
        let mut names = world.relation(&added).tag_names;
        names.sort();
        (event.unwrap(), names)
    };
    let tags_of = |event: &EventRecord| {
        let customer = event.summary.external_user_id.clone().unwrap();
        world.wecom.relation("zhangsan", &customer).unwrap().tag_names
    };
    let (event, names) = come().await;
    let (first, reason) = (event.clone(), action(&event, Kind::Tag).reason.clone().unwrap());
    assert_eq!(
        names,
        ["客户状态/新来", "测试/etPlain", "渠道/春季"],
        "the higher rule takes off what a lower one adds"
    );
    let tag = action(&event, Kind::Tag);
    assert_eq!((tag.status.as_str(), codes(tag)), ("done", vec![Some(0)]));
    assert!(tag.reason.as_deref().unwrap().contains("渠道/没有"), "{tag:?}");
    let flags = world.store().rule_flags(1).await.unwrap();
    let flag = flags.iter().find(|flag| flag.rule == "spring").unwrap();
    assert!(flag.reason.contains("渠道/没有") && flag.reason.contains("create: true"), "{flags:?}");

    // Somebody makes it in the console, and WeCom sends the event: the next customer has it, without a minute's delay.
    let client = &world.engine.apps.get("default").unwrap().client;
    let console = TagTree::new(Clock::system());
    let made = console.resolve(client, &names_of("渠道/没有"), left).await.unwrap().add_tag;
    let made_in_console = Occurrence::TagCreate(TagChange { id: made[0].clone(), ..TagChange::default() });
    for number in world.wecom.occur(made_in_console, 0).unwrap() {
        world.wecom.delivered(number).await.unwrap();
    }
    world.settled().await;
    let (event, names) = come().await;
    assert_eq!(names, ["客户状态/新来", "测试/etPlain", "渠道/春季", "渠道/没有"]);
    assert_eq!((&action(&event, Kind::Tag).reason, action(&event, Kind::Tag).code), (&None, None));
    assert_eq!(
        world.store().rule_flags(1).await.unwrap(),
        [],
        "it works again, so nothing is wrong with the rule"
    );

    // The first one has it by a replay, as the reason says; `actions retry` has nothing to try again of what is done.
    assert!(reason.contains("events replay ID --only tag"), "{reason}");
    let replayed = Replayer::new(world.engine.clone())
        .replay(first.summary.id, How { only: Kind::Tag.into(), ..How::default() })
        .await
        .unwrap();
    assert_eq!(replayed, Replayed::Run { run: 1 });
    assert!(tags_of(&first).contains(&"渠道/没有".to_owned()), "{:?}", tags_of(&first));

    // Deleted and made again, and WeCom's word of it got lost: the old id is refused, the new one found, at one try.
    let old = action(&event, Kind::Tag).request.as_ref().unwrap()["add_tag"][0].as_str().unwrap().to_owned();
    assert_eq!(world.wecom.tag_name(&old).as_deref(), Some("渠道/春季"));
    let callback = format!("http://{}/callback/default", world.callback).parse().unwrap();
    world.wecom.set_callback(None);
    world
        .wecom
        .occur(Occurrence::TagDelete(TagChange { id: old.clone(), ..TagChange::default() }), 0)
        .unwrap();
    let console = TagTree::new(Clock::system());
    let new = console.resolve(client, &names_of("渠道/春季"), left).await.unwrap().add_tag;
    world.wecom.set_callback(Some(callback));
    world.wecom.clear_requests();
    let (event, names) = come().await;
    assert_eq!(names, ["客户状态/新来", "测试/etPlain", "渠道/春季", "渠道/没有"]);
    let tag = action(&event, Kind::Tag);
    assert_eq!(
        (codes(tag), &tag.request.as_ref().unwrap()["add_tag"][0]),
        (vec![Some(0)], &new[0].as_str().into())
    );
    assert_eq!(world.wecom.requests_of(MARK).len(), 2);
    world.end().await;
}

const BY_NAME_AND_BY_ID: &str = "
rules:
  - { name: a-high, priority: 9, when: { state: a }, tag: { add: [渠道/春季] } }
  - { name: a-low, when: { state: a }, tag: { remove: [etSampleTagChannelSpring00000000] } }
  - { name: b-high, priority: 9, when: { state: b }, tag: { remove: [etSampleTagChannelSpring00000000] } }
  - { name: b-low, when: { state: b }, tag: { add: [渠道/春季, 渠道/没有] } }
  - { name: c-high, priority: 9, when: { state: c }, tag: { add: [etSampleTagChannelSpring00000000] } }
  - { name: c-low, when: { state: c }, tag: { add: [渠道/春季] } }
";

/// That a name and an id are one tag shows itself when it is put on: the higher rule holds all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_tag_once_by_name_and_once_by_id_is_one_tag() {
    const SPRING: &str = "etSampleTagChannelSpring00000000";
    let world = World::with_rules(TestDatabase::sqlite(), BY_NAME_AND_BY_ID).await;
    for (state, added, removed) in
        [("a", vec![SPRING], vec![]), ("b", vec![], vec![SPRING]), ("c", vec![SPRING], vec![])]
    {
        world.wecom.clear_requests();
        let who = world.add(&AddCustomer::new("zhangsan", "小周", Some(state))).await;
        let events = world.settled().await;
        let event = events.iter().find(|it| it.summary.external_user_id.as_deref() == Some(&who.customer));
        let tag = action(event.unwrap(), Kind::Tag);
        assert_eq!((tag.status.as_str(), codes(tag)), ("done", vec![Some(0)]), "{state}");
        let requests = world.wecom.requests_of(MARK);
        let sent: Vec<serde_json::Value> = requests.iter().map(|request| body(&request.body)).collect();
        let list = |key: &str| -> Vec<String> {
            sent[0][key].as_array().into_iter().flatten().map(|id| id.as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(
            (list("add_tag"), list("remove_tag"), sent.len()),
            (own(&added), own(&removed), 1),
            "{state}"
        );
        assert_eq!(world.relation(&who).tags, added, "{state}");
    }
    world.end().await;
}

fn body(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

fn own(list: &[&str]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

/// Tags that were planned before their rank was kept are put on rather than taken off.
#[tokio::test(flavor = "multi_thread")]
async fn an_action_of_an_older_record_is_read_and_sends_no_tag_both_ways() {
    let scene = Scene::begin().await;
    let stored = r#"{"userid":"zhangsan","external_userid":"wm1","add_tag":["渠道/春季","渠道/没有"],
        "remove_tag":["etSampleTagChannelSpring00000000","etPlain"]}"#;
    let Action::Tag(tag) = Action::from_json(Kind::Tag, stored).unwrap() else { panic!("it is a tag") };
    let sent = scene.tree.resolve(&scene.client, &tag, left).await.unwrap();
    assert_eq!(sent.add_tag, ["etSampleTagChannelSpring00000000", "渠道/没有"]);
    assert_eq!(sent.remove_tag, ["etPlain"]);
    assert!(sent.ranked.is_empty());

    // What is still a name may turn out to be one of the ids at the next try.
    let ranked = Tag { ranked: own(&["etPlain", "渠道/春季", "渠道/没有"]), ..tag };
    let sent = scene.tree.resolve(&scene.client, &ranked, left).await.unwrap();
    assert_eq!(sent.ranked[..2], ["etPlain", "etSampleTagChannelSpring00000000"]);
    let again = scene.tree.resolve(&scene.client, &sent, left).await.unwrap();
    assert_eq!(again, sent);
    scene.world.end().await;
}

/// A tag that may be made.
fn names_of(name: &str) -> Tag {
    names(&[name], &[name])
}
