//! What texts can say, what they ask for, and that a value in them is never read as a template.

use std::fmt::Write as _;

use proptest::prelude::*;
use wecom_greeter::rules::{Employee, Facts, Known, Needs, Ruleset};

use super::{Happened, added, in_one_line, other, rules};

/// The welcome with that text, or why there is none.
fn said(text: &str, happened: &Happened) -> String {
    let document = serde_json::json!({"rules": [{"name": "a", "welcome": {"text": text}}]}).to_string();
    let set = Ruleset::compile(&document, 1).unwrap_or_else(|faults| panic!("{text}\n{faults}"));
    let line = happened.with(|facts| in_one_line(&set.plan(facts)));
    line.strip_prefix("welcome ")
        .and_then(|line| line.strip_suffix(" | by a:welcome"))
        .map_or(line.clone(), str::to_owned)
}

#[test]
fn what_texts_say() {
    let zhou = || added().named("小周").employed("李四", "四哥", "销售部");
    #[rustfmt::skip] // A case a line.
    let cases: Vec<(&str, Happened, &str)> = vec![
        // The employee.
        ("我是{{ employee.name }}({{ employee.alias }}),{{ employee.department }},{{ employee.id }}", zhou(), "我是李四(四哥),销售部,lisi.01"),
        ("我是{{ employee.name | default('小助手') }}", added(), "我是小助手"),
        ("我是{{ employee.alias or employee.name }}", added().employed("李四", "", ""), "我是李四"),
        ("我是{{ employee.name }}", added(), "我是"),
        ("我是{{ employee.id }}", added(), "我是lisi.01"),
        // Now, in Shanghai; the harness' now is 300 ms after the event.
        ("{{ now.greeting }}!{{ now.date }} {{ now.time }}", added(), "上午好!2026-03-06 2026-03-06 10:00"),
        ("{{ now.greeting }}", added().at("2026-03-06T23:30:00Z"), "早上好"),
        ("{{ now.greeting }}", added().at("2026-03-06T12:00:00+08:00"), "中午好"),
        ("{{ now.greeting }}", added().at("2026-03-06T14:00:00+08:00"), "下午好"),
        ("{{ now.greeting }}", added().at("2026-03-06T22:00:00+08:00"), "晚上好"),
        ("{{ now.year }}/{{ now.month }}/{{ now.day }} {{ now.hour }}:{{ now.minute }} {{ now.weekday }}", added(), "2026/3/6 10:0 星期五"),
        ("{% if now.hour < 9 %}还没上班{% elif now.hour >= 18 %}下班了{% else %}在{% endif %}", added(), "在"),
        ("{% if now.hour < 9 %}还没上班{% elif now.hour >= 18 %}下班了{% else %}在{% endif %}", added().at("2026-03-06T18:00:00+08:00"), "下班了"),
        ("{{ now | date('%Y年%-m月%-d日 %H:%M') }}{{ now | weekday }}", added(), "2026年3月6日 10:00星期五"),
        ("{{ event.time | date('%-m月%-d日 %-H点') }}{{ event.date | weekday }}", added(), "3月6日 10点星期五"),
        // Cutting, and the other filters.
        ("{{ customer.name | cut(2) }}|{{ customer.name | cut_bytes(7) }}|{{ customer.name | cut_bytes(2) }}", added().named("一二三四"), "一二|一二|"),
        ("{{ customer.name | cut(2) | d('x') }}", added().named("👨‍👩‍👧x"), "👨"),
        ("{{ customer.name | upper | replace('B', '-') | trim }}", added().named(" abc "), "A-C"),
        ("{{ 'x' if customer.gender == 'male' else 'y' }}", zhou(), "x"),
        // The event.
        ("{{ event.type }} {{ event.change }} {{ event.external_user_id }}", added(), "change_external_contact add_external_contact wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A"),
        ("-{{ event.chat_id }}{{ event.fail_reason }}{{ event.link_id }}{{ event.expire_time }}{{ event.tag_id }}-", added(), "--"),
        // What steers terminals and texts is no part of a value, and what nobody sees is none.
        ("{{ customer.name }}!", added().named("周\u{7}\u{202e}总\r\n\u{85}\u{1b}x"), "周总\nx!"),
        ("{{ customer.name | default('朋友') }}", added().named("\u{200b}\u{3164}"), "朋友"),
        ("{{ customer.name | default('朋友') }}", added().named("\u{2800} \u{202e}"), "朋友"),
        ("{% if customer.name %}有{% else %}无{% endif %}", added().named("\u{feff}"), "无"),
        ("{{ employee.alias or employee.name }}", added().employed("李\u{0}四", "\u{3164}", ""), "李四"),
        // Values are not read as templates.
        ("{{ customer.name }}", added().named("{{ employee.name }}{% if %}#客户昵称#$1"), "{{ employee.name }}{% if %}#客户昵称#$1"),
        ("#客户昵称#您好", added().named("#员工姓名#"), "#员工姓名#您好"),
        ("{{ customer.name | replace('a', '{{ app }}') }}", added().named("a"), "{{ app }}"),
    ];
    let mut wrong = String::new();
    for (text, happened, expected) in &cases {
        let found = said(text, happened);
        if found != *expected {
            writeln!(wrong, "{text}:\n   found {found}\n  wanted {expected}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// (text, the answers of the look-ups, what is sent); `FB` is the fallback.
#[test]
fn a_text_whose_values_are_unknown_takes_the_fallback() {
    let zhou = || added().named("小周").employed("李四", "", "销售部");
    let nameless = || {
        let mut zhou = zhou();
        let known = zhou.known.as_mut().unwrap();
        known.external_contact.name = None;
        known.follow_user.clear();
        zhou.employee = Some(Employee { userid: "lisi.01".to_owned(), ..Employee::default() });
        zhou
    };
    let of_wechat = || {
        let mut zhou = zhou();
        let known = zhou.known.as_mut().unwrap();
        known.external_contact.corp_name = None;
        known.external_contact.gender = Some(0);
        zhou
    };
    let ma = "{% if customer.gender == 'female' %}女士{% else %}先生{% endif %}您好";
    let both = "{{ customer.name | default(employee.name) | default('q') }}x";
    #[rustfmt::skip] // A case a line.
    let cases: Vec<(&str, Happened, &str)> = vec![
        ("{{ customer.name }},您好", added(), "FB"),
        ("{{ customer.name }},您好", nameless(), "FB"),
        ("{{ customer.name }},您好", added().named(" "), "FB"),
        ("{{ customer.name }},您好", added().named("\u{200b}\u{2800}"), "FB"),
        ("{{ customer.name }},您好", zhou(), "小周,您好"),
        ("{{ customer.name | default('朋友') }},您好", nameless(), "朋友,您好"),
        ("我是{{ employee.name }}", nameless(), "FB"),
        ("我是{{ employee.id }}", nameless(), "我是lisi.01"),
        ("{{ employee.department }}欢迎您", nameless(), "FB"),
        ("{{ employee.department }}欢迎您", zhou(), "销售部欢迎您"),
        ("{{ customer.remark }}您好", nameless(), "FB"),
        ("{{ customer.remark }}您好", zhou(), "周总您好"),
        // A value that not everybody has is known to be empty.
        ("{{ customer.corp_name }}您好", of_wechat(), "您好"),
        ("您好{{ employee.alias }}", zhou(), "您好"),
        (ma, of_wechat(), "先生您好"),
        // A comparison needs the value that it compares.
        (ma, added(), "FB"),
        ("您好{% if customer.type == 'wecom' %}贵司{% endif %}", added(), "FB"),
        ("您好{% if customer.type == 'wecom' %}贵司{% endif %}", zhou(), "您好贵司"),
        ("{% if customer.name and customer.type == 'wecom' %}贵司{% endif %}您好", added(), "FB"),
        // Whoever asks whether there is a value is prepared for none.
        ("{% if not customer.name %}亲{% else %}{{ customer.name }}{% endif %}", added(), "亲"),
        ("{% if not customer.name %}亲{% else %}{{ customer.name }}{% endif %}", zhou(), "小周"),
        ("{% if customer.name %}{{ customer.name }}{% endif %}您好", nameless(), "您好"),
        ("{{ '亲' if not customer.name else customer.name }}您好", added(), "亲您好"),
        (both, added(), "qx"),
        (both, added().employed("李四", "", ""), "李四x"),
    ];
    let mut wrong = String::new();
    for (text, happened, expected) in &cases {
        let welcome = serde_json::json!({"text": text, "fallback": "FB"});
        let document = serde_json::json!({"rules": [{"name": "a", "welcome": welcome}]}).to_string();
        let set = Ruleset::compile(&document, 1).unwrap_or_else(|faults| panic!("{text}\n{faults}"));
        let found = happened.with(|facts| in_one_line(&set.plan(facts)));
        let wanted = format!("welcome {expected} | by a:welcome");
        if found != wanted {
            writeln!(wrong, "{text}:\n   found {found}\n  wanted {wanted}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn events_tell_what_they_carry_and_nothing_where_they_do_not() {
    let text = "{{ event.type }}/{{ event.change }} chat={{ event.chat_id }} detail={{ event.update_detail }} \
                join={{ event.join_scene }} quit={{ event.quit_scene }} count={{ event.member_change_count }} \
                fail={{ event.fail_reason }} source={{ event.source }} link={{ event.link_id }} \
                expire={{ event.expire_time }}/{{ event.expire_quota_count }} tag={{ event.tag_id }}/{{ event.tag_type }}";
    let document = serde_json::json!({"rules": [{
        "name": "a",
        "on": ["create", "update", "del_external_contact", "transfer_fail", "quota_expire_soon", "delete_link"],
        "notify": {"to": ["wangwu"], "text": text}
    }]});
    let set = Ruleset::compile(&document.to_string(), 1).unwrap_or_else(|faults| panic!("{faults}"));
    let happened = [
        other(
            "change_external_chat",
            &[
                ("ChangeType", "update"),
                ("ChatId", "wrQ7"),
                ("UpdateDetail", "add_member"),
                ("JoinScene", "3"),
                ("MemChangeCnt", "2"),
            ],
        ),
        other("change_external_tag", &[("ChangeType", "create"), ("Id", "etQ7"), ("TagType", "tag")]),
        other(
            "change_external_contact",
            &[("ChangeType", "del_external_contact"), ("UserID", "u"), ("Source", "DELETE_BY_TRANSFER")],
        ),
        other(
            "change_external_contact",
            &[("ChangeType", "transfer_fail"), ("UserID", "u"), ("FailReason", "customer_refused")],
        ),
        other(
            "customer_acquisition",
            &[("ChangeType", "quota_expire_soon"), ("ExpireTime", "1772762400"), ("ExpireQuotaNum", "9")],
        ),
        other("customer_acquisition", &[("ChangeType", "delete_link"), ("LinkId", "cawcde1")]),
    ];
    let lines: Vec<String> =
        happened.iter().map(|it| it.with(|facts| in_one_line(&set.plan(facts)))).collect();
    insta::assert_snapshot!(lines.join("\n"), @r###"
    notify wangwu: change_external_chat/update chat=wrQ7 detail=add_member join=3 quit= count=2 fail= source= link= expire=/ tag=/ | by a:notify
    notify wangwu: change_external_tag/create chat= detail= join= quit= count= fail= source= link= expire=/ tag=etQ7/tag | by a:notify
    notify wangwu: change_external_contact/del_external_contact chat= detail= join= quit= count= fail= source=DELETE_BY_TRANSFER link= expire=/ tag=/ | by a:notify
    notify wangwu: change_external_contact/transfer_fail chat= detail= join= quit= count= fail=customer_refused source= link= expire=/ tag=/ | by a:notify
    notify wangwu: customer_acquisition/quota_expire_soon chat= detail= join= quit= count= fail= source= link= expire=2026-03-06 10:00/9 tag=/ | by a:notify
    notify wangwu: customer_acquisition/delete_link chat= detail= join= quit= count= fail= source= link=cawcde1 expire=/ tag=/ | by a:notify
    "###);
}

#[test]
fn a_fallback_stands_for_whoever_could_not_be_looked_up() {
    let bare = "{name: a, welcome: {text: '{{ customer.name }}好,我是{{ employee.name }}', fallback: 您好}}";
    let half = "{name: a, welcome: {text: \"{{ customer.name | d('您') }}好,我是{{ employee.name }}\", fallback: 您好}}";
    let none = "{name: a, welcome: {text: \"{{ customer.name | d('您') }}好,我是{{ employee.name | d('客服') }}\", fallback: 您好}}";
    let known = || added().named("小周");
    let employed = || added().employed("李四", "", "");
    for (rule, happened, expected) in [
        (bare, known().employed("李四", "", ""), "小周好,我是李四"),
        (bare, known(), "您好"),
        (bare, employed(), "您好"),
        (half, known(), "您好"),
        (half, employed(), "您好,我是李四"),
        (none, added(), "您好,我是客服"),
    ] {
        let found = happened.with(|facts| in_one_line(&rules(&[rule]).plan(facts)));
        assert_eq!(found, format!("welcome {expected} | by a:welcome"), "{rule}");
    }
}

/// Whether (customer, employee) must be looked up for the welcome.
fn needs(rule: &str) -> (bool, bool) {
    let set = rules(&[rule]);
    added().with(|facts| {
        let facts = Facts { customer: Known::NotAsked, employee: Known::NotAsked, ..*facts };
        let needs = set.needs(&facts);
        assert_eq!(needs, Needs { earlier: false, ..needs });
        (needs.customer, needs.employee)
    })
}

#[test]
fn a_welcome_asks_for_whom_its_texts_name_and_nobody_else() {
    let link = |text: &str| {
        format!("{{name: a, welcome: {{attachments: [{{link: {{title: t, url: '{text}'}}}}]}}}}")
    };
    for (rule, expected) in [
        (
            "{name: a, welcome: {text: '{{ employee.id }}{{ now.greeting }}{{ event.state }}'}}".to_owned(),
            (false, false),
        ),
        ("{name: a, welcome: {text: '{{ employee.name }}'}}".to_owned(), (false, true)),
        (
            "{name: a, welcome: {text: '{{ customer.name }}{{ employee.department }}'}}".to_owned(),
            (true, true),
        ),
        ("{name: a, welcome: {text: '#员工姓名#'}}".to_owned(), (false, true)),
        (link("https://e.cn/{{ employee.alias }}"), (false, true)),
        (link("https://e.cn/{{ employee.id }}"), (false, false)),
        (
            "{name: a, welcome: {text: x}, notify: {to: employee, text: '{{ customer.name }}'}}".to_owned(),
            (false, false),
        ),
        ("{name: a, welcome: {text: x}, remark: {name: '{{ employee.name }}'}}".to_owned(), (false, false)),
    ] {
        assert_eq!(needs(&rule), expected, "{rule}");
    }
}

#[test]
fn the_names_of_customers_and_employees_are_not_in_debug_output() {
    added().named("小周").employed("李四", "四哥", "销售部").with(|facts| {
        let shown = format!("{facts:?}");
        assert!(!["周", "李", "四哥"].iter().any(|name| shown.contains(name)), "{shown}");
    });
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    /// Whatever the customer is called, the text around the name stays, and nothing of the template is left.
    #[test]
    fn no_name_breaks_a_text_or_leaks_a_placeholder(name in "x\\PC{0,40}", employee in "x[{}%#$客户昵称a-z |]{0,20}") {
        let text = "<{{ customer.name | upper }}|{{ employee.name }}|#客户昵称#>";
        let found = said(text, &added().named(&name).employed(&employee, "", ""));
        prop_assert_eq!(found, format!("<{}|{employee}|{name}>", name.to_uppercase()));
    }

    #[test]
    fn cutting_never_splits_a_character(name in "\\PC{0,60}", characters in 0_usize..70, bytes in 0_usize..200) {
        let text = format!("<{{{{ customer.name | cut({characters}) }}}}><{{{{ customer.name | cut_bytes({bytes}) }}}}>");
        let found = said(&text, &added().named(&name));
        let (cut, cut_bytes) = found[1..found.len() - 1].split_once("><").unwrap_or_default();
        // Names with `><` in them are for the test above.
        prop_assume!(!name.contains("><"));
        prop_assert!(name.starts_with(cut) && cut.chars().count() <= characters, "{found}");
        prop_assert!(name.starts_with(cut_bytes) && cut_bytes.len() <= bytes, "{found}");
    }
}
