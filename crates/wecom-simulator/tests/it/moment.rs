//! Moments (朋友圈): handed out by the company or written by members, published, seen and answered.

use futures_util::TryStreamExt as _;
use wecom_client::{
    AttachmentUse, MediaFile, MediaType,
    contact::{
        AddMomentTask, GetMomentCustomers, GetMomentTask, MomentAttachment, MomentRange, MomentTaskStatus,
        PublishStatus, Scope, TaggedCustomers,
    },
};
use wecom_core::message::{Media as MediaId, Text};
use wecom_simulator::MomentAct;

use super::{media::PNG, *};

pub(super) fn publish(moment_id: &str, employee: &str, only: Option<Vec<String>>) -> MomentAct {
    MomentAct::Publish { moment_id: moment_id.into(), employee: employee.into(), only }
}

pub(super) fn users(list: &[&str]) -> Scope {
    Scope { user_list: list.iter().map(|id| (*id).to_owned()).collect(), department_list: Vec::new() }
}

#[tokio::test]
async fn a_moment_is_handed_out_published_seen_and_answered() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let ((anna, _), (bert, _), (carl, _)) = (outside.add("Anna"), outside.add("Bert"), outside.add("Carl"));
    for customer in [&anna, &bert] {
        let body = json!({ "userid": "zhangsan", "external_userid": customer, "add_tag": [SPRING] });
        assert_eq!(outside.code("externalcontact/mark_tag", body).await, 0);
    }
    let file = MediaFile::from_bytes("a.png", PNG);
    let media = client.media();
    let upload = media.upload_attachment(MediaType::Image, AttachmentUse::Moment, &file, once());
    let media_id = upload.await.unwrap().media_id;
    let task = AddMomentTask {
        text: Some(Text { content: "春天来了".into() }),
        attachments: vec![MomentAttachment::Image { image: MediaId { media_id: media_id.clone() } }; 2],
        visible_range: Some(MomentRange {
            sender_list: Some(users(&["zhangsan", "nobody", "lisi"])),
            external_contact_list: Some(TaggedCustomers { tag_list: vec![SPRING.into(), "etOther".into()] }),
        }),
    };
    let jobid = wecom.add_moment_task(&task, once()).await.unwrap();
    let result = async || wecom.get_moment_task_result(&jobid, once()).await.unwrap();
    assert_eq!(result().await.status, Some(MomentTaskStatus::STARTED));
    outside.hand.advance(Duration::from_secs(1));
    assert_eq!(result().await.status, Some(MomentTaskStatus::RUNNING));
    outside.hand.advance(Duration::from_secs(1));
    let ended = result().await;
    assert_eq!(ended.status, Some(MomentTaskStatus::ENDED));
    let outcome = ended.result.unwrap();
    assert_eq!(outcome.errcode, Some(0));
    assert_eq!(outcome.invalid_sender_list, Some(users(&["nobody"])));
    assert_eq!(outcome.invalid_external_contact_list.unwrap().tag_list, ["etOther"]);
    let moment_id = outcome.moment_id.unwrap();
    let asked = GetMomentTask { moment_id: moment_id.clone(), limit: Some(1), ..GetMomentTask::default() };
    assert_eq!(refused(wecom.get_moment_task(&asked, once()).await), 41079);
    assert_eq!(refused(wecom.cancel_moment_task(&moment_id, once()).await), 41079);
    outside.hand.advance(Duration::from_secs(1));

    let of = |userid: &str| GetMomentCustomers {
        moment_id: moment_id.clone(),
        userid: userid.into(),
        limit: Some(1),
        ..GetMomentCustomers::default()
    };
    assert_eq!(refused(wecom.get_moment_customer_list(&of("zhangsan"), once()).await), 41062);
    assert_eq!(refused(wecom.get_moment_customer_list(&of("wangwu"), once()).await), 41061);
    assert_eq!(
        outside.simulator.moment(publish(&moment_id, "zhangsan", None)).unwrap().customers,
        [anna.clone(), bert.clone()]
    );
    let tasks: Vec<_> = wecom.get_moment_task_all(&asked, once()).try_collect().await.unwrap();
    let tasks: Vec<_> =
        tasks.iter().map(|task| (task.userid.as_deref().unwrap(), task.publish_status.unwrap())).collect();
    assert_eq!(tasks, [("lisi", PublishStatus::UNPUBLISHED), ("zhangsan", PublishStatus::PUBLISHED)]);

    outside.simulator.occur(Occurrence::DelFollowUser(Contact::of("zhangsan", &bert)), 0).unwrap();
    let ids = |list: Vec<wecom_client::contact::MomentCustomer>| {
        list.into_iter().map(|customer| customer.external_userid.unwrap()).collect::<Vec<_>>()
    };
    let all = wecom.get_moment_customer_list_all(&of("zhangsan"), once()).try_collect().await.unwrap();
    assert_eq!(ids(all), [anna.clone(), bert]);
    let all = wecom.get_moment_send_result_all(&of("zhangsan"), once()).try_collect().await.unwrap();
    assert_eq!(ids(all), std::slice::from_ref(&anna), "who has deleted the member does not get it");
    let react = |by: &str| MomentAct::Comment {
        moment_id: moment_id.clone(),
        employee: "zhangsan".into(),
        by: by.into(),
    };
    assert!(outside.simulator.moment(react(&carl)).unwrap_err().to_string().contains("cannot see"));
    outside.simulator.moment(react(&anna)).unwrap();
    outside.simulator.moment(react("ZhangSan")).unwrap();
    let like =
        MomentAct::Like { moment_id: moment_id.clone(), employee: "zhangsan".into(), by: anna.clone() };
    outside.simulator.moment(like).unwrap();
    let said = wecom.get_moment_comments(&moment_id, "zhangsan", once()).await.unwrap();
    assert_eq!(said.comment_list[0].external_userid, Some(anna));
    assert_eq!(said.comment_list[1].userid.as_deref(), Some("zhangsan"));
    assert_eq!((said.comment_list.len(), said.like_list.len()), (2, 1));
    assert_eq!(said.like_list[0].create_time, Some(after(Duration::from_secs(3))));

    wecom.cancel_moment_task(&moment_id, once()).await.unwrap();
    let tasks = GetMomentTask { limit: None, ..asked };
    assert_eq!(
        wecom.get_moment_task(&tasks, once()).await.unwrap().task_list.len(),
        1,
        "taken back from the rest"
    );
    assert!(
        outside
            .simulator
            .moment(publish(&moment_id, "lisi", None))
            .unwrap_err()
            .to_string()
            .contains("cancelled")
    );
    outside.hand.advance(Duration::from_hours(24));
    assert_eq!(refused(wecom.get_moment_task_result(&jobid, once()).await), 40088, "told for a day");
    outside.simulator.stop().await;
}

#[tokio::test]
async fn wrong_moments_are_refused_with_their_codes() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let text = json!({ "content": "您好" });
    let add = "externalcontact/add_moment_task";
    let file = MediaFile::from_bytes("a.png", PNG);
    let media = client.media();
    let upload = media.upload_attachment(MediaType::Image, AttachmentUse::Moment, &file, once());
    let image = json!({ "msgtype": "image", "image": { "media_id": upload.await.unwrap().media_id } });
    let link = json!({ "msgtype": "link", "link": { "url": "https://example.com" } });
    let with = |attachments: Value| json!({ "text": text, "attachments": attachments });
    for (code, body) in [
        (41089, json!({})),
        (40058, json!({ "text": { "content": "好".repeat(2_001) } })),
        (41064, with(json!(vec![&image; 10]))),
        (41064, with(json!([image, link]))),
        (41065, with(json!([{ "msgtype": "file" }]))),
        (40007, with(json!([{ "msgtype": "image", "image": { "media_id": "simulated-image" } }]))),
        (40007, with(json!([{ "msgtype": "video", "video": image["image"] }]))),
        (40063, with(json!([{ "msgtype": "link", "link": { "title": "t" } }]))),
        (40007, with(json!([{ "msgtype": "link", "link": { "url": "u", "media_id": "x" } }]))),
        (0, with(json!(vec![&image; 9]))),
    ] {
        assert_eq!(outside.code(add, body.clone()).await, code, "{body}");
    }
    let nobody = json!({ "text": text, "visible_range": { "sender_list": { "user_list": ["nobody"] } } });
    let jobid = outside.post(add, nobody).await["jobid"].as_str().unwrap().to_owned();
    for _ in 2..10 {
        assert_eq!(outside.code(add, json!({ "text": text })).await, 0);
    }
    assert_eq!(outside.code(add, json!({ "text": text })).await, 41078, "ten a minute");
    outside.hand.advance(Duration::from_mins(1));
    assert_eq!(outside.code(add, json!({ "text": text })).await, 0);
    let outcome = client.external().get_moment_task_result(&jobid, once()).await.unwrap().result.unwrap();
    assert_eq!((outcome.errcode, outcome.moment_id), (Some(81013), None));
    let result = "externalcontact/get_moment_task_result";
    assert_eq!(outside.get(result, "").await["errcode"], 40058);
    assert_eq!(outside.get(result, "jobid=x").await["errcode"], 40088);

    let cancel = "externalcontact/cancel_moment_task";
    assert_eq!(outside.code(cancel, json!({})).await, 41059);
    assert_eq!(outside.code(cancel, json!({ "moment_id": "momOther" })).await, 41060);
    outside.simulator.stop().await;
}
