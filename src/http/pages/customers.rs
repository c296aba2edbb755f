//! `/customers` and `/customers/{external_userid}`: everything of one customer, over all employees.

use actix_web::{HttpRequest, HttpResponse, web::Path};

use super::{
    done::Done,
    filter::{Given, ROWS},
    frame::{Frame, html, see_other},
    show,
    views::{CustomerPage, Encounter, ForgetPage, Headline, Mark, Place, Relation, Tone},
    words::{names, say::Say},
};
use crate::{
    http::{
        access::{Admin, Caller, Viewer},
        problem::Problem,
    },
    language::Language,
    store::{EventFilter, ListedEvent},
};

/// How many of the latest customers are listed where none is chosen.
const LATEST: u32 = 20;

/// Finds a customer: by the id that was entered, or among the latest.
pub(super) async fn find(
    _: Caller<Viewer>,
    request: HttpRequest,
    frame: Frame,
) -> Result<HttpResponse, Problem> {
    let given = Given::of(request.query_string());
    if let Some(id) = given.get("id") {
        let id: String = percent(id);
        return Ok(see_other(&format!("/customers/{id}")));
    }
    let filter = EventFilter {
        change: Some("add_external_contact".to_owned()),
        limit: Some(LATEST),
        ..EventFilter::default()
    };
    let listed = frame.store().listed_events(&filter).await?;
    let page = CustomerPage {
        w: frame.words,
        shell: frame.shell(Some(Place::Customers)),
        id: String::new(),
        headline: Headline { tone: Tone::Quiet, text: frame.say(Say::ChooseCustomer), more: None },
        relations: Vec::new(),
        rows: listed.iter().map(|listed| show::row(&frame, listed)).collect(),
        entries: Vec::new(),
        next: None,
        forget: None,
    };
    html(&page)
}

/// An id as a part of a path: with `%20`, which a path knows, for a blank.
pub(super) fn percent(id: &str) -> String {
    url::form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>().replace('+', "%20")
}

/// The page of a customer.
fn path(id: &str) -> String {
    format!("/customers/{}", percent(id))
}

/// Asks whether everything of a customer is to be taken out, and says how much that is.
pub(super) async fn ask_to_forget(
    _: Caller<Admin>,
    frame: Frame,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let _place = frame.private.slow_place()?;
    let found = frame.store().forgettable(&id).await?;
    let (events, actions, pending) = (found.taken.events, found.taken.actions, found.pending);
    html(&ForgetPage {
        w: frame.words,
        shell: frame.shell(Some(Place::Customers)),
        question: frame.say(Say::AskToForget { events, actions, pending }),
        action: format!("{}/forget", path(&id)),
        back: path(&id),
        id,
    })
}

/// Takes everything of a customer out.
pub(super) async fn forget(
    caller: Caller<Admin>,
    frame: Frame,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let wiped = frame.private.forget(&id, &caller.by()).await?;
    let done = if wiped.wiped == Some(false) { Done::ForgottenWithTraces } else { Done::Forgotten };
    Ok(see_other(&done.on("/customers")))
}

/// One customer.
pub(super) async fn one(
    _: Caller<Viewer>,
    request: HttpRequest,
    frame: Frame,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let given = Given::of(request.query_string());
    let before_id = given.get("before").and_then(|before| before.parse().ok());
    let filter =
        EventFilter { customer: Some(id.clone()), before_id, limit: Some(ROWS), ..EventFilter::default() };
    let listed = frame.store().listed_events(&filter).await?;
    let relations = relations(&frame, &listed);
    let full = listed.len() == usize::try_from(ROWS).unwrap_or(usize::MAX);
    let last = listed.last().filter(|_| full).map(|last| last.summary.id.to_string());
    let (tone, text) = if listed.is_empty() {
        (Tone::Quiet, frame.say(Say::UnknownCustomer))
    } else {
        let say = Say::Customer { employees: relations.len(), events: listed.len() };
        (Tone::Good, frame.say(say))
    };
    let page = CustomerPage {
        w: frame.words,
        shell: frame.shell(Some(Place::Customers)),
        headline: Headline { tone, text, more: None },
        relations,
        rows: listed.iter().map(|listed| show::row(&frame, listed)).collect(),
        entries: listed.iter().map(|listed| encounter(&frame, listed)).collect(),
        next: last.map(|id_before| Given::default().href(&path(&id), &[], &[("before", &id_before)])),
        forget: (frame.may_administer() && !listed.is_empty()).then(|| format!("{}/forget", path(&id))),
        id,
    };
    html(&page)
}

fn is_add(listed: &ListedEvent) -> bool {
    let change = listed.summary.change.as_deref();
    matches!(change, Some("add_external_contact" | "add_half_external_contact"))
}

fn is_loss(listed: &ListedEvent) -> bool {
    matches!(listed.summary.change.as_deref(), Some("del_follow_user" | "del_external_contact"))
}

/// The employees whom the customer has added, the latest first, and whether that still holds as far as these events tell.
fn relations(frame: &Frame, listed: &[ListedEvent]) -> Vec<Relation> {
    let mut relations: Vec<Relation> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    let mut gone: Vec<(&str, &ListedEvent)> = Vec::new();
    for event in listed {
        let Some(user) = event.summary.user_id.as_deref() else { continue };
        if is_loss(event) && !gone.iter().any(|(of, _)| *of == user) {
            gone.push((user, event));
        }
        if !is_add(event) || seen.contains(&user) {
            continue;
        }
        seen.push(user);
        let mark = match gone.iter().find(|(of, _)| *of == user) {
            // Newest first: a deletion that was met before the add came after it.
            Some((_, deletion)) => Mark {
                tone: Tone::Quiet,
                word: lost_word(
                    frame.language,
                    deletion.summary.change.as_deref() == Some("del_follow_user"),
                ),
            },
            None => names::fate(&event.summary, &event.fate, frame.language),
        };
        let channel = event.summary.state.as_deref().filter(|state| !state.is_empty());
        relations.push(Relation {
            employee: user.to_owned(),
            employee_href: events_of("user", user),
            channel: channel.unwrap_or(frame.words.no_channel).to_owned(),
            channel_href: channel.map(|state| events_of("state", state)),
            added: frame.times.instant(event.summary.received_at_ms),
            mark,
        });
    }
    relations
}

/// The list of events with one value.
fn events_of(name: &str, value: &str) -> String {
    Given::default().href("/events", &[], &[(name, value)])
}

fn lost_word(language: Language, by_customer: bool) -> &'static str {
    let change = if by_customer { "del_follow_user" } else { "del_external_contact" };
    names::changes(language).find(|(of, _)| *of == change).map_or("", |(_, called)| called)
}

fn encounter(frame: &Frame, listed: &ListedEvent) -> Encounter {
    let (event, fate) = (&listed.summary, &listed.fate);
    let what = names::change(event, fate, frame.language);
    let what = match event.user_id.as_deref() {
        Some(employee) => frame.say(Say::With { what: &what, employee }),
        None => what,
    };
    let words = frame.words;
    let said = |name: &'static str, value: &str| frame.say(Say::FilterChip { name, value });
    let channel = event.state.as_deref().filter(|state| !state.is_empty());
    let channel = channel.map(|state| (said(words.channel, state), Some(events_of("state", state))));
    let rule = fate.rule.as_deref().map(|rule| (said(words.rule, rule), frame.rule_href(rule)));
    let mark = names::fate(event, fate, frame.language);
    Encounter {
        event_id: event.id,
        tone: mark.tone,
        at: frame.times.instant(event.received_at_ms),
        what,
        mark,
        lines: channel.into_iter().chain(rule).collect(),
    }
}
