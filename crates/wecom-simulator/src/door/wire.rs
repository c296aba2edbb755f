//! A second handle on each connection's socket: the HTTP server has no way to reset a connection.

#[cfg(unix)]
pub(super) use unix::{keep, reset_on_close};

#[cfg(not(unix))]
pub(super) use elsewhere::{keep, reset_on_close};

#[cfg(unix)]
mod unix {
    use std::{any::Any, net::TcpStream, os::fd::AsFd as _};

    use actix_web::{HttpRequest, dev::Extensions};

    struct Wire(TcpStream);

    pub(in super::super) fn keep(connection: &dyn Any, extensions: &mut Extensions) {
        if let Some(stream) = connection.downcast_ref::<tokio::net::TcpStream>()
            && let Ok(second) = stream.as_fd().try_clone_to_owned()
        {
            extensions.insert(Wire(TcpStream::from(second)));
        }
    }

    /// Best effort. If it fails the connection is closed in the usual way, which is the same to a client that waits for
    /// an answer.
    pub(in super::super) fn reset_on_close(request: &HttpRequest) {
        let third = request.conn_data::<Wire>().and_then(|wire| wire.0.try_clone().ok());
        if let Some(Ok(third)) = third.map(tokio::net::TcpStream::from_std) {
            let _ = third.set_zero_linger();
        }
    }
}

/// On other systems connections are closed in the usual way.
#[cfg(not(unix))]
mod elsewhere {
    use std::any::Any;

    use actix_web::{HttpRequest, dev::Extensions};

    pub(in super::super) fn keep(_: &dyn Any, _: &mut Extensions) {}

    pub(in super::super) fn reset_on_close(_: &HttpRequest) {}
}
