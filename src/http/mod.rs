//! The two listeners. One is public: callbacks and `/healthz`, nothing else. One is private: health, readiness, metrics,
//! the admin API and the pages. They translate between HTTP and the rest; they decide nothing.

pub mod access;
mod answers;
mod api;
mod body;
mod bulk;
mod callback;
mod connections;
mod listener;
pub mod open_files;
mod pages;
mod multipart;
mod private;
mod sender;
pub mod problem;
mod stray;
mod watched;

use std::{net::TcpListener, sync::Arc, time::Duration};

use actix_web::{
    App, FromRequest, Handler, HttpResponse, Resource, Responder, dev::Server, middleware::from_fn, web,
};

use access::{Access, ByWecom, routes::reading};
use answers::{only_read, text};
pub use api::routes as admin_routes;
pub use callback::{Bodies, Public};
pub use connections::Connections;
use listener::{Listener, answering, processors};
pub use pages::routes as page_routes;
pub use private::{Demo, LINK, Private};
pub use stray::callback_paths;

/// How long WeCom may take nothing of an answer. The system holds more than any answer to it has, so that only who asks again
/// and again without reading comes so far, and of such a one the server soon reads nothing more, not even the end.
const TAKEN_WITHIN: Duration = Duration::from_secs(5);

/// How long a connection of the public listener that is closed may take to be closed.
const CLOSED_WITHIN: Duration = Duration::from_secs(1);

/// How long whoever reads pages, a table or the events as they come may take nothing: a bad line recovers within that, and one
/// that does not holds a place and what was to be sent.
const TAKEN_BY_READERS_WITHIN: Duration = Duration::from_secs(30);

/// How long a connection of the private listener may take to be closed: a browser reads no answer before it has sent
/// everything, also where its file is too large and nobody reads it.
const CLOSED_BY_READERS_WITHIN: Duration = Duration::from_secs(10);

const CROWDED: &str =
    "More connections to the public listener than this process may have: those that say nothing are closed";

const CROWDED_IN_PRIVATE: &str =
    "More connections to the private listener than it may have: those that say nothing are closed";

/// Serves callbacks on `socket`.
pub fn public(socket: TcpListener, public: Public) -> std::io::Result<Server> {
    let listener = Listener {
        name: "callbacks",
        connections: public.connections.clone(),
        context: Arc::clone(&public.context),
        crowded: CROWDED,
        taken_within: TAKEN_WITHIN,
        closed_within: CLOSED_WITHIN,
    };
    let public = web::Data::new(public);
    listener.serve(socket, processors(), move || {
        App::new()
            .app_data(public.clone())
            .service(
                // With a slash at its end it is the same to whoever wrote the URL down.
                web::resource(["/callback/{app}", "/callback/{app}/"])
                    .route(web::get().to(callback::verify))
                    .route(web::post().to(callback::deliver))
                    .default_service(web::to(callback::no_such_verb)),
            )
            .service(read_at("/healthz", alive))
            .default_service(web::to(callback::no_such_path))
    })
}

/// Serves health, readiness, metrics, the admin API and the pages on `socket`, to no more connections than these.
pub fn private(socket: TcpListener, private: Private, connections: Connections) -> std::io::Result<Server> {
    let Private { context, config, .. } = &private;
    let access = Access::new(context.store.clone(), context.clock.clone(), config.admin.token.as_ref())
        .with_wecom(ByWecom::of(config, &context.apps))
        .with_pace(config.admin.requests_per_second);
    let listener = Listener {
        name: "private",
        connections,
        context: Arc::clone(context),
        crowded: CROWDED_IN_PRIVATE,
        taken_within: TAKEN_BY_READERS_WITHIN,
        closed_within: CLOSED_BY_READERS_WITHIN,
    };
    let (private, access, pages) = (web::Data::new(private), web::Data::new(access), pages::shared());
    listener.serve(socket, 1, move || {
        App::new()
            .app_data(private.clone())
            .app_data(access.clone())
            .app_data(pages.clone())
            .service(read_at("/healthz", alive))
            .service(read_at("/readyz", private::readyz))
            .service(read_at("/metrics", private::metrics))
            .configure(api::serve)
            .configure(pages::serve)
            .wrap(from_fn(answering))
    })
}

/// A path for programs that needs no token and is only read.
fn read_at<H, Args>(path: &str, handler: H) -> Resource
where
    H: Handler<Args>,
    Args: FromRequest + 'static,
    H::Output: Responder + 'static,
{
    web::resource(path).route(reading().to(handler)).default_service(web::to(only_read))
}

async fn alive() -> HttpResponse {
    text(HttpResponse::Ok(), "ok")
}
