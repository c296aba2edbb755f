//! Every form in which people write rules, and that a change leaves all else to the byte.

mod any_file;
mod in_order;
mod whole;

use proptest::prelude::*;
use rstest::rstest;

use super::{
    order::{self, Way},
    *,
};

fn fields(document: &str) -> RuleForm {
    RuleForm::of(document, "b").unwrap_or_else(|| panic!("no rule b in\n{document}"))
}

/// The same with other values in some of its fields.
fn with(was: &RuleForm, fields: &[(&str, &str)]) -> RuleForm {
    let mut is = was.clone();
    for (field, value) in fields {
        is.fill(field, value);
    }
    is
}

/// What is left of both texts once what they begin and end with alike is taken away.
fn difference<'t>(was: &'t str, is: &'t str) -> (&'t str, &'t str) {
    let front: usize =
        was.chars().zip(is.chars()).take_while(|(a, b)| a == b).map(|(char, _)| char.len_utf8()).sum();
    let (was, is) = (&was[front..], &is[front..]);
    let back = was.chars().rev().zip(is.chars().rev()).take_while(|(a, b)| a == b);
    let back: usize = back.map(|(char, _)| char.len_utf8()).sum();
    (&was[..was.len() - back], &is[..is.len() - back])
}

/// Rules before and after the one that is changed, with everything that must stay.
fn around(rule: &str) -> String {
    format!(
        "# 总的说明\nrules:\n  - name: a # 第一条\n    welcome: {{ text: 甲 }}   # 甲的\n\n{rule}\n  # 最后一条的说明\n  - {{ name: c, tag: {{ add: [渠道/丙] }} }}\n# 完\n"
    )
}

#[rstest]
#[case::plain("  - name: b\n    welcome:\n      text: 您好 # 说明\n", "早上好", "text: 早上好 # 说明\n")]
#[case::single_quotes("  - name: b\n    welcome: { text: '您好' }", "it's", "{ text: 'it''s' }")]
#[case::double_quotes(
    "  - name: b\n    welcome: { text: \"您好\" } # x",
    "一\n二",
    "{ text: \"一\\n二\" } # x"
)]
#[case::braces(
    "  - name: b\n    welcome: { text: 您好,很高兴, fallback: 嗨 }",
    "{{ customer.name }}",
    "{ text: \"{{ customer.name }}\", fallback: 嗨 }"
)]
#[case::block(
    "  - name: b\n    welcome:\n      text: | # 三行\n        一\n\n        三\n      fallback: 嗨\n",
    "一\n二\n",
    "text: | # 三行\n        一\n        二\n      fallback"
)]
#[case::block_loses_its_end(
    "  - name: b\n    welcome:\n      text: |\n         一\n",
    "二\n三",
    "text: |-\n         二\n         三\n"
)]
#[case::block_with_hash(
    "  - name: b\n    welcome:\n      text: |\n        # 一\n    tag: { add: 渠道/乙 }",
    "# 二\n三\n",
    "|\n        # 二\n        三\n    tag"
)]
#[case::folded(
    "  - name: b\n    welcome:\n      text: >-\n        一\n        二\n    stop: true",
    "三\n四",
    "text: |-\n        三\n        四\n    stop"
)]
#[case::to_lines(
    "  - name: b\n    welcome:\n      text: 您好\n    stop: true",
    "一\n二",
    "text: |-\n        一\n        二\n    stop"
)]
#[case::comment_behind(
    "  - name: b\n    welcome:\n      text: 您好 # 说明\n",
    "一\n二",
    "text: \"一\\n二\" # 说明"
)]
#[case::quoted_over_lines(
    "  - name: b\n    welcome:\n      text: \"一\n        二\"\n",
    "三",
    "text: \"三\"\n"
)]
#[case::like_a_number("  - name: b\n    welcome: { text: 您好 }", "123", "{ text: \"123\" }")]
#[case::blanks("  - name: b\n    welcome:\n      text: 您好\n", "  一\n二  ", "text: \"  一\\n二  \"\n")]
#[case::no_value("  - name: b\n    welcome:\n      text:\n      fallback: 嗨", "一", "text: \"一\"\n")]
#[case::no_text(
    "  - name: b\n    welcome:\n      fallback: 嗨\n",
    "一",
    "fallback: 嗨\n      text: \"一\"\n"
)]
#[case::no_text_in_braces(
    "  - name: b\n    welcome: { fallback: 嗨 }",
    "一",
    "{ fallback: 嗨, text: \"一\" }"
)]
#[case::no_welcome(
    "  - name: b # 名\n    # 标签的说明\n    tag: { add: 渠道/乙 }",
    "一",
    "name: b # 名\n    welcome:\n      text: \"一\"\n    # 标签的说明\n    tag"
)]
#[case::only_a_name(
    "  - name: b",
    "一\n二",
    "name: b\n    welcome:\n      text: |-\n        一\n        二\n"
)]
#[case::rule_in_braces(
    "  - { name: b, stop: true }",
    "一",
    "{ name: b, stop: true, welcome: { text: \"一\" } }"
)]
#[case::name_last("  - stop: true\n    name: b", "一", "name: b\n    welcome:\n      text: \"一\"\n")]
fn a_text_is_changed_where_it_stands(#[case] rule: &str, #[case] text: &str, #[case] expected: &str) {
    for eol in ["\n", "\r\n"] {
        let document = around(rule).replace('\n', eol);
        let was = fields(&document);
        let is = with(&was, &[("welcome", text)]);
        let changed = is.write(&document, &was).unwrap();
        assert_eq!(fields(&changed), is, "{changed}");
        assert!(changed.contains(&expected.replace('\n', eol)), "{expected}\nis not in\n{changed}");
        for kept in [
            "# 总的说明",
            "a # 第一条",
            "{ text: 甲 }   # 甲的",
            "# 最后一条的说明",
            "{ name: c, tag: { add: [渠道/丙] } }",
            "# 完",
        ] {
            assert!(changed.contains(kept), "{kept} is gone:\n{changed}");
        }
        assert_eq!(changed.contains('\r'), eol == "\r\n", "{changed:?}");
        assert!(
            !changed.replace("\r\n", "").contains(if eol == "\r\n" { '\n' } else { '\r' }),
            "{changed:?}"
        );
        // And back again, in whatever form.
        let back = was.write(&changed, &is).unwrap();
        assert_eq!(fields(&back), was, "{back}");
    }
}

#[rstest]
#[case::braces("  - name: b\n    stop: true\n    tag: { add: [渠道/一, 渠道/二] } # 说明", &["渠道/一", "渠道/三", "渠道/二"], "[渠道/一, 渠道/二, 渠道/三] } # 说明")]
#[case::lines("  - name: b\n    stop: true\n    tag:\n      add:\n        - 渠道/一 # 第一\n        - 渠道/二\n", &["渠道/一", "渠道/二", "渠道/三"], "- 渠道/一 # 第一\n        - 渠道/二\n        - 渠道/三\n")]
#[case::one("  - name: b\n    stop: true\n    tag: { add: 渠道/一 }", &["渠道/一", "渠道/ 二"], "add: [渠道/一, \"渠道/ 二\"] }")]
#[case::fewer("  - name: b\n    stop: true\n    tag:\n      add:\n        - 渠道/一 # 第一\n        - 渠道/二 # 第二\n", &["渠道/二"], "add:\n        - 渠道/二 # 第二\n")]
#[case::fewer_in_braces("  - name: b\n    stop: true\n    tag: { add: [渠道/一, 渠道/二, 渠道/三] }", &["渠道/一", "渠道/三"], "[渠道/一, 渠道/三] }")]
#[case::another("  - name: b\n    stop: true\n    tag:\n      add: [渠道/一, 渠道/二]\n", &["渠道/一", "渠道/四"], "[渠道/一, 渠道/四]\n")]
#[case::none_left("  - name: b\n    stop: true\n    tag: { add: [渠道/一] } # 说明\n", &[], "stop: true\n  # 最后")]
#[case::remove_stays("  - name: b\n    tag:\n      add: [渠道/一]\n      remove: 渠道/九\n", &[], "tag:\n      remove: 渠道/九\n")]
#[case::none_yet("  - name: b\n    stop: true\n", &["渠道/一"], "tag:\n      add: [渠道/一]\n    stop: true\n")]
#[case::none_yet_in_braces("  - { name: b, stop: true }", &["渠道/一"], "stop: true, tag: { add: [渠道/一] } }")]
fn tags_are_changed_one_by_one(#[case] rule: &str, #[case] tags: &[&str], #[case] expected: &str) {
    let document = around(rule);
    let was = fields(&document);
    let changed = with(&was, &[("add", &tags.join("\n"))]).write(&document, &was).unwrap();
    let now = fields(&changed);
    let mut add: Vec<&str> = now.get("add").lines().collect();
    let mut expected_tags = tags.to_vec();
    add.sort_unstable();
    expected_tags.sort_unstable();
    assert_eq!(add, expected_tags, "{changed}");
    assert!(changed.replace("\n\n", "\n").contains(expected), "{expected}\nis not in\n{changed}");
}

#[rstest]
#[case(
    "  - name: b\n    enabled: true # 开\n    priority: 5\n    stop: true",
    "enabled: false # 开\n    priority: 70\n"
)]
#[case("  - name: b\n    stop: true", "name: b\n    enabled: false\n    priority: 70\n    stop: true")]
#[case("  - { name: b, stop: true }", "{ name: b, stop: true, enabled: false, priority: 70 }")]
#[case("  - stop: true # 停\n    name: b\n", "- stop: true # 停\n    name: b\n    enabled: false\n")]
fn switches_and_numbers(#[case] rule: &str, #[case] expected: &str) {
    let document = around(rule);
    let was = fields(&document);
    let is = with(&was, &[("enabled", ""), ("priority", "70")]);
    let changed = is.write(&document, &was).unwrap();
    assert_eq!(fields(&changed), is, "{changed}");
    assert!(changed.contains(expected), "{expected}\nis not in\n{changed}");
}

#[test]
fn what_another_rule_shares_is_left_to_people() {
    let document = "rules:\n  - name: a\n    welcome: &w { text: 您好 }\n  - name: b\n    welcome: *w\n  - name: d\n    welcome: { text: &t 嗨 }\n  - name: e\n    welcome: { text: *t }\n";
    for rule in ["a", "b", "d", "e"] {
        let was = RuleForm::of(document, rule).unwrap();
        let is = with(&was, &[("welcome", "早")]);
        assert_eq!(is.write(document, &was), Err(OnlyByHand.into()), "{rule}");
    }
    assert_eq!(RuleForm::of(document, "nobody"), None);
    assert_eq!(RuleForm::of("rules: [", "b"), None);
    assert_eq!(RuleForm::of("", "b"), None);
}

#[test]
fn nothing_changed_changes_nothing() {
    let document = around("  - name: b\n    welcome: {text:   '您好'}  # x\r\n");
    let was = fields(&document);
    assert_eq!(was.write(&document, &was).unwrap(), document);
}

/// Rules as people write them, each with the part that the form changes.
fn written() -> impl Strategy<Value = String> {
    let text = prop::sample::select(vec![
        "      text: 您好",
        "      text: '您好' # 注",
        "      text: \"您好\\n再见\"",
        "      text: |\n        您好\n\n        # 再见",
        "      text: |- # 注\n          您好\n            再见",
        "      text: >\n        您好\n        再见",
        "      text: 您好\n        再见",
        "      text:",
        "      # 没有文字",
    ]);
    let welcome = (text, any::<bool>()).prop_map(|(text, fallback)| {
        let fallback = if fallback || text.contains("没有") { "      fallback: 嗨 # 备\n" } else { "" };
        format!("    welcome:\n{text}\n{fallback}")
    });
    let welcome = prop_oneof![
        4 => welcome,
        1 => Just(String::new()),
        1 => Just("    welcome: { text: 您好,很高兴 } # 注\n".to_owned()),
        1 => Just("    welcome: {\n      text: \"您好\", # 注\n      fallback: 嗨,\n    }\n".to_owned()),
    ];
    let before =
        prop::sample::select(vec!["", "    priority: 5\n", "    # 注\n    enabled: true # 注\n", "\n"]);
    let after = prop::sample::select(vec![
        "    stop: true\n",
        "    # 注\n    tag: { add: 渠道/一 }\n\n",
        "    remark:\n      name: '春' # 注\n",
    ]);
    (before, welcome, after)
        .prop_map(|(before, welcome, after)| around(&format!("  - name: b # 注\n{before}{welcome}{after}")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    /// Whatever stands there and whatever is typed: the rule has it afterwards, what is changed is one piece, and every
    /// line that is not of it is as it was.
    #[test]
    fn any_text_goes_into_any_file(document in written(), text in "[ \\n\\t#:'\"\\\\{}\\[\\]|>&*!%@,，。？您好abc0-9\u{a0}\u{2028}-]{1,40}", windows in any::<bool>()) {
        let document = if windows { document.replace('\n', "\r\n") } else { document };
        let was = fields(&document);
        let is = with(&was, &[("welcome", &text)]);
        let changed = is.write(&document, &was).unwrap();
        prop_assert_eq!(fields(&changed), is.clone(), "{}", changed);
        // The bytes outside of the change are those of the document: what differs lies within the rule.
        let rule_start = document.find("  - name: b").unwrap();
        prop_assert!(changed.starts_with(&document[..rule_start]));
        let behind = &document[document.find("  # 最后一条的说明").unwrap()..];
        prop_assert!(changed.ends_with(behind), "{}", changed);
        let (gone, _) = difference(&document, &changed);
        for comment in document.lines().filter(|line| line.contains("# 注")) {
            let comment = comment.trim_end_matches('\r');
            let kept = comment.split("# 注").next().unwrap_or_default().contains("text:") || changed.contains(comment) || gone.contains(comment);
            prop_assert!(kept, "{} is gone:\n{}", comment, changed);
        }
        prop_assert_eq!(changed.matches("# 注").count(), document.matches("# 注").count() , "{}", changed);
        let back = was.write(&changed, &is).unwrap();
        prop_assert_eq!(fields(&back), was, "{}", back);
    }

    /// No document makes it panic.
    #[test]
    fn no_document_makes_it_panic(document in "[ \\n\\r#:'\"{}\\[\\]|>&*!,，a-c-]{0,60}", text in "\\PC{0,10}") {
        let document = format!("rules:\n  - name: b\n{document}");
        if let Some(was) = RuleForm::of(&document, "b") {
            let is = with(&was, &[("welcome", &text), ("add", "etX"), ("state", "spring-*"), ("hours", "09:00-18:00")]);
            if let Ok(changed) = is.write(&document, &was) {
                let now = RuleForm::of(&changed, "b").unwrap();
                prop_assert_eq!(now.get("welcome"), is.get("welcome"));
            }
            let _ = order::moved(&document, "b", Way::Up);
            let _ = order::without(&document, "b");
            let _ = order::copied(&document, "b", "c");
            let _ = RuleForm::others(&document, "b");
            let _ = RuleForm::source(&document, "b");
        }
    }
}

/// What the whole form can change, in a file whose every part has a comment.
const WHOLE: &str = "# 总的说明
calendars: { holidays: ['10-01'] } # 日历
rules: # 列表
  # 甲的说明
  - name: a # 第一条
    welcome: { text: 甲 }   # 甲的

  # 乙的说明
  - name: b
    # 条件
    when: # 谁
      state: ['spring-*', \"\"] # 渠道
      any: [{ user: x }, { user: y }] # 或者
      schedule:
        days: mon-fri # 工作日
        hours: [ '09:00-12:00' , '13:00-18:00' ] # 两段
    welcome:
      text: 您好
      attachments: # 附件
        # 图
        - image: { file: a.png } # 春
        - link: # 链接
            title: 春季活动 # 标题
            url: https://example.com/
        - miniprogram: {title: 商城, app_id: wx8bd80126147df384, page: /index, cover: {media_id: MID}}
    notify: # 通知
      - { to: employee, on: missed_welcome, text: 没收到 } # 一
      - to: { department: 3 }
        text: |
          有新客户
    forward: { url: https://example.com/hook } # 转发
  # 丙的说明
  - name: c
    priority: 5
    welcome: { text: 丙 }
    # 丙的尾巴
# 完
";

fn comments(document: &str) -> Vec<&str> {
    let mut all: Vec<&str> = document.lines().filter_map(|line| Some(&line[line.find('#')?..])).collect();
    all.sort_unstable();
    all
}
