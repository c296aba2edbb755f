//! The faults of files, and that no file can make its check hang or grow.

use std::{
    fmt::Write as _,
    fs,
    time::{Duration, Instant},
};

use proptest::prelude::*;
use wecom_greeter::rules::{Faults, Ruleset};

use super::{added, fixture, in_one_line, rules};

fn faults_of(document: &str) -> Faults {
    match Ruleset::compile(document, 1) {
        Ok(_) => panic!("nothing was found wrong with\n{document}"),
        Err(faults) => faults,
    }
}

#[test]
fn slips_get_the_name_that_was_meant() {
    let rule = "rules:
  - name: a
    when: { returning: \"true\", schedule: { days: [Mon, Tue-fri] } }
    notify: { to: { department: [1, 2] }, text: x }
    stop: 'False'
";
    insta::assert_snapshot!(faults_of(rule), @r###"
    3:24: rules[0].when.returning: wants true or false, and has `true`; write it without the quotes
    3:51: rules[0].when.schedule.days[0]: `Mon` is no day; did you mean `mon`?
    3:56: rules[0].when.schedule.days[1]: `Tue` is no day; did you mean `tue`?
    4:33: rules[0].notify.to.department: wants the number of one department, and has a list; write one number; what is for several stands once for each
    5:11: rules[0].stop: wants true or false, and has `False`; write it without the quotes
    "###);
}

#[test]
fn every_fault_of_a_file_is_found_in_one_run() {
    let document = fs::read_to_string(fixture("wrong.yaml")).unwrap();
    insta::assert_snapshot!(faults_of(&document), @r###"
    3:5: rules[0].prio: there is no key `prio` here; did you mean `priority`?
    4:14: rules[0].enabled: wants true or false, and has `yes`; write true or false
    5:15: rules[0].priority: wants a whole number, and has `high`; write a number from -1000000 to 1000000
    6:10: rules[0].on[0]: there is no change `add_external_contacts`; did you mean `add_external_contact`?
    8:15: rules[0].when.state[0]: the pattern `spring-[` has a `[` without its `]`; close it, or write `\[` for the bracket itself
    8:30: rules[0].when.state[2]: wants a text, and has a map of keys; write a text
    9:7: rules[0].when.users: there is no key `users` here; did you mean `user`?
    10:26: rules[0].when.schedule.days[0]: `monday` is no day; did you mean `mon`?
    10:42: rules[0].when.schedule.hours: `9-18` are no hours; write hours as "09:00-18:00", or "22:00-06:00" through midnight
    10:57: rules[0].when.schedule.dates: there is no day `2026-02-30`; look at the calendar
    10:82: rules[0].when.schedule.time_zone: there is no time zone `Asia/Shanghia`; did you mean `Asia/Shanghai`?
    12:13: rules[0].welcome.text: there is no `customer.nmae`; did you mean `customer.name`?
    12:13: rules[0].welcome.text: there is no `name`; did you mean `customer.name`?
    12:13: rules[0].welcome.text: `customer` alone is no text; say what of it: customer.name, customer.type, customer.gender, customer.avatar, customer.position, customer.corp_name, customer.corp_full_name, customer.remark, customer.description
    12:13: rules[0].welcome.text: there is no filter `uper`; did you mean `upper`?
    12:13: rules[0].welcome.text: `{% for %}` is not part of the language; use {{ … }} and {% if … %} only
    14:18: rules[0].welcome.attachments[0].image: names nothing to send; name a picture, as in { file: assets/spring.png }
    15:34: rules[0].welcome.attachments[1].link.url: `example.com` does not begin with https:// or http://; write the whole address, as in https://example.com/spring
    16:17: rules[0].welcome.attachments[2].link: there is no `title`; add `title: …`
    17:33: rules[0].welcome.attachments[3].miniprogram.title: has 70 bytes of UTF-8, and WeCom takes 64; shorten it; a Chinese character is 3 bytes
    17:118: rules[0].welcome.attachments[3].miniprogram.cover.media_id: `a b` is no id; copy the id as WeCom gave it, without blanks
    18:11: rules[0].welcome.attachments[4].picture: there is no key `picture` here; known here: image, link, miniprogram, video, file
    20:20: rules[0].tag.add[1]: `春季` is neither the name nor the id of a tag; write Group/Tag, as in 渠道/春季, or an id, which begins with `et`
    21:16: rules[0].tag.remove[0]: the tag `etA` is to be added and removed; keep one of the two
    23:13: rules[0].remark.name: has 22 characters, and WeCom takes 20; shorten it
    24:16: rules[0].remark.phones[0]: `abc` is no phone number; write digits, as in "13800000001"
    25:5: rules[1]: the rule has no name; add `name: …`; the record tells by it what was done
    26:14: rules[1].welcome: there is neither a text nor an attachment; give the welcome a `text`
    27:5: rules[2]: another rule, in line 2, has the name `spring`; give each rule a name of its own
    29:14: rules[2].welcome: can never be sent: no event that the rule is `on` carries a welcome code; put it on add_external_contact, add_half_external_contact or msg_audit_approved
    29:22: rules[2].welcome.text: `#兑换码#` is another product's placeholder and would be sent as it stands; remove it: redeem codes are not given out here; a code that all may use can be written out
    32:10: rules[3].tag: can never be set: no event that the rule is `on` names an employee and a customer; put it on an event of a customer, as add_external_contact
    34:22: rules[4].welcome.text: is blank, which WeCom refuses; write a text, or remove the key
    34:36: rules[4].welcome.fallback: asks for what has to be looked up, for whose absence it is there; write it without customer.…, and of the employee use employee.id only
    35:5: rules[4].stop: is empty; give it a value, or remove the key
    37:22: rules[5].welcome.text: cannot be filled in: invalid operation; every value is a text; compare it, cut it or give it a default
    38:11: rules[5].apps: is an empty list; put something in, or remove the key
    "###);
}

/// (what, document, line of the first fault, a part of its message)
#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn wrong_files() {
    let bomb: String = (0..30).fold("a0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned(), |mut text, n| {
        writeln!(text, "a{}: &a{} [*a{n}, *a{n}, *a{n}, *a{n}, *a{n}, *a{n}, *a{n}, *a{n}]", n + 1, n + 1)
            .unwrap();
        text
    });
    let cases: Vec<(&str, String, usize, &str)> = vec![
        ("empty", String::new(), 1, "the file is empty"),
        ("a comment", "# rules\n".into(), 1, "the file is empty"),
        ("nothing", "~".into(), 1, "the file is empty"),
        ("two documents", "rules: []\n---\nrules: []\n".into(), 2, "second document"),
        ("a list", "- name: a\n".into(), 1, "wants keys (rules, calendars, language)"),
        ("a text", "hello".into(), 1, "wants keys (rules, calendars, language)"),
        ("no rules", "{}".into(), 1, "there are no rules"),
        ("calendars and no rules", "calendars: { holidays: [01-01] }\n".into(), 1, "there are no rules"),
        ("a misspelt rules", "rule: []\n".into(), 1, "did you mean `rules`?"),
        ("rules is empty", "rules:\n".into(), 1, "is empty"),
        ("rules is a map", "rules:\n  name: a\n".into(), 2, "wants a list, and has a map"),
        ("a rule is a text", "rules:\n  - hello\n".into(), 2, "wants keys"),
        ("tabs", "rules:\n\t- name: a\n".into(), 2, "use spaces"),
        (
            "a text that begins with braces",
            "rules:\n  - name: a\n    welcome:\n      text: {{ customer.name }}您好\n".into(),
            4,
            "quotes",
        ),
        (
            "braces and nothing else",
            "rules:\n  - name: a\n    welcome:\n      text: {{ customer.name }}\n".into(),
            4,
            "quotes",
        ),
        ("an open quote", "rules:\n  - name: \"a\n    welcome: {text: x}\n".into(), 2, "this is not YAML"),
        (
            "an open bracket",
            "rules:\n  - name: a\n    on: [add_external_contact\n    stop: true\n".into(),
            4,
            "this is not YAML",
        ),
        ("an alias of nothing", "rules: *none\n".into(), 1, "`*none` stands for `&none`"),
        ("an alias of itself", "rules: &r [*r]\n".into(), 1, "an alias inside of the value"),
        ("a bomb", bomb, 6, "holds too much"),
        ("deep lists", format!("rules: {}{}", "[".repeat(5_000), "]".repeat(5_000)), 1, "too deeply"),
        (
            "deep maps",
            (0..500).fold(String::new(), |mut text, n| {
                writeln!(text, "{}a:", " ".repeat(n)).unwrap();
                text
            }),
            32,
            "too deeply",
        ),
        ("a tag", "rules: !set []\n".into(), 1, "a YAML tag"),
        ("too large", "x".repeat(1024 * 1024 + 1), 1, "more than 1048576"),
        ("too many rules", format!("rules:\n{}", "  - name: a\n".repeat(2_001)), 2, "more than 2000"),
        ("a twin", "rules:\n  - name: a\n  - name: b\n  - name: a\n".into(), 4, "another rule, in line 2"),
        (
            "a key twice",
            "rules:\n  - name: a\n    stop: true\n    stop: false\n".into(),
            4,
            "is there a second time; the first is in line 3",
        ),
        ("a list as a key", "rules:\n  - [a, b]: c\n    name: x\n".into(), 2, "a key must be a word"),
        (
            "an endless placeholder",
            format!(
                "rules:\n  - name: a\n    welcome:\n      text: \"{{{{ event.state{} }}}}\"\n",
                " | upper".repeat(1_500)
            ),
            4,
            "too long",
        ),
        (
            "nested placeholders",
            format!(
                "rules:\n  - name: a\n    welcome:\n      text: \"{{{{ {}1{} }}}}\"\n",
                "(".repeat(2_000),
                ")".repeat(2_000)
            ),
            4,
            "too long",
        ),
        (
            "conditions without end",
            format!("rules:\n  - name: a\n    welcome:\n      text: \"{}\"\n", "{% if app %}".repeat(1_000)),
            4,
            "more than 100",
        ),
        (
            "an enormous product",
            "rules:\n  - name: a\n    welcome:\n      text: \"{{ 'x' * 1000000000 }}\"\n".into(),
            4,
            "cannot be filled in",
        ),
        (
            "a line of a block",
            "rules:\n  - name: a\n    welcome:\n      text: |\n        您好\n        {{ customer.nmae }}\n"
                .into(),
            6,
            "did you mean `customer.name`?",
        ),
        (
            "a line of a block that begins with empty ones",
            "rules:\n  - name: a\n    welcome:\n      text: |\n\n\n        您好\n        {{ customer.nmae }}\n".into(),
            8,
            "did you mean `customer.name`?",
        ),
        ("nul", "rules:\n  - name: \"a\\0b\"\n".into(), 2, "cannot be seen"),
        ("two lines of a name", "rules:\n  - name: \"a\\nb\"\n".into(), 2, "over several lines"),
        ("another colon", "rules：\n  - name: a\n".into(), 2, "`：` is not `:`"),
        ("another colon of a key", "rules:\n  - name: a\n    stop：true\n".into(), 3, "`：` is not `:`"),
        ("another colon and no key", "rules:\n  - name：a\n".into(), 2, "`：` is not `:`"),
        ("another colon in braces", "rules: [{ name：a, stop: true }]\n".into(), 1, "`：` is not `:`"),
        ("no blank", "rules:\n  - name:a\n".into(), 2, "a blank belongs behind the colon"),
        ("no blank above a key", "rules:\n  - name:a\n    stop: true\n".into(), 2, "a blank belongs behind the colon"),
        ("a merge", "rules:\n  - &a\n    name: a\n  - <<: *a\n    name: b\n".into(), 4, "write the keys out"),
        ("a list of true", "rules:\n  - name: a\n    enabled: [true]\n".into(), 3, "wants true or false, and has a list"),
        (
            "a map for a number",
            "rules:\n  - name: a\n    priority: {a: 1}\n".into(),
            3,
            "wants a whole number, and has a map of keys",
        ),
        (
            "a list for a department",
            "rules:\n  - name: a\n    notify: { to: { department: [] }, text: x }\n".into(),
            3,
            "wants the number of one department, and has a list",
        ),
        (
            "the time of Beijing",
            "rules:\n  - name: a\n    when: { schedule: { days: mon, time_zone: Asia/Beijing } }\n".into(),
            3,
            "write Asia/Shanghai",
        ),
        (
            "a day that is none",
            "rules:\n  - name: a\n    when: { schedule: { dates: [2026-01-01, 02-31..03-01] } }\n".into(),
            3,
            "there is no day `02-31`",
        ),
        (
            "a text that is always blank",
            "rules:\n  - name: a\n    welcome: { text: \"{{ customer.name | cut(0) }} \" }\n".into(),
            3,
            "comes out blank whatever is filled in",
        ),
    ];
    let mut wrong = String::new();
    for (title, document, line, part) in &cases {
        let faults = faults_of(document);
        let message = faults.to_string();
        if faults.faults.first().map(|fault| fault.line) != Some(*line) || !message.contains(part) {
            writeln!(
                wrong,
                "{title}: wanted line {line}, {part}\n{}",
                message.chars().take(400).collect::<String>()
            )
            .unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn lines(document: &str) -> Vec<String> {
    faults_of(document).faults.iter().map(ToString::to_string).collect()
}

/// Reading goes on after a fault.
#[test]
fn what_stands_beside_a_fault_is_looked_at_all_the_same() {
    let document = "rules:
  - name: a
    welcom:
      text: \"{{ customer.nmae }}\"
      attachmets:
        - lnk: { titel: x, url: example.com }
  - name: b
    on: !set [add]
    welcome: *hello
    stop: maybe
  - name: c
    tag: { add: [渠道] }
---
rules: []
";
    insta::assert_snapshot!(lines(document).join("\n"), @r"
    3:5: rules[0].welcom: there is no key `welcom` here; did you mean `welcome`?
    4:13: rules[0].welcom.text: there is no `customer.nmae`; did you mean `customer.name`?
    5:7: rules[0].welcom.attachmets: there is no key `attachmets` here; did you mean `attachments`?
    6:11: rules[0].welcom.attachmets[0].lnk: there is no key `lnk` here; did you mean `link`?
    6:18: rules[0].welcom.attachmets[0].lnk.titel: there is no key `titel` here; did you mean `title`?
    6:33: rules[0].welcom.attachmets[0].lnk.url: `example.com` does not begin with https:// or http://; write the whole address, as in https://example.com/spring
    8:14: a YAML tag, which means nothing here; put a text that begins with `!` in quotes
    8:15: rules[1].on[0]: there is no change `add`; did you mean add_external_contact or add_half_external_contact?
    9:14: `*hello` stands for `&hello`, which is not in the file above it; write the value out, or put a text that begins with `*` in quotes
    10:11: rules[1].stop: wants true or false, and has `maybe`; write true or false
    12:18: rules[2].tag.add[0]: `渠道` is neither the name nor the id of a tag; write Group/Tag, as in 渠道/春季, or an id, which begins with `et`
    13:1: a second document begins here; put all rules under one `rules:` and remove the `---`
    ");
    // Items beyond the limit have faults of their own.
    let links = "{ link: { title: t, url: 'https://example.com' } }, ".repeat(19);
    let document = format!("rules: [{{ name: a, welcome: {{ attachments: [{links}{{ link: 1 }}] }} }}]");
    let found = lines(&document);
    assert!(found.len() == 2 && found[0].contains("has 20 attachments, and WeCom takes 9"), "{found:?}");
    assert!(found[1].contains("attachments[19].link: wants keys"), "{found:?}");
    // So do values above the place where reading had to end.
    for end in ["  - name: z\n    when: [[\n", "  - name: \"z\n", &format!("  - name: {}", "[".repeat(40))] {
        let document =
            format!("calendars: {{}}\nrules:\n  - name: a\n    prio: high\n  - name: b\n    stop: 1\n{end}");
        let found = lines(&document);
        assert_eq!(found.len(), 4, "{found:#?}");
        assert!(
            found[0].starts_with("4:5: rules[0].prio") && found[1].starts_with("4:11: rules[0].prio"),
            "{found:#?}"
        );
        assert!(found[2].starts_with("6:11: rules[1].stop: wants true"), "{found:#?}");
        assert!(!found[3].contains("rules["), "{found:#?}");
    }
    // An unknown name may be one of those that could not be read.
    let document =
        "rules:\n  - name: a\n    when: { schedule: { calendar: holidays } }\n  - name: \"b\ncalendars: {}\n";
    assert_eq!(lines(document).len(), 1);
}

/// However its lines end.
#[test]
fn a_fault_in_a_text_of_several_lines_stands_at_its_own() {
    let texts = [
        ("|", "您好,{{ customer.name }}\n        我是{{ employee.nmae }}\n        {{ uper }}"),
        (">-", "您好,{{ customer.name }}\n        我是{{ employee.nmae }}\n        {{ uper }}"),
        (">", "您好,{{ customer.name }}\n        我是{{ employee.nmae }}\n        {{ uper }}"),
        ("", "您好,{{ customer.name }}\n        我是{{ employee.nmae }}\n        {{ uper }}"),
        (
            "",
            "\"您好,{{ customer.name | default(\\\"x\\\") }}\n        我是{{ employee.nmae }}\n        {{ uper }}\"",
        ),
        (
            "",
            "'您好,{{ customer.name | default(''x'') }}\n        我是{{ employee.nmae }}\n        {{ uper }}'",
        ),
    ];
    for (style, text) in texts {
        let document = format!("rules:\n  - name: a\n    welcome:\n      text: {style}\n        {text}\n");
        let at: Vec<_> = faults_of(&document).faults.iter().map(|fault| (fault.line, fault.column)).collect();
        assert_eq!(at, [(6, 14), (7, 12)], "{document}");
    }
    let notes = |text: &str| {
        let document = format!("rules:\n  - name: a\n    welcome:\n      text: {text}\n");
        let set = Ruleset::compile(&document, 1).unwrap();
        set.notes().iter().map(|note| (note.line, note.column)).collect::<Vec<_>>()
    };
    assert_eq!(notes(">\n        #客户昵称#\n        您好,#员工姓名#"), [(5, 9), (6, 12)]);
    assert_eq!(notes("|\n        #客户昵称#\n        您好,#员工姓名#"), [(5, 9), (6, 12)]);
}

#[test]
fn a_file_that_is_wrong_everywhere_has_a_bounded_report() {
    let document = format!("rules:\n{}", "  - welcom: x\n".repeat(1_500));
    let faults = faults_of(&document);
    assert_eq!((faults.faults.len(), faults.more), (200, 2_867));
    assert!(faults.to_string().ends_with("and 2867 more"));
}

/// Files of the largest size, made to keep a parser busy. The limit is far above what a slow machine takes, and far
/// below what anything quadratic would.
#[test]
#[expect(clippy::disallowed_methods, reason = "measures a duration")]
fn no_file_keeps_the_check_busy() {
    const BYTES: usize = 1024 * 1024;
    let filled = |unit: &str| unit.repeat(BYTES / unit.len());
    let numbered = |line: &dyn Fn(usize) -> String| (0..30_000).map(line).collect::<String>();
    let mut files = [
        "[", "{", "- ", "? ", "a: ", "&a ", "!a ", "*a ", "\"", "'", "|\n", "#", "\t", "%", "---\n", ": ",
        "{{ ", "\u{feff}", "[a,", "\r\n", "\0",
    ]
    .map(filled)
    .to_vec();
    files.push(numbered(&|n| format!("key{n}: [{n}]\n")));
    files.push(format!("rules: [{{welcome: {{text: \"{}\"}}}}]", "#客户昵称#".repeat(70_000)));
    files.push(format!("rules: [{}]", filled("a,").split_at(BYTES - 20).0));
    files.push(format!("rules:\n{}", numbered(&|n| format!("  - name: r{n}\n")).split_at(BYTES / 4).0));
    files.push(format!(
        "rules:\n  - name: a\n{}",
        numbered(&|n| format!("    k{n}: 1\n")).split_at(BYTES / 4).0
    ));
    files.push(format!("rules:\n{}", "  - {welcome: {text: \"{{ 'x' * 150000 }}\"}}\n".repeat(2_000)));
    files.push(format!(
        "rules:\n{}",
        "  - {when: {schedule: {time_zone: Asia/Nowhere, days: mon}}}\n".repeat(2_000)
    ));
    // Names that are unknown, and no two of them alike.
    let flood = |rule: &str, each: &dyn Fn(usize) -> String, items: usize| {
        let mut file = "rules:\n".to_owned();
        for n in (0..).step_by(items).take(2_000).take_while(|n| n * each(*n).len() < BYTES * 3 / 4) {
            let names: String = (n..n + items).map(each).collect();
            writeln!(file, "  - {}", rule.replace("NAMES", &names)).unwrap();
        }
        file
    };
    files.push(flood("{when: {schedule: {time_zone: NAMES}}}", &|n| format!("Asia/Nowhere{n}"), 1));
    files.push(flood("{on: [NAMES]}", &|n| format!("add{n},"), 60));
    files.push(flood("{welcome: {text: \"NAMES\"}}", &|n| format!("{{{{c{n}}}}}"), 100));
    files.push(flood("{welcome: {text: \"NAMES\"}}", &|n| format!("{{{{c{n}}}}}"), 10));
    for file in files {
        let begun = Instant::now();
        let _ = Ruleset::compile(&file, 1);
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", file.chars().take(40).collect::<String>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn no_text_makes_the_check_panic(document in "\\PC{0,300}") {
        let _ = Ruleset::compile(&document, 1);
    }

    #[test]
    fn no_damage_to_a_file_makes_the_check_panic(
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..30, "[-\\PC\\n\\t{}%|:#&*'\"\\[\\]]{0,8}"), 1..6)
    ) {
        let mut document: Vec<char> = include_str!("../../fixtures/rules/everything.yaml").chars().collect();
        for (at, removed, put) in cuts {
            let at = at.index(document.len());
            let end = (at + removed).min(document.len());
            document.splice(at..end, put.chars());
        }
        let document: String = document.into_iter().collect();
        if let Ok(set) = Ruleset::compile(&document, 1) {
            added().state("spring-1").named("周").with(|facts| set.plan(facts));
        }
    }

    #[test]
    fn no_placeholder_makes_the_check_or_the_welcome_panic(
        inside in "[ a-z.|()'\"0-9*+~<>=\\[\\]:,_-]{0,40}", statement in any::<bool>(), name in "\\PC{0,40}"
    ) {
        let text = if statement { format!("{{% if {inside} %}}x{{% endif %}}") } else { format!("a {{{{ {inside} }}}}") };
        let document = serde_json::json!({"rules": [{"name": "a", "welcome": {"text": text}}]}).to_string();
        if let Ok(set) = Ruleset::compile(&document, 1) {
            added().named(&name).with(|facts| set.plan(facts));
        }
    }

    #[test]
    fn any_nickname_arrives_as_it_is(name in "[^\\s\\p{C}][^\\p{C}]{0,30}[^\\s\\p{C}]") {
        let set = rules(&["{name: a, welcome: {text: '<{{ customer.name }}>'}}"]);
        let found = added().named(&name).with(|facts| in_one_line(&set.plan(facts)));
        prop_assert_eq!(found, format!("welcome <{}> | by a:welcome", name));
    }
}
