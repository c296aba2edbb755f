//! `/audit`: who changed what.

use actix_web::{HttpRequest, HttpResponse};

use super::{
    filter::{Given, ROWS},
    frame::{Frame, html},
    views::{AuditPage, AuditRow, Place},
    words::names,
};
use crate::{
    access::Via,
    http::{
        access::{Admin, Caller},
        problem::Problem,
    },
    store::AuditRecord,
};

/// The page.
pub(super) async fn list(
    _: Caller<Admin>,
    request: HttpRequest,
    frame: Frame,
) -> Result<HttpResponse, Problem> {
    let given = Given::of(request.query_string());
    let before = given.get("before").and_then(|before| before.parse().ok());
    let lines = frame.store().audit(before, ROWS).await?;
    let full = lines.len() == usize::try_from(ROWS).unwrap_or(usize::MAX);
    let next = lines.last().filter(|_| full).map(|last| format!("/audit?before={}", last.id));
    let page = AuditPage {
        w: frame.words,
        shell: frame.shell(Some(Place::Audit)),
        rows: lines.into_iter().map(|line| row(&frame, line)).collect(),
        next,
    };
    html(&page)
}

fn row(frame: &Frame, line: AuditRecord) -> AuditRow {
    let change = match (line.before, line.after) {
        (Some(before), Some(after)) => format!("{before} → {after}"),
        (before, after) => before.or(after).unwrap_or_default(),
    };
    AuditRow {
        at: frame.times.instant(line.at_ms),
        // Whoever used the command line has no name that the record could know.
        who: if line.via == Via::Command { frame.words.command_line.to_owned() } else { line.who },
        act: names::act(line.act, frame.language).to_owned(),
        target: line.target,
        change,
        address: line.address.unwrap_or_default(),
    }
}
