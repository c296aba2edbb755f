//! Explaining an outcome: which rule wins, why the others do not, what is looked up, which calls WeCom would get, and how near
//! each text is to WeCom's limits.

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::{
    outcome::{Forwarded, Notice, Outcome, Remark, Skipped, Tags, Welcome, notice_of},
    situation::Situation,
    words::Trial,
};
use crate::rules::{
    facts::{Facts, Needs, media::Media},
    file::limits::{
        NOTICE_BYTES_MAX, REMARK_COMPANY_CHARACTERS_MAX, REMARK_DESCRIPTION_CHARACTERS_MAX,
        REMARK_NAME_CHARACTERS_MAX,
    },
    plan::{fill::render_remark, ruleset::Ruleset},
    text::names,
};
use crate::{
    action::{Action, Kind, Plan, PlannedAction, Trigger},
    language::{Language, Sentence as _},
};
use wecom_core::message::{
    LINK_DESC_BYTES_MAX, LINK_TITLE_BYTES_MAX, LINK_URL_BYTES_MAX, MINIPROGRAM_TITLE_BYTES_MAX,
    TEXT_BYTES_MAX,
};

/// The whole answer; its JSON is what `rules explain --output json` prints.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    pub event: Subject,
    /// The version of the rules; 0 for those of a file.
    pub version: i64,
    /// Every rule, in the order in which they are looked at.
    pub rules: Vec<Explained>,
    pub welcome: Option<Greeting>,
    pub tags: Tagging,
    pub remark: Option<Remarking>,
    /// The notices of the event, and those that would be sent if something failed.
    pub notify: Vec<MeasuredNotice>,
    pub forward: Vec<Forwarded>,
    /// Actions that are not possible, and a welcome that no rule has although there is a code.
    pub skipped: Vec<Skipped>,
    pub needs: Lookups,
}

/// The event, without its welcome code, which is a secret for as long as it works.
#[derive(Clone, Debug, Serialize)]
pub struct Subject {
    /// Its number in the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    pub app: String,
    /// `Event` or `InfoType`.
    pub event: String,
    /// `ChangeType`.
    pub change: Option<String>,
    pub user_id: Option<String>,
    pub external_user_id: Option<String>,
    pub state: Option<String>,
    pub welcome_code: bool,
    pub happened_at_ms: i64,
}

/// One rule and its part in the outcome.
#[derive(Clone, Debug, Serialize)]
pub struct Explained {
    pub name: String,
    pub matched: bool,
    /// Why it did not match, or what the look-ups found that it needed.
    pub reason: Option<String>,
    /// What it supplied: `welcome`, `tag`, …
    pub used_for: Vec<Kind>,
    /// The look-ups on which it stood or fell: `customer`, `employee`, `earlier`.
    pub lookups: Vec<&'static str>,
}

/// A welcome, measured.
#[derive(Clone, Debug, Serialize)]
pub struct Greeting {
    #[serde(flatten)]
    pub message: Welcome,
    /// Why the text is the fallback, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_fallback: Option<String>,
    /// The length of the text.
    pub bytes: usize,
    /// Every text in it against WeCom's limit.
    pub parts: Vec<Part>,
    /// The call that WeCom would get.
    pub request: Request,
}

/// Tags to be set.
#[derive(Clone, Debug, Serialize)]
pub struct Tagging {
    #[serde(flatten)]
    pub tags: Tags,
    /// The call that WeCom would get. Its tags stand by name; ids are found when the call is made.
    pub request: Option<Request>,
}

/// A remark, measured.
#[derive(Clone, Debug, Serialize)]
pub struct Remarking {
    #[serde(flatten)]
    pub remark: Remark,
    /// Each field against WeCom's limit.
    pub parts: Vec<Part>,
    /// The call that WeCom would get.
    pub request: Request,
}

/// A notice, measured.
#[derive(Clone, Debug, Serialize)]
pub struct MeasuredNotice {
    #[serde(flatten)]
    pub notice: Notice,
    /// The length of the text.
    pub bytes: usize,
}

/// A text, measured against WeCom's limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Which: `text`, `attachments[0].link.title`, `remark.name` …
    pub part: String,
    pub length: usize,
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

/// The look-ups that the rules asked for.
#[derive(Clone, Debug, Serialize)]
pub struct Lookups {
    /// Those before the welcome can go out.
    pub welcome: Vec<&'static str>,
    /// Those after it: for the rules that have no part in it, and for the texts of remark and notices.
    pub rest: Vec<&'static str>,
    /// Those only if something fails, for the notices about that.
    pub failure: Vec<&'static str>,
    /// Those of all these whose answers the situation does not have: they counted as failed.
    pub not_known: Vec<&'static str>,
}

/// The paths of the calls that an explanation names. Rules call nobody, so whoever knows the API hands them in.
#[derive(Clone, Copy, Debug)]
pub struct Methods {
    pub send_welcome_msg: &'static str,
    pub mark_tag: &'static str,
    pub remark: &'static str,
}

/// Applies the rules to the situation and explains everything about the outcome, in that language.
pub fn explain(rules: &Ruleset, situation: &Situation, methods: &Methods, language: Language) -> Explanation {
    explain_reading(rules, situation, methods, language, &Trial::WhyItFailed.to(language))
}

/// The same, with these words in the place of the reason in notices about something that has not gone wrong yet.
pub(super) fn explain_reading(
    rules: &Ruleset,
    situation: &Situation,
    methods: &Methods,
    language: Language,
    reason: &str,
) -> Explanation {
    let media = Media::as_written();
    let facts = situation.facts(&media);
    let plan = rules.plan_in(&facts, language);
    let outcome = Outcome::of(&plan, &facts, language);
    let asked = situation.asked(rules, &media);
    let mut rest = asked.rest.and(rules.asked_by_texts(&facts, None));
    if rules.missed_welcome(&facts).is_some() {
        rest = rest.and(rules.asked_by_texts(&facts, Some(Trigger::MissedWelcome)));
    }
    let mut notify: Vec<Notice> = outcome.notify.clone();
    let mut on_failure_asked = Needs::default();
    // A welcome can only be missed later if one is sent. One that is missed already has its notices in the plan.
    let may_miss = outcome.welcome.is_some();
    for on in [Trigger::MissedWelcome, Trigger::Failed] {
        if on == Trigger::MissedWelcome && !may_miss {
            continue;
        }
        on_failure_asked = on_failure_asked.and(rules.asked_by_texts(&facts, Some(on)));
        let on_failure = rules.notices_reading(&facts, on, reason);
        notify.extend(on_failure.actions.iter().filter_map(|planned| match planned {
            PlannedAction::Perform { action: Action::Notify(notify), .. } => Some(notice_of(notify, &facts)),
            _ => None,
        }));
    }
    let event = &situation.event;
    Explanation {
        event: Subject {
            id: None,
            app: situation.app.clone(),
            event: event.event().to_owned(),
            change: event.change().map(str::to_owned),
            user_id: event.user_id().map(str::to_owned),
            external_user_id: event.external_user_id().map(str::to_owned),
            state: event.state().map(str::to_owned),
            welcome_code: event.welcome_code().is_some_and(|code| !code.is_empty()),
            happened_at_ms: situation.happened_at_ms,
        },
        version: rules.version(),
        rules: rules_explained(rules, situation, &media, &plan, language),
        welcome: outcome.welcome.map(|message| Greeting {
            is_fallback: why_fallback(rules, &facts, &message, language),
            bytes: message.text.as_ref().map_or(0, String::len),
            parts: parts(&message),
            request: request(methods.send_welcome_msg, find(&plan, Kind::Welcome)),
            message,
        }),
        tags: Tagging {
            request: find(&plan, Kind::Tag).map(|tag| request(methods.mark_tag, Some(tag))),
            tags: outcome.tags,
        },
        remark: outcome.remark.map(|remark| Remarking {
            parts: remark_parts(&remark),
            request: request(methods.remark, remark_action(&plan, &facts).as_ref()),
            remark,
        }),
        notify: notify
            .into_iter()
            .map(|notice| MeasuredNotice { bytes: notice.text.len(), notice })
            .collect(),
        forward: outcome.forward,
        skipped: outcome.skipped,
        needs: Lookups {
            welcome: asked.welcome.names(),
            rest: rest.except(asked.welcome).names(),
            failure: on_failure_asked.except(asked.welcome.and(rest)).names(),
            not_known: not_given(situation, asked.welcome.and(rest).and(on_failure_asked)).names(),
        },
    }
}

impl MeasuredNotice {
    /// The limit of WeCom, in bytes.
    pub fn max() -> usize {
        NOTICE_BYTES_MAX
    }
}

/// Why the text that is sent is the fallback, if it is. Otherwise the message has its fallback beside its text.
fn why_fallback(rules: &Ruleset, facts: &Facts<'_>, message: &Welcome, language: Language) -> Option<String> {
    let rule = rules.rules.iter().find(|rule| rule.name == message.rule)?;
    let welcome = rule.welcome.as_ref().filter(|welcome| welcome.fallback.is_some())?;
    if message.fallback.is_some() || message.text.is_none() {
        return None;
    }
    let Some(text) = &welcome.text else { return Some(Trial::NoAttachmentCanBeSent.to(language)) };
    // The two are written alike, so that the fallback was left out as a repetition.
    if text.is_literal() {
        return None;
    }
    let names: Vec<&str> = names::unknown(text.needs(), facts).collect();
    let why = if names.is_empty() { Trial::TextCameOutBlank } else { Trial::TextAsks { names: &names } };
    Some(why.to(language))
}

fn rules_explained(
    rules: &Ruleset,
    situation: &Situation,
    media: &Media,
    plan: &Plan,
    language: Language,
) -> Vec<Explained> {
    let verdicts = rules.verdicts_in(&situation.facts(media), language);
    let explained = verdicts.into_iter().map(|verdict| {
        let used = plan.rules.iter().find(|used| used.name == verdict.rule);
        Explained {
            used_for: used.map(|used| used.used_for.clone()).unwrap_or_default(),
            matched: verdict.matched,
            reason: verdict.reason,
            lookups: verdict.lookups,
            name: verdict.rule,
        }
    });
    explained.collect()
}

fn not_given(situation: &Situation, asked: Needs) -> Needs {
    Needs {
        customer: asked.customer && situation.customer.is_nothing(),
        employee: asked.employee && situation.employee.is_nothing(),
        earlier: asked.earlier && situation.earlier.is_nothing(),
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
        Action::Remark(remark) => render_remark(remark, facts).ok().map(Action::Remark),
        _ => None,
    }
}

fn request(method: &'static str, action: Option<&Action>) -> Request {
    let mut body = action.and_then(|action| serde_json::to_value(action).ok()).unwrap_or_else(|| json!({}));
    if let Json::Object(fields) = &mut body {
        // Fields of our own, which are not sent.
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
