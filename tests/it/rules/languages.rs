//! Faults and notes in Chinese: of each there is a document here that has it, by its code, and no English sentence is in what is
//! said of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use rstest::rstest;
use wecom_greeter::{
    language::Language,
    rules::{
        Faults, Ruleset,
        trial::{Suite, cells, channels, customer, earlier, payload},
    },
};

use super::{FRIDAY_10, added, changed};
use crate::cli::language::english;

/// A code, and what is said of it in Chinese.
type Said = (&'static str, String);

fn of_faults(faults: Faults) -> Vec<Said> {
    faults.faults.into_iter().map(|fault| (fault.code(), fault.to(Language::Zh))).collect()
}

/// The faults of a document, or its notes.
fn of_rules(document: &str) -> Vec<Said> {
    match Ruleset::compile(document, 0) {
        Ok(rules) => rules.notes().iter().map(|note| (note.code(), note.to(Language::Zh))).collect(),
        Err(faults) => of_faults(faults),
    }
}

/// Those of a welcome with that text.
fn of_text(text: &str) -> Vec<Said> {
    let text = serde_json::Value::from(text);
    of_rules(&format!("rules:\n  - name: a\n    welcome: {{ text: {text} }}\n"))
}

fn of_tests(document: &str) -> Vec<Said> {
    let look = |path: &str| if path == "r.yaml" { Ok(()) } else { Err(format!("读不了 {path}")) };
    Suite::read(document, look).map_or_else(of_faults, |_| Vec::new())
}

/// Those of a test with these lines.
fn of_test(lines: &str) -> Vec<Said> {
    of_tests(&format!("rules: r.yaml\ntests:\n  - {}\n", lines.replace('\n', "\n    ")))
}

fn of_table(table: &[u8]) -> Vec<Said> {
    match channels(table, "t.csv") {
        Ok(made) => made.notes.iter().map(|note| (note.code(), note.to(Language::Zh))).collect(),
        Err(faults) => faults.iter().map(|fault| (fault.code(), fault.to(Language::Zh))).collect(),
    }
}

fn rooms() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules")
}

/// Those of a table of which at most two rows are read.
fn of_cells(table: &[u8]) -> Vec<Said> {
    let faults = cells(table, (1_000, 2)).map_or_else(|faults| faults, |cells| cells.faults);
    faults.iter().map(|fault| (fault.code(), fault.to(Language::Zh))).collect()
}

/// The codes that a room declares, as its source has them.
fn declared(room: &str) -> BTreeSet<String> {
    let path = rooms().join(room).join("words/mod.rs");
    let source = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let is_code = |text: &&str| text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let arms = source.lines().filter_map(|line| line.trim().rsplit_once("=> \"")?.1.strip_suffix("\","));
    arms.filter(is_code).map(str::to_owned).collect()
}

#[track_caller]
fn has(all: &[Said], code: &str) {
    let Some((_, said)) = all.iter().find(|(known, _)| *known == code) else {
        panic!("no `{code}` in {all:?}")
    };
    assert_eq!(english(said), Vec::<String>::new(), "{code}: {said}");
    assert!(said.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{code}: {said}");
    assert!(!said.contains("；；") && !said.contains("。；"), "{code}: {said}");
}

#[test]
fn each_fault_of_a_text_is_said_in_chinese() {
    let cases: Vec<(&str, Vec<Said>)> = vec![
        ("text_too_long", of_text(&"好".repeat(6_000))),
        ("text_syntax", of_text("{{ customer.name")),
        ("text_unfillable", of_text("{{ 1 / 0 }}")),
        ("placeholder_in_wide_braces", of_text("｛｛ customer.name ｝｝您好")),
        ("placeholder_of_another_product", of_text("您的#兑换码#")),
        ("placeholder_mistyped", of_text("{{ customer。name }}")),
        ("too_many_placeholders", of_text(&"{{ app }}".repeat(101))),
        ("placeholder_too_long", of_text(&format!("{{{{ app{} }}}}", " ~ app".repeat(60)))),
        ("unknown_statement", of_text("{% set x = 1 %}")),
        ("unknown_test", of_text("{% if app is odd %}x{% endif %}y")),
        ("always_defined", of_text("{% if customer.name is defined %}x{% endif %}y")),
        ("function_call", of_text("{{ range(9) }}")),
        ("not_a_name", of_text("{{ {} }}")),
        ("unknown_filter", of_text("{{ customer.name | defualt('朋友') }}")),
        ("filter_wants_time", of_text("{{ app | weekday }}")),
        ("date_without_format", of_text("{{ event.time | date }}")),
        ("unknown_date_directive", of_text("{{ event.time | date('%A') }}")),
        ("number_compared_with_text", of_text("{{ 1 if now.hour == '9' }}")),
        ("text_compared_with_number", of_text("{{ 1 if customer.type == 1 }}")),
        ("name_without_part", of_text("{{ event }}")),
        ("unknown_name", of_text("{{ customer.nick }}")),
        ("name_only_in_notices", of_text("{{ reason }}")),
        ("text_cut_by_comment", of_rules("rules:\n  - name: a\n    welcome:\n      text: 您好 #客户昵称#\n")),
        (
            "text_perhaps_cut_by_comment",
            of_rules("rules:\n  - name: a\n    welcome:\n      text: 您好 #abc\n"),
        ),
        (
            "too_many_characters",
            of_rules(&format!(
                "rules:\n  - name: a\n    remark: {{ name: {} }}\n",
                "一二三四五六七八九十".repeat(3)
            )),
        ),
        ("text_blank", of_text("  ")),
        ("text_always_blank", of_text("{{ '' }}")),
        ("placeholder_read_as_ours", of_text("#客户昵称#您好")),
        ("sent_as_it_stands", of_text("您好<br>欢迎")),
        ("comparison_out_of_range", of_text("{% if now.hour >= 24 %}早{% endif %}您好")),
        ("comparison_with_no_value", of_text("{% if customer.gender == '男' %}先生{% endif %}您好")),
    ];
    let mut codes = BTreeSet::new();
    for (code, said) in &cases {
        has(said, code);
        codes.insert((*code).to_owned());
    }
    assert_eq!(codes, declared("text"), "each has a text here");
}

#[test]
fn each_fault_of_tests_events_and_people_is_said_in_chinese() {
    let expect = |what: &str| of_test(&format!("name: a\nevent: {{}}\nexpect: {what}"));
    let many_keys: String = (0..70).fold(String::new(), |mut keys, at| {
        write!(keys, "k{at}: 1, ").unwrap();
        keys
    });
    let files: Vec<String> = (0..21).map(|at| format!("r{at}.yaml")).collect();
    let quotes = "\"".repeat(600 << 10);
    let cases: Vec<(&str, Vec<Said>)> = vec![
        ("trial_wants_keys", of_test("你好")),
        ("trial_key_no_word", of_test("name: a\nevent: { [x]: 1 }\nexpect: {}")),
        ("trial_key_twice", of_test("name: a\nname: b\nevent: {}\nexpect: { welcome: none }")),
        ("trial_unknown_key", of_test("nmae: a\nevent: {}\nexpect: { welcome: none }")),
        (
            "trial_too_many_keys",
            of_test(&format!("name: a\nevent: {{ {many_keys} }}\nexpect: {{ welcome: none }}")),
        ),
        ("trial_key_empty", expect("{ welcome: }")),
        (
            "trial_too_many_items",
            of_tests(&format!(
                "rules: [{}]\ntests: [{{ name: a, event: {{}}, expect: {{ welcome: none }} }}]\n",
                files.join(", ")
            )),
        ),
        ("trial_wants_text", of_test("name: [a]\nevent: {}\nexpect: { welcome: none }")),
        ("trial_wants_boolean", expect("{ welcome: none, exact: 也许 }")),
        (
            "trial_wants_integer",
            of_test("name: a\nevent: {}\nemployee: { departments: [销售] }\nexpect: { welcome: none }"),
        ),
        (
            "trial_unknown_word",
            of_test("name: a\nevent: {}\ncustomer: { type: 微信 }\nexpect: { welcome: none }"),
        ),
        ("trial_no_instant", of_test("name: a\ntime: 昨天\nevent: {}\nexpect: { welcome: none }")),
        (
            "trial_file_unreadable",
            of_tests("rules: 没有.yaml\ntests:\n  - { event: {}, expect: { welcome: none } }\n"),
        ),
        ("event_empty", payload(" ").map_or_else(of_faults, |_| Vec::new())),
        ("event_too_long", payload(&"x".repeat(2 << 20)).map_or_else(of_faults, |_| Vec::new())),
        (
            "event_encrypted",
            payload("<xml><Encrypt>aGk=</Encrypt></xml>").map_or_else(of_faults, |_| Vec::new()),
        ),
        ("not_an_event", payload("你好").map_or_else(of_faults, |_| Vec::new())),
        ("event_unknown_change", payload("{ change: add }").map_or_else(of_faults, |_| Vec::new())),
        ("person_empty", customer("").map_or_else(of_faults, |_| Vec::new())),
        ("not_a_person", customer("小周").map_or_else(of_faults, |_| Vec::new())),
        ("earlier_unclear", earlier("昨天").map_or_else(of_faults, |_| Vec::new())),
        (
            "person_malformed",
            customer("{ external_contact: { type: 微信 } }").map_or_else(of_faults, |_| Vec::new()),
        ),
        ("tests_empty", of_tests("\n")),
        ("no_tests", of_tests("rules: r.yaml\n")),
        ("tests_without_rules", of_tests("tests: []\n")),
        (
            "rules_in_tests_too_long",
            of_tests(&format!(
                "rules:\n  - name: a\n    welcome:\n      text: |\n        {quotes}\ntests: []\n"
            )),
        ),
        ("file_unnamed", of_tests("rules: '  '\ntests: []\n")),
        ("test_unnamed", of_test("event: {}\nexpect: { welcome: none }")),
        ("test_without_expectation", of_test("name: a\nevent: {}")),
        ("test_expects_nothing", expect("{ exact: false }")),
        ("test_without_event", of_test("name: a\nexpect: { welcome: none }")),
        ("test_with_several_events", of_test("name: a\nevent: {}\npayload: x\nexpect: { welcome: none }")),
        ("only_without_events_file", of_test("name: a\nevent: {}\nonly: {}\nexpect: { welcome: none }")),
        ("unknown_occasion", expect("{ notify: [{ on: 添加时 }] }")),
    ];
    let mut codes = BTreeSet::new();
    for (code, said) in &cases {
        has(said, code);
        codes.insert((*code).to_owned());
    }
    assert_eq!(codes, declared("trial"), "each has a document here");
    // Rules that stand in a test file as a text have the faults of rules, with the line there.
    let inside =
        of_tests("rules: |\n  rules:\n    - name: a\n      welcome: { text: '{{ event }}' }\ntests: []\n");
    has(&inside, "name_without_part");
    assert!(inside.iter().any(|(_, said)| said.contains("第 3 行")), "{inside:?}");
}

#[test]
fn each_fault_of_a_table_is_said_in_chinese() {
    let rows: String = (0..2_001).fold("渠道,欢迎语\n".to_owned(), |mut rows, at| {
        writeln!(rows, "s{at},x").unwrap();
        rows
    });
    let large = vec![b'a'; (2 << 20) + 1];
    let cases: Vec<(&str, Vec<Said>)> = vec![
        ("table_too_large", of_table(&large)),
        ("table_encoding", of_table(b"PK\x03\x04\xff\xff\xff")),
        ("table_empty", of_table(b" \n")),
        ("too_many_rows", of_table(rows.as_bytes())),
        ("too_many_lines", of_cells("state\na\nb\nc\n".as_bytes())),
        ("table_without_rows", of_table("渠道,欢迎语\n".as_bytes())),
        ("headings_mean_the_same", of_table("state,渠道,text\n1,2,3\n".as_bytes())),
        ("no_channel_column", of_table("a，b\n1，2\n".as_bytes())),
        ("no_greeting_or_tag_column", of_table("渠道,创建时间\n1,2\n".as_bytes())),
        ("more_cells_than_headings", of_table("渠道,欢迎语\na,x,y,z\n".as_bytes())),
        ("row_does_nothing", of_table("渠道,欢迎语\na,\n".as_bytes())),
        ("cell_no_userid", of_table("渠道,员工账号,欢迎语\na,张三,x\n".as_bytes())),
        ("channel_twice", of_table("渠道,欢迎语\n,x\n,y\n".as_bytes())),
        ("cell_tag_without_group", of_table("渠道,标签\na,春季\n".as_bytes())),
        ("cell_error", of_table("渠道,欢迎语\na,#REF!\n".as_bytes())),
        ("cell_shortened", of_table("渠道,欢迎语\n1.86613E+18,x\n".as_bytes())),
        ("cell_formula", of_table("渠道,欢迎语\na,\"=CONCAT(\"\"a\"\",B2)\"\n".as_bytes())),
        ("cell_perhaps_rounded", of_table("渠道,欢迎语\n1866130000000000000,x\n".as_bytes())),
        ("cell_perhaps_date", of_table("渠道,欢迎语\n2026/3/1,x\n".as_bytes())),
        ("cell_quote_open", of_table("渠道,欢迎语\na,\"x\nb,y\n".as_bytes())),
        ("cell_text_behind_quote", of_table("渠道,欢迎语\na,\"x\"y\n".as_bytes())),
    ];
    let mut codes = BTreeSet::from(["row_unreadable".to_owned()]);
    for (code, said) in &cases {
        has(said, code);
        codes.insert((*code).to_owned());
    }
    // The reader of CSV takes every row of a text; its faults are for what nobody knows of.
    assert_eq!(codes, declared("trial/channels"), "each has a table here");
}

/// A code means one thing, wherever in the rules it comes about.
#[test]
fn no_two_rooms_have_the_same_code() {
    let mut codes: BTreeMap<String, &str> = BTreeMap::new();
    // What is found at WeCom stands beside the faults of the same check.
    let rooms = ["document", "text", "when", "file", "trial", "trial/channels", "../known/online"];
    for room in rooms {
        assert!(!declared(room).is_empty(), "{room} has none that are found here");
        for code in declared(room) {
            let before = codes.insert(code.clone(), room);
            assert_eq!(before, None, "`{code}` of {room}");
        }
    }
    assert!(codes.len() > 195, "{}", codes.len());
}

#[rstest]
#[case("{{ customer.name", "文字到这里就结束了，这里应该是`}}`")]
#[case("{% if app %}您好", "文字到这里就结束了")]
#[case("{{ customer name }}", "多出了名称，这里应该是`}}`")]
#[case("{{ 'x }}", "引号没有成对")]
#[case("{% include 'x' %}", "不认识 `{% include %}`")]
#[case("{{ app | }}", "多出了`}}`，这里应该是名称")]
#[case("{{ customer.name | cut }}", "过滤器缺少参数")]
#[case("{{ customer.name | upper(1) }}", "过滤器的参数太多")]
#[case("{{ customer.nmae }}", "是不是想写 `customer.name`？")]
#[case("{{ customer.name | defalt('x') }}", "是不是想写 `default`？")]
#[case("[用户昵称]您好", "「[用户昵称]」会按 `{{ customer.name }}` 处理")]
#[case("%企业名称%", "请直接写公司名称")]
#[case(r"第一行\n第二行", "会原样发出去；要换行，请用 `|` 开头写成多行")]
fn mistakes_in_texts_are_explained_in_chinese(#[case] text: &str, #[case] expected: &str) {
    let all = of_text(text);
    assert!(all.iter().any(|(_, said)| said.contains(expected)), "{all:?}");
    for (_, said) in &all {
        assert_eq!(english(said), Vec::<String>::new());
    }
}

/// Every condition, and all that keeps a rule from an event.
#[test]
fn verdicts_are_said_in_chinese() {
    let set = Ruleset::compile(
        "rules:
  - { name: off, enabled: false, welcome: { text: a } }
  - { name: others, on: edit_external_contact, tag: { add: [etSampleTagChannelSpring00000000] } }
  - { name: app, apps: [shop], welcome: { text: a } }
  - { name: state, when: { state: [spring, summer-*] }, welcome: { text: a } }
  - { name: none, when: { state: '' }, welcome: { text: a } }
  - { name: user, when: { user: lisi }, welcome: { text: a } }
  - { name: code, when: { welcome_code: false }, tag: { add: [etSampleTagChannelSpring00000000] } }
  - { name: hours, when: { schedule: { days: [sat, sun] } }, welcome: { text: a } }
  - { name: share, when: { share: 0-0.01 }, welcome: { text: a } }
  - { name: any, when: { any: [{ state: x }, { user: y }] }, welcome: { text: a } }
  - { name: not, when: { not: { user: lisi.01 } }, welcome: { text: a } }
  - { name: open, when: { department: 3, customer: { type: wecom }, returning: true }, welcome: { text: a } }
  - { name: stop, when: { tagged: 渠道/春季 }, stop: true, welcome: { text: a } }
  - { name: below, welcome: { text: a } }
",
        0,
    )
    .unwrap_or_else(|faults| panic!("{faults}"));
    let verdicts = added().state("autumn").at(FRIDAY_10).with(|facts| set.verdicts_in(facts, Language::Zh));
    let reasons: Vec<String> = verdicts
        .iter()
        .map(|verdict| format!("{}: {}", verdict.rule, verdict.reason.as_deref().unwrap_or("-")))
        .collect();
    let said: Vec<&str> = verdicts.iter().filter_map(|verdict| verdict.reason.as_deref()).collect();
    assert_eq!(english(&said.join("\n")), Vec::<String>::new());
    insta::assert_snapshot!(reasons.join("\n"), @r"
    off: 没有启用
    others: 它只用于 `edit_external_contact`，而这个事件是 `add_external_contact`
    app: 它只用于应用「shop」，而这个事件来自应用「default」
    state: 渠道（`state`）是「autumn」，而规则要的是「spring」或「summer-*」
    none: 渠道（`state`）是「autumn」，而规则要的是空
    user: 员工（`user`）是「lisi.01」，而规则要的是「lisi」
    code: 事件里有欢迎码，而规则要的是没有欢迎码的事件
    hours: 发生在 2026-03-06 周五 10:00（Asia/Shanghai），而规则要的是别的时间（`schedule`）
    share: 客户在实验「share」里的位置是 79.55，而规则要的是 `share: 0-0.01`
    any: `any` 里没有一个成立：渠道（`state`）是「autumn」，而规则要的是「x」；员工（`user`）是「lisi.01」，而规则要的是「y」
    not: `not` 下面的条件成立了：员工（`user`）是「lisi.01」
    open: 没法判断：`customer.type` 要看客户资料，没有查到；`department` 要看员工资料，没有查到；`returning` 要看以前的添加记录，没有查到；这条规则按 `on_lookup_failure: skip` 处理
    stop: 没法判断：`tagged` 要看客户资料，没有查到；这条规则按 `on_lookup_failure: skip` 处理
    below: -
    ");
    let gone = changed("del_follow_user").with(|facts| set.verdicts_in(facts, Language::Zh));
    let gone = gone[3].reason.clone().unwrap();
    assert!(gone.contains("这个事件是 `del_follow_user`"), "{gone}");
}
