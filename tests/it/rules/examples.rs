//! Files that are right: the documentation's, and those of tests/fixtures/rules.

use std::fs;

use wecom_greeter::{
    language::Language,
    rules::{
        Ruleset,
        trial::{Source, Suite},
    },
};

use super::{
    added, fixture, in_one_line,
    pages::{Block, MANUAL, PAGES, blocks, hold, language, tests},
};

#[test]
fn every_example_of_the_documentation_is_what_it_says() {
    for (page, least) in PAGES.into_iter().zip([20, 20, 16, 16]) {
        let mut rules = 0;
        let mut blocks = blocks(page).into_iter();
        while let Some(Block { info, text, place }) = blocks.next() {
            match info.as_str() {
                "yaml" => {
                    rules += 1;
                    Ruleset::compile(&text, 1).unwrap_or_else(|faults| panic!("{place}: {faults}"));
                }
                "yaml wrong" => {
                    let Err(faults) = Ruleset::compile(&text, 1) else { panic!("{place}: nothing is wrong") };
                    // The block that follows has the faults, word for word.
                    let said: Vec<String> =
                        faults.faults.iter().map(|fault| fault.to(language(page))).collect();
                    hold(page, &blocks.next().unwrap(), &said);
                }
                "yaml test" | "text" | "sh" => {}
                other => panic!("{place}: what is `{other}`?"),
            }
        }
        assert!(rules >= least, "{page}: {rules} blocks of rules were found");
    }
}

#[test]
fn every_test_of_the_documentation_passes() {
    for (page, least) in PAGES.into_iter().zip([1, 1, 16, 16]) {
        let tests = tests(page);
        assert!(tests.len() >= least, "{page}: {} blocks of tests were found", tests.len());
        for Block { text, place, .. } in tests {
            let suite = Suite::read(&text, |_| Ok(())).unwrap_or_else(|faults| panic!("{place}: {faults}"));
            let Source::Inline(document) = &suite.source else { panic!("{place}: its rules are elsewhere") };
            let rules = Ruleset::compile(document, 0).unwrap_or_else(|faults| panic!("{place}: {faults}"));
            let ran: Vec<_> =
                suite.run(&rules, None, Language::En, |path| panic!("it reads {path}")).collect();
            let failed: Vec<_> = ran.iter().filter(|tested| !tested.passed).collect();
            assert!(!ran.is_empty() && failed.is_empty(), "{place}: {failed:#?}");
        }
    }
}

/// Whoever mends one of the two files mends the other as well.
#[test]
fn the_cookbook_is_the_same_in_both_languages() {
    let yaml = |page| -> Vec<(String, String)> {
        let blocks = blocks(page).into_iter().filter(|block| block.info.starts_with("yaml"));
        blocks.map(|block| (block.info, block.text)).collect()
    };
    let (english, chinese) = (yaml(PAGES[2]), yaml(PAGES[3]));
    for (english, chinese) in english.iter().zip(&chinese) {
        assert_eq!(english, chinese);
    }
    assert_eq!(english.len(), chinese.len());
}

/// The check reads texts as the manual says.
#[test]
fn the_notes_in_the_manual_are_those_of_the_check() {
    for page in MANUAL {
        let blocks = blocks(page);
        let pairs = blocks.windows(2).filter(|pair| pair[0].info == "yaml" && pair[1].info == "text");
        let mut found = 0;
        for pair in pairs {
            let set = Ruleset::compile(&pair[0].text, 1).unwrap();
            let notes: Vec<String> = set.notes().iter().map(|note| note.to(language(page))).collect();
            hold(page, &pair[1], &notes);
            found += 1;
        }
        assert_eq!(found, 1, "{page}");
    }
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
    assert_eq!(added().with(|facts| in_one_line(&set.plan(facts))), "welcome 您好 | by a:welcome");
    assert_eq!(set.document(), document);
    let document =
        "\u{feff}rules:\r\n  - name: a\r\n    welcome:\r\n      text: |\r\n        您好\r\n        再见\r\n";
    let set = Ruleset::compile(document, 1).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(added().with(|facts| in_one_line(&set.plan(facts))), "welcome 您好\n再见 | by a:welcome");
}

#[test]
fn anchors_share_texts() {
    let document = "rules:\n  - name: a\n    when: {state: a}\n    welcome: &greeting {text: 您好}\n  - name: b\n    welcome: *greeting\n";
    let set = Ruleset::compile(document, 1).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(added().with(|facts| in_one_line(&set.plan(facts))), "welcome 您好 | by b:welcome");
}
