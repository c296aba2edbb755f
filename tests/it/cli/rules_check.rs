//! `rules check` and `rules import` of files with mistakes that people make, told in Chinese.

use serde_json::Value;

use super::{Shell, language::english};

/// A slip in a key, a time as it is said, a tag without its group, a picture that is not there, an AppID that is none, and two
/// rules of one name.
const MISTAKES: &str = "rules:
  - name: 春季活动
    prio: 10
    when: { state: spring, schedule: { hours: 9点到18点 } }
    welcome:
      text: 您好
      attachments:
        - image: { file: assets/spring.png }
        - miniprogram: { title: 商城, app_id: gh_0123456789ab, page: /index, cover: { file: assets/cover.gif } }
    tag: { add: [春季] }
  - name: 春季活动
    welcome: { text: 您好 }
";

#[test]
fn typical_mistakes_are_told_in_chinese_with_their_cure() {
    let mut shell = Shell::new();
    shell.variables.push(("GREETER_LANG", "zh"));
    shell.write("rules.yaml", MISTAKES);
    let told = shell.run(&["rules", "check", "rules.yaml"]);
    assert_eq!(told.code, 1, "{}", told.stdout);
    for expected in [
        "rules.yaml:3:5: rules[0].prio: 这里没有「prio」这个键；是不是想写 `priority`？",
        "「9点到18点」不是时间段；时间段写成 `\"09:00-18:00\"`",
        "规则「春季活动」用到的文件「assets/spring.png」不存在；请把文件放到 ",
        "「gh_0123456789ab」是小程序的原始ID，不是 AppID；请到小程序后台的「设置 → 账号信息」复制 AppID",
        "「assets/cover.gif」不是企业微信支持的图片；请转成 .jpg 或 .png",
        "「春季」既不是标签的名称，也不是标签的 ID；请写成 `标签组/标签`，如 `渠道/春季`",
        "第 2 行的规则已经叫「春季活动」了；请给每条规则起不同的名称",
    ] {
        assert!(told.stdout.contains(expected), "{expected}\n{}", told.stdout);
    }
    assert_eq!(english(&told.stdout), Vec::<String>::new());
    let imported = shell.run(&["rules", "import", "rules.yaml"]);
    assert_eq!(imported.stdout, told.stdout);
}

#[test]
fn faults_have_a_code_and_their_rule_in_json_whatever_the_language() {
    let mut shell = Shell::new();
    shell.write("rules.yaml", MISTAKES);
    let read = |shell: &Shell| -> Vec<Value> {
        let told = shell.run(&["rules", "check", "rules.yaml", "--output", "json"]);
        assert_eq!(told.code, 1, "{}", told.stdout);
        told.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let english = read(&shell);
    shell.variables.push(("GREETER_LANG", "zh"));
    let chinese = read(&shell);
    let codes: Vec<&str> = english.iter().map(|fault| fault["code"].as_str().unwrap()).collect();
    assert_eq!(
        codes,
        [
            "unknown_key",
            "not_hours",
            "file_missing",
            "app_id_original",
            "file_wrong_kind",
            "not_a_tag",
            "name_twice"
        ]
    );
    for (english, chinese) in english.iter().zip(&chinese) {
        for name in ["file", "line", "column", "path", "rule", "code"] {
            assert_eq!(english[name], chinese[name], "{name}");
        }
        assert_eq!(english["rule"], "春季活动");
        assert_ne!(english["what"], chinese["what"]);
        assert_ne!(english["mend"], chinese["mend"]);
    }
    assert_eq!(english[0]["what"], "there is no key `prio` here");
    assert_eq!(chinese[0]["mend"], "是不是想写 `priority`？");
}

#[test]
fn notes_are_told_in_chinese() {
    let mut shell = Shell::new();
    shell.variables.push(("GREETER_LANG", "zh"));
    shell.write(
        "rules.yaml",
        "rules:
  - name: 全部
    welcome: { text: 您好 }
  - name: 春季
    when: { state: spring，summer }
    welcome: { text: 春天好 }
",
    );
    let told = shell.run(&["rules", "check", "rules.yaml"]).done();
    assert!(told.contains("5:20: 「spring，summer」连同里面的分隔符会被当作一个渠道（state）"), "{told}");
    assert!(
        told.contains(
            "规则「春季」的欢迎语永远发不出去：排在它前面的规则（第 2 行的「全部」）总会先命中，并且有欢迎语"
        ),
        "{told}"
    );
    assert_eq!(english(&told), Vec::<String>::new());
    let json = shell.run(&["rules", "check", "rules.yaml", "--output", "json"]).done();
    let document: Value = serde_json::from_str(&json).unwrap();
    let codes: Vec<&str> =
        document["notes"].as_array().unwrap().iter().map(|note| note["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["several_in_one", "welcome_never_sent"]);
}

/// An address to which the sender would post nothing is told of before it is in force: as a note where nobody knows the servers'
/// settings, and else as what is wrong.
#[test]
fn an_address_that_nothing_is_forwarded_to_is_told_of() {
    let rules = |url: &str| {
        format!("rules: [ {{ name: crm, on: [add_external_contact], forward: [ {{ url: '{url}' }} ] }} ]\n")
    };
    let mut shell = Shell::new();
    let check = |shell: &Shell, url: &str| {
        shell.write("rules.yaml", &rules(url));
        shell.run(&["rules", "check", "rules.yaml"])
    };
    let private = ["https://10.0.0.7/hook", "https://localhost/hook", "http://crm.example.com/hook"];
    for url in private {
        let told = check(&shell, url);
        assert_eq!(told.code, 0, "{url}: {}", told.stdout);
        assert!(told.stdout.contains("nothing is forwarded to this address"), "{url}: {}", told.stdout);
    }
    shell.variables.extend([
        ("WECOM_CORP_ID", "ww9f3c1d7be20a4455"),
        ("WECOM_SECRET", "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"),
    ]);
    for url in private {
        let told = check(&shell, url);
        assert_eq!(told.code, 1, "{url}: {}", told.stdout);
        assert!(told.stdout.contains("rules.yaml:1:"), "{url}: {}", told.stdout);
    }
    assert_eq!(check(&shell, "https://crm.example.com/hook").code, 0);
    shell.variables.push(("GREETER_FORWARD_ALLOW_PRIVATE_NETWORKS", "true"));
    for url in private {
        let told = check(&shell, url);
        assert_eq!(told.code, 0, "{url}: {}", told.stdout);
        assert!(!told.stdout.contains("nothing is forwarded"), "{url}: {}", told.stdout);
    }
}
