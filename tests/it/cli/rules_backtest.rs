//! `rules backtest` and the counts of `rules list`: other rules held against a record, and what the record says of those
//! in force.

use serde_json::{Value, json};

use super::{Shell, exported};
use crate::harness::day;

const RULES: &str = "rules:
  - name: spring
    priority: 10
    when: { state: 'spring-*' }
    welcome: { text: 您好,春天 }
    tag: { add: [etSampleTagChannelSpring00000000] }
  - name: everyone
    welcome: { text: \"您好,{{ customer.name | default('朋友') }}\" }
";

fn shell() -> Shell {
    let shell = Shell::with_app();
    shell.write("rules.yaml", RULES);
    shell.run(&["rules", "import", "rules.yaml", "--no-upload"]).done();
    let events = exported(61, "spring-2026") + &exported(62, "") + &exported(63, "spring-2027");
    shell.run_with_stdin(&["events", "import", "-"], &events).done();
    shell
}

/// Has the events planned by the rules in force; nobody can be called, so their tags stay unfinished.
fn replayed(shell: &Shell) {
    let ran = shell.run(&["events", "replay", "--since", "2024-01-01", "--only", "welcome"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

fn backtest(shell: &Shell, file: &str) -> Vec<Value> {
    shell.run(&["rules", "backtest", "--since", "2024-01-01", file, "--output", "json"]).documents()
}

#[test]
fn the_rules_in_force_make_of_the_record_what_is_recorded() {
    let shell = shell();
    replayed(&shell);
    let told = backtest(&shell, "rules.yaml");
    assert_eq!(told.len(), 4);
    assert_eq!(
        (&told[0]["event_id"], &told[0]["verdict"], &told[0]["version"]),
        (&json!(3), &json!("same"), &json!(1))
    );
    assert_eq!(
        (&told[3]["sum"]["events"], &told[3]["sum"]["same"], &told[3]["sum"]["changed"]),
        (&json!(3), &json!(3), &json!(0))
    );
}

#[test]
fn what_would_be_otherwise_is_told_customer_by_customer_and_in_sum() {
    let shell = shell();
    replayed(&shell);
    shell.write(
        "new.yaml",
        "rules:
  - name: spring
    priority: 10
    when: { state: spring-2026 }
    welcome: { text: 您好,夏天 }
  - name: back
    priority: 5
    on: [del_follow_user]
    tag: { add: [etSampleTagLevelRegular000000000] }
  - name: everyone
    welcome: { text: \"{{ customer.name | default('朋友') }},您好\" }
",
    );
    let ran = shell.run(&["rules", "backtest", "--since", "2024-01-01", "new.yaml"]).done();
    insta::assert_snapshot!(ran, @r#"
    Event 3, 2024-12-11 15:01:03 +08:00: add_external_contact, customer wmCustomer000063 of zhangsan, state spring-2027
      rules: spring → everyone
      welcome
        - {"text":"您好,春天"}
        + {"text":"‹name›,您好"}
      tags
        - {"add":["etSampleTagChannelSpring00000000"]}

    Event 2, 2024-12-11 15:01:02 +08:00: add_external_contact, customer wmCustomer000062 of zhangsan, state -
      welcome
        - {"text":"您好,‹name›"}
        + {"text":"‹name›,您好"}

    Event 1, 2024-12-11 15:01:01 +08:00: add_external_contact, customer wmCustomer000061 of zhangsan, state spring-2026
      welcome
        - {"text":"您好,春天"}
        + {"text":"您好,夏天"}
      tags
        - {"add":["etSampleTagChannelSpring00000000"]}

    3 events: 0 the same, 3 otherwise, 0 depend on a look-up, 0 never planned
      otherwise: tags 2, welcome 3; welcomes gained 0, lost 0
      everyone: used 1 times, would be 2
      spring: used 2 times, would be 1
    "#);
    let told = backtest(&shell, "new.yaml");
    assert_eq!(
        told[2]["changes"],
        json!([
            { "part": "welcome", "was": { "text": "您好,春天" }, "would": { "text": "您好,夏天" } },
            { "part": "tags", "was": { "add": ["etSampleTagChannelSpring00000000"] }, "would": null }
        ])
    );
    let limited = shell.run(&[
        "rules",
        "backtest",
        "--since",
        "2024-01-01",
        "--limit",
        "1",
        "new.yaml",
        "--output",
        "json",
    ]);
    assert_eq!(limited.documents().len(), 2);
    let of_state = shell.run(&[
        "rules",
        "backtest",
        "--since",
        "2024-01-01",
        "--state",
        "spring-2026",
        "new.yaml",
        "--output",
        "json",
    ]);
    assert_eq!(of_state.documents().len(), 2);
}

#[test]
fn events_that_were_never_planned_are_counted_apart() {
    let shell = shell();
    let told = backtest(&shell, "rules.yaml");
    assert!(told[..3].iter().all(|line| line["verdict"] == "unrecorded"), "{told:#?}");
    assert_eq!(told[0]["changes"][0]["would"], json!({ "text": "您好,春天" }));
    assert_eq!((&told[3]["sum"]["unrecorded"], &told[3]["sum"]["welcomes_gained"]), (&json!(3), &json!(3)));
    // The last seven days, where nobody says otherwise: nothing is there.
    let told = shell.run(&["rules", "backtest", "rules.yaml"]).done();
    assert!(told.starts_with("The record has no such events; --since"), "{told}");
}

/// Nobody can be asked here, so the rule for customers of WeChat was passed over then.
#[test]
fn the_rules_that_were_used_are_those_of_the_record() {
    let shell = shell();
    shell.write(
        "vip.yaml",
        &RULES.replace("rules:\n", "rules:\n  - { name: vip, priority: 20, when: { customer: { type: wechat } }, tag: { add: [etSampleTagLevelRegular000000000] } }\n"),
    );
    shell.run(&["rules", "import", "vip.yaml", "--no-upload"]).done();
    replayed(&shell);
    let told = backtest(&shell, "rules.yaml");
    assert_eq!((&told[1]["rules"]["was"], &told[1]["version"]), (&json!(["everyone"]), &json!(2)));
    assert_eq!(told[1]["verdict"], "same", "it gave no tags, and nothing gives any now");
    assert_eq!(told[3]["sum"]["rules"]["vip"], Value::Null);
    // The other way round they may be used.
    let told = shell.run(&["rules", "backtest", "--since", "2024-01-01", "vip.yaml"]).done();
    assert!(
        told.ends_with("3 events: 3 the same, 0 otherwise, 0 depend on a look-up, 0 never planned\n"),
        "{told}"
    );
    shell.write(
        "new.yaml",
        &std::fs::read_to_string(shell.folder.path().join("vip.yaml")).unwrap().replace("Regular", "Others_"),
    );
    let told = shell.run(&["rules", "backtest", "--since", "2024-01-01", "new.yaml"]).done();
    assert!(
        told.contains("\n  rules: everyone → everyone; perhaps vip\n  depends on a look-up: tags\n"),
        "{told}"
    );
    assert!(told.ends_with("\n  vip: used 0 times, would be 0, and perhaps 3 more\n"), "{told}");
}

#[test]
fn a_wrong_file_or_filter_is_told() {
    let shell = shell();
    shell.write("bad.yaml", "rules: [{ name: x, welcom: {} }]");
    let ran = shell.run(&["rules", "backtest", "bad.yaml"]);
    assert!(ran.code == 1 && ran.stdout.starts_with("bad.yaml:1:"), "{}", ran.stdout);
    shell.run(&["rules", "backtest"]).failed(2);
    shell.run(&["rules", "backtest", "--since", "1h", "--until", "2h", "rules.yaml"]).failed(2);
    shell.run(&["rules", "backtest", "absent.yaml"]).failed(1);
}

#[test]
fn the_list_counts_what_each_rule_was_used_for() {
    let shell = shell();
    replayed(&shell);
    let listed = shell.run(&["rules", "list", "--since", "2024-01-01", "--output", "json"]).documents();
    assert_eq!((&listed[0]["name"], &listed[0]["hits"]["events"]), (&json!("spring"), &json!(2)));
    // The codes are from 2024: each welcome was planned and came too late.
    assert_eq!(listed[0]["hits"]["actions"], json!({ "welcome": { "expired": 2 } }));
    assert_eq!(listed[1]["hits"]["events"], 1);
    let listed = shell.run(&["rules", "list", "--output", "json"]).documents();
    assert_eq!(listed[0]["hits"]["events"], 0, "not within the last seven days");
    let text = shell.run(&["rules", "list", "--since", "2024-01-01"]).done();
    let text: Vec<&str> = text.lines().skip(1).collect();
    insta::assert_snapshot!(text.join("\n"), @r"
    priority  rule      apps  does                events  welcomed  not done   wrong
    10        spring    all   welcome; add 1 tag  2       0 of 2    2 welcome  -
    0         everyone  all   welcome             1       0 of 1    1 welcome  -
    ");
}

/// A recorded day, planned by its own rules; then other rules are held against it, and really put in force.
#[test]
fn against_a_recorded_day_it_says_what_running_the_rules_says() {
    let shell = Shell::with_app();
    shell.write("day.yaml", day::RULES);
    let other = day::RULES
        .replace("欢迎参加春季活动", "欢迎参加夏季活动")
        .replace("tag: { add: [etSampleTagChannelStore000000000] }", "stop: true")
        .replace("hours: \"21:00-09:00\"", "hours: \"22:00-08:00\"");
    assert_ne!(other, day::RULES);
    shell.write("other.yaml", &other);
    // There is a rule for an app that this shell has not, of which it is told.
    let import = |file: &str| {
        let ran = shell.run(&["rules", "import", file, "--no-upload"]);
        assert!(ran.code == 0 && ran.stderr.contains("no app `retail`"), "{}", ran.stderr);
    };
    import("day.yaml");
    shell.run_with_stdin(&["events", "import", "-"], day::EVENTS).done();
    let ran = shell.run(&["events", "replay", "--app", "default", "--only", "decide"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let dry_run =
        || shell.run(&["events", "replay", "--app", "default", "--dry-run", "--output", "json"]).documents();
    let before = dry_run();
    let arguments =
        ["rules", "backtest", "--since", "2026-01-01", "--app", "default", "other.yaml", "--output", "json"];
    let mut told = shell.run(&arguments).documents();
    let sum = told.pop().unwrap();
    // The newest first, and a dry run the oldest.
    told.reverse();
    import("other.yaml");
    let after = dry_run();
    assert_eq!((told.len(), before.len()), (after.len(), after.len()));

    let requests = |event: &Value| -> Vec<Value> {
        let actions = event["actions"].as_array().unwrap();
        actions.iter().map(|action| action["request"].clone()).collect()
    };
    let mut changed = 0;
    for ((told, before), after) in told.iter().zip(&before).zip(&after) {
        assert_eq!((&told["event_id"], &told["version"]), (&after["event_id"], &json!(1)));
        let differs = requests(before) != requests(after);
        changed += u64::from(differs);
        assert_eq!(told["verdict"] == "changed", differs, "{told:#}\n{before:#}\n{after:#}");
        let rules: Vec<&Value> =
            after["rules"].as_array().unwrap().iter().map(|rule| &rule["name"]).collect();
        assert_eq!(told["rules"]["would"], json!(rules));
        for change in told["changes"].as_array().unwrap() {
            let text = change["would"]["text"].as_str().unwrap_or("‹");
            let sent = after["actions"].as_array().unwrap().iter().find(|action| action["kind"] == "welcome");
            if change["part"] == "welcome" && !text.contains('‹') {
                assert_eq!(sent.unwrap()["request"]["text"]["content"], text);
            }
        }
    }
    assert!(changed > 10, "{changed}");
    assert_eq!((&sum["sum"]["changed"], &sum["sum"]["unrecorded"]), (&json!(changed), &json!(0)));
}
