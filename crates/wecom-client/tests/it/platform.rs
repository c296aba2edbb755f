//! What belongs to no family: the token, the platform's addresses.

use secrecy::ExposeSecret as _;
use serde_json::json;
use wecom_client::{
    Error,
    catalogue::{self, Arguments},
};

use crate::{
    scripted::{Reply, Scripted},
    walk::{Method, client, server, usual},
};

pub fn methods() -> Vec<Method> {
    vec![
        Method::get("getcallbackip", json!({}), json!({"ip_list": ["101.226.103.*", "101.226.62.0/24"]}))
            .at("/ip_list"),
        Method::get("get_api_domain_ip", json!({}), json!({"ip_list": ["182.254.11.176"]})).at("/ip_list"),
    ]
}

#[tokio::test]
async fn a_token_is_asked_for_by_corp_id_and_secret() {
    let wecom = Scripted::start(|_| Reply::token("accesstoken000001", 7_200)).await;
    let token = client(&wecom).gettoken(usual()).await.unwrap();
    assert_eq!((token.access_token.expose_secret(), token.expires_in), ("accesstoken000001", Some(7_200)));
    assert!(!format!("{token:?}").contains("accesstoken"));
    let [asked] = &wecom.seen()[..] else { panic!("once") };
    assert_eq!((asked.verb.as_str(), asked.path.as_str()), ("GET", "/cgi-bin/gettoken"));
    assert_eq!(asked.query, [("corpid".into(), "ww1".into()), ("corpsecret".into(), "s3cr3t".into())]);
}

#[tokio::test]
async fn a_refused_secret_stands_in_no_error() {
    let text = r#"{"errcode":40001,"errmsg":"invalid credential s3cr3t, hint: [1]"}"#;
    let wecom = Scripted::start(move |_| Reply::json(text)).await;
    let error = client(&wecom).gettoken(usual()).await.unwrap_err();
    assert!(
        matches!(error, Error::Refused { errcode: 40001, .. }) && !format!("{error:?}").contains("s3cr3t")
    );
    assert_eq!(wecom.seen().len(), 1, "a wrong secret is not tried again: that bars the address");
}

#[tokio::test]
async fn addresses_that_are_not_there_are_none() {
    let wecom = server(|_| Reply::ok()).await;
    assert!(client(&wecom).getcallbackip(usual()).await.unwrap().is_empty());
}

/// As it was recorded elsewhere: the bare list.
#[tokio::test]
async fn addresses_come_without_an_errcode_as_well() {
    let wecom = server(|_| Reply::json(r#"{"ip_list":["203.0.113.*","198.51.100.0/24"]}"#)).await;
    let client = client(&wecom);
    let expected = ["203.0.113.*", "198.51.100.0/24"];
    assert_eq!(client.getcallbackip(usual()).await.unwrap(), expected);
    assert_eq!(client.get_api_domain_ip(usual()).await.unwrap(), expected);
    // By command the answer is WeCom's own.
    let method = catalogue::method("getcallbackip").unwrap();
    let call = method.prepare(&Arguments::new(method, serde_json::Map::new())).await.unwrap();
    let answer = client.ask(&call, usual()).await.unwrap();
    assert_eq!(serde_json::to_value(answer).unwrap(), json!({"ip_list": expected}));
}

#[tokio::test]
async fn addresses_that_are_refused_are_an_error() {
    let wecom = server(|_| Reply::code(48_002)).await;
    let error = client(&wecom).getcallbackip(usual()).await.unwrap_err();
    assert!(matches!(error, Error::Refused { errcode: 48_002, .. }), "{error}");
}
