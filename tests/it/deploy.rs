//! The files under `deploy/` name what the program has: figures in alarms and dashboard, listeners, paths, settings.

use std::{collections::BTreeSet, fs, path::PathBuf};

use rstest::rstest;
use wecom_greeter::{
    config::DEFAULT_TOML,
    telemetry::{Format, Metrics},
};

fn deployed(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("deploy").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every name in the text that begins so.
fn names(text: &str, prefix: &str) -> BTreeSet<String> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(prefix)
        .filter(|(at, _)| !text[..*at].ends_with(is_of_name))
        .map(|(at, _)| text[at..].chars().take_while(|c| is_of_name(*c)).collect())
        .collect()
}

#[rstest]
#[case::alarms("prometheus/alerts.yml")]
#[case::dashboard("grafana/wecom-greeter.json")]
fn every_figure_that_is_watched_is_one_that_the_program_gives(#[case] path: &str) {
    let metrics = Metrics::new();
    metrics.begin("default");
    metrics.media("ww1", 0, None);
    metrics.limited("ww1", wecom_greeter::action::Kind::Welcome, 64, false);
    metrics.queue_depth("planning", 0);
    let given: BTreeSet<_> = metrics
        .render(Format::Text)
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split(['{', ' ']).next().map(str::to_owned))
        .collect();
    let text = deployed(path);
    let mut watched = names(&text, "greeter_");
    watched.extend(names(&text, "process_"));
    assert!(watched.len() >= 10, "{watched:?}");
    // `process_` may stand in labels' values, `greeter_` nowhere but in figures.
    let unknown: Vec<_> = watched.iter().filter(|name| !given.contains(*name)).collect();
    assert!(unknown.is_empty(), "{path} watches what nobody gives: {unknown:?} of {given:?}");
}

/// Each figure stands in the operators' document.
#[rstest]
#[case::in_english(include_str!("../../docs/OPERATING.md"))]
#[case::in_chinese(include_str!("../../docs/OPERATING.zh-CN.md"))]
fn every_figure_is_documented(#[case] document: &str) {
    let metrics = Metrics::new();
    metrics.begin("default");
    metrics.media("ww1", 0, None);
    metrics.limited("ww1", wecom_greeter::action::Kind::Welcome, 64, false);
    metrics.uploaded("ww1", true);
    metrics.queue_depth("planning", 0);
    metrics.database_free(1);
    let text = metrics.render(Format::Text);
    let given: BTreeSet<_> =
        text.lines().filter_map(|line| line.strip_prefix("# TYPE greeter_")?.split(' ').next()).collect();
    assert!(given.len() >= 15, "{given:?}");
    let missing: Vec<_> =
        given.iter().filter(|name| !document.contains(&format!("`greeter_{name}"))).collect();
    assert!(missing.is_empty(), "docs/OPERATING.md says nothing of {missing:?}");
}

#[test]
fn the_dashboard_is_json_and_no_panel_is_without_a_figure() {
    let dashboard: serde_json::Value = serde_json::from_str(&deployed("grafana/wecom-greeter.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    assert!(panels.len() >= 10);
    for panel in panels {
        let targets = panel["targets"].as_array().unwrap();
        assert!(targets.iter().all(|target| target["expr"].as_str().unwrap().contains('_')), "{panel}");
    }
}

#[rstest]
#[case::compose("compose.yaml")]
#[case::environment("wecom.env.example")]
#[case::kubernetes("kubernetes/wecom-greeter.yaml")]
#[case::systemd("systemd/wecom-greeter.service")]
fn every_variable_that_is_set_is_one_that_the_program_reads(#[case] path: &str) {
    let text = deployed(path);
    for prefix in ["GREETER_", "WECOM_", "DATABASE_"] {
        for name in names(&text, prefix) {
            assert!(
                DEFAULT_TOML.contains(&format!("[{name}")) || DEFAULT_TOML.contains(&format!(", {name}")),
                "{path}: {name}"
            );
        }
    }
}

#[rstest]
#[case::nginx("nginx/wecom-greeter.conf")]
#[case::caddy("caddy/Caddyfile")]
fn a_proxy_passes_on_callbacks_and_nothing_of_the_private_listener(#[case] path: &str) {
    let text = deployed(path);
    let used: Vec<_> = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    assert!(used.iter().any(|line| line.contains("/callback/")), "{path}");
    assert!(used.iter().any(|line| line.contains("127.0.0.1:8080")), "{path}");
    assert!(!used.iter().any(|line| line.contains("8081")), "{path}");
}
