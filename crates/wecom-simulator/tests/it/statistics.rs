//! Statistics that add up with what has happened.

use super::*;
use wecom_client::contact::{BehaviorData, Day, GetUserBehaviorData};

#[tokio::test]
async fn the_days_add_up_with_what_happened_on_them() {
    let token_lifetime = Duration::from_hours(48);
    let outside = Outside::start(Options { token_lifetime, ..Options::default() }).await;
    let client = outside.client();
    let wecom = client.external();
    let (first, code) = outside.add("小周");
    let (second, _) = outside.add("小王");
    let applied =
        AddCustomer { by_employee: true, half: true, ..AddCustomer::new("zhangsan", "小李", None) };
    let applied = outside.simulator.add_customer(&applied).unwrap().customer;
    outside.simulator.add_customer(&AddCustomer::new("lisi", "小赵", None)).unwrap();
    let talk = |customer: &str, by, messages| {
        let talk = Talk { employee: "zhangsan".into(), customer: customer.into(), by, messages };
        outside.simulator.talk(&talk).unwrap();
    };
    talk(&first, Speaker::Customer, 2);
    assert_eq!(outside.welcome(&code, "您好").await, 41051, "they are chatting already");
    outside.hand.advance(Duration::from_mins(5));
    talk(&first, Speaker::Employee, 3);
    talk(&second, Speaker::Customer, 1);
    outside.simulator.occur(Occurrence::DelFollowUser(Contact::of("zhangsan", &second)), 0).unwrap();
    outside.hand.advance(Duration::from_hours(24));
    outside.simulator.accept("zhangsan", &applied).unwrap();

    let today = Day::containing(Timestamp(NOW_MS / 1_000));
    let of = |userid: &[&str], partyid: &[i64], last| GetUserBehaviorData {
        userid: userid.iter().map(|userid| (*userid).to_owned()).collect(),
        partyid: partyid.to_vec(),
        start_time: Some(today),
        end_time: Some(today.plus(last)),
    };
    let counts = |day: &BehaviorData| {
        [
            day.new_contact_cnt,
            day.new_apply_cnt,
            day.negative_feedback_cnt,
            day.chat_cnt,
            day.message_cnt,
            day.avg_reply_time,
        ]
    };
    let days = wecom.get_user_behavior_data(&of(&["zhangsan"], &[], 1), usual()).await.unwrap();
    assert_eq!(days.len(), 2);
    assert_eq!(counts(&days[0]), [Some(2), Some(1), Some(1), Some(1), Some(3), Some(5)]);
    assert_eq!(days[0].reply_percentage, Some(50.0));
    assert_eq!(days[0].stat_time, Some(today));
    assert_eq!(counts(&days[1]), [Some(1), Some(0), Some(0), Some(0), Some(0), None], "not 0, but nothing");
    let whole = wecom.get_user_behavior_data(&of(&["zhangsan"], &[1], 0), usual()).await.unwrap();
    assert_eq!(whole[0].new_contact_cnt, Some(3), "lisi's too, and nobody twice");
    let sales = wecom.get_user_behavior_data(&of(&[], &[3], 0), usual()).await.unwrap();
    assert_eq!(sales[0].new_contact_cnt, Some(0));

    let with = |start: i64, end: i64| json!({ "userid": ["lisi"], "start_time": NOW_MS / 1_000 + start, "end_time": NOW_MS / 1_000 + end });
    let day = 86_400;
    outside
        .codes(
            "externalcontact/get_user_behavior_data",
            [
                (40058, json!({ "start_time": 1, "end_time": 1 })),
                (40063, json!({ "userid": ["lisi"], "start_time": 1 })),
                (40058, with(0, -day)),
                (40058, with(-31 * day, 0)),
                (40058, with(-190 * day, -180 * day)),
                (0, with(-30 * day, 0)),
                (
                    60111,
                    json!({ "userid": ["nobody"], "start_time": NOW_MS / 1_000, "end_time": NOW_MS / 1_000 }),
                ),
                (60123, json!({ "partyid": [77], "start_time": NOW_MS / 1_000, "end_time": NOW_MS / 1_000 })),
                (40058, json!({ "userid": vec!["lisi"; 101], "start_time": 1, "end_time": 1 })),
            ],
        )
        .await;
    // What was done stays done when somebody leaves.
    outside.simulator.leave("zhangsan").unwrap();
    let after = wecom.get_user_behavior_data(&of(&["ZhangSan"], &[], 1), usual()).await.unwrap();
    assert_eq!((counts(&after[0]), counts(&after[1])), (counts(&days[0]), counts(&days[1])));
    let whole_after = wecom.get_user_behavior_data(&of(&[], &[1], 0), usual()).await.unwrap();
    assert_eq!(counts(&whole_after[0]), counts(&whole[0]));
    assert!(matches!(
        outside.simulator.talk(&Talk {
            employee: "zhangsan".into(),
            customer: second,
            by: Speaker::Employee,
            messages: 1,
        }),
        Err(Error::CannotTalk { .. })
    ));
    outside.simulator.stop().await;
}

#[tokio::test]
async fn a_company_may_have_a_past_of_which_nobody_is_called_back() {
    const DAY_MS: i64 = 86_400_000;
    let outside = Outside::start(Options::default()).await;
    let add = |name: &str, at_ms| {
        let add = AddCustomer::new("zhangsan", name, Some("spring"));
        outside.simulator.add_customer_before(&add, at_ms).unwrap()
    };
    let added = add("小周", NOW_MS - DAY_MS);
    let left = Occurrence::DelFollowUser(Contact::of("zhangsan", &added.customer));
    outside.simulator.occur_before(left, NOW_MS - DAY_MS + 60_000).unwrap();
    assert!(added.deliveries.is_empty() && outside.simulator.deliveries().is_empty());
    let relation = outside.simulator.relation("zhangsan", &added.customer).unwrap();
    assert_eq!((relation.added_at_ms, relation.left), (NOW_MS - DAY_MS, true));
    let yesterday = Day::containing(Timestamp((NOW_MS - DAY_MS) / 1_000));
    let asked = GetUserBehaviorData {
        userid: vec!["zhangsan".into()],
        start_time: Some(yesterday),
        end_time: Some(yesterday),
        partyid: Vec::new(),
    };
    let days = outside.client().external().get_user_behavior_data(&asked, usual()).await.unwrap();
    assert_eq!((days[0].new_contact_cnt, days[0].negative_feedback_cnt), (Some(1), Some(1)));
    // What lies ahead has not happened.
    let ahead = add("小王", NOW_MS + DAY_MS);
    assert_eq!(outside.simulator.relation("zhangsan", &ahead.customer).unwrap().added_at_ms, NOW_MS);
}
