//! `actions`: what was to be done, with each attempt; the failure inbox.

use std::process::ExitCode;

use serde_json::json;

use super::{
    failure,
    filters::{self, WentWrong, Which},
    output::{Column, Output, brief, or_dash},
    setup::Setup,
    timeline,
    when::Zone,
    words::record::{Heading, Record},
};
use crate::{
    action::{Kind, ReasonCode, Status},
    language::{Language, Sentence as _},
    store::{ActionRecord, PAGE_DEFAULT, PAGE_MAX, Retry},
};

pub(super) const EXAMPLES: &str = "\
Examples:
  wecom-greeter actions list --status failed            the failure inbox
  wecom-greeter actions list --kind welcome --since 1d
  wecom-greeter actions retry 40 41
  wecom-greeter actions retry --kind tag --since 2h";

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// List actions, newest first
    #[command(after_help = LIST)]
    List {
        /// welcome, decide, tag, remark, notify or forward
        #[arg(long, value_name = "KIND", value_parser = filters::kind, help_heading = "Filters")]
        kind: Option<Kind>,
        /// pending, running, done, expired, failed or skipped
        #[arg(long, value_name = "STATUS", value_parser = filters::status, help_heading = "Filters")]
        status: Option<Status>,
        /// With this reason code, like untrusted_ip (docs/REASONS.md)
        #[arg(long, value_name = "CODE", value_parser = filters::code, help_heading = "Filters")]
        code: Option<ReasonCode>,
        #[command(flatten)]
        which: Which,
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = PAGE_DEFAULT, value_parser = clap::value_parser!(u32).range(1..=i64::from(PAGE_MAX)))]
        limit: u32,
    },
    /// Have failed actions tried again, by id or by filters
    #[command(after_help = RETRY)]
    Retry {
        /// The actions' ids
        #[arg(value_name = "ID")]
        ids: Vec<i64>,
        #[command(flatten)]
        which: WentWrong,
        /// How many at most; all if not given
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        limit: Option<u32>,
    },
}

const LIST: &str = "\
Examples:
  wecom-greeter actions list --status failed
  wecom-greeter actions list --kind welcome --status expired --since 7d
  wecom-greeter actions list --customer wmQ7fEDwAA --output json | jq .attempts";

const RETRY: &str = "\
They are due at once: a running server takes them up within a second. A welcome whose 20 seconds are
over cannot be sent any more, and is left as it is.

Examples:
  wecom-greeter actions retry 40 41
  wecom-greeter actions retry --kind tag --status failed --since 2h";

pub(super) async fn run(command: Command, setup: Setup, output: Output) -> anyhow::Result<ExitCode> {
    let (now_ms, zone) = (setup.clock.now_ms(), setup.zone()?);
    match command {
        Command::List { kind, status, code, which, limit } => {
            let filter = which.actions(kind, status, code, Some(limit), (now_ms, &zone))?;
            let store = setup.existing_store().await?;
            let actions = store.actions(&filter).await?;
            store.close().await;
            list(&actions, limit, (now_ms, &zone), output)
        }
        Command::Retry { ids, which, limit } => {
            let filtered = !which.is_everything();
            filters::ids_or_filters("actions retry", &ids, filtered)?;
            let filter = which.actions(limit, (now_ms, &zone))?;
            let store = setup.existing_store().await?;
            let said = if filtered {
                store.retry_where(&filter, now_ms).await?
            } else {
                store.retry(&ids, now_ms).await?
            };
            store.close().await;
            retried(&said, filtered, output)
        }
    }
}

/// What `list` shows of an action.
fn headings(planned: String, language: Language) -> [String; 9] {
    let [id, event, kind, status, tries, employee, customer, why] = [
        Heading::Id,
        Heading::Event,
        Heading::Kind,
        Heading::Status,
        Heading::Tries,
        Heading::Employee,
        Heading::Customer,
        Heading::Why,
    ]
    .map(|heading| Record::Heading(heading).to(language));
    [id, event, planned, kind, status, tries, employee, customer, why]
}

fn columns(
    [id, event, planned, kind, status, tries, employee, customer, why]: &[String; 9],
) -> [Column<'_>; 9] {
    [
        Column::whole(id),
        Column::whole(event),
        Column::whole(planned).leaves(2),
        Column::whole(kind),
        Column::whole(status),
        Column::whole(tries).leaves(3),
        Column::whole(employee).leaves(5),
        Column::whole(customer).leaves(4),
        Column::wraps(why),
    ]
}

fn list(
    actions: &[ActionRecord],
    limit: u32,
    (now_ms, zone): (i64, &Zone),
    mut output: Output,
) -> anyhow::Result<ExitCode> {
    if output.is_json() {
        for action in actions {
            output.document(action)?;
        }
        output.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    if actions.is_empty() {
        output.sentence(&Record::NoSuchActions)?;
    } else {
        let language = output.language();
        let planned = Record::Heading(Heading::Planned).to(language);
        let headings = headings(format!("{planned} {}", zone.offset(now_ms)), language);
        let rows = actions.iter().map(|action| row(action, now_ms, zone, language)).collect();
        output.table(&columns(&headings), rows)?;
        more(actions.len(), limit, actions.last().map(|action| action.id), &mut output)?;
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Says how to get the next page, where there may be one.
pub(super) fn more(shown: usize, limit: u32, last: Option<i64>, output: &mut Output) -> std::io::Result<()> {
    match last {
        Some(last) if usize::try_from(limit).is_ok_and(|limit| shown >= limit) => {
            output.sentence(&Record::Older { before: last })
        }
        _ => Ok(()),
    }
}

fn row(action: &ActionRecord, now_ms: i64, zone: &Zone, language: Language) -> Vec<String> {
    vec![
        action.id.to_string(),
        action.event_id.to_string(),
        zone.listed(action.created_at_ms, now_ms),
        Record::Kind(action.kind).to(language),
        Record::Status(action.status).to(language),
        action.attempts.len().to_string(),
        or_dash(action.user_id.as_deref()),
        or_dash(action.external_user_id.as_deref()),
        why(action, language),
    ]
}

/// Why it is not done, or how it was; cut to what a table bears. `events show` and the JSON have all of it.
fn why(action: &ActionRecord, language: Language) -> String {
    /// Two lines of a wide terminal.
    const CHARS_MAX: usize = 160;
    let last = action.attempts.last().filter(|last| last.errcode != Some(0)).map(|last| match last.errcode {
        Some(errcode) => format!("{errcode} {}", last.errmsg),
        None => last.errmsg.clone(),
    });
    let why = match language {
        Language::En => {
            action.reason.clone().filter(|reason| !reason.is_empty()).or(last).map(|why| brief(&why))
        }
        Language::Zh => timeline::reason(action, language),
    };
    let why = why.unwrap_or_else(|| "-".to_owned());
    let mut cut: String = why.chars().take(CHARS_MAX).collect();
    if cut.len() < why.len() {
        cut.push('…');
    }
    cut
}

/// Exact to 2^53 ms, some 285,000 years.
#[expect(clippy::cast_precision_loss, reason = "durations are far below 2^53 ms")]
pub(super) fn milliseconds(value: i64) -> f64 {
    value as f64
}

fn retried(said: &[(i64, Retry)], filtered: bool, mut output: Output) -> anyhow::Result<ExitCode> {
    let language = output.language();
    let mut due = 0_usize;
    for &(id, ref retry) in said {
        let (word, sentence) = match retry {
            Retry::Due => ("due", Record::RetryDue { id }),
            Retry::TooLate => ("too_late", Record::RetryTooLate { id }),
            Retry::NotFailed(status) => ("not_failed", Record::RetryNotFailed { id, status: *status }),
            Retry::Missing => ("missing", Record::RetryMissing { id }),
        };
        due += usize::from(*retry == Retry::Due);
        output.either(&json!({ "id": id, "retry": word }), || sentence.to(language))?;
    }
    if !output.is_json() {
        output.sentence(&match (said.len(), due) {
            (0, _) => Record::NothingToRetry,
            (_, 0) => Record::NothingRetried,
            (_, due) => Record::Retried { due },
        })?;
    }
    output.flush()?;
    // Whoever named an action wants it tried; a filter finds what there is.
    let failed = !filtered && due < said.len();
    Ok(ExitCode::from(if failed { failure::FAILED } else { 0 }))
}
