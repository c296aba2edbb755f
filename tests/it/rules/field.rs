//! What people meet in the field: rules that would pass and then not do what was meant. Each is a fault or a note, in its
//! place and with how to mend it.

use rstest::rstest;
use wecom_greeter::rules::{
    Media, Ruleset,
    trial::{channels, payload},
};

use super::{
    added, changed, in_one_line, other,
    pages::{PAGES, blocks},
    rules,
};

/// Each fault, and each note where there is no fault, in its line.
fn told(document: &str) -> String {
    match Ruleset::compile(document, 1) {
        Ok(set) => lines(set.notes().iter().map(|note| format!("note {note}"))),
        Err(faults) => format!("{faults}\n"),
    }
}

/// Each text in a line of its own.
fn lines(texts: impl Iterator<Item = String>) -> String {
    texts.flat_map(|text| [text, "\n".to_owned()]).collect()
}

fn on_line(told: &str, line: usize, parts: &[&str], document: &str) {
    let begins = |text: &str| text.strip_prefix("note ").unwrap_or(text).starts_with(&format!("{line}:"));
    let found = told.lines().any(|text| begins(text) && parts.iter().all(|part| text.contains(part)));
    assert!(found, "{document}\n{told}\nhas no {parts:?} in line {line}");
}

/// A rule with these lines in it, the first of which is line 3.
fn rule(lines: &str) -> String {
    format!("rules:\n  - name: a\n    {lines}\n")
}

fn welcome(text: &str) -> String {
    rule(&format!("welcome:\n      text: {text}"))
}

#[rstest]
#[case::a_catch_all_above(
    "rules:\n  - name: everyone\n    welcome: {text: x}\n  - name: spring\n    when: {state: spring}\n    welcome: {text: y}\n",
    6, &["`spring` can never be sent", "`everyone` in line 2", "higher `priority`"]
)]
#[case::by_priority(
    "rules:\n  - name: spring\n    when: {state: spring}\n    welcome: {text: y}\n  - name: all\n    priority: 5\n    welcome: {text: x}\n",
    4, &["`spring`", "`all` in line 5"]
)]
#[case::a_wider_pattern(
    "rules:\n  - name: shops\n    when: {state: 'shop-*'}\n    welcome: {text: y}\n  - name: beijing\n    when: {state: [shop-bj, 'shop-b*'], user: lisi}\n    welcome: {text: x}\n",
    7, &["`beijing`", "`shops` in line 2"]
)]
#[case::two_rules_of_one_state(
    "rules:\n  - name: one\n    when: {state: spring}\n    welcome: {text: y}\n  - name: two\n    when: {state: spring}\n    welcome: {text: x}\n",
    7, &["`two`", "`one` in line 2"]
)]
#[case::one_state_of_several(
    "rules:\n  - name: one\n    when: {state: [a, b]}\n    welcome: {text: y}\n  - name: two\n    when: {state: [c, b]}\n    welcome: {text: x}\n",
    7, &["`two`", "for the state `b`", "`one` in line 2"]
)]
#[case::below_a_stop(
    "rules:\n  - name: one\n    stop: true\n    tag: {add: 渠道/春季}\n  - name: two\n    when: {user: lisi}\n    welcome: {text: x}\n",
    7, &["`two` is never looked at", "`one` in line 2", "`stop`"]
)]
#[case::both_above_together(
    "rules:\n  - name: one\n    on: [add_external_contact]\n    welcome: {text: y}\n  - name: two\n    on: [add_half_external_contact, msg_audit_approved]\n    welcome: {text: z}\n  - name: three\n    welcome: {text: x}\n",
    9, &["`three`", "`one` in line 2 and `two` in line 5"]
)]
#[case::users_ignore_case(
    "rules:\n  - name: one\n    when: {user: ZhangSan}\n    welcome: {text: y}\n  - name: two\n    when: {user: zhangsan}\n    welcome: {text: x}\n",
    7, &["`two`", "`one`"]
)]
fn a_welcome_that_is_never_sent_is_told(#[case] document: &str, #[case] line: usize, #[case] parts: &[&str]) {
    on_line(&told(document), line, parts, document);
}

/// What looks alike and has its turn.
#[rstest]
#[case(
    "rules:\n  - name: vip\n    when: {state: spring, user: lisi}\n    welcome: {text: y}\n  - name: spring\n    when: {state: spring}\n    welcome: {text: x}\n"
)]
#[case(
    "rules:\n  - name: tags\n    when: {state: spring}\n    tag: {add: 渠道/春季}\n  - name: greets\n    when: {state: spring}\n    welcome: {text: x}\n"
)]
#[case(
    "rules:\n  - name: all\n    apps: [retail]\n    welcome: {text: y}\n  - name: spring\n    when: {state: spring}\n    welcome: {text: x}\n"
)]
#[case(
    "rules:\n  - name: off\n    enabled: false\n    welcome: {text: y}\n  - name: spring\n    when: {state: spring}\n    welcome: {text: x}\n"
)]
#[case(
    "rules:\n  - name: half\n    on: [add_half_external_contact]\n    welcome: {text: y}\n  - name: all\n    welcome: {text: x}\n"
)]
#[case(
    "rules:\n  - name: looked-up\n    when: {customer: {type: wechat}}\n    welcome: {text: y}\n  - name: same\n    when: {customer: {type: wechat}}\n    on_lookup_failure: match\n    welcome: {text: x}\n"
)]
#[case(
    "rules:\n  - name: a\n    experiment: e\n    when: {share: 0-50}\n    welcome: {text: y}\n  - name: b\n    experiment: e\n    when: {share: 50-100}\n    welcome: {text: x}\n"
)]
// Events without a code come to the tags.
#[case(
    "rules:\n  - name: greets\n    when: {welcome_code: true}\n    stop: true\n    welcome: {text: y}\n  - name: tags\n    tag: {add: 渠道/春季}\n"
)]
fn a_welcome_that_has_its_turn_is_not_told_of(#[case] document: &str) {
    assert_eq!(told(document), "");
}

#[rstest]
#[case::dates("{dates: 2026-03-01..2026-04-30}", "2026-05-01T00:00:00+08:00", Some("the last is 2026-04-30"))]
#[case::the_last_day("{dates: 2026-03-01..2026-04-30}", "2026-04-30T23:59:59+08:00", None)]
#[case::each_year("{dates: [2025-01-01, 12-24..12-26]}", "2026-05-01T00:00:00+08:00", None)]
#[case::a_night_goes_on("{dates: 2026-04-30, hours: '22:00-06:00'}", "2026-05-01T03:00:00+08:00", None)]
#[case::a_calendar("{calendar: h}", "2027-01-01T00:00:00+08:00", Some("the last is 2026-10-07"))]
#[case::excluded(
    "{not_calendar: h, hours: '09:00-18:00'}",
    "2027-01-01T00:00:00+08:00",
    Some("excludes no day")
)]
fn dates_that_are_over_are_told_by_the_clock(
    #[case] schedule: &str,
    #[case] now: &str,
    #[case] what: Option<&str>,
) {
    let now_ms = now.parse::<jiff::Timestamp>().unwrap().as_millisecond();
    for (enabled, what) in [("true", what), ("false", None)] {
        let document = format!(
            "calendars: {{h: [2026-10-01..2026-10-07]}}\nrules:\n  - name: spring\n    enabled: {enabled}\n    when:\n      schedule: {schedule}\n    welcome: {{text: x}}\n"
        );
        let set = Ruleset::compile(&document, 1).unwrap_or_else(|faults| panic!("{faults}"));
        assert!(set.notes().is_empty(), "what is over only a clock can tell");
        let notes = lines(set.notes_at(now_ms).iter().map(ToString::to_string));
        match what {
            Some(what) => on_line(&notes, 6, &[what, "`spring`"], &document),
            None => assert_eq!(notes, "", "{document}"),
        }
    }
}

#[rstest]
#[case("priority: １０", 3, &["`１` is not `1`", "`10`"])]
#[case("enabled: ｔｒｕｅ", 3, &["`true`"])]
#[case("on: add_external_contact，del_follow_user", 3, &["[add_external_contact, del_follow_user]"])]
#[case("when: {state: “spring”}", 3, &["note", "“spring”", "write `spring`"])]
#[case("when: {state: 「spring」}", 3, &["note", "write `spring`"])]
#[case("when: {state: [spring，summer]}", 3, &["note", "[spring, summer]"])]
#[case("when: {state: 春季、夏季}", 3, &["note", "[春季, 夏季]"])]
#[case("when: {state: 春季；夏季}", 3, &["note", "[春季, 夏季]"])]
#[case("when:\n      state: spring, summer", 4, &["note", "[spring, summer]"])]
#[case("when: {state: spring－２０２６}", 3, &["note", "full-width", "`spring-2026`"])]
#[case("when: {state: \"spring\u{200b}\"}", 3, &["U+200B", "type it anew"])]
#[case("when: {state: \"\u{feff}spring\"}", 3, &["U+FEFF"])]
#[case("when: {user: “zhangsan”}", 3, &["note", "`zhangsan`"])]
#[case("when: {user: zhangsan，lisi}", 3, &["note", "[zhangsan, lisi]"])]
#[case("when: {schedule: {hours: ０９：００－１８：００}}", 3, &["`09:00-18:00`"])]
#[case("when: {schedule: {dates: 2026－03－01}}", 3, &["`2026-03-01`"])]
#[case("when: {schedule: {days: mon、tue}}", 3, &["[mon, tue]"])]
#[case("when: {share: ０-５０}", 3, &["`0-50`"])]
#[case("when: {department: ３}", 3, &["`3`"])]
#[case("when: {department: 1，2}", 3, &["[1, 2]"])]
#[case("tag: {add: 渠道／春季}", 3, &["`／` is not `/`", "`渠道/春季`"])]
#[case("tag: {add: 渠道/春季，渠道/夏季}", 3, &["[渠道/春季, 渠道/夏季]"])]
#[case("tag: {add: [渠道/春季、夏季]}", 3, &["note", "[渠道/春季, 渠道/夏季]"])]
#[case("tag: {add: “渠道/春季”}", 3, &["note", "`渠道/春季`"])]
#[case("tag: {add: \"渠道/春\u{200b}季\"}", 3, &["U+200B"])]
#[case("notify: {to: “lisi”, text: x}", 3, &["`lisi`"])]
#[case("notify: {to: lisi、wangwu, text: x}", 3, &["[lisi, wangwu]"])]
#[case("when：{state: x}", 3, &["`：` is not `:`"])]
#[case("\u{200b}stop: true", 3, &["U+200B"])]
fn what_an_input_method_types_is_told(#[case] lines: &str, #[case] line: usize, #[case] parts: &[&str]) {
    let document = rule(lines);
    on_line(&told(&document), line, parts, &document);
}

#[rstest]
#[case("'第一行\\n第二行'", &["note", r"`\n`", "line break"])]
#[case("您好<br>欢迎", &["note", "`<br>`"])]
#[case("您好&nbsp;欢迎", &["note", "`&nbsp;`"])]
#[case("'\\u60a8好'", &["note", r"`\u60a8`"])]
#[case("'看[这里](https://e.cn)'", &["note", "`[这里](https://e.cn)`"])]
#[case("'{name}您好'", &["note", "`{name}`", "{{ customer.name }}"])]
#[case("'${name}您好'", &["note", "`${name}`"])]
#[case("'%s您好'", &["note", "`%s`"])]
#[case("'{昵称}您好'", &["note", "`{昵称}`"])]
#[case("'#成员昵称#您好'", &["note", "`#成员昵称#`"])]
#[case("'【客户昵称】您好'", &["note", "is read as {{ customer.name }}"])]
#[case("您好 #客户昵称#,欢迎", &["text", "comment", "quotes"])]
#[case("您好 #春季上新# 来了", &["text", "comment", "quotes"])]
#[case("您好 #1号店", &["note", "comment", "quotes"])]
#[case("\"｛｛ customer.name ｝｝您好\"", &["full-width", "`{{ customer.name }}`"])]
#[case("\"{｛ customer.name }}您好\"", &["full-width", "`{{ customer.name }}`"])]
#[case("\"{{ customer。name }}您好\"", &["`{{ customer。name }}`", "`。` (U+3002)", "write `.`"])]
#[case("\"{{ customer.name | default（'您') }}好\"", &["`（`", "write `(`"])]
#[case("\"{{ customer.name | default(‘您’) }}好\"", &["`‘`", "write `'`"])]
#[case("\"{{ customer.name ｝｝好\"", &["`｝`", "write `}`"])]
#[case("\"{% if customer.gender == '女' %}女士{% endif %}您好\"", &["note", "`customer.gender` is never `女`", "male, female, unknown"])]
#[case("\"{% if customer.gender in ['女', 'F'] %}女士{% endif %}您好\"", &["note", "is never `女` or `F`"])]
#[case("\"{% if customer.type != 'WeChat' %}x{% endif %}您好\"", &["note", "always holds"])]
#[case("\"{% if now.weekday == '周五' %}x{% endif %}您好\"", &["note", "星期五"])]
#[case("\"{% if now.hour >= 24 %}x{% endif %}您好\"", &["note", "0 to 23"])]
#[case("\"{% if now.month == 13 %}x{% endif %}您好\"", &["note", "1 to 12"])]
fn texts_that_customers_would_read_as_code_are_told(#[case] text: &str, #[case] parts: &[&str]) {
    let document = welcome(text);
    on_line(&told(&document), 4, parts, &document);
}

#[test]
fn code_in_a_block_is_told_in_its_line_and_column() {
    let document =
        rule("welcome:\n      text: |\n        您好,\n        欢迎<br>{name}\n      fallback: '您好\\n'");
    let told = told(&document);
    for place in ["note 6:11: `<br>`", "note 6:15: `{name}`", "note 7:17: `\\n`"] {
        assert!(told.contains(place), "{told}");
    }
}

/// Texts as people rightly write them.
#[rstest]
#[case("“您好”,‘亲’!《手册》「新品」#春季上新# 全场5折,满$100减20%。")]
#[case("您好    # the greeting of all")]
#[case("'请回复【姓名】+【电话】'")]
#[case("\"{% if customer.gender == 'female' %}女士{% endif %}您好{{ '{name}' }}\"")]
#[case("'第一、看;第二,买:１２３'")]
fn texts_that_are_right_are_not_told_of(#[case] text: &str) {
    assert_eq!(told(&welcome(text)), "", "{text}");
}

#[rstest]
#[case("{miniprogram: {title: t, app_id: gh_0123456789ab, page: /i, cover: {file: c.png}}}", &["gh_0123456789ab", "原始ID"])]
#[case("{miniprogram: {title: t, app_id: wx8bd80126147df38, page: /i, cover: {file: c.png}}}", &["no id of a mini-program"])]
#[case("{miniprogram: {title: t, app_id: wx8bd80126147df384, page: 'https://e.cn/a', cover: {file: c.png}}}", &["is an address"])]
#[case("{miniprogram: {title: t, app_id: wx8bd80126147df384, page: '#小程序://店/x', cover: {file: c.png}}}", &["link for sharing"])]
#[case("{image: {media_id: 'https://e.cn/a.png'}}", &["is an address", "file"])]
#[case("{image: {media_id: assets/a.png}}", &["is a file"])]
#[case("{file: {media_id: price.pdf}}", &["is a file"])]
fn ids_of_the_wrong_kind_are_faults(#[case] attachment: &str, #[case] parts: &[&str]) {
    let document = rule(&format!("welcome:\n      attachments: [{attachment}]"));
    let told = told(&document);
    assert!(!told.contains("note"), "{told}");
    on_line(&told, 4, parts, &document);
}

#[rstest]
#[case("zhangsan", "ZhangSan")]
#[case("ZhangSan", "zhangsan")]
#[case("'ZHANG*'", "zhangsan")]
#[case("'[A-Z]hang???'", "zhangsan")]
fn userids_ignore_case(#[case] pattern: &str, #[case] user: &'static str) {
    let set = rules(&[&format!("{{name: a, when: {{user: {pattern}}}, welcome: {{text: x}}}}")]);
    assert_eq!(added().user(user).with(|facts| in_one_line(&set.plan(facts))), "welcome x | by a:welcome");
    let not = rules(&[&format!("{{name: a, when: {{not: {{user: {pattern}}}}}, welcome: {{text: x}}}}")]);
    assert!(added().user(user).with(|facts| not.plan(facts).rules.is_empty()));
}

#[test]
fn states_do_not_ignore_case() {
    let set = rules(&["{name: a, when: {state: Spring}, welcome: {text: x}}"]);
    assert!(added().state("spring").with(|facts| set.plan(facts).rules.is_empty()));
}

#[rstest]
#[case("change_external_contact", &["every change of it", "add_external_contact, add_half_external_contact"])]
#[case("change_external_contacts", &["did you mean `change_external_contact`?"])]
#[case("change_external_contact/add", &["the changes of change_external_contact are add_external_contact"])]
#[case("external_contact_add", &["add_external_contact"])]
#[case("添加客户", &["add_external_contact"])]
fn hints_of_on_lead_to_what_was_meant(#[case] on: &str, #[case] parts: &[&str]) {
    let document = rule(&format!("on: [{on}]\n    welcome: {{text: x}}"));
    let told = told(&document);
    on_line(&told, 3, parts, &document);
    assert!(!told.contains("change_external_chat/"), "{told}");
}

#[test]
fn every_kind_of_event_can_be_forwarded() {
    const URL: &str = "https://crm.example.com/in";
    let action = |name: &str| other(name, &[("MsgType", "event")]);
    let directory = |change: &str| other("change_contact", &[("ChangeType", change), ("UserID", "lisi")]);
    for (on, event) in [
        ("enter_agent", action("enter_agent")),
        ("app_event", action("click")),
        ("create_user", directory("create_user")),
        ("change_contact/update_party", directory("update_party")),
        ("change_contact", directory("a_new_change")),
        ("change_external_contact", changed("edit_external_contact")),
        ("change_external_chat", other("change_external_chat", &[("ChangeType", "create")])),
        ("suite", other("suite_ticket", &[])),
        ("unknown", action("sys_approval_change")),
        ("all", action("sys_approval_change")),
        ("all", added()),
    ] {
        let set = rules(&[&format!("{{name: f, on: [{on}], forward: {{url: '{URL}'}}}}")]);
        let plan = event.with(|facts| in_one_line(&set.plan(facts)));
        assert!(plan.contains(&format!("forward {URL}")), "{on}: {plan}");
        let elsewhere = rules(&["{name: f, on: [shuffle], forward: {url: 'https://crm.example.com/in'}}"]);
        assert!(event.with(|facts| elsewhere.plan(facts).rules.is_empty()), "{on}");
    }
}

#[rstest]
#[case("text", "text")]
#[case("message/image", "image")]
#[case("message", "a_kind_that_is_new")]
#[case("all", "voice")]
fn messages_of_employees_can_be_forwarded(#[case] on: &str, #[case] kind: &str) {
    let said = format!(
        r#"{{"ToUserName": "ww1", "FromUserName": "lisi", "CreateTime": 1733900461, "MsgType": "{kind}", "MsgId": "1"}}"#
    );
    let situation = payload(&said).unwrap_or_else(|faults| panic!("{faults}"));
    let media = Media::as_written();
    let set = rules(&[&format!("{{name: f, on: [{on}], forward: {{url: 'https://crm.example.com/in'}}}}")]);
    let plan = in_one_line(&set.plan(&situation.facts(&media)));
    assert_eq!(plan, "forward https://crm.example.com/in | by f:forward");
    let elsewhere = rules(&["{name: f, on: [link], forward: {url: 'https://crm.example.com/in'}}"]);
    assert!(elsewhere.plan(&situation.facts(&media)).rules.is_empty());
}

/// What makes no sense for such events.
#[rstest]
#[case("on: [text]\n    welcome: {text: x}", 4, &["can never be sent"])]
#[case("on: [create_user]\n    tag: {add: 渠道/春季}", 4, &["can never be set"])]
#[case("on: [change_contact]\n    tag: {add: 渠道/春季}", 3, &["every change"])]
#[case("on: [enter_agent]\n    notify: {to: employee, text: x}", 4, &["`employee`"])]
#[case("on: [create_party]\n    when: {user: lisi}", 4, &["names an employee"])]
#[case("on: [create_user]\n    when: {returning: true}", 4, &["names a customer"])]
fn what_other_events_cannot_have_is_a_fault(
    #[case] lines: &str,
    #[case] line: usize,
    #[case] parts: &[&str],
) {
    let document = rule(lines);
    let told = told(&document);
    assert!(!told.contains("note"), "{told}");
    on_line(&told, line, parts, &document);
}

#[test]
fn a_new_colleague_is_told_of() {
    let set =
        rules(&["{name: hello, on: [create_user], when: {user: 'LI*'}, notify: {to: employee, text: 欢迎}}"]);
    let event = other("change_contact", &[("ChangeType", "create_user"), ("UserID", "lisi")]);
    assert_eq!(event.with(|facts| in_one_line(&set.plan(facts))), "notify lisi: 欢迎 | by hello:notify");
}

/// The parser tells where the text above the tab begins.
#[rstest]
#[case("welcome:\n      text: 您好\n\t再见\n    stop: true", 5, 1)]
#[case("when:\n      state: spring\n\n  \tuser: lisi", 6, 3)]
#[case("when:\n      state:\n        - a\n\t- b", 6, 1)]
fn a_tab_after_a_plain_value_is_told_at_its_own_line(
    #[case] lines: &str,
    #[case] line: usize,
    #[case] column: usize,
) {
    let document = rule(lines);
    let told = told(&document);
    assert!(
        told.starts_with(&format!("{line}:{column}: ")) && told.contains("use spaces"),
        "{document}\n{told}"
    );
}

#[rstest]
#[case("渠道,欢迎语\n1.86613E+18,您好\n1.86613E+18,早上好\n", &[(2, &["`1.86613E+18`", "文本"][..]), (3, &["`1.86613E+18`"])])]
#[case("渠道,欢迎语\n#REF!,您好\n", &[(2, &["`#REF!`", "文本"][..])])]
#[case("渠道,欢迎语\na,#N/A\n", &[(2, &["`#N/A`"][..])])]
#[case("渠道,欢迎语\n\"=\"\"001\"\"\",您好\n", &[(2, &["formula"][..])])]
#[case("渠道,欢迎语,员工账号\na,您好,#NAME?\n", &[(2, &["`#NAME?`"][..])])]
#[case("渠道,欢迎语\n1866127734050410000,您好\n", &[(2, &["15 digits"][..])])]
#[case("渠道,欢迎语\n3月1日,您好\n", &[(2, &["date"][..])])]
#[case("渠道,欢迎语\n“spring”,您好\n", &[(2, &["write `spring`"][..])])]
#[case("渠道,欢迎语\n\"a，b\",您好\n", &[(2, &["[a, b]"][..])])]
#[case("渠道,欢迎语\nspring\u{200b},您好\n", &[(2, &["U+200B"][..])])]
#[case("渠道,欢迎语\nspring,您好\\n欢迎<br>\n", &[(2, &[r"`\n`"][..]), (2, &["`<br>`"])])]
#[case("渠道,欢迎语\nspring,\"#成员昵称#,您好\"\n", &[(2, &["`#成员昵称#`"][..])])]
#[case("渠道，欢迎语\nspring，您好\n", &[(1, &["`,` between the headings"][..])])]
fn what_a_table_has_of_it_is_told_with_its_row(#[case] table: &str, #[case] expected: &[(u64, &[&str])]) {
    let told: Vec<String> = match channels(table.as_bytes(), "t.csv") {
        Ok(made) => made.notes.iter().map(ToString::to_string).collect(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    };
    for (line, parts) in expected {
        let is = |text: &String| {
            text.starts_with(&format!("{line}: ")) && parts.iter().all(|part| text.contains(part))
        };
        assert!(told.iter().any(is), "{table}\n{told:#?}\nhas no {parts:?} in line {line}");
    }
}

#[test]
fn separators_of_an_input_method_part_the_tags_of_a_table() {
    let table = "渠道,欢迎语,标签\nspring,您好,\"渠道/春季，渠道：夏季；渠道／秋季、渠道/冬季\"\n";
    let made = channels(table.as_bytes(), "t.csv").unwrap_or_else(|faults| panic!("{faults:?}"));
    let tags = r#"add: ["渠道/春季", "渠道/夏季", "渠道/秋季", "渠道/冬季"]"#;
    assert!(made.document.contains(tags), "{}", made.document);
}

/// What is right is not told of: the documentation's rules give no notes but those on placeholders and pictures that are
/// their subject.
#[test]
fn the_rules_of_the_documentation_are_not_odd() {
    let mut looked_at = 0;
    for page in PAGES {
        for block in blocks(page).into_iter().filter(|block| block.info == "yaml") {
            let notes = told(&block.text);
            let odd =
                notes.lines().find(|note| !note.contains(" is read as ") && !note.contains("uploadimg"));
            assert_eq!(odd, None, "{}", block.place);
            looked_at += 1;
        }
    }
    assert!(looked_at > 50, "{looked_at}");
    for file in ["everything.yaml", "shop.yaml"] {
        let notes = told(&std::fs::read_to_string(super::fixture(file)).unwrap());
        let odd = notes.lines().find(|note| !note.contains(" is read as ") && !note.contains("uploadimg"));
        assert_eq!(odd, None, "{file}");
    }
}
