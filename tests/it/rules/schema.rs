//! The JSON Schemas, compared with every example, with files that have faults, and with the reader, key by key.

use std::{collections::BTreeSet, fs};

use jsonschema::Validator;
use serde_json::{Value, json};
use wecom_greeter::{
    language::Language,
    rules::{
        Faults, Ruleset,
        trial::{RULES_SCHEMA, Suite, TESTS_SCHEMA, to_json},
    },
};

use super::{
    fixture,
    pages::{Block, MANUAL, PAGES, blocks, tests},
};

fn validator(schema: &str) -> Validator {
    let schema: Value = serde_json::from_str(schema).unwrap();
    assert!(jsonschema::draft202012::meta::is_valid(&schema), "it is no schema of draft 2020-12");
    jsonschema::draft202012::new(&schema).unwrap()
}

#[track_caller]
fn assert_valid(validator: &Validator, document: &str, whose: &str) {
    let json = to_json(document).unwrap_or_else(|faults| panic!("{whose}: {faults}"));
    let wrong: Vec<String> =
        validator.iter_errors(&json).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{whose}:\n{}", wrong.join("\n"));
}

#[test]
fn every_example_is_as_the_schema_says() {
    let (rules_schema, tests_schema) = (validator(&RULES_SCHEMA), validator(TESTS_SCHEMA));
    let mut seen = [0, 0];
    for page in PAGES {
        for Block { text, place, .. } in blocks(page).iter().filter(|block| block.info == "yaml") {
            seen[0] += 1;
            assert_valid(&rules_schema, text, place);
        }
        for Block { text, place, .. } in tests(page) {
            seen[1] += 1;
            // Where a test would name a file, it has the rules of the block above as one text.
            assert_valid(&tests_schema, &text, &place);
        }
    }
    assert!(seen[0] >= 52 && seen[1] >= 33, "{seen:?}");
    for name in ["everything.yaml", "shop.yaml", "../day/rules.yaml"] {
        assert_valid(&rules_schema, &fs::read_to_string(fixture(name)).unwrap(), name);
    }
}

/// A file with everything in it, which both the reader and the schema take.
#[test]
fn the_whole_language_is_in_the_schema() {
    let document = r#"
calendars:
  holidays: ["2026-10-01..2026-10-07", "01-01"]
rules:
  - name: groups
    on: [change_external_chat/update/add_member, change_external_tag/create, del_follow_user]
    notify: { to: "1001", text: "{{ event.chat_id }}" }
  - name: all
    experiment: greeting-test
    on_lookup_failure: match
    when:
      state: ["spring-*", 618]
      department: [3, 5]
      add_way: [scan_qr_code, 21]
      customer: { type: wechat, gender: [male, unknown], name: "*[A-Z]*", corp_name: ["示例*"] }
      tagged: [客户等级/VIP, etQ7fEDwAAz5Kb3vHn9Mp1QcXrTsLw2g]
      returning: { to: company, is: false }
      share: ["0-50", "75-87.5"]
      schedule: [{ calendar: [holidays] }, { not_calendar: holidays, days: mon-fri }]
      any: [{ returning: true }, { not: { welcome_code: true } }]
      all: [{ add_way: search_phone }]
    welcome:
      text: 您好
      attachments:
        - image: { file: assets/spring.png }
        - miniprogram: { title: 商城, app_id: wx8bd80126147df384, page: /index, cover: { file: assets/cover.png } }
        - video: { file: assets/hello.mp4 }
    tag: { add: [渠道/春季], create: true }
    notify:
      - { to: employee, on: missed_welcome, text: "{{ reason }}" }
      - { to: [zhangsan, lisi], text: 新客户 }
      - { to: { department: 3 }, on: failed, text: 失败 }
      - { to: zhangsan, text: "{{ event.type }}" }
      - { to: { tag: 5 }, text: "{{ app }}" }
    forward:
      - { url: "https://crm.example.com/hooks/wecom", secret_env: CRM_HOOK_SECRET }
"#;
    assert_valid(&validator(&RULES_SCHEMA), document, "the whole language");
    Ruleset::compile(document, 1).unwrap_or_else(|faults| panic!("{faults}"));
}

#[test]
fn wrong_files_are_not() {
    let rules = validator(&RULES_SCHEMA);
    let mut pages_wrong = 0;
    for Block { info, text, place } in blocks(MANUAL[0]) {
        if info == "yaml wrong" {
            assert!(!rules.is_valid(&to_json(&text).unwrap()), "{place}");
            pages_wrong += 1;
        }
    }
    assert!(pages_wrong >= 1);
    for wrong in [
        json!([]),
        json!({ "rules": [{ "welcome": { "text": "x" } }] }),
        json!({ "rules": [{ "name": "a", "welcom": {} }] }),
        json!({ "rules": [{ "name": "a", "priority": "high" }] }),
        json!({ "rules": [{ "name": "a", "on": ["add_external_contct"] }] }),
        json!({ "rules": [{ "name": "a", "welcome": {} }] }),
        json!({ "rules": [{ "name": "a", "welcome": { "attachments": [{ "link": { "title": "x" } }] } }] }),
        json!({ "rules": [{ "name": "a", "welcome": { "attachments": [{ "image": {}, "file": {} }] } }] }),
        json!({ "rules": [{ "name": "a", "welcome": { "attachments": [{ "link": { "title": "x", "url": "example.com" } }] } }] }),
        json!({ "rules": [{ "name": "a", "tag": { "add": ["spring"] } }] }),
        json!({ "rules": [{ "name": "a", "when": { "schedule": { "hours": "9-18" } } }] }),
        json!({ "rules": [{ "name": "a", "when": { "schedule": { "days": "monday" } } }] }),
        json!({ "rules": [{ "name": "a", "when": { "schedule": { "time_zone": "UTC" } } }] }),
        json!({ "rules": [{ "name": "a", "when": { "add_way": "by_chance" } }] }),
        json!({ "rules": [{ "name": "a", "when": { "share": "half" } }] }),
        json!({ "rules": [{ "name": "a", "notify": [{ "to": "employee" }] }] }),
        json!({}),
        json!({ "rules": [{ "name": " a" }] }),
        json!({ "rules": [{ "name": "a", "on": "change_external_contact/create" }] }),
        json!({ "rules": [{ "name": "a", "on": "update/add_member" }] }),
        json!({ "rules": [{ "name": "a", "when": { "share": "0-0.001" } }] }),
        json!({ "rules": [{ "name": "a", "when": { "department": 0 } }] }),
        json!({ "rules": [{ "name": "a", "when": { "tagged": "等级" } }] }),
        json!({ "rules": [{ "name": "a", "when": { "returning": {} } }] }),
        json!({ "rules": [{ "name": "a", "on_lookup_failure": "fail" }] }),
        json!({ "rules": [{ "name": "a", "tag": { "add": ["渠道/春/季"] } }] }),
        json!({ "rules": [{ "name": "a", "tag": { "create": true } }] }),
        json!({ "rules": [{ "name": "a", "welcome": { "attachments": [] } }] }),
        json!({ "rules": [{ "name": "a", "welcome": { "attachments": [{ "image": { "file": "a.gif" } }] } }] }),
        json!({ "rules": [{ "name": "a", "welcome": { "attachments": [{ "video": { "file": "/a.mp4" } }] } }] }),
        json!({ "rules": [{ "name": "a", "notify": { "to": "@all", "text": "x" } }] }),
        json!({ "rules": [{ "name": "a", "notify": { "to": { "department": 3, "tag": 5 }, "text": "x" } }] }),
        json!({ "rules": [{ "name": "a", "notify": { "to": "employee", "on": "missed", "text": "x" } }] }),
        json!({ "rules": [{ "name": "a", "forward": { "url": "crm.example.com" } }] }),
        json!({ "rules": [{ "name": "a", "forward": { "url": "https://crm.example.com", "secret_env": "a b" } }] }),
        json!({ "calendars": { "holidays": ["1 January"] }, "rules": [] }),
    ] {
        assert!(rules.validate(&wrong).is_err(), "{wrong}");
        // A schema that refuses what the reader takes would mislead as well.
        assert!(Ruleset::compile(&wrong.to_string(), 1).is_err(), "the reader takes {wrong}");
    }
    let tests = validator(TESTS_SCHEMA);
    for wrong in [
        json!({ "rules": "x.yaml" }),
        json!({ "rules": "x.yaml", "tests": [{ "name": "a", "event": {} }] }),
        json!({ "rules": "x.yaml", "tests": [{ "name": "a", "event": {}, "payload": "x", "expect": { "exact": true } }] }),
        json!({ "rules": "x.yaml", "tests": [{ "name": "a", "event": { "chnge": 1 }, "expect": { "exact": true } }] }),
        json!({ "rules": "x.yaml", "tests": [{ "name": "a", "event": {}, "expect": { "welcom": "x" } }] }),
    ] {
        assert!(tests.validate(&wrong).is_err(), "{wrong}");
    }
}

/// The keys that a schema has at that pointer.
fn keys_of(schema: &Value, pointer: &str) -> BTreeSet<String> {
    let at = schema.pointer(&format!("{pointer}/properties")).and_then(Value::as_object);
    at.unwrap_or_else(|| panic!("there is no {pointer} in the schema")).keys().cloned().collect()
}

/// The keys that a reader lists in the fault of one that it does not know.
fn keys_listed(faults: &Faults) -> BTreeSet<String> {
    let fault = faults.faults.iter().find(|fault| fault.what(Language::En) == "there is no key `qqqq` here");
    let fault = fault.unwrap_or_else(|| panic!("{faults}"));
    let mend = fault.mend(Language::En);
    let known = mend.rsplit_once("known here: ").unwrap_or_else(|| panic!("{fault}")).1;
    known.split(", ").map(str::to_owned).collect()
}

/// For each map of the language a file has an unknown key in it. The reader then lists the keys that it knows, and they are
/// exactly those of the schema.
#[test]
fn the_schema_has_the_readers_keys() {
    let schema: Value = serde_json::from_str(&RULES_SCHEMA).unwrap();
    let rule = |inside: &str| format!("rules: [{{ name: a, {inside} }}]");
    let welcome = |attachment: &str| rule(&format!("welcome: {{ attachments: [{attachment}] }}"));
    for (pointer, document) in [
        ("", "qqqq: 1".to_owned()),
        ("/$defs/rule", rule("qqqq: 1")),
        ("/$defs/condition", rule("when: { qqqq: 1 }")),
        ("/$defs/condition", rule("when: { any: [{ qqqq: 1 }] }")),
        ("/$defs/condition/properties/customer", rule("when: { customer: { qqqq: 1 } }")),
        ("/$defs/condition/properties/returning/oneOf/1", rule("when: { returning: { qqqq: 1 } }")),
        ("/$defs/schedule", rule("when: { schedule: { qqqq: 1 } }")),
        ("/$defs/rule/properties/welcome", rule("welcome: { qqqq: 1 }")),
        ("/$defs/attachment", welcome("{ qqqq: 1 }")),
        ("/$defs/attachment/properties/image", welcome("{ image: { qqqq: 1 } }")),
        ("/$defs/attachment/properties/link", welcome("{ link: { qqqq: 1 } }")),
        ("/$defs/attachment/properties/miniprogram", welcome("{ miniprogram: { qqqq: 1 } }")),
        (
            "/$defs/attachment/properties/miniprogram/properties/cover",
            welcome("{ miniprogram: { title: a, app_id: wx8bd80126147df384, page: /, cover: { qqqq: 1 } } }"),
        ),
        ("/$defs/attachment/properties/video", welcome("{ video: { qqqq: 1 } }")),
        ("/$defs/medium", welcome("{ file: { qqqq: 1 } }")),
        ("/$defs/rule/properties/tag", rule("tag: { qqqq: 1 }")),
        ("/$defs/rule/properties/remark", rule("remark: { qqqq: 1 }")),
        ("/$defs/notice", rule("notify: [{ qqqq: 1 }]")),
        ("/$defs/notice/properties/to/oneOf/2", rule("notify: [{ to: { qqqq: 1 }, text: x }]")),
        ("/$defs/post", rule("forward: [{ qqqq: 1 }]")),
    ] {
        let listed = keys_listed(&Ruleset::compile(&document, 1).unwrap_err());
        assert_eq!(keys_of(&schema, pointer), listed, "{pointer}");
    }
}

/// The same of test files.
#[test]
fn the_schema_of_tests_has_the_readers_keys() {
    let schema: Value = serde_json::from_str(TESTS_SCHEMA).unwrap();
    let test = |inside: &str| format!("rules: a.yaml\ntests: [{{ name: a, {inside} }}]");
    let expects = |inside: &str| test(&format!("event: {{}}, expect: {{ {inside} }}"));
    for (pointer, document) in [
        ("", "qqqq: 1".to_owned()),
        ("/properties/defaults", "rules: a.yaml\ndefaults: { qqqq: 1 }\ntests: []".to_owned()),
        ("/$defs/test", test("qqqq: 1")),
        ("/$defs/test/properties/only", test("events_file: a, only: { qqqq: 1 }")),
        ("/$defs/event", test("event: { qqqq: 1 }")),
        ("/$defs/customer/oneOf/1", test("event: {}, customer: { qqqq: 1 }")),
        ("/$defs/employee/oneOf/1", test("event: {}, employee: { qqqq: 1 }")),
        ("/$defs/expect", expects("qqqq: 1")),
        ("/$defs/expect/properties/welcome/oneOf/1", expects("welcome: { qqqq: 1 }")),
        ("/$defs/expect/properties/tags/oneOf/1", expects("tags: { qqqq: 1 }")),
        ("/$defs/expect/properties/remark/oneOf/1", expects("remark: { qqqq: 1 }")),
        ("/$defs/notice/oneOf/1", expects("notify: { qqqq: 1 }")),
        ("/$defs/post/oneOf/1", expects("forward: { qqqq: 1 }")),
    ] {
        let listed = keys_listed(&Suite::read(&document, |_| Ok(())).unwrap_err());
        assert_eq!(keys_of(&schema, pointer), listed, "{pointer}");
    }
}

/// Editors show the description of each key.
#[test]
fn everything_is_described() {
    fn walk(schema: &Value, path: &str) {
        if let Some(properties) = schema["properties"].as_object() {
            for (key, property) in properties {
                let described = property["description"].is_string() || property["$ref"].is_string();
                assert!(described, "{path}/{key} is not described");
                walk(property, &format!("{path}/{key}"));
            }
        }
        for (key, definition) in schema["$defs"].as_object().into_iter().flatten() {
            walk(definition, &format!("{path}/$defs/{key}"));
        }
    }
    walk(&serde_json::from_str(&RULES_SCHEMA).unwrap(), "rules");
}
