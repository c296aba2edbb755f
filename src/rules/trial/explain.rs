//! Why an event comes to what it comes to: which rule wins, why the others do not, what is looked up, what WeCom would
//! be asked, and how near each text is to WeCom's limits.

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::{
    super::{
        Facts, Media, Needs, Ruleset,
        document::{
            REMARK_COMPANY_CHARACTERS_MAX, REMARK_DESCRIPTION_CHARACTERS_MAX, REMARK_NAME_CHARACTERS_MAX,
        },
        names, plan,
    },
    case::Case,
    outcome::{Forwarded, Notice, Outcome, Remark, Skipped, Tags, Welcome, told},
    seen::seen,
};
use crate::action::{
    Action, Kind, Plan, PlannedAction, Trigger,
    message::{
        LINK_DESC_BYTES_MAX, LINK_TITLE_BYTES_MAX, LINK_URL_BYTES_MAX, MINIPROGRAM_TITLE_BYTES_MAX,
        TEXT_BYTES_MAX,
    },
};

/// At most so many bytes in an app message's text (page 90236).
const NOTICE_BYTES_MAX: usize = 2_048;

/// What stands for the reason in a notice about something that has not gone wrong yet.
const REASON: &str = "(why it failed)";

/// The whole answer; its JSON is what `rules explain --output json` prints.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// What happened.
    pub event: Subject,
    /// The version of the rules; 0 for those of a file.
    pub version: i64,
    /// Every rule, in the order in which they are looked at.
    pub rules: Vec<Explained>,
    /// The welcome, where one is sent.
    pub welcome: Option<Greeting>,
    /// The tags.
    pub tags: Tagging,
    /// The remark, where one is set.
    pub remark: Option<Remarking>,
    /// Who is told, and who would be if something failed.
    pub notify: Vec<Telling>,
    /// Where the record is posted.
    pub forward: Vec<Forwarded>,
    /// What is not done although a rule says so, or although there is a welcome code.
    pub skipped: Vec<Skipped>,
    /// What was looked up.
    pub needs: Lookups,
}

/// What happened, without the welcome code.
#[derive(Clone, Debug, Serialize)]
pub struct Subject {
    /// Its number in the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// The app.
    pub app: String,
    /// `Event` or `InfoType`.
    pub event: String,
    /// `ChangeType`.
    pub change: Option<String>,
    /// The employee.
    pub user_id: Option<String>,
    /// The customer.
    pub external_user_id: Option<String>,
    /// The channel.
    pub state: Option<String>,
    /// Whether it carries a welcome code.
    pub welcome_code: bool,
    /// When, in Unix milliseconds.
    pub happened_at_ms: i64,
}

/// What became of one rule.
#[derive(Clone, Debug, Serialize)]
pub struct Explained {
    /// Its name.
    pub name: String,
    /// Whether it matched.
    pub matched: bool,
    /// Why it did not.
    pub reason: Option<String>,
    /// What it supplied: `welcome`, `tag`, …
    pub used_for: Vec<Kind>,
    /// The look-ups on which it stood or fell: `customer`, `employee`, `earlier`.
    pub lookups: Vec<&'static str>,
}

/// A welcome, measured.
#[derive(Clone, Debug, Serialize)]
pub struct Greeting {
    /// The message.
    #[serde(flatten)]
    pub message: Welcome,
    /// Why the text is the fallback, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_fallback: Option<String>,
    /// The text's bytes.
    pub bytes: usize,
    /// Every text in it against WeCom's limit.
    pub parts: Vec<Part>,
    /// What WeCom would be asked.
    pub request: Request,
}

/// Tags to be set.
#[derive(Clone, Debug, Serialize)]
pub struct Tagging {
    /// Which.
    #[serde(flatten)]
    pub tags: Tags,
    /// What WeCom would be asked; names are resolved to ids when it is.
    pub request: Option<Request>,
}

/// A remark, measured.
#[derive(Clone, Debug, Serialize)]
pub struct Remarking {
    /// The fields.
    #[serde(flatten)]
    pub remark: Remark,
    /// Each field against WeCom's limit.
    pub parts: Vec<Part>,
    /// What WeCom would be asked.
    pub request: Request,
}

/// A notice, measured.
#[derive(Clone, Debug, Serialize)]
pub struct Telling {
    /// The notice.
    #[serde(flatten)]
    pub notice: Notice,
    /// The text's bytes.
    pub bytes: usize,
}

/// A text and what WeCom takes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Which: `text`, `attachments[0].link.title`, `remark.name` …
    pub part: String,
    /// How long it is.
    pub length: usize,
    /// How long it may be.
    pub max: usize,
    /// `bytes` or `characters`.
    pub unit: &'static str,
}

/// A call of WeCom's.
#[derive(Clone, Debug, Serialize)]
pub struct Request {
    /// The method's path below `/cgi-bin/`; it is POSTed.
    pub method: &'static str,
    /// Its body, without the welcome code.
    pub body: Json,
}

/// What the rules asked for.
#[derive(Clone, Debug, Serialize)]
pub struct Lookups {
    /// Before the welcome could go out.
    pub welcome: Vec<&'static str>,
    /// After it: for the rules that have no part in it, and for the texts of remark and notices.
    pub rest: Vec<&'static str>,
    /// Only if something fails, for the notices that tell of it.
    pub failure: Vec<&'static str>,
    /// Those of them that nobody gave: they counted as failed.
    pub not_known: Vec<&'static str>,
}

/// Applies the rules to the case and tells everything about it.
pub fn explain(rules: &Ruleset, case: &Case) -> Explanation {
    let media = Media::as_written();
    let facts = case.facts(&media);
    let plan = rules.plan(&facts);
    let outcome = Outcome::of(&plan, &facts);
    let asked = case.asked(rules, &media);
    let mut rest = asked.rest.and(plan::asked_by_texts(rules, &facts, None));
    if rules.missed_welcome(&facts).is_some() {
        rest = rest.and(plan::asked_by_texts(rules, &facts, Some(Trigger::MissedWelcome)));
    }
    let mut notify: Vec<Notice> = outcome.notify.clone();
    let mut on_failure_asked = Needs::default();
    // A welcome that is certain to be missed has its notices in the plan, and one that nobody wants has none.
    let may_miss = outcome.welcome.is_some();
    for on in [Trigger::MissedWelcome, Trigger::Failed] {
        if on == Trigger::MissedWelcome && !may_miss {
            continue;
        }
        on_failure_asked = on_failure_asked.and(plan::asked_by_texts(rules, &facts, Some(on)));
        let on_failure = rules.notices(&facts, on, REASON);
        notify.extend(on_failure.actions.iter().filter_map(|planned| match planned {
            PlannedAction::Perform { action: Action::Notify(notify), .. } => Some(told(notify, &facts)),
            _ => None,
        }));
    }
    let event = &case.event;
    Explanation {
        event: Subject {
            id: None,
            app: case.app.clone(),
            event: event.event().to_owned(),
            change: event.change().map(str::to_owned),
            user_id: event.user_id().map(str::to_owned),
            external_user_id: event.external_user_id().map(str::to_owned),
            state: event.state().map(str::to_owned),
            welcome_code: event.welcome_code().is_some_and(|code| !code.is_empty()),
            happened_at_ms: case.happened_at_ms,
        },
        version: rules.version(),
        rules: rules_explained(rules, case, &media, &plan),
        welcome: outcome.welcome.map(|message| Greeting {
            is_fallback: why_fallback(rules, &facts, &message),
            bytes: message.text.as_ref().map_or(0, String::len),
            parts: parts(&message),
            request: request("externalcontact/send_welcome_msg", find(&plan, Kind::Welcome)),
            message,
        }),
        tags: Tagging {
            request: find(&plan, Kind::Tag).map(|tag| request("externalcontact/mark_tag", Some(tag))),
            tags: outcome.tags,
        },
        remark: outcome.remark.map(|remark| Remarking {
            parts: remark_parts(&remark),
            request: request("externalcontact/remark", remark_action(&plan, &facts).as_ref()),
            remark,
        }),
        notify: notify.into_iter().map(|notice| Telling { bytes: notice.text.len(), notice }).collect(),
        forward: outcome.forward,
        skipped: outcome.skipped,
        needs: Lookups {
            welcome: asked.welcome.names(),
            rest: beyond(rest, asked.welcome).names(),
            failure: beyond(on_failure_asked, asked.welcome.and(rest)).names(),
            not_known: not_given(case, asked.welcome.and(rest).and(on_failure_asked)).names(),
        },
    }
}

impl Telling {
    /// How much WeCom takes.
    pub fn max() -> usize {
        NOTICE_BYTES_MAX
    }
}

/// Why the fallback is the text, where it is: else it stands beside the text.
fn why_fallback(rules: &Ruleset, facts: &Facts<'_>, message: &Welcome) -> Option<String> {
    let rule = rules.rules.iter().find(|rule| rule.name == message.rule)?;
    let welcome = rule.welcome.as_ref().filter(|welcome| welcome.fallback.is_some())?;
    if message.fallback.is_some() || message.text.is_none() {
        return None;
    }
    let Some(text) = &welcome.text else { return Some("none of its attachments can be sent".to_owned()) };
    // It is written alike.
    if text.is_literal() {
        return None;
    }
    let untold: Vec<&str> = names::untold(text.needs(), facts).collect();
    Some(if untold.is_empty() {
        "the text came out blank".to_owned()
    } else {
        let names = untold.join(" and ");
        format!("the text asks for {names} without a default, and no look-up has told that")
    })
}

fn rules_explained(rules: &Ruleset, case: &Case, media: &Media, plan: &Plan) -> Vec<Explained> {
    let explained = seen(rules, &case.facts(media)).into_iter().map(|seen| {
        let used = plan.rules.iter().find(|used| used.name == seen.rule);
        Explained {
            used_for: used.map(|used| used.used_for.clone()).unwrap_or_default(),
            matched: seen.matched,
            reason: seen.reason,
            lookups: seen.lookups,
            name: seen.rule,
        }
    });
    explained.collect()
}

/// What is needed beyond what is known already.
fn beyond(needs: Needs, known: Needs) -> Needs {
    Needs {
        customer: needs.customer && !known.customer,
        employee: needs.employee && !known.employee,
        earlier: needs.earlier && !known.earlier,
    }
}

fn not_given(case: &Case, asked: Needs) -> Needs {
    Needs {
        customer: asked.customer && case.customer.is_nothing(),
        employee: asked.employee && case.employee.is_nothing(),
        earlier: asked.earlier && case.earlier.is_nothing(),
    }
}

fn find(plan: &Plan, kind: Kind) -> Option<&Action> {
    plan.actions.iter().find_map(|planned| match planned {
        PlannedAction::Perform { action, .. } if action.kind() == kind => Some(action),
        _ => None,
    })
}

fn remark_action(plan: &Plan, facts: &Facts<'_>) -> Option<Action> {
    match find(plan, Kind::Remark)? {
        Action::Remark(remark) => super::super::render_remark(remark, facts).ok().map(Action::Remark),
        _ => None,
    }
}

fn request(method: &'static str, action: Option<&Action>) -> Request {
    let mut body = action.and_then(|action| serde_json::to_value(action).ok()).unwrap_or_else(|| json!({}));
    if let Json::Object(fields) = &mut body {
        // Ours, and not sent.
        fields.retain(|key, _| {
            !["fallback", "left_out", "create", "ranked", "unrendered"].contains(&key.as_str())
        });
    }
    Request { method, body }
}

fn parts(message: &Welcome) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut measure = |part: String, text: Option<&str>, max: usize| {
        if let Some(text) = text {
            parts.push(Part { part, length: text.len(), max, unit: "bytes" });
        }
    };
    measure("text".to_owned(), message.text.as_deref(), TEXT_BYTES_MAX);
    measure("fallback".to_owned(), message.fallback.as_deref(), TEXT_BYTES_MAX);
    for (at, attachment) in message.attachments.iter().enumerate() {
        for (kind, limits) in [
            (
                "link",
                [
                    ("title", LINK_TITLE_BYTES_MAX),
                    ("description", LINK_DESC_BYTES_MAX),
                    ("url", LINK_URL_BYTES_MAX),
                    ("picture_url", LINK_URL_BYTES_MAX),
                ]
                .as_slice(),
            ),
            ("miniprogram", &[("title", MINIPROGRAM_TITLE_BYTES_MAX), ("page", LINK_URL_BYTES_MAX)]),
        ] {
            for (key, max) in limits {
                measure(format!("attachments[{at}].{kind}.{key}"), attachment[kind][*key].as_str(), *max);
            }
        }
    }
    parts
}

fn remark_parts(remark: &Remark) -> Vec<Part> {
    [
        ("remark.name", &remark.name, REMARK_NAME_CHARACTERS_MAX),
        ("remark.description", &remark.description, REMARK_DESCRIPTION_CHARACTERS_MAX),
        ("remark.company", &remark.company, REMARK_COMPANY_CHARACTERS_MAX),
    ]
    .into_iter()
    .filter_map(|(part, text, max)| {
        let length = text.as_ref()?.chars().count();
        Some(Part { part: part.to_owned(), length, max, unit: "characters" })
    })
    .collect()
}
