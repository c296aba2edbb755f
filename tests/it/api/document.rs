//! The document that the admin API has of itself, and answers held against it.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::json;
use wecom_greeter::http::admin_routes;

use super::*;
use crate::harness::world::{Which, fresh};

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
});

/// Holds an answer against the schema that the document has for this path and status.
pub(super) fn hold(method: &Method, path: &str, status: StatusCode, answer: &Value) {
    let path = path.split('?').next().unwrap();
    let parts: Vec<&str> = path.split('/').collect();
    let is_it = |template: &str| {
        let of: Vec<&str> = template.split('/').collect();
        of.len() == parts.len() && of.iter().zip(&parts).all(|(of, part)| of.starts_with('{') || of == part)
    };
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let (template, operations) = paths
        .iter()
        .filter(|(template, _)| is_it(template))
        // What is written out goes before what is a parameter.
        .min_by_key(|(template, _)| template.matches('{').count())
        .unwrap_or_else(|| panic!("{path} is not in the document"));
    let operation = &operations[method.as_str().to_ascii_lowercase()];
    let code = status.as_u16().to_string();
    let responses = &operation["responses"];
    let response = responses.get(&code).cloned().unwrap_or_else(|| {
        assert!(!status.is_success(), "{method} {template}: {status} is not in the document");
        DOCUMENT["components"]["responses"]["Problem"].clone()
    });
    let Some(content) = response["content"].as_object() else {
        assert!(answer.is_null(), "{method} {template}: {status} has a body");
        return;
    };
    let (_, content) = content.iter().next().unwrap();
    let mut schema = content["schema"].clone();
    schema["components"] = DOCUMENT["components"].clone();
    let validator: Validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(answer).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(faults.is_empty(), "{method} {template} {status}: {faults:#?}\n{answer:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_needs_no_token_and_names_every_route() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let (status, document) = read(world.api(Method::GET, "/openapi.json", "").send().await.unwrap()).await;
    assert_eq!((status, &document), (StatusCode::OK, &*DOCUMENT));
    let mut named = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            if path != "/openapi.json" {
                named.push((method.to_ascii_uppercase(), path.clone(), operation["x-role"].clone()));
            }
        }
    }
    let mut routes: Vec<(String, String, Value)> = admin_routes()
        .into_iter()
        .map(|route| (route.method.to_string(), route.path.to_owned(), json!(route.role)))
        .collect();
    named.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
    routes.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
    assert_eq!(named, routes);
    world.stop().await;
}
