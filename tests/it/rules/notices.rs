//! What employees are told: of events, and of what went wrong with them.

use proptest::prelude::*;
use wecom_greeter::{
    action::{Action, Kind, Notify, Plan, Planned, Recipients, Trigger},
    rules::{Facts, Known, Needs, Ruleset, needs_of_notice, needs_of_remark, render_notice, render_remark},
};

use super::{added, rules, told};

const RULE: &str = "{name: a, notify: [
    {to: employee, text: '新客户 {{ customer.name }}'},
    {to: employee, on: missed_welcome, text: '{{ customer.name }} 没有收到欢迎语:{{ reason }}'},
    {to: [boss], on: failed, text: '{{ event.external_user_id }}: {{ reason }}'},
    {to: {department: 3}, on: failed, text: '我是{{ employee.name }}'}]}";

/// The first of a plan.
fn notice(plan: &Plan) -> Notify {
    let found = plan.actions.iter().find_map(|planned| match planned {
        Planned::Perform { action: Action::Notify(notice), deadline: None } => Some(notice.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("{plan:?}"))
}

#[test]
fn each_trigger_has_its_own_notices() {
    let set = rules(&[
        RULE,
        "{name: z, welcome: {text: x}}",
        "{name: no, enabled: false, notify: {to: [x], on: failed, text: x}}",
    ]);
    let happened = added().named("小周").employed("李四", "", "");
    happened.with(|facts| {
        assert_eq!(told(&set.plan(facts)), "welcome x | notify lisi.01: 新客户 小周 | by a:notify z:welcome");
        let missed = set.notices(facts, Trigger::MissedWelcome, "WeCom says {{ app }}");
        assert_eq!(told(&missed), "notify lisi.01: 小周 没有收到欢迎语:WeCom says {{ app }} | by a:notify");
        assert_eq!(notice(&missed).reason.as_deref(), Some("WeCom says {{ app }}"));
        assert_eq!((notice(&missed).on, missed.rules[0].version), (Trigger::MissedWelcome, 3));
        let failed = set.notices(facts, Trigger::Failed, "40068");
        assert_eq!(
            told(&failed),
            "notify boss: wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A: 40068 | notify department 3: 我是李四 | by a:notify"
        );
        assert!(failed.actions.iter().all(|planned| planned.kind() == Kind::Notify));
    });
}

#[test]
fn a_rule_that_does_not_match_tells_nobody() {
    let set = rules(&["{name: a, when: {state: s}, notify: {to: [boss], on: failed, text: '{{ reason }}'}}"]);
    assert_eq!(added().with(|facts| set.notices(facts, Trigger::Failed, "x")), Plan::default());
    let found = added().state("s").with(|facts| told(&set.notices(facts, Trigger::Failed, "x")));
    assert_eq!(found, "notify boss: x | by a:notify");
}

#[test]
fn a_notice_waits_for_what_it_asks_for() {
    let set = rules(&[RULE]);
    let later = added().with(|facts| notice(&set.notices(facts, Trigger::MissedWelcome, "过期")));
    assert!(later.unrendered);
    assert_eq!(later.text, "{{ customer.name }} 没有收到欢迎语:{{ reason }}");
    assert_eq!(needs_of_notice(&later), Needs { customer: true, ..Needs::default() });
    // It goes through the record.
    let later = match Action::from_json(Kind::Notify, &Action::Notify(later).to_json()).unwrap() {
        Action::Notify(notice) => notice,
        other => panic!("{other:?}"),
    };
    let filled = added().named("{{ reason }}").with(|facts| render_notice(&later, facts));
    assert_eq!(filled.text, "{{ reason }} 没有收到欢迎语:过期");
    assert!(!filled.unrendered && needs_of_notice(&filled).is_nothing());
    assert_eq!(added().with(|facts| render_notice(&filled, facts)), filled, "once is enough");
    let without = added().with(|facts| render_notice(&later, facts));
    assert_eq!(without.text, "没有收到欢迎语:过期");
    assert_eq!(without.to, Recipients::Users(vec!["lisi.01".to_owned()]));
}

#[test]
fn a_notice_is_never_blank_and_never_too_long() {
    let set = rules(&[
        "{name: 失败, notify: {to: [boss], on: failed, text: '{{ customer.avatar }}'}}",
        "{name: b, notify: {to: [boss], text: '{{ event.state }}'}}",
        "{name: c, notify: {to: [boss], on: missed_welcome, text: '{{ reason }}{{ customer.name }}'}}",
    ]);
    added().named("x").with(|facts| {
        assert_eq!(notice(&set.notices(facts, Trigger::Failed, "x")).text, "失败");
        assert_eq!(notice(&set.plan(facts)).text, "b");
    });
    added().named(&"周".repeat(2_000)).with(|facts| {
        let notice = notice(&set.notices(facts, Trigger::MissedWelcome, &"坏".repeat(2_000)));
        assert_eq!(notice.text.len(), 2_046);
        assert!(notice.text.starts_with("坏坏") && notice.text.ends_with("周…"));
        let reason = notice.reason.unwrap();
        assert!(reason.len() == 510 && reason.ends_with("坏…") && notice.text.contains(&reason), "{reason}");
    });
}

#[test]
fn a_notice_that_was_changed_in_the_record_is_told_as_it_stands() {
    let damaged = Notify {
        rule: "a".to_owned(),
        on: Trigger::Event,
        to: Recipients::Department(3),
        text: "{{ customer.nmae".to_owned(),
        reason: None,
        unrendered: true,
    };
    assert!(needs_of_notice(&damaged).is_nothing());
    assert_eq!(added().with(|facts| render_notice(&damaged, facts)).text, "{{ customer.nmae");
}

#[test]
fn a_remark_says_what_it_waits_for() {
    let set = rules(&[
        "{name: a, remark: {name: '{{ customer.name }}', company: '{{ employee.department }}', description: x}}",
    ]);
    let planned = added().without_code().named("周").with(|facts| set.plan(facts));
    let Some(Planned::Perform { action: Action::Remark(remark), .. }) = planned.actions.first() else {
        panic!("{planned:?}")
    };
    assert!(remark.unrendered, "the employee is not known");
    assert_eq!(needs_of_remark(remark), Needs { customer: true, employee: true, earlier: false });
    let filled =
        added().named("周").employed("", "", "销售部").with(|facts| render_remark(remark, facts)).unwrap();
    assert_eq!((filled.remark.as_deref(), filled.remark_company.as_deref()), (Some("周"), Some("销售部")));
    assert!(needs_of_remark(&filled).is_nothing());
}

#[test]
fn what_is_not_asked_for_yet_leaves_a_notice_for_later() {
    let set = rules(&["{name: a, notify: {to: [boss], text: \"{{ customer.name | d('x') }}\"}}"]);
    let open = added()
        .with(|facts| set.plan(&Facts { customer: Known::NotAsked, employee: Known::NotAsked, ..*facts }));
    assert!(notice(&open).unrendered, "a default is for what cannot be found");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn no_record_makes_filling_in_panic(text in "([ a-z{}%#|.]|\\PC){0,60}", reason in "\\PC{0,40}", name in "\\PC{0,20}") {
        let notice = Notify {
            rule: "a".to_owned(), on: Trigger::Failed, to: Recipients::Tag(1), text, reason: Some(reason), unrendered: true,
        };
        needs_of_notice(&notice);
        let filled = added().named(&name).with(|facts| render_notice(&notice, facts));
        prop_assert!(!filled.unrendered && filled.text.len() <= 2_048 && !filled.text.trim().is_empty());
    }

    #[test]
    fn any_reason_arrives_as_it_is(reason in "[^\\s\\p{C}][^\\p{C}]{0,60}[^\\s\\p{C}]") {
        let set = Ruleset::compile(&format!("rules: [{RULE}]"), 1).unwrap();
        let plan = added().with(|facts| set.notices(facts, Trigger::Failed, &reason));
        prop_assert_eq!(notice(&plan).text, format!("wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A: {}", reason));
    }
}
