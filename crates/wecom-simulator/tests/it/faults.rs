//! What goes wrong on request.

use super::*;

#[tokio::test]
async fn faults_befall_as_many_calls_as_they_say() {
    let outside = Outside::start(Options::default()).await;
    let path = "externalcontact/get_follow_user_list";
    let set = |times, kind| outside.simulator.add_fault(Fault::new(path, times, kind)).unwrap();
    set(2, FaultKind::Errcode { code: -1, message: None });
    set(1, FaultKind::Errcode { code: 45009, message: Some("api freq out of limit".into()) });
    assert_eq!(outside.get(path, "").await["errcode"], -1);
    assert_eq!(outside.get(path, "").await["errcode"], -1);
    assert_eq!(outside.get(path, "").await["errcode"], 45009);
    assert_eq!(outside.get(path, "").await["errcode"], 0);

    let call = || outside.http.get(outside.url(path)).timeout(Duration::from_millis(250)).send();
    set(1, FaultKind::Http { status: 502, body: "bad gateway".into() });
    let answer = call().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.text().await.unwrap()), (502, "bad gateway".into()));

    set(1, FaultKind::NotJson);
    assert!(call().await.unwrap().json::<Value>().await.is_err());

    set(1, FaultKind::Reset);
    let reset = call().await.unwrap_err();
    assert!(!reset.is_timeout() && reset.is_request(), "{reset:?}");
    assert!(is_reset(&reset), "{reset:?}");

    set(1, FaultKind::Hang(Duration::from_mins(1)));
    assert!(call().await.unwrap_err().is_timeout());

    set(1, FaultKind::Delay(Duration::from_millis(60)));
    let began = std::time::Instant::now();
    assert_eq!(call().await.unwrap().status(), 200);
    assert!(began.elapsed() >= Duration::from_millis(60));

    outside.simulator.add_fault(Fault::lasting("*", FaultKind::Reset)).unwrap();
    assert!(call().await.is_err() && call().await.is_err());
    outside.simulator.clear_faults();
    assert_eq!(call().await.unwrap().status(), 200);
    assert!(outside.simulator.add_fault(Fault::new("externalcontact/nothing", 1, FaultKind::Reset)).is_err());
    outside.simulator.stop().await;
}

/// Whether the connection was reset, and not merely closed.
fn is_reset(fault: &reqwest::Error) -> bool {
    let mut cause = std::error::Error::source(fault);
    while let Some(fault) = cause {
        if fault
            .downcast_ref::<std::io::Error>()
            .is_some_and(|io| io.kind() == std::io::ErrorKind::ConnectionReset)
        {
            return true;
        }
        cause = fault.source();
    }
    false
}

#[tokio::test]
async fn a_lost_answer_is_not_a_lost_call() {
    let outside = Outside::start(Options::default()).await;
    let (customer, code) = outside.add("小周");
    let path = "externalcontact/send_welcome_msg";
    outside.simulator.add_fault(Fault::new(path, 1, FaultKind::LoseAnswer)).unwrap();
    let body = json!({ "welcome_code": code, "text": { "content": "您好" } });
    assert!(outside.http.post(outside.url(path)).json(&body).send().await.is_err());
    assert_eq!(outside.simulator.relation("zhangsan", &customer).unwrap().welcomes.len(), 1);
    assert_eq!(outside.code(path, body).await, 41051);
    let answers: Vec<_> =
        outside.simulator.requests_of(path).into_iter().map(|request| request.answer).collect();
    assert_eq!(answers, [Some(Answered::Reset { done: true }), Some(Answered::Errcode(41051))]);
    outside.simulator.stop().await;
}

#[tokio::test]
async fn more_calls_at_once_than_allowed_are_refused() {
    let latency = (Duration::from_millis(150), Duration::from_millis(150));
    let outside = Outside::start(Options { at_once_max: Some(2), latency, ..Options::default() }).await;
    let path = "externalcontact/get_follow_user_list";
    let calls = (0..5).map(|_| outside.get(path, ""));
    let mut codes: Vec<_> = futures_util::future::join_all(calls)
        .await
        .iter()
        .map(|answer| answer["errcode"].as_i64().unwrap())
        .collect();
    codes.sort_unstable();
    assert_eq!(codes, [0, 0, 45033, 45033, 45033]);
    assert_eq!(outside.get(path, "").await["errcode"], 0);
    outside.simulator.stop().await;
}

/// What is asked for goes wrong with any method; that of a contact way stands for all.
#[tokio::test]
async fn faults_befall_every_family() {
    let outside = Outside::start(Options::default()).await;
    let path = "externalcontact/add_contact_way";
    let way = json!({ "type": 1, "scene": 2, "user": ["lisi"] });
    let listed =
        async || outside.post("externalcontact/list_contact_way", json!({})).await["contact_way"].clone();
    let full = FaultKind::Errcode { code: 41045, message: None };
    outside.simulator.add_fault(Fault::new(path, 1, full)).unwrap();
    assert_eq!(outside.code(path, way.clone()).await, 41045);
    assert_eq!(listed().await, json!([]), "the call has had no effect");
    outside.simulator.add_fault(Fault::new(path, 1, FaultKind::LoseAnswer)).unwrap();
    assert!(outside.http.post(outside.url(path)).json(&way).send().await.is_err());
    assert_eq!(listed().await.as_array().unwrap().len(), 1, "the call has had its effect");
    let usage = outside.http.get(outside.simulator.api_base()).send().await.unwrap().text().await.unwrap();
    let paths: Vec<_> = usage
        .lines()
        .map(str::trim)
        .filter(|line| line.contains('/') && !line.contains([' ', ':']))
        .collect();
    assert!(paths.len() > 50, "{paths:?}");
    for path in paths {
        let busy = FaultKind::Errcode { code: -1, message: None };
        outside.simulator.add_fault(Fault::new(path, 1, busy)).unwrap();
        assert_eq!(outside.post(path, json!({})).await["errcode"], -1, "{path}");
        let post = outside.post(path, json!({})).await;
        let get = outside.get(path, "").await;
        let wrong_verb = [&post, &get]
            .into_iter()
            .filter(|answer| answer["errmsg"].as_str().unwrap().contains("require "));
        assert_eq!(wrong_verb.count(), 1, "{path}: {post} {get}");
        let nobodys = format!("{}/cgi-bin/{path}", outside.simulator.api_base());
        let verb = if post["errmsg"].as_str().unwrap().contains("require ") {
            reqwest::Method::GET
        } else {
            reqwest::Method::POST
        };
        let answer: Value = outside.http.request(verb, nobodys).send().await.unwrap().json().await.unwrap();
        // A group's robot is known by the key in its address, and not by a token.
        let nobody = if path == "webhook/send" { 93000 } else { 41001 };
        assert_eq!(answer["errcode"], nobody, "{path}");
    }
    outside.simulator.stop().await;
}
