//! How much a caller may ask for.

use super::*;
use crate::harness::world::{Which, fresh};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_asks_too_fast_is_told_when_to_come_again_and_no_other_suffers() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let adjust = |config: &mut wecom_greeter::config::Config| {
        config.admin.token = Some(SETTING.into());
        config.admin.requests_per_second = 1;
    };
    let world = World::begin(database, PLAIN_RULES, Clock::system(), adjust).await;
    let other = token(world.store(), "other", Role::Viewer, None).await;
    let ask = async |token: &str| world.api(Method::GET, "/apps", token).send().await.unwrap();
    let mut answers = Vec::new();
    for _ in 0..14 {
        answers.push(ask(SETTING).await);
    }
    let fine = answers.iter().filter(|answer| answer.status() == 200).count();
    assert!((10..=13).contains(&fine), "ten seconds' worth comes at once: {fine}");
    let refused = answers.pop().unwrap();
    assert_eq!(refused.status(), 429);
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=11).contains(&wait), "{wait}");
    let (status, problem) = read(refused).await;
    document::hold(&Method::GET, "/apps", status, &problem);
    assert_eq!(problem["code"], "too_fast");
    assert!(problem["detail"].as_str().unwrap().contains("admin.requests_per_second"), "{problem}");
    let chinese = world.api(Method::GET, "/apps", SETTING).header("accept-language", "zh");
    assert_eq!(read(chinese.send().await.unwrap()).await.1["title"], "请求太频繁");
    assert_eq!(ask(&other).await.status(), 200, "another token is another caller");
    assert_eq!(ask("wrong").await.status(), 401, "who has not come in is not counted");
    world.stop().await;
}
