//! The JSON Schemas: held against every example, against files that are wrong, and against the reader, key by key.

use std::{collections::BTreeSet, fs, path::Path};

use jsonschema::Validator;
use serde_json::{Value, json};
use wecom_greeter::rules::{
    Ruleset,
    trial::{RULES_SCHEMA, TESTS_SCHEMA, to_json},
};

use super::fixture;

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

/// The blocks of the documentation: what stands behind ```yaml, the text, the line.
fn blocks() -> Vec<(String, String, usize)> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/RULES.md")).unwrap();
    let mut lines = text.lines().enumerate();
    let mut blocks = Vec::new();
    while let Some((number, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```yaml") else { continue };
        let block: Vec<&str> =
            lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
        blocks.push((info.trim().to_owned(), block.join("\n") + "\n", number + 1));
    }
    blocks
}

#[test]
fn every_example_is_as_the_schema_says() {
    let (rules, tests) = (validator(RULES_SCHEMA), validator(TESTS_SCHEMA));
    let mut seen = [0, 0];
    for (info, block, line) in blocks() {
        let (validator, at) = match info.as_str() {
            "" => (&rules, 0),
            "test" => (&tests, 1),
            _ => continue,
        };
        seen[at] += 1;
        assert_valid(validator, &block, &format!("docs/RULES.md:{line}"));
    }
    assert!(seen[0] >= 12 && seen[1] >= 1, "{seen:?}");
    for name in ["everything.yaml", "shop.yaml", "../day/rules.yaml"] {
        assert_valid(&rules, &fs::read_to_string(fixture(name)).unwrap(), name);
    }
}

/// The whole language, whatever of it the reader takes: a schema that knows less would mislead.
#[test]
fn the_whole_language_is_in_the_schema() {
    let document = r#"
calendars:
  holidays: ["2026-10-01..2026-10-07", "01-01"]
rules:
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
      share: "0-50"
      schedule: [{ calendar: holidays }, { not_calendar: holidays, days: mon-fri }]
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
    forward:
      - { url: "https://crm.example.com/hooks/wecom", secret_env: CRM_HOOK_SECRET }
"#;
    assert_valid(&validator(RULES_SCHEMA), document, "the whole language");
}

#[test]
fn wrong_files_are_not() {
    let rules = validator(RULES_SCHEMA);
    for (info, block, line) in blocks() {
        // What else is wrong with a file, a schema cannot always tell.
        let unknown_key = |document: &str| {
            Ruleset::compile(document, 1).is_err_and(|faults| faults.to_string().contains("there is no key"))
        };
        if info == "wrong" && unknown_key(&block) {
            assert!(!rules.is_valid(&to_json(&block).unwrap()), "docs/RULES.md:{line}");
        }
    }
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
    ] {
        assert!(rules.validate(&wrong).is_err(), "{wrong}");
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

/// For each map of the language, a file with a key in it that there is not: the reader then names those that there are.
/// They are the schema's, but for those that the reader refuses as not served yet.
#[test]
fn the_schema_has_the_readers_keys() {
    let schema: Value = serde_json::from_str(RULES_SCHEMA).unwrap();
    let rule = |inside: &str| format!("rules: [{{ name: a, {inside} }}]");
    let welcome = |attachment: &str| rule(&format!("welcome: {{ attachments: [{attachment}] }}"));
    let places = [
        ("", "qqqq: 1".to_owned()),
        ("/$defs/rule", rule("qqqq: 1")),
        ("/$defs/condition", rule("when: { qqqq: 1 }")),
        ("/$defs/condition/properties/customer", rule("when: { customer: { qqqq: 1 } }")),
        ("/$defs/condition/properties/returning/oneOf/1", rule("when: { returning: { qqqq: 1 } }")),
        ("/$defs/schedule", rule("when: { schedule: { qqqq: 1 } }")),
        ("/$defs/rule/properties/welcome", rule("welcome: { qqqq: 1 }")),
        ("/$defs/attachment", welcome("{ qqqq: 1 }")),
        ("/$defs/attachment/properties/image", welcome("{ image: { qqqq: 1 } }")),
        ("/$defs/attachment/properties/link", welcome("{ link: { qqqq: 1 } }")),
        ("/$defs/attachment/properties/miniprogram", welcome("{ miniprogram: { qqqq: 1 } }")),
        ("/$defs/medium", welcome("{ video: { qqqq: 1 } }")),
        ("/$defs/rule/properties/tag", rule("tag: { qqqq: 1 }")),
        ("/$defs/rule/properties/remark", rule("remark: { qqqq: 1 }")),
        ("/$defs/notice", rule("notify: [{ qqqq: 1 }]")),
        ("/$defs/post", rule("forward: [{ qqqq: 1 }]")),
    ];
    for (pointer, document) in places {
        let in_schema: BTreeSet<String> = schema
            .pointer(&format!("{pointer}/properties"))
            .unwrap()
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        let faults = Ruleset::compile(&document, 1).unwrap_err().faults;
        if faults.iter().any(|fault| fault.what == "is not supported by this version") {
            continue;
        }
        let fault = faults
            .iter()
            .find(|fault| fault.what.contains("`qqqq`"))
            .unwrap_or_else(|| panic!("{document}: {faults:?}"));
        let known = fault.mend.rsplit_once("known here: ").unwrap_or_else(|| panic!("{fault}")).1;
        let known: BTreeSet<String> = known.split(", ").map(str::to_owned).collect();
        assert!(
            known.is_subset(&in_schema),
            "{pointer}: the schema lacks {:?}",
            known.difference(&in_schema)
        );
        for key in in_schema.difference(&known) {
            let with = document.replace("qqqq", key);
            let refused = Ruleset::compile(&with, 1).unwrap_err().to_string();
            assert!(
                refused.contains("is not supported by this version"),
                "{pointer}: the reader has no {key}: {refused}"
            );
        }
    }
}

/// A language server shows what each key is for.
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
    walk(&serde_json::from_str(RULES_SCHEMA).unwrap(), "rules");
}
