//! What is said to whoever comes into a group.

use serde_json::json;
use wecom_client::{
    Effect::{Idempotent, Once, Read},
    contact::GroupWelcomeTemplate,
};
use wecom_core::message::{Image, Link, Media, Miniprogram, Text};

use crate::scripted::Reply;
use crate::walk::{Method, client, once, refused, server};

fn template() -> GroupWelcomeTemplate {
    GroupWelcomeTemplate {
        text: Some(Text { content: "%NICKNAME%您好".into() }),
        link: Some(Link { title: "t".into(), url: "https://example.com".into(), ..Link::default() }),
        agentid: Some(1_000_014),
        notify: Some(0),
        ..GroupWelcomeTemplate::default()
    }
}

pub fn methods() -> Vec<Method> {
    let mut rows = Vec::new();
    let body = json!({"text": {"content": "%NICKNAME%您好"}, "link": {"title": "t", "url": "https://example.com"},
        "agentid": 1_000_014, "notify": 0});
    rows.push(
        Method::post(
            "externalcontact/group_welcome_template/add",
            Once,
            body.clone(),
            json!({"template_id": "msgXXX"}),
        )
        .at("/template_id")
        .partly()
        .needed(),
    );
    let mut edit = body;
    edit["template_id"] = json!("msgXXX");
    edit.as_object_mut().unwrap().shift_remove("notify");
    rows.push(
        Method::post("externalcontact/group_welcome_template/edit", Idempotent, edit, json!({})).partly(),
    );
    rows.push(Method::post("externalcontact/group_welcome_template/get", Read,
        json!({"template_id": "msgXXX"}), json!({"text": {"content": "hello"},
        "image": {"pic_url": "http://p.example/pic"},
            "link": {"title": "t", "picurl": "https://example.com/p", "desc": "d", "url": "https://example.com"},
            "miniprogram": {"title": "t", "pic_media_id": "m", "appid": "wx8", "page": "/p"},
            "file": {"media_id": "f"}, "video": {"media_id": "v"}})));
    rows.push(Method::post(
        "externalcontact/group_welcome_template/del",
        Idempotent,
        json!({"template_id": "msgXXX", "agentid": 7}),
        json!({}),
    ));
    rows
}

#[tokio::test]
async fn what_wecom_would_refuse_is_not_sent() {
    refused("video.media_id is absent or empty: WeCom requires it", async |wecom| {
        let video = Some(Media { media_id: String::new() });
        wecom
            .group_welcome_template_add(
                &GroupWelcomeTemplate { video, ..GroupWelcomeTemplate::default() },
                once(),
            )
            .await
    })
    .await;
    refused("text.content has 3003 bytes of UTF-8: at most 3000 are allowed", async |wecom| {
        let template = GroupWelcomeTemplate {
            text: Some(Text { content: "汉".repeat(1_001) }),
            ..GroupWelcomeTemplate::default()
        };
        wecom.group_welcome_template_add(&template, once()).await
    })
    .await;
    refused(
        "text has 2 of image, link, miniprogram, file and video beside it: WeCom takes one",
        async |wecom| {
            let template = GroupWelcomeTemplate { video: Some(Media { media_id: "v".into() }), ..template() };
            wecom.group_welcome_template_add(&template, once()).await
        },
    )
    .await;
    refused("image.media_id is absent or empty: WeCom requires it", async |wecom| {
        let template =
            GroupWelcomeTemplate { image: Some(Image::default()), ..GroupWelcomeTemplate::default() };
        wecom.group_welcome_template_add(&template, once()).await
    })
    .await;
    refused("miniprogram.title has 66 bytes of UTF-8: at most 64 are allowed", async |wecom| {
        let miniprogram = Miniprogram {
            title: "汉".repeat(22),
            pic_media_id: "m".into(),
            appid: "wx".into(),
            page: "p".into(),
        };
        let template =
            GroupWelcomeTemplate { miniprogram: Some(miniprogram), ..GroupWelcomeTemplate::default() };
        wecom.group_welcome_template_add(&template, once()).await
    })
    .await;
}

/// Whatever of a card is told is read, also where what a sender must give is not.
#[tokio::test]
async fn a_template_is_read_as_far_as_it_is_told() {
    let server = server(|_| {
        Reply::json(
            r#"{"errcode":0,"link":{"url":"https://example.com","picurl":null},"image":{"pic_url":"u"},
                "miniprogram":{"title":7,"appid":"wx"},"text":{},"file":[],"video":{"added_later":1}}"#,
        )
    })
    .await;
    let read = client(&server).external().group_welcome_template_get("t", once()).await.unwrap();
    let link = read.link.unwrap();
    assert_eq!((link.url.as_str(), link.title.as_str(), link.picurl), ("https://example.com", "", None));
    assert_eq!(read.image.unwrap().pic_url.as_deref(), Some("u"));
    let card = read.miniprogram.unwrap();
    assert_eq!((card.title.as_str(), card.appid.as_str(), card.pic_media_id.as_str()), ("7", "wx", ""));
    assert_eq!((read.text, read.file, read.video), (None, None, None));
}
