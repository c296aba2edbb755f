//! How a command reports that it failed: what failed, why, and what to do.

use std::{error::Error, io, process::ExitCode};

use super::words::{
    arguments::Wrong,
    errors,
    failure::{Failure, Remedy},
};
use crate::{
    app,
    config::ConfigError,
    flow::engine,
    language::{Language, Sentence as _},
    store, telemetry,
};

/// What was asked for failed.
pub(super) const FAILED: u8 = 1;

/// The usage or the settings are wrong.
pub(super) const USAGE: u8 = 2;

/// The command line asks for something that cannot be.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Misuse(pub(super) String);

/// Prints the failure on stderr and gives the exit status.
pub(super) fn report(error: &anyhow::Error, language: Language) -> ExitCode {
    if is_broken_pipe(error) {
        return ExitCode::SUCCESS;
    }
    let mut messages: Vec<String> = Vec::new();
    for cause in error.chain().filter(|cause| !is_between(*cause, language)) {
        let cause = said(cause, language);
        // Wrappers that are transparent repeat what they wrap.
        if !messages.iter().any(|earlier| earlier.contains(&cause)) {
            messages.push(cause);
        }
    }
    let mut lines: Vec<String> = Vec::new();
    for message in &messages {
        let line = if lines.is_empty() { Failure::Error(message) } else { Failure::Because(message) };
        lines.push(line.to(language));
    }
    lines.extend(remedy(error).map(|remedy| Failure::ToDo(remedy).to(language)));
    telemetry::print_last(&lines.join("\n"));
    let usage = error.chain().any(is_misuse);
    ExitCode::from(if usage { USAGE } else { FAILED })
}

/// What an error says, without its causes. What has no Chinese is said in the words of whoever found it.
pub(super) fn said(error: &(dyn Error + 'static), language: Language) -> String {
    let chinese = match language {
        Language::En => None,
        Language::Zh => errors::in_chinese(error),
    };
    chinese.unwrap_or_else(|| error.to_string())
}

/// Whether an error has only English words, of a library as a rule, and what is behind it is said in Chinese: that tells whoever
/// reads it more. Where nothing behind it is, its own words stay, to be looked up.
fn is_between(error: &(dyn Error + 'static), language: Language) -> bool {
    let is_english = || errors::in_chinese(error).is_none() && error.to_string().is_ascii();
    let mut behind = std::iter::successors(error.source(), |&error| error.source());
    language == Language::Zh && is_english() && behind.any(|error| errors::in_chinese(error).is_some())
}

/// Whether the usage or the settings are wrong, and not only what was done with them.
fn is_misuse(cause: &(dyn Error + 'static)) -> bool {
    use wecom_simulator::StartError;
    cause.is::<ConfigError>()
        || cause.is::<Misuse>()
        || cause.is::<Wrong>()
        // An argument that is refused before anything is sent.
        || matches!(cause.downcast_ref(), Some(wecom_client::Error::Argument { .. }))
        // Keys that cannot seal anything, wherever they were given.
        || matches!(cause.downcast_ref(), Some(StartError::Keys(_)))
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// What to do, where the error itself does not say so.
fn remedy(error: &anyhow::Error) -> Option<Remedy> {
    error.chain().find_map(|cause| {
        if let Some(error) = cause.downcast_ref::<store::Error>() {
            return match error {
                store::Error::Unreachable { .. } | store::Error::Slow { .. } | store::Error::Hung { .. } => {
                    Some(Remedy::CheckDatabase)
                }
                store::Error::File { .. } => Some(Remedy::CheckFolder),
                _ => None,
            };
        }
        if let Some(app::Error::Listen { .. }) = cause.downcast_ref() {
            return Some(Remedy::OtherPorts);
        }
        if let Some(engine::Error::Keys { .. }) = cause.downcast_ref() {
            return Some(Remedy::CopyKeysAgain);
        }
        if let Some(wecom_simulator::StartError::Keys(_)) = cause.downcast_ref() {
            return Some(Remedy::GiveKeysOrNone);
        }
        None
    })
}
