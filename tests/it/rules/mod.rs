//! Rules as people write them: when they hold ([`conditions`], [`calendars`], [`shares`]), what is looked up for them
//! ([`lookups`]), which plans they give ([`plans`], [`situations`]) with which actions ([`actions`], [`attachments`],
//! [`notices`]), what texts can say ([`texts`], [`placeholders`]), the faults of files ([`faults`], [`when_faults`]) and what passes and is hardly ever meant ([`field`]), what stored versions may still say ([`stored`]), how two
//! rule sets compare ([`backtest`]), that every example of the documentation ([`pages`]) does what it says ([`examples`]), and
//! the schemas for editors ([`schema`]).

mod actions;
mod attachments;
mod backtest;
mod calendars;
mod conditions;
mod examples;
mod faults;
mod field;
mod languages;
mod lookups;
mod mistakes;
mod notices;
mod pages;
mod placeholders;
mod plans;
mod schema;
mod shares;
mod situations;
mod stored;
mod texts;
mod when_faults;
mod world;

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use wecom_core::{event::Event, message::Attachment};
use wecom_greeter::{
    action::{Action, Kind, Plan, PlannedAction, Recipients},
    rules::{Customer, Employee, Facts, Known, Media, Ruleset},
};

/// 2026-03-06 is a Friday.
const FRIDAY_10: &str = "2026-03-06T10:00:00+08:00";
const CODE: &str = "hX3cPq7Vd2mN8sK1tR5yB9wJ4fG6aL0zEoUiQxTvCnM";
const ZHOU: &str = "wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A";

/// An event. Fields that a test does not set are those of the most usual one: an add with a code, on a Friday.
#[derive(Clone)]
struct Happened {
    app: &'static str,
    change: &'static str,
    user: &'static str,
    customer_id: &'static str,
    state: &'static str,
    code: &'static str,
    at: &'static str,
    known: Option<Customer>,
    employee: Option<Employee>,
    media: Media,
    /// Another kind of event, in place of the fields above.
    fields: Option<String>,
}

fn added() -> Happened {
    Happened {
        app: "default",
        change: "add_external_contact",
        user: "lisi.01",
        customer_id: ZHOU,
        state: "",
        code: CODE,
        at: FRIDAY_10,
        known: None,
        employee: None,
        media: Media::as_written(),
        fields: None,
    }
}

fn changed(change: &'static str) -> Happened {
    Happened { change, code: "", ..added() }
}

/// Another event than an add: its name and its fields.
fn other(event: &str, fields: &[(&str, &str)]) -> Happened {
    let mut all = format!("<Event><![CDATA[{event}]]></Event>");
    for (name, value) in fields {
        write!(all, "<{name}><![CDATA[{value}]]></{name}>").unwrap();
    }
    Happened { fields: Some(all), ..added() }
}

impl Happened {
    fn state(self, state: &'static str) -> Self {
        Self { state, ..self }
    }

    fn user(self, user: &'static str) -> Self {
        Self { user, ..self }
    }

    fn customer_id(self, customer_id: &'static str) -> Self {
        Self { customer_id, ..self }
    }

    fn app(self, app: &'static str) -> Self {
        Self { app, ..self }
    }

    fn at(self, at: &'static str) -> Self {
        Self { at, ..self }
    }

    fn without_code(self) -> Self {
        Self { code: "", ..self }
    }

    fn named(self, name: &str) -> Self {
        let answer = serde_json::json!({
            "errcode": 0, "errmsg": "ok", "next_cursor": "",
            "external_contact": {
                "external_userid": ZHOU, "name": name, "type": 2, "gender": 1, "corp_name": "示例",
                "position": "采购经理", "external_profile": {"external_attr": []}
            },
            "follow_user": [
                {"userid": "wangwu", "remark": "周", "add_way": 10},
                {"userid": "lisi.01", "remark": "周总", "description": "老客户", "add_way": 1, "tags": []}
            ]
        });
        Self { known: Some(serde_json::from_value(answer).unwrap()), ..self }
    }

    /// The employee has been looked up.
    fn employed(self, name: &str, alias: &str, department: &str) -> Self {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let employee = Employee {
            userid: self.user.to_owned(),
            name: text(name),
            alias: text(alias),
            department: text(department),
            departments: vec![3, 1],
            above_unknown: false,
        };
        Self { employee: Some(employee), ..self }
    }

    fn xml(&self) -> String {
        let field = |name: &str, value: &str| {
            if value.is_empty() { String::new() } else { format!("<{name}><![CDATA[{value}]]></{name}>") }
        };
        let most_usual = || {
            [
                field("Event", "change_external_contact"),
                field("ChangeType", self.change),
                field("UserID", self.user),
                field("ExternalUserID", self.customer_id),
                field("State", self.state),
                field("WelcomeCode", self.code),
            ]
            .concat()
        };
        format!(
            "<xml><ToUserName><![CDATA[ww9f3c1d7be20a4455]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>\
             <CreateTime>{}</CreateTime><MsgType><![CDATA[event]]></MsgType>{}</xml>",
            self.at_ms() / 1_000,
            self.fields.clone().unwrap_or_else(most_usual),
        )
    }

    fn at_ms(&self) -> i64 {
        self.at.parse::<jiff::Timestamp>().unwrap().as_millisecond()
    }

    fn with<T>(&self, then: impl FnOnce(&Facts<'_>) -> T) -> T {
        let event = Event::from_payload(self.xml().as_bytes());
        let facts = Facts {
            app: self.app,
            corp_id: "ww9f3c1d7be20a4455",
            event: &event,
            happened_at_ms: self.at_ms(),
            first_received_ms: self.at_ms() + 210,
            now_ms: self.at_ms() + 300,
            customer: self.known.as_ref().map_or(Known::Unavailable, Known::Is),
            employee: self.employee.as_ref().map_or(Known::Unavailable, Known::Is),
            earlier: Known::Unavailable,
            media: &self.media,
        };
        then(&facts)
    }
}

/// A rule set from the rules alone, each as one line of flow YAML.
fn rules(lines: &[&str]) -> Ruleset {
    let document = format!("rules: [\n  {}\n]\n", lines.join(",\n  "));
    Ruleset::compile(&document, 3).unwrap_or_else(|faults| panic!("{document}\n{faults}"))
}

/// A plan in one line: each action, then the rules that had a part in it.
fn in_one_line(plan: &Plan) -> String {
    let mut line = String::new();
    for planned in &plan.actions {
        match planned {
            PlannedAction::Skip { kind, reason } => write!(line, "no {kind}: {reason} | ").unwrap(),
            PlannedAction::Perform { action: Action::Welcome(welcome), deadline } => {
                assert!(deadline.is_some(), "a welcome has a deadline");
                let text = welcome.message.text.as_ref().map_or("(none)", |text| text.content.as_str());
                write!(line, "welcome {text}").unwrap();
                for attachment in &welcome.message.attachments {
                    match attachment {
                        Attachment::Image { .. } => line.push_str(" +image"),
                        Attachment::Link { link } => {
                            write!(line, " +link {} {}", link.title, link.url).unwrap();
                        }
                        Attachment::Miniprogram { miniprogram } => {
                            write!(line, " +miniprogram {} {}", miniprogram.title, miniprogram.page).unwrap();
                        }
                        Attachment::Video { .. } => line.push_str(" +video"),
                        Attachment::File { .. } => line.push_str(" +file"),
                    }
                }
                welcome.left_out.iter().for_each(|path| write!(line, " without {path}").unwrap());
                line.push_str(" | ");
            }
            PlannedAction::Perform { action: action @ Action::Decide(_), .. } => {
                write!(line, "{} {} | ", action.kind(), action.to_json()).unwrap();
            }
            PlannedAction::Perform { action: Action::Notify(notice), .. } => {
                let to = match &notice.to {
                    Recipients::Users(users) => users.join(","),
                    Recipients::Department(id) => format!("department {id}"),
                    Recipients::Tag(id) => format!("tag {id}"),
                };
                let later = if notice.unrendered { " later" } else { "" };
                write!(line, "notify{later} {to}: {} | ", notice.text).unwrap();
            }
            PlannedAction::Perform { action: Action::Forward(forward), .. } => {
                let signed = forward.secret_env.as_ref().map_or(String::new(), |name| format!(" by {name}"));
                write!(line, "forward {}{signed} | ", forward.url).unwrap();
            }
            PlannedAction::Perform { action: Action::Tag(tag), .. } => {
                line.push_str("tag");
                tag.add_tag.iter().for_each(|id| write!(line, " +{id}").unwrap());
                tag.remove_tag.iter().for_each(|id| write!(line, " -{id}").unwrap());
                tag.create.iter().for_each(|name| write!(line, " may make {name}").unwrap());
                line.push_str(" | ");
            }
            PlannedAction::Perform { action: Action::Remark(remark), .. } => {
                line.push_str(if remark.unrendered { "remark later" } else { "remark" });
                let fields = [
                    ("name", &remark.remark),
                    ("description", &remark.description),
                    ("company", &remark.remark_company),
                ];
                for (name, text) in fields {
                    if let Some(text) = text {
                        write!(line, " {name}={text}").unwrap();
                    }
                }
                remark
                    .remark_mobiles
                    .iter()
                    .for_each(|phones| write!(line, " phones={}", phones.join(",")).unwrap());
                line.push_str(" | ");
            }
        }
    }
    let by = |used: &[Kind]| used.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join("+");
    let rules: Vec<String> =
        plan.rules.iter().map(|rule| format!("{}:{}", rule.name, by(&rule.used_for))).collect();
    write!(line, "by {}", rules.join(" ")).unwrap();
    line
}

/// A file of tests/fixtures/rules.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rules").join(name)
}
