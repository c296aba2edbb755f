//! What is done by forms: retries, replays, tokens; each leaves a line in the audit.

use reqwest::StatusCode;
use rstest::rstest;
use wecom_greeter::{access::Role, action::Kind};

use super::{with_form, world};
use crate::harness::world::{Which, action, fresh};

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
    // All that match: first how many, and nothing is done yet.
    let ask = visitor.page("/failures/retry?code=refused&kind=tag").await;
    assert!(ask.text().contains("共 1 个动作符合"), "{}", ask.text());
    assert_eq!(action(&world.records().await[0], Kind::Tag).status.as_str(), "failed");
    let actions = ask.all("form").filter_map(|form| form.get("action"));
    let start = actions.into_iter().find(|action| action.starts_with("/failures/retry")).unwrap().to_owned();
    let (status, to) = visitor.send(&start, &[]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(to.contains("done=retried-1"), "{to}");
    world
        .until("the tag is set", async || {
            let done = action(&world.records().await[0], Kind::Tag).status.as_str() == "done";
            done.then_some(())
        })
        .await;
    assert!(visitor.page(&to).await.text().contains("1 个动作正在重试"));
    // What is done is not done again, by whichever way.
    for path in [format!("/actions/{tag}/retry"), "/failures/chosen".to_owned()] {
        let (status, to) = visitor.send(&path, &[("ids", &tag), ("back", &format!("/events/{event}"))]).await;
        assert_eq!((status, to), (StatusCode::SEE_OTHER, format!("/events/{event}?done=not-retried")));
    }
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
    for path in
        [format!("/events/{event}/replay"), "/actions/1/retry".to_owned(), "/failures/retry".to_owned()]
    {
        assert_eq!(viewer.send(&path, &[]).await.0, StatusCode::FORBIDDEN, "{path}");
    }
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
