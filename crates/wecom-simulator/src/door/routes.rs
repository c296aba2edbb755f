//! Which handler answers which path, and the HTTP server that asks them.

use std::{net::TcpListener, sync::Arc};

use actix_web::{
    App, HttpServer,
    dev::{Server, ServerHandle},
    web::{self, Data, PayloadConfig},
};

use super::{acts, calls, company, gateway, record, shared::Shared, usage, wire};

/// The largest body below `/_simulator/`, as large as WeCom takes one (1 MB).
const CONTROL_BYTES_MAX: usize = 1_024 * 1_024;

/// Connections that are being shut down get so many seconds: a client that waits for a hanging answer does not keep the
/// simulator from stopping.
const SHUTDOWN_SECONDS: u64 = 1;

/// Makes the server on a socket that listens already.
pub(crate) fn serve(shared: &Arc<Shared>, listener: TcpListener) -> std::io::Result<(Server, ServerHandle)> {
    let shared = Data::from(Arc::clone(shared));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(Data::clone(&shared))
            .app_data(PayloadConfig::new(CONTROL_BYTES_MAX))
            .configure(usage::routes)
            .configure(acts::routes)
            .configure(company::routes)
            .configure(record::routes)
            .configure(gateway::routes)
            .route("/cgi-bin/{path:.*}", web::route().to(calls::answer))
            .default_service(web::to(usage::nothing_here))
    })
    // One thread: with several, the order of calls, and with it who comes and under which id, would differ from run to run.
    .workers(1)
    .disable_signals()
    .shutdown_timeout(SHUTDOWN_SECONDS)
    .on_connect(wire::keep)
    .listen(listener)?
    .run();
    let handle = server.handle();
    Ok((server, handle))
}
