//! `/sessions`: who is logged in. An admin sees everybody, others themselves.

use actix_web::{
    HttpResponse,
    web::{Data, Form},
};
use serde::Deserialize;

use super::{
    done::Done,
    frame::{Frame, html, see_other},
    views::{SessionRow, SessionsPage},
    words::{names, say::Say},
};
use crate::http::{
    access::{Access, Caller, Viewer},
    problem::{Problem, Thing},
};

/// How many stand on the page, the last used first.
const ROWS_MAX: usize = 500;

/// The session that is to end.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    id: String,
}

/// The page.
pub(super) async fn list(
    caller: Caller<Viewer>,
    frame: Frame,
    access: Data<Access>,
) -> Result<HttpResponse, Problem> {
    let sessions = access.sessions(caller.who()).await?;
    let total = Say::Total { count: i64::try_from(sessions.len()).unwrap_or(i64::MAX), more: false };
    let row = |session: crate::store::SessionRecord| SessionRow {
        current: session.hash == caller.who().shown,
        id: session.id,
        who: session.who,
        role: names::role(session.role, frame.language),
        address: session.address.unwrap_or_else(|| "–".to_owned()),
        begun: frame.times.instant(session.created_at_ms).short,
        used: frame.times.ago(session.last_used_at_ms),
    };
    html(&SessionsPage {
        w: frame.words,
        shell: frame.shell(None),
        total: frame.say(total),
        rows: sessions.into_iter().take(ROWS_MAX).map(row).collect(),
    })
}

/// Ends one; whoever ends their own is sent to the door by the next page.
pub(super) async fn end(
    caller: Caller<Viewer>,
    access: Data<Access>,
    named: Form<Named>,
) -> Result<HttpResponse, Problem> {
    if access.end_session(&named.id, caller.who()).await? {
        Ok(see_other(&Done::SessionEnded.on("/sessions")))
    } else {
        Err(Problem::NotFound { thing: Thing::Session, id: named.into_inner().id })
    }
}
