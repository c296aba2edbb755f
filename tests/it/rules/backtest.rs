//! Comparing two rule sets: which differences are certain, and which depend on a look-up.

use serde_json::json;
use wecom_greeter::{
    action::{Kind, RuleUse},
    rules::{
        Ruleset,
        trial::{Backtest, Judged, Sum, payload},
    },
};

fn set(rules: &str, version: i64) -> Ruleset {
    Ruleset::compile(&format!("rules:\n{rules}"), version)
        .unwrap_or_else(|faults| panic!("{rules}\n{faults}"))
}

fn used(name: &str, used_for: &[Kind]) -> RuleUse {
    RuleUse { name: name.into(), version: 1, used_for: used_for.to_vec() }
}

fn judged_with(was: &str, is: &str, event: &str, record: &[RuleUse]) -> Judged {
    let (was, is) = (set(was, 1), set(is, 0));
    Backtest::new(Some(was), &is).unwrap().judge(&payload(event).unwrap(), record)
}

/// An event of the channel `spring` that the rule `everyone` greeted.
fn judged(was: &str, is: &str) -> Judged {
    judged_with(
        was,
        is,
        "{ state: spring, time: 2026-03-06T10:00:00+08:00 }",
        &[used("everyone", &[Kind::Welcome])],
    )
}

const EVERYONE: &str = "  - { name: everyone, welcome: { text: 您好 } }\n";

#[test]
fn a_rule_that_the_event_rules_out_makes_nothing_depend() {
    for condition in [
        "state: nowhere, customer: { type: wechat }",
        "customer: { type: wechat }, schedule: { hours: '22:00-06:00' }",
        "department: 3, returning: true, user: lisi",
        "all: [{ state: nowhere }, { any: [{ tagged: 渠道/春季 }, { add_way: scan_qr_code }] }]",
    ] {
        let above = format!(
            "  - {{ name: above, priority: 9, when: {{ {condition} }}, stop: true, welcome: {{ text: 贵宾 }} }}\n"
        );
        let result = judged(EVERYONE, &(above + EVERYONE));
        assert_eq!((result.verdict, result.depends.len()), ("same", 0), "{condition}");
        assert_eq!((result.would, result.may.len()), (vec!["everyone".to_owned()], 0), "{condition}");
    }
    // A condition that the rest of the rule does not rule out does.
    let above = "  - { name: above, priority: 9, when: { state: spring, customer: { type: wechat } }, welcome: { text: 贵宾 } }\n";
    let result = judged(EVERYONE, &(above.to_owned() + EVERYONE));
    assert_eq!((result.verdict, result.depends), ("depends", vec!["welcome"]));
    assert_eq!((result.was, result.would), (vec!["everyone".to_owned()], Vec::new()));
    assert_eq!(result.may, ["above", "everyone"]);
}

/// The record knows whether a rule was used. Where no rule supplies the part any more, no look-up can bring it back.
#[test]
fn what_a_rule_gave_by_a_look_up_is_lost_for_certain_when_nothing_gives_it_any_more() {
    let vip = "  - { name: vip, when: { customer: { name: '小*' } }, welcome: { text: 贵宾 }, tag: { add: [etAAAAAAAA] } }\n";
    let event = "{ state: spring }";
    let left = "  - { name: left, on: [del_follow_user], tag: { add: [etAAAAAAAA] } }\n";
    let record = [used("vip", &[Kind::Welcome, Kind::Tag])];
    let result = judged_with(vip, left, event, &record);
    assert_eq!(
        (result.verdict, result.depends.len(), result.would.len(), result.may.len()),
        ("changed", 0, 0, 0)
    );
    let parts: Vec<_> =
        result.changes.iter().map(|change| (change.part, &change.was, &change.would)).collect();
    let by = json!({ "by": ["vip"] });
    assert_eq!(parts, [("welcome", &by, &json!(null)), ("tags", &by, &json!(null))]);
    let mut sum = Sum::default();
    sum.add(&result);
    assert_eq!((sum.changed, sum.welcomes_lost), (1, 1));
    let result = judged_with(vip, left, event, &[]);
    assert_eq!((result.verdict, result.changes.len()), ("same", 0), "it gave nothing, and gives nothing");
    // Tags add up: a rule that is certain to match gives its own, whatever the look-up for another says.
    let tags = "  - { name: all, tag: { add: [etBBBBBBBB] } }\n";
    let result = judged_with(tags, &(vip.to_owned() + tags), event, &[used("all", &[Kind::Tag])]);
    assert_eq!((result.would, result.may), (vec!["all".to_owned()], vec!["vip".to_owned()]));
}

#[test]
fn without_a_code_no_welcome_hangs_on_anything() {
    let above = "  - { name: above, priority: 9, when: { customer: { type: wechat } }, welcome: { text: 贵宾 }, tag: { add: [etAAAAAAAA] } }\n";
    let is = above.to_owned() + EVERYONE;
    let result = judged_with(EVERYONE, &is, "{ state: spring, welcome_code: false }", &[]);
    assert_eq!((result.verdict, result.depends), ("depends", vec!["tags"]));
    assert_eq!(result.changes, []);
}

#[test]
fn texts_that_are_written_otherwise_are_the_same_only_where_nobody_is_asked_for() {
    let with = |text: &str| format!("  - name: everyone\n    welcome:\n      text: \"{text}\"\n");
    for (was, is, verdict) in [
        ("{{ customer.name | cut(10) }}", "{{ customer.name | cut(9) }}", "depends"),
        (
            "{% if customer.name is startingwith('VIP') %}贵宾{% endif %}您好",
            "{% if customer.name is startingwith('vip') %}贵宾{% endif %}您好",
            "depends",
        ),
        ("{{ employee.name | cut(20) }}您好", "{{ employee.name }}您好", "depends"),
        ("{{ customer.name | cut(3) }}", "{{ customer.name | cut(2) }}", "changed"),
        ("{{ customer.name }}您好", "您好,{{ customer.name }}", "changed"),
        ("{{ event.state | cut(10) }}", "{{ event.state | cut(9) }}", "same"),
        ("{{ event.state }}", "{{ event.user_id }}", "changed"),
        ("{{ customer.name | cut(10) }}", "{{ customer.name | cut(10) }}", "same"),
    ] {
        let result = judged(&with(was), &with(is));
        assert_eq!(result.verdict, verdict, "{was} → {is}");
        assert_eq!(result.would, ["everyone"]);
    }
    let with = |remark: &str| {
        format!("  - {{ name: everyone, welcome: {{ text: 您好 }}, remark: {{ {remark} }} }}\n")
    };
    let result =
        judged(&with("name: '{{ customer.name | cut(10) }}'"), &with("name: '{{ customer.name | cut(9) }}'"));
    assert_eq!((result.verdict, result.depends), ("depends", vec!["remark"]));
}

#[test]
fn what_hangs_on_the_same_question_in_both_is_the_same() {
    let vip = "  - { name: vip, priority: 9, when: { customer: { type: wecom } }, welcome: { text: '{{ customer.name }}' }, tag: { add: [etAAAAAAAA] } }\n";
    // The name and the layout differ, and so does a rule below.
    let renamed = "  - name: guests\n    priority: 8\n    when: { customer: { type: [wecom] } }\n    tag: { add: etAAAAAAAA }\n    welcome: { text: '{{ customer.name }}' }\n";
    let was = format!("{vip}{EVERYONE}");
    let record = [used("vip", &[Kind::Welcome, Kind::Tag])];
    let result = judged_with(&was, &format!("{renamed}{EVERYONE}"), "{ state: spring }", &record);
    assert_eq!(
        (result.verdict, result.was, result.would),
        ("same", vec!["vip".into()], vec!["guests".to_owned()])
    );
    // The tags are still the same where only the greeting below differs.
    let other = EVERYONE.replace("您好", "欢迎");
    let result = judged_with(&was, &format!("{vip}{other}"), "{ state: spring }", &record);
    assert_eq!((result.verdict, result.depends), ("depends", vec!["welcome"]));
    assert_eq!((result.would, result.may), (vec!["vip".to_owned()], vec!["everyone".to_owned()]));
    // Another condition is a difference, and so is another `on_lookup_failure`.
    for (one, other) in [
        ("when: { customer: { type: wecom } }", "when: { customer: { type: wechat } }"),
        ("name: vip,", "name: vip, on_lookup_failure: match,"),
        ("name: vip,", "name: vip, stop: true,"),
    ] {
        let result = judged(&was, &was.replace(one, other));
        assert!(result.depends.contains(&"welcome"), "{other}: {result:?}");
    }
}

#[test]
fn a_rule_that_may_stop_the_search_keeps_everything_below_open() {
    let stops = "  - { name: stops, priority: 9, when: { customer: { type: wecom } }, stop: true }\n";
    let tagged = "  - { name: tagged, tag: { add: [etAAAAAAAA] } }\n";
    let result = judged(tagged, &format!("{stops}{tagged}"));
    assert_eq!((result.verdict, result.depends), ("depends", vec!["tags"]));
    let result = judged(&format!("{stops}{tagged}"), &format!("{stops}{tagged}"));
    assert_eq!(result.verdict, "same");
    // No rule stands below it that its `stop` could keep from matching.
    let result = judged(tagged, &format!("{tagged}{}", stops.replace('9', "-1")));
    assert_eq!(result.verdict, "same");
}

#[test]
fn what_was_used_is_what_the_record_says() {
    let vip =
        "  - { name: vip, priority: 9, when: { customer: { type: wechat } }, tag: { add: [etAAAAAAAA] } }\n";
    let was = format!("{vip}{EVERYONE}");
    let is = format!("{}{}", vip.replace("etA", "etB"), EVERYONE.replace("您好", "欢迎"));
    // The customer was not of WeChat, or could not be looked up.
    let result = judged(&was, &is);
    assert_eq!((result.verdict, &result.was), ("changed", &vec!["everyone".to_owned()]));
    assert_eq!((&result.would, &result.may), (&vec!["everyone".to_owned()], &vec!["vip".to_owned()]));
    let mut sum = Sum::default();
    sum.add(&result);
    assert_eq!(
        json!(sum.rules),
        json!({ "everyone": { "was": 1, "would": 1, "may": 0 }, "vip": { "was": 0, "would": 0, "may": 1 } })
    );
    // Nobody was greeted for an event that was never planned.
    let is = set(&is, 0);
    let result = Backtest::new(None, &is).unwrap().judge(&payload("{ state: spring }").unwrap(), &[]);
    assert_eq!((result.verdict, result.was.len(), result.depends), ("unrecorded", 0, vec!["tags"]));
    assert_eq!((result.changes[0].part, &result.changes[0].was), ("welcome", &json!(null)));
}

#[test]
fn notices_about_failures_do_not_come_of_the_event() {
    let with = |text: &str| {
        format!(
            "  - name: everyone\n    welcome: {{ text: 您好 }}\n    notify: {{ to: employee, on: missed_welcome, text: '{text}' }}\n"
        )
    };
    let result = judged(&with("{{ customer.name }}:{{ reason }}"), &with("{{ reason }}"));
    assert_eq!(result.verdict, "same");
}
