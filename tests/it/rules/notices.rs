//! Notices to employees, about events and about what went wrong with them.

use proptest::prelude::*;
use wecom_greeter::{
    action::{Action, Kind, Notify, Plan, PlannedAction, ReasonCode, Recipients, Trigger},
    language::Language,
    rules::{
        Facts, Known, Media, Needs, Ruleset, needs_of_notice, needs_of_remark, render_notice, render_remark,
    },
};

use super::{Happened, added, in_one_line, rules};

const RULE: &str = "{name: a, notify: [
    {to: employee, text: '新客户 {{ customer.name }}'},
    {to: employee, on: missed_welcome, text: '{{ customer.name }} 没有收到欢迎语:{{ reason }}'},
    {to: [boss], on: failed, text: '{{ event.external_user_id }}: {{ reason }}({{ code }})'},
    {to: {department: 3}, on: failed, text: '我是{{ employee.name }}'}]}";

/// The first notice of a plan.
fn notice(plan: &Plan) -> Notify {
    let found = plan.actions.iter().find_map(|planned| match planned {
        PlannedAction::Perform { action: Action::Notify(notice), deadline: None } => Some(notice.clone()),
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
        assert_eq!(in_one_line(&set.plan(facts)), "welcome x | notify lisi.01: 新客户 小周 | by a:notify z:welcome");
        let missed = set.notices(facts, Trigger::MissedWelcome, ReasonCode::ExpiredUntried);
        assert_eq!(in_one_line(&missed), "notify lisi.01: 小周 没有收到欢迎语:二十秒内没来得及发送，多半是添加客户的通知到得太晚 | by a:notify");
        assert_eq!(notice(&missed).reason.as_deref(), Some("二十秒内没来得及发送，多半是添加客户的通知到得太晚"));
        assert_eq!(notice(&missed).code, Some(ReasonCode::ExpiredUntried));
        assert_eq!((notice(&missed).on, missed.rules[0].version), (Trigger::MissedWelcome, 3));
        let failed = set.notices(facts, Trigger::Failed, ReasonCode::UnknownTag);
        assert_eq!(
            in_one_line(&failed),
            "notify boss: wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A: 企业微信里没有这个标签(unknown_tag) | notify department 3: 我是李四 | by a:notify"
        );
        assert!(failed.actions.iter().all(|planned| planned.kind() == Kind::Notify));
    });
}

/// `{{ reason }}` is for somebody who reads the language of the rules and nothing else: no address, link, number or code, and
/// no English in Chinese, whatever the code is.
#[test]
fn a_reason_in_a_notice_is_a_plain_sentence_of_its_language() {
    for language in Language::ALL {
        let name = language.as_str();
        let yaml = format!(
            "language: {name}\nrules: [{{name: a, notify: [\
             {{to: employee, on: missed_welcome, text: '{{{{ reason }}}}'}}, {{to: employee, on: failed, text: '{{{{ reason }}}}'}}]}}]"
        );
        let set = Ruleset::compile(&yaml, 3).unwrap();
        for code in ReasonCode::ALL {
            for trigger in [Trigger::MissedWelcome, Trigger::Failed] {
                let plan = added().with(|facts| set.notices(facts, trigger, *code));
                let text = notice(&plan).text;
                assert_eq!(text, code.sentence(language), "{code}");
                let odd = |c: char| c.is_numeric() && !"一二三十".contains(c) || "/:@.".contains(c);
                assert!(!text.contains(odd) && !text.contains(code.as_str()), "{code}: {text}");
                let foreign = |c: char| match language {
                    Language::Zh => c.is_ascii(),
                    Language::En => !c.is_ascii(),
                };
                assert!(!text.contains(foreign), "{code}: {text}");
            }
        }
    }
}

const MISSED: &str = "{name: m, notify: {to: [boss], on: missed_welcome, text: '{{ reason }}'}}";
const BLANK: &str = "{name: b, welcome: {text: '{{ event.state }}'}, tag: {add: etA}}";

#[test]
fn a_welcome_of_which_nothing_came_is_missed() {
    let blank = rules(&[MISSED, BLANK]);
    assert_eq!(
        added().with(|facts| in_one_line(&blank.plan(facts))),
        "no welcome: the welcome of the rule `b` came out blank | tag +etA | \
         notify boss: 填好之后内容是空的 | by m:notify b:tag"
    );
    assert_eq!(
        added().state("春").with(|facts| in_one_line(&blank.plan(facts))),
        "welcome 春 | tag +etA | by b:welcome+tag"
    );

    let picture = rules(&[MISSED, "{name: p, welcome: {attachments: [{image: {file: a.png}}]}}"]);
    let nothing = Happened { media: Media::uploaded([]), ..added() };
    let plan = nothing.with(|facts| picture.plan(facts));
    assert_eq!(notice(&plan).text, ReasonCode::FilesMissing.sentence(Language::Zh));
    assert_eq!(notice(&plan).on, Trigger::MissedWelcome);
    assert_eq!(notice(&plan).reason.as_deref(), Some(notice(&plan).text.as_str()));
    // With a fallback the welcome is not missed.
    let with =
        rules(&[MISSED, "{name: p, welcome: {attachments: [{image: {file: a.png}}], fallback: 您好}}"]);
    assert_eq!(
        nothing.with(|facts| in_one_line(&with.plan(facts))),
        "welcome 您好 without a.png | by p:welcome"
    );
}

#[test]
fn an_event_without_a_code_and_one_that_no_rule_greets_have_no_welcome_to_miss() {
    let blank = rules(&[MISSED, BLANK]);
    for happened in [added().without_code(), added().state("春").without_code()] {
        let plan = happened.with(|facts| blank.plan(facts));
        assert!(in_one_line(&plan).starts_with("no welcome: the event carries no welcome code"), "{plan:?}");
        assert!(in_one_line(&plan).ends_with("| tag +etA | by b:tag"), "{plan:?}");
    }
    assert_eq!(
        added().with(|facts| in_one_line(&rules(&[MISSED]).plan(facts))),
        "no welcome: no rule with a welcome matches this event | by "
    );
}

/// Whether a notice is sent may depend on a look-up. That is made after the welcome, even if nothing else asks for it.
#[test]
fn a_rule_that_is_open_is_decided_before_it_tells_of_a_missed_welcome() {
    let set = rules(&[
        "{name: vip, when: {customer: {type: wecom}}, notify: {to: [boss], on: missed_welcome, text: '{{ reason }}'}}",
        BLANK,
    ]);
    let unasked = |facts: &Facts<'_>| set.plan(&Facts { customer: Known::NotAsked, ..*facts });
    assert_eq!(
        added().state("春").with(|facts| in_one_line(&unasked(facts))),
        "welcome 春 | tag +etA | by b:welcome+tag"
    );
    let open = added().with(unasked);
    let Some(PlannedAction::Perform { action: Action::Decide(decide), .. }) = open.actions.get(1) else {
        panic!("{open:?}")
    };
    assert_eq!(decide.asks, ["customer"]);
    // It is kept in the record, where older ones do not have the field.
    let Ok(Action::Decide(again)) =
        Action::from_json(Kind::Decide, &Action::Decide(decide.clone()).to_json())
    else {
        panic!("{decide:?}")
    };
    assert_eq!(&again, decide);
    let before = Action::from_json(Kind::Decide, r#"{"asks":["customer"]}"#).unwrap();
    assert!(matches!(before, Action::Decide(decide) if decide.missed.is_none()));

    let missed = decide.missed;
    assert_eq!(missed, Some(ReasonCode::BlankText));
    added().with(|facts| {
        let facts = Facts { customer: Known::NotAsked, ..*facts };
        assert!(set.needs_of_rest(&facts, missed).customer && !set.needs_of_rest(&facts, None).customer);
    });
    let rest = |happened: Happened| happened.with(|facts| in_one_line(&set.rest(facts, missed)));
    assert_eq!(
        rest(added().named("小周")),
        "tag +etA | notify boss: 填好之后内容是空的 | by vip:notify b:tag"
    );
    assert_eq!(rest(added()), "tag +etA | by b:tag", "nobody knows who it is");
}

/// A look-up that failed for the welcome is made again for everything else, and the welcome stays as it was planned.
#[test]
fn a_look_up_that_failed_costs_the_welcome_its_rule_and_not_the_rest() {
    let set = rules(&[
        "{name: vip, priority: 9, when: {tagged: etVip}, welcome: {text: 贵宾}, tag: {add: etSeen}}",
        "{name: all, welcome: {text: '{{ event.state }}'}, tag: {add: etA}, notify: {to: [boss], on: missed_welcome, text: x}}",
    ]);
    assert_eq!(
        added().state("春").with(|facts| in_one_line(&set.plan_without(facts, Needs::default()))),
        "welcome 春 | decide {\"asks\":[\"customer\"]} | by all:welcome"
    );
    // The text is blank with what is known, although that of the open rule would not be.
    assert_eq!(
        added().with(|facts| in_one_line(&set.plan_without(facts, Needs::default()))),
        "no welcome: the welcome of the rule `all` came out blank | decide {\"asks\":[\"customer\"],\
         \"missed\":\"blank_text\"} | by "
    );
    // With nothing open the notice is planned at once, about the welcome as it was planned.
    let known = added().named("小周");
    assert_eq!(
        known.with(|facts| set.plan_without(facts, Needs::default())),
        known.with(|facts| set.plan(facts))
    );
}

#[test]
fn a_rule_that_does_not_match_tells_nobody() {
    let set = rules(&["{name: a, when: {state: s}, notify: {to: [boss], on: failed, text: '{{ reason }}'}}"]);
    assert_eq!(
        added().with(|facts| set.notices(facts, Trigger::Failed, ReasonCode::Refused)),
        Plan::default()
    );
    let found = added()
        .state("s")
        .with(|facts| in_one_line(&set.notices(facts, Trigger::Failed, ReasonCode::Refused)));
    assert_eq!(found, "notify boss: 企业微信没有接受 | by a:notify");
}

#[test]
fn a_notice_waits_for_what_it_asks_for() {
    let set = rules(&[RULE]);
    let later =
        added().with(|facts| notice(&set.notices(facts, Trigger::MissedWelcome, ReasonCode::CodeExpired)));
    assert!(later.unrendered);
    assert_eq!(later.text, "{{ customer.name }} 没有收到欢迎语:{{ reason }}");
    assert_eq!(needs_of_notice(&later), Needs { customer: true, ..Needs::default() });
    // It is kept in the record.
    let later = match Action::from_json(Kind::Notify, &Action::Notify(later).to_json()).unwrap() {
        Action::Notify(notice) => notice,
        other => panic!("{other:?}"),
    };
    let filled = added().named("{{ reason }}").with(|facts| render_notice(&later, facts));
    assert_eq!(filled.text, "{{ reason }} 没有收到欢迎语:这次添加的欢迎语机会已经过期");
    assert!(!filled.unrendered && needs_of_notice(&filled).is_nothing());
    assert_eq!(added().with(|facts| render_notice(&filled, facts)), filled, "once is enough");
    let without = added().with(|facts| render_notice(&later, facts));
    assert_eq!(without.text, "没有收到欢迎语:这次添加的欢迎语机会已经过期");
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
        assert_eq!(notice(&set.notices(facts, Trigger::Failed, ReasonCode::Refused)).text, "失败");
        assert_eq!(notice(&set.plan(facts)).text, "b");
    });
    added().named(&"周".repeat(2_000)).with(|facts| {
        let notice = notice(&set.notices(facts, Trigger::MissedWelcome, ReasonCode::Refused));
        assert!((2_040..=2_048).contains(&notice.text.len()), "{}", notice.text.len());
        assert!(notice.text.starts_with("企业微信没有接受周周") && notice.text.ends_with("周…"));
    });
}

#[test]
fn a_notice_that_was_changed_in_the_record_is_sent_as_it_stands() {
    let damaged = Notify {
        rule: "a".to_owned(),
        on: Trigger::Event,
        to: Recipients::Department(3),
        text: "{{ customer.nmae".to_owned(),
        reason: None,
        code: None,
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
    let Some(PlannedAction::Perform { action: Action::Remark(remark), .. }) = planned.actions.first() else {
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
            rule: "a".to_owned(), on: Trigger::Failed, to: Recipients::Tag(1), text, reason: Some(reason), code: None, unrendered: true,
        };
        needs_of_notice(&notice);
        let filled = added().named(&name).with(|facts| render_notice(&notice, facts));
        prop_assert!(!filled.unrendered && filled.text.len() <= 2_048 && !filled.text.trim().is_empty());
    }
}

/// The sentence is in the language of the file, Chinese where it names none; the code is the same in both.
#[test]
fn a_notice_speaks_the_language_of_its_file() {
    for (language, expected) in [
        ("", "企业微信没有接受 refused"),
        ("language: zh\n", "企业微信没有接受 refused"),
        ("language: en\n", "WeCom did not accept it refused"),
    ] {
        let rules = "rules: [{name: a, notify: {to: [boss], on: failed, text: '{{ reason }} {{ code }}'}}]";
        let set = Ruleset::compile(&format!("{language}{rules}"), 1).unwrap();
        let plan = added().with(|facts| set.notices(facts, Trigger::Failed, ReasonCode::Refused));
        assert_eq!(notice(&plan).text, expected, "{language}");
    }
    let faults = Ruleset::compile("language: de\nrules: []", 1).unwrap_err().to_string();
    assert!(faults.contains("1:11") && faults.contains("write zh or en"), "{faults}");
}

/// What went wrong is known in a notice about it, and nowhere else.
#[test]
fn a_code_is_known_where_a_reason_is() {
    for text in ["{{ reason }}", "{{ code }}"] {
        let file =
            |on: &str| format!("rules: [{{name: a, notify: {{to: [boss], on: {on}, text: '{text}'}}}}]");
        assert!(Ruleset::compile(&file("failed"), 1).is_ok(), "{text}");
        let fault = Ruleset::compile(&file("event"), 1).unwrap_err().to_string();
        assert!(fault.contains("it is known in a `notify`"), "{fault}");
    }
}
