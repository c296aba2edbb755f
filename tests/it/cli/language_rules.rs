//! What rules files, their tests and tables of channels are told in Chinese, from outside.

use rstest::rstest;

use super::{Shell, language::english};

fn shell() -> Shell {
    let mut shell = Shell::new();
    shell.variables.push(("GREETER_LANG", "zh"));
    shell
}

/// A text of a welcome, and what `rules check` says of it.
#[rstest]
#[case::brace("{{ customer.name", "占位符写成 `{{ customer.name }}`")]
#[case::wide_braces("｛｛ customer.name ｝｝，您好", "全角花括号")]
#[case::chinese_quotes("{{ customer.name | default(‘朋友’) }}", "把输入法切换到英文")]
#[case::misspelt_name("{{ customer.nmae }}", "是不是想写 `customer.name`？")]
#[case::by_habit("{{ customer_name }}", "是不是想写 `customer.name`？")]
#[case::in_chinese("{{ 客户昵称名 }}", "占位符里的文字要放在引号里")]
#[case::misspelt_filter("{{ customer.name | defualt('朋友') }}", "是不是想写 `default`？")]
#[case::a_number_in_quotes("{% if now.hour == '9' %}早{% endif %}您好", "请去掉引号")]
#[case::no_end("{% if now.hour < 12 %}早上好", "`{% if … %} … {% endif %}`")]
#[case::a_loop("{% for x in customer.name %}{{ x }}{% endfor %}", "只能用 `{{ … }}` 和 `{% if … %}`")]
#[case::redeem_code("您的兑换码：#兑换码#", "这里不发放兑换码")]
#[case::reason_in_a_welcome("{{ reason }}", "`on: missed_welcome`")]
#[case::blank("   ", "是空白的，企业微信不接受")]
fn a_mistake_in_a_text_is_said_in_chinese(#[case] text: &str, #[case] expected: &str) {
    let shell = shell();
    let text = serde_json::Value::from(text);
    shell.write("rules.yaml", &format!("rules:\n  - name: 春季\n    welcome: {{ text: {text} }}\n"));
    let told = shell.run(&["rules", "check", "rules.yaml"]);
    assert_eq!(told.code, 1, "{}", told.stdout);
    assert!(told.stdout.contains(expected), "{}", told.stdout);
    assert_eq!(english(&told.stdout), Vec::<String>::new());
}

/// What passes and is hardly ever meant.
#[rstest]
#[case("[用户昵称]您好", "「[用户昵称]」会按 `{{ customer.name }}` 处理")]
#[case(r"您好\n欢迎", "要换行，请用 `|` 开头写成多行")]
#[case("您好<br>欢迎", "消息里不能用 HTML 标签")]
#[case("{name}您好", "这里不会填入任何内容")]
#[case("{% if customer.gender == '女' %}女士{% endif %}您好", "永远不成立")]
fn a_note_on_a_text_is_said_in_chinese(#[case] text: &str, #[case] expected: &str) {
    let shell = shell();
    let text = serde_json::Value::from(text);
    shell.write("rules.yaml", &format!("rules:\n  - name: 春季\n    welcome: {{ text: {text} }}\n"));
    let told = shell.run(&["rules", "check", "rules.yaml"]).done();
    assert!(told.contains(expected), "{told}");
    assert_eq!(english(&told), Vec::<String>::new());
}

#[test]
fn a_wrong_test_file_is_said_in_chinese() {
    let shell = shell();
    shell.write(
        "rules.test.yaml",
        "rules: 没有.yaml
tests:
  - event: { change: add }
    expect: { welcom: none }
  - name: 生日
    time: 昨天
    event: { state: spring }
    customer: { gender: 女 }
",
    );
    let told = shell.run(&["rules", "test", "rules.test.yaml"]);
    assert_eq!(told.code, 1);
    for expected in [
        "请改正路径",
        "这个测试没有名称",
        "没有「add」这种变更；是不是想写 `add_external_contact` 或 `add_half_external_contact`？",
        "这里没有「welcom」这个键；是不是想写 `welcome`？",
        "「昨天」不是时刻",
        "没有写预期；请加上 `expect: …`",
        "这里不能写「女」",
    ] {
        assert!(told.stdout.contains(expected), "{expected}: {}", told.stdout);
    }
    assert_eq!(english(&told.stdout), Vec::<String>::new());
}

#[test]
fn a_failed_test_is_said_in_chinese() {
    let shell = shell();
    shell.write(
        "rules.test.yaml",
        "rules:
  - { name: 春季, when: { state: spring }, welcome: { text: 春天好 } }
  - { name: 冬季, when: { state: winter }, welcome: { text: 冬天好 }, notify: [{ to: employee, on: missed_welcome, text: '没有收到：{{ reason }}' }] }
tests:
  - name: 夏季也有
    event: { state: summer }
    expect: { welcome: { rule: 春季 } }
  - name: 春季没有
    event: { state: spring }
    expect: { welcome: none, remark: { name: 小周 } }
  - name: 通知里的原因
    event: { state: winter }
    expect: { notify: [{ on: missed_welcome, text: '没有收到：(why it failed)' }] }
  - name: 导出
    events_file: events.jsonl
    expect: { welcome: none }
",
    );
    shell.write("events.jsonl", "{}\n");
    let told = shell.run(&["rules", "test", "rules.test.yaml"]);
    assert_eq!(told.code, 1);
    for expected in [
        "- 有",
        "+ none：没有带欢迎语的规则匹配这个事件",
        "+ 来自规则 春季",
        "events.jsonl:1：没有事件内容（`payload`）",
    ] {
        assert!(told.stdout.contains(expected), "{expected}: {}", told.stdout);
    }
    assert!(told.stdout.contains("1 个通过，3 个未通过"), "{}", told.stdout);
    assert_eq!(english(&told.stdout), Vec::<String>::new());
}

#[test]
fn a_wrong_table_is_said_in_chinese() {
    let shell = shell();
    shell.write(
        "channels.csv",
        "渠道,欢迎语,标签,员工账号\n春季,,,\n夏季,您好,等级,\n秋季,您好,,张三\n夏季,再见,,\n1.86613E+18,您好,,\n冬季,{{ event }},,\n",
    );
    let told = shell.run(&["rules", "import", "channels.csv", "--from", "csv", "--dry-run"]);
    assert_eq!(told.code, 1);
    for expected in [
        "channels.csv:2: 这一行什么都不做；请写上欢迎语或标签，或者删掉这一行",
        "channels.csv:3: 标签: 标签「等级」没有写标签组",
        "channels.csv:4: 员工账号: 「张三」不是员工账号",
        "第 3 行已经写了渠道「夏季」；请只留一行",
        "是 Excel 缩写的数字",
        "channels.csv:7: 欢迎语: 只写 `event` 不知道要填什么",
    ] {
        assert!(told.stdout.contains(expected), "{expected}: {}", told.stdout);
    }
    assert_eq!(english(&told.stdout), Vec::<String>::new());
    let json =
        shell.run(&["rules", "import", "channels.csv", "--from", "csv", "--dry-run", "--output", "json"]);
    let first: serde_json::Value = serde_json::from_str(json.stdout.lines().next().unwrap()).unwrap();
    assert_eq!(first["code"], "row_does_nothing");
    assert_eq!(first["mend"], "请写上欢迎语或标签，或者删掉这一行");
}

#[test]
fn an_explanation_has_no_english_in_it() {
    let shell = shell();
    shell.write(
        "rules.yaml",
        "rules:
  - { name: 停用, enabled: false, welcome: { text: a } }
  - { name: 春季, when: { state: 'spring-*', user: lisi }, welcome: { text: a } }
  - { name: 企业, when: { customer: { type: wecom } }, welcome: { text: a } }
  - { name: 老客户, when: { returning: true }, on_lookup_failure: skip, tag: { add: [渠道/老客户] } }
  - name: 所有人
    stop: true
    welcome: { text: '{{ customer.name }}您好', fallback: 您好 }
    notify: [{ to: employee, on: missed_welcome, text: '没有收到：{{ reason }}' }]
  - { name: 最后, welcome: { text: a } }
",
    );
    shell.write("event.yaml", "{ user_id: zhangsan, external_user_id: wmA, state: summer }");
    let told = shell.run(&["rules", "explain", "--rules", "rules.yaml", "--payload", "event.yaml"]).done();
    for expected in [
        "✗ 停用：没有启用",
        "✗ 春季：渠道（`state`）是「summer」，而规则要的是「spring-*」；员工（`user`）是「zhangsan」，而规则要的是「lisi」",
        "✗ 企业：没法判断：`customer.type` 要看客户资料，没有查到；这条规则按 `on_lookup_failure: skip` 处理",
        "`returning` 要看以前的添加记录，没有查到",
        "✗ 最后：上面的规则「所有人」已经匹配，而且写了 `stop`",
        "这是备用的欢迎语：文字里用到了 `customer.name`，没有写默认值，也没有查到",
        "没有收到：（失败的原因）",
    ] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    assert_eq!(english(&told), Vec::<String>::new());
    shell.write("left.yaml", "{ change: del_follow_user, user_id: zhangsan, external_user_id: wmA }");
    let told = shell.run(&["rules", "explain", "--rules", "rules.yaml", "--payload", "left.yaml"]).done();
    assert!(told.contains("而这个事件是 `del_follow_user`"), "{told}");
    assert_eq!(english(&told), Vec::<String>::new());
}
