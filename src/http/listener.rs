//! How a listener serves an app: its connections have places, and are watched, before they are HTTP.

use std::{fmt, io, net::TcpListener, num::NonZero, sync::Arc, time::Duration};

use actix_http::{HttpService, Protocol, Request, Response, error::DispatchError};
use actix_server::Server;
use actix_service::{
    IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt as _, fn_service, map_config,
};
use actix_web::{
    Error,
    body::{BodySize, BoxBody, MessageBody},
    dev::{AppConfig, ServiceRequest, ServiceResponse},
    middleware::Next,
    rt::net::TcpStream,
    web::Bytes,
};
use tracing::warn;

use super::{
    body::timely,
    connections::{Answering, Connections, Entered, Seat},
    watched::Watched,
};
use crate::flow::context::Context;

/// How long a client may take to send its request's head. WeCom sends at once; whoever dribbles is not WeCom.
const HEAD_WITHIN: Duration = Duration::from_secs(5);

/// How long a connection may idle. WeCom's next event finds it warm; a forgotten one does not live for ever.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// How long it may take to say that there is no room.
const REFUSED_WITHIN: Duration = Duration::from_millis(300);

/// What is said then: WeCom delivers again.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 20\r\n\
                      connection: close\r\n\r\ntoo many connections";

/// So many threads serve callbacks where the system does not say how many processors there are.
const WORKERS_USUAL: usize = 2;

/// A listener and what it bears.
#[derive(Clone, Debug)]
pub(super) struct Listener {
    /// What its threads are called.
    pub(super) name: &'static str,
    pub(super) connections: Connections,
    /// Where what is told often is told seldom.
    pub(super) context: Arc<Context>,
    /// What the log says when there is no more room.
    pub(super) crowded: &'static str,
    /// How long whoever is answered may take nothing of it.
    pub(super) taken_within: Duration,
    /// How long a connection that is closed may take to be closed. What of a body was not wanted is thrown away meanwhile, so
    /// that whoever still sends it gets to read the answer.
    pub(super) closed_within: Duration,
}

impl Listener {
    /// Serves an app: a server of the kind that `HttpServer` is, with a bound on its connections before it. No more threads
    /// than `workers`.
    pub(super) fn serve<F, I, S, B>(self, socket: TcpListener, workers: usize, app: F) -> io::Result<Server>
    where
        F: Fn() -> I + Send + Clone + 'static,
        I: IntoServiceFactory<S, Request>,
        S: ServiceFactory<Request, Config = AppConfig> + 'static,
        S::Error: Into<Error> + 'static,
        S::InitError: fmt::Debug,
        S::Response: Into<Response<B>> + 'static,
        <S::Service as Service<Request>>::Future: 'static,
        S::Service: 'static,
        B: MessageBody + 'static,
    {
        let (name, address) = (self.name, socket.local_addr()?);
        let (workers, each) = self.connections.shared_by(workers);
        let service = move || {
            let app = app().into_factory().map_err(|error| {
                let error: Error = error.into();
                error.error_response()
            });
            let http = HttpService::build()
                .client_request_timeout(HEAD_WITHIN)
                .client_disconnect_timeout(self.closed_within)
                .keep_alive(KEEP_ALIVE)
                .local_addr(address)
                .on_connect_ext(|io: &Watched<TcpStream>, data| {
                    data.insert(io.seat());
                })
                .finish(map_config(app, |()| AppConfig::default()));
            let listener = self.clone();
            fn_service(move |io: TcpStream| {
                let listener = listener.clone();
                async move {
                    let io =
                        listener.seated(io).await.ok_or(DispatchError::Io(io::ErrorKind::Other.into()))?;
                    let peer = io.io().peer_addr().ok();
                    Ok((io, Protocol::Http1, peer))
                }
            })
            .and_then(http)
        };
        let server = Server::build().workers(workers).listen(name, socket, service)?;
        // Signals are the program's: it ends the listeners first and then everything else.
        Ok(server.max_concurrent_connections(each).disable_signals().run())
    }

    /// A connection that has a place among the others. `None`: there is none, and whoever sent it has been told.
    async fn seated(&self, io: TcpStream) -> Option<Watched<TcpStream>> {
        let (entered, context) = (self.connections.enter(), &self.context);
        if matches!(entered, Entered::InPlaceOfAnother(_) | Entered::Full)
            && let Some(left_out) = context.seldom.admit(self.crowded, context.clock.now_ms())
        {
            warn!(connections = self.connections.most(), "{}{left_out}", self.crowded);
        }
        match entered {
            Entered::Seated(seat) | Entered::InPlaceOfAnother(seat) => {
                Some(Watched::new(io, seat, self.taken_within))
            }
            Entered::Full | Entered::Ending => {
                // Whoever could not be told sees that the connection is closed.
                if let Some(_turn) = self.connections.refusal() {
                    let _ = tokio::time::timeout(REFUSED_WITHIN, refuse(&io)).await;
                }
                None
            }
        }
    }
}

/// As many threads as there are processors.
pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(WORKERS_USUAL, NonZero::get)
}

/// Reads what has come, as a connection that is closed before is broken off, and says that there is no room.
async fn refuse(io: &TcpStream) -> io::Result<()> {
    io.readable().await?;
    let mut read = [0; 4_096];
    let _ = io.try_read(&mut read)?;
    io.writable().await?;
    io.try_write(FULL).map(drop)
}

/// Stands before every path of the private listener. What is sent arrives in time, whoever reads it; while it is answered, to
/// the last part of what the answer is made of, its connection does not give way, and who was answered what they asked for
/// gives way after those who were not.
pub(super) async fn answering(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let payload = timely(request.parts_mut().1.take());
    request.set_payload(payload);
    let answering = request.request().conn_data::<Seat>().map(Seat::answering);
    let answer = next.call(request).await?.map_into_boxed_body();
    let Some(answering) = answering else { return Ok(answer) };
    if answer.status().is_success() {
        answering.has_delivered();
    }
    Ok(answer.map_body(|_, body| BoxBody::new(Answered { body, _answering: answering })))
}

/// The body of an answer, and its connection's right to stay until the body has been handed over.
struct Answered {
    body: BoxBody,
    _answering: Answering,
}

impl MessageBody for Answered {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Bytes, Self::Error>>> {
        self.body.as_pin_mut().poll_next(cx)
    }
}
