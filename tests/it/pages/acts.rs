//! What is done by forms: retries, replays, tokens; each leaves a line in the audit.

use reqwest::StatusCode;
use rstest::rstest;
use wecom_core::clock::Clock;
use wecom_greeter::{access::Role, action::Kind};
use wecom_simulator::{AddCustomer, Fault, FaultKind};

use super::{with_form, world};
use crate::harness::world::{MARK, Which, World, action, fresh};

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_tag_is_found_by_its_cause_and_tried_again(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = world(database).await;
    let event = world.planted().await;
    let tag = action(&world.records().await[0], Kind::Tag).id.to_string();
    let visitor = world.visitor(Role::Operator).await;
    let page = visitor.page("/failures").await;
    assert!(page.text().contains("近 7 日有 1 类问题，影响 1 位客户。"), "{}", page.text());
    let overview = visitor.page("/").await;
    assert!(overview.text().contains("有 1 件事需要处理"), "{}", overview.text());
    // All that match: first how many, which, and what will happen to each; nothing is done yet.
    let (status, bulk) = visitor.send("/failures/retry?code=refused&kind=tag", &[]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let ask = visitor.page(&bulk).await;
    assert!(ask.text().contains("共 1 个动作符合，现在重试？"), "{}", ask.text());
    assert!(ask.text().contains("现在还什么都没有做") && ask.text().contains("会执行"), "{}", ask.text());
    assert_eq!(action(&world.records().await[0], Kind::Tag).status.as_str(), "failed");
    let (status, to) = visitor.send(&format!("{bulk}/start"), &[]).await;
    assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, bulk.as_str()));
    world
        .until("the tag is set", async || {
            let done = action(&world.records().await[0], Kind::Tag).status.as_str() == "done";
            done.then_some(())
        })
        .await;
    world
        .until("the page says so", async || {
            let text = visitor.page(&bulk).await.text().to_owned();
            text.contains("重试完成：1 个全部成功。").then_some(())
        })
        .await;
    // What is done is not done again, by whichever way.
    let back = format!("/events/{event}");
    let (status, to) = visitor.send(&format!("/actions/{tag}/retry"), &[("back", &back)]).await;
    assert_eq!((status, to), (StatusCode::SEE_OTHER, format!("{back}?done=not-retried")));
    let (_, chosen) = visitor.send("/failures/chosen", &[("ids", &tag), ("back", &back)]).await;
    assert!(visitor.page(&chosen).await.text().contains("不会做"), "it is done by now");
    let (_, to) = visitor.send("/failures/chosen", &[("back", &back)]).await;
    assert_eq!(to, format!("{back}?done=nothing-chosen"));
    let (_, to) = visitor.send(&format!("{chosen}/cancel"), &[]).await;
    assert!(visitor.page(&to).await.text().contains("已取消：1 个都没有动。"));
    assert!(visitor.page("/failures").await.text().contains("没有失败，什么都不用做"));
    let audit = world.store().audit(None, 10).await.unwrap();
    let retried: Vec<_> = audit.iter().filter(|line| line.act.as_str() == "retried").collect();
    assert_eq!(retried.len(), 1, "what did nothing leaves no line: {audit:#?}");
    assert_eq!((retried[0].who.as_str(), retried[0].via.as_str()), ("operator", "session"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_shows_what_it_would_do_and_then_does_it() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let event = world.planted().await;
    let visitor = world.visitor(Role::Operator).await;
    let page = visitor.page(&format!("/events/{event}?replay=preview&only=tag")).await;
    assert!(page.text().contains("重放会做这些") && page.text().contains("会执行"), "{}", page.text());
    assert_eq!(world.records().await[0].summary.run, 0, "nothing was done");
    let (status, to) = visitor.send(&format!("/events/{event}/replay"), &[("only", "tag")]).await;
    assert_eq!(
        (status, to.as_str()),
        (StatusCode::SEE_OTHER, format!("/events/{event}?done=replayed").as_str())
    );
    let record = world.settled().await.remove(0);
    assert_eq!(record.summary.run, 1);
    let again: Vec<_> = record.actions.iter().filter(|action| action.run == 1).collect();
    assert!(
        again.iter().any(|action| action.kind == Kind::Tag && action.status.as_str() == "done"),
        "{again:#?}"
    );
    assert!(visitor.page(&to).await.text().contains("第 1 次重放"));
    let (status, _) = visitor.send(&format!("/events/{event}/replay"), &[("only", "nonsense")]).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (status, _) = visitor.send("/events/999/replay", &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let viewer = world.visitor(Role::Viewer).await;
    for path in [
        format!("/events/{event}/replay"),
        "/actions/1/retry".to_owned(),
        "/failures/retry".to_owned(),
        "/failures/chosen".to_owned(),
        "/events/replay".to_owned(),
        "/bulk/1/start".to_owned(),
        "/bulk/1/cancel".to_owned(),
    ] {
        assert_eq!(viewer.send(&path, &[]).await.0, StatusCode::FORBIDDEN, "{path}");
    }
    world.end().await;
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn many_are_replayed_by_the_filter_in_force_and_those_that_failed_are_named(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = world(database).await;
    for channel in ["spring-1", "spring-1", "autumn"] {
        world.add(&AddCustomer::new(World::employee(), "小周", Some(channel))).await;
    }
    world.settled().await;
    let visitor = world.visitor(Role::Operator).await;
    let page = visitor.page("/events?state=spring-1").await;
    assert!(page.text().contains("重放符合条件的全部事件"), "{}", page.text());
    let (status, to) = visitor.send("/events/replay?state=spring-1&since=nonsense", &[]).await;
    assert_eq!(
        (status, to.as_str()),
        (StatusCode::BAD_REQUEST, ""),
        "what is not understood is not passed over"
    );
    let (_, bulk) = visitor.send("/events/replay?state=spring-1&before=1", &[("only", "tag")]).await;
    let ask = visitor.page(&bulk).await;
    assert!(ask.text().contains("共 2 个事件符合，现在重放？"), "{}", ask.text());
    assert!(ask.text().contains("标签：会执行") && ask.text().contains("只做：标签。"), "{}", ask.text());
    assert!(!ask.text().contains("欢迎语：会执行"), "{}", ask.text());
    assert!(world.records().await.iter().all(|event| event.summary.run == 0), "nothing is done yet");
    let refusal = FaultKind::Errcode { code: 40130, message: None };
    world.wecom.add_fault(Fault::new(MARK, 1, refusal)).unwrap();
    visitor.send(&format!("{bulk}/start"), &[]).await;
    let done = world
        .until("it is through", async || {
            let page = visitor.page(&bulk).await;
            page.text().contains("重放完成").then_some(page)
        })
        .await;
    assert!(done.text().contains("重放完成：1 个成功，1 个没有成功。"), "{}", done.text());
    let failed = world
        .settled()
        .await
        .into_iter()
        .find(|event| event.actions.iter().any(|action| action.status.as_str() == "failed"))
        .unwrap();
    let link = format!("/events/{}", failed.summary.id);
    assert!(done.all("a").any(|a| a.get("href") == Some(link.as_str())), "{}", done.text());
    let audit = world.store().audit(None, 20).await.unwrap();
    let of = |act: &str| audit.iter().filter(|line| line.act.as_str() == act).count();
    assert_eq!((of("bulk_prepared"), of("bulk_started"), of("replayed")), (1, 1, 2));
    world.end().await;
}

/// Two causes with one customer: the headline counts her once.
#[tokio::test(flavor = "multi_thread")]
async fn a_customer_of_two_causes_is_one_customer() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let rules = "
rules:
  - name: everyone
    welcome: { text: 您好 }
    tag: { add: [etPlain] }
    remark: { name: 新客户 }
";
    let world = World::begin(database, rules, Clock::system(), |_| {}).await;
    for path in [MARK, "externalcontact/remark"] {
        let refusal = FaultKind::Errcode { code: 40130, message: None };
        world.wecom.add_fault(Fault::new(path, 1, refusal)).unwrap();
    }
    world.add_one().await;
    world.settled().await;
    let page = world.visitor(Role::Viewer).await.page("/failures").await;
    assert!(page.text().contains("有 2 类问题，影响 1 位客户。"), "{}", page.text());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_shown_once_and_works_until_it_is_revoked() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let visitor = world.visitor(Role::Admin).await;
    let form = [("name", "小王"), ("role", "viewer"), ("expires", "90")];
    let answer = with_form(visitor.request(reqwest::Method::POST, "/tokens"), &form).send().await.unwrap();
    let page = crate::harness::html::Html::parse(&answer.text().await.unwrap());
    let token = page.by_id("made").expect("it is shown").text.clone();
    assert!(token.starts_with("wgt_"));
    assert!(!visitor.page("/tokens").await.text().contains(&token), "once");
    let login = || visitor.send("/login", &[]);
    assert_eq!(login().await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(visitor.send("/login", &[("token", &token)]).await.0, StatusCode::SEE_OTHER);
    // Another of the same name is not made; what was entered stands there still.
    let answer = with_form(visitor.request(reqwest::Method::POST, "/tokens"), &form).send().await.unwrap();
    let page = crate::harness::html::Html::parse(&answer.text().await.unwrap());
    assert!(page.by_id("made").is_none() && page.text().contains("小王"), "{}", page.text());
    assert_eq!(page.field("名称").unwrap().get("value"), Some("小王"));
    let (_, to) = visitor.send("/tokens/revoke", &[("name", "小王")]).await;
    assert_eq!(to, "/tokens?done=revoked");
    assert_eq!(visitor.send("/login", &[("token", &token)]).await.0, StatusCode::UNAUTHORIZED);
    let audit = visitor.page("/audit").await;
    assert!(audit.text().contains("新建令牌") && audit.text().contains("吊销令牌"), "{}", audit.text());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_forgets_a_customer_on_their_page() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    world.planted().await;
    let customer = world.records().await[0].summary.external_user_id.clone().unwrap();
    let path = format!("/customers/{customer}");
    let visitor = world.visitor(Role::Operator).await;
    assert!(!visitor.page(&path).await.text().contains("删除客户数据"));
    let (status, _) = visitor.send(&format!("{path}/forget"), &[]).await;
    assert_eq!(status.as_u16(), 403);
    let visitor = world.visitor(Role::Admin).await;
    let page = visitor.page(&path).await;
    let to_forget = page.named("删除客户数据");
    assert_eq!(to_forget[0].get("href"), Some(format!("{path}/forget").as_str()));
    // What cannot be undone comes after everything else on the page.
    let of = |element: &crate::harness::html::Element| {
        page.elements().iter().position(|other| std::ptr::eq(other, element)).unwrap()
    };
    let last = page.elements().iter().rposition(|element| element.name == "ol").unwrap();
    assert!(of(to_forget[0]) > last);
    let ask = visitor.page(&format!("{path}/forget")).await;
    assert!(ask.text().contains("要删除这位客户的全部数据吗？共 1 个事件"), "{}", ask.text());
    assert_eq!(world.records().await.len(), 1, "nothing is done yet");
    let (status, to) = visitor.send(&format!("{path}/forget"), &[]).await;
    assert_eq!((status.as_u16(), to.as_str()), (303, "/customers?done=forgotten"));
    assert!(visitor.page(&to).await.text().contains("客户数据已删除。"));
    assert!(world.records().await.is_empty());
    // Nobody of that id is known any more, which is said once.
    let page = visitor.page(&path).await;
    assert!(page.text().contains("没有这位客户的记录") && page.all("h2").all(|h2| h2.text != "时间线"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_names_leads_there_while_it_is_there() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let event = world.planted().await;
    let customer = world.records().await[0].summary.external_user_id.clone().unwrap();
    let visitor = world.visitor(Role::Viewer).await;
    let links = async |path: &str| -> Vec<String> {
        let page = visitor.page(path).await;
        page.all("a").filter_map(|link| link.get("href")).map(str::to_owned).collect()
    };
    let (customer, event) = (format!("/customers/{customer}"), format!("/events/{event}"));
    let state = "/events?state=%241+%7B%7B+7*7+%7D%7D".to_owned();
    let user = format!("/events?user={}", World::employee());
    let found = links(&customer).await;
    for wanted in [&event, &state, &user, &"/rules/everyone".to_owned()] {
        assert!(found.contains(wanted), "{wanted}: {found:?}");
    }
    for path in [&event, &"/failures".to_owned()] {
        assert!(links(path).await.contains(&"/rules/everyone".to_owned()), "{path}");
    }
    // A rule that is there no more is named, and leads nowhere.
    let other = super::RULES.replace("everyone", "new");
    world.store().import_rules(&other, None, 2).await.unwrap();
    super::rules::taken_up(&world, 2).await;
    for path in [&customer, &event, &"/failures".to_owned()] {
        let found = links(path).await;
        assert!(!found.contains(&"/rules/everyone".to_owned()), "{path}: {found:?}");
        assert!(visitor.page(path).await.text().contains("everyone"), "{path}");
    }
    // One whose name is a path of the pages' own has its form elsewhere.
    let (tags, form) = (links("/tags").await, "/rules/named/new".to_owned());
    assert!(tags.contains(&form) && !tags.contains(&"/rules/new".to_owned()), "{tags:?}");
    assert!(visitor.page(&form).await.text().contains("new"));
    // A period that has no place in the choice is called as the others are.
    assert!(visitor.page("/failures?since=60d").await.text().contains("近 60 日"));
    world.end().await;
}
