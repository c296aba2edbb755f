//! What people write, and what WeCom answers about people: rules, texts, tables, settings, customers.

use wecom_client::contact::{AcquisitionLinkPage, Contact, ContactWay, CorpTagGroup, GroupChat};
use wecom_core::{
    event::Event,
    json::repaired,
    message::{ATTACHMENTS_MAX, TEXT_BYTES_MAX},
};
use wecom_greeter::{
    action::{Action, Plan, PlannedAction},
    config::{Config, Environment, Options},
    flow::changes::table,
    language::{Language, Sentence as _},
    rules::{
        Customer, FAULTS_MAX, Facts, Faults, Known, Media, RULES_MAX, Ruleset,
        form::{self, RuleForm},
        trial::{Suite, cells, channels},
    },
};

use super::machines::halves;

/// Midday in Shanghai on 6 March 2026.
const NOW_MS: i64 = 1_772_769_600_000;

const ADDED: &[u8] = "<xml><ToUserName>ww9f3c1d7be20a4455</ToUserName><CreateTime>1772769600</CreateTime>\
    <Event>change_external_contact</Event><ChangeType>add_external_contact</ChangeType><UserID>zhangsan</UserID>\
    <ExternalUserID>wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A</ExternalUserID><State>spring</State>\
    <WelcomeCode>CODE</WelcomeCode></xml>"
    .as_bytes();

/// A file of rules: checked, planned with, shown as forms; and the same bytes as tests of rules.
pub fn rules(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match Ruleset::compile(&text, 1) {
        Ok(set) => {
            assert!(set.rules().count() <= RULES_MAX);
            assert!(set.notes_at(NOW_MS).len() <= FAULTS_MAX);
            Ruleset::stored(&text, 1).expect("what can be imported can be loaded");
            planned(&set, "小周");
            for name in form::order::names(&text).into_iter().take(8) {
                let Some(form) = RuleForm::of(&text, &name) else { continue };
                if let Ok(written) = form.write(&text, &form) {
                    assert_eq!(written, text, "a form in which nothing was changed changes nothing");
                }
            }
        }
        Err(faults) => shown(&faults),
    }
    if let Err(faults) = Suite::read(&text, |_| Ok(())) {
        shown(&faults);
    }
}

/// A customer's name in the first line, and a welcome in the rest.
pub fn template(data: &[u8]) {
    let (name, text) = halves(data);
    let (name, text) = (String::from_utf8_lossy(name), String::from_utf8_lossy(text));
    let rule = serde_json::json!({
        "name": "a", "welcome": {"text": text, "fallback": "您好!"}, "remark": {"name": text},
        "notify": {"to": "employee", "text": text},
    });
    match Ruleset::compile(&serde_json::json!({"rules": [rule]}).to_string(), 1) {
        Ok(set) => planned(&set, &name),
        Err(faults) => shown(&faults),
    }
}

/// A table of channels, and the same bytes as one of contact ways.
pub fn table(data: &[u8]) {
    match channels(data, "t.csv") {
        Ok(made) => {
            Ruleset::compile(&made.document, 1).expect("what a table is made into can be imported");
        }
        Err(faults) => {
            assert!(!faults.is_empty() && faults.len() <= FAULTS_MAX + 1, "{} faults", faults.len());
            for fault in &faults {
                assert!(fault.line >= 1);
                assert!(!fault.to(Language::Zh).is_empty() && !fault.to(Language::En).is_empty());
            }
        }
    }
    if let Ok(cells) = cells(data, (1 << 20, 100)) {
        assert!(cells.rows.len() <= 100);
    }
    let read = table::read(data);
    assert!(read.rows.len() <= table::ROWS_MAX);
}

/// A file of settings, under an environment that has a secret.
pub fn settings(data: &[u8]) {
    const SECRET: &str = "Sq8-nobody-may-see-this";
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("greeter.toml");
    std::fs::write(&file, data).expect("it can be written");
    let environment: Environment = [
        ("WECOM_CORP_ID", "ww9f3c1d7be20a4455"),
        ("WECOM_SECRET", SECRET),
        ("WECOM_TOKEN", "QDG6eK"),
        ("WECOM_ENCODING_AES_KEY", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"),
    ]
    .into_iter()
    .collect();
    let options = Options { file: Some(file), folder: folder.path().to_owned(), ..Options::default() };
    match Config::load(&options, &environment) {
        Ok(config) => {
            assert!(!config.apps.is_empty() && config.apps.iter().all(|app| !app.name.is_empty()));
            assert!((2..=200).contains(&config.database.connections));
        }
        Err(error) => {
            for language in [Language::En, Language::Zh] {
                assert!(!error.to(language).contains(SECRET), "a secret is shown");
            }
        }
    }
}

/// An answer about a customer, a tag, a group: read as each of them.
pub fn answer(data: &[u8]) {
    let text = repaired(&String::from_utf8_lossy(data));
    if let Ok(customer) = serde_json::from_str::<Customer>(&text) {
        let again = serde_json::to_string(&customer).expect("it can be written");
        assert_eq!(serde_json::from_str::<Customer>(&again).expect("and read"), customer);
        let set = Ruleset::compile(
            "rules: [ { name: a, when: { customer: { name: '*' }, add_way: 1, tagged: [渠道/春] }, \
             welcome: { text: '{{ customer.name }},{{ customer.corp_name }}' } } ]",
            1,
        );
        plan(&set.expect("rules"), &customer);
    }
    // Whatever is missing or of another type in it, it is read as far as it goes, or refused.
    drop(serde_json::from_str::<Contact>(&text));
    drop(serde_json::from_str::<ContactWay>(&text));
    drop(serde_json::from_str::<CorpTagGroup>(&text));
    drop(serde_json::from_str::<GroupChat>(&text));
    drop(serde_json::from_str::<AcquisitionLinkPage>(&text));
}

fn planned(set: &Ruleset, name: &str) {
    let answer = serde_json::json!({
        "external_contact": {"external_userid": "wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A", "name": name, "type": 1},
        "follow_user": [{"userid": "zhangsan", "add_way": 1, "tags": []}],
    });
    plan(set, &serde_json::from_value(answer).expect("a customer"));
}

/// Whatever the rules are and whoever the customer is: the same plan twice, and in it only what WeCom takes.
fn plan(set: &Ruleset, customer: &Customer) {
    let event = Event::from_payload(ADDED);
    let media = Media::as_written();
    for customer in [Known::Is(customer), Known::Unavailable, Known::NotAsked] {
        let facts = Facts {
            app: "default",
            corp_id: "ww9f3c1d7be20a4455",
            event: &event,
            happened_at_ms: NOW_MS,
            first_received_ms: NOW_MS,
            now_ms: NOW_MS,
            customer,
            employee: Known::Unavailable,
            earlier: Known::Unavailable,
            media: &media,
        };
        let plan = set.plan(&facts);
        assert_eq!(plan, set.plan(&facts), "the same facts give the same plan");
        set.verdicts(&facts);
        within_bounds(&plan);
    }
}

fn within_bounds(plan: &Plan) {
    for planned in &plan.actions {
        let PlannedAction::Perform { action, .. } = planned else { continue };
        match action {
            Action::Welcome(welcome) => {
                let message = &welcome.message;
                assert!(message.text.as_ref().is_none_or(|text| text.content.len() <= TEXT_BYTES_MAX));
                assert!(message.attachments.len() <= ATTACHMENTS_MAX);
                assert!(!message.is_blank(), "nobody is sent nothing");
            }
            Action::Remark(remark) if !remark.unrendered => {
                let name = remark.remark.as_ref().map_or(0, |name| name.chars().count());
                assert!(name <= 20, "{name} characters");
            }
            Action::Notify(notice) if !notice.unrendered => assert!(notice.text.len() <= 2_048),
            _ => {}
        }
    }
}

fn shown(faults: &Faults) {
    assert!(!faults.faults.is_empty() && faults.faults.len() <= FAULTS_MAX);
    for language in [Language::En, Language::Zh] {
        assert!(!faults.to(language).is_empty());
    }
}
