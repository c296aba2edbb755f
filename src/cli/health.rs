//! `health`: asks a running server whether it is alive. For container images that have no curl.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context as _;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{failure, output::Output, setup::Setup, words::trying::Trying};
use crate::{config::Required, language::Sentence as _};

pub(super) const EXAMPLES: &str = "\
Asks /healthz of the admin listener, with --ready /readyz. Exit status 0 if the answer is 200, 1 if not.

Examples:
  wecom-greeter health
  wecom-greeter health --ready --address 127.0.0.1:8081
  HEALTHCHECK CMD [\"wecom-greeter\", \"health\"]          in a Dockerfile";

/// How long a server may take to say that it is alive.
const ANSWERS_WITHIN: Duration = Duration::from_secs(3);

/// More of an answer is not read: the status is in its first line.
const ANSWER_BYTES_MAX: u64 = 4_096;

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Where the server's admin listener is [default: admin.listen of the settings]
    #[arg(long, value_name = "ADDRESS")]
    address: Option<SocketAddr>,
    /// Ask whether it is ready to take callbacks, not only whether it is alive
    #[arg(long)]
    ready: bool,
}

pub(super) async fn run(options: &Options, setup: &Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let address = match options.address {
        Some(address) => address,
        None => reachable(setup.settings(Required::Database)?.admin.listen),
    };
    let path = if options.ready { "/readyz" } else { "/healthz" };
    let asked = tokio::time::timeout(ANSWERS_WITHIN, ask(address, path)).await;
    let (status, body) = asked
        .with_context(|| Trying::NoAnswer { address, seconds: ANSWERS_WITHIN.as_secs() }.to(setup.language))?
        .with_context(|| Trying::CannotAsk { address }.to(setup.language))?;
    let well = status == 200;
    output.either(&json!({ "address": address, "path": path, "status": status, "ok": well }), || {
        if well { format!("{address}{path}: {status}") } else { format!("{address}{path}: {status} {body}") }
    })?;
    output.flush()?;
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::from(failure::FAILED) })
}

/// A listener on every address of a machine is asked on its own.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            Ipv4Addr::LOCALHOST.into()
        } else {
            Ipv6Addr::LOCALHOST.into()
        });
    }
    address
}

/// The status and body of a GET. By hand, so that a check every few seconds starts no TLS and looks for no proxy.
async fn ask(address: SocketAddr, path: &str) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let status =
        answer.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)).and_then(|code| code.parse().ok());
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| super::output::clean(body.trim()));
    let no_http = || std::io::Error::new(std::io::ErrorKind::InvalidData, "the answer is not HTTP");
    Ok((status.ok_or_else(no_http)?, body.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_on_every_address_is_asked_on_the_machine_itself() {
        let reached =
            ["0.0.0.0:8081", "[::]:8081", "10.0.0.3:9"].map(|a| reachable(a.parse().unwrap()).to_string());
        assert_eq!(reached, ["127.0.0.1:8081", "[::1]:8081", "10.0.0.3:9"]);
    }
}
