//! A handler that reads the body and says "success": what this machine can do at the most, with the HTTP server that the
//! program has as well. A figure of ours is worth something only beside it.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use actix_web::{
    App, HttpResponse, HttpServer,
    dev::ServerHandle,
    web::{self, Bytes},
};
use tokio_util::task::TaskTracker;

#[derive(Debug)]
pub(super) struct Bare {
    pub(super) address: SocketAddr,
    server: ServerHandle,
}

impl Bare {
    pub(super) fn start(tasks: &TaskTracker) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let server = HttpServer::new(|| {
            App::new().default_service(web::to(|_: Bytes| async { HttpResponse::Ok().body("success") }))
        })
        .disable_signals()
        .shutdown_timeout(1)
        .listen(listener)?
        .run();
        let handle = server.handle();
        tasks.spawn(server);
        Ok(Self { address, server: handle })
    }

    pub(super) async fn stop(&self) {
        self.server.stop(false).await;
    }
}
