//! The faults of conditions and calendars.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use wecom_greeter::rules::Ruleset;

fn faults_of(document: &str) -> String {
    match Ruleset::compile(document, 1) {
        Ok(_) => panic!("nothing was found wrong with\n{document}"),
        Err(faults) => faults.to_string(),
    }
}

#[test]
fn every_wrong_condition_is_found_in_one_run() {
    let document = r#"calendars:
  holidays: ["2026-10-01..2026-10-07", 2026-02-30]
  empty: []
  nothing:
  holidays: 01-01
  " x": 01-01
  work: 03-01
  [a]: 01-01
rules:
  - name: a
    experiment: "  "
    on_lookup_failure: ignore
    when:
      departments: 3
      department: [3, 零, -1, 0, 1.5]
      add_way: [scan_qr, 6x, email, -1]
      customer: { type: weixin, gender: [m, female], names: x, name: "[", corp_name: [] }
      tagged: [VIP, 等级/, /VIP, 等级/VIP, "{{ event.state }}"]
      returning: { to: boss, is: yes }
      share: [50-50, 60-50, 0-101, "half", 0-50]
      welcome_code: maybe
      schedule:
        - { calendar: holiday, not_calendar: [holidays, vacations] }
        - { days: mon, dates: 2026-03-06 }
        - { calendar: [holidays], not_calendar: holidays }
        - { time_zone: Asia/Shanghai }
  - name: b
    when:
      any: []
      not: {}
      all: [{}, state]
  - name: c
    when:
      customer: {}
      returning: 1
      share:
  - name: d
    when: state
"#;
    insta::assert_snapshot!(faults_of(document), @r###"
    2:40: calendars.holidays[1]: there is no day `2026-02-30`; look at the calendar
    3:10: calendars.empty: is an empty list; put something in, or remove the key
    4:3: calendars.nothing: is empty; give it dates, or remove it
    5:3: calendars.holidays: is there a second time; the first is in line 2; keep one of the two
    6:3: calendars: this is no name for a calendar; write a word or a few, at most 64 characters, as `holidays`
    8:3: calendars: this is no name for a calendar; write a word or a few, at most 64 characters, as `holidays`
    11:17: rules[0].experiment: `  ` is no name for an experiment; write one line of at most 64 characters, without blanks around
    12:24: rules[0].on_lookup_failure: `ignore` is none of them; known here: skip, match
    14:7: rules[0].when.departments: there is no key `departments` here; did you mean `department`?
    15:23: rules[0].when.department[1]: `零` is no id of a department; write its number, as the console's contacts show it; 1 is the company
    15:26: rules[0].when.department[2]: `-1` is no id of a department; write its number, as the console's contacts show it; 1 is the company
    15:30: rules[0].when.department[3]: `0` is no id of a department; write its number, as the console's contacts show it; 1 is the company
    15:33: rules[0].when.department[4]: `1.5` is no id of a department; write its number, as the console's contacts show it; 1 is the company
    16:17: rules[0].when.add_way[0]: there is no way `scan_qr`; did you mean `scan_qr_code`?; WeCom's number does as well
    16:26: rules[0].when.add_way[1]: there is no way `6x`; known here: unknown, scan_qr_code, search_phone, name_card, group_chat, phone_contacts, wechat_contact, third_party, search_email, wechat_channels, calendar, meeting, wechat_friend, smart_hardware, onsite_service, acquisition_link, custom_development, demand_reply, internal_share, assigned; WeCom's number does as well
    16:30: rules[0].when.add_way[2]: there is no way `email`; known here: unknown, scan_qr_code, search_phone, name_card, group_chat, phone_contacts, wechat_contact, third_party, search_email, wechat_channels, calendar, meeting, wechat_friend, smart_hardware, onsite_service, acquisition_link, custom_development, demand_reply, internal_share, assigned; WeCom's number does as well
    16:37: rules[0].when.add_way[3]: there is no way `-1`; known here: unknown, scan_qr_code, search_phone, name_card, group_chat, phone_contacts, wechat_contact, third_party, search_email, wechat_channels, calendar, meeting, wechat_friend, smart_hardware, onsite_service, acquisition_link, custom_development, demand_reply, internal_share, assigned; WeCom's number does as well
    17:25: rules[0].when.customer.type: `weixin` is none of them; known here: wechat, wecom
    17:42: rules[0].when.customer.gender[0]: `m` is none of them; known here: male, female, unknown
    17:54: rules[0].when.customer.names: there is no key `names` here; did you mean `name`?
    17:70: rules[0].when.customer.name: the pattern `[` has a `[` without its `]`; close it, or write `\[` for the bracket itself
    17:86: rules[0].when.customer.corp_name: is an empty list; put something in, or remove the key
    18:16: rules[0].when.tagged[0]: `VIP` is neither the name nor the id of a tag; write Group/Tag, as in 渠道/春季, or an id, which begins with `et`
    18:21: rules[0].when.tagged[1]: `等级/` names no tag; write Group/Tag, as in 渠道/春季; tags are named one by one, not by group
    18:26: rules[0].when.tagged[2]: `/VIP` names no group; write Group/Tag, as in 渠道/春季
    18:40: rules[0].when.tagged[4]: placeholders do not work here; write the value itself
    19:24: rules[0].when.returning.to: `boss` is nobody to return to; known here: employee, company
    19:34: rules[0].when.returning.is: wants true or false, and has `yes`; write true or false
    20:15: rules[0].when.share[0]: `50-50` is a share of nobody; write two numbers from 0 to 100, the lower one first, as "0-50"; the second is not included, so that "50-100" takes the others
    20:22: rules[0].when.share[1]: `60-50` is a share of nobody; write two numbers from 0 to 100, the lower one first, as "0-50"; the second is not included, so that "50-100" takes the others
    20:29: rules[0].when.share[2]: `0-101` is no share; write two numbers from 0 to 100, the lower one first, as "0-50"; the second is not included, so that "50-100" takes the others
    20:36: rules[0].when.share[3]: `half` is no share; write two numbers from 0 to 100, the lower one first, as "0-50"; the second is not included, so that "50-100" takes the others
    21:21: rules[0].when.welcome_code: wants true or false, and has `maybe`; write true or false
    23:23: rules[0].when.schedule[0].calendar: there is no calendar `holiday`; did you mean `holidays`?
    24:11: rules[0].when.schedule[1]: can never hold: none of its dates is one of its days of the week; correct or remove one of the two
    25:11: rules[0].when.schedule[2]: can never hold: the days that `calendar` wants are those that `not_calendar` refuses; correct or remove one of the two
    26:11: rules[0].when.schedule[3]: restricts nothing; give it days, hours, dates or a calendar, or remove it
    29:12: rules[1].when.any: is an empty list; put something in, or remove the key
    30:12: rules[1].when.not: is a condition without anything in it; write a condition, or remove it
    31:13: rules[1].when.all[0]: is a condition without anything in it; write a condition, or remove it
    31:17: rules[1].when.all[1]: wants keys (state, user, department, add_way, customer, tagged, returning, welcome_code, schedule, share, any, all, not), and has a text; write it as { state: … }
    34:17: rules[2].when.customer: asks for nothing; give it a type, gender, name or corp_name, or remove it
    35:18: rules[2].when.returning: wants true or false, and has `1`; write true or false
    36:7: rules[2].when.share: is empty; give it a value, or remove the key
    38:11: rules[3].when: wants keys (state, user, department, add_way, customer, tagged, returning, welcome_code, schedule, share, any, all, not), and has a text; write it as { state: … }
    "###);
}

#[test]
fn what_can_never_hold_is_a_fault() {
    let rules = [
        "when: {all: [{state: a}, {state: b}]}",
        "when: {state: a, all: [{state: [b, 'c']}]}",
        "when: {state: 'a*', all: [{state: [b, c]}]}",
        "when: {state: '', all: [{state: '?*'}]}",
        "when: {user: a, all: [{user: b}]}",
        "when: {welcome_code: true, all: [{welcome_code: false}]}",
        "when: {share: 0-50, all: [{share: 50-100}]}",
        "when: {state: a, not: {state: a}}",
        "when: {any: [{user: x}, {all: [{state: a}, {state: b}]}]}",
        "when: {welcome_code: false}, welcome: {text: x}",
        "on: [del_follow_user], when: {welcome_code: true}",
        "on: [create], when: {department: 3}",
        "on: [change_external_chat/create], when: {state: 'spring-*', user: [zhangsan, '?*']}",
        "on: [balance_low, change_external_tag/create], when: {any: [{state: x}, {not: {not: {user: x}}}]}",
        "on: [create], when: {any: [{share: 0-50}, {returning: true}]}",
        "when: {schedule: {days: sat-sun, dates: [2026-03-06, 2026-03-09..2026-03-13]}}",
    ];
    let mut report = String::new();
    for rule in rules {
        writeln!(
            report,
            "{rule}\n  {}",
            faults_of(&format!("rules: [{{name: r, {rule}}}]")).replace('\n', "\n  ")
        )
        .unwrap();
    }
    insta::assert_snapshot!(report, @r###"
    when: {all: [{state: a}, {state: b}]}
      1:25: rules[0].when: can never hold: no `state` is in both of its lists; correct or remove one of the two
    when: {state: a, all: [{state: [b, 'c']}]}
      1:25: rules[0].when: can never hold: no `state` is in both of its lists; correct or remove one of the two
    when: {state: 'a*', all: [{state: [b, c]}]}
      1:25: rules[0].when: can never hold: no `state` is in both of its lists; correct or remove one of the two
    when: {state: '', all: [{state: '?*'}]}
      1:25: rules[0].when: can never hold: no `state` is in both of its lists; correct or remove one of the two
    when: {user: a, all: [{user: b}]}
      1:25: rules[0].when: can never hold: no `user` is in both of its lists; correct or remove one of the two
    when: {welcome_code: true, all: [{welcome_code: false}]}
      1:25: rules[0].when: can never hold: `welcome_code` cannot be both true and false; correct or remove one of the two
    when: {share: 0-50, all: [{share: 50-100}]}
      1:25: rules[0].when: can never hold: nobody is in both of its shares; correct or remove one of the two
    when: {state: a, not: {state: a}}
      1:25: rules[0].when: can never hold: a condition and its `not` stand side by side; correct or remove one of the two
    when: {any: [{user: x}, {all: [{state: a}, {state: b}]}]}
      1:43: rules[0].when.any[1]: can never hold: no `state` is in both of its lists; correct or remove one of the two
    when: {welcome_code: false}, welcome: {text: x}
      1:57: rules[0].welcome: can never be sent: the rule's `when` wants events without a welcome code; remove the welcome, or `welcome_code: false`
    on: [del_follow_user], when: {welcome_code: true}
      1:48: rules[0].when: can never hold: no event that the rule is `on` carries a welcome code; remove `welcome_code`, or put the rule on add_external_contact
    on: [create], when: {department: 3}
      1:52: rules[0].when.department: can never be told: no event that the rule is `on` names an employee; put it on an event of a customer, as add_external_contact
    on: [change_external_chat/create], when: {state: 'spring-*', user: [zhangsan, '?*']}
      1:68: rules[0].when.state: can never hold: no event that the rule is `on` carries a State; put it on an event of a customer, as add_external_contact
      1:86: rules[0].when.user: can never hold: no event that the rule is `on` names an employee; put it on an event of a customer, as add_external_contact
    on: [balance_low, change_external_tag/create], when: {any: [{state: x}, {not: {not: {user: x}}}]}
      1:87: rules[0].when.any[0].state: can never hold: no event that the rule is `on` carries a State; put it on an event of a customer, as add_external_contact
      1:110: rules[0].when.any[1].not.not.user: can never hold: no event that the rule is `on` names an employee; put it on an event of a customer, as add_external_contact
    on: [create], when: {any: [{share: 0-50}, {returning: true}]}
      1:54: rules[0].when.any[0].share: can never be told: no event that the rule is `on` names a customer; put it on an event of a customer, as add_external_contact
      1:73: rules[0].when.any[1].returning: can never be told: no event that the rule is `on` names a customer; put it on an event of a customer, as add_external_contact
    when: {schedule: {days: sat-sun, dates: [2026-03-06, 2026-03-09..2026-03-13]}}
      1:36: rules[0].when.schedule: can never hold: none of its dates is one of its days of the week; correct or remove one of the two
    "###);
}

#[test]
fn what_may_hold_is_none() {
    for rule in [
        "when: {state: a, all: [{state: 'a*'}]}",
        "when: {state: 'a*', all: [{state: '*b'}]}",
        "when: {state: [a, b], all: [{state: [b, c]}]}",
        "when: {share: 0-50, all: [{share: 49-60}]}",
        "when: {welcome_code: false}, tag: {add: etA}",
        "when: {any: [{welcome_code: false}, {state: a}]}, welcome: {text: x}",
        "when: {not: {welcome_code: true}, state: a}",
        "when: {schedule: {days: fri, dates: 2026-03-06}}",
        "when: {schedule: {days: mon, dates: 03-06}}",
        "when: {schedule: {days: mon, dates: 2026-03-06..2026-03-12}}",
        "when: {}",
        "experiment: x, on_lookup_failure: match",
        "on: [create, add_external_contact], when: {department: 3}",
        "on: [create, add_external_contact], when: {state: x, user: y}",
        "on: [create], when: {state: '', user: ['', x]}",
        "on: [create], when: {user: '*', not: {state: x}}",
        "on: [open_profile, friend_request], when: {state: 'ch-*'}",
        "on: [message_from_customer], when: {state: x, user: y}",
    ] {
        let document = format!("rules: [{{name: r, {rule}}}]");
        if let Err(faults) = Ruleset::compile(&document, 1) {
            panic!("{rule}: {faults}");
        }
    }
}

fn nested(key: &str, depth: usize) -> String {
    let (open, close) = if key == "not" { ("{not: ", "}") } else { ("{any: [", "]}") };
    format!(
        "rules: [{{name: r, when: {}{{share: 0-50, schedule: [{{days: [mon]}}]}}{}}}]",
        open.repeat(depth),
        close.repeat(depth)
    )
}

#[test]
fn conditions_nest_ten_deep() {
    for key in ["any", "not"] {
        if let Err(faults) = Ruleset::compile(&nested(key, 9), 1) {
            panic!("{key}: {faults}");
        }
    }
    insta::assert_snapshot!(faults_of(&nested("any", 10)), @r###"
    1:95: rules[0].when.any[0].any[0].any[0].any[0].any[0].any[0].any[0].any[0].any[0].any[0]: conditions stand more than 10 deep in one another; write them as one `any` of `all`, or divide them among rules
    "###);
    let not = faults_of(&nested("not", 10));
    assert!(not.contains("conditions stand more than 10 deep in one another"), "{not}");
    // Far beyond that limit, the document is refused before anything descends into it.
    assert!(faults_of(&nested("not", 5_000)).contains("nested too deeply"));
}

#[test]
fn lists_have_bounds() {
    let list = |count: usize| (1..=count).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
    assert!(
        Ruleset::compile(&format!("rules: [{{name: r, when: {{department: [{}]}}}}]", list(200)), 1).is_ok()
    );
    let report = faults_of(&format!("rules: [{{name: r, when: {{department: [{}]}}}}]", list(201)));
    assert!(report.contains("has 201 items, more than 200"), "{report}");
    let calendars: Vec<String> = (0..101).map(|n| format!("  c{n}: 01-01\n")).collect();
    let calendars = calendars.concat();
    let report = faults_of(&format!(
        "calendars:\n{calendars}rules: [{{name: r, when: {{schedule: {{calendar: spring}}}}}}]"
    ));
    assert_eq!(report.lines().count(), 1, "{report}");
    assert!(report.contains("has 101 calendars, more than 100"), "{report}");
}

#[test]
fn a_calendars_value_may_be_anything() {
    for (value, part) in [
        ("[a]", "wants names with dates, and has a list"),
        ("holidays", "wants names with dates, and has a text"),
        ("{a: {b: c}}", "wants a text, and has a map"),
        ("{a: [[01-01]]}", "wants a text, and has a list"),
        ("{a: 1}", "are no dates"),
        ("", "is empty"),
    ] {
        let report = faults_of(&format!(
            "calendars: {value}\nrules: [{{name: r, when: {{schedule: {{calendar: a}}}}}}]"
        ));
        assert!(report.contains(part), "{value}: {report}");
    }
}

/// Files near the largest size, made to keep the searches for contradictions and for the nearest name busy. The limit is far
/// above what a slow machine takes, and far below what the searches would take without their bounds.
#[test]
#[expect(clippy::disallowed_methods, reason = "measures a duration")]
fn no_condition_keeps_the_check_busy() {
    let mut calendars = String::new();
    for n in 0..100 {
        writeln!(calendars, "  a-calendar-with-a-long-name-{n}: [01-01]").unwrap();
    }
    let many = |count: usize, item: &str| vec![item; count].join(",");
    let rules =
        |count: usize, when: &str| format!("rules: [{}]", many(count, &format!("{{name: r, when: {when}}}")));
    let unknown = many(100, "a-calendar-with-no-such-name");
    let globs = many(200, "'*a*a*a*a*ab'");
    let states = many(200, "aaaaaaaaaaaaaaaaaaaaaaaa");
    let hundred = format!("{{all: [{}]}}", many(100, "{state: a}"));
    let files = [
        format!("calendars:\n{calendars}{}", rules(100, &format!("{{schedule: {{calendar: [{unknown}]}}}}"))),
        rules(40, &format!("{{schedule: [{}]}}", many(200, "{time_zone: Asia/Nowhere, days: mon}"))),
        rules(400, &format!("{{add_way: [{}]}}", many(200, "by_name"))),
        rules(60, &format!("{{all: [{{state: [{globs}]}}, {{state: [{states}]}}]}}")),
        rules(2, &format!("{{all: [{}]}}", many(200, &hundred))),
        rules(900, &format!("{{all: [{}]}}", many(19, "{state: [a,b,c,d,e,f,g,h]}"))),
    ];
    for file in files {
        assert!(file.len() <= 1024 * 1024, "{} bytes", file.len());
        let begun = Instant::now();
        let _ = Ruleset::compile(&file, 1);
        let kind: String = file.chars().skip(file.len() / 2).take(60).collect();
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?} for {kind}", begun.elapsed());
    }
}
