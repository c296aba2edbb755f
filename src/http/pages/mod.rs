//! The operator's pages, on the private listener: for people, where the admin API is for programs. Made here and sent whole, so
//! that each works without a script, is read aloud, and shows nothing that the role may not see.
//!
//! - [`gate`]: who it is, and what every answer has with it. A handler takes a [`Caller`](super::access::Caller) of the role that
//!   it asks for; one that forgot to ask does not compile.
//! - [`frame`]: what a page is made with: language, times, the record.
//! - the pages, a file each: what is asked of the record, and what is made of it. [`show`], [`story`] and [`filter`] are what
//!   several of them share.
//! - [`views`]: what the pages show, as plain data, and the templates; [`words`]: what they say; [`assets`]: the static files.

mod assets;
mod audit;
mod customers;
mod done;
mod event;
mod events;
mod failures;
mod filter;
mod frame;
mod gate;
mod health;
mod login;
mod once;
mod overview;
mod rules;
mod show;
mod stats;
mod story;
mod times;
mod tokens;
mod views;
mod words;

use actix_web::{
    HttpResponse,
    middleware::from_fn,
    web::{self, Data, FormConfig, ServiceConfig},
};

use super::{
    LINK,
    access::{Route, Routes, routes::arguments},
    problem::Problem,
};

/// The largest form that is read: a page of chosen rows.
const FORM_BYTES_MAX: usize = 64 << 10;

/// The pages, with who may ask for them.
pub fn routes() -> Vec<Route> {
    all().list()
}

fn all() -> Routes {
    Routes::new()
        .get("/", overview::show)
        .get("/events", events::list)
        .get("/events/rows", events::newer)
        .get("/events/{id}", event::one)
        .post("/events/{id}/replay", event::replay)
        .post("/actions/{id}/retry", failures::retry_one)
        .get("/failures", failures::list)
        .get("/failures/retry", failures::ask)
        .post("/failures/retry", failures::retry_all)
        .post("/failures/chosen", failures::retry_chosen)
        .get("/customers", customers::find)
        .get("/customers/{external_userid}", customers::one)
        .get("/stats", stats::show)
        .get("/stats.csv", stats::export)
        .get("/rules", rules::list)
        .post("/rules", rules::act)
        .get("/rules/versions", rules::versions::list)
        .post("/rules/versions", rules::versions::roll_back)
        .get("/rules/{name}", rules::rule::one)
        .post("/rules/{name}", rules::rule::act)
        .post("/rules/{name}/preview", rules::rule::preview)
        .get("/health", health::show)
        .get("/audit", audit::list)
        .get("/tokens", tokens::list)
        .post("/tokens", tokens::create)
        .post("/tokens/revoke", tokens::revoke)
        .post("/logout", login::leave)
}

/// Serves them, and whatever else is asked for of this listener and is not there. To be the last of its services.
pub(super) fn serve(config: &mut ServiceConfig) {
    let forms = FormConfig::default()
        .limit(FORM_BYTES_MAX)
        .error_handler(|error, _| Problem::Body(error.to_string()).into());
    let scope = web::scope("").app_data(forms).configure(|config| arguments(config, FORM_BYTES_MAX));
    let open = scope
        .service(
            web::resource("/login").route(web::get().to(login::door)).route(web::post().to(login::knock)),
        )
        .service(web::resource(format!("{LINK}{{code}}")).route(web::get().to(once::follow)))
        .service(web::resource("/language/{language}").route(web::get().to(login::switch)))
        .service(web::resource("/static/{digest}/{name}").route(web::get().to(assets::serve)));
    let scope = all().serve(open).default_service(web::to(nothing));
    config.service(scope.wrap(from_fn(gate::gate)));
}

/// What all workers share.
pub(super) fn shared() -> Data<gate::UnderWay> {
    Data::new(gate::UnderWay::default())
}

async fn nothing() -> Result<HttpResponse, Problem> {
    Err(Problem::NoSuchPath)
}
