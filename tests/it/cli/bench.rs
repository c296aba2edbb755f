//! `bench` from outside: whole runs on both databases, against a server of its own and against one that runs, and what it says.

use std::process::Command;

use rstest::rstest;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;
use wecom_core::clock::Clock;
use wecom_greeter::store::EventFilter;

use super::{Ran, Shell, language::english};
use crate::harness::{
    databases::TestDatabase,
    world::{PLAIN_RULES, Which, World, fresh},
};

/// Runs it beside the runtime of the test, on the given database.
async fn bench(database: Option<&str>, arguments: &[&str]) -> Ran {
    let shell = Shell::new();
    let mut command: Command = shell.command(&[&["bench"], arguments].concat());
    if let Some(url) = database {
        command.env("DATABASE_URL", url);
    }
    let ran = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    Ran::of(&ran)
}

/// The one document of a run that went well.
async fn report(database: Option<&str>, arguments: &[&str]) -> Value {
    let ran = bench(database, &[arguments, &["--output", "json"]].concat()).await;
    let mut documents = ran.documents();
    assert_eq!(documents.len(), 1, "one document");
    documents.remove(0)
}

fn number(of: &Value, path: &str) -> f64 {
    of.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("no {path} in {of:#}"))
}

/// The percentiles are of so many times, in order, and not from nowhere.
fn assert_percentiles(part: &Value, of: &str, count: f64) {
    let figures =
        ["p50_ms", "p90_ms", "p99_ms", "p99_9_ms", "max_ms"].map(|p| number(part, &format!("/{of}/{p}")));
    assert!(figures.is_sorted() && figures[0] > 0.0 && figures[4] < 25_000.0, "{of}: {figures:?}");
    assert!((number(part, &format!("/{of}/count")) - count).abs() < 0.5, "{of}: {part:#}");
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_run_greets_and_tags_everybody_and_loses_nobody(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let arguments = [
        "--rate",
        "40",
        "--seconds",
        "1",
        "--flat-out",
        "--rules",
        "2",
        "--stored",
        "5",
        "--customers",
        "60",
    ];
    let report = report(Some(&database.url), &[&arguments[..], &["--connections", "4"]].concat()).await;
    assert_eq!(report["database"], if database.is_sqlite() { "sqlite" } else { "postgres" });
    assert!(number(&report, "/machine/processors") >= 1.0);
    let parts = report["parts"].as_array().unwrap();
    assert_eq!(parts.len(), 2);
    for (part, kind) in parts.iter().zip(["rate", "flat_out"]) {
        assert_eq!(part["kind"], kind);
        // Flat out, a busy machine does not come to all of them in the second.
        let count = number(part, "/sent");
        assert!(
            if kind == "rate" { (count - 40.0).abs() < 0.5 } else { (1.0..60.5).contains(&count) },
            "{part:#}"
        );
        for counted in ["sent", "acked", "welcomed", "welcomed_in_time", "tagged"] {
            assert!((number(part, &format!("/{counted}")) - count).abs() < 0.5, "{counted}: {part:#}");
        }
        assert_eq!((&part["refused"], &part["lost"]), (&0.into(), &0.into()), "{part:#}");
        assert_eq!(part["errors"], serde_json::json!({}));
        assert_percentiles(part, "ack", count);
        assert_percentiles(part, "welcome", count);
        assert_percentiles(part, "tag", count);
        // Nobody is greeted before he was acked and stored, and nobody tagged before the welcome was tried.
        assert!(number(part, "/welcome/max_ms") <= number(part, "/tag/max_ms"), "{part:#}");
        assert!((number(part, "/wecom/calls/send_welcome_msg/taken") - count).abs() < 0.5);
        assert!(number(part, "/server/ready_ms") > 0.0);
    }
    // The rate is kept: forty a second, of which the last is due 975 ms after the first.
    assert!((0.97..4.0).contains(&number(&parts[0], "/took_seconds")), "{:#}", parts[0]);
    assert_eq!(parts[0]["bare"], Value::Null);
    let flat_out = number(&parts[1], "/sent");
    assert_eq!(parts[1]["used_up"], flat_out > 59.5);
    let ratio = number(&parts[1], "/acks_a_second") / number(&parts[1], "/bare/acks_a_second");
    assert!((number(&parts[1], "/ratio") - ratio).abs() < 1e-9);
    // It is all there.
    let store = database.store().await;
    let events = store.events(&EventFilter { limit: Some(1_000), ..EventFilter::default() }).await.unwrap();
    let sent = events.iter().filter(|event| event.imported_at_ms.is_none()).count();
    assert_eq!(sent.to_string(), format!("{:.0}", 40.0 + flat_out));
    assert_eq!(events.len(), sent + 5);
    store.close().await;

    // A database in which something is, is somebody's.
    let told = bench(Some(&database.url), &["--rate", "5", "--seconds", "1"]).await.failed(2);
    assert!(told.contains("DATABASE_URL names has events or rules"), "{told}");
    let told = bench(Some(&database.url), &["--lang", "zh"]).await.failed(2);
    assert!(told.contains("已有事件或规则") && english(&told).is_empty(), "{told}");
    let store = database.store().await;
    let events = store.events(&EventFilter { limit: Some(1_000), ..EventFilter::default() }).await.unwrap();
    assert_eq!(events.len(), sent + 5);
    store.close().await;
}

/// Its server gets what the URL leaves out to the variables that PostgreSQL's own programs read.
#[tokio::test(flavor = "multi_thread")]
async fn a_url_of_postgresql_may_leave_out_what_stands_in_its_variables() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let url = database.url.replacen("postgres://postgres@", "postgres://", 1);
    if url == database.url {
        return; // A server of the user's own, whose user is another.
    }
    let shell = Shell::new();
    let mut command = shell.command(&["bench", "--rate", "10", "--seconds", "1", "--output", "json"]);
    command.env("DATABASE_URL", url).env("PGUSER", "postgres");
    let ran = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let report = Ran::of(&ran).documents().remove(0);
    assert_eq!(report["database"], "postgres");
    assert!((number(&report, "/parts/0/acked") - 10.0).abs() < 0.5, "{report:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wecom_that_takes_few_refuses_and_fails_is_asked_again() {
    let arguments = ["--rate", "40", "--seconds", "1", "--latency", "5-20", "--at-once", "3"];
    let shares = ["--refuse", "25%", "--fail", "0.05"];
    let report = report(None, &[&arguments[..], &shares[..]].concat()).await;
    let part = &report["parts"][0];
    assert_eq!(part["lost"], 0);
    assert!((number(part, "/welcomed_in_time") - 40.0).abs() < 0.5, "{part:#}");
    assert!(number(part, "/wecom/calls/send_welcome_msg/refused") > 0.0, "{part:#}");
    assert_eq!(part["wecom"]["latency_ms"], serde_json::json!([5.0, 20.0]));
    assert!(number(part, "/welcome/max_ms") > number(part, "/ack/p50_ms"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_runs_is_measured_with_its_own_wecom_or_with_the_runs() {
    // Its WeCom is another one, which knows none of these customers: acks only.
    let world = World::with_rules(TestDatabase::sqlite(), PLAIN_RULES).await;
    let url = format!("http://{}/callback/default", world.callback);
    let report_of = async |arguments: &[&str]| report(None, arguments).await;
    let acks = report_of(&["--url", &url, "--rate", "20", "--seconds", "1"]).await;
    let part = &acks["parts"][0];
    assert_eq!((&acks["database"], acks["url"].as_str()), (&Value::Null, Some(url.as_str())));
    assert!((number(part, "/acked") - 20.0).abs() < 0.5, "{part:#}");
    for absent in ["lost", "wecom", "server", "welcome", "rules"] {
        assert_eq!(part[absent], Value::Null, "{absent}");
    }
    world.settled().await;
    world.end().await;

    // Its API base is the WeCom of the run.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = free.local_addr().unwrap().to_string();
    drop(free);
    let base = format!("http://{listen}");
    let world = World::begin(TestDatabase::sqlite(), PLAIN_RULES, Clock::system(), |config| {
        config.wecom.api_base.clone_from(&base);
    })
    .await;
    let url = format!("http://{}/callback/default", world.callback);
    let all = report_of(&["--url", &url, "--rate", "20", "--seconds", "1", "--wecom-listen", &listen]).await;
    assert!((number(&all, "/parts/0/welcomed_in_time") - 20.0).abs() < 0.5, "{all:#}");
    assert!((number(&all, "/parts/0/tagged") - 20.0).abs() < 0.5, "{all:#}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn callbacks_that_nobody_acks_are_a_failure() {
    // Somebody else's callback: every one is refused.
    let world = World::with_rules(TestDatabase::sqlite(), PLAIN_RULES).await;
    let url = format!("http://{}/callback/nobody", world.callback);
    let ran = bench(None, &["--url", &url, "--rate", "20", "--seconds", "1", "--output", "json"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("Not one callback was acked"), "{}", ran.stderr);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["parts"][0]["errors"], serde_json::json!({ "http_404": 20 }));
    assert_eq!(report["parts"][0]["refused"], 20);
    world.end().await;

    let ran = bench(None, &["--url", "http://127.0.0.1:9/callback/x", "--rate", "20", "--lang", "zh"]).await;
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("连不上 127.0.0.1:9") && english(&ran.stderr).is_empty(), "{}", ran.stderr);
}

#[rstest]
#[case("en")]
#[case("zh")]
#[tokio::test(flavor = "multi_thread")]
async fn people_read_aligned_figures_in_their_language(#[case] language: &str) {
    let arguments =
        ["--rate", "20", "--flat-out", "--seconds", "1", "--customers", "20", "--connections", "2"];
    let ran = bench(None, &[&arguments[..], &["--lang", language]].concat()).await;
    let text = ran.done();
    // Each heading and the figures below it are as wide as each other, though a Chinese character takes two columns.
    let tables: Vec<Vec<usize>> = text
        .split("\n\n")
        .map(|part| part.lines().skip_while(|line| !line.contains("p99.9")))
        .map(|lines| lines.take_while(|line| !["sent,", "发送"].iter().any(|word| line.contains(word))))
        .map(|lines| lines.map(UnicodeWidthStr::width).collect())
        .filter(|widths: &Vec<usize>| !widths.is_empty())
        .collect();
    // Acks, welcomes and tags of the first; the server and the bare handler of the second.
    assert_eq!(tables.iter().map(Vec::len).collect::<Vec<_>>(), [4, 3], "{text}");
    assert!(tables.iter().all(|widths| widths.iter().all(|width| *width == widths[0])), "{text}");
    if language == "zh" {
        assert!(english(&text).is_empty(), "{:?}", english(&text));
        assert!(text.contains("每秒 20 个回调") && text.contains("空处理函数"), "{text}");
        assert!(text.contains("20 个客户中，20 个 20 秒内收到欢迎语，20 个打上标签"), "{text}");
        assert!(text.contains("应答过的事件，记录里都有。"), "{text}");
    } else {
        assert!(text.contains("20 callbacks a second for 1 s, over 2 connections; 1 rule"), "{text}");
        assert!(text.contains("20 of 20 welcomed within 20 s, 20 tagged"), "{text}");
        assert!(text.contains("Every acked event is in the record."), "{text}");
    }
}

#[rstest]
#[case(&["--rate", "0"], "expected how many a second")]
#[case(&["--rate", "fast"], "expected how many a second")]
#[case(&["--refuse", "11"], "expected a share of the calls")]
#[case(&["--latency", "slow"], "expected milliseconds")]
#[case(&["--url", "https://greeter.example.com/callback/default"], "expected an http URL")]
#[case(&["--connections", "0"], "1..=4096")]
#[case(&["--app", "default"], "--url")]
#[case(&["--wecom-listen", "127.0.0.1:0"], "--url")]
#[case(&["--url", "http://127.0.0.1:9/", "--stored", "3"], "--stored")]
#[case(&["--rate", "100000", "--seconds", "60"], "--customers")]
fn wrong_flags_are_wrong_usage(#[case] arguments: &[&str], #[case] says: &str) {
    let told = Shell::new().run(&[&["bench"], arguments].concat()).failed(2);
    assert!(told.contains(says), "{told}");
}

#[test]
fn it_is_hidden_from_the_short_help_and_has_one_of_its_own() {
    let shell = Shell::new();
    for language in ["en", "zh"] {
        let help = shell.run(&["--lang", language, "--help"]).done();
        assert!(!help.contains("bench"), "{help}");
        let own = shell.run(&["--lang", language, "bench", "--help"]).done();
        assert!(own.contains("--rate") && own.contains("wecom-greeter bench --flat-out"), "{own}");
        assert_eq!(english(&own).is_empty(), language == "zh", "{:?}", english(&own));
    }
}
