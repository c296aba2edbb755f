//! A WeCom that misbehaves on cue: a bare TCP server that keeps every request and answers each as its script says,
//! also in ways that no HTTP library would (half an answer, a reset, silence). HTTP/1.1, connections kept alive.
#![expect(clippy::disallowed_methods, reason = "the server ends with its test")]

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A request as it came in.
#[derive(Clone, Debug)]
pub struct Seen {
    pub verb: String,
    /// Without the query.
    pub path: String,
    /// Decoded, in their order.
    pub query: Vec<(String, String)>,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// What is no UTF-8 in it is replaced.
    pub body: String,
    /// How many requests of this path there have been, this one included.
    pub number: usize,
    /// Which connection it came by, counted from 1.
    pub connection: usize,
}

impl Seen {
    pub fn argument(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// What happens to a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// 200 with this JSON.
    Json(String),
    /// Any status with any body.
    Http(u16, String),
    /// This one, later.
    After(Duration, Box<Reply>),
    /// 200 with these header lines, each with its line's end, and this body.
    File(String, String),
    /// 200 with this JSON; then the connection is closed although nothing announced it.
    JsonThenClose(String),
    /// The connection is reset, without an answer.
    Reset,
    /// Half of an answer; then the connection is reset.
    HalfThenReset,
    /// No answer, ever.
    Hang,
    /// A body announced with this many bytes, of which none comes.
    Announced(usize),
    /// A body in chunks without end.
    Endless,
}

impl Reply {
    pub fn ok() -> Self {
        Self::json(r#"{"errcode":0,"errmsg":"ok"}"#)
    }

    pub fn json(text: impl Into<String>) -> Self {
        Self::Json(text.into())
    }

    pub fn code(errcode: i64) -> Self {
        Self::Json(format!(
            r#"{{"errcode":{errcode},"errmsg":"made up, hint: [1], from ip: 203.0.113.7, more info"}}"#
        ))
    }

    pub fn token(token: &str, expires_in: i64) -> Self {
        Self::Json(format!(
            r#"{{"errcode":0,"errmsg":"ok","access_token":"{token}","expires_in":{expires_in}}}"#
        ))
    }

    pub fn after(self, pause: Duration) -> Self {
        Self::After(pause, Box::new(self))
    }
}

type Script = dyn Fn(&Seen) -> Reply + Send + Sync;

/// The server; it ends when this is dropped.
pub struct Scripted {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    server: JoinHandle<()>,
}

impl Scripted {
    pub async fn start(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let script: Arc<Script> = Arc::new(script);
        let server = tokio::spawn({
            let seen = Arc::clone(&seen);
            async move {
                // The connections end with the server.
                let mut connections = tokio::task::JoinSet::new();
                let mut count = 0;
                while let Ok((socket, _)) = listener.accept().await {
                    count += 1;
                    connections.spawn(serve(socket, count, Arc::clone(&script), Arc::clone(&seen)));
                }
            }
        });
        Self { address, seen, server }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The requests of the path that ends so.
    pub fn seen_at(&self, path: &str) -> Vec<Seen> {
        self.seen().into_iter().filter(|seen| seen.path.ends_with(path)).collect()
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(mut socket: TcpStream, connection: usize, script: Arc<Script>, log: Arc<Mutex<Vec<Seen>>>) {
    let mut buffer = Vec::new();
    while let Some(mut seen) = read_request(&mut socket, &mut buffer, connection).await {
        let reply = {
            let mut log = log.lock().unwrap();
            seen.number = 1 + log.iter().filter(|earlier| earlier.path == seen.path).count();
            log.push(seen.clone());
            drop(log);
            script(&seen)
        };
        if write_reply(&mut socket, reply).await.is_none() {
            return;
        }
    }
}

/// `None` when the connection is to end.
async fn write_reply(socket: &mut TcpStream, mut reply: Reply) -> Option<()> {
    while let Reply::After(pause, inner) = reply {
        tokio::time::sleep(pause).await;
        reply = *inner;
    }
    let answer = |status: u16, body: &str| {
        format!(
            "HTTP/1.1 {status} Made up\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    match reply {
        Reply::Json(body) => socket.write_all(answer(200, &body).as_bytes()).await.ok(),
        Reply::Http(status, body) => socket.write_all(answer(status, &body).as_bytes()).await.ok(),
        Reply::JsonThenClose(body) => {
            socket.write_all(answer(200, &body).as_bytes()).await.ok()?;
            None
        }
        Reply::File(headers, body) => {
            let head = format!("HTTP/1.1 200 OK\r\n{headers}content-length: {}\r\n\r\n", body.len());
            socket.write_all(format!("{head}{body}").as_bytes()).await.ok()
        }
        Reply::Reset => {
            socket.set_zero_linger().ok()?;
            None
        }
        Reply::HalfThenReset => {
            let whole = answer(200, r#"{"errcode":0,"errmsg":"ok"}"#);
            socket.write_all(&whole.as_bytes()[..whole.len() - 10]).await.ok()?;
            tokio::time::sleep(Duration::from_millis(20)).await;
            socket.set_zero_linger().ok()?;
            None
        }
        Reply::Hang => std::future::pending().await,
        Reply::Announced(bytes) => {
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {bytes}\r\n\r\n");
            socket.write_all(head.as_bytes()).await.ok()?;
            std::future::pending().await
        }
        Reply::Endless => {
            socket.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await.ok()?;
            let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
            loop {
                socket.write_all(chunk.as_bytes()).await.ok()?;
            }
        }
        Reply::After(..) => unreachable!("unwrapped above"),
    }
}

async fn read_request(socket: &mut TcpStream, buffer: &mut Vec<u8>, connection: usize) -> Option<Seen> {
    let end = loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if socket.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(buffer.drain(..end + 4).collect()).unwrap();
    let mut lines = head.lines();
    let mut words = lines.next()?.split(' ');
    let (verb, target) = (words.next()?.to_owned(), words.next()?);
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length =
        headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, n)| n.parse().unwrap());
    while buffer.len() < length {
        if socket.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    let body = String::from_utf8_lossy(&buffer.drain(..length).collect::<Vec<_>>()).into_owned();
    let url = reqwest::Url::parse(&format!("http://localhost{target}")).unwrap();
    let query = url.query_pairs().map(|(key, value)| (key.into_owned(), value.into_owned())).collect();
    Some(Seen { verb, path: url.path().to_owned(), query, headers, body, number: 0, connection })
}
