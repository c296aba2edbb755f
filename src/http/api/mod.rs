//! The admin API, below `/api/v1` of the private listener. Handlers translate between HTTP and the rest; what they answer is
//! the JSON of the command line.

mod actions;
mod audit;
mod body;
mod bulk;
mod contact;
mod customers;
mod events;
mod files;
mod filters;
mod health;
mod live;
mod openapi;
mod page;
mod rules;
mod sessions;
mod stats;
mod tokens;
mod trying;

use actix_web::{
    HttpResponse, Scope,
    middleware::from_fn,
    web::{self, ServiceConfig},
};

use super::{
    access::{
        Route, Routes, gate,
        routes::{arguments, other_verbs, reading},
    },
    problem::Problem,
};

/// Where it is.
const PREFIX: &str = "/api/v1";

/// The paths, with who may ask for them.
pub fn routes() -> Vec<Route> {
    all().list()
}

fn all() -> Routes {
    Routes::new()
        .get("/events", events::list)
        .get("/events/live", live::follow)
        .get("/events/{id}", events::show)
        .post("/events/{id}/replay", events::replay)
        .get("/actions", actions::list)
        .get("/actions/{id}", actions::show)
        .post("/actions/{id}/retry", actions::retry)
        .get("/failures", actions::failures)
        .post("/bulk", bulk::prepare)
        .get("/bulk/{id}", bulk::show)
        .delete("/bulk/{id}", bulk::cancel)
        .post("/bulk/{id}/start", bulk::start)
        .get("/bulk/{id}/failures", bulk::failures)
        .get("/rules", rules::show)
        .put("/rules", rules::put)
        .get("/files", files::list)
        .post("/files", files::upload)
        .get("/rules/versions", rules::versions)
        .get("/rules/versions/{version}", rules::version)
        .get("/rules/schema", rules::schema)
        .post("/rules/rollback", rules::roll_back)
        .post("/rules/explain", trying::explain)
        .post("/rules/backtest", trying::backtest)
        .post("/rules/diff", trying::diff)
        .get("/customers/{external_user_id}", customers::show)
        .delete("/customers/{external_user_id}", customers::forget)
        .post("/contact/{method}", contact::call)
        .get("/stats", stats::show)
        .get("/apps", actions::apps)
        .get("/doctor", health::doctor)
        .get("/refused", health::refused)
        .get("/audit", audit::list)
        .get("/sessions", sessions::list)
        .delete("/sessions/{id}", sessions::end)
        .get("/tokens", tokens::list)
        .post("/tokens", tokens::create)
        .delete("/tokens/{name}", tokens::revoke)
}

/// Serves it.
pub(super) fn serve(config: &mut ServiceConfig) {
    let scope: Scope = web::scope(PREFIX).configure(|config| arguments(config, body::JSON_BYTES_MAX));
    let scope = all().serve(scope).default_service(web::to(nothing));
    config
        // Before the scope: this alone needs no token.
        .service(
            web::resource(format!("{PREFIX}/openapi.json"))
                .route(reading().to(document))
                .default_service(other_verbs("GET, HEAD, OPTIONS")),
        )
        .service(scope.wrap(from_fn(gate)));
}

/// The document that says what there is.
async fn document() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(openapi::TEXT.as_str())
}

async fn nothing() -> Result<HttpResponse, Problem> {
    Err(Problem::NoSuchPath)
}
