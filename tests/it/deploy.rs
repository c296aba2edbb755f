//! The files under `deploy/` name what the program has: figures in alarms and dashboard, listeners, paths, settings.

use std::{collections::BTreeSet, fs, path::PathBuf};

use rstest::rstest;
use wecom_greeter::{
    action::Kind,
    config::DEFAULT_TOML,
    telemetry::{Format, Metrics},
};

fn deployed(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("deploy").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a server with one app says at `/metrics` once it has worked.
fn every_figure() -> String {
    let metrics = Metrics::new();
    metrics.begin("default");
    metrics.media("ww1", 0, None);
    metrics.limited("ww1", Kind::Welcome, 64, false);
    metrics.uploaded("ww1", true);
    metrics.queue_depth("planning", 0);
    metrics.database_free(1);
    metrics.render(Format::Text)
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
    let given: BTreeSet<_> = every_figure()
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
    let text = every_figure();
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

/// What no program here reads is at least what it says it is: YAML, with each key once, and something in every document.
#[rstest]
#[case::compose("compose.yaml", 1)]
#[case::kubernetes("kubernetes/wecom-greeter.yaml", 2)]
#[case::alarms("prometheus/alerts.yml", 1)]
#[case::prometheus("prometheus/prometheus.yml", 1)]
fn what_is_yaml_can_be_read(#[case] path: &str, #[case] documents_min: usize) {
    use granit_parser::{Event, Parser};
    let text = deployed(path);
    let mut documents = 0;
    // A map's keys so far, and whether a key comes next; lists have none.
    let mut open: Vec<Option<(BTreeSet<String>, bool)>> = Vec::new();
    for next in Parser::new_from_str(&text) {
        let (event, span) = next.unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut is_value = false;
        match event {
            Event::DocumentStart(..) => documents += 1,
            Event::MappingStart(..) => open.push(Some((BTreeSet::new(), true))),
            Event::SequenceStart(..) => open.push(None),
            Event::MappingEnd | Event::SequenceEnd => {
                open.pop();
                is_value = true;
            }
            Event::Scalar(scalar, ..) => {
                is_value = true;
                if let Some(Some((keys, true))) = open.last_mut() {
                    let line = span.start.line();
                    assert!(keys.insert(scalar.to_string()), "{path}:{line}: `{scalar}` is there twice");
                }
            }
            _ => {}
        }
        if is_value && let Some(Some((_, is_key))) = open.last_mut() {
            *is_key = !*is_key;
        }
    }
    assert!(documents >= documents_min, "{path}: {documents} documents");
}

/// The text format as Prometheus' own linter wants it: each family has its help and its type before its samples, each series
/// is there once, and what counts ends in `_total`.
#[test]
fn the_metrics_are_clean_text() {
    let text = every_figure();
    assert!(text.ends_with('\n') && !text.contains("# EOF") && !text.contains("# UNIT"), "{text}");
    let (mut families, mut series, mut samples) = (std::collections::BTreeMap::new(), BTreeSet::new(), 0);
    let mut helped = BTreeSet::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap_or_else(|| panic!("no help: {line}"));
            assert!(!help.trim().is_empty() && helped.insert(name.to_owned()), "{line}");
            continue;
        }
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap_or_else(|| panic!("no type: {line}"));
            assert!(helped.contains(name), "no help before {line}");
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
            assert!(families.insert(name.to_owned(), kind.to_owned()).is_none(), "{line} is there twice");
            continue;
        }
        let (labelled, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no value: {line}"));
        assert!(value.parse::<f64>().is_ok() || value == "+Inf", "{line}");
        assert!(series.insert(labelled.to_owned()), "{line} is there twice");
        let name = labelled.split('{').next().unwrap();
        let of_histogram = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
        let is_histogram =
            of_histogram.is_some_and(|name| families.get(name).is_some_and(|kind| kind == "histogram"));
        assert!(is_histogram || families.contains_key(name), "no type before {line}");
        samples += 1;
    }
    assert!(samples > 50 && families.len() > 15, "{samples} {}", families.len());
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
