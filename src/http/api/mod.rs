//! The admin API, below `/api/v1` of the private listener. Handlers translate between HTTP and the rest; what they answer is
//! the JSON of the command line.

mod tokens;

use actix_web::{
    HttpResponse, Scope,
    middleware::from_fn,
    web::{self, ServiceConfig},
};

use super::{
    access::{Route, Routes, gate, routes::arguments},
    problem::Problem,
};

/// Where it is.
const PREFIX: &str = "/api/v1";

/// The largest body that is read: a filter, a method's arguments. Rules have a bound of their own.
const BODY_BYTES_MAX: usize = 64 << 10;

/// The paths, with who may ask for them.
pub fn routes() -> Vec<Route> {
    all().list()
}

fn all() -> Routes {
    Routes::new()
        .get("/tokens", tokens::list)
        .post("/tokens", tokens::create)
        .delete("/tokens/{name}", tokens::revoke)
}

/// Serves it.
pub(super) fn serve(config: &mut ServiceConfig) {
    let scope: Scope = web::scope(PREFIX).configure(|config| arguments(config, BODY_BYTES_MAX));
    let scope = all().serve(scope).default_service(web::to(nothing));
    config.service(scope.wrap(from_fn(gate)));
}

async fn nothing() -> Result<HttpResponse, Problem> {
    Err(Problem::NoSuchPath)
}
