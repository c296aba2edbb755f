//! Texts that people typed and WeCom passed on as they are: what they may do to an answer (nothing), to a request
//! (nothing) and to an error (not be in it).

use serde_json::{Value, json};
use wecom_client::{
    Call, CallOptions, Effect, Endpoint, Error,
    contact::{FollowUser, Remark},
};

use crate::scripted::Reply;
use crate::walk::wecom;

fn once() -> CallOptions {
    CallOptions::one_attempt(std::time::Duration::from_secs(5))
}

/// What stands in an answer, and what is read of it.
const ODD: [(&str, &str); 5] = [
    ("周\u{14}总", "周\u{14}总"),
    ("周\n\r\t总", "周\n\r\t总"),
    (r"周\ud800总", "周\u{fffd}总"),
    (r"\udc00周总", "\u{fffd}周总"),
    (r"周\'总", r"周\'总"),
];

#[tokio::test]
async fn a_customer_is_read_whatever_their_name() {
    for (sent, read) in ODD {
        let (_server, client) = wecom(move |_| {
            Reply::json(format!(
                r#"{{"errcode":0,"errmsg":"{sent}","external_contact":{{"name":"{sent}","type":1}},
                    "follow_user":[{{"userid":"lisi","remark":"{sent}","tags":[{{"tag_name":"{sent}"}}]}}],"odd":"{sent}"}}"#
            ))
        })
        .await;
        let contact = client.external().get("wm1", None, once()).await.unwrap();
        assert_eq!(contact.external_contact.name.as_deref(), Some(read));
        let lisi: &FollowUser = contact.followed_by("lisi").unwrap();
        assert_eq!(lisi.remark.as_deref(), Some(read));
    }
}

#[tokio::test]
async fn one_odd_name_costs_neither_a_list_nor_an_errcode() {
    for (sent, read) in ODD {
        let (_server, client) = wecom(move |seen| {
            Reply::json(if seen.path.ends_with("get_corp_tag_list") {
                format!(
                    r#"{{"errcode":0,"tag_group":[{{"group_id":"g","group_name":"等级","tag":[
                        {{"id":"t1","name":"{sent}"}},{{"id":"t2","name":"VIP"}}]}}]}}"#
                )
            } else {
                format!(r#"{{"errmsg":"{sent}","errcode":40058,"hint":"{sent}"}}"#)
            })
        })
        .await;
        let call = Call::new(Endpoint::post("externalcontact/get_corp_tag_list", Effect::Read), once());
        let list: Value = client.call(call.json(&json!({}))).await.unwrap();
        assert_eq!(list["tag_group"][0]["tag"][0]["name"], read);
        assert_eq!(list["tag_group"][0]["tag"][1]["name"], "VIP");
        let refused = client.external().get("wm1", None, once()).await.unwrap_err();
        assert_eq!(refused.errcode(), Some(40058), "{sent}");
    }
}

#[tokio::test]
async fn no_request_has_an_escape_that_wecom_refuses() {
    let (server, client) = wecom(|_| Reply::ok()).await;
    let remark = Remark {
        userid: "lisi".into(),
        external_userid: "wm1".into(),
        remark: Some("周\u{7}总\u{8}\u{c}\n\u{1f}\"\\u0007\"".into()),
        ..Remark::default()
    };
    client.external().remark(&remark, once()).await.unwrap();
    let seen = &server.seen_at("externalcontact/remark")[0];
    assert!(!seen.body.replace(r"\\u", "").contains(r"\u"), "{}", seen.body);
    assert_eq!(seen.json()["remark"], "周总\n\"\\u0007\"");
}

#[tokio::test]
async fn no_error_says_what_an_answer_says_of_a_customer() {
    let whole = r#"{"errcode":0,"external_contact":{"name":"周планта","phone":"13800138000"},"t":"TOKEN","c":"CODE-1"}"#;
    let cut = &whole[..whole.len() - 1];
    let not_it = &whole.replace("\"errcode\":0,", "");
    let of_another_kind = &whole.replace("{\"name\"", "7,\"x\":{\"name\"");
    for reply in [
        Reply::json(cut),
        Reply::json(not_it.as_str()),
        Reply::json(of_another_kind.as_str()),
        Reply::json(format!("[{whole}]")),
        Reply::json(format!("{whole}{whole}")),
        Reply::json(whole.replace(',', "\n")),
        Reply::Http(502, whole.into()),
        Reply::Http(404, whole.into()),
        Reply::Http(302, format!("<html>{whole}")),
        Reply::File("content-type: text/周планта\r\n".into(), cut.into()),
    ] {
        let (_server, client) = wecom({
            let reply = reply.clone();
            move |_| reply.clone()
        })
        .await;
        let got = client.external().get("wm1", None, once()).await;
        let Err(error) = got else {
            assert!(reply_is_readable(&reply), "{reply:?}");
            continue;
        };
        let shown = format!("{error} {error:?} {}", error.message());
        for planted in ["周", "планта", "13800138000", "TOKEN", "CODE-1"] {
            assert!(!shown.contains(planted), "{reply:?}: {shown}");
        }
        if let Error::NotAnAnswer { length, .. } = &error {
            assert!(shown.contains(&format!("{length} bytes")), "{shown}");
        }
    }
}

/// A field of another kind is read as absent, which is right too.
fn reply_is_readable(reply: &Reply) -> bool {
    matches!(reply, Reply::Json(json) if json.contains("7,\"x\""))
}
