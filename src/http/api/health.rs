//! Whether the set-up works: what `doctor` finds, and the callbacks that were refused.

use actix_web::{
    HttpRequest,
    web::{Data, Json, Query},
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    super::{
        access::{Caller, Viewer},
        private::Private,
        problem::{Problem, language_of},
    },
    page::{List, limit},
};
use crate::{
    doctor::{Asked, examine},
    language::Language,
    store::{RefusedFilter, RefusedRecord},
};

/// `GET /doctor`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Examine {
    /// Only this app.
    app: Option<String>,
}

/// `GET /refused`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Refused {
    app: Option<String>,
    limit: Option<u32>,
    before: Option<i64>,
}

/// The same checks as the command's, within the same time. One at a time: each asks WeCom a dozen questions.
pub(super) async fn doctor(
    _: Caller<Viewer>,
    request: HttpRequest,
    private: Data<Private>,
    asked: Query<Examine>,
) -> Result<Json<List<Value>>, Problem> {
    let Ok(_turn) = private.examining.try_acquire() else { return Err(Problem::Busy) };
    let mut all = Asked::of_server(&private.config, &private.context)
        .map_err(|_| Problem::Internal("read the certificates that are trusted"))?;
    if let Some(name) = &asked.app {
        all.apps.retain(|(app, _)| app.name == *name);
        if all.apps.is_empty() {
            let apps = private.config.apps.iter().map(|app| app.name.clone()).collect();
            return Err(Problem::WhichApp { apps });
        }
    }
    let language = language_of(request.headers()).unwrap_or(Language::En);
    let examined = Box::pin(examine(all)).await;
    Ok(Json(List::whole(examined.checks.iter().map(|check| check.to_json(language)).collect())))
}

pub(super) async fn refused(
    _: Caller<Viewer>,
    private: Data<Private>,
    asked: Query<Refused>,
) -> Result<Json<List<RefusedRecord>>, Problem> {
    let Refused { app, limit: most, before } = asked.into_inner();
    let most = limit(most)?;
    let filter = RefusedFilter { app, before_id: before, limit: Some(most) };
    let refused = private.context.store.refused_callbacks(&filter).await?;
    Ok(Json(List::page(refused, most, |one| one.id)))
}
