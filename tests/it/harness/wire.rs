//! A wire between two parties that can be cut, go deaf or lose its answers, and be mended.

use std::{
    io,
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use sqlx::postgres::PgConnectOptions;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
};

use super::databases::TestDatabase;

/// The near end; whoever connects to it speaks with the far end. Ends with the runtime of its test.
pub struct Wire {
    pub near: SocketAddr,
    state: Arc<watch::Sender<State>>,
    counts: Arc<Counts>,
}

/// How many connections there have been, and up to which of them nothing arrives any more.
#[derive(Debug, Default)]
struct Counts {
    connections: AtomicU64,
    dead: AtomicU64,
}

/// What becomes of the bytes that are sent over the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It arrives.
    Up,
    /// Connections are broken, and new ones too.
    Cut,
    /// Connections hold, and nothing arrives.
    Deaf,
    /// What is asked arrives; answers do not.
    Unanswered,
    /// The next COMMIT arrives and is carried out; instead of its answer the connection breaks, and all is up.
    LosesCommit,
    /// The next plan arrives and its COMMIT is carried out; from then on no answer arrives.
    KeepsPlan,
}

/// The far end.
#[derive(Clone, Debug)]
pub enum Far {
    Tcp(String),
    Unix(PathBuf),
}

impl Wire {
    pub async fn to(far: Far) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let near = listener.local_addr().expect("its address");
        let state = Arc::new(watch::Sender::new(State::Up));
        let counts = Arc::<Counts>::default();
        let (shared, counted) = (Arc::clone(&state), Arc::clone(&counts));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (far, state, counts) = (far.clone(), Arc::clone(&shared), Arc::clone(&counted));
                // A connection that fails is what this is for.
                tokio::spawn(async move { connect(client, far, &state, &counts).await });
            }
        });
        Self { near, state, counts }
    }

    /// A wire to a database's server, and the URL of the same database by way of it.
    pub async fn to_postgres(database: &TestDatabase) -> (Self, String) {
        let options: PgConnectOptions = database.url.parse().expect("its URL is one");
        let port = options.get_port();
        let wire = Self::to(match options.get_socket() {
            Some(directory) => Far::Unix(directory.join(format!(".s.PGSQL.{port}"))),
            None => Far::Tcp(format!("{}:{port}", options.get_host())),
        })
        .await;
        let (scheme, rest) = database.url.split_once("://").expect("a URL");
        let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, name) = address.split_once('/').expect("it names a database");
        let user = authority.rsplit_once('@').map_or(String::new(), |(user, _)| format!("{user}@"));
        let others: Vec<_> = query.split('&').filter(|pair| !pair.starts_with("host=")).collect();
        let url = format!("{scheme}://{user}{}/{name}?{}", wire.near, others.join("&"));
        (wire, url)
    }

    /// Nothing arrives any more on the connections that are there; they hold. New ones work.
    pub fn silence_connections(&self) {
        self.counts.dead.store(self.counts.connections.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// How many connections there have been.
    pub fn connections(&self) -> u64 {
        self.counts.connections.load(Ordering::SeqCst)
    }

    /// Changes what becomes of what is said from now on.
    pub fn set(&self, state: State) {
        self.state.send_replace(state);
    }
}

async fn connect(
    client: TcpStream,
    far: Far,
    state: &watch::Sender<State>,
    counts: &Counts,
) -> io::Result<()> {
    let line = Line { number: counts.connections.fetch_add(1, Ordering::SeqCst), counts };
    if *state.borrow() == State::Cut {
        return client.set_zero_linger();
    }
    match far {
        Far::Tcp(address) => {
            let server = TcpStream::connect(address).await?;
            server.set_nodelay(true)?;
            carry(client, server, state, &line).await
        }
        Far::Unix(path) => carry(client, UnixStream::connect(path).await?, state, &line).await,
    }
}

/// One of the connections.
struct Line<'a> {
    number: u64,
    counts: &'a Counts,
}

impl Line<'_> {
    /// Returns only while something arrives on it.
    async fn arrives(&self) {
        if self.number < self.counts.dead.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
    }
}

async fn carry<S>(
    client: TcpStream,
    server: S,
    state: &watch::Sender<State>,
    line: &Line<'_>,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite,
{
    client.set_nodelay(true)?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = tokio::io::split(server);
    let (mut asked, mut answered, mut cut) = (state.subscribe(), state.subscribe(), state.subscribe());
    let committing = AtomicBool::new(false);
    let there = async {
        let mut plans = false;
        while let Some(said) = hear(&mut from_client).await? {
            wait_out(&mut asked, &[State::Deaf]).await;
            line.arrives().await;
            let commits = contains(&said, "COMMIT");
            plans |= *state.borrow() == State::KeepsPlan && contains(&said, "INSERT INTO action");
            if plans && commits {
                state.send_replace(State::Unanswered);
            }
            let loses = commits
                && state.send_if_modified(|state| {
                    let loses = *state == State::LosesCommit;
                    *state = if loses { State::Up } else { *state };
                    loses
                });
            committing.fetch_or(loses, Ordering::SeqCst);
            to_server.write_all(&said).await?;
        }
        Ok(())
    };
    let back = async {
        while let Some(said) = hear(&mut from_server).await? {
            wait_out(&mut answered, &[State::Deaf, State::Unanswered]).await;
            line.arrives().await;
            if committing.load(Ordering::SeqCst) {
                return Ok(());
            }
            to_client.write_all(&said).await?;
        }
        Ok(())
    };
    tokio::select! {
        // First, so that nothing that was held back goes out when it is cut.
        biased;
        _ = cut.wait_for(|state| *state == State::Cut) => Ok(()),
        ended = there => ended,
        ended = back => ended,
    }
}

fn contains(said: &[u8], word: &str) -> bool {
    said.windows(word.len()).any(|there| there == word.as_bytes())
}

async fn hear(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let mut buffer = vec![0; 16_384];
    let read = from.read(&mut buffer).await?;
    buffer.truncate(read);
    Ok((read > 0).then_some(buffer))
}

async fn wait_out(watching: &mut watch::Receiver<State>, states: &[State]) {
    // The wire that changes them may be gone: then they are as they are.
    let _ = watching.wait_for(|state| !states.contains(state)).await;
}
