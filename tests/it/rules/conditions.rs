//! Conditions one by one: what holds, what does not, and what is not known.

use std::fmt::Write as _;

use serde_json::json;
use wecom_client::contact::AddWay;

use super::{
    Happened, added, changed, rules,
    world::{World, known, lost, rule_with, truth, unasked},
};

/// Holds each condition against the event, and fails with all that come out otherwise.
fn hold(cases: Vec<(&str, Happened, World, &str)>) {
    let mut wrong = String::new();
    for (when, happened, world, expected) in cases {
        let found = truth(when, &happened, &world);
        if found != expected {
            writeln!(wrong, "{when}: wanted {expected}, found {found}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn who_the_customer_is() {
    let wecom = || known().contact("type", json!(2)).contact("corp_name", json!("示例科技"));
    #[rustfmt::skip] // A case a line.
    hold(vec![
        ("{customer: {type: wechat}}", added(), known(), "yes"),
        ("{customer: {type: wecom}}", added(), known(), "no"),
        ("{customer: {type: [wecom, wechat]}}", added(), known(), "yes"),
        ("{customer: {type: wecom}}", added(), wecom(), "yes"),
        ("{customer: {type: [wechat, wecom]}}", added(), known().contact("type", json!(3)), "no"),
        ("{customer: {type: [wechat, wecom]}}", added(), known().contact("type", json!(null)), "no"),
        ("{customer: {gender: male}}", added(), known(), "yes"),
        ("{customer: {gender: female}}", added(), known(), "no"),
        ("{customer: {gender: female}}", added(), known().contact("gender", json!(2)), "yes"),
        ("{customer: {gender: unknown}}", added(), known().contact("gender", json!(0)), "yes"),
        ("{customer: {gender: unknown}}", added(), known().contact("gender", json!(null)), "yes"),
        ("{customer: {gender: [male, female]}}", added(), known().contact("gender", json!(0)), "no"),
        ("{customer: {name: 小*}}", added(), known(), "yes"),
        ("{customer: {name: '?周'}}", added(), known(), "yes"),
        ("{customer: {name: [大*, 周]}}", added(), known(), "no"),
        // Everybody has a nickname, so that an answer without one leaves it unknown.
        ("{customer: {name: ''}}", added(), known().contact("name", json!(null)), "unknown"),
        ("{not: {customer: {name: 小*}}}", added(), known().contact("name", json!(null)), "unknown"),
        ("{customer: {name: ''}}", added(), known().contact("name", json!("")), "yes"),
        ("{customer: {corp_name: '*科技*'}}", added(), wecom(), "yes"),
        ("{customer: {corp_name: '*科技*'}}", added(), known(), "no"),
        ("{customer: {corp_name: ''}}", added(), known(), "yes"),
        ("{customer: {type: wecom, corp_name: 示例*}}", added(), wecom(), "yes"),
        ("{customer: {type: wechat, corp_name: 示例*}}", added(), wecom(), "no"),
        ("{customer: {type: wechat, gender: male, name: 小周}}", added(), known(), "yes"),
        ("{customer: {type: wechat}}", added(), unasked(), "open"),
        ("{customer: {type: wechat}}", added(), lost(), "unknown"),
        ("{customer: {type: wechat}}", added().customer_id(""), unasked(), "no"),
        ("{customer: {type: wechat}}", added().customer_id(""), known(), "no"),
    ]);
}

#[test]
fn how_customer_and_employee_came_together() {
    #[rustfmt::skip] // A case a line.
    hold(vec![
        // Userids differ in case from one answer to another.
        ("{add_way: scan_qr_code}", added(), known(), "yes"),
        ("{add_way: 1}", added(), known(), "yes"),
        ("{add_way: '1'}", added(), known(), "yes"),
        ("{add_way: [group_chat, scan_qr_code]}", added(), known(), "yes"),
        ("{add_way: wechat_channels}", added(), known(), "no"),
        ("{add_way: wechat_channels}", added().user("wangwu"), known(), "yes"),
        // An answer without the employee says nothing about the two.
        ("{add_way: scan_qr_code}", added().user("zhaoliu"), known(), "unknown"),
        ("{not: {tagged: etVip}}", added().user("zhaoliu"), known(), "unknown"),
        ("{add_way: scan_qr_code}", added().user(""), known(), "no"),
        ("{add_way: 21}", added(), known().customer(&json!({"follow_user": [{"userid": "lisi.01", "add_way": 21}]})), "yes"),
        ("{add_way: unknown}", added(), known().customer(&json!({"follow_user": [{"userid": "lisi.01", "add_way": 0}]})), "yes"),
        ("{add_way: unknown}", added(), known().customer(&json!({"follow_user": [{"userid": "lisi.01"}]})), "no"),
        ("{add_way: assigned}", added(), known().customer(&json!({"follow_user": [{"userid": "lisi.01", "add_way": 202}]})), "yes"),
        ("{add_way: scan_qr_code}", added(), unasked(), "open"),
        ("{add_way: scan_qr_code}", added(), lost(), "unknown"),
        ("{tagged: 等级/VIP}", added(), known(), "yes"),
        ("{tagged: etVip}", added(), known(), "yes"),
        ("{tagged: stSpring}", added(), known(), "yes"),
        ("{tagged: [渠道/秋, etVip]}", added(), known(), "yes"),
        ("{tagged: 等级/vip}", added(), known(), "no"),
        ("{tagged: 等级/VI}", added(), known(), "no"),
        ("{tagged: 等/级VIP}", added(), known(), "no"),
        ("{tagged: 渠道/门店}", added(), known(), "no"),
        ("{tagged: 渠道/门店}", added().user("wangwu"), known(), "yes"),
        // Tags that employees made for themselves do not count.
        ("{tagged: 朋友/老}", added(), known(), "no"),
        ("{tagged: etVip}", added(), unasked(), "open"),
        ("{not: {tagged: etVip}}", added(), lost(), "unknown"),
    ]);
}

#[test]
fn where_the_employee_works_and_whether_the_customer_returns() {
    #[rustfmt::skip] // A case a line.
    hold(vec![
        ("{department: 7}", added(), known(), "yes"),
        ("{department: 3}", added(), known(), "yes"),
        ("{department: 1}", added(), known(), "yes"),
        ("{department: [8, 9, 3]}", added(), known(), "yes"),
        ("{department: 8}", added(), known(), "no"),
        ("{department: [3]}", added(), known().departments(&[]), "no"),
        ("{department: 7}", added(), unasked(), "open"),
        ("{department: 7}", added(), lost(), "unknown"),
        ("{department: 7}", added().user(""), unasked(), "no"),
        ("{returning: true}", added(), known(), "no"),
        ("{returning: false}", added(), known(), "yes"),
        ("{returning: true}", added(), known().earlier(true, true), "yes"),
        ("{returning: {to: employee, is: true}}", added(), known(), "no"),
        ("{returning: {to: company, is: true}}", added(), known(), "yes"),
        ("{returning: {to: company}}", added(), known(), "yes"),
        ("{returning: {to: company, is: false}}", added(), known(), "no"),
        ("{returning: {to: company, is: false}}", added(), known().earlier(false, false), "yes"),
        ("{returning: {to: company}}", added(), known().earlier(true, false), "yes"),
        ("{returning: {is: false}}", added(), known().earlier(true, true), "no"),
        ("{returning: false}", added(), unasked(), "open"),
        ("{returning: false}", added(), lost(), "unknown"),
        ("{returning: false}", added().customer_id(""), unasked(), "no"),
    ]);
}

#[test]
fn combinations_are_as_certain_as_they_can_be() {
    let spring = || added().state("spring");
    #[rustfmt::skip] // A case a line.
    hold(vec![
        ("{state: spring, department: 7}", spring(), unasked(), "open"),
        ("{state: autumn, department: 7}", spring(), unasked(), "no"),
        ("{department: 7, customer: {gender: male}}", spring(), lost().departments(&[8]), "no"),
        ("{department: 7, customer: {gender: male}}", spring(), lost().departments(&[7]), "unknown"),
        ("{department: 7, customer: {gender: male}}", spring(), unasked().departments(&[7]), "open"),
        ("{any: [{state: spring}, {department: 7}]}", spring(), unasked(), "yes"),
        ("{any: [{state: spring}, {department: 7}]}", spring(), lost(), "yes"),
        ("{any: [{state: autumn}, {department: 7}]}", spring(), unasked(), "open"),
        ("{any: [{state: autumn}, {department: 7}]}", spring(), lost(), "unknown"),
        ("{any: [{state: autumn}, {department: 8}]}", spring(), known(), "no"),
        ("{any: [{tagged: etVip}, {department: 7}]}", spring(), lost().departments(&[7]), "yes"),
        ("{not: {department: 7}}", spring(), unasked(), "open"),
        ("{not: {department: 7}}", spring(), lost(), "unknown"),
        ("{not: {department: 7}}", spring(), known(), "no"),
        ("{not: {department: 8}}", spring(), known(), "yes"),
        ("{not: {state: spring, department: 7}}", spring(), unasked(), "open"),
        ("{not: {state: autumn, department: 7}}", spring(), unasked(), "yes"),
        ("{not: {any: [{state: spring}, {department: 7}]}}", spring(), lost(), "no"),
        ("{not: {not: {department: 7}}}", spring(), lost(), "unknown"),
        ("{all: [{state: spring}, {any: [{returning: true}, {not: {tagged: etVip}}]}]}", spring(), known(), "no"),
        ("{all: [{state: spring}, {any: [{returning: false}, {tagged: etVip}]}]}", spring(), known(), "yes"),
        // Unknown and open together are open: an answer could still say no.
        ("{department: 7, returning: true}", spring(), World { earlier: unasked().earlier, ..lost() }, "open"),
        ("{}", spring(), unasked(), "yes"),
    ]);
}

#[test]
fn a_rule_says_what_becomes_of_it_when_a_look_up_fails() {
    let set =
        |says: &str, when: &str| rules(&[&format!("{{name: r, {says} when: {when}, tag: {{add: etA}}}}")]);
    let matched = |says: &str, when: &str, world: World| {
        world.verdicts(&added().state("spring"), &set(says, when))[0].matched
    };
    for says in ["", "on_lookup_failure: skip,"] {
        assert!(!matched(says, "{department: 7}", lost()));
        assert!(!matched(says, "{not: {department: 7}}", lost()));
        assert!(matched(says, "{any: [{state: spring}, {department: 7}]}", lost()), "it does not matter");
    }
    let says = "on_lookup_failure: match,";
    assert!(matched(says, "{department: 7}", lost()));
    assert!(matched(says, "{not: {department: 7}}", lost()));
    assert!(!matched(says, "{department: 7, state: autumn}", lost()), "another condition does not hold");
    assert!(!matched(says, "{department: 8}", known()), "it did not fail");
    assert!(!matched(says, "{department: 7}", unasked()), "it has not failed yet");
}

#[test]
fn the_names_of_ways_are_those_of_the_client() {
    for way in AddWay::NAMED {
        let name = way.name().unwrap();
        let world = known().customer(&json!({"follow_user": [{"userid": "lisi.01", "add_way": way.0}]}));
        assert_eq!(truth(&format!("{{add_way: {name}}}"), &added(), &world), "yes", "{name}");
        assert_eq!(
            truth(
                &format!("{{not: {{add_way: {name}}}}}"),
                &added(),
                &known().customer(&json!({"follow_user": [{"userid": "lisi.01", "add_way": 999}]}))
            ),
            "yes"
        );
    }
    assert_eq!(AddWay::NAMED.len(), 20);
}

#[test]
fn events_of_customers_who_leave_have_conditions_as_well() {
    let set = rules(&[
        "{name: r, on: [del_follow_user], when: {tagged: 等级/VIP, department: 3}, tag: {add: etLost}}",
    ]);
    let verdicts = known().verdicts(&changed("del_follow_user"), &set);
    assert!(verdicts[0].matched, "{verdicts:?}");
}

/// (rule's when, the verdict of one event)
#[test]
fn verdicts_name_the_condition_the_look_up_and_what_it_found() {
    let cases: &[(&str, World)] = &[
        ("{customer: {gender: female}}", known()),
        ("{customer: {gender: female, type: wecom, name: 大*, corp_name: '*科技'}}", known()),
        ("{customer: {gender: male}}", known()),
        ("{customer: {gender: male}}", lost()),
        ("{customer: {gender: male}}", unasked()),
        ("{customer: {gender: male}, tagged: etVip, department: 3}", lost()),
        ("{customer: {gender: male}, tagged: etVip, department: 3, returning: true}", unasked()),
        ("{customer: {gender: male}, state: spring}", known()),
        ("{state: spring, user: zhangsan, welcome_code: false}", known()),
        ("{department: [8, 9]}", known()),
        ("{department: 8}", known().departments(&[])),
        ("{department: 3, returning: {to: company}, tagged: [etVip, 渠道/秋]}", known()),
        ("{returning: true}", known()),
        ("{returning: {to: company, is: false}}", known()),
        ("{add_way: [group_chat, 21]}", known()),
        ("{add_way: group_chat}", known().customer(&json!({}))),
        ("{tagged: [渠道/秋, 渠道/冬]}", known()),
        ("{tagged: [a/1, a/2, a/3, a/4, a/5, a/6, a/7]}", known()),
        ("{share: 20-100}", known()),
        ("{not: {customer: {gender: male}}}", known()),
        ("{not: {customer: {gender: female}}}", known()),
        ("{not: {any: [{state: ''}, {department: 3}]}}", known()),
        ("{any: [{state: ''}, {department: 3}], returning: false}", known()),
        ("{any: [{state: spring}, {department: 8}, {returning: true}]}", known()),
        ("{any: [{state: spring}, {department: 3}]}", known()),
        ("{any: [{state: ''}, {department: 3}]}", known()),
        ("{customer: {name: ''}, schedule: {days: sat}}", known()),
    ];
    let mut verdicts = String::new();
    for (when, world) in cases {
        for verdict in world.verdicts(&added(), &rule_with(when)) {
            let is = if verdict.matched { "matches" } else { "passed" };
            let reason = verdict.reason.unwrap_or_default();
            let line = format!("{is} [{}] {reason}", verdict.lookups.join(", "));
            writeln!(verdicts, "{when}\n  {}", line.trim_end()).unwrap();
        }
    }
    insta::assert_snapshot!(verdicts, @r###"
    {customer: {gender: female}}
      passed [customer] `customer.gender` is male, and the rule asks for female
    {customer: {gender: female, type: wecom, name: 大*, corp_name: '*科技'}}
      passed [customer] `customer.type` is wechat, and the rule asks for wecom; `customer.gender` is male, and the rule asks for female; `customer.name` does not fit, and the rule asks for `大*`; the customer has no `customer.corp_name`, and the rule asks for `*科技`
    {customer: {gender: male}}
      matches [customer] `customer.gender` is male
    {customer: {gender: male}}
      passed [customer] unknown: `customer.gender` needs the customer, who could not be looked up, and the rule says on_lookup_failure: skip
    {customer: {gender: male}}
      passed [customer] open: `customer.gender` needs the customer, who has not been looked up
    {customer: {gender: male}, tagged: etVip, department: 3}
      passed [customer, employee] unknown: `customer.gender` and `tagged` need the customer, who could not be looked up; `department` needs the employee, who could not be looked up, and the rule says on_lookup_failure: skip
    {customer: {gender: male}, tagged: etVip, department: 3, returning: true}
      passed [customer, employee, earlier] open: `customer.gender` and `tagged` need the customer, who has not been looked up; `department` needs the employee, who has not been looked up; `returning` needs the record of earlier adds, which has not been looked up
    {customer: {gender: male}, state: spring}
      passed [] the event has no `state`, and the rule asks for `spring`
    {state: spring, user: zhangsan, welcome_code: false}
      passed [] the event carries a welcome code, and the rule asks for an event without one; the event has no `state`, and the rule asks for `spring`; `user` is `lisi.01`, and the rule asks for `zhangsan`
    {department: [8, 9]}
      passed [employee] `lisi.01` is in or below `department` 7, 3 and 1, and the rule asks for 8 or 9
    {department: 8}
      passed [employee] `lisi.01` is in no department that can be seen, and the rule asks for 8
    {department: 3, returning: {to: company}, tagged: [etVip, 渠道/秋]}
      matches [customer, employee, earlier] the record has an earlier add of the customer by anyone of the company; `lisi.01` is in or below `department` 7, 3 and 1; `tagged`: the customer has `etVip` from this employee
    {returning: true}
      passed [earlier] the record has no earlier add of the customer by this employee, and the rule asks for one (`returning`)
    {returning: {to: company, is: false}}
      passed [earlier] the record has an earlier add of the customer by anyone of the company, and the rule asks for none (`returning`)
    {add_way: [group_chat, 21]}
      passed [customer] `add_way` is scan_qr_code, and the rule asks for group_chat or 21
    {add_way: group_chat}
      passed [customer] unknown: `add_way`: WeCom does not name this employee among those who have the customer, and the rule says on_lookup_failure: skip
    {tagged: [渠道/秋, 渠道/冬]}
      passed [customer] `tagged`: the customer has none of the tags from this employee, and the rule asks for `渠道/秋` or `渠道/冬`
    {tagged: [a/1, a/2, a/3, a/4, a/5, a/6, a/7]}
      passed [customer] `tagged`: the customer has none of the tags from this employee, and the rule asks for `a/1`, `a/2`, `a/3`, `a/4`, `a/5` or 2 more
    {share: 20-100}
      matches []
    {not: {customer: {gender: male}}}
      passed [customer] what stands under `not` holds: `customer.gender` is male
    {not: {customer: {gender: female}}}
      matches [customer] `customer.gender` is male
    {not: {any: [{state: ''}, {department: 3}]}}
      passed [] what stands under `not` holds: the event has no `state` and `lisi.01` is in or below `department` 7, 3 and 1
    {any: [{state: ''}, {department: 3}], returning: false}
      matches [earlier] the record has no earlier add of the customer by this employee
    {any: [{state: spring}, {department: 8}, {returning: true}]}
      passed [employee, earlier] none of `any` holds: the event has no `state`, and the rule asks for `spring`; the record has no earlier add of the customer by this employee, and the rule asks for one (`returning`); `lisi.01` is in or below `department` 7, 3 and 1, and the rule asks for 8
    {any: [{state: spring}, {department: 3}]}
      matches [employee] `lisi.01` is in or below `department` 7, 3 and 1
    {any: [{state: ''}, {department: 3}]}
      matches []
    {customer: {name: ''}, schedule: {days: sat}}
      passed [] it happened on fri 2026-03-06 10:00 Asia/Shanghai, and the rule asks for other times (`schedule`); `customer.name` does not fit, and the rule asks for none
    "###);
}

#[test]
fn verdicts_under_a_rule_that_may_stop_them() {
    let set = rules(&[
        "{name: stopper, priority: 9, when: {department: 3}, stop: true}",
        "{name: below, priority: 8, tag: {add: etA}}",
        "{name: other, priority: 7, when: {state: x}, tag: {add: etA}}",
    ]);
    let verdicts = |world: World| {
        let verdicts = world.verdicts(&added(), &set);
        verdicts.iter().map(|verdict| serde_json::to_string(verdict).unwrap()).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(verdicts(unasked()), @r###"
    {"rule":"stopper","matched":false,"open":true,"reason":"open: `department` needs the employee, who has not been looked up","lookups":["employee"]}
    {"rule":"below","matched":false,"open":true,"reason":"open: it matches unless the rule `stopper` above it does, which says `stop`"}
    {"rule":"other","matched":false,"open":false,"reason":"the event has no `state`, and the rule asks for `x`"}
    "###);
    insta::assert_snapshot!(verdicts(known()), @r###"
    {"rule":"stopper","matched":true,"open":false,"reason":"`lisi.01` is in or below `department` 7, 3 and 1","lookups":["employee"]}
    {"rule":"below","matched":false,"open":false,"reason":"the rule `stopper` above it matched and says `stop`"}
    {"rule":"other","matched":false,"open":false,"reason":"the rule `stopper` above it matched and says `stop`"}
    "###);
    insta::assert_snapshot!(verdicts(lost()), @r###"
    {"rule":"stopper","matched":false,"open":false,"reason":"unknown: `department` needs the employee, who could not be looked up, and the rule says on_lookup_failure: skip","lookups":["employee"]}
    {"rule":"below","matched":true,"open":false}
    {"rule":"other","matched":false,"open":false,"reason":"the event has no `state`, and the rule asks for `x`"}
    "###);
}
