//! What is told of conditions and calendars that are wrong.

use std::fmt::Write as _;

use wecom_greeter::rules::Ruleset;

fn faults_of(document: &str) -> String {
    match Ruleset::compile(document, 1) {
        Ok(_) => panic!("nothing was found wrong with\n{document}"),
        Err(faults) => faults.to_string(),
    }
}

#[test]
fn every_wrong_condition_is_told_in_one_run() {
    let document = r#"calendars:
  holidays: ["2026-10-01..2026-10-07", 2026-02-30]
  empty: []
  nothing:
  holidays: 01-01
  " x": 01-01
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
    insta::assert_snapshot!(faults_of(document), @"");
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
        "on: [create], when: {any: [{share: 0-50}, {returning: true}]}",
        "when: {schedule: {days: sat-sun, dates: [2026-03-06, 2026-03-09..2026-03-13]}}",
    ];
    let mut told = String::new();
    for rule in rules {
        writeln!(told, "{rule}\n  {}", faults_of(&format!("rules: [{{name: r, {rule}}}]")).replace('\n', "\n  ")).unwrap();
    }
    insta::assert_snapshot!(told, @"");
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
    insta::assert_snapshot!(faults_of(&nested("any", 10)), @"");
    let not = faults_of(&nested("not", 10));
    assert!(not.contains("conditions stand more than 10 deep in one another"), "{not}");
    // Far beyond it, the document as a whole is refused before anybody descends.
    assert!(faults_of(&nested("not", 5_000)).contains("nested too deeply"));
}

#[test]
fn lists_have_bounds() {
    let list = |count: usize| (1..=count).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
    assert!(Ruleset::compile(&format!("rules: [{{name: r, when: {{department: [{}]}}}}]", list(200)), 1).is_ok());
    let told = faults_of(&format!("rules: [{{name: r, when: {{department: [{}]}}}}]", list(201)));
    assert!(told.contains("has 201 items, more than 200"), "{told}");
    let calendars: String = (0..101).map(|n| format!("  c{n}: 01-01\n")).collect();
    let told = faults_of(&format!("calendars:\n{calendars}rules: [{{name: r, when: {{schedule: {{calendar: c100}}}}}}]"));
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.contains("has 101 calendars, more than 100"), "{told}");
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
        let told = faults_of(&format!("calendars: {value}\nrules: [{{name: r, when: {{schedule: {{calendar: a}}}}}}]"));
        assert!(told.contains(part), "{value}: {told}");
    }
}
