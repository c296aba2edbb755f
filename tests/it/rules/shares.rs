//! Experiments: that a customer stays in their share is a promise, held here by known answers.

use wecom_greeter::rules::{Ruleset, percentile};

use super::{ZHOU, added, in_one_line, rules};

/// Each made by `printf '%s\n%s' EXPERIMENT CUSTOMER | sha256sum`: the first eight digits, modulo 10000.
#[test]
fn percentiles_are_what_anyone_can_compute() {
    for (experiment, customer, expected) in [
        ("greeting-test", ZHOU, 1_118),
        ("greeting-test", "wmA", 7_552),
        ("greeting-test", "woB", 6_849),
        ("春季", ZHOU, 1_205),
        ("春季", "wmA", 5_107),
        ("春季", "woB", 7_818),
        ("a", ZHOU, 6_753),
        ("a", "wmA", 1_580),
        ("a", "woB", 7_796),
    ] {
        assert_eq!(percentile(experiment, customer), expected, "{experiment} {customer}");
    }
}

#[test]
fn a_share_goes_by_the_experiment_or_the_rules_name() {
    let matches = |line: &str| added().with(|facts| rules(&[line]).verdicts(facts)[0].matched);
    // 11.18 in greeting-test.
    assert!(matches("{name: r, experiment: greeting-test, when: {share: 11-12}}"));
    assert!(matches("{name: r, experiment: greeting-test, when: {share: 11.18-11.19}}"));
    assert!(!matches("{name: r, experiment: greeting-test, when: {share: 0-11.18}}"));
    assert!(!matches("{name: r, experiment: greeting-test, when: {share: 11.19-100}}"));
    assert!(matches("{name: r, experiment: greeting-test, when: {share: [0-5, 10-15]}}"));
    assert!(
        matches("{name: greeting-test, when: {share: 11-12}}"),
        "without an experiment it is the rule's name"
    );
    assert!(matches("{name: a, when: {share: 67-68}}") && !matches("{name: a, when: {share: 11-12}}"));
    assert!(matches("{name: r, when: {share: 0-100}}"));
    let nobody = "{name: r, when: {share: 0-100}}";
    assert!(!added().customer_id("").with(|facts| rules(&[nobody]).verdicts(facts)[0].matched));
}

fn customers() -> impl Iterator<Item = String> {
    (0..20_000).map(|n| format!("wm{n:05}EDwAAk3Vt9bXc2Lr0PzYhGqJd5A"))
}

#[test]
fn customers_are_spread_evenly_and_experiments_draw_apart() {
    let mut tenths = [[0_u32; 10]; 10];
    for customer in customers() {
        let one = percentile("experiment-1", &customer);
        let other = percentile("experiment-2", &customer);
        tenths[usize::from(one / 1_000)][usize::from(other / 1_000)] += 1;
    }
    // 20,000 customers in a hundred cells are 200 each, within five times the standard deviation of 14.
    for (one, row) in tenths.iter().enumerate() {
        for (other, count) in row.iter().enumerate() {
            assert!((130..=270).contains(count), "{count} customers in {one} and {other}");
        }
        let row: u32 = row.iter().sum();
        assert!((1_800..=2_200).contains(&row), "{row} customers in the tenth {one}");
    }
}

#[test]
fn everybody_is_in_one_share_of_two_and_stays_in_it() {
    let set = Ruleset::compile(
        "rules:\n\
         - {name: a, experiment: x, when: {share: 0-50}, welcome: {text: A}}\n\
         - {name: b, experiment: x, when: {share: 50-100}, welcome: {text: B}}\n",
        1,
    )
    .unwrap_or_else(|faults| panic!("{faults}"));
    let greeted = || added().with(|facts| in_one_line(&set.plan(facts)));
    let first = greeted();
    assert!(first.starts_with("welcome A") || first.starts_with("welcome B"), "{first}");
    for at in ["2026-03-07T10:00:00+08:00", "2030-01-01T00:00:00+08:00"] {
        let later = added().at(at).user("zhangsan").state("x").with(|facts| in_one_line(&set.plan(facts)));
        assert_eq!(later, first, "neither time nor channel nor employee matters");
    }
    for customer in customers().take(500) {
        let verdicts = added().with(|facts| {
            let event =
                wecom_core::event::Event::from_payload(added().xml().replace(ZHOU, &customer).as_bytes());
            set.verdicts(&wecom_greeter::rules::Facts { event: &event, ..*facts })
        });
        assert_eq!(verdicts.iter().filter(|verdict| verdict.matched).count(), 1, "{customer}");
    }
}
