//! A wire between two parties that can be cut, go deaf or lose its answers, and be mended.

use std::{io, net::SocketAddr, path::PathBuf};

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
    state: watch::Sender<State>,
}

/// What becomes of what is said.
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
        let (state, watching) = watch::channel(State::Up);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (far, watching) = (far.clone(), watching.clone());
                // A connection that fails is what this is for.
                tokio::spawn(async move { connect(client, far, watching).await });
            }
        });
        Self { near, state }
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

    /// Changes what becomes of what is said from now on.
    pub fn set(&self, state: State) {
        self.state.send_replace(state);
    }
}

async fn connect(client: TcpStream, far: Far, watching: watch::Receiver<State>) -> io::Result<()> {
    if *watching.borrow() == State::Cut {
        return client.set_zero_linger();
    }
    match far {
        Far::Tcp(address) => {
            let server = TcpStream::connect(address).await?;
            server.set_nodelay(true)?;
            carry(client, server, watching).await
        }
        Far::Unix(path) => carry(client, UnixStream::connect(path).await?, watching).await,
    }
}

async fn carry<S>(client: TcpStream, server: S, mut watching: watch::Receiver<State>) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite,
{
    client.set_nodelay(true)?;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = tokio::io::split(server);
    tokio::select! {
        ended = one_way(from_client, to_server, watching.clone(), &[State::Deaf]) => ended,
        ended = one_way(from_server, to_client, watching.clone(), &[State::Deaf, State::Unanswered]) => ended,
        _ = watching.wait_for(|state| *state == State::Cut) => Ok(()),
    }
}

/// Carries what is said, and holds it back in these states.
async fn one_way(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut watching: watch::Receiver<State>,
    held_in: &[State],
) -> io::Result<()> {
    let mut buffer = vec![0; 16_384];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        if watching.wait_for(|state| !held_in.contains(state)).await.is_err() {
            return Ok(());
        }
        to.write_all(&buffer[..read]).await?;
    }
}
