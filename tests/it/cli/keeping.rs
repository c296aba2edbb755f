//! `prune`, `forget` and `events export --pseudonymise` from outside.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use rstest::rstest;
use serde_json::{Value, json};
use wecom_core::clock::Clock;
use wecom_greeter::store::Role;

use super::{Ran, Shell, exported};
use crate::harness::world::{Which, fresh};

fn shell() -> Shell {
    let shell = Shell::new();
    shell.write("events.jsonl", &[exported(1, "spring"), exported(2, "spring"), exported(3, "")].concat());
    shell.run(&["events", "import", "events.jsonl"]).done();
    shell
}

#[test]
fn old_events_go_and_statistics_stay() {
    let shell = shell();
    let figures = |by: &str| shell.run(&["stats", "--by", by, "--output", "json"]).documents();
    let keys = ["day", "hour", "state", "user", "rule", "app"];
    let before: Vec<Vec<Value>> = keys.iter().map(|by| figures(by)).collect();
    assert_eq!(before[2].len(), 2);
    let dry = shell.run(&["prune", "--before", "2025-01-01", "--dry-run", "--output", "json"]).documents();
    assert_eq!(
        dry,
        [
            json!({ "before_ms": 1_735_660_800_000_i64, "dry_run": true, "events": 3, "actions": 0, "attempts": 0,
                 "unsettled": 0 })
        ]
    );
    let text = shell.run(&["prune", "--before", "180d", "--dry-run", "--lang", "zh"]).done();
    assert!(
        text.contains("将清理") && text.contains(" 3 个事件") && text.contains("什么都没有改动"),
        "{text}"
    );
    assert_eq!(shell.run(&["events", "list", "--output", "json"]).documents().len(), 3);
    let nothing = shell.run(&["prune", "--before", "2024-01-01"]).done();
    assert!(nothing.contains("there is nothing to prune"), "{nothing}");
    let done = shell.run(&["prune", "--before", "180d", "--output", "json"]).documents();
    assert_eq!((&done[0]["events"], &done[0]["dry_run"]), (&json!(3), &json!(false)));
    assert!(shell.run(&["events", "list", "--output", "json"]).documents().is_empty());
    let after: Vec<Vec<Value>> = keys.iter().map(|by| figures(by)).collect();
    assert_eq!(after, before);
    let again = shell.run(&["events", "import", "events.jsonl", "--lang", "zh"]).done();
    assert!(again.starts_with("0 个事件已导入") && again.contains("3 个没有导入"), "{again}");
    let again = shell.run(&["events", "import", "events.jsonl", "--output", "json"]).documents();
    assert_eq!((&again[0]["new"], &again[0]["known"], &again[0]["gone"]), (&json!(0), &json!(0), &json!(3)));
    assert_eq!(figures("day"), before[0], "nothing counts twice");
    assert!(shell.run(&["prune", "--before", "2999-01-01"]).failed(2).contains("--before is still to come"));
    assert!(shell.run(&["prune"]).failed(2).contains("--before"));
    assert!(shell.run(&["prune", "--before", "soon"]).failed(2).contains("soon"));
}

#[test]
fn a_customer_is_forgotten_and_the_file_holds_nothing_of_them() {
    const CUSTOMER: &str = "wmCustomer000002";
    let shell = shell();
    let holds = || {
        ["", "-wal", "-shm"].iter().any(|end| {
            let bytes = std::fs::read(format!("{}{end}", shell.database())).unwrap_or_default();
            bytes.windows(CUSTOMER.len()).any(|window| window == CUSTOMER.as_bytes())
        })
    };
    assert!(holds());
    let dry = shell.run(&["forget", CUSTOMER, "--dry-run", "--output", "json"]).documents();
    assert_eq!((&dry[0]["events"], &dry[0]["dry_run"]), (&json!(1), &json!(true)));
    assert!(holds());
    let text = shell.run(&["forget", CUSTOMER, "--lang", "zh"]).done();
    assert!(text.starts_with("已删除：1 个事件") && text.contains("sha256:"), "{text}");
    assert!(!holds());
    assert_eq!(shell.run(&["events", "list", "--output", "json"]).documents().len(), 2);
    let again = shell.run(&["forget", CUSTOMER]).done();
    assert!(again.starts_with("Nothing is known of this customer."), "{again}");
    assert_eq!(shell.run(&["forget", " "]).code, 2);
    let adds: i64 = shell
        .run(&["stats", "--output", "json"])
        .documents()
        .iter()
        .map(|row| row["adds"].as_i64().unwrap())
        .sum();
    assert_eq!(adds, 3, "statistics are about nobody");
}

#[test]
fn an_export_with_pseudonyms_can_be_handed_on_and_imported() {
    let shell = shell();
    let export = || shell.run(&["events", "export", "--pseudonymise"]).done();
    let made = export();
    assert_eq!(made, export(), "the same each time");
    for gone in ["wmCustomer", "zhangsan", "ww9f3c1d7be20a4455", "code1"] {
        assert!(!made.contains(gone), "{gone}: {made}");
    }
    let other = Shell::new();
    other.write("events.jsonl", &made);
    let imported = other.run(&["events", "import", "events.jsonl", "--output", "json"]).documents();
    assert_eq!(imported[0]["new"], 3);
    let listed = other.run(&["events", "list", "--output", "json"]).documents();
    let given: Vec<Value> = made.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (of, given) in listed.iter().rev().zip(&given) {
        for key in ["change", "state", "happened_at_ms", "external_user_id", "user_id"] {
            assert_eq!(of[key], given[key], "{key}");
        }
        assert!(of["external_user_id"].as_str().unwrap().starts_with("wm"), "{of}");
    }
    let states = other.run(&["stats", "--by", "state", "--output", "json"]).documents();
    assert_eq!(states, shell.run(&["stats", "--by", "state", "--output", "json"]).documents());
    let elsewhere = other.run(&["events", "export", "--pseudonymise"]).done();
    assert_ne!(elsewhere, made, "by a key of its own");
}

#[rstest]
#[case(Which::Sqlite, "INT", "en")]
#[case(Which::Postgres, "TERM", "zh")]
#[tokio::test(flavor = "multi_thread")]
async fn a_prune_that_is_interrupted_says_how_far_it_came_and_is_gone_on_with(
    #[case] which: Which,
    #[case] signal: &str,
    #[case] language: &str,
) {
    const EVENTS: u64 = 1_000;
    let Some(database) = fresh(which).await else { return };
    let store = database.store().await;
    let lines: Vec<String> = (0..1_000).map(|number| exported(number, "spring")).collect();
    store.import(1, &lines, 1).await.unwrap();
    // Beside a server it goes so slowly that there is a middle.
    let now_ms = Clock::system().now_ms();
    let server = store.enroll(Role::Serve, now_ms + 600_000).await.unwrap().process;
    let shell = Shell::new();
    let command = |language: &str| {
        let mut command = shell.command(&["prune", "--before", "180d", "--lang", language]);
        command.env("DATABASE_URL", &database.url).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let child = command(language).spawn().unwrap();
    let left = async || store.prunable(now_ms).await.unwrap().taken.events;
    let begun = async {
        while left().await == EVENTS {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), begun).await.expect("it has begun");
    let id = child.id().to_string();
    let sent = Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", signal, &id]).status();
    assert!(sent.unwrap().success());
    let said = Ran::of(&child.wait_with_output().unwrap()).failed(1);
    let rest = left().await;
    let gone = EVENTS - rest;
    assert!(gone > 0 && rest > 0, "{gone} of {EVENTS}");
    let told = match language {
        "zh" => "已中断：".to_owned(),
        _ => format!("interrupted: {gone} events with 0 actions"),
    };
    assert!(said.contains(&told) && said.contains(&gone.to_string()), "{said}");
    let audit = store.audit(None, 1).await.unwrap();
    assert_eq!(audit[0].act.as_str(), "pruned");
    assert!(
        audit[0].after.as_deref().unwrap_or_default().starts_with(&format!("events {gone} ")),
        "{audit:?}"
    );
    store.retire(server).await.unwrap();
    let done = Ran::of(&command("en").output().unwrap()).done();
    assert!(done.starts_with(&format!("Pruned {rest} events")), "{done}");
    assert_eq!(left().await, 0);
    store.close().await;
}
