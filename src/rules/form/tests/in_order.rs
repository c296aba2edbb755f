//! Rules moved, copied, taken away and begun, in files of every form.

use rstest::rstest;

use super::*;
use crate::rules::form::order::{self, Pattern, Way};

#[test]
fn rules_are_moved_copied_and_taken_away_with_their_comments() {
    for eol in ["\n", "\r\n"] {
        let document = WHOLE.replace('\n', eol);
        let lines = |document: &str| {
            let mut lines: Vec<String> = document.lines().map(str::to_owned).collect();
            lines.sort_unstable();
            lines
        };
        let names = |document: &str| -> Vec<String> {
            let lines = document.lines().filter_map(|line| line.trim_start().strip_prefix("- name: "));
            lines.map(|name| name.split(" #").next().unwrap().trim_matches('"').to_owned()).collect()
        };
        // c is asked first, for its priority: b passes a, whose priority it has.
        let up = order::moved(&document, "b", Way::Up).unwrap().unwrap();
        assert_eq!(names(&up), ["b", "a", "c"], "{up}");
        assert_eq!(lines(&up), lines(&document));
        assert!(up.contains(&format!("# 乙的说明{eol}  - name: b")), "{up}");
        assert_eq!(order::moved(&up, "b", Way::Down).unwrap().unwrap(), document, "there and back");
        // c goes below a, and takes its priority.
        let down = order::moved(&document, "c", Way::Down).unwrap().unwrap();
        assert_eq!(names(&down), ["a", "c", "b"], "{down}");
        assert!(down.contains("priority: 0") && down.contains(&format!("# 丙的尾巴{eol}")), "{down}");
        assert_eq!(order::moved(&document, "c", Way::Up), Ok(None));
        assert_eq!(order::moved(&document, "b", Way::Down), Ok(None));
        let gone = order::without(&document, "b").unwrap();
        assert_eq!(names(&gone), ["a", "c"]);
        let start = document.find("  - name: b").unwrap();
        let end = document.find("  # 丙的说明").unwrap();
        assert_eq!(gone, [&document[..start], &document[end..]].concat());
        let copy = order::copied(&document, "b", "b-2").unwrap();
        assert_eq!(names(&copy), ["a", "b", "b-2", "c"]);
        assert!(copy.starts_with(&document[..end - eol.len()]) && copy.ends_with(&document[end..]), "{copy}");
        let mut of_copy = RuleForm::of(&copy, "b-2").unwrap();
        of_copy.name = "b".into();
        assert_eq!(of_copy, fields(&document));
    }
}

#[rstest]
#[case::braces("rules: [{ name: a, stop: true }, { name: b }, { name: c }] # 注\n")]
#[case::json("{\"rules\": [{\"name\": \"a\"},\n {\"name\": \"b\"},\n {\"name\": \"c\"}]}\n")]
#[case::dash_alone("rules:\n  - # 一\n    name: a\n  - # 二\n    name: b\n  -\n    name: c")]
#[case::no_indent("rules:\n- name: a\n- name: b # 二\n- name: c")]
#[case::deep("rules:\n      -   name: a\n          stop: true\n      -   name: b\n      -   name: c\n")]
#[case::block_at_the_end(
    "rules:\n  - name: a\n    welcome:\n      text: |\n        一\n\n  - name: b\n    welcome:\n      text: |\n        二\n  - name: c\n    welcome:\n      text: |-\n        三\n"
)]
fn rules_are_moved_in_files_of_every_form(#[case] document: &str) {
    for eol in ["\n", "\r\n"] {
        let document = document.replace('\n', eol);
        let up = order::moved(&document, "c", Way::Up).unwrap().unwrap();
        let names = |document: &str| -> Vec<String> {
            let mut tree = Tree::of(&Source::of(document).unwrap().root).unwrap();
            tree.rules().unwrap().iter().filter_map(Tree::name).collect()
        };
        assert_eq!(names(&up), ["a", "c", "b"], "{up}");
        assert_eq!(order::moved(&up, "c", Way::Down).unwrap().unwrap(), document);
        let mut gone = document.clone();
        for (name, left) in [("b", 2), ("a", 1), ("c", 0)] {
            gone = order::without(&gone, name).unwrap();
            assert_eq!(names(&gone).len(), left, "{gone}");
        }
        assert_eq!(comments(&gone).len(), usize::from(document.contains("] # 注")), "{gone}");
        for pattern in Pattern::ALL {
            for from in [&document, &gone] {
                let begun = order::begun(from, "新", pattern, "您好\n{{ 7*7 }}").unwrap();
                let form = RuleForm::of(&begun, "新").unwrap();
                assert_eq!(form.get("welcome"), "您好\n{{ 7*7 }}", "{begun}");
                let at = names(&begun).iter().position(|name| name == "新").unwrap();
                assert_eq!(at, if pattern == Pattern::Default { names(from).len() } else { 0 });
            }
        }
        let copy = order::copied(&document, "a", "a-2").unwrap();
        assert_eq!(names(&copy), ["a", "a-2", "b", "c"], "{copy}");
    }
    assert_eq!(order::free_name(document, "b"), "b-2");
    assert_eq!(order::free_name(document, "d"), "d");
}

#[test]
fn a_rule_whose_part_another_shares_is_not_moved_before_it() {
    let document = "rules:\n  - name: a\n    welcome: &w { text: 您好 }\n  - name: b\n    welcome: *w\n";
    assert_eq!(order::moved(document, "b", Way::Up), Err(OnlyByHand));
    assert_eq!(order::without(document, "a"), Err(OnlyByHand));
    assert!(order::without(document, "b").is_ok());
}

#[test]
fn the_first_rule_of_an_empty_file() {
    for document in ["", "rules:\n", "rules: []\n", "# 说明\nrules: # 空\n", "language: zh\nrules: []"] {
        let begun = order::begun(document, "everyone", Pattern::Default, "您好").unwrap();
        assert_eq!(RuleForm::of(&begun, "everyone").unwrap().get("welcome"), "您好", "{begun}");
        assert_eq!(comments(&begun), comments(document));
    }
}
