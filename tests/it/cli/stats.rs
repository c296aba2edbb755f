//! `stats` from outside: the same figures as text, as JSON and as a table for Excel.

use serde_json::json;

use super::{Shell, exported};

fn shell() -> Shell {
    let shell = Shell::new();
    shell.write("events.jsonl", &[exported(1, "春季-门店"), exported(2, "=1+1"), exported(3, "")].concat());
    shell.run(&["events", "import", "events.jsonl"]).done();
    shell
}

#[test]
fn figures_are_json_with_the_names_of_the_contract() {
    let shell = shell();
    let days = shell.run(&["stats", "--output", "json"]).documents();
    // Imported and not replayed: nothing came of them, and nobody knows whether the console greeted.
    let day = json!({
        "key": "2024-12-11", "adds": 3, "welcomed": 0, "missed": 0, "no_code": 0, "no_rule": 0, "tagged": 0,
        "tags_failed": 0, "lost": 0, "deleted_by_employee": 0, "net": 3,
        "welcome_ms": { "p50": null, "p90": null, "p99": null }
    });
    assert_eq!(days, [day]);
    let hours = shell.run(&["stats", "--by", "hour", "--output", "json"]).documents();
    assert_eq!((hours.len(), &hours[0]["key"]), (1, &json!("2024-12-11T15:00:00+08:00")));
    let states = shell.run(&["stats", "--by", "state", "--output", "json"]).documents();
    let keys: Vec<_> = states.iter().map(|row| row["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["", "=1+1", "春季-门店"]);
    assert!(shell.run(&["stats", "--since", "1h", "--output", "json"]).documents().is_empty());
    assert!(shell.run(&["stats", "--app", "other", "--output", "json"]).documents().is_empty());
}

#[test]
fn the_zone_of_the_settings_says_which_day_it_is() {
    let mut shell = shell();
    shell.variables.push(("GREETER_TIME_ZONE", "Pacific/Kiritimati"));
    let days = shell.run(&["stats", "--output", "json"]).documents();
    assert_eq!(days[0]["key"], "2024-12-11");
    shell.variables.push(("GREETER_TIME_ZONE", "Pacific/Pago_Pago"));
    let days = shell.run(&["stats", "--output", "json"]).documents();
    assert_eq!(days[0]["key"], "2024-12-10");
}

#[test]
fn a_table_is_aligned_and_ends_with_the_sum() {
    let shell = shell();
    let text = shell.run(&["stats", "--by", "state", "--lang", "zh"]).done();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 5, "{text}");
    assert!(lines[0].starts_with("渠道") && lines[1].starts_with("（无渠道）  1"), "{text}");
    assert!(lines[3].starts_with("春季-门店   1") && lines[4].starts_with("合计        3"), "{text}");
    assert_eq!(shell.run(&["stats", "--since", "1h"]).done(), "There is nothing to count in this time.\n");
}

#[test]
fn a_table_for_excel_runs_nothing() {
    let shell = shell();
    let table = shell.run(&["stats", "--by", "state", "--csv"]).done();
    assert!(table.starts_with("\u{feff}key,adds,"), "{table}");
    assert!(table.contains("\r\n'=1+1,1,0,"), "{table}");
    let table = shell.run(&["stats", "--by", "state", "--csv", "--lang", "zh"]).done();
    assert!(table.starts_with("\u{feff}渠道,新增,"), "{table}");
    assert!(shell.run(&["stats", "--csv", "--output", "json"]).failed(2).contains("--csv"));
    assert!(shell.run(&["stats", "--since", "1h", "--until", "2h"]).failed(2).contains("--since"));
}
