//! Prints what WeCom answered: its own JSON, with fields that no type of ours knows. Whatever is said about it goes
//! to stderr.
//!
//! stdout is JSON that `jq` reads, whatever happens: on one line with `--output json`, over several lines for people,
//! one item a line with `--all`. A refusal is printed as well, since it is the answer; what it means and what to do
//! stands on stderr. `--table` is the exception: it is for people.

use std::process::ExitCode;

use futures_util::FutureExt as _;
use serde_json::{Map, Value, json};

use super::{ContactOptions, qr, table};
use crate::{
    cli::{
        failure,
        output::{Output, brief, clean, pretty, say},
        when::Zone,
        words::contact::{Again, Contact, meaning_in_chinese},
    },
    language::{Language, Sentence as _},
};
use wecom_client::{
    Effect, Endpoint, Error, Unanswered,
    catalogue::{Method, Pages},
    explain_for, is_read_in_part,
};

/// At most so many rows in a table, which is held in memory to be aligned; more of them are for a program to read.
const ROWS_MAX: usize = 10_000;

/// Prints one answer.
pub(super) fn one(
    answer: Map<String, Value>,
    method: &Method,
    (flags, zone): (&ContactOptions, &Zone),
    output: &mut Output,
) -> anyhow::Result<ExitCode> {
    let language = output.language();
    note_if_read_in_part(answer.get("errmsg").and_then(Value::as_str).is_some_and(is_read_in_part), language);
    let code = method
        .draws
        .filter(|_| flags.qr)
        .map(|place| qr::address(&answer, place).map(|address| qr::drawn(address, language)));
    if flags.table {
        let page = method.page_of(answer);
        table::print(table::rows(page.items, method.inner), zone, output)?;
        if page.next.is_some() {
            say(&Contact::MorePages.to(language));
        }
        beside(page.remarks, language);
    } else {
        output.either(&answer, || pretty(&answer))?;
    }
    if let Some(code) = code {
        say(&code.unwrap_or_else(|| Contact::NoAddress.to(language)));
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the answer of a method that is in no table.
pub(super) fn unlisted(answer: &Map<String, Value>, output: &mut Output) -> anyhow::Result<ExitCode> {
    let language = output.language();
    note_if_read_in_part(answer.get("errmsg").and_then(Value::as_str).is_some_and(is_read_in_part), language);
    output.either(answer, || pretty(answer))?;
    Ok(ExitCode::SUCCESS)
}

/// WeCom answers errcode 0 also where it could read a part of the body only (page 90455), so that what was asked is done
/// in part.
fn note_if_read_in_part(is_so: bool, language: Language) {
    if is_so {
        say(&Contact::ReadInPart.to(language));
    }
}

/// Says on stderr what the answer has beside its records: employees without a licence, say.
fn beside(remarks: Map<String, Value>, language: Language) {
    if !remarks.is_empty() {
        let remarks = clean(&Value::Object(remarks).to_string());
        say(&Contact::Beside { remarks: &remarks }.to(language));
    }
}

/// Prints the items of all pages as they come.
pub(super) async fn all(
    mut pages: Pages,
    method: &Method,
    (flags, zone): (&ContactOptions, &Zone),
    output: &mut Output,
) -> anyhow::Result<ExitCode> {
    let language = output.language();
    let mut rows = Vec::new();
    let mut passed_over: u64 = 0;
    let mut failed = None;
    loop {
        let item = if let Some(item) = pages.next().now_or_never() {
            item
        } else {
            // The next page may take long. Whoever reads gets this one first, and keeps it if the program is ended
            // meanwhile.
            output.flush()?;
            pages.next().await
        };
        match item {
            None => break,
            Some(Ok(item)) if !flags.table => {
                output.document(&item)?;
                // On a terminal somebody is looking.
                if output.is_terminal() {
                    output.flush()?;
                }
            }
            Some(Ok(item)) if rows.len() < ROWS_MAX => rows.push(item),
            Some(Ok(_)) => passed_over += 1,
            Some(Err(unanswered)) => failed = Some(unanswered),
        }
    }
    if !rows.is_empty() {
        table::print(rows, zone, output)?;
    }
    if passed_over > 0 {
        say(&Contact::NotInTable { more: passed_over }.to(language));
    }
    if pages.restarted() {
        say(&Contact::BegunAnew.to(language));
    }
    note_if_read_in_part(pages.read_in_part(), language);
    beside(pages.remarks(), language);
    match failed {
        None => Ok(ExitCode::SUCCESS),
        // After items that have a line each it has one as well; below a table it is printed as any answer is.
        Some(unanswered) => {
            none(unanswered, method.endpoint, &method.command(), Form::of_a_listing(flags), output)
        }
    }
}

/// How a refusal is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As any answer: over several lines for people, on one with `--output json`.
    Answer,
    /// On one line in any case: it stands below items that have a line each.
    OneLine,
}

impl Form {
    fn of_a_listing(flags: &ContactOptions) -> Self {
        if flags.table { Self::Answer } else { Self::OneLine }
    }
}

/// Prints a refusal, or says why there is no answer.
pub(super) fn none(
    unanswered: Unanswered,
    endpoint: Endpoint,
    command: &str,
    form: Form,
    output: &mut Output,
) -> anyhow::Result<ExitCode> {
    let Unanswered { error, answer } = unanswered;
    let language = output.language();
    let uncertain = endpoint.effect == Effect::Once && error.lost();
    let Some(errcode) = error.errcode() else {
        let error = if uncertain {
            let hint = Contact::PerhapsDone { method: command };
            anyhow::Error::new(error).context(hint.to(language))
        } else {
            error.into()
        };
        return Err(error);
    };
    let answer = answer.map_or_else(|| refusal(errcode, &error), Value::Object);
    match form {
        Form::Answer => output.either(&answer, || pretty(&answer))?,
        Form::OneLine => output.document(&answer)?,
    }
    output.flush()?;
    let asked = if matches!(error, Error::Token { .. }) { "gettoken" } else { endpoint.path };
    let again = again(endpoint.effect, uncertain);
    let what_to_do = Contact::Again(again).to(language);
    let english = explain_for(asked, errcode);
    let meaning = match language {
        Language::En => english.map(|meaning| meaning.replace(BY_ITSELF, &what_to_do)),
        Language::Zh => meaning_in_chinese(asked, errcode).map(str::to_owned),
    };
    let meaning = meaning.map_or_else(
        || Contact::SeeCode { errcode }.to(language),
        |meaning| Contact::Means { meaning: &meaning }.to(language),
    );
    let refused = Contact::Refused { method: asked, errcode, message: &brief(message(&error)) };
    let mut lines = vec![refused.to(language), meaning];
    // In English what passes says so itself.
    let passes = english.is_some_and(|meaning| meaning.contains(BY_ITSELF));
    if (uncertain || passes) && !lines.iter().any(|line| line.contains(&what_to_do)) {
        lines.push(Contact::ToDo(again).to(language));
    }
    if let Some(address) = error.untrusted_address() {
        lines.push(Contact::AddressSeen { address }.to(language));
    }
    say(&lines.join("\n"));
    Ok(ExitCode::from(failure::FAILED))
}

/// How the explanation of a passing error code begins. It is written for the server, which tries again by itself.
const BY_ITSELF: &str = "It is tried again by itself";

/// What stands in its place for a person at the command line, for whom nothing is tried later.
fn again(effect: Effect, uncertain: bool) -> Again {
    match effect {
        Effect::Once if uncertain => Again::LookFirst,
        Effect::Once => Again::NotSentTwice,
        Effect::Read | Effect::Idempotent => Again::Later,
    }
}

/// An answer to print where it was not the call that was refused but the token that it needs.
fn refusal(errcode: i64, error: &Error) -> Value {
    json!({ "errcode": errcode, "errmsg": message(error) })
}

/// WeCom's own words.
fn message(error: &Error) -> &str {
    match error {
        Error::Refused { errmsg, .. } => errmsg,
        Error::Token { cause, .. } => message(cause),
        _ => "",
    }
}
