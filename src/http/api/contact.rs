//! Methods of WeCom's API by hand. Reading is for viewers, writing for admins, and leaves a line in the audit.

use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    super::{
        access::{Caller, Viewer},
        private::Private,
        problem::{Problem, Thing},
    },
    body::Optional,
};
use crate::{
    access::{Act, Role},
    flow::by_hand::{ByHand, NotReady},
    store::AuditLine,
};

/// In whose name.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct OfApp {
    app: Option<String>,
}

pub(super) async fn call(
    caller: Caller<Viewer>,
    private: Data<Private>,
    method: Path<String>,
    of: Query<OfApp>,
    arguments: Optional<Map<String, Value>>,
) -> Result<HttpResponse, Problem> {
    let method = method.into_inner();
    let apps = &private.context.apps;
    let ready =
        ByHand::prepare(&method, arguments.0, apps, of.app.as_deref()).await.map_err(|why| match why {
            NotReady::NoMethod => Problem::NotFound { thing: Thing::Method, id: method.clone() },
            NotReady::CommandLineOnly => Problem::CommandLineOnly { method: method.clone() },
            NotReady::Arguments(told) => Problem::Arguments(told),
            NotReady::App(apps) => Problem::WhichApp { apps },
        })?;
    let has = caller.who().role;
    if ready.writes() && !has.may(Role::Admin) {
        return Err(Problem::Role { asked: Role::Admin, has });
    }
    let (writes, app) = (ready.writes(), ready.app().to_owned());
    if writes {
        // Before the call: what was perhaps done is on record in any case.
        let by = caller.by();
        let line =
            AuditLine { by: &by, act: Act::ContactCalled, target: &method, before: None, after: Some(&app) };
        private.context.store.note_act(&line, private.now_ms()).await?;
    }
    let answer = ready.call().await.map_err(|not_done| Problem::Wecom(Box::new(not_done)))?;
    Ok(HttpResponse::Ok().json(answer))
}
