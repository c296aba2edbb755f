//! Tags on customers (`mark_tag`).

use super::*;

#[tokio::test]
async fn tags_sit_on_the_pair_and_an_unknown_one_is_named() {
    let outside = Outside::start(Options::default()).await;
    let (customer, _) = outside.add("小周");
    let path = "externalcontact/mark_tag";
    let mark = |userid: &str, customer: &str, add: &[&str], remove: &[&str]| json!({ "userid": userid, "external_userid": customer, "add_tag": add, "remove_tag": remove });
    let unknown = outside.post(path, mark("zhangsan", &customer, &[SPRING, "etNoSuchTag"], &[])).await;
    assert_eq!(unknown["errcode"], 40068);
    assert!(unknown["errmsg"].as_str().unwrap().contains("etNoSuchTag"));
    assert!(!unknown["errmsg"].as_str().unwrap().contains(SPRING));
    assert!(outside.simulator.relation("zhangsan", &customer).unwrap().tags.is_empty(), "all or nothing");

    for (expected, body) in [
        (40058, mark("zhangsan", &customer, &[], &[])),
        (40003, mark("", &customer, &[SPRING], &[])),
        (40003, mark("张三", &customer, &[SPRING], &[])),
        (60111, mark("nobody", &customer, &[SPRING], &[])),
        (41035, mark("zhangsan", "", &[SPRING], &[])),
        (40096, mark("zhangsan", "wmNobody", &[SPRING], &[])),
        (84061, mark("lisi", &customer, &[SPRING], &[])),
        (0, mark("ZhangSan", &customer, &[UNKNOWN], &[])),
        (0, mark("zhangsan", &customer, &[SPRING, SPRING], &[UNKNOWN])),
        (0, mark("zhangsan", &customer, &[SPRING], &[])),
    ] {
        assert_eq!(outside.code(path, body.clone()).await, expected, "{body}");
    }
    let relation = outside.simulator.relation("zhangsan", &customer).unwrap();
    assert_eq!((relation.tags, relation.tag_names), (vec![SPRING.to_owned()], vec!["渠道/春季".to_owned()]));

    outside
        .simulator
        .occur(Occurrence::TagDelete(TagChange { id: SPRING.into(), ..TagChange::default() }), 0)
        .unwrap();
    assert!(outside.simulator.relation("zhangsan", &customer).unwrap().tags.is_empty());
    assert_eq!(outside.code(path, mark("zhangsan", &customer, &[SPRING], &[])).await, 40068);
    outside.simulator.stop().await;
}
