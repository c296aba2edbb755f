//! Sessions of people who have logged in to the pages: listed, ended. An admin sees all of them, others their own.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::Serialize;

use super::{
    super::{
        access::{Access, Caller, Viewer},
        problem::{Problem, Thing},
    },
    page::{List, MOST},
};
use crate::store::SessionRecord;

/// A session in the list.
#[derive(Serialize)]
pub(super) struct Listed {
    #[serde(flatten)]
    session: SessionRecord,
    /// Whether the caller asks by it.
    current: bool,
}

pub(super) async fn list(
    caller: Caller<Viewer>,
    access: Data<Access>,
) -> Result<Json<List<Listed>>, Problem> {
    let sessions = access.sessions(caller.who()).await?;
    let shown = sessions.into_iter().take(MOST as usize);
    let listed = shown.map(|session| Listed { current: session.hash == caller.who().shown, session });
    Ok(Json(List::whole(listed.collect())))
}

pub(super) async fn end(
    caller: Caller<Viewer>,
    access: Data<Access>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    if access.end_session(&id, caller.who()).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Problem::NotFound { thing: Thing::Session, id: id.into_inner() })
    }
}
