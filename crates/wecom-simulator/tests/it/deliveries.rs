//! Events on their way to the callback URL.

use super::*;

#[tokio::test]
async fn an_add_arrives_as_an_event_that_can_be_opened() {
    let receiver = Receiver::start(&Corp::sample());
    let outside =
        Outside::start(Options { callback: Some(receiver.url.clone()), ..Options::default() }).await;
    let added = outside.simulator.add_customer(&AddCustomer::new("zhangsan", "小周", Some("a]]>b"))).unwrap();
    let delivery = outside.simulator.delivered(added.deliveries[0]).await.unwrap();
    assert_eq!(delivery.status, DeliveryStatus::Accepted);
    assert_eq!(delivery.tries.len(), 1);
    assert_eq!((delivery.tries[0].status, delivery.tries[0].answer.as_str()), (Some(200), "success"));
    let heard = receiver.plaintexts();
    assert_eq!(heard, [delivery.plaintext]);
    assert_eq!(element(&heard[0], "ToUserName"), Corp::sample().corp_id);
    assert_eq!(element(&heard[0], "CreateTime"), "1733900461");
    assert_eq!(element(&heard[0], "ChangeType"), "add_external_contact");
    assert_eq!(element(&heard[0], "UserID"), "zhangsan");
    assert_eq!(element(&heard[0], "ExternalUserID"), added.customer);
    assert!(heard[0].contains("<State><![CDATA[a]]]]><![CDATA[>b]]></State>"));
    assert_eq!(element(&heard[0], "WelcomeCode"), added.welcome_code.unwrap());
    assert!(receiver.heard.lock().unwrap().queries[0].starts_with("own=1&msg_signature="));
    outside.simulator.stop().await;
    receiver.server.stop(false).await;
}

#[tokio::test]
async fn what_is_not_answered_with_200_comes_again_three_times() {
    let receiver = Receiver::start(&Corp::sample());
    let outside =
        Outside::start(Options { callback: Some(receiver.url.clone()), ..Options::default() }).await;
    let until_ended = async |number: u64| {
        loop {
            // The pauses are on the manual clock: it is moved on as long as there is something to wait for.
            outside.hand.advance(Duration::from_secs(1));
            match tokio::time::timeout(Duration::from_millis(20), outside.simulator.delivered(number)).await {
                Ok(delivery) => return delivery.unwrap(),
                Err(_) => assert!(outside.simulator.deliveries().len() == 1 || number > 1),
            }
        }
    };
    receiver.answer_with([503, 500]);
    let (_, _) = outside.add("小周");
    let delivery = until_ended(1).await;
    let statuses: Vec<_> = delivery.tries.iter().map(|attempt| attempt.status).collect();
    assert_eq!(
        (delivery.status, statuses),
        (DeliveryStatus::Accepted, vec![Some(503), Some(500), Some(200)])
    );
    let pauses = delivery.tries.windows(2).map(|pair| pair[1].at_ms - pair[0].at_ms);
    assert!(pauses.clone().all(|pause| pause >= 5_000), "{:?}", pauses.collect::<Vec<_>>());
    let heard = receiver.plaintexts();
    assert!(
        heard.len() == 3 && heard.iter().all(|plaintext| *plaintext == heard[0]),
        "the same message each time"
    );
    let queries = receiver.heard.lock().unwrap().queries.clone();
    assert!(queries[0] != queries[1] && queries[1] != queries[2], "sealed anew each time");

    receiver.answer_with([500; 4]);
    let (_, _) = outside.add("小王");
    let delivery = until_ended(2).await;
    assert_eq!((delivery.status, delivery.tries.len()), (DeliveryStatus::GivenUp, 4));
    assert_eq!(receiver.plaintexts().len(), 7);
    outside.simulator.stop().await;
    receiver.server.stop(false).await;
}

#[tokio::test]
async fn a_callback_that_says_nothing_is_not_waited_for_longer_than_agreed() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap()).parse().unwrap();
    let patience =
        Patience { answer_within: Duration::from_millis(50), again_after: Duration::ZERO, again_max: 1 };
    let outside = Outside::start(Options { callback: Some(url), patience, ..Options::default() }).await;
    outside.add("小周");
    let delivery = outside.simulator.delivered(1).await.unwrap();
    assert_eq!((delivery.status, delivery.tries.len()), (DeliveryStatus::GivenUp, 2));
    assert_eq!(delivery.tries[0].answer, "no answer within 50 ms");
    let verified = outside.simulator.verify_url().await.unwrap();
    assert!(!verified.ok && verified.detail.contains("within 1000 ms"), "{verified:?}");

    drop(silent);
    outside.add("小王");
    let delivery = outside.simulator.delivered(2).await.unwrap();
    assert!(delivery.tries[0].answer.starts_with("no connection"), "{}", delivery.tries[0].answer);
    outside.simulator.set_callback(None);
    outside.add("小李");
    assert_eq!(outside.simulator.delivered(3).await.unwrap().status, DeliveryStatus::NoCallback);
    assert_eq!(outside.simulator.verify_url().await, Err(Error::NoCallback));
    outside.simulator.stop().await;
}

#[tokio::test]
async fn why_there_was_no_answer_is_said_in_the_language_of_the_page() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url: reqwest::Url = format!("http://{}/", silent.local_addr().unwrap()).parse().unwrap();
    let patience =
        Patience { answer_within: Duration::from_millis(50), again_after: Duration::ZERO, again_max: 0 };
    let page = wecom_simulator::PageLanguage::Chinese;
    let outside =
        Outside::start(Options { callback: Some(url.clone()), patience, page, ..Options::default() }).await;
    outside.add("小周");
    assert_eq!(outside.simulator.delivered(1).await.unwrap().tries[0].answer, "50 毫秒内没有答复");
    drop(silent);
    outside.add("小王");
    let answer = outside.simulator.delivered(2).await.unwrap().tries[0].answer.clone();
    assert!(answer.starts_with("连不上") && !answer.contains(|c: char| c.is_ascii_alphabetic()), "{answer}");
    let passed = outside
        .http
        .get(format!("{}/_simulator/gateway/x", outside.simulator.api_base()))
        .send()
        .await
        .unwrap();
    assert_eq!(passed.status(), 502);
    let said: serde_json::Value = passed.json().await.unwrap();
    assert!(said["error"].as_str().unwrap().contains("连不上"), "{said}");
    outside.simulator.stop().await;
}

#[tokio::test]
async fn duplicates_are_the_same_message_sealed_anew() {
    let receiver = Receiver::start(&Corp::sample());
    let outside =
        Outside::start(Options { callback: Some(receiver.url.clone()), ..Options::default() }).await;
    let add = AddCustomer { duplicates: 2, ..AddCustomer::default() };
    let added = outside.simulator.add_customer(&add).unwrap();
    for number in &added.deliveries {
        assert_eq!(outside.simulator.delivered(*number).await.unwrap().status, DeliveryStatus::Accepted);
    }
    let heard = receiver.plaintexts();
    assert!(heard.len() == 3 && heard.iter().all(|plaintext| *plaintext == heard[0]));
    outside.simulator.stop().await;
    receiver.server.stop(false).await;
}

#[tokio::test]
async fn the_url_is_verified_as_the_console_does() {
    let receiver = Receiver::start(&Corp::sample());
    let outside =
        Outside::start(Options { callback: Some(receiver.url.clone()), ..Options::default() }).await;
    let verified = outside.simulator.verify_url().await.unwrap();
    assert!(verified.ok, "{verified:?}");
    for (echo, told) in [("\"1\"", "something else"), ("", "something else")] {
        receiver.heard.lock().unwrap().echo = Some(echo.into());
        let (status, verified) = outside.control(reqwest::Method::POST, "verify", "").await;
        assert_eq!((status, &verified["ok"]), (200, &json!(false)));
        assert!(verified["detail"].as_str().unwrap().contains(told), "{verified}");
    }
    outside.simulator.stop().await;
    receiver.server.stop(false).await;
}

#[tokio::test]
async fn a_suite_is_told_in_its_own_form() {
    let corp = Corp { suite_id: Some("ww4asdf7f3c1d7be2a".into()), ..Corp::sample() };
    let receiver = Receiver::start(&corp);
    let options = Options { callback: Some(receiver.url.clone()), corp, ..Options::default() };
    let outside = Outside::start(options).await;
    outside.add("小周");
    assert_eq!(outside.simulator.delivered(1).await.unwrap().status, DeliveryStatus::Accepted);
    let heard = receiver.plaintexts();
    assert_eq!(element(&heard[0], "SuiteId"), "ww4asdf7f3c1d7be2a");
    assert_eq!(element(&heard[0], "AuthCorpId"), Corp::sample().corp_id);
    assert_eq!(element(&heard[0], "InfoType"), "change_external_contact");
    assert_eq!(element(&heard[0], "TimeStamp"), "1733900461");
    assert!(!heard[0].contains("ToUserName"));
    outside.simulator.stop().await;
    receiver.server.stop(false).await;
}

#[tokio::test]
async fn the_check_of_a_suites_url_is_sealed_for_its_provider() {
    let (suite, provider) = ("ww4asdf7f3c1d7be2a", "ww5provider00001");
    let told = Corp { suite_id: Some(suite.into()), ..Corp::sample() };
    // What opens messages to the suite does not open the check, and the other way round.
    for (opens, provider_corp_id, passes) in
        [(provider, Some(provider), true), (suite, Some(provider), false), (suite, None, true)]
    {
        let receiver = Receiver::start(&Corp { suite_id: Some(opens.into()), ..Corp::sample() });
        let corp = Corp { provider_corp_id: provider_corp_id.map(str::to_owned), ..told.clone() };
        let options = Options { callback: Some(receiver.url.clone()), corp, ..Options::default() };
        let outside = Outside::start(options).await;
        let (status, verified) = outside.control(reqwest::Method::POST, "verify", "").await;
        assert_eq!((status, &verified["ok"]), (200, &json!(passes)), "{opens} {provider_corp_id:?}");
        outside.simulator.stop().await;
        receiver.server.stop(false).await;
    }
}

#[tokio::test]
async fn a_new_code_comes_with_the_consent_to_archiving() {
    let receiver = Receiver::start(&Corp::sample());
    let outside =
        Outside::start(Options { callback: Some(receiver.url.clone()), ..Options::default() }).await;
    let (customer, code) = outside.add("小周");
    assert_eq!(outside.welcome(&code, "您好").await, 0);
    outside.simulator.delivered(1).await.unwrap();
    outside.simulator.occur(Occurrence::MsgAuditApproved(Contact::of("zhangsan", customer)), 0).unwrap();
    let delivery = outside.simulator.delivered(2).await.unwrap();
    assert_eq!(outside.welcome(element(&delivery.plaintext, "WelcomeCode"), "您好").await, 0);
    outside.simulator.stop().await;
    receiver.server.stop(false).await;
}
