//! The simulator's own door, `/_simulator/`.

use super::*;

#[tokio::test]
async fn all_of_it_can_be_done_by_curl() {
    use reqwest::Method;
    let receiver = Receiver::start(&Corp::sample());
    let outside = Outside::start(Options::default()).await;
    let callback = json!({ "url": receiver.url.as_str() }).to_string();
    assert_eq!(outside.control(Method::PUT, "callback", &callback).await.0, 200);
    assert_eq!(outside.control(Method::POST, "verify", "").await.1["ok"], true);

    let body = r#"{"employee": "lisi", "state": "spring", "count": 3, "wait": true}"#;
    let (status, answer) = outside.control(Method::POST, "customers", body).await;
    assert_eq!((status, answer["customers"].as_array().unwrap().len()), (200, 3));
    assert!(answer["deliveries"].as_array().unwrap().iter().all(|delivery| delivery["status"] == "accepted"));
    let customer = answer["customers"][2]["customer"].as_str().unwrap();
    let (_, answer) = outside.control(Method::GET, &format!("customers/{customer}"), "").await;
    assert_eq!(answer["relations"][0]["state"], "spring");
    assert_eq!(outside.control(Method::POST, "customers", "").await.0, 200, "everything may be left out");

    let body =
        json!({ "kind": "del_follow_user", "employee": "lisi", "customer": customer, "duplicates": 1 });
    let (_, answer) = outside.control(Method::POST, "occurrences", &body.to_string()).await;
    assert_eq!(answer, json!({ "deliveries": [5, 6] }));
    let delivery = outside.simulator.delivered(6).await.unwrap();
    assert_eq!(element(&delivery.plaintext, "ChangeType"), "del_follow_user");
    let (_, answer) = outside.control(Method::GET, "deliveries?after=5", "").await;
    assert_eq!(answer["deliveries"][0]["number"], 6);

    let fault = r#"{"path": "externalcontact/list", "times": 1, "fault": {"errcode": {"code": 6000}}}"#;
    assert_eq!(outside.control(Method::POST, "faults", fault).await.0, 200);
    assert_eq!(outside.get("externalcontact/list", "userid=lisi").await["errcode"], 6000);
    assert_eq!(outside.control(Method::DELETE, "faults", "").await.1["faults"], json!([]));
    assert_eq!(outside.control(Method::POST, "tokens/revoke", "").await.0, 200);
    assert_eq!(outside.get("externalcontact/list", "userid=lisi").await["errcode"], 40014);

    let (_, answer) = outside.control(Method::GET, "requests?path=externalcontact/list&limit=1", "").await;
    let last = &answer["requests"][0];
    assert_eq!((&last["method"], &last["query"]), (&json!("GET"), &json!([["userid", "lisi"]])));
    assert_eq!((&last["at_ms"], &last["answer"]), (&json!(NOW_MS), &json!({ "errcode": 40014 })));
    assert!(!outside.simulator.requests().iter().any(|request| {
        request.query.iter().any(|(name, _)| name == "access_token" || name == "corpsecret")
    }));

    let employee = r#"{"userid": "zhaoliu", "name": "赵六"}"#;
    assert_eq!(outside.control(Method::POST, "employees", employee).await.0, 200);
    let (_, state) = outside.control(Method::GET, "state", "").await;
    assert_eq!((&state["customers"], state["employees"].as_array().unwrap().len()), (&json!(4), 4));
    let usage = outside.http.get(outside.simulator.api_base()).send().await.unwrap().text().await.unwrap();
    assert!(usage.contains("externalcontact/mark_tag") && usage.contains(&outside.simulator.api_base()));
    assert!(!usage.contains("{base}") && !usage.contains("{methods}"));
    let head = outside.http.head(outside.simulator.api_base()).send().await.unwrap();
    assert_eq!(head.status(), 200);
    outside.simulator.stop().await;
    receiver.server.stop(false).await;
}

#[tokio::test]
async fn what_people_do_can_be_done_by_curl() {
    use reqwest::Method;
    let outside = Outside::start(Options::default()).await;
    let way = json!({ "type": 1, "scene": 2, "user": ["lisi"], "state": "expo", "skip_verify": false });
    let made = outside.post("externalcontact/add_contact_way", way).await;
    let scan = json!({ "config_id": made["config_id"], "name": "小周" }).to_string();
    let (status, scanned) = outside.control(Method::POST, "scans", &scan).await;
    assert_eq!((status, &scanned["employee"], &scanned["state"]), (200, &json!("lisi"), &json!("expo")));
    assert_eq!((&scanned["waiting"], &scanned["deliveries"]), (&json!(true), &json!([])));
    let customer = &scanned["customer"];
    let path = format!("customers/{}", customer.as_str().unwrap());
    let (_, seen) = outside.control(Method::GET, &path, "").await;
    assert_eq!((&seen["waits_for"], &seen["relations"]), (&json!(["lisi"]), &json!([])));
    let (_, state) = outside.control(Method::GET, "state", "").await;
    assert_eq!(state["waiting"], 1);
    let pair = json!({ "employee": "lisi", "customer": customer }).to_string();
    assert_eq!(outside.control(Method::POST, "accepts", &pair).await.0, 200);
    let (_, relation) = outside.control(Method::POST, "talks", &pair).await;
    assert_eq!((&relation["chatting"], &relation["half"]), (&json!(true), &json!(false)));
    let (_, seen) = outside.control(Method::GET, &path, "").await;
    assert_eq!(seen["waits_for"], json!([]));
    assert_eq!(seen["ids"]["unionid"].as_str().unwrap().len(), 28);

    let department = r#"{"id": 5, "name": "华南区", "parentid": 2}"#;
    let (_, answer) = outside.control(Method::POST, "departments", department).await;
    assert_eq!(answer["departments"].as_array().unwrap().len(), 5);
    let employee = r#"{"userid": "zhaoliu", "departments": [5], "hindrances": ["barred"]}"#;
    assert_eq!(outside.control(Method::POST, "employees", employee).await.0, 200);

    let start =
        json!({ "handover_userid": "lisi", "takeover_userid": "wangwu", "external_userid": [customer] });
    assert_eq!(outside.code("externalcontact/transfer_customer", start).await, 0);
    let (_, state) = outside.control(Method::GET, "state", "").await;
    assert_eq!((&state["transfers"], &state["messages"]), (&json!(1), &json!(0)));
    let decide = json!({ "customer": customer, "decision": "refuse" }).to_string();
    let (_, answer) = outside.control(Method::POST, "transfers", &decide).await;
    assert_eq!(answer["deliveries"].as_array().unwrap().len(), 1);
    let (_, answer) = outside.control(Method::GET, "transfers", "").await;
    assert_eq!(
        (&answer["transfers"][0]["status"], &answer["transfers"][0]["takeover"]),
        (&json!("refused"), &json!("wangwu"))
    );
    assert_eq!(outside.control(Method::POST, "employees/lisi/leave", "").await.0, 200);
    let told = outside.changes();
    assert_eq!(told, changes([("add_external_contact", "lisi"), ("transfer_fail", "wangwu")]));
    outside.simulator.stop().await;
}

#[tokio::test]
async fn wrong_input_is_told_what_to_do() {
    use reqwest::Method;
    let outside = Outside::start(Options::default()).await;
    for (path, body, told) in [
        ("customers", "{", "give JSON such as"),
        ("customers", r#"{"employe": "lisi"}"#, "unknown field `employe`, expected one of `employee`"),
        ("customers", r#"{"employee": "nobody"}"#, "the members are lisi, wangwu, zhangsan"),
        ("customers", r#"{"customer": "wmNobody"}"#, "leave `customer` out"),
        ("customers", r#"{"count": 0}"#, "1 to 10000"),
        ("customers", r#"{"duplicates": 1000}"#, "at most 100"),
        ("customers", r#"{"state": "a\u0000"}"#, "no control characters"),
        ("occurrences", r#"{"kind": "nothing"}"#, "`add_external_contact`"),
        (
            "occurrences",
            r#"{"kind": "del_follow_user", "employee": "a", "customer": "b", "stat": "c"}"#,
            "`stat`",
        ),
        ("occurrences", r#"{"kind": "other", "event": "e", "fields": [["<a>", ""]]}"#, "letters and digits"),
        ("faults", r#"{"path": "nothing", "fault": "reset"}"#, "below /cgi-bin/"),
        ("faults", r#"{"path": "*", "fault": "rest"}"#, "`reset`"),
        ("faults", r#"{"path": "*", "fault": {"http": {"status": 42}}}"#, "200 to 599"),
        ("faults", r#"{"path": "*", "fault": {"errcode": {"code": 0}}}"#, "errcode 0 is success"),
        ("faults", r#"{"path": "*", "times": 0, "fault": "reset"}"#, "`times` is 1 or more"),
        ("employees", r#"{"userid": "张三"}"#, "1 to 64 letters"),
        ("employees", r#"{"userid": "a", "departments": [77]}"#, "POST /_simulator/departments"),
        ("employees", r#"{"userid": "a", "hindrances": ["lazy"]}"#, "`not_activated`"),
        ("employees/nobody/leave", "", "the members are lisi, wangwu, zhangsan"),
        ("departments", r#"{"id": 5, "parentid": 77}"#, "cannot be below 77"),
        ("scans", "", r#"{"config_id": "…", "name": "小周"}"#),
        ("scans", r#"{"config_id": "none"}"#, "add_contact_way makes one"),
        ("accepts", r#"{"employee": "lisi", "customer": "wmNobody"}"#, "`skip_verify` false"),
        ("talks", r#"{"employee": "lisi", "customer": "wmNobody"}"#, "leave `customer` out"),
        ("talks", r#"{"employee": "lisi", "customer": "wm", "messages": 0}"#, "1 to 1000000"),
        ("transfers", r#"{"customer": "wmNobody", "decision": "refuse"}"#, "transfer_customer starts one"),
        ("transfers", r#"{"customer": "wm", "decision": "wait"}"#, "`accept`"),
        ("media", r#"{"media_id": "a", "type": "picture"}"#, "`image`"),
        ("verify", "", "--callback"),
    ] {
        let (status, answer) = outside.control(Method::POST, path, body).await;
        let error = answer["error"].as_str().unwrap_or_default();
        assert!(status == 400 && error.contains(told), "{path} {body}: {status} {answer}");
    }
    for url in ["nowhere", "ftp://127.0.0.1/callback", "http:"] {
        let (status, answer) =
            outside.control(Method::PUT, "callback", &json!({ "url": url }).to_string()).await;
        assert!(
            status == 400 && answer["error"].as_str().unwrap().contains("http://127.0.0.1:8080"),
            "{answer}"
        );
    }
    assert_eq!(outside.control(Method::GET, "requests?limit=0", "").await.0, 400);
    assert_eq!(outside.control(Method::GET, "nothing", "").await.0, 404);
    outside.simulator.stop().await;
}

/// What takes days is tried at once: the clock is put ahead, and what was due has happened.
#[tokio::test]
async fn time_is_put_ahead_by_hand() {
    use reqwest::Method;
    let mut outside = Outside::start(Options::default()).await;
    let (customer, code) = outside.add("小周");
    let body =
        json!({ "handover_userid": "zhangsan", "takeover_userid": "lisi", "external_userid": [customer] });
    assert_eq!(outside.post("externalcontact/transfer_customer", body).await["customer"][0]["errcode"], 0);
    let (status, told) = outside.control(Method::POST, "clock", r#"{"forward": "21s"}"#).await;
    assert_eq!(
        (status, told),
        (200, json!({ "now_ms": NOW_MS + 21_000, "ahead_ms": 21_000, "deliveries": [] }))
    );
    assert_eq!(outside.welcome(&code, "您好").await, 41050);
    let image =
        json!({ "userid": "zhangsan", "external_userid": customer, "remark_pic_mediaid": "simulated-image" });
    assert_eq!(outside.code("externalcontact/remark", image.clone()).await, 0);

    let (_, told) = outside.control(Method::POST, "clock", r#"{"forward_ms": 259200000}"#).await;
    assert_eq!(told["deliveries"].as_array().unwrap().len(), 2, "the transfer is done: {told}");
    assert_eq!(outside.code("externalcontact/remark", image.clone()).await, 42001, "the token has expired");
    outside.login().await;
    let mut image = image;
    image["userid"] = json!("lisi");
    assert_eq!(outside.code("externalcontact/remark", image).await, 40007, "and so has the picture");
    assert!(outside.simulator.relation("lisi", &customer).is_some());
    let xml = outside.notices().pop().unwrap();
    assert_eq!(element(&xml, "CreateTime"), (NOW_MS / 1_000 + 21 + 259_200).to_string());

    for (body, told) in [
        ("{}", "either `forward` or `forward_ms`"),
        (r#"{"forward": "3 days"}"#, "s, m, h or d"),
        (r#"{"forward": "1d", "forward_ms": 1}"#, "either"),
        (r#"{"forward": "4000d"}"#, "start the simulator again"),
        (r#"{"forward_ms": -1}"#, "u64"),
    ] {
        let (status, answer) = outside.control(Method::POST, "clock", body).await;
        assert!(status == 400 && answer["error"].as_str().unwrap().contains(told), "{body}: {answer}");
    }
    let (_, told) = outside.control(Method::GET, "clock", "").await;
    assert_eq!(told, json!({ "now_ms": NOW_MS + 259_221_000, "ahead_ms": 259_221_000 }));
    outside.simulator.stop().await;
}

#[tokio::test]
async fn the_same_seed_gives_the_same_world() {
    let run = async || {
        let outside = Outside::start(Options::default()).await;
        let added: Vec<_> =
            (0..5).map(|_| outside.simulator.add_customer(&AddCustomer::default()).unwrap()).collect();
        outside.simulator.stop().await;
        (
            outside.token,
            added
                .into_iter()
                .map(|added| (added.customer, added.name, added.welcome_code))
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(run().await, run().await);
    assert_eq!(people(7).take(3).collect::<Vec<_>>(), people(7).take(3).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_page_is_in_the_language_of_whoever_starts_it() {
    let outside =
        Outside::start(Options { page: wecom_simulator::PageLanguage::Chinese, ..Options::default() }).await;
    let get = async |path: &str| {
        let url = format!("{}{path}", outside.simulator.api_base());
        outside.http.get(url).send().await.unwrap().text().await.unwrap()
    };
    let page = get("/").await;
    assert!(page.starts_with("模拟的企业微信") && page.contains("externalcontact/mark_tag"), "{page}");
    assert!(!page.contains("{base}") && !page.contains("{methods}"), "{page}");
    // Beside requests, names and values there is no English in it: three words on end are a sentence.
    let words = |line: &str| {
        let words =
            line.split(' ').map(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic()) && word.len() > 1);
        words.collect::<Vec<_>>().windows(3).any(|three| three == [true; 3])
    };
    let english: Vec<&str> = page.lines().filter(|line| !line.contains("curl") && words(line)).collect();
    assert!(english.is_empty(), "{english:?}");
    assert!(get("/nowhere").await.contains("这里什么都没有"));
    outside.simulator.set_callback(Some("http://127.0.0.1:9/".parse().unwrap()));
    let (_, check) = outside.control(reqwest::Method::POST, "verify", "").await;
    assert!(check["detail"].as_str().unwrap().contains("必须在 1000 毫秒内作答"), "{check}");
    outside.simulator.stop().await;
}
