//! Files that are right: the documentation's, and those of tests/fixtures/rules.

use std::{fs, path::Path};

use wecom_greeter::rules::{
    Ruleset,
    trial::{Source, Suite},
};

use super::{added, fixture, told};

#[test]
fn every_example_of_the_documentation_is_what_it_says() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/RULES.md")).unwrap();
    let mut blocks = 0;
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```yaml") else { continue };
        let block: String = lines
            .by_ref()
            .map(|(_, line)| line)
            .take_while(|line| *line != "```")
            .flat_map(|line| [line, "\n"])
            .collect();
        blocks += 1;
        if info.trim() == "test" {
            tests_pass(&block, number + 1);
            continue;
        }
        let compiled = Ruleset::compile(&block, 1);
        match info.trim() {
            "" => {
                if let Err(faults) = compiled {
                    panic!("docs/RULES.md:{}: {faults}", number + 1);
                }
            }
            "wrong" => {
                let Err(faults) = compiled else { panic!("docs/RULES.md:{}: nothing is wrong", number + 1) };
                // What is told stands in the block that follows, word for word.
                let told: String = lines
                    .by_ref()
                    .map(|(_, line)| line)
                    .skip_while(|line| *line != "```text")
                    .skip(1)
                    .take_while(|line| *line != "```")
                    .collect::<Vec<_>>()
                    .join("\n");
                assert_eq!(faults.to_string(), told, "docs/RULES.md:{}", number + 1);
            }
            other => panic!("docs/RULES.md:{}: what is `{other}`?", number + 1),
        }
    }
    assert!(blocks >= 12, "{blocks} blocks were found");
}

/// A test file of the documentation: its rules stand in it, and its tests pass.
fn tests_pass(block: &str, line: usize) {
    let suite = Suite::read(block).unwrap_or_else(|faults| panic!("docs/RULES.md:{line}: {faults}"));
    let Source::Inline(document) = &suite.source else {
        panic!("docs/RULES.md:{line}: its rules are elsewhere")
    };
    let rules =
        Ruleset::compile(document, 0).unwrap_or_else(|faults| panic!("docs/RULES.md:{line}: {faults}"));
    let ran: Vec<_> = suite.run(&rules, None, |path| panic!("it reads {path}")).collect();
    assert!(!ran.is_empty() && ran.iter().all(|tested| tested.passed), "docs/RULES.md:{line}: {ran:#?}");
}

#[test]
fn every_other_rules_file_compiles() {
    for name in ["everything.yaml", "shop.yaml"] {
        let document = fs::read_to_string(fixture(name)).unwrap();
        if let Err(faults) = Ruleset::compile(&document, 1) {
            panic!("{name}: {faults}");
        }
    }
}

#[test]
fn json_and_files_of_other_systems_are_accepted() {
    let document =
        "{\n\t\"rules\": [\n\t\t{\"name\": \"a\", \"welcome\": {\"text\": \"\\u60a8\\u597d\"}}\n\t]\n}\n";
    let set = Ruleset::compile(document, 1).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(added().with(|facts| told(&set.plan(facts))), "welcome 您好 | by a:welcome");
    assert_eq!(set.document(), document);
    let document =
        "\u{feff}rules:\r\n  - name: a\r\n    welcome:\r\n      text: |\r\n        您好\r\n        再见\r\n";
    let set = Ruleset::compile(document, 1).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(added().with(|facts| told(&set.plan(facts))), "welcome 您好\n再见 | by a:welcome");
}

#[test]
fn anchors_share_texts() {
    let document = "rules:\n  - name: a\n    when: {state: a}\n    welcome: &greeting {text: 您好}\n  - name: b\n    welcome: *greeting\n";
    let set = Ruleset::compile(document, 1).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(added().with(|facts| told(&set.plan(facts))), "welcome 您好 | by b:welcome");
}
