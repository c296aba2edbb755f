//! The statistics of groups add up with what has happened in them.

use futures_util::TryStreamExt as _;
use wecom_client::contact::{
    Day, GroupChatFigures, GroupChatStatistic, GroupChatStatisticByDay, GroupChatStatisticOrder, OwnersOf,
};
use wecom_simulator::GroupAct;

use super::{
    group_chat::{create, join},
    *,
};

#[tokio::test]
async fn the_statistics_are_the_sum_of_what_has_happened() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let first_day = Day::containing(after(Duration::ZERO));
    let people: Vec<String> = (0..4).map(|number| outside.add(&format!("Customer {number}")).0).collect();
    let large = create(&outside, "zhangsan", &[&people[0], &people[1]]);
    let small = create(&outside, "zhangsan", &[]);
    create(&outside, "lisi", &[&people[0]]);
    let say = |member: &str, count| {
        let act = GroupAct::Say { chat_id: large.clone(), member: member.into(), count };
        outside.simulator.group(act).unwrap();
    };
    say("zhangsan", 2);
    say(&people[0], 1);
    outside.hand.advance(Duration::from_hours(24));
    outside.simulator.group(join(&large, &[&people[2], &people[3]], None)).unwrap();
    let gone = GroupAct::Leave { chat_id: large.clone(), members: vec![people[1].clone()], removed: false };
    outside.simulator.group(gone).unwrap();
    say(&people[0], 4);
    outside.simulator.group(GroupAct::Dismiss { chat_id: small }).unwrap();
    outside.hand.advance(Duration::from_hours(24));

    let owners = |list: &[&str]| OwnersOf { userid_list: list.iter().map(|id| (*id).to_owned()).collect() };
    let by_day = GroupChatStatisticByDay {
        day_begin_time: Some(first_day),
        day_end_time: Some(first_day.plus(2)),
        owner_filter: owners(&["zhangsan"]),
    };
    let figures = |new_chats, chats, new_members, members, talkers, messages| {
        let figures = json!({
            "new_chat_cnt": new_chats, "chat_total": chats, "chat_has_msg": 1, "new_member_cnt": new_members,
            "member_total": members, "member_has_msg": talkers, "msg_total": messages,
            "migrate_trainee_chat_cnt": 0,
        });
        serde_json::from_value::<GroupChatFigures>(figures).unwrap()
    };
    let days = wecom.groupchat_statistic_group_by_day(&by_day, once()).await.unwrap();
    assert_eq!(
        days.iter().map(|day| day.stat_time.unwrap()).collect::<Vec<_>>(),
        (0..3).map(|n| first_day.plus(n)).collect::<Vec<_>>()
    );
    let days: Vec<_> = days.into_iter().map(|day| day.data.unwrap()).collect();
    assert_eq!(days[0], figures(2, 2, 4, 4, 2, 3));
    assert_eq!(days[1], figures(0, 1, 2, 4, 2, 7));
    assert_eq!(days[2], figures(0, 1, 0, 4, 2, 7));

    let by_owner = GroupChatStatistic {
        day_begin_time: Some(first_day),
        day_end_time: Some(first_day.plus(2)),
        owner_filter: owners(&["lisi", "zhangsan", "wangwu"]),
        order_by: Some(GroupChatStatisticOrder::MEMBERS),
        limit: Some(1),
        ..GroupChatStatistic::default()
    };
    let all: Vec<_> = wecom.groupchat_statistic_all(&by_owner, once()).try_collect().await.unwrap();
    let names: Vec<_> = all.iter().map(|owner| owner.owner.as_deref().unwrap()).collect();
    assert_eq!(names, ["zhangsan", "lisi"], "who never had a group is left out");
    assert_eq!(all[0].data, Some(figures(2, 1, 6, 4, 2, 7)), "new ones of all days, totals of the last");
    let page = wecom.groupchat_statistic(&by_owner, once()).await.unwrap();
    assert_eq!((page.total, page.next_offset), (Some(2), Some(1)));
    let ascending = GroupChatStatistic { order_asc: Some(1), ..by_owner };
    let page = wecom.groupchat_statistic(&ascending, once()).await.unwrap();
    assert_eq!(page.items[0].owner.as_deref(), Some("lisi"));

    let mut outside = outside;
    outside.login().await;
    let path = "externalcontact/groupchat/statistic";
    let day = first_day.begins().as_unix_s();
    let filter = json!({ "userid_list": ["lisi"] });
    for (code, body) in [
        (40058, json!({ "owner_filter": filter })),
        (40063, json!({ "day_begin_time": day })),
        (40063, json!({ "day_begin_time": day, "owner_filter": {} })),
        (40058, json!({ "day_begin_time": day, "owner_filter": { "userid_list": vec!["lisi"; 101] } })),
        (40058, json!({ "day_begin_time": day, "day_end_time": day - 86_400, "owner_filter": filter })),
        (40058, json!({ "day_begin_time": day - 31 * 86_400, "day_end_time": day, "owner_filter": filter })),
        (40058, json!({ "day_begin_time": day - 181 * 86_400, "owner_filter": filter })),
        (40058, json!({ "day_begin_time": day + 3 * 86_400, "owner_filter": filter })),
        (40058, json!({ "day_begin_time": day, "owner_filter": filter, "order_by": 5 })),
        (40058, json!({ "day_begin_time": day, "owner_filter": filter, "order_asc": 2 })),
        (40058, json!({ "day_begin_time": day, "owner_filter": filter, "limit": 1_001 })),
        (40058, json!({ "day_begin_time": day, "owner_filter": filter, "offset": -1 })),
    ] {
        assert_eq!(outside.code(path, body.clone()).await, code, "{body}");
    }
    outside.simulator.stop().await;
}
