//! `/audit`: who changed what.

use actix_web::{HttpRequest, HttpResponse};

use super::{
    filter::{Given, ROWS},
    frame::{Frame, html},
    views::{AuditPage, AuditRow, Place},
    words::names,
};
use crate::{
    access::{Act, Role, Via},
    action::Status,
    http::{
        access::{Admin, Caller},
        problem::Problem,
    },
    store::{AuditRecord, BulkAct},
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
    let said = |text: Option<String>| text.map(|text| said(frame, line.act, text));
    let change = match (said(line.before), said(line.after)) {
        (Some(before), Some(after)) => format!("{before} → {after}"),
        (before, after) => before.or(after).unwrap_or_default(),
    };
    AuditRow {
        at: frame.times.instant(line.at_ms),
        // Whoever used the command line has no name that the record could know.
        who: if line.via == Via::Command { frame.words.command_line.to_owned() } else { line.who },
        act: names::act(line.act, frame.language).to_owned(),
        target: match line.act {
            // Published without a note.
            Act::RulesPublished | Act::RulesRolledBack if line.target == "rules" => String::new(),
            _ => line.target,
        },
        change,
        address: line.address.unwrap_or_default(),
    }
}

/// What stood there before or afterwards, in the language of the page: names of the record are for programs.
fn said(frame: &Frame, act: Act, text: String) -> String {
    let language = frame.language;
    let named = match act {
        Act::TokenCreated | Act::TokenRevoked | Act::SignedIn | Act::SignedOut | Act::SessionEnded => {
            text.parse().ok().map(|role: Role| names::role(role, language).to_owned())
        }
        Act::Retried => {
            text.parse().ok().map(|status: Status| names::status(status, language).word.to_owned())
        }
        Act::BulkPrepared | Act::BulkStarted | Act::BulkCancelled => {
            text.split_once(' ').and_then(|(of, count)| {
                let word = match of.parse::<BulkAct>().ok()? {
                    BulkAct::Retry => frame.words.retry,
                    BulkAct::Replay => frame.words.replay,
                };
                Some(format!("{word} {count}"))
            })
        }
        _ => None,
    };
    named.unwrap_or(text)
}
