//! Rules tried out: on one event, on the events of the last days, against each other. Nothing is stored and WeCom is not
//! called.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Json},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::{
        access::{Caller, Viewer},
        private::Private,
        problem::{Misread, Problem, Thing, language_of},
    },
    body::Heavy,
    filters::instant,
    rules::{compiled, missing},
};
use crate::{
    flow::trying::{self, METHODS, judged_to_json, situation_of},
    language::Language,
    rules::{Ruleset, trial},
    store::EventFilter,
};

/// How far back a backtest looks where nobody says.
const SINCE: &str = "7d";

/// How many events a backtest looks at, the newest of them: about a minute's work. The command line looks at all.
const EVENTS_MAX: u32 = 50_000;

/// How many of the events that would differ are in the answer; the sum counts all.
const SHOWN_MAX: usize = 500;

/// `POST /rules/explain`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Explain {
    event_id: Option<i64>,
    payload: Option<String>,
    yaml: Option<String>,
}

/// `POST /rules/backtest`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Backtest {
    #[serde(default)]
    since: Option<String>,
    #[serde(default)]
    until: Option<String>,
    yaml: String,
}

/// `POST /rules/diff`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Diff {
    was: Option<Side>,
    is: Option<Side>,
}

/// A version, or rules as they are written.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Side {
    Version(i64),
    Yaml(String),
}

pub(super) async fn explain(
    _: Caller<Viewer>,
    request: HttpRequest,
    private: Data<Private>,
    asked: Heavy<Explain>,
) -> Result<HttpResponse, Problem> {
    let Explain { event_id, payload, yaml } = asked.0;
    let store = &private.context.store;
    let case = match (event_id, payload) {
        (Some(id), None) => {
            let record = store.event(id).await?;
            let record =
                record.ok_or_else(|| Problem::NotFound { thing: Thing::Event, id: id.to_string() })?;
            situation_of(record, store).await?
        }
        (None, Some(payload)) => trial::payload(&payload).map_err(Problem::Faults)?,
        _ => return Err(Misread::EventOrPayload.into()),
    };
    let ruleset = if let Some(yaml) = yaml {
        Ruleset::compile(&yaml, 0).map_err(Problem::Faults)?
    } else {
        let stored = store.active_rules().await?.ok_or_else(|| missing(0))?;
        compiled(&stored)?
    };
    let language = language_of(request.headers()).unwrap_or(Language::En);
    let mut explanation = trial::explain(&ruleset, &case, &METHODS, language);
    explanation.event.id = event_id;
    Ok(HttpResponse::Ok().json(explanation))
}

pub(super) async fn backtest(
    _: Caller<Viewer>,
    private: Data<Private>,
    asked: Heavy<Backtest>,
) -> Result<Json<Value>, Problem> {
    let Backtest { since, until, yaml } = asked.0;
    let Ok(_turn) = private.heavy.try_acquire() else { return Err(Problem::Busy) };
    let tried = Ruleset::compile(&yaml, 0).map_err(Problem::Faults)?;
    let at = |text: &str, name| instant(text, name, private.now_ms(), &private.zone);
    let since_ms = at(since.as_deref().unwrap_or(SINCE), "since")?;
    let until_ms = until.as_deref().map(|until| at(until, "until")).transpose()?;
    let filter = EventFilter { since_ms: Some(since_ms), until_ms, ..EventFilter::default() };
    let mut items = Vec::new();
    let (sum, all) = trying::backtest(&private.context.store, &tried, filter, EVENTS_MAX, |event, judged| {
        if judged.verdict != "same" && items.len() < SHOWN_MAX {
            items.push(judged_to_json(event, &judged));
        }
    })
    .await
    .map_err(|error| match error {
        trying::Error::Store(error) => Problem::Store(error),
        trying::Error::Unusable { faults, .. } => Problem::Faults(faults),
    })?;
    Ok(Json(json!({ "items": items, "sum": sum, "since_ms": since_ms, "all": all })))
}

pub(super) async fn diff(
    _: Caller<Viewer>,
    private: Data<Private>,
    asked: Heavy<Diff>,
) -> Result<Json<Value>, Problem> {
    let Diff { was, is } = asked.0;
    let (was, is) = match (was, is) {
        (None, None) => {
            let in_force = private.context.store.active_rules().await?.ok_or_else(|| missing(0))?;
            (Side::Version(in_force.version - 1), Side::Version(in_force.version))
        }
        // What is given alone is held against what is in force: rules as what would be, a version as what was.
        (None, Some(is)) => (Side::Version(in_force(&private).await?), is),
        (Some(was), None) => (was, Side::Version(in_force(&private).await?)),
        (Some(was), Some(is)) => (was, is),
    };
    let (was, is) = (text(&private, was).await?, text(&private, is).await?);
    let difference = trial::compare(&was.1, &is.1).map_err(Problem::Faults)?;
    let mut document = json!({ "was": was.0, "is": is.0 });
    let fields = serde_json::to_value(&difference).map_err(|_| Problem::Internal("write a difference"))?;
    if let (Some(into), Value::Object(fields)) = (document.as_object_mut(), fields) {
        into.extend(fields);
    }
    Ok(Json(document))
}

async fn in_force(private: &Private) -> Result<i64, Problem> {
    private.context.store.active_version().await?.ok_or_else(|| missing(0))
}

/// What a side is called, and its rules, without a fault.
async fn text(private: &Private, side: Side) -> Result<(String, String), Problem> {
    match side {
        Side::Version(version) => {
            let stored = private.context.store.rules(version).await?.ok_or_else(|| missing(version))?;
            compiled(&stored)?;
            Ok((format!("version {version}"), stored.document))
        }
        Side::Yaml(yaml) => {
            Ruleset::compile(&yaml, 0).map_err(Problem::Faults)?;
            Ok(("yaml".to_owned(), yaml))
        }
    }
}
