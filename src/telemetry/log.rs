//! The log: lines for stderr that are written off the way of whoever logs.
//!
//! stderr may be a full disk, a pipe that nobody reads or one whose reader has died. None of them may hold up an event or
//! end the program, so a line only joins a queue, and one thread writes. The queue is bounded; a line that finds it full,
//! or that cannot be written, is dropped and counted.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, ErrorKind, IsTerminal as _, Write as _},
    os::fd::AsFd as _,
    sync::{
        Condvar, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use prometheus_client::metrics::counter::Counter;
use tracing::{error, warn};
use tracing_subscriber::{EnvFilter, util::SubscriberInitExt as _};

use crate::config::{Log, LogFormat};

/// Logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// It does not follow the syntax of filters.
    #[error("log.filter is not a filter")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Somebody has set it up before.
    #[error("logging is set up already in this process")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
    /// The system gave no thread or no second handle of stderr.
    #[error("the log's writer cannot be started")]
    Writer(#[from] io::Error),
}

/// Silences what libraries log at every start and end and nobody needs. It comes first in the filter, so that one who names
/// them in the settings overrules it.
const QUIET: &str = "actix_server=error";

/// So many bytes of lines may wait to be written: minutes of a busy server's log.
const WAITING_BYTES_MAX: usize = 4 * 1_024 * 1_024;

/// How long the end of the process waits for the lines that are left.
const LAST_LINES_WITHIN: Duration = Duration::from_millis(500);

/// The pause before stderr is tried again that another process has set to answer "not now".
const AGAIN_AFTER: Duration = Duration::from_millis(20);

/// The queue of this process, once logging is set up.
static QUEUE: OnceLock<Queue> = OnceLock::new();

/// Lines that never reached stderr. There is one stderr, and so one count for all [`Metrics`](super::Metrics).
pub(super) static DROPPED: LazyLock<Counter> = LazyLock::new(Counter::default);

/// Whether the latest line was dropped.
static DROPPING: AtomicBool = AtomicBool::new(false);

/// Sends what is logged to stderr, for the rest of the process. stdout belongs to the command's result.
pub fn init(log: &Log) -> Result<(), LogError> {
    let filter = EnvFilter::builder().parse(format!("{QUIET},{}", log.filter))?;
    start_writer()?;
    let lines =
        tracing_subscriber::fmt().with_env_filter(filter).log_internal_errors(false).with_writer(|| Line);
    match log.format {
        LogFormat::Text => {
            lines.with_ansi(log.colors && io::stderr().is_terminal()).finish().try_init()?;
        }
        LogFormat::Json => lines.json().flatten_event(true).finish().try_init()?,
    }
    // The standard hook writes to stderr itself, and waits for whoever does not read it.
    std::panic::set_hook(Box::new(|panic| error!("A part of the program broke down: {panic}")));
    Ok(())
}

/// How the log fares, for those who ask whether the process is well.
pub fn log_state() -> (&'static str, u64) {
    (if DROPPING.load(Ordering::Relaxed) { "drops lines" } else { "written" }, DROPPED.get())
}

/// Writes a last line for people to stderr, after what was logged. A stderr that takes nothing holds up the end for half a
/// second and no longer.
pub fn print_last(line: &str) {
    if let Some(queue) = QUEUE.get() {
        queue.push(format!("{line}\n").into_bytes());
        flush();
    } else {
        let _ = writeln!(io::stderr().lock(), "{line}");
    }
}

/// Waits for the lines that are left, for half a second at most.
pub fn flush() {
    if let Some(queue) = QUEUE.get() {
        queue.wait_until_empty(LAST_LINES_WITHIN);
    }
}

fn start_writer() -> io::Result<()> {
    if QUEUE.get().is_some() {
        return Ok(());
    }
    // A handle of its own: while a write hangs, nobody else has to wait for the lock of the standard library's.
    let stderr = File::from(io::stderr().as_fd().try_clone_to_owned()?);
    let queue = QUEUE.get_or_init(Queue::default);
    // Nobody can wait for it to end: it may hang in a write. Whoever ends the process waits in `flush`.
    thread::Builder::new().name("log".to_owned()).spawn(move || write_lines(queue, stderr)).map(drop)
}

/// Writes what comes, for as long as the process lives.
fn write_lines(queue: &Queue, mut stderr: File) {
    let mut reported = 0;
    loop {
        let line = queue.next();
        let written = write_all(&mut stderr, &line);
        queue.done(line.len());
        if written.is_err() {
            count_dropped();
            continue;
        }
        DROPPING.store(false, Ordering::Relaxed);
        let dropped = DROPPED.get();
        if dropped > reported && queue.is_empty() {
            warn!("{} lines of the log before this one could not be written", dropped - reported);
            reported = dropped;
        }
    }
}

fn write_all(stderr: &mut File, mut line: &[u8]) -> io::Result<()> {
    while !line.is_empty() {
        match stderr.write(line) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(count) => line = &line[count..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => pause(),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the thread does nothing else")]
fn pause() {
    thread::sleep(AGAIN_AFTER);
}

fn count_dropped() {
    DROPPED.inc();
    DROPPING.store(true, Ordering::Relaxed);
}

/// Takes one line of tracing's, which writes each with a single call.
struct Line;

impl io::Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if let Some(queue) = QUEUE.get() {
            queue.push(line.to_vec());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Lines that wait to be written.
#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    written: Condvar,
}

#[derive(Default)]
struct Waiting {
    lines: VecDeque<Vec<u8>>,
    /// Of the lines, and of the one that is being written.
    bytes: usize,
}

impl Queue {
    fn push(&self, line: Vec<u8>) {
        let mut waiting = self.waiting();
        if waiting.bytes + line.len() > WAITING_BYTES_MAX {
            drop(waiting);
            count_dropped();
            return;
        }
        waiting.bytes += line.len();
        waiting.lines.push_back(line);
        drop(waiting);
        self.arrived.notify_one();
    }

    fn next(&self) -> Vec<u8> {
        let mut waiting = self.waiting();
        loop {
            if let Some(line) = waiting.lines.pop_front() {
                return line;
            }
            waiting = self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn done(&self, bytes: usize) {
        self.waiting().bytes -= bytes;
        self.written.notify_all();
    }

    fn is_empty(&self) -> bool {
        self.waiting().bytes == 0
    }

    fn wait_until_empty(&self, within: Duration) {
        // A line that could not be written counts as done, and nothing is left to do about one that hangs.
        drop(self.written.wait_timeout_while(self.waiting(), within, |waiting| waiting.bytes > 0));
    }

    /// Nothing panics while it holds the lock.
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_finds_the_queue_full_is_dropped_and_counted() {
        let queue = Queue::default();
        let before = DROPPED.get();
        queue.push(vec![b'a'; WAITING_BYTES_MAX]);
        queue.push(b"b".to_vec());
        assert_eq!((queue.waiting().lines.len(), DROPPED.get() - before), (1, 1));
        assert_eq!(log_state().0, "drops lines");
        queue.wait_until_empty(Duration::from_millis(1));
        let line = queue.next();
        assert!(!queue.is_empty(), "it is being written");
        queue.done(line.len());
        assert!(queue.is_empty());
    }
}
