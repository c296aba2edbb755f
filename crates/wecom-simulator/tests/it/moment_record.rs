//! What became of moments: the list of them, who published them, who sees them and what they said.

use futures_util::TryStreamExt as _;
use wecom_client::contact::{CreateType, CreatorFilter, GetMomentList, MomentVisibility};
use wecom_simulator::MomentAct;

use super::{moment::publish, *};

#[tokio::test]
async fn moments_of_members_stand_beside_those_of_the_company() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let (anna, _) = outside.add("Anna");
    let post = |only| MomentAct::Post { employee: "zhangsan".into(), text: "早".into(), only };
    let own = outside.simulator.moment(post(Some(vec![anna.clone()]))).unwrap();
    assert_eq!(own.customers, [anna]);
    let text = json!({ "content": "公司" });
    let link = json!({ "msgtype": "link", "link": { "title": "t", "url": "https://example.com" } });
    let add = "externalcontact/add_moment_task";
    assert_eq!(outside.code(add, json!({ "text": text, "attachments": [link] })).await, 0);
    let list = GetMomentList {
        start_time: Some(after(Duration::ZERO)),
        end_time: Some(after(Duration::from_hours(1))),
        limit: Some(1),
        ..GetMomentList::default()
    };
    let all: Vec<_> = wecom.get_moment_list_all(&list, once()).try_collect().await.unwrap();
    assert_eq!(all.len(), 1, "a job that has not ended is no moment");
    outside.hand.advance(Duration::from_secs(3));
    let all: Vec<_> = wecom.get_moment_list_all(&list, once()).try_collect().await.unwrap();
    assert_eq!(all[0].moment_id.as_deref(), Some(own.moment_id.as_str()));
    assert_eq!(
        (all[0].creator.as_deref(), all[0].create_type),
        (Some("zhangsan"), Some(CreateType::EMPLOYEE))
    );
    assert_eq!(all[1].link.as_ref().unwrap().url.as_deref(), Some("https://example.com"));
    assert_eq!(all[1].visible_type, Some(MomentVisibility::EVERYBODY));
    for (filter_type, creator, count) in
        [(0, None, 1), (1, None, 1), (2, Some("ZhangSan"), 1), (2, Some("lisi"), 0)]
    {
        let creator = creator.map(str::to_owned);
        let list = GetMomentList { filter_type: Some(CreatorFilter(filter_type)), creator, ..list.clone() };
        assert_eq!(wecom.get_moment_list(&list, once()).await.unwrap().moment_list.len(), count);
    }
    assert_eq!(refused(wecom.cancel_moment_task(&own.moment_id, once()).await), 41067);
    let refusal = outside.simulator.moment(publish(&own.moment_id, "zhangsan", None)).unwrap_err();
    assert!(refusal.to_string().contains("published already"));
    let (status, answer) = outside
        .control(reqwest::Method::POST, "moments", r#"{"act": "post", "employee": "lisi", "text": "晚"}"#)
        .await;
    assert!(status == 200 && answer["customers"] == json!([]), "{answer}");
    outside.simulator.stop().await;
}

#[tokio::test]
async fn wrong_questions_about_moments_are_refused_with_their_codes() {
    let outside = Outside::start(Options::default()).await;
    for method in
        ["get_moment_task", "get_moment_customer_list", "get_moment_send_result", "get_moment_comments"]
    {
        let path = format!("externalcontact/{method}");
        assert_eq!(outside.code(&path, json!({})).await, 41059, "{method}");
        assert_eq!(outside.code(&path, json!({ "moment_id": "momOther" })).await, 41060, "{method}");
    }
    let (start, end) = (NOW_MS / 1_000, NOW_MS / 1_000 + 60);
    for (code, body) in [
        (40058, json!({ "start_time": start })),
        (40058, json!({ "start_time": start, "end_time": start + 32 * 86_400 })),
        (40058, json!({ "start_time": start, "end_time": end, "filter_type": 3 })),
        (40058, json!({ "start_time": start, "end_time": end, "limit": 101 })),
        (50100, json!({ "start_time": start, "end_time": end, "cursor": "x" })),
        (40003, json!({ "start_time": start, "end_time": end, "creator": "张三" })),
    ] {
        assert_eq!(outside.code("externalcontact/get_moment_list", body.clone()).await, code, "{body}");
    }
    outside.simulator.stop().await;
}
