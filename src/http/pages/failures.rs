//! `/failures`: what went wrong, by cause, with what to do about it; and what is tried again.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Form, Path},
};
use serde::Deserialize;

use super::{
    done::Done,
    filter::{self, Given, ROWS},
    frame::{Frame, html, local, see_other},
    show,
    views::{Count, Failed, FailuresPage, Group, Headline, Mark, OpenGroup, Place, RetryAllPage, Tone},
    words::{names, say::Say},
};
use crate::{
    access::By,
    action::{Kind, ReasonCode, Status},
    http::{
        access::{Caller, Operator, Viewer},
        problem::Problem,
    },
    store::{ActionFilter, ActionRecord, EventFilter, Failures, PAGE_MAX, Retry},
};

/// How many failures are grouped for a page, the newest of them: what a page may cost. The command line looks at more.
const LOOKED_AT_MAX: u32 = 5_000;

/// How far back is looked where the address does not say.
const SINCE_DEFAULT: &str = "7d";

/// How many actions are shown before all that match are tried again.
const EXAMPLES: usize = 5;

/// How many actions are tried again by one press of a button. The rest is there at the next.
const RETRIED_MAX: u32 = 10_000;

/// The names by which failures are filtered.
const NAMES: [&str; 10] =
    ["since", "until", "kind", "code", "state", "user", "customer", "app", "change", "event"];

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
    let found = frame.store().failures(&all).await?;
    let open = match filter.code {
        Some(code) => Some(open(&frame, &given, &filter, code).await?),
        None => None,
    };
    let groups: Vec<Group> = found.iter().map(|group| view(&frame, &given, group)).collect();
    let text = |name: &str| given.get(name).unwrap_or_default().to_owned();
    let page = FailuresPage {
        w: frame.words,
        shell: frame.shell(Some(Place::Failures)),
        headline: headline(&frame, &found, given.get("since")),
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

fn headline(frame: &Frame, found: &[Failures], since: Option<&str>) -> Headline {
    let days = match since {
        Some("24h") => Some(1),
        Some(days) => days.strip_suffix('d').and_then(|days| days.parse().ok()),
        None => None,
    };
    if found.is_empty() {
        return Headline { tone: Tone::Good, text: frame.say(Say::NoFailures { days }), more: None };
    }
    let customers: usize = found.iter().map(|group| group.customers).sum();
    let customers = i64::try_from(customers).unwrap_or(i64::MAX);
    Headline {
        tone: Tone::Bad,
        text: frame.say(Say::Causes { causes: found.len(), customers, days }),
        more: Some(frame.say(Say::WhatCanBeRetried)),
    }
}

fn view(frame: &Frame, given: &Given, group: &Failures) -> Group {
    let language = frame.language;
    let cause = [("code", group.code.as_str()), ("kind", group.kind.as_str()), ("app", group.app.as_str())];
    let can_retry = frame.may_operate() && group.kind != Kind::Welcome;
    let status = if group.kind == Kind::Welcome { Status::Expired } else { Status::Failed };
    let is_open = given.get("code").is_some()
        && cause.iter().all(|(name, value)| given.get(name).is_none_or(|given| given == *value));
    let one_app = frame.context().apps.iter().count() < 2;
    Group {
        mark: Mark { word: "", ..names::status(status, language) },
        what: group.code.sentence(language),
        cure: group.code.cure(language).into(),
        place: is_of_set_up(group.code).then(|| ("/health".to_owned(), frame.words.see_health)),
        kind: names::kind(group.kind, language),
        app: (!one_app).then(|| group.app.clone()),
        rule: group.rule.clone().unwrap_or_default(),
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
            | ReasonCode::WrongSecret
            | ReasonCode::TokenRefused
            | ReasonCode::NotInScope
            | ReasonCode::WrongAgentId
            | ReasonCode::NoAgentId
    )
}

/// The actions of a cause, newest first: those that failed and those that were too late.
async fn failed(frame: &Frame, filter: &ActionFilter, limit: u32) -> Result<Vec<ActionRecord>, Problem> {
    let mut actions = Vec::new();
    for status in [Status::Failed, Status::Expired] {
        let of = ActionFilter {
            status: Some(status),
            event: EventFilter { limit: Some(limit), ..filter.event.clone() },
            ..filter.clone()
        };
        actions.extend(frame.store().actions(&of).await?);
    }
    actions.sort_by_key(|action| std::cmp::Reverse(action.id));
    actions.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(actions)
}

async fn open(
    frame: &Frame,
    given: &Given,
    filter: &ActionFilter,
    code: ReasonCode,
) -> Result<OpenGroup, Problem> {
    let actions = failed(frame, filter, ROWS).await?;
    let counted =
        ActionFilter { event: EventFilter { before_id: None, ..filter.event.clone() }, ..filter.clone() };
    let count = failed(frame, &counted, PAGE_MAX).await?.len();
    let can_retry = filter.kind != Some(Kind::Welcome);
    let full = actions.len() == usize::try_from(ROWS).unwrap_or(usize::MAX);
    let last = actions.last().filter(|_| full).map(|action| action.id.to_string());
    Ok(OpenGroup {
        title: frame.say(Say::ActionsOf { reason: code.sentence(frame.language) }),
        total: frame.say(total(count)),
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

fn total(count: usize) -> Say<'static> {
    let more = count >= usize::try_from(PAGE_MAX).unwrap_or(usize::MAX);
    Say::Total { count: i64::try_from(count).unwrap_or(i64::MAX), more }
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

/// Which actions are tried again all at once. A filter that was not understood would mean more than was asked for.
fn of_all(frame: &Frame, given: &Given) -> Result<ActionFilter, Problem> {
    let (mut filter, fault) = filter::of_failures(frame, given);
    if let Some(fault) = fault {
        return Err(Problem::Parameter(fault));
    }
    filter.event.before_id = None;
    Ok(filter)
}

/// How many, which, and what will happen to each: before anything is done.
pub(super) async fn ask(
    _: Caller<Operator>,
    request: HttpRequest,
    frame: Frame,
) -> Result<HttpResponse, Problem> {
    let given = given_of(request.query_string());
    let filter = of_all(&frame, &given)?;
    let actions = failed(&frame, &filter, PAGE_MAX).await?;
    let count = actions.len();
    let more = count >= usize::try_from(PAGE_MAX).unwrap_or(usize::MAX);
    // Among several kinds, what somebody is sent once more is what has to be known.
    let sent = actions.iter().map(|action| action.kind).find(|of| matches!(of, Kind::Notify | Kind::Forward));
    let kind = filter.kind.or(sent).unwrap_or(Kind::Tag);
    let page = RetryAllPage {
        w: frame.words,
        shell: frame.shell(Some(Place::Failures)),
        question: frame.say(Say::RetryHowMany { count: i64::try_from(count).unwrap_or(i64::MAX), more }),
        consequence: frame.say(Say::RetryMeans { kind }),
        examples: actions.iter().take(EXAMPLES).map(|action| row(&frame, action)).collect(),
        start: given.href("/failures/retry", &NAMES, &[]),
        back: given.href("/failures", &NAMES, &[]),
    };
    html(&page)
}

/// Tries again all that match.
pub(super) async fn retry_all(
    caller: Caller<Operator>,
    request: HttpRequest,
    frame: Frame,
) -> Result<HttpResponse, Problem> {
    let given = given_of(request.query_string());
    let by = caller.by();
    let mut page = of_all(&frame, &given)?;
    let mut due = 0;
    let mut left = RETRIED_MAX;
    while left > 0 {
        let actions = failed(&frame, &page, left.min(PAGE_MAX)).await?;
        let Some(last) = actions.last() else { break };
        page.event.before_id = Some(last.id);
        left = left.saturating_sub(u32::try_from(actions.len()).unwrap_or(u32::MAX));
        let ids: Vec<i64> = actions.iter().map(|action| action.id).collect();
        due += due_of(&frame.store().retry_by(&ids, &by, frame.times.now_ms).await?);
    }
    Ok(see_other(&done(due).on(&given.href("/failures", &NAMES, &[]))))
}

/// What the form with the rows sends.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Back {
    #[serde(default)]
    back: String,
}

/// Tries again the actions that were chosen.
pub(super) async fn retry_chosen(
    caller: Caller<Operator>,
    frame: Frame,
    form: Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let form = form.into_inner();
    let ids: Vec<i64> =
        form.iter().filter(|(name, _)| name == "ids").filter_map(|(_, id)| id.parse().ok()).collect();
    let back = form.iter().find(|(name, _)| name == "back").map_or("/failures", |(_, back)| local(back));
    retry(&frame, &caller.by(), &ids, back).await
}

/// Tries one action again.
pub(super) async fn retry_one(
    caller: Caller<Operator>,
    frame: Frame,
    id: Path<i64>,
    form: Form<Back>,
) -> Result<HttpResponse, Problem> {
    let back = if form.back.is_empty() { "/failures" } else { local(&form.back) };
    retry(&frame, &caller.by(), &[id.into_inner()], back).await
}

async fn retry(frame: &Frame, by: &By, ids: &[i64], back: &str) -> Result<HttpResponse, Problem> {
    let ids = &ids[..ids.len().min(usize::try_from(PAGE_MAX).unwrap_or(usize::MAX))];
    let due = due_of(&frame.store().retry_by(ids, by, frame.times.now_ms).await?);
    Ok(see_other(&done(due).on(back)))
}

fn due_of(answers: &[(i64, Retry)]) -> usize {
    answers.iter().filter(|(_, retry)| *retry == Retry::Due).count()
}

fn done(due: usize) -> Done {
    match i64::try_from(due).unwrap_or(i64::MAX) {
        0 => Done::NotRetried,
        due => Done::Retried(due),
    }
}
