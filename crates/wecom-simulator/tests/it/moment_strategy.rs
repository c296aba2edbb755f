//! Rule groups of moments.

use futures_util::TryStreamExt as _;
use wecom_client::contact::{CreateMomentStrategy, EditMomentStrategy, MomentPrivilege, StrategyNode};

use super::*;

#[tokio::test]
async fn rule_groups_of_moments_stay_inside_the_one_above() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let create = |parent_id, name: &str, range: Vec<StrategyNode>| CreateMomentStrategy {
        parent_id,
        strategy_name: name.into(),
        admin_list: vec!["zhangsan".into()],
        range,
        ..CreateMomentStrategy::default()
    };
    let range = vec![StrategyNode::user("lisi"), StrategyNode::user("wangwu")];
    let top = wecom.moment_strategy_create(&create(None, "上", range.clone()), once()).await.unwrap();
    let below = create(Some(top), "下", vec![StrategyNode::user("LiSi")]);
    let below = wecom.moment_strategy_create(&below, once()).await.unwrap();
    let outside_of_it = create(Some(below), "外", vec![StrategyNode::user("wangwu")]);
    assert_eq!(refused(wecom.moment_strategy_create(&outside_of_it, once()).await), 60011);
    let everybody = create(None, "全", vec![StrategyNode::party(1)]);
    let everybody = wecom.moment_strategy_create(&everybody, once()).await.unwrap();
    let kept = wecom.moment_strategy_get(below, once()).await.unwrap();
    assert_eq!((kept.parent_id, kept.strategy_name.as_deref()), (Some(top), Some("下")));
    let all = MomentPrivilege {
        view_moment_list: Some(true),
        send_moment: Some(true),
        manage_moment_cover_and_sign: Some(true),
    };
    assert_eq!(kept.privilege, Some(all));
    let edit = EditMomentStrategy {
        strategy_id: Some(top),
        privilege: Some(MomentPrivilege { send_moment: Some(false), ..all }),
        range_add: vec![StrategyNode::user("zhangsan"), StrategyNode::user("lisi")],
        range_del: vec![StrategyNode::user("wangwu")],
        ..EditMomentStrategy::default()
    };
    wecom.moment_strategy_edit(&edit, once()).await.unwrap();
    let nodes: Vec<_> = wecom
        .moment_strategy_get_range_all(&wecom_client::contact::GetStrategyRange::of(top), once())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(nodes, [StrategyNode::user("lisi"), StrategyNode::user("zhangsan")]);
    let kept = wecom.moment_strategy_get(top, once()).await.unwrap();
    assert_eq!(
        (kept.strategy_name.as_deref(), kept.privilege.unwrap().send_moment),
        (Some("上"), Some(false))
    );
    wecom.moment_strategy_del(top, once()).await.unwrap();
    assert_eq!(wecom.moment_strategy_get(below, once()).await.unwrap().parent_id, Some(0));
    let listed: Vec<_> = wecom
        .moment_strategy_list_all(&wecom_client::contact::ListStrategies::default(), once())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(listed, [below, everybody]);

    let path = "externalcontact/moment_strategy/create";
    let node = |kind: i64, userid: &str| json!([{ "type": kind, "userid": userid, "partyid": 9 }]);
    for (code, body) in [
        (40063, json!({ "admin_list": ["lisi"], "range": node(1, "lisi") })),
        (40063, json!({ "strategy_name": "n", "range": node(1, "lisi") })),
        (40063, json!({ "strategy_name": "n", "admin_list": ["lisi"] })),
        (60111, json!({ "strategy_name": "n", "admin_list": ["nobody"], "range": node(1, "lisi") })),
        (60111, json!({ "strategy_name": "n", "admin_list": ["lisi"], "range": node(1, "nobody") })),
        (60123, json!({ "strategy_name": "n", "admin_list": ["lisi"], "range": node(2, "") })),
        (40058, json!({ "strategy_name": "n", "admin_list": ["lisi"], "range": node(3, "") })),
        (
            40058,
            json!({ "parent_id": 99, "strategy_name": "n", "admin_list": ["lisi"], "range": node(1, "lisi") }),
        ),
        (40058, json!({ "strategy_name": "n", "admin_list": vec!["lisi"; 21], "range": node(1, "lisi") })),
    ] {
        assert_eq!(outside.code(path, body.clone()).await, code, "{body}");
    }
    for method in ["get", "get_range", "edit", "del"] {
        let path = format!("externalcontact/moment_strategy/{method}");
        assert_eq!(outside.code(&path, json!({})).await, 40058, "{method}");
        assert_eq!(outside.code(&path, json!({ "strategy_id": 99 })).await, 40058, "{method}");
    }
    outside.simulator.stop().await;
}
