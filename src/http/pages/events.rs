//! `/events`: what happened, newest first.

use actix_web::{HttpRequest, HttpResponse};

use super::{
    filter::{self, EVENT_NAMES, Given, ROWS, Wanted},
    frame::{Frame, html},
    show,
    views::{EventRow, EventRows, EventsPage, Place},
    words::say::Say,
};
use crate::{
    http::{
        access::{Caller, Viewer},
        problem::Problem,
    },
    store::{EventFilter, PAGE_MAX},
};

/// How many rows a live list keeps, and so how many of them it may ask for again at once.
const KEPT: u32 = 200;

/// The list.
pub(super) async fn list(
    _: Caller<Viewer>,
    request: HttpRequest,
    frame: Frame,
) -> Result<HttpResponse, Problem> {
    let given = Given::of(request.query_string());
    let wanted = filter::of_events(&frame, &given);
    let rows = rows(&frame, &wanted).await?;
    let total = total(&frame, &wanted).await?;
    let last =
        rows.last().filter(|_| rows.len() == usize::try_from(ROWS).unwrap_or(usize::MAX)).map(|row| row.id);
    let older = last.map(|id| given.href("/events", &EVENT_NAMES, &[("before", &id.to_string())]));
    let is_first = wanted.event.before_id.is_none();
    let page = EventsPage {
        w: frame.words,
        shell: frame.shell(Some(Place::Events)),
        filter: filter::view(&frame, &given, wanted.fault),
        total,
        replay: (frame.may_operate() && !rows.is_empty())
            .then(|| given.href("/events/replay", &EVENT_NAMES, &[])),
        kinds: filter::chosen_kinds(&frame),
        live: is_first.then(|| given.href("/events/rows", &EVENT_NAMES, &[])),
        rows,
        first_page: (!is_first).then(|| given.href("/events", &EVENT_NAMES, &[])),
        next_page: older,
    };
    html(&page)
}

/// The rows that came after an event, and those that have changed since they were shown: for a list that follows the record.
pub(super) async fn newer(
    _: Caller<Viewer>,
    request: HttpRequest,
    frame: Frame,
) -> Result<HttpResponse, Problem> {
    let given = Given::of(request.query_string());
    let mut wanted = filter::of_events(&frame, &given);
    wanted.event.limit = Some(KEPT);
    let after: i64 = given.get("after").and_then(|after| after.parse().ok()).unwrap_or(0);
    let most = usize::try_from(KEPT).unwrap_or(usize::MAX);
    let again: Vec<i64> = given
        .get("again")
        .map(|ids| ids.split(',').filter_map(|id| id.parse().ok()).take(most).collect())
        .unwrap_or_default();
    let mut rows = rows(&frame, &wanted).await?;
    rows.retain(|row| row.id > after || again.contains(&row.id));
    html(&EventRows { w: frame.words, rows })
}

async fn rows(frame: &Frame, wanted: &Wanted) -> Result<Vec<EventRow>, Problem> {
    let listed = frame.store().events_by_fate(&wanted.event, &wanted.fate).await?;
    Ok(listed.iter().map(|listed| show::row(frame, listed)).collect())
}

/// How many there are, up to a page of the record: nobody counts a million events for a line of text.
async fn total(frame: &Frame, wanted: &Wanted) -> Result<String, Problem> {
    let all = EventFilter { before_id: None, ..wanted.event.clone() };
    let most = usize::try_from(PAGE_MAX).unwrap_or(usize::MAX);
    // One more, to know whether there are more.
    let found = frame.store().event_ids(&all, &wanted.fate, most + 1).await?.len();
    Ok(frame.say(total_of(found, most)))
}

/// How many were found, of which at most so many were counted.
pub(super) fn total_of(found: usize, most: usize) -> Say<'static> {
    Say::Total { count: i64::try_from(found.min(most)).unwrap_or(i64::MAX), more: found > most }
}
