//! The first steps of somebody who has just got the program: the demo, and a first rules file.

use std::{fs, path::Path};

use rstest::rstest;
use serde_json::json;
use unicode_width::UnicodeWidthStr as _;

use super::Shell;

/// What the first rules do, by day, by night, and for a campaign's customers.
const TESTS: &str = "rules: rules.yaml
tests:
  - name: by day
    event: { user_id: lisi }
    time: 2026-03-06T10:00:00+08:00
    expect: { rules: [everyone], welcome: 上午好，很高兴认识您！请问有什么可以帮您？, tags: none }
  - name: by night
    event: { user_id: lisi }
    time: 2026-03-06T23:00:00+08:00
    expect: { welcome: { rule: after-hours } }
  - name: on a Sunday
    event: { user_id: lisi }
    time: 2026-03-08T10:00:00+08:00
    expect: { welcome: { rule: after-hours } }
  - name: of the campaign, and what is told when it was missed
    event: { user_id: lisi, state: spring-2026 }
    customer: { name: 小周 }
    time: 2026-03-06T23:00:00+08:00
    expect:
      welcome: { rule: spring-campaign }
      tags: { add: [渠道/春季活动], remove: [] }
      notify: [{ to: lisi, on: missed_welcome, text: 小周 没有收到欢迎语：(why it failed)。请手动打个招呼。 }]
";

#[rstest]
#[case::in_chinese("zh", "可以直接使用")]
#[case::in_english("en", "can be used as they are")]
fn the_first_rules_can_be_put_in_force_as_they_are(#[case] language: &str, #[case] said: &str) {
    let shell = Shell::with_app();
    let run = |arguments: &[&str]| shell.run(&[arguments, &["--lang", language]].concat());
    let told = run(&["rules", "init"]).done();
    for expected in [said, "rules check rules.yaml", "rules import rules.yaml", "wecom-greeter serve"] {
        assert!(told.contains(expected), "{told}");
    }
    let checked = run(&["rules", "check", "rules.yaml", "--output", "json"]).documents();
    assert_eq!(checked, [json!({ "file": "rules.yaml", "ok": true, "rules": 3 })], "a fault or a note");
    assert_eq!(run(&["rules", "check", "rules.yaml"]).done().lines().count(), 1);
    shell.write("rules.test.yaml", TESTS);
    run(&["rules", "test", "rules.test.yaml"]).done();

    let written = fs::read_to_string(shell.folder.path().join("rules.yaml")).unwrap();
    let comments: Vec<&str> = written.lines().filter(|line| line.trim_start().starts_with("# ")).collect();
    let chinese = comments.iter().filter(|line| line.chars().filter(|c| !c.is_ascii()).count() > 4).count();
    assert!(comments.len() > 8 && (chinese > 6) == (language == "zh"), "{written}");
    assert_eq!(run(&["rules", "init", "-"]).done(), written);
    let document = run(&["rules", "init", "-", "--output", "json"]).documents();
    assert_eq!(document, [json!({ "rules": 3, "document": written })]);
}

#[test]
fn a_rules_file_that_is_there_is_not_written_over() {
    let shell = Shell::new();
    let read = |name: &str| fs::read_to_string(shell.folder.path().join(name)).unwrap();
    shell.write("shop.yaml", "mine");
    let told = shell.run(&["rules", "init", "shop.yaml"]).failed(1);
    assert!(told.contains("shop.yaml is there already") && told.contains("--force"), "{told}");
    let told = shell.run(&["rules", "init", "shop.yaml", "--lang", "zh"]).failed(1);
    assert!(told.contains("已经有 shop.yaml 了") && told.contains("--force"), "{told}");
    assert_eq!(read("shop.yaml"), "mine");
    let documents = shell.run(&["rules", "init", "shop.yaml", "--force", "--output", "json"]).documents();
    assert_eq!(documents, [json!({ "file": "shop.yaml", "rules": 3 })]);
    assert!(read("shop.yaml").starts_with("# The first rules."));
    let told = shell.run(&["rules", "init", "nowhere/shop.yaml"]).failed(1);
    assert!(told.contains("cannot write nowhere/shop.yaml"), "{told}");
}

#[rstest]
#[case::in_chinese("zh", " 的手机上看到的是：", "[链接] 春季活动", "README.zh-CN.md「开始使用」")]
#[case::in_english("en", "'s phone shows:", "[link] 春季活动", "README.md, `Set it up`")]
fn the_demo_shows_a_greeting_as_its_customer_sees_it(
    #[case] language: &str,
    #[case] above: &str,
    #[case] link: &str,
    #[case] set_up: &str,
) {
    let shown = Shell::new().run(&["demo", "--customers", "12", "--lang", language]).done();
    let (before, rest) = shown.split_once(above).unwrap_or_else(|| panic!("{shown}"));
    let customer = before.lines().last().unwrap();
    let screen: Vec<&str> =
        rest.lines().filter(|line| line.starts_with("  ╭") || line.starts_with("  │")).collect();
    assert!(screen.len() > 8 && screen.iter().all(|line| line.width() == screen[0].width()), "{shown}");
    // Whose story it is stands in the table: the customer, and the employee who writes.
    let row =
        before.lines().find(|line| line.contains(customer) && line.contains("spring-campaign")).unwrap();
    let employee = screen[1].trim_matches(['│', ' ']);
    assert!(row.contains(employee) && !employee.is_empty(), "{row}: {employee}");
    let said = screen.concat();
    for expected in [link, "限时优惠", "您好！我是"] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    for expected in ["wecom-greeter rules init", "wecom-greeter demo --keep", set_up] {
        assert!(rest.contains(expected), "{expected}: {rest}");
    }
    // What it sends the reader to is there.
    let page = set_up.split([',', '「']).next().unwrap();
    let heading = format!("## {}", set_up[page.len()..].trim_matches([',', ' ', '`', '「', '」']));
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
    assert!(readme.lines().any(|line| line == heading), "{page}: {heading}");
}
