//! The plans that rules give for events.

use std::fmt::Write as _;

use wecom_core::message::Attachment;
use wecom_greeter::{
    action::{Action, PlannedAction},
    rules::{Facts, Known, RemarkError, render_remark},
};

use super::{CODE, Happened, added, changed, in_one_line, rules};

const NO_CODE: &str = "no welcome: the event carries no welcome code: the employee has a welcome set in WeCom's console, \
                       or has not logged in for long, or the two are chatting already, or an earlier event of this add \
                       carried it";

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn what_rules_make_of_events() {
    let everyone = "{name: everyone, welcome: {text: 您好}}";
    let spring =
        "{name: spring, priority: 10, when: {state: spring-*}, welcome: {text: 春}, tag: {add: [etA]}}";
    let night = "{name: night, priority: 9, when: {schedule: {days: fri, hours: '22:00-06:00'}}, welcome: {text: 夜}}";
    let shops = "{name: shops, when: {state: ['shop-?', beijing]}, welcome: {text: 店}}";
    let named = "{name: named, welcome: {text: \"{{ customer.name | default('朋友') }},您好\"}}";
    let bare = "{name: bare, welcome: {text: '{{ customer.name }}您好', fallback: 您好呀}}";
    let guarded = "{name: guarded, welcome: {text: '{% if customer.name %}{{ customer.name }}:{% endif %}您好', fallback: 不}}";
    #[rustfmt::skip] // A case a line.
    let cases: Vec<(&str, Vec<&str>, Happened, &str)> = vec![
        // Choosing.
        ("no rules", vec![], added(), "no welcome: no rule with a welcome matches this event | by "),
        ("the simplest", vec![everyone], added(), "welcome 您好 | by everyone:welcome"),
        ("half an add", vec![everyone], Happened { code: CODE, ..changed("add_half_external_contact") }, "welcome 您好 | by everyone:welcome"),
        ("consent given", vec![everyone], Happened { code: CODE, ..changed("msg_audit_approved") }, "welcome 您好 | by everyone:welcome"),
        ("another change is not an add", vec![everyone], changed("edit_external_contact"), "by "),
        ("a change nobody knows", vec![everyone], changed("brand_new_change"), "by "),
        ("no change at all", vec![everyone], changed(""), "by "),
        ("higher wins", vec![everyone, spring], added().state("spring-1"), "welcome 春 | tag +etA | by spring:welcome+tag"),
        ("higher does not match", vec![everyone, spring], added().state("autumn"), "welcome 您好 | by everyone:welcome"),
        ("case counts", vec![everyone, spring], added().state("Spring-1"), "welcome 您好 | by everyone:welcome"),
        ("no state", vec![everyone, spring], added(), "welcome 您好 | by everyone:welcome"),
        ("the whole value", vec![everyone, spring], added().state("a-spring-1"), "welcome 您好 | by everyone:welcome"),
        ("ties in the order of the file", vec!["{name: b, welcome: {text: B}}", "{name: a, welcome: {text: A}}"], added(), "welcome B | by b:welcome"),
        ("negative priority", vec!["{name: a, priority: -1, welcome: {text: A}}", "{name: b, welcome: {text: B}}"], added(), "welcome B | by b:welcome"),
        ("not enabled", vec!["{name: a, priority: 1, enabled: false, welcome: {text: A}}", everyone], added(), "welcome 您好 | by everyone:welcome"),
        ("one of a list", vec![shops], added().state("beijing"), "welcome 店 | by shops:welcome"),
        ("a Chinese state by one character", vec![shops], added().state("shop-京"), "welcome 店 | by shops:welcome"),
        ("a state of digits", vec!["{name: d, when: {state: 1866127734050410496}, welcome: {text: 数}}"], added().state("1866127734050410496"), "welcome 数 | by d:welcome"),
        ("a state with leading zeros", vec!["{name: d, when: {state: 007}, welcome: {text: 数}}"], added().state("007"), "welcome 数 | by d:welcome"),
        ("none given, wanted", vec!["{name: none, when: {state: ''}, welcome: {text: 无}}"], added(), "welcome 无 | by none:welcome"),
        ("none given, not wanted", vec!["{name: some, when: {state: '?*'}, welcome: {text: 有}}"], added(), "no welcome: no rule with a welcome matches this event | by "),
        ("the employee", vec!["{name: li, priority: 1, when: {user: [zhangsan, 'lisi.*']}, welcome: {text: 李}}", everyone], added(), "welcome 李 | by li:welcome"),
        ("another employee", vec!["{name: li, priority: 1, when: {user: [zhangsan, 'lisi.*']}, welcome: {text: 李}}", everyone], added().user("wangwu"), "welcome 您好 | by everyone:welcome"),
        ("all of `when`", vec!["{name: a, priority: 1, when: {state: s, user: zhangsan}, welcome: {text: A}}", everyone], added().state("s"), "welcome 您好 | by everyone:welcome"),
        ("any", vec!["{name: a, when: {any: [{state: s}, {user: lisi.01}]}, welcome: {text: A}}"], added(), "welcome A | by a:welcome"),
        ("not", vec!["{name: a, when: {not: {user: lisi.01}}, welcome: {text: A}}", "{name: z, when: {not: {state: s}}, welcome: {text: Z}}"], added(), "welcome Z | by z:welcome"),
        ("its app", vec!["{name: a, apps: [retail], welcome: {text: A}}"], added().app("retail"), "welcome A | by a:welcome"),
        ("another app", vec!["{name: a, apps: retail, welcome: {text: A}}"], added(), "no welcome: no rule with a welcome matches this event | by "),
        // Times.
        ("in the night", vec![night, everyone], added().at("2026-03-07T05:59:59+08:00"), "welcome 夜 | by night:welcome"),
        ("the night before", vec![night, everyone], added().at("2026-03-06T05:00:00+08:00"), "welcome 您好 | by everyone:welcome"),
        ("the night is over", vec![night, everyone], added().at("2026-03-07T06:00:00+08:00"), "welcome 您好 | by everyone:welcome"),
        ("one of two schedules", vec!["{name: s, when: {schedule: [{days: sun}, {dates: '03-06'}]}, welcome: {text: S}}"], added(), "welcome S | by s:welcome"),
        ("another zone", vec!["{name: s, when: {schedule: {hours: '20:00-22:00', time_zone: America/New_York}}, welcome: {text: S}}"], added(), "welcome S | by s:welcome"),
        ("a campaign is over", vec!["{name: s, priority: 1, when: {schedule: {dates: 2026-03-01..2026-03-05}}, welcome: {text: S}}", everyone], added(), "welcome 您好 | by everyone:welcome"),
        // Tags.
        ("tags add up", vec![spring, "{name: all, welcome: {text: x}, tag: {add: [etB, etA]}}"], added().state("spring-"), "welcome 春 | tag +etA +etB | by spring:welcome+tag all:tag"),
        ("a higher add wins", vec![spring, "{name: all, tag: {remove: [etA, etC]}}"], added().state("spring-"), "welcome 春 | tag +etA -etC | by spring:welcome+tag all:tag"),
        ("a higher remove wins", vec!["{name: a, priority: 1, tag: {remove: etA}}", "{name: b, tag: {add: etA}}"], added().without_code(), "tag -etA | by a:tag"),
        ("stop", vec!["{name: a, priority: 1, tag: {add: etA}, stop: true}", "{name: b, welcome: {text: B}, tag: {add: etB}}"], added(), "no welcome: no rule with a welcome matches this event | tag +etA | by a:tag"),
        ("a stop that does not match", vec!["{name: a, priority: 1, when: {state: x}, stop: true}", everyone], added(), "welcome 您好 | by everyone:welcome"),
        ("tags on another change", vec!["{name: lost, on: del_follow_user, tag: {add: etLost}}"], changed("del_follow_user"), "tag +etLost | by lost:tag"),
        ("nobody to tag", vec!["{name: lost, on: del_follow_user, tag: {add: etLost}}"], changed("del_follow_user").user(""), "no tag: the event does not say which employee and which customer | by lost:tag"),
        // No code.
        ("no code: tagged all the same", vec![spring], added().without_code().state("spring-1"), "NO_CODE | tag +etA | by spring:tag"),
        ("no code: a WeCom user", vec![everyone], added().without_code().customer_id("woQ7fEDwAAother"), "no welcome: the event carries no welcome code: the customer is a WeCom user, for whom WeCom gives none | by "),
        ("no code and no welcome", vec!["{name: t, tag: {add: etA}}"], added().without_code(), "tag +etA | by t:tag"),
        ("a rule for what has no code", vec!["{name: late, priority: 1, when: {welcome_code: false}, tag: {add: etLate}, stop: true}", everyone], added().without_code(), "tag +etLate | by late:tag"),
        // Texts.
        ("the name", vec![named], added().named("小周"), "welcome 小周,您好 | by named:welcome"),
        ("no name in the answer", vec![named], added().named(""), "welcome 朋友,您好 | by named:welcome"),
        ("no answer", vec![named], added(), "welcome 朋友,您好 | by named:welcome"),
        ("fallback", vec![bare], added(), "welcome 您好呀 | by bare:welcome"),
        ("no need for the fallback", vec![bare], added().named("小周"), "welcome 小周您好 | by bare:welcome"),
        ("the missing is left out", vec!["{name: a, welcome: {text: '{{ customer.name }}您好'}}"], added(), "welcome 您好 | by a:welcome"),
        ("a condition excuses", vec![guarded], added(), "welcome 您好 | by guarded:welcome"),
        ("a condition holds", vec![guarded], added().named("小周"), "welcome 小周:您好 | by guarded:welcome"),
        ("an odd nickname", vec![named], added().named(r"$1 {{ 7*7 }} \ </xml>"), r"welcome $1 {{ 7*7 }} \ </xml>,您好 | by named:welcome"),
        ("event and employee", vec!["{name: e, welcome: {text: '{{ employee.id }} {{ event.state }} {{ event.time }} {{ app }} {{ corp }}'}}"], added().state("春"), "welcome lisi.01 春 2026-03-06 10:00 default ww9f3c1d7be20a4455 | by e:welcome"),
        ("filters", vec!["{name: f, welcome: {text: \"{{ customer.name | cut(2) | upper }} {{ customer.name | length }} {{ customer.name | replace('c', '') | title }}\"}}"], added().named("abc"), "welcome AB 3 Ab | by f:welcome"),
        ("a nothing of a text", vec!["{name: n, welcome: {text: '{{ event.state }}'}}"], added(), "no welcome: the welcome of the rule `n` came out blank | by "),
        ("attachments only", vec!["{name: p, welcome: {attachments: [{image: {media_id: M1}}, {video: {media_id: M2}}, {file: {media_id: M3}}]}}"], added(), "welcome (none) +image +video +file | by p:welcome"),
        ("a link with values", vec!["{name: l, welcome: {attachments: [{link: {title: '给{{ customer.name }}', url: 'https://example.com/s?n={{ customer.name }}&u={{ employee.id }}'}}]}}"], added().named("周 &/"), "welcome (none) +link 给周 &/ https://example.com/s?n=%E5%91%A8%20%26%2F&u=lisi.01 | by l:welcome"),
        ("a title lost leaves the rest", vec!["{name: l, welcome: {text: 好, attachments: [{link: {title: '{{ customer.name }}', url: 'https://example.com'}}]}}"], added(), "welcome 好 | by l:welcome"),
        ("a mini-program", vec!["{name: m, welcome: {attachments: [{miniprogram: {title: 商城, app_id: wx8bd80126147df384, page: '/index?s={{ event.state }}', cover: {media_id: M}}}]}}"], added().state("a b"), "welcome (none) +miniprogram 商城 /index?s=a%20b | by m:welcome"),
        // Remarks.
        ("a remark from two rules", vec!["{name: a, priority: 2, remark: {name: 甲, phones: '13800000001'}}", "{name: b, remark: {name: 乙, description: '{{ event.state }}'}}"], added().without_code().state("春"), "remark name=甲 description=春 phones=13800000001 | by a:remark b:remark"),
        ("a remark that waits for the customer", vec!["{name: a, remark: {name: '{{ customer.name }}-春', description: '{{ event.state }}'}}"], added().without_code().state("s"), "remark later name={{ customer.name }}-春 description={{ event.state }} | by a:remark"),
        ("a remark with the customer at hand", vec!["{name: a, remark: {name: '{{ customer.name }}-春', company: '{{ customer.corp_name }}'}}"], added().without_code().named("小周"), "remark name=小周-春 company=示例 | by a:remark"),
        ("a remark is cut", vec!["{name: a, remark: {name: '{{ customer.name }}'}}"], added().without_code().named("一二三四五六七八九十一二三四五六七八九十二十一"), "remark name=一二三四五六七八九十一二三四五六七八九十 | by a:remark"),
        ("an empty remark does not wipe", vec!["{name: a, remark: {name: '{{ event.state }}'}}"], added().without_code(), "no remark: there is nothing to set: what the remark asks for is not known of this customer | by a:remark"),
        ("unless it is written so", vec!["{name: a, remark: {name: '', phones: ['']}}"], added().without_code(), "remark name= phones= | by a:remark"),
        ("what the employee wrote", vec!["{name: a, remark: {description: '{{ customer.remark }} {{ customer.description }}'}}"], added().without_code().named("x"), "remark description=周总 老客户 | by a:remark"),
    ];
    let mut wrong = String::new();
    for (title, lines, happened, expected) in &cases {
        let set = rules(lines);
        let expected = expected.replace("NO_CODE", NO_CODE);
        let found = happened.with(|facts| in_one_line(&set.plan(facts)));
        if found != expected {
            writeln!(wrong, "{title}:\n   found {found}\n  wanted {expected}").unwrap();
        }
        // The same facts give the same plan, and the verdicts agree with the rules that were used.
        happened.with(|facts| {
            assert_eq!(set.plan(facts), set.plan(facts), "{title}");
            let verdicts = set.verdicts(facts);
            assert_eq!(verdicts.len(), lines.len(), "{title}");
            for used in set.plan(facts).rules {
                assert!(
                    verdicts.iter().any(|verdict| verdict.rule == used.name && verdict.matched),
                    "{title}"
                );
                assert_eq!(used.version, 3);
            }
        });
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn only_the_welcome_that_will_be_sent_asks_for_the_customer() {
    let named = "{name: named, when: {state: n}, welcome: {text: '{{ customer.name }}'}}";
    let link = "{name: link, when: {state: l}, welcome: {text: x, attachments: [{link: {title: '{{ customer.name }}', url: 'https://e.cn'}}]}}";
    let remark =
        "{name: remark, when: {state: r}, welcome: {text: x}, remark: {name: '{{ customer.name }}'}}";
    let above = "{name: above, priority: 9, when: {user: boss}, welcome: {text: x}}";
    let set = rules(&[named, link, remark, above]);
    let needs = |happened: Happened| {
        happened.with(|facts| set.needs(&Facts { customer: Known::NotAsked, ..*facts }).customer)
    };
    assert!(needs(added().state("n")) && needs(added().state("l")));
    assert!(!needs(added().state("n").without_code()), "nothing will be sent");
    assert!(!needs(added().state("r")), "remarks look the customer up later");
    assert!(!needs(added().state("n").user("boss")), "a higher rule supplies the welcome");
    assert!(!needs(added().state("other")));
}

#[test]
fn the_deadline_is_twenty_seconds_after_wecoms_own_time() {
    let set = rules(&["{name: a, welcome: {text: x}}"]);
    let happened = added();
    let plan = happened.with(|facts| set.plan(facts));
    let Some(PlannedAction::Perform { deadline: Some(deadline), .. }) = plan.actions.first() else {
        panic!("{plan:?}")
    };
    assert_eq!(deadline.as_ms(), happened.at_ms() + 20_000);
}

#[test]
fn a_text_that_became_too_long_is_cut_between_characters_and_marked() {
    let set = rules(&[
        "{name: a, welcome: {text: '您好{{ customer.name }}', attachments: [{link: {title: '{{ customer.name }}', url: 'https://e.cn'}}]}}",
    ]);
    let plan = added().named(&"周".repeat(2_000)).with(|facts| set.plan(facts));
    let Some(PlannedAction::Perform { action: Action::Welcome(welcome), .. }) = plan.actions.first() else {
        panic!("{plan:?}")
    };
    let text = &welcome.message.text.as_ref().unwrap().content;
    assert_eq!(text.len(), 3_999);
    assert!(text.starts_with("您好周") && text.ends_with("周…"));
    let Some(Attachment::Link { link }) = welcome.message.attachments.first() else { panic!("{welcome:?}") };
    assert!(link.title.len() <= 128 && link.title.ends_with('…'));
    // An address cannot be cut, so the link is left out and the text is sent alone.
    let set = rules(&[
        "{name: a, welcome: {text: 您好, attachments: [{link: {title: t, url: 'https://e.cn/{{ customer.name }}'}}]}}",
    ]);
    assert_eq!(
        added().named(&"周".repeat(2_000)).with(|facts| in_one_line(&set.plan(facts))),
        "welcome 您好 | by a:welcome"
    );
}

#[test]
fn a_remark_is_filled_in_when_the_customer_is_known() {
    let set = rules(&[
        "{name: a, remark: {name: '{{ customer.name }}-春', description: '{{ customer.position }}'}}",
    ]);
    let plan = added().without_code().with(|facts| set.plan(facts));
    let Some(PlannedAction::Perform { action: Action::Remark(remark), .. }) = plan.actions.first() else {
        panic!("{plan:?}")
    };
    assert!(remark.unrendered);
    let filled = added().named(r"$1 {{ 7*7 }} \").with(|facts| render_remark(remark, facts)).unwrap();
    assert_eq!(filled.remark.as_deref(), Some(r"$1 {{ 7*7 }} \-春"));
    assert_eq!(filled.description.as_deref(), Some("采购经理"));
    assert!(!filled.unrendered);
    assert_eq!(added().with(|facts| render_remark(&filled, facts)), Ok(filled.clone()), "once is enough");
    let without = added().with(|facts| render_remark(remark, facts)).unwrap();
    assert_eq!((without.remark.as_deref(), without.description), (Some("-春"), None));
    let mut nothing = remark.clone();
    nothing.remark = Some("{{ customer.name }}".to_owned());
    assert_eq!(added().with(|facts| render_remark(&nothing, facts)), Err(RemarkError::Nothing));
}

#[test]
fn verdicts_say_why_a_rule_was_passed_over() {
    let set = rules(&[
        "{name: a, priority: 9, enabled: false}",
        "{name: b, priority: 8, on: [edit_external_contact]}",
        "{name: c, priority: 7, apps: [retail]}",
        "{name: d, priority: 6, when: {state: spring-*}}",
        "{name: e, priority: 5, when: {user: zhangsan}}",
        "{name: f, priority: 4, when: {schedule: {days: sat-sun}}}",
        "{name: g, priority: 3, when: {any: [{welcome_code: false}, {not: {state: autumn}}]}}",
        "{name: h, priority: 2, stop: true}",
        "{name: i, priority: 1}",
    ]);
    let verdicts = added().state("autumn").with(|facts| set.verdicts(facts));
    let lines: Vec<String> = verdicts
        .iter()
        .map(|verdict| format!("{}: {}", verdict.rule, verdict.reason.as_deref().unwrap_or("matches")))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r###"
    a: it is not enabled
    b: it is on edit_external_contact, and this is `add_external_contact`
    c: it is for retail, and this came to `default`
    d: `state` is `autumn`, and the rule asks for `spring-*`
    e: `user` is `lisi.01`, and the rule asks for `zhangsan`
    f: it happened on fri 2026-03-06 10:00 Asia/Shanghai, and the rule asks for other times (`schedule`)
    g: none of `any` holds: the event carries a welcome code, and the rule asks for an event without one; what stands under `not` holds: `state` is `autumn`
    h: matches
    i: the rule `h` above it matched and says `stop`
    "###);
}

#[test]
fn rules_are_listed_in_the_order_in_which_they_are_looked_at() {
    let set = rules(&[
        "{name: b, welcome: {text: x, attachments: [{image: {media_id: M}}, {file: {media_id: M}}]}, tag: {add: [etA, etB], remove: etC}, stop: true}",
        "{name: a, priority: 5, enabled: false, apps: retail, on: [del_follow_user], remark: {name: x}}",
    ]);
    let lines: Vec<String> = set.rules().map(|rule| serde_json::to_string(&rule).unwrap()).collect();
    insta::assert_snapshot!(lines.join("\n"), @r###"
    {"name":"a","priority":5,"enabled":false,"on":["del_follow_user"],"apps":["retail"],"does":"remark"}
    {"name":"b","priority":0,"enabled":true,"on":["add_external_contact","add_half_external_contact","msg_audit_approved"],"apps":[],"does":"welcome with image, file; add 2 tags; remove 1 tag; stop"}
    "###);
}

/// In braces YAML ends a bare text at a comma. Chinese puts no space behind one, and nobody who writes a greeting means the
/// words behind it as a key.
#[test]
fn a_bare_text_in_braces_goes_on_after_its_comma() {
    for (written, meant) in [
        ("{ text: 您好,很高兴认识您! }", "您好,很高兴认识您!"),
        ("{ text: 一,二,三,四 , fallback: 您好 }", "一,二,三,四"),
        ("{text: 您好,欢迎}", "您好,欢迎"),
        ("{ fallback: 好,的, text: a,b }", "a,b"),
    ] {
        let rules = wecom_greeter::rules::Ruleset::compile(
            &format!("rules: [ {{ name: r, welcome: {written} }} ]"),
            1,
        );
        let rules = rules.unwrap_or_else(|faults| panic!("{written}: {faults}"));
        let event = wecom_core::event::Event::from_payload(include_bytes!(
            "../../../crates/wecom-core/tests/fixtures/callbacks/contact-add_external_contact.xml"
        ));
        let media = wecom_greeter::rules::Media::as_written();
        let facts = wecom_greeter::rules::Facts {
            app: "default",
            corp_id: "ww1",
            event: &event,
            happened_at_ms: 0,
            first_received_ms: 0,
            now_ms: 0,
            customer: wecom_greeter::rules::Known::NotAsked,
            employee: wecom_greeter::rules::Known::NotAsked,
            earlier: wecom_greeter::rules::Known::NotAsked,
            media: &media,
        };
        let plan = serde_json::to_value(match &rules.plan(&facts).actions[0] {
            wecom_greeter::action::PlannedAction::Perform { action, .. } => action,
            other @ wecom_greeter::action::PlannedAction::Skip { .. } => panic!("{other:?}"),
        });
        assert_eq!(plan.unwrap()["text"]["content"], meant, "{written}");
    }
    let faults =
        wecom_greeter::rules::Ruleset::compile("rules: [ { name: r, welcome: { text: 您好, 欢迎 } } ]", 1);
    assert!(faults.unwrap_err().to_string().contains("in quotes"));
}
