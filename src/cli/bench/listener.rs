//! An HTTP server of the run's own, where every request goes to one handler.

use std::net::{SocketAddr, TcpListener};

use actix_web::{App, FromRequest, Handler, HttpServer, Responder, dev::ServerHandle, web};
use tokio_util::task::TaskTracker;

#[derive(Debug)]
pub(super) struct Listener {
    pub(super) address: SocketAddr,
    server: ServerHandle,
}

impl Listener {
    /// Starts one with so many threads of its own; none: with as many as there are processors.
    pub(super) fn start<H, Args>(
        listen: SocketAddr,
        threads: Option<usize>,
        handler: H,
        tasks: &TaskTracker,
    ) -> std::io::Result<Self>
    where
        H: Handler<Args> + Send,
        H::Output: Responder + 'static,
        Args: FromRequest + 'static,
    {
        let listener = TcpListener::bind(listen)?;
        let address = listener.local_addr()?;
        let server = HttpServer::new(move || App::new().default_service(web::to(handler.clone())));
        let server = match threads {
            Some(threads) => server.workers(threads),
            None => server,
        };
        let server = server.disable_signals().shutdown_timeout(1).listen(listener)?.run();
        let handle = server.handle();
        tasks.spawn(server);
        Ok(Self { address, server: handle })
    }

    /// Ends it, answers under way included.
    pub(super) async fn stop(&self) {
        self.server.stop(false).await;
    }
}
