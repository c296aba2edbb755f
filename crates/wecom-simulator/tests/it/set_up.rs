//! What is wrong with a set-up, by name: what an app and its server see of it.

use super::*;
use wecom_simulator::SetUpFault;

const FOLLOW: &str = "externalcontact/get_follow_user_list";

async fn named(outside: &Outside, body: Value) -> Value {
    let (status, answer) = outside.control(reqwest::Method::POST, "faults", &body.to_string()).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

#[tokio::test]
async fn calls_are_refused_until_the_faults_are_cleared() {
    let outside = Outside::start(Options::default()).await;
    let answer = named(&outside, json!({ "name": "untrusted_address", "address": "198.51.100.4" })).await;
    assert_eq!(answer["set_up"], json!([{ "name": "untrusted_address", "address": "198.51.100.4" }]));
    let refused = outside.get(FOLLOW, "").await;
    assert_eq!(refused["errcode"], 60020);
    let errmsg = refused["errmsg"].as_str().unwrap();
    assert!(errmsg.contains("from ip: 198.51.100.4") && !errmsg.contains("127.0.0.1"), "{errmsg}");
    // A token is given out all the same, and so it is to the app whose right is missing.
    let corp = Corp::sample();
    assert_eq!(outside.gettoken(&corp.corp_id, corp.secret.expose_secret()).await["errcode"], 0);
    let (_, state) = outside.control(reqwest::Method::GET, "state", "").await;
    assert_eq!(state["set_up"][0]["name"], "untrusted_address");
    let (_, answer) = outside.control(reqwest::Method::DELETE, "faults", "").await;
    assert_eq!(answer["set_up"], json!([]));
    assert_eq!(outside.get(FOLLOW, "").await["errcode"], 0);

    named(&outside, json!({ "name": "no_right" })).await;
    assert_eq!(outside.get(FOLLOW, "").await["errcode"], 48002);
    assert_eq!(outside.get("user/get", "userid=lisi").await["errcode"], 0);
    named(&outside, json!({ "name": "no_right", "method": "externalcontact/get_corp_tag_list" })).await;
    assert_eq!(outside.get(FOLLOW, "").await["errcode"], 0, "a fault of the same name goes");
    assert_eq!(outside.code("externalcontact/get_corp_tag_list", json!({})).await, 48002);
    outside.simulator.clear_faults();

    named(&outside, json!({ "name": "not_in_range" })).await;
    assert_eq!(outside.get(FOLLOW, "").await["errcode"], 60011);
    outside.simulator.clear_faults();
    named(&outside, json!({ "name": "nobody_in_range" })).await;
    assert_eq!(outside.get(FOLLOW, "").await["follow_user"], json!([]));
    outside.simulator.stop().await;
}

#[tokio::test]
async fn the_clock_the_statistics_and_the_codes_are_wrong_on_request() {
    let outside = Outside::start(Options::default()).await;
    named(&outside, json!({ "name": "wrong_clock", "seconds": -90 })).await;
    let answer = outside.http.get(outside.url(FOLLOW)).send().await.unwrap();
    let date = answer.headers()["date"].to_str().unwrap().to_owned();
    // 2024-12-11 07:01:01 and 90 seconds before.
    assert_eq!(date, "Wed, 11 Dec 2024 06:59:31 GMT");

    let statistics = async || {
        let day = NOW_MS / 1_000;
        let asked = json!({ "userid": ["lisi"], "start_time": day, "end_time": day });
        let answer = outside.post("externalcontact/get_user_behavior_data", asked).await;
        answer["behavior_data"][0]["new_contact_cnt"].clone()
    };
    assert_eq!(statistics().await, 0);
    named(&outside, json!({ "name": "statistics_disagree", "more": 2 })).await;
    assert_eq!(statistics().await, 2);

    let has_code = |employee: &str| {
        outside
            .simulator
            .add_customer(&AddCustomer::new(employee, "小周", None))
            .unwrap()
            .welcome_code
            .is_some()
    };
    named(&outside, json!({ "name": "no_welcome_codes", "employee": "LiSi" })).await;
    assert_eq!([has_code("lisi"), has_code("wangwu")], [false, true]);
    named(&outside, json!({ "name": "no_welcome_codes" })).await;
    assert!(!has_code("wangwu"));
    outside.simulator.stop().await;
}

/// What is wrong before the callback URL befalls the console's check, the events, and whoever asks there.
#[tokio::test]
async fn the_gateway_before_the_callback_url_does_what_is_asked() {
    let corp = Corp::sample();
    let receiver = Receiver::start(&corp);
    let callback = Some(receiver.url.clone());
    let outside = Outside::start(Options { callback, ..Options::default() }).await;
    let check = async || outside.control(reqwest::Method::POST, "verify", "").await.1;
    let answer = named(&outside, json!({ "name": "callback_wrong" })).await;
    let gateway = answer["gateway"].as_str().unwrap().to_owned();
    assert_eq!(
        gateway,
        format!("{}/_simulator/gateway/callback/default?own=1", outside.simulator.api_base())
    );
    assert_eq!(answer["https"], Value::Null);
    let failed = check().await;
    assert_eq!(failed["ok"], false);
    assert!(failed["detail"].as_str().unwrap().contains("line break"), "{failed}");
    for (answer, told) in
        [("bom", "something else"), ("quotes", "something else"), ("other", "something else")]
    {
        named(&outside, json!({ "name": "callback_wrong", "answer": answer })).await;
        let failed = check().await;
        assert!(failed["detail"].as_str().unwrap().contains(told), "{failed}");
    }
    outside.simulator.clear_faults();
    assert_eq!(check().await["ok"], true);

    named(&outside, json!({ "name": "callback_slow", "delay_ms": 1_200 })).await;
    let slow = check().await;
    assert!(slow["detail"].as_str().unwrap().contains("within 1000 ms"), "{slow}");
    outside.simulator.clear_faults();

    // What is cut off has arrived; what a page was answered for has not, and WeCom takes it for taken.
    named(&outside, json!({ "name": "callback_page" })).await;
    let heard = receiver.plaintexts().len();
    let added = outside.simulator.add_customer(&AddCustomer::new("lisi", "小周", None)).unwrap();
    let delivery = outside.simulator.delivered(added.deliveries[0]).await.unwrap();
    assert_eq!((delivery.status, receiver.plaintexts().len()), (DeliveryStatus::Accepted, heard));
    outside.simulator.clear_faults();
    named(&outside, json!({ "name": "callback_cut" })).await;
    let cut = check().await;
    assert!(cut["detail"].as_str().unwrap().contains("no answer"), "{cut}");
    outside.simulator.clear_faults();
    let added = outside.simulator.add_customer(&AddCustomer::new("lisi", "小吴", None)).unwrap();
    outside.simulator.delivered(added.deliveries[0]).await.unwrap();
    assert_eq!(receiver.plaintexts().len(), heard + 1);

    named(&outside, json!({ "name": "callback_slash" })).await;
    let slash = format!("{}/_simulator/gateway/callback/default/", outside.simulator.api_base());
    assert_eq!(outside.http.get(slash).send().await.unwrap().status(), 404);
    receiver.server.stop(false).await;
    outside.simulator.stop().await;
}

/// Certificates end by the clock of this machine, so that the simulator's is the same here.
#[tokio::test]
async fn certificates_are_wrong_one_way_at_a_time() {
    let receiver = Receiver::start(&Corp::sample());
    let options = Options { callback: Some(receiver.url.clone()), ..Options::default() };
    let wecom = Simulator::start(options, Clock::system(), 7).await.unwrap();
    assert_eq!(wecom.gateways().1, None);
    wecom.add_set_up_fault(SetUpFault::CertificateEnding { days: 5 }).unwrap();
    let https = wecom.gateways().1.unwrap();
    assert_eq!((https.scheme(), https.path()), ("https", "/_simulator/gateway/callback/default"));
    let pem = client().get(format!("{}/_simulator/authority.pem", wecom.api_base())).send().await.unwrap();
    let pem = pem.text().await.unwrap();
    assert_eq!(pem, wecom.authority().unwrap());
    let authority = reqwest::Certificate::from_pem(pem.as_bytes()).unwrap();
    let trusting =
        reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).tls_certs_only([authority]);
    let trusting = trusting.build().unwrap();
    let says = async |fault: SetUpFault| {
        wecom.add_set_up_fault(fault).unwrap();
        match trusting.get(https.clone()).send().await {
            Ok(answer) => format!("status {}", answer.status().as_u16()),
            Err(error) => {
                let causes =
                    std::iter::successors(Some(&error as &dyn std::error::Error), |one| one.source());
                causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
            }
        }
    };
    // The receiver refuses a check without a signature: it was reached.
    assert_eq!(says(SetUpFault::CertificateEnding { days: 5 }).await, "status 400");
    for (fault, told) in [
        (SetUpFault::CertificateExpired {}, "expired"),
        (SetUpFault::CertificateOtherName {}, "not valid for name"),
        (SetUpFault::CertificateSelfSigned {}, "UnknownIssuer"),
    ] {
        let said = says(fault).await;
        assert!(said.contains(told), "{said}");
    }
    wecom.clear_faults();
    assert_eq!(wecom.gateways().1, Some(https.clone()), "it goes on listening, with a good certificate");
    assert_eq!(trusting.get(https).send().await.unwrap().status(), 400);
    receiver.server.stop(false).await;
    wecom.stop().await;
}

#[tokio::test]
async fn what_cannot_be_is_told_what_there_is() {
    let outside = Outside::start(Options::default()).await;
    for (body, told) in [
        (json!({ "name": "no_rights" }), "callback_slow"),
        (json!({ "name": 7 }), "callback_slow"),
        (json!({ "name": "wrong_clock", "second": 5 }), "unknown field `second`"),
        (json!({ "name": "wrong_clock", "seconds": 1_000_000 }), "at most 86400"),
        (json!({ "name": "no_right", "method": "nothing" }), "below /cgi-bin/"),
        (json!({ "name": "no_welcome_codes", "employee": "nobody" }), "the members are"),
    ] {
        let (status, answer) = outside.control(reqwest::Method::POST, "faults", &body.to_string()).await;
        let error = answer["error"].as_str().unwrap_or_default();
        assert!(status == 400 && error.contains(told), "{body}: {status} {answer}");
    }
    // Without a callback URL there is nobody to pass on to, and the gateway says so.
    let gateway = format!("{}/_simulator/gateway/callback/default", outside.simulator.api_base());
    let answer = outside.http.get(gateway).send().await.unwrap();
    assert_eq!(answer.status(), 502);
    assert!(answer.text().await.unwrap().contains("/_simulator/callback"));
    outside.simulator.stop().await;
}
