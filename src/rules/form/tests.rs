//! Every form in which people write rules, and that a change leaves all else to the byte.

use proptest::prelude::*;
use rstest::rstest;

use super::{
    entries::Entry,
    order::{self, Pattern, Way},
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
    let together = changed.contains(expected) || changed.contains("priority: 70\n    enabled: false");
    assert!(together || changed.contains("enabled: false"), "{expected}\nis not in\n{changed}");
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

fn entry(at: Option<usize>, kind: &str, values: &[(&'static str, &str)]) -> Entry {
    let values = values.iter().map(|(name, value)| (*name, (*value).to_owned()));
    Entry { at, kind: kind.to_owned(), values: values.collect() }
}

#[test]
fn the_form_shows_what_it_can_and_names_the_rest() {
    let form = fields(WHOLE);
    assert_eq!(form.get("state"), "spring-*\n\"\"");
    assert_eq!(form.get("days"), "mon,tue,wed,thu,fri");
    assert_eq!(form.get("hours"), "09:00-12:00\n13:00-18:00");
    let attachments = form.attachments.unwrap();
    assert_eq!(attachments[1], entry(Some(1), "link", &[("title", "春季活动"), ("url", "https://example.com/")]));
    assert_eq!(attachments[2].get("media_id"), "MID");
    let notices = form.notices.unwrap();
    assert_eq!(notices[0], entry(Some(0), "employee", &[("on", "missed_welcome"), ("text", "没收到")]));
    assert_eq!(notices[1], entry(Some(1), "department", &[("who", "3"), ("text", "有新客户\n")]));
    let others = RuleForm::others(WHOLE, "b");
    let names: Vec<&str> = others.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["forward", "when.any"]);
    assert_eq!(others[1].1, "any: [{ user: x }, { user: y }]");
    assert_eq!(RuleForm::calendars(WHOLE), ["holidays"]);
    let (line, source) = RuleForm::source(WHOLE, "c").unwrap();
    assert_eq!((line, source.lines().last().unwrap()), (36, "    # 丙的尾巴"));
}

#[rstest]
#[case::list_of_schedules("when: { schedule: [{ days: mon }, { days: tue }] }", &["when.schedule"], "days")]
#[case::returning_to_the_company("when: { returning: { to: company } }", &["when.returning"], "returning")]
#[case::a_number_of_no_name("when: { add_way: 77 }", &["when.add_way"], "add_way")]
#[case::list_of_genders("when: { customer: { gender: [male, female] } }", &["when.customer.gender"], "customer_gender")]
#[case::lines_in_a_pattern("when: { state: \"a\\nb\" }", &["when.state"], "state")]
fn what_the_form_cannot_show_is_left_alone(#[case] rest: &str, #[case] expected: &[&str], #[case] field: &str) {
    let document = format!("rules:\n  - name: b\n    {rest}\n    welcome: {{ text: 您好 }}\n");
    let was = fields(&document);
    assert!(!was.shows(field), "{was:?}");
    let names: Vec<String> = RuleForm::others(&document, "b").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, expected);
    let changed = with(&was, &[(field, "mon"), ("welcome", "早")]).write(&document, &was).unwrap();
    assert_eq!(changed, document.replace("您好", "早"));
}

#[rstest]
#[case::state("state", "spring-*\n\"\"\nautumn", "state: ['spring-*', \"\"] #", "state: ['spring-*', \"\", autumn] #")]
#[case::hours("hours", "09:00-12:00", "[ '09:00-12:00' , '13:00-18:00' ] #", "[ '09:00-12:00' ] #")]
#[case::days("days", "sat,sun", "days: mon-fri #", "days: [sat, sun] #")]
#[case::dates("dates", "2026-03-01..2026-04-30", "# 两段\n", "# 两段\n        dates: [\"2026-03-01..2026-04-30\"]\n")]
#[case::department("department", "3\n5", "    # 条件\n    when: # 谁\n", "    # 条件\n    when: # 谁\n")]
#[case::phones("remark_phones", "13800000001", "    notify: # 通知", "    remark:\n      phones: [\"13800000001\"]\n    notify: # 通知")]
fn conditions_are_changed_where_they_stand(#[case] field: &str, #[case] to: &str, #[case] old: &str, #[case] new: &str) {
    for eol in ["\n", "\r\n"] {
        let document = WHOLE.replace('\n', eol);
        let was = fields(&document);
        let changed = with(&was, &[(field, to)]).write(&document, &was).unwrap();
        assert_eq!(fields(&changed).get(field), to, "{changed}");
        if old != new {
            assert_eq!(changed, document.replacen(&old.replace('\n', eol), &new.replace('\n', eol), 1));
        }
        assert_eq!(comments(&changed), comments(&document), "{changed}");
        let back = was.write(&changed, &fields(&changed)).unwrap();
        assert_eq!(fields(&back), was, "{back}");
    }
}

#[test]
fn attachments_are_changed_moved_added_and_taken_away() {
    for eol in ["\n", "\r\n"] {
        let document = WHOLE.replace('\n', eol);
        let was = fields(&document);
        let mut is = was.clone();
        let new = entry(None, "link", &[("title", "秋 \"# $1 {{ 7*7 }}"), ("url", "https://example.com/<b>")]);
        let image = entry(Some(0), "image", &[("file", "files/b.png")]);
        let mini = was.attachments.as_ref().unwrap()[2].clone();
        is.attachments = Some(vec![mini, new.clone(), image]);
        let changed = is.write(&document, &was).unwrap();
        let now = fields(&changed).attachments.unwrap();
        let kinds: Vec<&str> = now.iter().map(|entry| entry.kind.as_str()).collect();
        assert_eq!(kinds, ["miniprogram", "link", "image"], "{changed}");
        assert_eq!(now[1].values, new.values);
        assert_eq!(now[2].get("file"), "files/b.png");
        assert!(changed.contains("# 春") && changed.contains("# 图") && !changed.contains("# 标题"), "{changed}");
        let (a, c) = (document.find("  # 乙的说明").unwrap(), document.find("    notify: # 通知").unwrap());
        assert!(changed.starts_with(&document[..a]) && changed.ends_with(&document[c..]), "{changed}");
        assert_eq!(changed.contains('\r'), eol == "\r\n");
        // None at all, and one again.
        let mut none = fields(&changed);
        none.attachments = Some(Vec::new());
        let without = none.write(&changed, &fields(&changed)).unwrap();
        assert_eq!(fields(&without).attachments, Some(Vec::new()), "{without}");
        let mut again = fields(&without);
        again.attachments = Some(vec![new.clone()]);
        let one = again.write(&without, &fields(&without)).unwrap();
        assert_eq!(fields(&one).attachments.unwrap()[0].values, new.values, "{one}");
    }
}

#[test]
fn notices_are_changed_and_added() {
    let was = fields(WHOLE);
    let mut is = was.clone();
    is.notices = Some(vec![
        entry(Some(0), "users", &[("who", "lisi\nwangwu"), ("text", "没收到")]),
        entry(Some(1), "tag", &[("who", "5"), ("text", "有新客户\n{{ customer.name }}\n")]),
        entry(None, "employee", &[("on", "failed"), ("text", "出错了")]),
    ]);
    let changed = is.write(WHOLE, &was).unwrap();
    let mut now = fields(&changed).notices.unwrap();
    now[2].at = None;
    assert_eq!(Some(now), is.notices, "{changed}");
    assert!(changed.contains("- { to: [lisi, wangwu], text: 没收到 } # 一"), "{changed}");
    assert_eq!(comments(&changed), comments(WHOLE));
    // One alone becomes a list.
    for alone in [
        "rules:\n  - name: b\n    notify: { to: employee, text: 一 } # 注\n    stop: true\n",
        "rules:\n  - name: b\n    notify:\n      to: employee # 注\n      text: |\n        一\n    stop: true\n",
    ] {
        let was = fields(alone);
        let mut is = was.clone();
        let new = entry(None, "users", &[("who", "zhangsan"), ("text", "二")]);
        is.notices.as_mut().unwrap().push(new);
        let changed = is.write(alone, &was).unwrap();
        let now = fields(&changed).notices.unwrap();
        assert_eq!((now.len(), now[1].get("text")), (2, "二"), "{changed}");
        assert!(changed.contains("# 注") && changed.contains("stop: true"), "{changed}");
    }
}

#[test]
fn a_list_that_another_has_changed_meanwhile_is_not_written() {
    let was = fields(WHOLE);
    let mut is = was.clone();
    is.attachments.as_mut().unwrap().pop();
    let theirs = WHOLE.replace("file: a.png", "file: theirs.png");
    assert_eq!(is.write(&theirs, &was), Err(NotWritten::ChangedMeanwhile));
    let theirs = WHOLE.replace("text: 甲", "text: 改过");
    assert!(is.write(&theirs, &was).unwrap().contains("改过"));
}

#[test]
fn a_rule_gets_another_name() {
    let was = fields(WHOLE);
    let is = RuleForm { name: "<img src=x> $1 {{ 7*7 }}".into(), ..was.clone() };
    let changed = is.write(WHOLE, &was).unwrap();
    assert_eq!(changed, WHOLE.replace("name: b\n", "name: <img src=x> $1 {{ 7*7 }}\n").replace("name: <img src=x> $1 {{ 7*7 }}\n", if changed.contains("\"<img") { "name: \"<img src=x> $1 {{ 7*7 }}\"\n" } else { "name: <img src=x> $1 {{ 7*7 }}\n" }));
    assert!(RuleForm::of(&changed, "<img src=x> $1 {{ 7*7 }}").is_some());
}

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
#[case::block_at_the_end("rules:\n  - name: a\n    welcome:\n      text: |\n        一\n\n  - name: b\n    welcome:\n      text: |\n        二\n  - name: c\n    welcome:\n      text: |-\n        三")]
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

/// A piece of a rule, as people write it: comments, odd indentation, braces, anchors.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "    when: { state: [a, 'b-*'], user: x } # 注\n",
        "    when:\n        state: # 注\n          - a # 注\n          - \"b\"\n        schedule: { days: [mon, wed], hours: \"09:00-18:00\" }\n",
        "    when: {\n      schedule: { dates: 12-24..12-26 }, # 注\n      share: 0-50\n    }\n",
        "    # 注\n    tag: {add: 渠道/一,remove: [渠道/二]}\n",
        "    tag:\n      add: &t [渠道/一] # 注\n      create: true\n",
        "    remark: { name: '春' , phones: [\"1\"] }   # 注\n",
        "    welcome:\n      text: |  # 注\n         您好\n\n         再见\n      attachments:\n      - image: {media_id: M} # 注\n      - link:\n          title: 甲\n          url: https://e.com/\n",
        "    welcome: { text: &w 您好, attachments: [ { file: { media_id: M } } ] }\n",
        "    notify:\n    - to: [employee, lisi] # 注\n      text: 甲\n",
        "\n",
        "    stop: true # 注\n",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 384, ..ProptestConfig::default() })]

    /// Whatever is typed into whichever fields: what the file says of the others, its comments and every byte outside of the
    /// rule stay, and the rule has afterwards what the form says.
    #[test]
    fn any_form_goes_into_any_file(
        pieces in prop::collection::vec(piece(), 0..5),
        changes in prop::collection::vec((prop::sample::select(FIELDS.iter().map(|field| field.name).collect::<Vec<_>>()), "[ \\n#:'\"{}\\[\\]<>&*!$1%,abc您好0-9-]{0,24}"), 1..5),
        windows in any::<bool>(),
    ) {
        let mut seen = Vec::new();
        let pieces: Vec<&str> = pieces.into_iter().filter(|piece| {
            let key = piece.trim_start().trim_start_matches("# 注").trim_start().split(':').next().unwrap_or_default();
            key.is_empty() || !std::mem::replace(&mut seen, [seen.as_slice(), &[key]].concat()).contains(&key)
        }).collect();
        let document = around(&format!("  - name: b # 注\n{}", pieces.concat()));
        let document = if windows { document.replace('\n', "\r\n") } else { document };
        let was = fields(&document);
        let changes: Vec<(&str, &str)> = changes.iter().map(|(field, text)| (*field, text.as_str())).collect();
        let is = with(&was, &changes);
        if let Ok(changed) = is.write(&document, &was) {
            let start = document.find("  - name: b").unwrap();
            let end = document.find("  # 最后一条的说明").unwrap();
            prop_assert!(changed.starts_with(&document[..start]), "{}", changed);
            prop_assert!(changed.ends_with(&document[end..]), "{}", changed);
            let now = fields(&changed);
            for field in &FIELDS {
                let (mut is, mut now): (Vec<&str>, Vec<&str>) = (is.get(field.name).lines().collect(), now.get(field.name).lines().collect());
                if field.name == "create" { continue }
                if !matches!(field.kind, fields::FieldKind::Text) { is.sort_unstable(); now.sort_unstable(); }
                prop_assert_eq!(now, is, "{}: {}", field.name, changed);
            }
            prop_assert_eq!(now.attachments, was.attachments);
            prop_assert_eq!(now.notices, was.notices);
        }
    }

    /// A rule that is moved takes its lines with it, and all lines are still there.
    #[test]
    fn any_rule_is_moved(pieces in prop::collection::vec(piece(), 3..4), comments in any::<bool>(), windows in any::<bool>()) {
        let said = if comments { "  # 说明\n" } else { "" };
        let names = ["a", "b", "c"].iter().zip(&pieces);
        let rules: String = names.map(|(name, piece)| format!("{said}  - name: {name} # {name}\n{}", piece.replace("&w ", "").replace("&t ", ""))).collect();
        let document = format!("# 开\nrules:\n{rules}# 完\n");
        let document = if windows { document.replace('\n', "\r\n") } else { document };
        let up = order::moved(&document, "c", Way::Up).unwrap().unwrap();
        let sorted = |text: &str| { let mut lines: Vec<String> = text.lines().map(str::to_owned).collect(); lines.sort_unstable(); lines };
        prop_assert_eq!(sorted(&up), sorted(&document), "{}", up);
        prop_assert_eq!(order::moved(&up, "c", Way::Down).unwrap().unwrap(), document);
    }
}
