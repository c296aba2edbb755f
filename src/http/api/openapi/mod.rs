//! What the admin API says of itself: an OpenAPI document (3.1), made of the routes that are registered, the line of the
//! [`table`] for each, and the schemas of `components.json`.
//!
//! Schemas stand in a file of their own and not in attributes of the types: the types are the record's, which knows nothing of
//! HTTP, and tests hold what is really answered against the schemas.

mod table;

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::{super::access::Route, all};
use table::{ABOUT, About, Answer};

/// Schemas, parameters and the ways in, by their names.
const COMPONENTS: &str = include_str!("components.json");

/// The document as it is committed (`docs/openapi.json`), with a line end.
pub(super) static TEXT: LazyLock<String> =
    LazyLock::new(|| serde_json::to_string_pretty(&document()).unwrap_or_default() + "\n");

/// The document.
fn document() -> Value {
    let mut paths = Map::new();
    for route in all().list() {
        let operation = about(&route).map_or(Value::Null, |about| operation(&route, about));
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.as_str().to_ascii_lowercase()] = operation;
    }
    paths.insert("/openapi.json".to_owned(), json!({ "get": itself() }));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "wecom-greeter: admin API",
            "version": "1",
            "description": "Changes to this API only ever add. Roles: viewer reads, operator also retries, replays and \
                            changes rules, admin also gives out tokens, writes at WeCom and reads the audit.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/api/v1" }],
        "security": [{ "token": [] }, { "session": [] }],
        "paths": paths,
        "components": serde_json::from_str::<Value>(COMPONENTS).unwrap_or_default(),
    })
}

/// What the table says of a route.
fn about(route: &Route) -> Option<&'static About> {
    ABOUT.iter().find(|about| about.method == route.method.as_str() && about.path == route.path)
}

fn operation(route: &Route, about: &About) -> Value {
    let mut parameters: Vec<Value> = Vec::new();
    for part in route.path.split('/') {
        if let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            let schema = match name {
                "id" if route.path.starts_with("/sessions") => {
                    json!({ "type": "string", "pattern": "^[0-9a-f]{16}$" })
                }
                "id" | "version" => json!({ "type": "integer", "format": "int64" }),
                _ => json!({ "type": "string", "minLength": 1 }),
            };
            parameters.push(json!({ "name": name, "in": "path", "required": true, "schema": schema }));
        }
    }
    let named = |name: &&str| json!({ "$ref": format!("#/components/parameters/{name}") });
    parameters.extend(about.parameters.iter().map(named));
    let mut operation = json!({
        "operationId": about.id,
        "summary": about.summary,
        "x-role": route.role,
        "parameters": parameters,
    });
    if let Some((media, schema)) = about.body {
        let content = content(media, schema);
        operation["requestBody"] = json!({ "required": about.body_required, "content": content });
    }
    let Answer { status, media, schema } = about.answer;
    let mut answers = Map::new();
    let mut answer = json!({ "description": about.summary });
    if !media.is_empty() {
        answer["content"] = content(media, schema);
    }
    answers.insert(status.to_string(), answer);
    answers.insert("default".to_owned(), json!({ "$ref": "#/components/responses/Problem" }));
    operation["responses"] = answers.into();
    operation
}

fn content(media: &str, schema: &str) -> Value {
    let schema = match schema {
        "" => json!({ "type": "string" }),
        name => json!({ "$ref": format!("#/components/schemas/{name}") }),
    };
    let mut content = Map::new();
    for (place, media) in media.split(' ').enumerate() {
        let schema = if place == 0 { schema.clone() } else { json!({ "type": "string" }) };
        content.insert(media.to_owned(), json!({ "schema": schema }));
    }
    content.into()
}

/// What is said of the document itself, which needs no token.
fn itself() -> Value {
    json!({
        "operationId": "openapi",
        "summary": "This document",
        "security": [],
        "responses": {
            "200": { "description": "This document", "content": { "application/json": { "schema": { "type": "object" } } } },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_stands_in_the_table_and_nothing_else() {
        let routes = all().list();
        let without: Vec<&Route> = routes.iter().filter(|route| about(route).is_none()).collect();
        assert!(without.is_empty(), "not in the table: {without:#?}");
        assert_eq!(routes.len(), ABOUT.len(), "the table has a line too many");
    }

    #[test]
    fn whatever_is_referred_to_is_there() {
        let document = document();
        let text = document.to_string();
        let mut found = 0;
        for reference in text.split("\"$ref\":\"#").skip(1) {
            let pointer = reference.split('"').next().unwrap();
            assert!(document.pointer(pointer).is_some(), "{pointer}");
            found += 1;
        }
        assert!(found > 50, "{found}");
    }

    #[test]
    fn the_committed_document_is_that_of_the_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json");
        #[expect(clippy::disallowed_methods, reason = "a test asks its environment")]
        let update = std::env::var_os("UPDATE_DOCS").is_some();
        if update {
            std::fs::write(path, TEXT.as_str()).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(
            committed, *TEXT,
            "UPDATE_DOCS=1 cargo test --lib http::api::openapi writes docs/openapi.json"
        );
    }
}
