//! The server that is measured: a child process of this same program, so that generator, WeCom and server share nothing but
//! the machine.

use std::{
    collections::VecDeque,
    fmt::Write as _,
    io::{BufRead as _, BufReader, Read},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, anyhow};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use tokio::sync::oneshot;

use super::watch::Stopwatch;
use crate::{app, cli::spread::milliseconds, config::Environment};

/// Making the tables of a large database takes longer than starting.
const READY_WITHIN: Duration = Duration::from_mins(1);

/// The server's own grace, and some.
const ENDS_WITHIN: Duration = Duration::from_secs(20);

/// How often it is looked whether it has ended.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// So many of its last lines are shown where it does not start.
const LINES_KEPT: usize = 10;

/// A line of the log that is longer is cut, so that no log fills the memory.
const LINE_BYTES_MAX: u64 = 16 * 1_024;

/// Settings of whoever starts the run that go on to the server. Everything else is as the program has it: a real company's
/// credentials and the address for its alerts are no business of a run's.
const HANDED_ON: [&str; 21] = [
    "GREETER_DATABASE_CONNECTIONS",
    "GREETER_HTTP_BODY_MAX_BYTES",
    "GREETER_WECOM_WELCOME_CONCURRENCY",
    "GREETER_WECOM_TAG_CONCURRENCY",
    "GREETER_WECOM_LOOKUP_BUDGET_MS",
    "GREETER_LOG_FORMAT",
    "GREETER_TIME_ZONE",
    // What the URL of a PostgreSQL leaves out comes from these, and from the file of passwords below HOME.
    "HOME",
    "PGAPPNAME",
    "PGDATABASE",
    "PGHOST",
    "PGHOSTADDR",
    "PGOPTIONS",
    "PGPASSFILE",
    "PGPASSWORD",
    "PGPORT",
    "PGSSLCERT",
    "PGSSLKEY",
    "PGSSLMODE",
    "PGSSLROOTCERT",
    "PGUSER",
];

/// What was started.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    pub(super) callback: SocketAddr,
    /// From its start to the line that says that it takes callbacks.
    pub(super) ready_after: Duration,
}

/// What a server took of the machine, as far as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(super) struct Took {
    pub(super) ready_ms: f64,
    /// The most memory that it had at once.
    pub(super) memory_bytes: Option<u64>,
    pub(super) cpu_seconds: Option<f64>,
}

/// What a server is started with.
#[derive(Debug)]
pub(super) struct Start<'a> {
    /// Its settings file.
    pub(super) settings: &'a Path,
    pub(super) database: &'a SecretString,
    pub(super) environment: &'a Environment,
}

impl Server {
    /// Starts one and waits until it takes callbacks in.
    pub(super) async fn start(start: &Start<'_>) -> anyhow::Result<Self> {
        let program = std::env::current_exe()?;
        let filter = start.environment.text("GREETER_LOG").unwrap_or("info");
        let watch = Stopwatch::start();
        let child = Command::new(program)
            .arg("serve")
            .arg("--config")
            .arg(start.settings)
            .env_clear()
            .envs(HANDED_ON.iter().filter_map(|name| Some((name, start.environment.text(name)?))))
            .env("DATABASE_URL", start.database.expose_secret())
            // The line that says where it listens is needed whatever else is logged.
            .env("GREETER_LOG", format!("{filter},wecom_greeter::app=info"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        // From here on it is killed wherever this ends.
        let mut server =
            Self { child, callback: SocketAddr::from(([0, 0, 0, 0], 0)), ready_after: Duration::ZERO };
        let log = server.child.stderr.take().context("its log is not there")?;
        let (says, ready) = oneshot::channel();
        let last = Arc::new(Mutex::new(VecDeque::new()));
        let lines = Arc::clone(&last);
        // Ends with the server, whose log it reads.
        tokio::task::spawn_blocking(move || read_log(log, &lines, says));
        let Ok(Ok(address)) = tokio::time::timeout(READY_WITHIN, ready).await else {
            let lines = last.lock().unwrap_or_else(PoisonError::into_inner);
            return Err(anyhow!(lines.iter().map(String::as_str).collect::<Vec<_>>().join("\n")));
        };
        server.callback = address;
        server.ready_after = Duration::from_micros(watch.us());
        Ok(server)
    }

    /// What it has taken so far.
    pub(super) fn took(&self) -> Took {
        let (memory_bytes, cpu_seconds) = of_process(self.child.id());
        Took { ready_ms: milliseconds(self.ready_after), memory_bytes, cpu_seconds }
    }

    /// Ends it as a system does. If it does not end, it is killed where it is dropped.
    pub(super) async fn end(mut self) -> std::io::Result<()> {
        terminate(&self.child);
        let watch = Stopwatch::start();
        while Duration::from_micros(watch.us()) < ENDS_WITHIN && self.child.try_wait()?.is_none() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
fn terminate(child: &Child) {
    // Where it cannot be sent, the child has ended or is killed a little later.
    let pid = rustix::process::Pid::from_child(child);
    let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
}

/// Reads the log to its end, so that the server never waits for somebody to read it. Says once where callbacks are taken.
fn read_log(log: impl Read, last: &Mutex<VecDeque<String>>, says: oneshot::Sender<SocketAddr>) {
    let mut says = Some(says);
    let mut log = BufReader::new(log);
    let mut line = Vec::new();
    loop {
        line.clear();
        match log.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line) {
            Ok(read) if read > 0 => {}
            _ => return,
        }
        // Once it is ready only its working is measured.
        if says.is_none() {
            continue;
        }
        let text = String::from_utf8_lossy(&line);
        if let Some(address) = address_of(&text) {
            // Whoever waits may have given up.
            let _ = says.take().map(|says| says.send(address));
        }
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.len() == LINES_KEPT {
            last.pop_front();
        }
        last.push_back(text.trim_end().to_owned());
    }
}

/// Where callbacks are taken, if this is the line that says so.
fn address_of(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once(app::TAKES_CALLBACKS_AT)?;
    let end = rest.find(|c: char| !(c.is_ascii_digit() || ".:".contains(c))).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

/// The most memory that a process had, and the time that it has taken of the processors.
#[cfg(target_os = "linux")]
fn of_process(id: u32) -> (Option<u64>, Option<f64>) {
    let process = i32::try_from(id).ok().and_then(|id| procfs::process::Process::new(id).ok());
    let Some(process) = process else { return (None, None) };
    let memory = process.status().ok().and_then(|status| status.vmhwm).map(|kilobytes| kilobytes * 1_024);
    #[expect(clippy::cast_precision_loss, reason = "a time in ticks is far below 2^53")]
    let seconds = |ticks: u64| ticks as f64 / procfs::ticks_per_second() as f64;
    (memory, process.stat().ok().map(|stat| seconds(stat.utime.saturating_add(stat.stime))))
}

#[cfg(not(target_os = "linux"))]
fn of_process(_id: u32) -> (Option<u64>, Option<f64>) {
    (None, None)
}

/// The settings of a server whose WeCom is at that address.
pub(super) fn settings(api_base: &str, app: &crate::config::App) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let mut text =
        String::from("[http]\nlisten = \"127.0.0.1:0\"\n\n[admin]\nlisten = \"127.0.0.1:0\"\n\n[wecom]\n");
    let api_base = quoted(api_base);
    // Writing to a text does not fail.
    let _ = write!(text, "api_base = {api_base}\nlogin_base = {api_base}\n\n[[apps]]\n");
    for (name, value) in [
        ("name", app.name.as_str()),
        ("corp_id", &app.corp_id),
        ("secret", app.secret.expose_secret()),
        ("token", app.token.expose_secret()),
        ("encoding_aes_key", app.encoding_aes_key.expose_secret()),
    ] {
        let _ = writeln!(text, "{name} = {}", quoted(value));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_says_where_callbacks_are_taken_is_found_in_either_form() {
        let text = "2026-03-01T09:00:00Z  INFO wecom_greeter::app: Callbacks are taken in at http://127.0.0.1:41234/callback/bench; health and metrics at http://127.0.0.1:41235";
        let json = r#"{"level":"INFO","fields":{"message":"Callbacks are taken in at http://127.0.0.1:41234/callback/bench"}}"#;
        for line in [text, json] {
            assert_eq!(address_of(line), Some(SocketAddr::from(([127, 0, 0, 1], 41_234))), "{line}");
        }
        assert_eq!(address_of("INFO The record is in /tmp/x.db"), None);
    }

    #[test]
    fn a_log_is_read_to_its_end_and_its_last_lines_are_kept() {
        let (says, mut ready) = oneshot::channel();
        let log = (0..50).fold(String::new(), |log, number| log + &format!("line {number}\n"));
        let last = Mutex::default();
        read_log(log.as_bytes(), &last, says);
        assert!(ready.try_recv().is_err());
        let last = last.into_inner().unwrap();
        assert_eq!((last.len(), last[0].as_str(), last[9].as_str()), (LINES_KEPT, "line 40", "line 49"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_has_memory_and_time() {
        let (memory, cpu) = of_process(std::process::id());
        assert!(memory.unwrap() > 1 << 20 && cpu.unwrap() >= 0.0);
        assert_eq!(of_process(u32::MAX), (None, None));
    }
}
