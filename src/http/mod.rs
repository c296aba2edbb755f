//! The two listeners. One is public: callbacks and `/healthz`, nothing else. One is private: health, readiness, metrics,
//! the admin API and the pages. They translate between HTTP and the rest; they decide nothing.

pub mod access;
mod answers;
mod api;
mod body;
mod bulk;
mod callback;
mod connections;
pub mod open_files;
mod pages;
mod multipart;
mod private;
mod sender;
pub mod problem;
mod stray;
mod watched;

use std::{net::TcpListener, time::Duration};

use actix_http::{HttpService, Protocol, error::DispatchError};
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, map_config};
use actix_web::{
    App, FromRequest, Handler, HttpResponse, HttpServer, Resource, Responder,
    dev::{AppConfig, Server, fn_service},
    rt::net::TcpStream,
    web,
};
use tracing::warn;

use access::{Access, ByWecom, routes::reading};
use answers::{only_read, text};
pub use api::routes as admin_routes;
pub use callback::{Bodies, Public};
pub use connections::Connections;
use connections::Entered;
pub use pages::routes as page_routes;
pub use private::{Demo, LINK, Private};
pub use stray::callback_paths;
use watched::Watched;

/// How long a client may take to send its request's head. WeCom sends at once; whoever dribbles is not WeCom.
const HEAD_WITHIN: Duration = Duration::from_secs(5);

/// How long a connection may idle. WeCom's next event finds it warm; a forgotten one does not live for ever.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// How long a connection that is closed may take to be closed.
const CLOSED_WITHIN: Duration = Duration::from_secs(1);

/// Open connections of the private listener; beyond it new ones wait. Pages, programs that follow, and what monitors.
const PRIVATE_CONNECTIONS_MAX: usize = 256;

/// How long it may take to say that there is no room.
const REFUSED_WITHIN: Duration = Duration::from_millis(300);

/// What is said then: WeCom delivers again.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 20\r\n\
                      connection: close\r\n\r\ntoo many connections";

const CROWDED: &str =
    "More connections to the public listener than this process may have: those that say nothing are closed";

/// Serves callbacks on `listener`. A server of the kind that `HttpServer` is, with a bound on its connections before it.
pub fn public(listener: TcpListener, public: Public) -> std::io::Result<Server> {
    let address = listener.local_addr()?;
    let public = web::Data::new(public);
    // Each worker may have all of them: it is their sum that is bounded.
    let most = public.connections.most().saturating_mul(2);
    let service = move || {
        let app = App::new()
            .app_data(public.clone())
            .service(
                // With a slash at its end it is the same to whoever wrote the URL down.
                web::resource(["/callback/{app}", "/callback/{app}/"])
                    .route(web::get().to(callback::verify))
                    .route(web::post().to(callback::deliver))
                    .default_service(web::to(callback::no_such_verb)),
            )
            .service(read_at("/healthz", alive))
            .default_service(web::to(callback::no_such_path));
        let app = app.into_factory().map_err(|error| error.error_response());
        let http = HttpService::build()
            .client_request_timeout(HEAD_WITHIN)
            .client_disconnect_timeout(CLOSED_WITHIN)
            .keep_alive(KEEP_ALIVE)
            .local_addr(address)
            .on_connect_ext(|io: &Watched<TcpStream>, data| {
                data.insert(io.seat());
            })
            .finish(map_config(app, |()| AppConfig::default()));
        let public = public.clone();
        fn_service(move |io: TcpStream| {
            let public = public.clone();
            async move {
                let io =
                    seated(io, &public).await.ok_or(DispatchError::Io(std::io::ErrorKind::Other.into()))?;
                let peer = io.io().peer_addr().ok();
                Ok((io, Protocol::Http1, peer))
            }
        })
        .and_then(http)
    };
    let server = Server::build().listen("callbacks", listener, service)?;
    // Signals are the program's: it ends the listeners first and then everything else.
    Ok(server.max_concurrent_connections(most).disable_signals().run())
}

/// A connection that has a place among the others. `None`: there is none, and whoever sent it has been told.
async fn seated(io: TcpStream, public: &Public) -> Option<Watched<TcpStream>> {
    let (entered, context) = (public.connections.enter(), &public.context);
    if matches!(entered, Entered::InPlaceOfAnother(_) | Entered::Full)
        && let Some(left_out) = context.seldom.admit(CROWDED, context.clock.now_ms())
    {
        warn!(connections = public.connections.most(), "{CROWDED}{left_out}");
    }
    match entered {
        Entered::Seated(seat) | Entered::InPlaceOfAnother(seat) => Some(Watched::new(io, seat)),
        Entered::Full | Entered::Ending => {
            // Whoever could not be told sees that the connection is closed.
            if let Some(_turn) = public.connections.refusal() {
                let _ = tokio::time::timeout(REFUSED_WITHIN, refuse(&io)).await;
            }
            None
        }
    }
}

/// Reads what has come, as a connection that is closed before is broken off, and says that there is no room.
async fn refuse(io: &TcpStream) -> std::io::Result<()> {
    io.readable().await?;
    let mut read = [0; 4_096];
    let _ = io.try_read(&mut read)?;
    io.writable().await?;
    io.try_write(FULL).map(drop)
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
    let server = server
        .client_request_timeout(HEAD_WITHIN)
        .client_disconnect_timeout(CLOSED_WITHIN)
        .keep_alive(KEEP_ALIVE)
        .max_connections(PRIVATE_CONNECTIONS_MAX)
        .disable_signals();
    Ok(server.listen(listener)?.run())
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
