//! Rules: those in force, other ones put in force, their versions.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web::{Data, Json, Path, Query},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::{
        access::{Caller, Operator, Viewer},
        private::Private,
        problem::{Misread, Problem, Thing},
    },
    body::{Object, Text},
    filters::instant,
    page::{self, List},
};
use crate::{
    flow::publish::{
        serving,
        stored::{self, NOTE_CHARS_MAX},
    },
    rules::{
        DOCUMENT_BYTES_MAX, Ruleset,
        trial::{RULES_SCHEMA, TESTS_SCHEMA},
    },
    store::{Rollback, RulesetImport, RulesetVersion, Stale},
};

/// How far back hits are counted where nobody says.
const SINCE: &str = "7d";

/// `GET /rules`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Shown {
    since: Option<String>,
}

/// `PUT /rules`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Put {
    check: bool,
    note: Option<String>,
}

/// `POST /rules/rollback`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Back {
    version: i64,
    #[serde(default)]
    note: Option<String>,
}

/// `GET /rules/schema`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SchemaOf {
    of: Option<String>,
}

/// `GET /rules/versions`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Versions {
    limit: Option<u32>,
}

pub(super) async fn show(
    _: Caller<Viewer>,
    private: Data<Private>,
    asked: Query<Shown>,
) -> Result<HttpResponse, Problem> {
    let since = asked.since.as_deref().unwrap_or(SINCE);
    let since_ms = instant(since, "since", private.now_ms(), &private.zone)?;
    let store = &private.context.store;
    let Some(stored) = store.active_rules().await? else {
        let none = json!({
            "version": 0, "created_at_ms": null, "by": null, "note": null, "yaml": "", "since_ms": since_ms, "rules": []
        });
        return Ok(HttpResponse::Ok().insert_header((header::ETAG, tag(0))).json(none));
    };
    let (flags, hits) = (store.rule_flags(stored.version).await?, store.rule_hits(since_ms).await?);
    let ruleset = compiled(&stored)?;
    let mut rules = Vec::new();
    for rule in ruleset.rules() {
        let mut shown = serde_json::to_value(&rule).map_err(|_| Problem::Internal("write a rule as JSON"))?;
        shown["flags"] = json!(flags.iter().filter(|flag| flag.rule == rule.name).collect::<Vec<_>>());
        shown["hits"] = json!(hits.get(&rule.name).cloned().unwrap_or_default());
        rules.push(shown);
    }
    let mut document = version_to_json(&stored);
    document["since_ms"] = since_ms.into();
    document["rules"] = rules.into();
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag(stored.version))).json(document))
}

pub(super) async fn put(
    caller: Caller<Operator>,
    private: Data<Private>,
    request: HttpRequest,
    asked: Query<Put>,
    text: Text<DOCUMENT_BYTES_MAX>,
) -> Result<HttpResponse, Problem> {
    let store = &private.context.store;
    let in_force = store.active_version().await?.unwrap_or(0);
    let seen = if asked.check { None } else { Some(seen(&request)?) };
    if let Some(seen) = seen
        && seen != in_force
    {
        return Err(Problem::PreconditionFailed { version: in_force });
    }
    let note = asked.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
    if note.is_some_and(|note| note.chars().count() > NOTE_CHARS_MAX) {
        return Err(Misread::Note { chars_max: NOTE_CHARS_MAX, in_body: false }.into());
    }
    let known = match stored::check(store, &text.0, in_force, &caller.by().who).await? {
        Ok(known) => known,
        Err(faults) => return Err(Problem::Faults(faults)),
    };
    let rules = known.ruleset.rules().count();
    if seen.is_none() {
        let checked = json!({ "version": in_force, "checked": true, "rules": rules });
        return Ok(HttpResponse::Ok().json(checked));
    }
    serving::ready(&private.context, &known.files).await?;
    let now_ms = private.now_ms();
    let imported = store.import_rules_by(&text.0, &known.files, (note, seen), &caller.by(), now_ms).await?;
    let (version, new) = match imported {
        Ok(RulesetImport::New { version }) => (version, true),
        Ok(RulesetImport::Unchanged { version }) => (version, false),
        Err(Stale { version }) => return Err(Problem::PreconditionFailed { version }),
    };
    let done = json!({ "version": version, "new": new, "rules": rules });
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag(version))).json(done))
}

pub(super) async fn versions(
    _: Caller<Viewer>,
    private: Data<Private>,
    asked: Query<Versions>,
) -> Result<Json<List<Value>>, Problem> {
    let history = private.context.store.ruleset_history(page::limit(asked.limit)?).await?;
    let versions = history.iter().map(|line| {
        json!({
            "version": line.version,
            "created_at_ms": line.imported_at_ms,
            "by": line.imported_by,
            "note": line.note,
            "same_as": line.same_as,
            "rollback": line.is_rollback(),
        })
    });
    Ok(Json(List::whole(versions.collect())))
}

pub(super) async fn version(
    _: Caller<Viewer>,
    private: Data<Private>,
    version: Path<i64>,
) -> Result<HttpResponse, Problem> {
    let version = version.into_inner();
    let stored = private.context.store.rules(version).await?;
    let stored = stored.ok_or_else(|| missing(version))?;
    Ok(HttpResponse::Ok().json(version_to_json(&stored)))
}

pub(super) async fn schema(_: Caller<Viewer>, asked: Query<SchemaOf>) -> Result<HttpResponse, Problem> {
    let schema = match asked.of.as_deref() {
        None | Some("rules") => RULES_SCHEMA.as_str(),
        Some("tests") => TESTS_SCHEMA,
        Some(_) => return Err(Misread::SchemaOf.into()),
    };
    Ok(HttpResponse::Ok().content_type("application/schema+json").body(schema))
}

pub(super) async fn roll_back(
    caller: Caller<Operator>,
    private: Data<Private>,
    back: Json<Object<Back>>,
) -> Result<HttpResponse, Problem> {
    let Object(Back { version, note }) = back.into_inner();
    if note.as_ref().is_some_and(|note| note.chars().count() > NOTE_CHARS_MAX) {
        return Err(Misread::Note { chars_max: NOTE_CHARS_MAX, in_body: true }.into());
    }
    let store = &private.context.store;
    let stored = store.rules(version).await?.ok_or_else(|| missing(version))?;
    // A version of an older program may say what this one does not take any more; then no server could use it.
    compiled(&stored)?;
    let (in_force, new) =
        match store.rollback_rules_by(version, note.as_deref(), &caller.by(), private.now_ms()).await? {
            Rollback::New { version } => (version, true),
            Rollback::Unchanged { version } => (version, false),
            Rollback::Missing => return Err(missing(version)),
        };
    let done = json!({ "version": in_force, "new": new, "as": version });
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag(in_force))).json(done))
}

/// A stored version, compiled.
pub(super) fn compiled(stored: &RulesetVersion) -> Result<Ruleset, Problem> {
    Ruleset::stored(&stored.document, stored.version).map_err(Problem::Faults)
}

fn version_to_json(stored: &RulesetVersion) -> Value {
    json!({
        "version": stored.version,
        "created_at_ms": stored.imported_at_ms,
        "by": stored.imported_by,
        "note": stored.note,
        "yaml": stored.document,
    })
}

pub(super) fn missing(version: i64) -> Problem {
    Problem::NotFound { thing: Thing::Version, id: version.to_string() }
}

fn tag(version: i64) -> String {
    format!("\"{version}\"")
}

/// The version that whoever changes the rules has seen, by `If-Match`: its number in quotes, or without; `*` is whichever
/// there is, and would overwrite what nobody has read, so it is not taken.
fn seen(request: &HttpRequest) -> Result<i64, Problem> {
    let given = request.headers().get(header::IF_MATCH).ok_or(Problem::PreconditionRequired)?;
    let number = |given: &HeaderValue| {
        let text = given.to_str().ok()?.trim();
        let text = text.strip_prefix("W/").unwrap_or(text);
        text.trim_matches('"').parse::<i64>().ok()
    };
    number(given).ok_or(Problem::PreconditionRequired)
}
