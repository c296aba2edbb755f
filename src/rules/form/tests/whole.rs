//! Conditions, attachments, notices: what the form shows, what it leaves alone, and where a change goes.

use rstest::rstest;

use super::*;
use crate::rules::form::entries::Entry;

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
    assert_eq!(
        attachments[1],
        entry(Some(1), "link", &[("title", "春季活动"), ("url", "https://example.com/")])
    );
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
    assert_eq!((line, source.lines().last().unwrap()), (33, "    # 丙的尾巴"));
}

#[rstest]
#[case::list_of_schedules("when: { schedule: [{ days: mon }, { days: tue }] }", &["when.schedule"], "days")]
#[case::returning_to_the_company("when: { returning: { to: company } }", &["when.returning"], "returning")]
#[case::a_number_of_no_name("when: { add_way: 77 }", &["when.add_way"], "add_way")]
#[case::list_of_genders("when: { customer: { gender: [male, female] } }", &["when.customer.gender"], "customer_gender")]
#[case::lines_in_a_pattern("when: { state: \"a\\nb\" }", &["when.state"], "state")]
fn what_the_form_cannot_show_is_left_alone(
    #[case] rest: &str,
    #[case] expected: &[&str],
    #[case] field: &str,
) {
    let document = format!("rules:\n  - name: b\n    {rest}\n    welcome: {{ text: 您好 }}\n");
    let was = fields(&document);
    assert!(!was.shows(field), "{was:?}");
    let names: Vec<String> = RuleForm::others(&document, "b").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, expected);
    let changed = with(&was, &[(field, "mon"), ("welcome", "早")]).write(&document, &was).unwrap();
    assert_eq!(changed, document.replace("您好", "早"));
}

#[rstest]
#[case::state(
    "state",
    "spring-*\n\"\"\nautumn",
    "state: ['spring-*', \"\"] #",
    "state: ['spring-*', \"\", autumn] #"
)]
#[case::hours("hours", "09:00-12:00", "[ '09:00-12:00' , '13:00-18:00' ] #", "[ '09:00-12:00' ] #")]
#[case::days("days", "sat,sun", "days: mon-fri #", "days: [sat, sun] #")]
#[case::dates(
    "dates",
    "2026-03-01..2026-04-30",
    "# 两段\n",
    "# 两段\n        dates: [\"2026-03-01..2026-04-30\"]\n"
)]
#[case::department("department", "3\n5", "    # 条件\n    when: # 谁\n", "    # 条件\n    when: # 谁\n")]
#[case::phones(
    "remark_phones",
    "13800000001",
    "    notify: # 通知",
    "    remark:\n      phones: [\"13800000001\"]\n    notify: # 通知"
)]
fn conditions_are_changed_where_they_stand(
    #[case] field: &str,
    #[case] to: &str,
    #[case] old: &str,
    #[case] new: &str,
) {
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
        let new =
            entry(None, "link", &[("title", "秋 \"# $1 {{ 7*7 }}"), ("url", "https://example.com/<b>")]);
        let image = entry(Some(0), "image", &[("file", "files/b.png")]);
        let mini = was.attachments.as_ref().unwrap()[2].clone();
        is.attachments = Some(vec![mini, new.clone(), image]);
        let changed = is.write(&document, &was).unwrap();
        let now = fields(&changed).attachments.unwrap();
        let kinds: Vec<&str> = now.iter().map(|entry| entry.kind.as_str()).collect();
        assert_eq!(kinds, ["miniprogram", "link", "image"], "{changed}");
        assert_eq!(now[1].values, new.values);
        assert_eq!(now[2].get("file"), "files/b.png");
        assert!(
            changed.contains("# 春") && changed.contains("# 图") && !changed.contains("# 标题"),
            "{changed}"
        );
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
    let name = "<img src=x> $1 {{ 7*7 }}";
    let is = RuleForm { name: name.into(), ..was.clone() };
    let changed = is.write(WHOLE, &was).unwrap();
    assert_eq!(changed, WHOLE.replace("name: b\n", &format!("name: {name}\n")));
    assert!(RuleForm::of(&changed, name).is_some());
}
