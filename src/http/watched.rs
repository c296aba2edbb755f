//! A connection that ends when it must go, and when whoever is answered takes nothing of it.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

use super::connections::Seat;

/// A connection and its place among the others.
#[derive(Debug)]
pub(super) struct Watched<Io> {
    io: Io,
    seat: Seat,
    /// How long whoever is answered may take nothing of it. The system takes a part of what is written in their stead, and is
    /// ready for more when a large part of that has been taken, so that they cannot take a byte now and then either.
    taken_within: Duration,
    /// Until when something of an answer has to be taken, where nothing more of it can be written.
    stalls: Option<Pin<Box<Sleep>>>,
}

impl<Io> Watched<Io> {
    pub(super) fn new(io: Io, seat: Seat, taken_within: Duration) -> Self {
        Self { io, seat, taken_within, stalls: None }
    }

    pub(super) fn seat(&self) -> Seat {
        self.seat.clone()
    }

    pub(super) fn io(&self) -> &Io {
        &self.io
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Watched<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.seat.must_go(cx) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for Watched<Io> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(cx, bytes);
        // What can be written is, also of one that must go: it is an answer on its way.
        if written.is_ready() {
            self.stalls = None;
            return written;
        }
        if self.seat.must_go(cx) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let taken_within = self.taken_within;
        let stalls = self.stalls.get_or_insert_with(|| Box::pin(sleep(taken_within)));
        stalls.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};

    use super::*;
    use crate::http::connections::{Connections, Entered};

    /// A connection that holds so many bytes, and its far end.
    fn watched(connections: &Connections, bytes: usize) -> (Watched<DuplexStream>, DuplexStream) {
        watched_for(connections, bytes, Duration::from_secs(5))
    }

    /// The same, where something has to be taken within so long.
    fn watched_for(
        connections: &Connections,
        bytes: usize,
        taken_within: Duration,
    ) -> (Watched<DuplexStream>, DuplexStream) {
        let (near, far) = tokio::io::duplex(bytes);
        match connections.enter() {
            Entered::Seated(seat) => (Watched::new(near, seat, taken_within), far),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn reading_ends_when_it_must_go_and_writing_does_not() {
        let connections = Connections::within(1);
        let (mut watched, mut far) = watched(&connections, 64);
        far.write_all(b"a").await.unwrap();
        assert_eq!(watched.read_u8().await.unwrap(), b'a');
        let mut byte = [0; 1];
        {
            let mut reading = Box::pin(watched.read(&mut byte));
            assert!(futures_util::poll!(&mut reading).is_pending());
            connections.end();
            assert_eq!(reading.await.unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
        }
        watched.write_all(b"b").await.unwrap();
        assert_eq!(far.read_u8().await.unwrap(), b'b');
    }

    #[tokio::test]
    async fn who_takes_nothing_of_an_answer_goes_when_it_must() {
        let connections = Connections::within(1);
        let (mut watched, _far) = watched(&connections, 1);
        let mut writing = Box::pin(watched.write_all(b"ab"));
        assert!(futures_util::poll!(&mut writing).is_pending());
        connections.end();
        assert_eq!(writing.await.unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
    }

    #[tokio::test]
    async fn and_else_after_a_while_in_which_nothing_is_taken() {
        let connections = Connections::within(1);
        let (mut watched, mut far) = watched_for(&connections, 1, Duration::from_millis(20));
        watched.stalls = Some(Box::pin(sleep(Duration::from_millis(20))));
        watched.write_all(b"a").await.unwrap();
        assert!(watched.stalls.is_none(), "something was taken");
        assert_eq!(far.read_u8().await.unwrap(), b'a');
        watched.write_all(b"b").await.unwrap();
        assert_eq!(watched.write_all(b"c").await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
