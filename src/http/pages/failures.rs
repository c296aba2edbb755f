//! `/failures`: what went wrong, by cause, with what to do about it; and what is tried again.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Form, Path},
};
use serde::Deserialize;

use super::{
    done::Done,
    events::total_of,
    filter::{self, Given, ROWS},
    frame::{Frame, html, local, see_other},
    show,
    views::{Count, Failed, FailuresPage, Group, Headline, Mark, OpenGroup, Place, Tone},
    words::{cure::cure, names, say::Say},
};
use crate::{
    access::By,
    action::{Kind, Kinds, ReasonCode, Status},
    http::{
        access::{Caller, Operator, Viewer},
        bulk::{self, Wanted},
        problem::{Misread, Problem},
    },
    store::{ActionFilter, ActionRecord, AskedBy, BulkAct, EventFilter, Failures, PAGE_MAX, Retry},
};

/// How many failures are grouped for a page, the newest of them: what a page may cost. The command line looks at more.
const LOOKED_AT_MAX: u32 = 5_000;

/// How far back is looked where the address does not say.
const SINCE_DEFAULT: &str = "7d";

/// The names by which failures are filtered.
const NAMES: [&str; 12] = [
    "since", "until", "kind", "code", "state", "user", "customer", "app", "change", "event", "rule", UNKNOWN,
];

/// Says that those are meant of which the record does not name a rule.
const UNKNOWN: &str = "without_rule";

/// The rule that asked for what is meant.
fn asked_by(given: &Given) -> AskedBy {
    match (given.get("rule"), given.get(UNKNOWN)) {
        (Some(rule), _) => AskedBy::Rule(rule.to_owned()),
        (None, Some(_)) => AskedBy::Unknown,
        (None, None) => AskedBy::Anyone,
    }
}

/// The query with the period that holds where none is named.
fn given_of(query: &str) -> Given {
    let given = Given::of(query);
    if given.get("since").is_some() { given } else { Given::of(&format!("{query}&since={SINCE_DEFAULT}")) }
}

/// The causes, and the actions of the one that was chosen.
pub(super) async fn list(
    _: Caller<Viewer>,
    request: HttpRequest,
    frame: Frame,
) -> Result<HttpResponse, Problem> {
    let given = given_of(request.query_string());
    let (filter, fault) = filter::of_failures(&frame, &given);
    let all = ActionFilter {
        code: None,
        event: EventFilter { before_id: None, limit: Some(LOOKED_AT_MAX), ..filter.event.clone() },
        ..filter.clone()
    };
    let (found, customers) = frame.store().failures_in_all(&all).await?;
    let open = match filter.code {
        Some(code) => Some(open(&frame, &given, &filter, code).await?),
        None => None,
    };
    let groups: Vec<Group> = found.iter().map(|group| view(&frame, &given, group)).collect();
    let text = |name: &str| given.get(name).unwrap_or_default().to_owned();
    let page = FailuresPage {
        w: frame.words,
        shell: frame.shell(Some(Place::Failures)),
        headline: headline(&frame, &found, customers, given.get("since")),
        under_way: if frame.may_operate() { super::bulk::under_way(&frame).await? } else { Vec::new() },
        periods: filter::periods(&frame, given.get("since"), false),
        kinds: filter::kinds(&frame, given.get("kind")),
        state: text("state"),
        user: text("user"),
        fault,
        groups,
        open,
    };
    html(&page)
}

fn headline(frame: &Frame, found: &[Failures], customers: usize, since: Option<&str>) -> Headline {
    let days = match since {
        Some("24h") => Some(1),
        Some(days) => days.strip_suffix('d').and_then(|days| days.parse().ok()),
        None => None,
    };
    if found.is_empty() {
        return Headline { tone: Tone::Good, text: frame.say(Say::NoFailures { days }), more: None };
    }
    let customers = i64::try_from(customers).unwrap_or(i64::MAX);
    Headline {
        tone: Tone::Bad,
        text: frame.say(Say::Causes { causes: found.len(), customers, days }),
        more: Some(frame.say(Say::WhatCanBeRetried)),
    }
}

fn view(frame: &Frame, given: &Given, group: &Failures) -> Group {
    let language = frame.language;
    let (rule, unknown) = match &group.rule {
        Some(rule) => (rule.as_str(), ""),
        None => ("", "yes"),
    };
    let cause = [
        ("code", group.code.as_str()),
        ("kind", group.kind.as_str()),
        ("app", group.app.as_str()),
        ("rule", rule),
        (UNKNOWN, unknown),
    ];
    let can_retry = frame.may_operate() && group.kind != Kind::Welcome;
    let status = if group.kind == Kind::Welcome { Status::Expired } else { Status::Failed };
    let is_open = given.get("code").is_some()
        && cause.iter().all(|(name, value)| given.get(name).is_none_or(|given| given == *value));
    let one_app = frame.context().apps.iter().count() < 2;
    Group {
        mark: Mark { word: "", ..names::status(status, language) },
        what: group.code.sentence(language),
        cure: cure(group.code, language).into(),
        place: is_of_set_up(group.code).then(|| ("/health".to_owned(), frame.words.see_health)),
        kind: names::kind(group.kind, language),
        app: (!one_app).then(|| group.app.clone()),
        rule: group.rule.clone().unwrap_or_default(),
        rule_href: group.rule.as_deref().and_then(|rule| frame.rule_href(rule)),
        count: Count(group.count),
        customers: Count(i64::try_from(group.customers).unwrap_or(i64::MAX)),
        first: frame.times.instant(group.first_at_ms),
        last: frame.times.instant(group.last_at_ms),
        href: given.href("/failures", &NAMES, &cause),
        retry: can_retry.then(|| given.href("/failures/retry", &NAMES, &cause)),
        open: is_open,
    }
}

/// Whether it is mended in the set-up, which the health page looks at.
fn is_of_set_up(code: ReasonCode) -> bool {
    matches!(
        code,
        ReasonCode::UntrustedIp
            | ReasonCode::NoPermission
            | ReasonCode::CorpNotVerified
            | ReasonCode::WrongSecret
            | ReasonCode::TokenRefused
            | ReasonCode::NotInScope
            | ReasonCode::WrongAgentId
            | ReasonCode::NoAgentId
    )
}

async fn open(
    frame: &Frame,
    given: &Given,
    filter: &ActionFilter,
    code: ReasonCode,
) -> Result<OpenGroup, Problem> {
    let by = asked_by(given);
    let rows = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let looked_at = EventFilter { limit: Some(LOOKED_AT_MAX), ..filter.event.clone() };
    let shown = ActionFilter { event: looked_at.clone(), ..filter.clone() };
    let ids = frame.store().failed_ids_by_rule(&shown, (&by, Kinds::default()), rows).await?;
    let actions = frame.store().actions_by_ids(&ids).await?;
    let counted = ActionFilter { event: EventFilter { before_id: None, ..looked_at }, ..filter.clone() };
    let most = usize::try_from(PAGE_MAX).unwrap_or(usize::MAX);
    // One more, to know whether there are more.
    let count = frame.store().failed_ids_by_rule(&counted, (&by, Kinds::default()), most + 1).await?.len();
    let can_retry = filter.kind != Some(Kind::Welcome);
    let last = ids.last().filter(|_| ids.len() == rows).map(i64::to_string);
    let reason = code.sentence(frame.language);
    Ok(OpenGroup {
        title: frame.say(match given.get("rule") {
            Some(rule) => Say::ActionsOfRule { reason, rule },
            None => Say::ActionsOf { reason },
        }),
        total: frame.say(total_of(count, most)),
        why_not: match (can_retry, frame.may_operate()) {
            (false, _) => Some(frame.words.welcome_cannot),
            (true, false) => Some(frame.words.no_retry_role),
            (true, true) => None,
        },
        may_retry: can_retry && frame.may_operate(),
        retry_all: (can_retry && frame.may_operate()).then(|| given.href("/failures/retry", &NAMES, &[])),
        actions: actions.iter().map(|action| row(frame, action)).collect(),
        back: given.href("/failures", &NAMES, &[]),
        next: last.map(|id| given.href("/failures", &NAMES, &[("before", &id)]) + "#actions"),
    })
}

fn row(frame: &Frame, action: &ActionRecord) -> Failed {
    Failed {
        id: action.id,
        event_id: action.event_id,
        at: frame.times.instant(action.settled_at_ms.unwrap_or(action.created_at_ms)),
        customer: action.external_user_id.as_deref().map(show::shortened).unwrap_or_default(),
        employee: action.user_id.clone().unwrap_or_default(),
        answer: action
            .attempts
            .last()
            .map_or_else(|| frame.words.no_answer_yet.to_owned(), |last| show::answer(frame, last)),
    }
}

/// Prepares retries of all that match. A filter that was not understood would mean more than was asked for.
pub(super) async fn retry_all(
    caller: Caller<Operator>,
    request: HttpRequest,
    frame: Frame,
) -> Result<HttpResponse, Problem> {
    let given = given_of(request.query_string());
    let (mut filter, fault) = filter::of_failures(&frame, &given);
    if let Some(fault) = fault {
        return Err(Misread::Filter(fault).into());
    }
    filter.event.before_id = None;
    filter.event.limit = None;
    let wanted = Wanted::Retries(filter, asked_by(&given));
    let prepared = bulk::prepare(&frame.private, &wanted, Kinds::default(), None, &caller.by()).await?;
    Ok(see_other(&format!("/bulk/{}", prepared.id)))
}

/// What the form with the rows sends.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Back {
    #[serde(default)]
    back: String,
}

/// Prepares retries of the actions that were chosen.
pub(super) async fn retry_chosen(
    caller: Caller<Operator>,
    frame: Frame,
    form: Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let form = form.into_inner();
    let ids: Vec<i64> =
        form.iter().filter(|(name, _)| name == "ids").filter_map(|(_, id)| id.parse().ok()).collect();
    if ids.is_empty() {
        let back = form.iter().find(|(name, _)| name == "back").map_or("/failures", |(_, back)| local(back));
        return Ok(see_other(&Done::NothingChosen.on(back)));
    }
    let prepared = bulk::these(&frame.private, BulkAct::Retry, Kinds::default(), ids, &caller.by()).await?;
    Ok(see_other(&format!("/bulk/{}", prepared.id)))
}

/// Tries one action again.
pub(super) async fn retry_one(
    caller: Caller<Operator>,
    frame: Frame,
    id: Path<i64>,
    form: Form<Back>,
) -> Result<HttpResponse, Problem> {
    let back = if form.back.is_empty() { "/failures" } else { local(&form.back) };
    retry(&frame, &caller.by(), id.into_inner(), back).await
}

async fn retry(frame: &Frame, by: &By, id: i64, back: &str) -> Result<HttpResponse, Problem> {
    let answers = frame.store().retry_by(&[id], by, frame.times.now_ms).await?;
    let is_due = answers.iter().any(|(_, retry)| *retry == Retry::Due);
    let done = if is_due { Done::Retried(1) } else { Done::NotRetried };
    Ok(see_other(&done.on(back)))
}
