//! Moments: handed out, and taken back.

use serde_json::json;
use wecom_client::{
    Effect::{Idempotent, Once},
    contact::{AddMomentTask, MomentAttachment, MomentLink},
};
use wecom_core::message::Media;

use crate::walk::{Method, once, refused};

fn picture(media_id: &str) -> MomentAttachment {
    MomentAttachment::Image { image: Media { media_id: media_id.into() } }
}

pub fn methods() -> Vec<Method> {
    let mut rows = Vec::new();
    rows.push(
        Method::post(
            "externalcontact/add_moment_task",
            Once,
            json!({"text": {"content": "新品"},
            "attachments": [{"msgtype": "image", "image": {"media_id": "m1"}},
                            {"msgtype": "image", "image": {"media_id": "m2"}}],
            "visible_range": {"sender_list": {"user_list": ["lisi.01"], "department_list": [2, 3]},
                              "external_contact_list": {"tag_list": ["et1"]}}}),
            json!({"jobid": "job1"}),
        )
        .at("/jobid")
        .needed(),
    );
    let outcome = json!({"status": 3, "type": "add_moment_task", "result": {"errcode": 0, "errmsg": "ok",
        "moment_id": "mom1", "invalid_sender_list": {"user_list": ["gone"], "department_list": [9]},
        "invalid_external_contact_list": {"tag_list": ["et9"]}}});
    rows.push(Method::get(
        "externalcontact/get_moment_task_result",
        json!({"jobid": "job1"}),
        outcome.clone(),
    ));
    rows.push(Method::post(
        "externalcontact/cancel_moment_task",
        Idempotent,
        json!({"moment_id": "mom1"}),
        json!({}),
    ));
    rows
}

#[tokio::test]
async fn what_wecom_would_refuse_is_not_sent() {
    refused("attachments[0].link.title has 66 bytes of UTF-8: at most 64 are allowed", async |wecom| {
        let link = MomentLink {
            url: "https://example.com".into(),
            title: Some("汉".repeat(22)),
            ..MomentLink::default()
        };
        let attachments = vec![MomentAttachment::Link { link }];
        wecom.add_moment_task(&AddMomentTask { attachments, ..AddMomentTask::default() }, once()).await
    })
    .await;
    refused(
        "attachments has 2 elements: WeCom takes nine pictures, or one video, or one link",
        async |wecom| {
            let link = MomentLink { url: "https://example.com".into(), ..MomentLink::default() };
            let attachments = vec![picture("m"), MomentAttachment::Link { link }];
            wecom.add_moment_task(&AddMomentTask { attachments, ..AddMomentTask::default() }, once()).await
        },
    )
    .await;
}
