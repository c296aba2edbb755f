//! One connection on which requests go out and answers come in. By hand, so that the generator costs as little as it can:
//! what it takes of the machine, the server does not have.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// How long WeCom waits for an ack; what comes later is none.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// An answer to a callback is a word. What is longer is no answer to one.
const ANSWER_BYTES_MAX: usize = 64 * 1_024;

/// So many headers of an answer are read.
const HEADERS_MAX: usize = 64;

/// Why there was no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failed {
    /// No connection could be made.
    Connect,
    /// It broke before the answer was whole.
    Closed,
    /// None came in time.
    Timeout,
    /// It is not HTTP, or of a kind that no server of callbacks gives.
    Unreadable,
}

impl Failed {
    /// Its name in the report.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Closed => "closed",
            Self::Timeout => "timeout",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A connection, made when it is needed and made anew when it broke.
#[derive(Debug)]
pub(super) struct Wire {
    to: SocketAddr,
    /// How long an answer is waited for.
    patience: Duration,
    stream: Option<TcpStream>,
    answer: Vec<u8>,
}

impl Wire {
    pub(super) fn to(address: SocketAddr, patience: Duration) -> Self {
        Self { to: address, patience, stream: None, answer: Vec::new() }
    }

    /// Connects, so that the first request need not.
    pub(super) async fn connect(&mut self) -> Result<(), Failed> {
        let connecting = tokio::time::timeout(self.patience, TcpStream::connect(self.to)).await;
        let stream = connecting.map_err(|_| Failed::Timeout)?.map_err(|_| Failed::Connect)?;
        // Without it a request may wait for the system to put more bytes together.
        stream.set_nodelay(true).map_err(|_| Failed::Connect)?;
        self.stream = Some(stream);
        Ok(())
    }

    /// Sends a request and waits for the answer; its status.
    pub(super) async fn exchange(&mut self, request: &[u8]) -> Result<u16, Failed> {
        let answered = tokio::time::timeout(self.patience, self.ask(request)).await;
        let answered = answered.unwrap_or(Err(Failed::Timeout));
        if answered.is_err() {
            // Whatever comes on it now belongs to nothing.
            self.stream = None;
        }
        answered
    }

    async fn ask(&mut self, request: &[u8]) -> Result<u16, Failed> {
        if self.stream.is_none() {
            self.connect().await?;
        }
        let Some(stream) = &mut self.stream else { return Err(Failed::Connect) };
        stream.write_all(request).await.map_err(|_| Failed::Closed)?;
        self.answer.clear();
        loop {
            let read = stream.read_buf(&mut self.answer).await.map_err(|_| Failed::Closed)?;
            if read == 0 {
                return Err(Failed::Closed);
            }
            if let Some(answer) = whole(&self.answer)? {
                if !answer.is_kept {
                    self.stream = None;
                }
                return Ok(answer.status);
            }
        }
    }
}

/// An answer that is there as a whole.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    /// Whether the connection may be used again.
    is_kept: bool,
}

/// The answer that these bytes are; none as long as some of it is missing.
fn whole(bytes: &[u8]) -> Result<Option<Answer>, Failed> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut head = httparse::Response::new(&mut headers);
    let missing = if bytes.len() > ANSWER_BYTES_MAX { Err(Failed::Unreadable) } else { Ok(None) };
    let Ok(parsed) = head.parse(bytes) else { return Err(Failed::Unreadable) };
    let httparse::Status::Complete(end) = parsed else { return missing };
    let header = |name: &str| {
        let found = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        str::from_utf8(found.value).ok().map(str::trim)
    };
    let status = head.code.unwrap_or_default();
    let length = match header("content-length") {
        Some(length) => length.parse::<usize>().map_err(|_| Failed::Unreadable)?,
        None if status == 204 => 0,
        // In pieces, or until the connection ends: nobody answers a callback so.
        None => return Err(Failed::Unreadable),
    };
    match bytes.len().checked_sub(end) {
        Some(there) if there >= length => {
            let is_kept = !header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
            Ok(Some(Answer { status, is_kept }))
        }
        _ => missing,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\nsuccess", Ok(Some((200, true))))]
    #[case("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", Ok(Some((503, false))))]
    #[case("HTTP/1.1 204 No Content\r\n\r\n", Ok(Some((204, true))))]
    #[case("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\nsucc", Ok(None))]
    #[case("HTTP/1.1 200 OK\r\ncontent-le", Ok(None))]
    #[case("", Ok(None))]
    #[case("HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n", Err(Failed::Unreadable))]
    #[case("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", Err(Failed::Unreadable))]
    #[case("SSH-2.0-OpenSSH_9.2\r\n", Err(Failed::Unreadable))]
    fn an_answer_is_whole_when_its_last_byte_is_there(
        #[case] bytes: &str,
        #[case] right: Result<Option<(u16, bool)>, Failed>,
    ) {
        let found = whole(bytes.as_bytes()).map(|found| found.map(|answer| (answer.status, answer.is_kept)));
        assert_eq!(found, right);
    }

    #[test]
    fn an_answer_without_end_is_none() {
        let endless =
            format!("HTTP/1.1 200 OK\r\ncontent-length: 9999999\r\n\r\n{}", "x".repeat(ANSWER_BYTES_MAX));
        assert_eq!(whole(endless.as_bytes()), Err(Failed::Unreadable));
    }
}
