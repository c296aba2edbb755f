//! The two listeners. One is public: callbacks and `/healthz`, nothing else. One is private: health, readiness, metrics,
//! the admin API and the pages. They translate between HTTP and the rest; they decide nothing.

pub mod access;
mod answers;
mod api;
mod body;
mod bulk;
mod callback;
mod pages;
mod multipart;
mod private;
mod sender;
pub mod problem;
mod stray;

use std::{net::TcpListener, time::Duration};

use actix_web::{App, FromRequest, Handler, HttpResponse, HttpServer, Resource, Responder, dev::Server, web};

use access::{Access, ByWecom, routes::reading};
use answers::{only_read, text};
pub use api::routes as admin_routes;
pub use callback::Public;
pub use pages::routes as page_routes;
pub use private::{Demo, LINK, Private};
pub use stray::callback_paths;

/// How long a client may take to send its request's head. WeCom sends at once; whoever dribbles is not WeCom.
const HEAD_WITHIN: Duration = Duration::from_secs(5);

/// How long a connection may idle. WeCom's next event finds it warm; a forgotten one does not live for ever.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// How long an ending server waits for answers under way: an ack takes milliseconds, WeCom waits five seconds.
const ANSWERS_WITHIN_S: u64 = 5;

/// Open connections of one worker; beyond it new ones wait. A file descriptor each, and at most one body in memory.
const CONNECTIONS_MAX: usize = 10_000;

/// The bounds that hold for both listeners. A macro, because the server's type names every layer of its app.
macro_rules! bounded {
    ($server:expr) => {
        $server
            .client_request_timeout(HEAD_WITHIN)
            .client_disconnect_timeout(Duration::from_secs(1))
            .keep_alive(KEEP_ALIVE)
            .max_connections(CONNECTIONS_MAX)
            .shutdown_timeout(ANSWERS_WITHIN_S)
            // Signals are the program's: it ends the listeners first and then everything else.
            .disable_signals()
            .run()
    };
}

/// Serves callbacks on `listener`.
pub fn public(listener: TcpListener, public: Public) -> std::io::Result<Server> {
    let public = web::Data::new(public);
    let server = HttpServer::new(move || {
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
    });
    Ok(bounded!(server.listen(listener)?))
}

/// Serves health, readiness, metrics, the admin API and the pages on `listener`.
pub fn private(listener: TcpListener, private: Private) -> std::io::Result<Server> {
    let Private { context, config, .. } = &private;
    let access = Access::new(context.store.clone(), context.clock.clone(), config.admin.token.as_ref())
        .with_wecom(ByWecom::of(config, &context.apps))
        .with_pace(config.admin.requests_per_second);
    let (private, access, pages) = (web::Data::new(private), web::Data::new(access), pages::shared());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(private.clone())
            .app_data(access.clone())
            .app_data(pages.clone())
            .service(read_at("/healthz", alive))
            .service(read_at("/readyz", private::readyz))
            .service(read_at("/metrics", private::metrics))
            .configure(api::serve)
            .configure(pages::serve)
    })
    .workers(1);
    Ok(bounded!(server.listen(listener)?))
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
