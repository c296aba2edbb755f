//! How a command reports that it failed: what failed, why, and what to do.

use std::{io, process::ExitCode};

use crate::{app, config::ConfigError, flow::engine, store, telemetry};

/// What was asked for failed.
pub(super) const FAILED: u8 = 1;

/// The usage or the settings are wrong.
pub(super) const USAGE: u8 = 2;

/// The command line asks for something that cannot be.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Misuse(pub(super) String);

/// Prints the failure on stderr and gives the exit status.
pub(super) fn report(error: &anyhow::Error) -> ExitCode {
    if is_broken_pipe(error) {
        return ExitCode::SUCCESS;
    }
    let mut messages = vec![error.to_string()];
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        // Wrappers that are transparent repeat what they wrap.
        if !messages.iter().any(|earlier| earlier.contains(&cause)) {
            messages.push(cause);
        }
    }
    let mut lines = format!("error: {}", messages.join("\n  because: "));
    if let Some(hint) = hint(error) {
        lines.push_str("\n  to do: ");
        lines.push_str(hint);
    }
    telemetry::print_last(&lines);
    let usage = error.chain().any(|cause| cause.is::<ConfigError>() || cause.is::<Misuse>());
    ExitCode::from(if usage { USAGE } else { FAILED })
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// What to do, where the error itself does not say so.
fn hint(error: &anyhow::Error) -> Option<&'static str> {
    error.chain().find_map(|cause| {
        if let Some(error) = cause.downcast_ref::<store::Error>() {
            return match error {
                store::Error::Unreachable { .. } | store::Error::Slow { .. } | store::Error::Hung { .. } => {
                    Some("see that the database runs and that DATABASE_URL (database.url) is the right one")
                }
                store::Error::File { .. } => {
                    Some("see that the folder exists and that this user may write to it")
                }
                _ => None,
            };
        }
        if let Some(app::Error::Listen { .. }) = cause.downcast_ref() {
            return Some(
                "end what listens there, or set GREETER_LISTEN and GREETER_ADMIN_LISTEN to other ports",
            );
        }
        if let Some(engine::Error::Keys { .. }) = cause.downcast_ref() {
            return Some("copy Token and EncodingAESKey again from 接收消息 in WeCom's console");
        }
        if let Some(wecom_simulator::StartError::Keys(_)) = cause.downcast_ref() {
            return Some(
                "give --token (1 to 32) and --encoding-aes-key (43) of letters and digits, or neither",
            );
        }
        None
    })
}
