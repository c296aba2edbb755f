//! Messages of group robots.

use super::*;

const KEY: &str = "693a91f6-7aac-4bc4-97a0-0ec2cb5e7aaa";
const OTHER: &str = "2b0f5d1c-0000-4bc4-97a0-0ec2cb5e7aaa";

/// Posts as anybody does who has the key: without a token.
async fn post(outside: &Outside, key: &str, body: &Value) -> Value {
    let url = format!("{}/cgi-bin/webhook/send?key={key}", outside.simulator.api_base());
    let answer = outside.http.post(url).body(body.to_string()).send().await.unwrap();
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

fn markdown(content: &str) -> Value {
    json!({ "msgtype": "markdown", "markdown": { "content": content } })
}

#[tokio::test]
async fn whoever_has_the_key_posts_twenty_messages_a_minute() {
    let outside = Outside::start(Options::default()).await;
    for n in 0..20 {
        let answer = post(&outside, KEY, &markdown(&format!("第 {n} 条"))).await;
        assert_eq!((&answer["errcode"], &answer["errmsg"]), (&json!(0), &json!("ok")));
    }
    assert_eq!(post(&outside, KEY, &markdown("多了")).await["errcode"], 45009);
    assert_eq!(post(&outside, OTHER, &markdown("别的机器人")).await["errcode"], 0);
    outside.hand.advance(Duration::from_secs(59));
    assert_eq!(post(&outside, KEY, &markdown("还是多了")).await["errcode"], 45009);
    outside.hand.advance(Duration::from_secs(1));
    assert_eq!(post(&outside, KEY, &markdown("又可以了")).await["errcode"], 0);

    let messages = outside.simulator.robot_messages();
    assert_eq!(messages.len(), 22, "what is refused is posted nowhere");
    assert_eq!((messages[0].text(), messages[0].key.as_str()), ("第 0 条", KEY));
    let path = format!("robot_messages?key={OTHER}");
    let (_, of_other) = outside.control(reqwest::Method::GET, &path, "").await;
    assert_eq!(of_other["messages"].as_array().unwrap().len(), 1);
    assert_eq!(of_other["messages"][0]["message"]["content"], "别的机器人");
    outside.simulator.stop().await;
}

#[tokio::test]
async fn a_message_is_checked() {
    let outside = Outside::start(Options::default()).await;
    for (code, key, body) in [
        (93000, "", markdown("x")),
        (93000, "no-key", markdown("x")),
        (93000, "693a91f6-7aac-4bc4-97a0-0ec2cb5e7aa", markdown("x")),
        (40008, KEY, json!({ "msgtype": "telegram", "telegram": {} })),
        (40008, KEY, json!({})),
        (40058, KEY, json!({ "msgtype": "markdown", "text": { "content": "x" } })),
        (44004, KEY, markdown("")),
        (0, KEY, markdown(&"x".repeat(4_096))),
        (40058, KEY, markdown(&"x".repeat(4_097))),
        (40058, KEY, markdown(&"好".repeat(1_366))),
        (0, KEY, markdown(&"好".repeat(1_365))),
        (0, KEY, json!({ "msgtype": "text", "text": { "content": "x".repeat(2_048) } })),
        (40058, KEY, json!({ "msgtype": "text", "text": { "content": "x".repeat(2_049) } })),
    ] {
        let answer = post(&outside, key, &body).await;
        assert_eq!(answer["errcode"], code, "{key} {answer}");
    }
    assert_eq!(outside.simulator.robot_messages().len(), 3);
    outside.simulator.stop().await;
}
