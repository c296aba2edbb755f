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
mod bulk;
mod contact_ways;
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
mod login_wecom;
mod once;
mod overview;
mod rules;
mod sessions;
mod show;
mod stats;
mod story;
mod tags;
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
    access::{
        BACK, Route, Routes,
        routes::{arguments, other_verbs, reading},
    },
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
        .post("/events/replay", bulk::replay_all)
        .get("/events/{id}", event::one)
        .post("/events/{id}/replay", event::replay)
        .post("/actions/{id}/retry", failures::retry_one)
        .get("/failures", failures::list)
        .post("/failures/retry", failures::retry_all)
        .post("/failures/chosen", failures::retry_chosen)
        .get("/bulk/{id}", bulk::show)
        .get("/bulk/{id}/progress", bulk::progress)
        .post("/bulk/{id}/start", bulk::start)
        .post("/bulk/{id}/cancel", bulk::cancel)
        .get("/customers", customers::find)
        .get("/customers/{external_userid}", customers::one)
        .get("/customers/{external_userid}/forget", customers::ask_to_forget)
        .post("/customers/{external_userid}/forget", customers::forget)
        .get("/stats", stats::show)
        .get("/stats.csv", stats::export)
        .get("/rules", rules::list)
        .post("/rules", rules::act)
        .get("/rules/versions", rules::versions::list)
        .post("/rules/versions", rules::versions::roll_back)
        .get("/rules/new", rules::rule::new)
        .post("/rules/new", rules::rule::act_new)
        .post("/rules/new/preview", rules::rule::preview_new)
        .get("/rules/tags", rules::tags::list)
        .get("/rules/files/{digest}", rules::files::picture)
        .get("/rules/named/{name}", rules::rule::one)
        .post("/rules/named/{name}", rules::rule::act)
        .post("/rules/named/{name}/preview", rules::rule::preview)
        .get("/rules/{name}", rules::rule::one)
        .post("/rules/{name}", rules::rule::act)
        .post("/rules/{name}/preview", rules::rule::preview)
        .get("/contact-ways", contact_ways::list)
        .post("/contact-ways/again", contact_ways::again)
        .get("/contact-ways/new", contact_ways::one::new)
        .post("/contact-ways/new", contact_ways::one::make)
        .get("/contact-ways/table", contact_ways::table::form)
        .post("/contact-ways/table", contact_ways::table::act)
        .get("/contact-ways/table/{id}", contact_ways::table::progress)
        .post("/contact-ways/table/{id}", contact_ways::table::go_on)
        .get("/contact-ways/{app}/{config_id}", contact_ways::one::one)
        .post("/contact-ways/{app}/{config_id}", contact_ways::one::change)
        .get("/contact-ways/{app}/{config_id}/picture", contact_ways::one::picture)
        .get("/contact-ways/{app}/{config_id}/delete", contact_ways::one::ask_to_delete)
        .post("/contact-ways/{app}/{config_id}/delete", contact_ways::one::delete)
        .get("/tags", tags::list)
        .post("/tags", tags::make)
        .post("/tags/again", tags::again)
        .get("/tags/{app}/{id}", tags::one::one)
        .post("/tags/{app}/{id}", tags::one::act)
        .get("/health", health::show)
        .get("/audit", audit::list)
        .get("/sessions", sessions::list)
        .post("/sessions/end", sessions::end)
        .get("/tokens", tokens::list)
        .post("/tokens", tokens::create)
        .post("/tokens/revoke", tokens::revoke)
        .post("/logout", login::leave)
}

/// Serves them, and whatever else is asked for of this listener and is not there. To be the last of its services.
pub(super) fn serve(config: &mut ServiceConfig) {
    let forms = FormConfig::default()
        .limit(FORM_BYTES_MAX)
        .error_handler(|error, _| Problem::of_form(&error, FORM_BYTES_MAX).into());
    let scope = web::scope("").app_data(forms).configure(|config| arguments(config, FORM_BYTES_MAX));
    let read_at = |path: &str| web::resource(path).default_service(other_verbs("GET, HEAD, OPTIONS"));
    // What works once is not for whoever only looks whether it is there.
    let used_up_at = |path: &str| web::resource(path).default_service(other_verbs("GET, OPTIONS"));
    let door = web::resource("/login").default_service(other_verbs("GET, HEAD, POST, OPTIONS"));
    let open = scope
        .service(door.route(reading().to(login::door)).route(web::post().to(login::knock)))
        .service(read_at("/login/wecom").route(reading().to(login_wecom::go)))
        .service(used_up_at(BACK).route(web::get().to(login_wecom::back)))
        .service(read_at("/language/{language}").route(reading().to(login::switch)))
        .service(read_at("/static/{digest}/{name}").route(reading().to(assets::serve)))
        .service(used_up_at(&format!("{LINK}{{code}}")).route(web::get().to(once::follow)));
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
