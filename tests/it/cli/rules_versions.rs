//! The versions of the rules: compared, listed, gone back to; and the schema of the file.

use serde_json::{Value, json};

use super::Shell;

const FIRST: &str = "rules:
  - name: spring
    priority: 10
    when: { state: 'spring-*' }
    welcome:
      text: |
        您好!
        欢迎参加春季活动。
    tag: { add: [etSampleTagChannelSpring00000000] }
  - name: everyone
    welcome: { text: hello }
";

const SECOND: &str = "# The same in another order, and some things otherwise.
rules:
  - name: everyone
    enabled: true
    welcome: { text: hello }
    stop: false
  - name: night
    priority: 20
    when: { schedule: { hours: '22:00-08:00' } }
    welcome: { text: 晚上好 }
  - name: spring
    priority: 10
    when: { state: ['spring-*', '618'] }
    welcome:
      text: |
        您好!
        欢迎参加夏季活动。
    tag: { add: [etSampleTagChannelSpring00000000, etSampleTagLevelNew0000000000000] }
";

fn shell() -> Shell {
    let shell = Shell::new();
    shell.write("first.yaml", FIRST);
    shell.write("second.yaml", SECOND);
    shell
}

#[test]
fn a_difference_is_told_rule_by_rule() {
    let shell = shell();
    insta::assert_snapshot!(shell.run(&["rules", "diff", "first.yaml", "second.yaml"]).done(), @r"
    first.yaml → second.yaml
    + night: a new rule
    ~ spring
        when.state
            spring-*
          + 618
        welcome.text
            您好!
          - 欢迎参加春季活动。
          + 欢迎参加夏季活动。
        tag.add
            etSampleTagChannelSpring00000000
          + etSampleTagLevelNew0000000000000
    ");
    let told = shell.run(&["rules", "diff", "first.yaml", "second.yaml", "--output", "json"]).documents();
    assert_eq!(told[0]["added"], json!(["night"]));
    assert_eq!(
        told[0]["changed"][0],
        json!({ "rule": "spring", "field": "when.state", "was": "spring-*", "is": ["spring-*", "618"] })
    );
    assert_eq!(
        shell.run(&["rules", "diff", "first.yaml", "first.yaml"]).done(),
        "first.yaml → first.yaml\nNothing that matters has changed.\n"
    );
}

#[test]
fn versions_and_files_are_compared_as_one_asks() {
    let shell = shell();
    assert!(shell.run(&["rules", "diff"]).failed(1).contains("no rules yet"));
    shell.run(&["rules", "import", "first.yaml"]).done();
    assert!(shell.run(&["rules", "diff"]).failed(1).contains("version 1 is the first"));
    let head = |arguments: &[&str]| shell.run(arguments).done().lines().next().unwrap().to_owned();
    assert_eq!(head(&["rules", "diff", "second.yaml"]), "version 1 → second.yaml");
    shell.run(&["rules", "import", "second.yaml"]).done();
    assert_eq!(head(&["rules", "diff"]), "version 1 → version 2");
    assert_eq!(head(&["rules", "diff", "1"]), "version 1 → version 2");
    assert_eq!(head(&["rules", "diff", "2", "1"]), "version 2 → version 1");
    assert_eq!(head(&["rules", "diff", "first.yaml", "2"]), "first.yaml → version 2");
    assert!(shell.run(&["rules", "diff", "7"]).failed(1).contains("no version 7"));
    shell.write("bad.yaml", "rules: [{ name: x, welcom: {} }]");
    let ran = shell.run(&["rules", "diff", "bad.yaml"]);
    assert!(ran.code == 1 && ran.stdout.starts_with("bad.yaml:1:"), "{}", ran.stdout);
}

#[test]
fn a_rollback_is_a_new_version_and_the_history_stays() {
    let shell = shell();
    assert!(shell.run(&["rules", "history"]).failed(1).contains("no rules yet"));
    shell.run(&["rules", "rollback", "1"]).failed(1);
    shell.run(&["rules", "import", "first.yaml", "--note", "to begin with"]).done();
    shell.run(&["rules", "import", "second.yaml"]).done();
    assert!(shell.run(&["rules", "rollback", "9"]).failed(1).contains("no version 9"));
    let told = shell.run(&["rules", "rollback", "2"]).done();
    assert_eq!(told, "Version 2 is in force already; its rules are those of version 2.\n");
    let told = shell.run(&["rules", "rollback", "1", "--note", "spring again"]).done();
    assert!(told.starts_with("Version 3, the same as version 1, is in force"), "{told}");
    let told = shell.run(&["rules", "rollback", "1", "--output", "json"]).documents();
    assert_eq!(told, [json!({ "version": 3, "new": false, "as": 1 })]);
    assert_eq!(shell.run(&["rules", "export"]).done(), FIRST);

    let history = shell.run(&["rules", "history", "--output", "json"]).documents();
    let lines: Vec<_> =
        history.iter().map(|line| (&line["version"], &line["by"], &line["rules"], &line["note"])).collect();
    assert_eq!(
        lines,
        [
            (&json!(3), &json!("rollback"), &json!(2), &json!("back to version 1: spring again")),
            (&json!(2), &json!("import"), &json!(3), &Value::Null),
            (&json!(1), &json!("import"), &json!(2), &json!("to begin with")),
        ]
    );
    assert_eq!(shell.run(&["rules", "history", "--limit", "1", "--output", "json"]).documents().len(), 1);
    let text = shell.run(&["rules", "history"]).done();
    assert!(text.contains("back to version 1: spring again"), "{text}");
    // The first version once more, by its file.
    shell.run(&["rules", "import", "second.yaml", "--note", "summer"]).done();
    let history = shell.run(&["rules", "history", "--output", "json"]).documents();
    assert_eq!((&history[0]["same_as"], &history[0]["by"]), (&json!(2), &json!("import")));
}

#[test]
fn the_schema_is_json_of_either_file() {
    let shell = Shell::new();
    let text = shell.run(&["rules", "schema"]).done();
    let schema: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(shell.run(&["rules", "schema", "--output", "json"]).documents(), [schema]);
    let tests: Value = serde_json::from_str(&shell.run(&["rules", "schema", "tests"]).done()).unwrap();
    assert_eq!(tests["title"], "wecom-greeter rules tests");
    shell.run(&["rules", "schema", "weather"]).failed(2);
}
