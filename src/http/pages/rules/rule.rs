//! `/rules/{name}`: the usual of one rule as a form, with a phone that shows the welcome as one types.
//!
//! What a form changes is what differs between what it showed and what came back; only that is written into the file, so
//! whatever else stands there, also what another has published meanwhile, stays as it is.

use actix_web::{HttpResponse, web::Path};
use serde_json::{Value, json};

use super::{
    super::{
        customers::percent,
        frame::{Frame, html, see_other},
        show,
        views::{EditorView, Phone, Place, PreviewView, RulePage, TriedView},
        words::rules::SayRules,
    },
    Attempt,
    endings::plain,
    tried::Trial,
    typed::Typed,
};
use crate::{
    action::{Action, PlannedAction},
    http::{
        access::{Caller, Operator, Viewer},
        problem::Problem,
    },
    language::Language,
    rules::{Fault, Media, RuleFields, Ruleset, trial},
    store::RulesetVersion,
};

/// The longest name of a customer in the preview.
const CUSTOMER_CHARS_MAX: usize = 64;

/// The event of the preview: an add, with a channel and a code.
const ADD: &str = "{ change: add_external_contact, state: spring }";

/// What stands beside a rule's form, and is not the rule.
struct Around<'a> {
    base: &'a RulesetVersion,
    note: &'a str,
    event: &'a str,
    customer: &'a str,
    kept: bool,
}

/// The page.
pub(in crate::http::pages) async fn one(
    _: Caller<Viewer>,
    frame: Frame,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let base = frame.store().active_rules().await?.ok_or(Problem::NoSuchPath)?;
    let fields = RuleFields::of(&base.document, &name).ok_or(Problem::NoSuchPath)?;
    let around = Around { base: &base, note: "", event: "", customer: "", kept: false };
    html(&page(&frame, &name, &fields, &around, TriedView::default(), &[]))
}

/// Checks, tries, explains or publishes what was changed.
pub(in crate::http::pages) async fn act(
    caller: Caller<Operator>,
    frame: Frame,
    name: Path<String>,
    typed: Typed,
) -> Result<HttpResponse, Problem> {
    let store = frame.store();
    let seen = typed.version()?;
    let base = store.rules(seen).await?.ok_or(Problem::NoSuchPath)?;
    let was = RuleFields::of(&base.document, &name).ok_or(Problem::NoSuchPath)?;
    let fields = fields_of(&typed, &was);
    let in_force = store.active_rules().await?;
    // What another has published meanwhile stays, where its difference was looked at.
    let over = match typed.over() {
        Some(version) => store.rules(version).await?,
        None => None,
    };
    let target = over.as_ref().unwrap_or(&base);
    let mut trial = Trial::of(&frame, in_force.as_ref());
    let around = Around {
        base: &base,
        note: typed.line("note"),
        event: typed.line("event"),
        customer: "",
        kept: true,
    };
    let stay =
        |tried: TriedView, faults: &[Fault]| html(&page(&frame, &name, &fields, &around, tried, faults));
    if !fields.priority.is_empty() && fields.priority.parse::<i64>().is_err() {
        trial.refuse(frame.say_rules(SayRules::NoNumber));
        return stay(trial.done(), &[]);
    }
    let Ok(yaml) = fields.write(&target.document, &name, &was) else {
        let is_there = RuleFields::of(&target.document, &name).is_some();
        let gone = SayRules::RuleGone { version: target.version };
        trial.refuse(frame.say_rules(if is_there { SayRules::OnlyInYaml } else { gone }));
        return stay(trial.done(), &[]);
    };
    let attempt = Attempt { act: typed.act(), yaml: &yaml, seen, typed: &typed };
    match attempt.make(&frame, in_force.as_ref(), &caller.by()).await? {
        Ok(done) => Ok(see_other(&done.on(&format!("/rules/{}", percent(&name))))),
        Err(tried) => {
            let faults = Ruleset::compile(&yaml, 0).err().map(|faults| faults.faults).unwrap_or_default();
            stay(tried, &faults)
        }
    }
}

/// The phone with what stands in the form now.
pub(in crate::http::pages) async fn preview(
    _: Caller<Operator>,
    frame: Frame,
    name: Path<String>,
    typed: Typed,
) -> Result<HttpResponse, Problem> {
    let base = frame.store().rules(typed.version()?).await?.ok_or(Problem::NoSuchPath)?;
    let was = RuleFields::of(&base.document, &name).ok_or(Problem::NoSuchPath)?;
    let fields = fields_of(&typed, &was);
    html(&shown(&frame, &base.document, &name, &fields.welcome, typed.line("customer")))
}

/// What the form says. A field that was not sent is as it was.
fn fields_of(typed: &Typed, was: &RuleFields) -> RuleFields {
    let lines = |field: &str| -> Vec<String> {
        let text = plain(typed.get(field));
        let mut lines: Vec<String> = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if !lines.iter().any(|known| known == line) {
                lines.push(line.to_owned());
            }
        }
        lines
    };
    let list = |field: &str, was: &[String]| {
        let now = lines(field);
        // Whoever has a tag twice in the file has not taken one of them away here.
        if now == lines_of(was) { was.to_vec() } else { now }
    };
    RuleFields {
        enabled: typed.is_set("enabled"),
        priority: typed.line("priority").to_owned(),
        // A browser sends a text without blanks as it is; of line ends it knows only one kind.
        welcome: if plain(&was.welcome) == plain(typed.get("welcome")) {
            was.welcome.clone()
        } else {
            plain(typed.get("welcome"))
        },
        add: list("add", &was.add),
        remove: list("remove", &was.remove),
        remark: if typed.get("remark") == was.remark {
            was.remark.clone()
        } else {
            typed.line("remark").to_owned()
        },
    }
}

/// Each once, in their order.
fn lines_of(items: &[String]) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for item in items {
        if !once.contains(item) {
            once.push(item.clone());
        }
    }
    once
}

fn page(
    frame: &Frame,
    name: &str,
    fields: &RuleFields,
    around: &Around<'_>,
    tried: TriedView,
    faults: &[Fault],
) -> RulePage {
    let document = &around.base.document;
    RulePage {
        w: frame.words,
        r: frame.rule_words(),
        shell: frame.shell(Some(Place::Rules)),
        name: name.to_owned(),
        enabled: fields.enabled,
        priority: fields.priority.clone(),
        welcome: fields.welcome.clone(),
        add: fields.add.join("\n"),
        remove: fields.remove.join("\n"),
        remark: fields.remark.clone(),
        customer: around.customer.to_owned(),
        wrong: wrong(frame, name, faults),
        placeholders: placeholders(frame),
        source: RuleFields::source(document, name).unwrap_or_default().to_owned(),
        preview: shown(frame, document, name, &fields.welcome, around.customer),
        editor: EditorView {
            action: format!("/rules/{}", percent(name)),
            version: around.base.version,
            note: around.note.to_owned(),
            event: around.event.to_owned(),
            kept: around.kept,
        },
        tried,
        may_publish: frame.may_operate(),
    }
}

/// The faults of this rule, at the fields that they are about.
fn wrong(frame: &Frame, name: &str, faults: &[Fault]) -> Vec<(&'static str, String)> {
    let fields = [
        ("priority", ".priority"),
        ("welcome", ".welcome"),
        ("add", ".tag.add"),
        ("remove", ".tag.remove"),
        ("remark", ".remark.name"),
    ];
    let of_rule = faults.iter().filter(|fault| fault.rule == name);
    of_rule
        .filter_map(|fault| {
            let (field, _) = fields.iter().find(|(_, path)| fault.path.contains(path))?;
            let language = frame.language;
            let between = if language == Language::Zh { "；" } else { "; " };
            Some((*field, format!("{}{between}{}", fault.what(language), fault.mend(language))))
        })
        .collect()
}

fn placeholders(frame: &Frame) -> Vec<(&'static str, &'static str, String)> {
    let r = frame.rule_words();
    let name = match frame.language {
        Language::Zh => "{{ customer.name | default('朋友') }}",
        Language::En => "{{ customer.name | default('there') }}",
    };
    let all =
        [(r.customer_name, name), (r.employee_name, "{{ employee.name }}"), (r.channel, "{{ event.state }}")];
    all.into_iter()
        .map(|(label, text)| (label, text, frame.say_rules(SayRules::Insert { what: label })))
        .collect()
}

/// The phone with a rule's welcome, whose text is this, or why there is none.
fn shown(frame: &Frame, document: &str, name: &str, text: &str, customer: &str) -> PreviewView {
    match phone(frame, document, name, text, customer) {
        Ok(phone) => PreviewView { phone: Some(phone), why_not: String::new() },
        Err(why_not) => PreviewView { phone: None, why_not },
    }
}

fn phone(frame: &Frame, document: &str, name: &str, text: &str, customer: &str) -> Result<Phone, String> {
    let (r, language) = (frame.rule_words(), frame.language);
    let none = || r.no_preview.to_owned();
    let file = trial::to_json(document).map_err(|_| none())?;
    let rules = file["rules"].as_array().ok_or_else(none)?;
    let rule = rules.iter().find(|rule| rule["name"].as_str() == Some(name));
    let mut welcome = rule.map(|rule| rule["welcome"].clone()).filter(Value::is_object).unwrap_or(json!({}));
    if text.is_empty() {
        welcome.as_object_mut().and_then(|welcome| welcome.remove("text"));
    } else {
        welcome["text"] = text.into();
    }
    if welcome == json!({}) {
        return Err(none());
    }
    // A rule that always matches, with this welcome: what the phone shows is the welcome, whoever it is for.
    let only = json!({ "rules": [{ "name": "preview", "welcome": welcome }] }).to_string();
    let ruleset = Ruleset::compile(&only, 0).map_err(|faults| {
        let fault = faults.faults.first();
        fault.map_or_else(none, |fault| format!("{} {}", fault.what(language), fault.mend(language)))
    })?;
    let customer = Some(customer).filter(|name| !name.is_empty()).unwrap_or(r.preview_example);
    let customer: String = customer.chars().take(CUSTOMER_CHARS_MAX).collect();
    let employee = frame.say(super::super::words::say::Say::Employee);
    let mut case = trial::payload(ADD).map_err(|_| none())?;
    let known = trial::customer(&json!({ "name": customer }).to_string()).map_err(|_| none())?;
    case = case.with_customer(known);
    case.employee = trial::employee(&json!({ "name": employee }).to_string()).map_err(|_| none())?;
    let media = Media::as_written();
    let plan = ruleset.plan(&case.facts(&media));
    let planned = plan.actions.iter().find_map(|planned| match planned {
        PlannedAction::Perform { action: Action::Welcome(welcome), .. } => Some(welcome),
        _ => None,
    });
    let welcome = planned.ok_or_else(none)?;
    Ok(show::chat(frame, welcome, Some(&employee), (r.preview, true)))
}
