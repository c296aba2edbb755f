//! `rules test`: what passes, what fails and how that is told, and test files that are wrong.

use serde_json::json;

use super::{Shell, exported};

const RULES: &str = "rules:
  - name: spring
    priority: 30
    when: { state: 'spring-*' }
    welcome:
      text: |
        {{ customer.name | default('朋友') }},您好!
        欢迎参加春季活动。
      attachments:
        - link: { title: 春季活动, url: 'https://example.com/spring' }
        - image: { media_id: M1 }
    tag: { add: [etSampleTagChannelSpring00000000, etSampleTagLevelNew0000000000000] }
    remark: { description: '{{ event.state }}' }
  - name: everyone
    welcome: { text: hello }
";

const TESTS: &str = "rules: rules/shop.yaml
tests:
  - name: spring by name
    event: { state: spring-2026 }
    customer: { name: 小周 }
    expect:
      rules: [spring, everyone]
      welcome:
        rule: spring
        text: |
          小周,您好!
          欢迎参加春季活动。
        attachments: [link: { title: 春季活动 }, image]
      tags: { add: [etSampleTagLevelNew0000000000000, etSampleTagChannelSpring00000000] }
      remark: { description: spring-2026 }
      notify: none
      forward: none
      exact: true
  - name: from a file
    payload_file: event.xml
    expect: { welcome: hello }
  - name: a whole export
    events_file: day.jsonl
    only: { state: spring-1 }
    expect: { welcome: { rule: spring } }
";

const FAILING: &str = "rules: tests/rules/shop.yaml
tests:
  - name: everything is otherwise
    event: { state: spring-2026, external_user_id: wmA }
    expect:
      rules: [spring]
      welcome:
        rule: everyone
        text: |
          小周,您好!
          欢迎参加春季活动。
        attachments: [link: { title: 夏季活动, url: 'https://example.com/spring' }, image]
      tags: { add: [etSampleTagLevelNew0000000000000], remove: [etSampleTagLevelOld0000000000000] }
      remark: none
      notify: [{ to: lisi, text: 漏了 }]
      forward: 'https://crm.example.com'
  - name: nothing was expected
    event: { state: spring-2026 }
    expect: { exact: true }
  - name: a welcome was expected
    event: { change: del_follow_user }
    expect: { welcome: bye }
  - name: one of many
    events_file: tests/day.jsonl
    expect: { welcome: hello }
  - name: no such file
    payload_file: absent.xml
    expect: { welcome: hello }
  - name: no such events
    events_file: tests/day.jsonl
    only: { state: nowhere }
    expect: { welcome: hello }";

fn shell() -> Shell {
    let shell = Shell::new();
    std::fs::create_dir_all(shell.folder.path().join("tests/rules")).unwrap();
    shell.write("tests/rules/shop.yaml", RULES);
    shell.write("tests/shop.test.yaml", TESTS);
    let line: serde_json::Value = serde_json::from_str(&exported(61, "x")).unwrap();
    shell.write("tests/event.xml", line["payload"].as_str().unwrap());
    let line = |number, state: &str| {
        let mut line: serde_json::Value = serde_json::from_str(&exported(number, state)).unwrap();
        line["state"] = state.into();
        line.to_string() + "\n"
    };
    let day = line(61, "spring-1") + &line(62, "other") + "\n" + &line(63, "spring-1");
    shell.write("tests/day.jsonl", &day);
    shell
}

#[test]
fn tests_that_pass_say_so_in_a_line() {
    let shell = shell();
    assert_eq!(shell.run(&["rules", "test", "tests/shop.test.yaml"]).done(), "3 passed\n");
    assert_eq!(
        shell.run(&["rules", "test", "tests/shop.test.yaml", "--filter", "export"]).done(),
        "1 passed\n"
    );
    let told = shell.run(&["rules", "test", "tests/shop.test.yaml", "--output", "json"]).documents();
    let of: Vec<_> = told.iter().map(|line| (&line["name"], &line["passed"], &line["events"])).collect();
    assert_eq!(of[2], (&json!("a whole export"), &json!(true), &json!(2)));
    assert_eq!(told[3], json!({ "tests": 3, "passed": 3, "failed": 0, "files_wrong": 0 }));
    assert!(!shell.folder.path().join("greeter.db").exists());
}

#[test]
fn a_failure_shows_what_was_expected_and_what_came() {
    let shell = shell();
    shell.write("t.yaml", FAILING);
    let ran = shell.run(&["rules", "test", "t.yaml", "tests/shop.test.yaml"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
    insta::assert_snapshot!(ran.stdout, @r#"
    FAILED t.yaml:3: everything is otherwise (- expected, + came)
      rules
          spring
        + everyone
      welcome.rule
        - everyone
        + spring
      welcome.text
        - 小周,您好!
        + 朋友,您好!
          欢迎参加春季活动。
      welcome.attachments
        - {"link":{"title":"夏季活动","url":"https://example.com/spring"}}
        + {"link":{"title":"春季活动","url":"https://example.com/spring"}}
          "image"
      tags.add
        + etSampleTagChannelSpring00000000
          etSampleTagLevelNew0000000000000
      tags.remove
        - etSampleTagLevelOld0000000000000
        + none
      remark
        - none
        + spring-2026
      notify
        - {"to":["lisi"],"text":"漏了"}
        + none
      forward
        - {"url":"https://crm.example.com"}
        + none
      the rules look up the customer, and the test says nothing of it: it counts as failed

    FAILED t.yaml:17: nothing was expected (- expected, + came)
      welcome
        - none
        + by spring
      tags.add
        - none
        + etSampleTagChannelSpring00000000
        + etSampleTagLevelNew0000000000000
      remark
        - none
        + spring-2026
      the rules look up the customer, and the test says nothing of it: it counts as failed

    FAILED t.yaml:20: a welcome was expected (- expected, + came)
      welcome
        - one
        + none

    FAILED t.yaml:23: one of many (- expected, + came)
      welcome.text (the event in line 1)
        - hello
        + 朋友,您好!
        + 欢迎参加春季活动。
      welcome.text (the event in line 4)
        - hello
        + 朋友,您好!
        + 欢迎参加春季活动。
      the rules look up the customer, and the test says nothing of it: it counts as failed

    FAILED t.yaml:26: no such file (- expected, + came)
      cannot read absent.xml: No such file or directory (os error 2)

    FAILED t.yaml:29: no such events (- expected, + came)
      tests/day.jsonl: no event in it is as `only` says

    3 passed, 6 failed
    "#);
    let ran = shell.run(&["rules", "test", "t.yaml", "--filter", "expected", "--output", "json"]);
    let line: serde_json::Value = serde_json::from_str(ran.stdout.lines().next().unwrap()).unwrap();
    assert_eq!(line["deviations"][0]["part"], "welcome");
}

#[test]
fn every_fault_of_a_test_file_is_told_with_its_line() {
    let shell = shell();
    shell.write(
        "bad.yaml",
        "rules:
  - name: a
    welcom: x
tests:
  - nme: x
    event: { state: [1], chnge: add, time: yesterday }
    customer: 7
    expect: {}
  - name: y
    payload: nothing
    expect: { welcome: [1], exact: maybe }
  - name: z
    event: {}
    payload: <xml/>
    only: { state: x }
    expect: { notify: [{ on: sunday }] }
  - name: ''
defaults: { weather: fine }
",
    );
    let ran = shell.run(&["rules", "test", "bad.yaml", "tests/shop.test.yaml"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
    insta::assert_snapshot!(ran.stdout, @r"
    bad.yaml:3:13: rules[0].welcom: there is no key `welcom` here; did you mean `welcome`?
    bad.yaml:3:13: rules[0].welcom: wants keys (text, attachments, fallback), and has a text; write it as { text: … }
    bad.yaml:5:5: tests[0]: there is no key `nme` here; did you mean `name`?
    bad.yaml:5:5: tests[0]: the test has no name; add `name: …`; a failure is told by it
    bad.yaml:6:21: tests[0].event.state: wants a text, and has a list; write a text
    bad.yaml:6:26: tests[0].event: there is no key `chnge` here; did you mean `change`?
    bad.yaml:6:44: tests[0].event.time: `yesterday` is no instant; write it with its offset, as in 2026-03-06T10:00:00+08:00
    bad.yaml:7:15: tests[0].customer: is neither a map of keys nor `unavailable`; write { name: … }, or unavailable
    bad.yaml:8:13: tests[0].expect: expects nothing; name what is expected, or write `exact: true`
    bad.yaml:10:14: tests[1].payload: it is no message of WeCom's; give the decrypted XML or JSON, or { change: add_external_contact, user_id: …, state: … }
    bad.yaml:11:24: tests[1].expect.welcome: wants keys (rule, text, fallback, attachments), and has a list; write it as { rule: … }
    bad.yaml:11:36: tests[1].expect.exact: wants true or false, and has a text; write true or false
    bad.yaml:12:5: tests[2]: has several events in one; give it one of event, payload, payload_file, events_file
    bad.yaml:16:24: tests[2].expect.notify[0]: `sunday` is no occasion of a notice; write event, missed_welcome or failed
    bad.yaml:17:5: tests[3]: says nothing of an event; give it one of event, payload, payload_file, events_file
    bad.yaml:17:5: tests[3]: expects nothing; add `expect: …`, or `expect: { exact: true }`
    bad.yaml:18:13: defaults: there is no key `weather` here; known here: app, time, customer, employee, earlier
    3 passed, 1 file is wrong
    ");
    for (file, says) in [
        ("", "begin it with `rules: rules.yaml`"),
        ("rules: x.yaml", "there are no tests"),
        ("tests: []", "names no rules"),
        ("[]", "wants keys (rules, defaults, tests)"),
    ] {
        shell.write("bad.yaml", file);
        let ran = shell.run(&["rules", "test", "bad.yaml"]);
        assert!(ran.code == 1 && ran.stdout.contains(says), "{file}: {}", ran.stdout);
    }
}

#[test]
fn rules_that_cannot_be_used_fail_the_tests() {
    let shell = shell();
    shell.write("tests/rules/shop.yaml", "rules: [{ name: x, welcom: {} }]");
    let ran = shell.run(&["rules", "test", "tests/shop.test.yaml"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stdout.starts_with("tests/rules/shop.yaml:1:") && ran.stdout.ends_with("1 file is wrong\n"),
        "{}",
        ran.stdout
    );
    // A file that is not there is told as a fault, and the others are tested.
    shell.write("tests/rules/shop.yaml", RULES);
    shell.write("t.yaml", "rules: absent.yaml\ntests: []\n");
    let ran = shell.run(&["rules", "test", "nowhere.yaml", "t.yaml", "tests/shop.test.yaml"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(lines[0].starts_with("nowhere.yaml:1:1: cannot read nowhere.yaml: No such file"), "{lines:?}");
    assert!(lines[1].starts_with("t.yaml:1:8: cannot read absent.yaml: No such file"), "{lines:?}");
    assert_eq!(lines[2..], ["3 passed, 2 files are wrong"]);
    // What else is wrong with a test file is told in the same run.
    shell.write(
        "t.yaml",
        "rules: [absent.yaml]
tests:
  - { name: a, payload_file: no.xml, expect: { welcome: , tags: none } }
  - { name: b, events_file: no.jsonl, expect: { welcome: { rule: a, text: }, remark: { name: ~ } } }
",
    );
    let ran = shell.run(&["rules", "test", "t.yaml"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
    insta::assert_snapshot!(ran.stdout, @r"
    t.yaml:1:9: rules[0]: cannot read absent.yaml: No such file or directory (os error 2); mend the path, which begins at this file's folder
    t.yaml:3:30: tests[0].payload_file: cannot read no.xml: No such file or directory (os error 2); mend the path, which begins at this file's folder
    t.yaml:3:48: tests[0].expect.welcome: is empty; give it a value, or remove the key
    t.yaml:4:29: tests[1].events_file: cannot read no.jsonl: No such file or directory (os error 2); mend the path, which begins at this file's folder
    t.yaml:4:69: tests[1].expect.welcome.text: is empty; give it a value, or remove the key
    t.yaml:4:88: tests[1].expect.remark.name: is empty; give it a value, or remove the key
    0 passed, 1 file is wrong
    ");
    // Nor is one that is no text a reason to leave the others out.
    std::fs::write(shell.folder.path().join("gbk.yaml"), b"rules:\n  - name: \xb4\xba\n").unwrap();
    let ran = shell.run(&["rules", "test", "gbk.yaml", "tests/shop.test.yaml"]);
    assert!(
        ran.stdout.starts_with("gbk.yaml:2:11: here begins what is not UTF-8")
            && ran.stdout.contains("3 passed")
    );
    shell.write("t.yaml", "rules: [{ name: a, welcome: { text: hi } }]\ntests: []\n");
    let ran = shell.run(&["rules", "test", "t.yaml"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, "No tests were run.\n"));
}

#[test]
fn what_cannot_be_read_is_said_in_chinese_with_its_punctuation() {
    let shell = Shell::new();
    shell.write("t.yaml", "rules: absent.yaml\ntests: []\n");
    for (file, said) in [
        ("nowhere.yaml", "读不了 nowhere.yaml：找不到这个文件或目录"),
        ("t.yaml", "读不了 absent.yaml：找不到这个文件或目录"),
    ] {
        let ran = shell.run(&["rules", "test", file, "--lang", "zh"]);
        assert!(ran.code == 1 && ran.stdout.contains(said), "{}{}", ran.stdout, ran.stderr);
    }
}
