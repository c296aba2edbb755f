//! Mistakes in rules files, in Chinese: of each fault and note of documents, conditions and rules there is a file here that has
//! it, by its code, and no English sentence is in what is said of it.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

use wecom_greeter::{
    language::Language,
    rules::{Faults, Ruleset, decoded},
};

use crate::cli::language::english;

/// A code, and what is said of it in Chinese.
type Said = (&'static str, String);

fn of_faults(faults: &Faults) -> Vec<Said> {
    faults.faults.iter().map(|fault| (fault.code(), fault.to(Language::Zh))).collect()
}

/// 2027-01-01, when the dates of last year are over.
const NEW_YEAR_MS: i64 = 1_798_761_600_000;

/// The faults of a file, or its notes.
fn of(document: &str) -> Vec<Said> {
    match Ruleset::compile(document, 0) {
        Ok(rules) => {
            rules.notes_at(NEW_YEAR_MS).iter().map(|note| (note.code(), note.to(Language::Zh))).collect()
        }
        Err(faults) => of_faults(&faults),
    }
}

/// Those of a rule with these keys beside its name.
fn rule(keys: &str) -> Vec<Said> {
    of(&format!("rules: [{{ name: a, {keys} }}]"))
}

/// Those of a rule that greets under this condition.
fn when(condition: &str) -> Vec<Said> {
    rule(&format!("when: {{ {condition} }}, welcome: {{ text: x }}"))
}

fn named(name: &str) -> Vec<Said> {
    of(&format!("rules: [{{ name: {name}, welcome: {{ text: x }} }}]"))
}

fn attached(attachment: &str) -> Vec<Said> {
    rule(&format!("welcome: {{ text: x, attachments: [{{ {attachment} }}] }}"))
}

fn file(path: &str) -> Vec<Said> {
    attached(&format!("image: {{ file: {path} }}"))
}

fn media_id(id: &str) -> Vec<Said> {
    attached(&format!("image: {{ media_id: {id} }}"))
}

fn miniprogram(app_id: &str, page: &str) -> Vec<Said> {
    attached(&format!(
        "miniprogram: {{ title: x, app_id: {app_id}, page: {page}, cover: {{ file: a.png }} }}"
    ))
}

fn tagged(tag: &str) -> Vec<Said> {
    rule(&format!("tag: {{ add: [{tag}] }}"))
}

fn told(to: &str) -> Vec<Said> {
    rule(&format!("notify: {{ to: {to}, text: x }}"))
}

fn hook(url: &str) -> Vec<Said> {
    rule(&format!("forward: {{ url: {url} }}"))
}

fn numbered(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect::<Vec<_>>().join(", ")
}

/// Each of the cases has its code and is said in Chinese, and they are all that the room declares.
#[track_caller]
fn are_said(room: &str, cases: Vec<(&str, Vec<Said>)>) {
    let mut problems = String::new();
    let mut codes = BTreeSet::new();
    for (code, all) in cases {
        let Some((_, said)) = all.iter().find(|(known, _)| *known == code) else {
            writeln!(problems, "no `{code}` in {all:?}").unwrap();
            continue;
        };
        let is_chinese = said.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        if !english(said).is_empty() || !is_chinese || said.contains("；；") || said.ends_with('；') {
            writeln!(problems, "{code}: {said}").unwrap();
        }
        assert!(codes.insert(code.to_owned()), "{code} twice");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules").join(room).join("words/mod.rs");
    let source = fs::read_to_string(&path).unwrap();
    let arms = source.lines().filter_map(|line| line.trim().rsplit_once("=> \"")?.1.strip_suffix("\","));
    let declared: Vec<String> = arms.map(str::to_owned).collect();
    let names: BTreeSet<String> = declared.iter().cloned().collect();
    assert_eq!(declared.len(), names.len(), "a code stands for two faults: {declared:?}");
    let is_snake =
        |code: &String| code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    assert!(names.iter().all(is_snake), "{names:?}");
    for missing in names.difference(&codes) {
        writeln!(problems, "of `{missing}` there is no file here").unwrap();
    }
    for unknown in codes.difference(&names) {
        writeln!(problems, "`{unknown}` is not declared").unwrap();
    }
    assert!(problems.is_empty(), "{problems}");
}

#[test]
fn each_fault_of_a_document_is_said_in_chinese() {
    let bomb: String = (0..30).fold("a0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned(), |mut text, n| {
        writeln!(text, "a{}: &a{} [*a{n}, *a{n}, *a{n}, *a{n}, *a{n}, *a{n}, *a{n}, *a{n}]", n + 1, n + 1)
            .unwrap();
        text
    });
    let many_keys = numbered(70, |n| format!("k{n}: 1"));
    let many_apps = numbered(101, |n| format!("app{n}"));
    are_said(
        "document",
        vec![
            (
                "not_utf8",
                decoded(b"rules: \xc4\xe3".to_vec()).map_or_else(|faults| of_faults(&faults), |_| Vec::new()),
            ),
            ("file_too_large", of(&"#".repeat((1 << 20) + 1))),
            ("file_empty", of("")),
            ("not_yaml", of("rules:\n  - name: \"a\n    welcome: { text: x }\n")),
            ("tab_indents", of("rules:\n  - name: 您好\n\t再见\n")),
            ("too_deep", of(&"[".repeat(40))),
            ("second_document", of("rules: []\n---\nrules: []\n")),
            ("too_many_aliases", of(&bomb)),
            ("alias_inside_its_value", of("rules: &a [*a]\n")),
            ("unknown_alias", of("rules: [*b]\n")),
            ("yaml_tag", named("!x a")),
            ("wants_keys", of("- name: a\n")),
            ("too_many_keys", rule(&many_keys)),
            ("key_no_word", rule("[x]: 1")),
            ("key_twice", rule("stop: true, stop: false")),
            ("unknown_key", rule("prio: 1")),
            ("value_empty", of("rules:\n")),
            ("key_missing", rule("notify: { to: employee }")),
            ("wants_list", of("rules: { a: 1 }")),
            ("too_many_items", rule(&format!("apps: [{many_apps}]"))),
            ("list_empty", rule("apps: []")),
            ("text_in_braces", of("rules:\n  - name: a\n    welcome:\n      text: {{ customer.name }}\n")),
            ("wants_text", named("[a]")),
            ("placeholder_not_here", named("'{{ app }}'")),
            ("unseen_character", named("\"a\\u200bb\"")),
            ("too_many_bytes", rule(&format!("welcome: {{ text: {} }}", "好".repeat(2_000)))),
            ("wants_boolean", rule("stop: 是")),
            ("wants_number", rule("priority: 高")),
            ("file_is_address", file("'https://example.com/a.png'")),
            ("file_no_path", file("' a.png'")),
            ("file_path_too_long", file(&format!("{}.png", "a".repeat(260)))),
            ("file_backslash", file("'a\\b.png'")),
            ("file_path_absolute", file("/a.png")),
            ("file_leads_out", file("../a.png")),
            ("file_is_folder", file("a//b.png")),
            ("file_wrong_kind", file("a.gif")),
            ("not_an_id", media_id("'a b'")),
            ("app_id_original", miniprogram("gh_0123456789ab", "/index")),
            ("app_id_of_wecom", miniprogram("ww0123456789abcdef", "/index")),
            ("app_id_is_address", miniprogram("pages/index", "/index")),
            ("not_an_app_id", miniprogram("abc", "/index")),
            ("media_id_is_address", media_id("'https://example.com/a'")),
            ("media_id_is_file", media_id("a.png")),
            ("not_a_userid", told("张三")),
            ("department_is_list", told("{ department: [1, 2] }")),
            ("directory_tag_is_list", told("{ tag: [1, 2] }")),
            ("not_a_department", told("{ department: 销售部 }")),
            ("not_a_directory_tag", told("{ tag: 店长 }")),
            ("tag_slashes", tagged("a/b/c")),
            ("tag_without_group", tagged("/b")),
            ("tag_without_name", tagged("a/")),
            ("tag_blank_at_an_end", tagged("'渠道 /春季'")),
            ("tag_name_too_long", tagged(&format!("渠道/{}", "春".repeat(31)))),
            ("not_a_tag", tagged("春季")),
            ("typed_quotes", when("state: “spring”")),
            ("several_in_one", when("state: spring、summer")),
            ("full_width", when("state: 门店１")),
            ("blank_at_an_end", when("state: ' spring'")),
        ],
    );
}

#[test]
fn each_fault_of_a_condition_is_said_in_chinese() {
    let nested = (0..11).fold("state: x".to_owned(), |inner, _| format!("any: [{{ {inner} }}]"));
    let calendars = numbered(101, |n| format!("c{n}: [01-01]"));
    let schedule = |keys: &str| when(&format!("schedule: {{ {keys} }}"));
    let with_calendar = |calendar: &str, keys: &str| {
        of(&format!(
            "calendars: {{ {calendar} }}\nrules: [{{ name: a, when: {{ schedule: {{ {keys} }} }}, welcome: {{ text: x }} }}]"
        ))
    };
    are_said(
        "when",
        vec![
            ("unknown_word", rule("on_lookup_failure: 跳过, welcome: { text: x }")),
            ("not_an_experiment", rule("experiment: ' a', welcome: { text: x }")),
            ("conditions_too_deep", when(&nested)),
            ("condition_empty", when("any: [{}]")),
            ("never_holds_welcome_code", when("welcome_code: true, all: [{ welcome_code: false }]")),
            ("never_holds_state", when("state: a, all: [{ state: b }]")),
            ("never_holds_user", when("user: a, all: [{ user: b }]")),
            ("never_holds_share", when("share: 0-50, all: [{ share: 50-100 }]")),
            ("never_holds_not", when("state: a, not: { state: a }")),
            ("never_holds_days", schedule("days: mon, dates: 2026-03-06")),
            ("never_holds_calendar", with_calendar("h: [01-01]", "calendar: h, not_calendar: h")),
            ("condition_without_employee", rule("on: [create], when: { department: 3 }")),
            ("condition_without_customer", rule("on: [create], when: { share: 0-50 }")),
            ("condition_without_both", rule("on: [create], when: { tagged: 渠道/春季 }")),
            ("condition_asks_nothing", when("customer: {}")),
            ("condition_without_code", rule("on: [del_follow_user], when: { welcome_code: true }")),
            ("welcome_against_condition", when("welcome_code: false")),
            ("state_never_there", rule("on: [change_external_chat/create], when: { state: spring }")),
            ("user_never_there", rule("on: [change_external_chat/create], when: { user: zhangsan }")),
            ("pattern_too_long", when(&format!("state: {}", "a".repeat(257)))),
            ("pattern_backslash", when("state: 'a\\'")),
            ("pattern_bracket", when("state: 'spring-['")),
            ("pattern_range", when("state: '[9-0]'")),
            ("unknown_add_way", when("add_way: 扫码")),
            ("returning_empty", when("returning: {}")),
            ("unknown_returning_to", when("returning: { to: 同事 }")),
            ("not_a_share", when("share: 一半")),
            ("share_of_nobody", when("share: 50-50")),
            ("schedule_empty", schedule("time_zone: Asia/Shanghai")),
            ("unknown_day", schedule("days: 周一")),
            ("not_hours", schedule("hours: 上午")),
            ("hours_begin_at_24", schedule("hours: '24:00-06:00'")),
            ("hours_of_nothing", schedule("hours: '09:00-09:00'")),
            ("not_dates", schedule("dates: 国庆")),
            ("dates_reversed", schedule("dates: 2026-05-01..2026-04-01")),
            ("no_such_date", schedule("dates: 2026-02-30")),
            ("unknown_time_zone", schedule("time_zone: 北京时间, hours: '09:00-18:00'")),
            ("calendars_want_names", of("calendars: [01-01]\nrules: []\n")),
            ("too_many_calendars", of(&format!("calendars: {{ {calendars} }}\nrules: []\n"))),
            ("not_a_calendar_name", of("calendars: { ' 假期': [01-01] }\nrules: []\n")),
            ("calendar_empty", of("calendars: { 假期: }\nrules: []\n")),
            ("unknown_calendar", with_calendar("假期: [01-01]", "calendar: 春节")),
            ("state_is_address", when("state: 'https://example.com/c'")),
            ("state_shortened", when("state: 1.86613E+18")),
            ("state_too_long", when(&format!("state: {}", "a".repeat(65)))),
            ("user_not_a_userid", when("user: 张三")),
            ("user_is_customer", when("user: wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A")),
            ("schedule_over", schedule("dates: 2026-03-01..2026-04-30")),
            ("not_calendar_over", with_calendar("假期: [2026-10-01..2026-10-07]", "not_calendar: 假期")),
        ],
    );
}

#[test]
fn each_fault_of_a_rule_is_said_in_chinese() {
    let attachments = numbered(10, |n| format!("{{ image: {{ file: a{n}.png }} }}"));
    let link = |url: &str| attached(&format!("link: {{ title: x, url: {url} }}"));
    let page = |page: &str| miniprogram("wx0123456789abcdef", page);
    let notify = |keys: &str| rule(&format!("notify: {{ {keys}, text: x }}"));
    let two = |above: &str, below: &str| {
        of(&format!("rules: [{{ name: 全部, {above} }}, {{ name: 春季, {below} }}]"))
    };
    are_said(
        "file",
        vec![
            ("unknown_language", of("language: 中文\nrules: []\n")),
            ("rules_missing", of("{}")),
            ("rules_empty", of("rules: []")),
            ("name_twice", of("rules: [{ name: a, stop: true }, { name: a, stop: true }]")),
            ("name_missing", of("rules: [{ stop: true }]")),
            ("name_blank", named("' '")),
            ("name_unseen_character", named("\"a\\u0007b\"")),
            ("name_not_one_line", named("' a'")),
            ("name_too_long", named(&"长".repeat(65))),
            ("app_blank", rule("apps: [' ']")),
            ("on_whole_event", rule("on: change_external_contact, tag: { add: [etA] }")),
            ("unknown_change", rule("on: 添加客户, welcome: { text: x }")),
            ("welcome_without_code", rule("on: del_follow_user, welcome: { text: x }")),
            ("mark_without_customer", rule("on: create, tag: { add: [etA] }")),
            ("notify_without_employee", rule("on: create, notify: { to: employee, text: x }")),
            (
                "notify_missed_without_code",
                rule("on: del_follow_user, notify: { to: employee, on: missed_welcome, text: x }"),
            ),
            ("fallback_asks", rule("welcome: { text: x, fallback: '{{ customer.name }}' }")),
            ("fallback_of_nothing", rule("welcome: { fallback: x }")),
            ("too_many_attachments", rule(&format!("welcome: {{ text: x, attachments: [{attachments}] }}"))),
            ("welcome_empty", rule("welcome: {}")),
            ("several_attachments", attached("image: { file: a.png }, file: { file: a.pdf }")),
            ("one_of_two_keys", attached("image: { file: a.png, media_id: abc }")),
            ("page_is_address", page("'https://example.com'")),
            ("page_is_share_link", page("'#小程序://店/abc'")),
            ("page_is_id", page("gh_0123456789ab")),
            ("page_has_blank", page("'/pages /index'")),
            ("attachment_empty", attached("image: {}")),
            ("url_without_scheme", link("example.com")),
            ("url_without_host", link("'https://'")),
            ("url_has_blank", link("'https://exam ple.com'")),
            ("picture_elsewhere", attached("image: { pic_url: 'https://example.com/a.png' }")),
            ("tag_empty", rule("tag: {}")),
            ("create_makes_nothing", rule("tag: { add: [etA], create: true }")),
            ("tag_added_and_removed", rule("tag: { add: [渠道/春季], remove: [渠道/春季] }")),
            ("remark_empty", rule("remark: {}")),
            ("not_a_phone", rule("remark: { phones: [电话] }")),
            ("unknown_trigger", notify("to: employee, on: 失败")),
            ("notify_two_receivers", notify("to: { department: 1, tag: 2 }")),
            ("notify_no_receiver", notify("to: {}")),
            ("notify_employee_misspelt", notify("to: employe")),
            ("forward_twice", rule("forward: [{ url: 'https://a.cn/x' }, { url: 'https://a.cn/x' }]")),
            ("forward_url_too_long", hook(&format!("'https://a.cn/{}'", "a".repeat(2_048)))),
            ("forward_url_has_blank", hook("'https://a.cn/a b'")),
            ("forward_url_without_scheme", hook("'ftp://a.cn'")),
            ("forward_url_with_credentials", hook("'https://me:pass@a.cn'")),
            ("forward_url_with_fragment", hook("'https://a.cn/#x'")),
            ("not_a_forward_url", hook("a.cn")),
            ("not_a_variable", rule("forward: { url: 'https://a.cn/x', secret_env: 密钥 }")),
            ("rule_never_reached", two("stop: true", "tag: { add: [etA] }")),
            (
                "welcome_never_sent",
                two("welcome: { text: x }", "when: { state: spring }, welcome: { text: y }"),
            ),
        ],
    );
}

/// A name and password are in no fault, whatever else is wrong with the address.
#[test]
fn an_addresss_password_is_not_repeated() {
    for url in
        ["'https://me:hunter2@a.cn，b'", "'https：//me:hunter2@a.cn'", "'https://me:hunter2@a.cn/ｘ y'"]
    {
        for (code, said) in hook(url) {
            assert!(!said.contains("hunter2"), "{code}: {said}");
        }
    }
}
