//! What was done, counted, as JSON or as a table for Excel.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::CONTENT_DISPOSITION,
    web::{Data, Query},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    super::{
        access::{Caller, Viewer},
        private::Private,
        problem::{Misread, Problem, language_of},
    },
    filters::{instant, read},
};
use crate::{
    language::Language,
    stats::to_csv,
    store::{By, StatsFilter},
};

/// How far back it is counted where nobody says.
const SINCE: &str = "7d";

/// How many keys are in an answer of JSON: the hours of a year. The table for Excel has all that are counted.
const ITEMS_MAX: usize = 10_000;

/// `GET /stats`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Asked {
    by: Option<String>,
    since: Option<String>,
    until: Option<String>,
    app: Option<String>,
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Json,
    Csv,
}

pub(super) async fn show(
    _: Caller<Viewer>,
    request: HttpRequest,
    private: Data<Private>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let Asked { by, since, until, app, format } = asked.into_inner();
    let by = by.as_deref().map_or(Ok(By::Day), |name| read::<By>(name, "by"))?;
    let at = |text: &str, name| instant(text, name, private.now_ms(), &private.zone);
    let since_ms = at(since.as_deref().unwrap_or(SINCE), "since")?;
    let until_ms = until.as_deref().map(|until| at(until, "until")).transpose()?;
    if until_ms.is_some_and(|until_ms| since_ms >= until_ms) {
        return Err(Misread::NothingBetween.into());
    }
    let Ok(_turn) = private.heavy.try_acquire() else { return Err(Problem::Busy) };
    let zone = private.zone.time_zone();
    let filter = StatsFilter { by, since_ms: Some(since_ms), until_ms, app, zone };
    let mut rows = private.context.store.stats(&filter).await?;
    Ok(match format {
        Format::Csv => {
            let language = language_of(request.headers()).unwrap_or(Language::En);
            HttpResponse::Ok()
                .content_type("text/csv; charset=utf-8")
                .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"stats-by-{by}.csv\"")))
                .body(to_csv(by, &rows, language))
        }
        Format::Json => {
            let all = rows.len() <= ITEMS_MAX;
            rows.truncate(ITEMS_MAX);
            HttpResponse::Ok().json(json!({ "items": rows, "next": null, "since_ms": since_ms, "all": all }))
        }
    })
}
