//! `/`: the page that says how to use the simulator. And what is said at any other path.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, ServiceConfig},
};
use serde_json::json;

use crate::api;

const USAGE: &str = include_str!("usage.txt");

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("/", web::get().to(usage)).route("/", web::head().to(usage));
}

async fn usage(request: HttpRequest) -> HttpResponse {
    let base = format!("http://{}", request.connection_info().host());
    let methods = api::paths().collect::<Vec<_>>().join("\n  ");
    let page = USAGE.replace("{base}", &base).replace("{methods}", &methods);
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(page)
}

pub(super) async fn nothing_here(request: HttpRequest) -> HttpResponse {
    let error = format!(
        "nothing is at {} {}: GET / tells what there is (curl asks by POST where it has -d)",
        request.method(),
        request.path()
    );
    HttpResponse::NotFound().json(json!({ "error": error }))
}
