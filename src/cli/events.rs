//! `events`: what WeCom has notified us of, and having it planned and performed again.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use futures_util::TryStreamExt as _;
use serde_json::json;

use super::{
    actions::{milliseconds, more},
    filters::{self, Became, Which},
    happened,
    output::{Column, Output, clean, duration, or_dash},
    progress::Progress,
    replay::{self, Events},
    setup::{Filled, Setup},
    timeline,
    when::Zone,
    words::record::{Heading, Record},
};
use crate::{
    action::Kind,
    flow::replay::How,
    language::{Language, Sentence as _},
    store::{EventFilter, EventStatus, LINE_BYTES_MAX, ListedEvent, PAGE_DEFAULT, PAGE_MAX, Store},
};

pub(super) const EXAMPLES: &str = "\
Examples:
  wecom-greeter events list --since 2h
  wecom-greeter events show 17                          the whole story of one event
  wecom-greeter events replay 17 --dry-run              what would happen now
  wecom-greeter events export --since 2026-03-01 > events.jsonl";

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// List events, newest first
    #[command(after_help = LIST)]
    List {
        /// Where they stand
        #[arg(long, value_name = "STATUS", help_heading = "Filters")]
        status: Option<EventStatus>,
        #[command(flatten)]
        became: Became,
        #[command(flatten)]
        which: Which,
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = PAGE_DEFAULT, value_parser = clap::value_parser!(u32).range(1..=i64::from(PAGE_MAX)))]
        limit: u32,
    },
    /// Tell the whole story of one event
    #[command(after_help = SHOW)]
    Show {
        /// The event's id
        id: i64,
    },
    /// Run stored events again: planned by the rules of today, performed, recorded
    #[command(after_help = REPLAY)]
    Replay {
        /// The events' ids
        #[arg(value_name = "ID")]
        ids: Vec<i64>,
        /// Only these kinds of action, with commas between them: welcome, decide, tag, remark, notify, forward
        #[arg(long, value_name = "KIND", value_parser = filters::kind, value_delimiter = ',')]
        only: Vec<Kind>,
        /// Send notices and forwards again that were sent for these events before; else they are skipped
        #[arg(long)]
        repeat_reports: bool,
        /// Say what would happen; store nothing, call nobody
        #[arg(long)]
        dry_run: bool,
        /// Where they stand
        #[arg(long, value_name = "STATUS", help_heading = "Filters")]
        status: Option<EventStatus>,
        #[command(flatten)]
        which: Which,
        /// How many at most, the newest; all if not given
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        limit: Option<u32>,
    },
    /// Write events with their payloads to stdout, oldest first, one JSON document a line
    #[command(after_help = EXPORT)]
    Export {
        /// Where they stand
        #[arg(long, value_name = "STATUS", help_heading = "Filters")]
        status: Option<EventStatus>,
        #[command(flatten)]
        which: Which,
        /// How many at most; all if not given
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        limit: Option<u32>,
        /// Put pseudonyms in the place of ids, names, texts and codes, so that the file can be handed on
        #[arg(long)]
        pseudonymise: bool,
    },
    /// Put exported events into this database; what is there already is passed over
    #[command(after_help = IMPORT)]
    Import {
        /// The file of JSON lines; - for stdin
        file: PathBuf,
    },
}

const LIST: &str = "\
Examples:
  wecom-greeter events list --since 2h
  wecom-greeter events list --user zhangsan --state spring-2026
  wecom-greeter events list --status received              stored, but not planned yet
  wecom-greeter events list --outcome missed --since 1d    who was not greeted in time
  wecom-greeter events list --change add_external_contact --output json | jq .id";

const SHOW: &str = "\
With --output json the payload comes with it, byte for byte.

Examples:
  wecom-greeter events show 17
  wecom-greeter events show 17 --output json | jq -r .payload";

const REPLAY: &str = "\
A replay never sends an expired welcome code and never greets a second time; tags and remarks are
set again, which changes nothing where they are set already. Notices and forwards that were sent are
not sent again, unless --repeat-reports says so; --dry-run names those that are left out. Needs the
apps' settings, as `serve` does.

Examples:
  wecom-greeter events replay 17 --dry-run
  wecom-greeter events replay 17 18 --only tag
  wecom-greeter events replay --since 2h --state spring-2026 --only tag,remark";

const EXPORT: &str = "\
Payloads hold what WeCom has told about customers, and welcome codes: keep the file as you keep the
database. With --pseudonymise it can be handed on: ids, names, texts and codes are pseudonyms then, the
same for one person everywhere; kinds, times and channels (State) stay, so that it can be imported and
replayed.

Examples:
  wecom-greeter events export > events.jsonl
  wecom-greeter events export --pseudonymise > for-others.jsonl
  wecom-greeter events export --since 2026-03-01 --until 2026-03-02 --app default > day.jsonl";

const IMPORT: &str = "\
Imported events are marked and performed by nobody, until they are replayed. What was pruned from
this record stays away, as it is counted in statistics already; so does what had happened of a
customer who was forgotten.

Examples:
  wecom-greeter events import events.jsonl
  DATABASE_URL=sqlite://test.db wecom-greeter events import - < day.jsonl";

/// How many lines are imported at a time: one transaction of a few hundred kilobytes.
const LINES_AT_ONCE: usize = 200;

pub(super) async fn run(command: Command, setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let (now_ms, zone) = (setup.clock.now_ms(), setup.zone()?);
    match command {
        Command::List { status, became, which, limit } => {
            let filter = which.events(status, Some(limit), (now_ms, &zone))?;
            let store = setup.existing_store().await?;
            let events = store.events_by_fate(&filter, &became.filter()).await;
            store.close().await;
            let events = events?;
            list(&events, limit, (now_ms, &zone), output)
        }
        Command::Show { id } => {
            let store = setup.existing_store().await?;
            let record = store.event(id).await?;
            store.close().await;
            let record = record.with_context(|| Record::NoEvent { id }.to(setup.language))?;
            if output.is_json() {
                output.document(&record)?;
            } else {
                output.text(&timeline::render(&record, now_ms, &zone, setup.language))?;
            }
            output.flush()?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Replay { ids, only, repeat_reports, dry_run, status, which, limit } => {
            let filtered = status.is_some() || limit.is_some() || !which.is_everything();
            filters::ids_or_filters("events replay", &ids, filtered)?;
            let which = if filtered {
                Events::Found(which.events(status, limit, (now_ms, &zone))?)
            } else {
                Events::Named(ids)
            };
            let only = only.into_iter().collect();
            replay::run(which, How { only, repeat_reports }, dry_run, setup, output).await
        }
        Command::Export { status, which, limit, pseudonymise } => {
            let filter = which.events(status, limit, (now_ms, &zone))?;
            let store = setup.existing_store().await?;
            let ended = export(&store, filter, pseudonymise, output).await;
            store.close().await;
            ended
        }
        Command::Import { file } => {
            let filled = setup.filled_store().await?;
            let ended = import(&filled, &file, now_ms, output).await;
            filled.store.close().await;
            ended
        }
    }
}

/// What `list` shows of an event.
fn headings(received: String, language: Language) -> [String; 11] {
    let [id, app, what, employee, customer, state, acked, status, outcome, rule] = [
        Heading::Id,
        Heading::App,
        Heading::What,
        Heading::Employee,
        Heading::Customer,
        Heading::State,
        Heading::Acked,
        Heading::Status,
        Heading::Outcome,
        Heading::Rule,
    ]
    .map(|heading| Record::Heading(heading).to(language));
    [id, received, app, what, employee, customer, state, acked, status, outcome, rule]
}

/// Who it is about and how it ended stays; what is more often the same gives way first.
fn columns(
    [id, received, app, what, employee, customer, state, acked, status, outcome, rule]: &[String; 11],
) -> [Column<'_>; 11] {
    [
        Column::whole(id),
        Column::whole(received).leaves(1),
        Column::whole(app).leaves(7),
        Column::wraps(what).leaves(2),
        Column::whole(employee),
        Column::whole(customer),
        Column::wraps(state).leaves(3),
        Column::whole(acked).leaves(8),
        Column::whole(status).leaves(6),
        Column::whole(outcome),
        Column::wraps(rule).leaves(5),
    ]
}

fn list(
    events: &[ListedEvent],
    limit: u32,
    (now_ms, zone): (i64, &Zone),
    mut output: Output,
) -> anyhow::Result<ExitCode> {
    if output.is_json() {
        for event in events {
            output.document(event)?;
        }
    } else if events.is_empty() {
        output.sentence(&Record::NoSuchEvents)?;
    } else {
        let language = output.language();
        let received = Record::Heading(Heading::Received).to(language);
        let headings = headings(format!("{received} {}", zone.offset(now_ms)), language);
        let rows = events.iter().map(|event| row(event, now_ms, zone, language)).collect();
        output.table(&columns(&headings), rows)?;
        more(events.len(), limit, events.last().map(|event| event.summary.id), &mut output)?;
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn row(
    ListedEvent { summary: event, fate }: &ListedEvent,
    now_ms: i64,
    zone: &Zone,
    language: Language,
) -> Vec<String> {
    vec![
        event.id.to_string(),
        zone.listed(event.received_at_ms, now_ms),
        clean(&event.app),
        happened::what(event, fate),
        or_dash(event.user_id.as_deref()),
        or_dash(event.external_user_id.as_deref()),
        or_dash(event.state.as_deref()),
        event.acked_after_us.map_or_else(|| "-".to_owned(), |us| duration(milliseconds(us) / 1_000.0)),
        Record::EventStatus(event.status).to(language),
        fate.outcome.map_or_else(|| "-".to_owned(), |outcome| Record::Outcome(outcome).to(language)),
        or_dash(fate.rule.as_deref()),
    ]
}

async fn export(
    store: &Store,
    filter: EventFilter,
    pseudonymise: bool,
    mut output: Output,
) -> anyhow::Result<ExitCode> {
    let pseudonyms = if pseudonymise { Some(store.pseudonyms(rand::random()).await?) } else { None };
    let mut lines = std::pin::pin!(store.export_as(filter, pseudonyms));
    let mut progress = Progress::beside(&output, None, Record::Exported.to(output.language()));
    while let Some(line) = lines.try_next().await? {
        output.line(&line)?;
        progress.add(1);
    }
    output.flush()?;
    progress.end();
    Ok(ExitCode::SUCCESS)
}

async fn import(filled: &Filled, file: &Path, now_ms: i64, mut output: Output) -> anyhow::Result<ExitCode> {
    let language = output.language();
    let mut input: Box<dyn BufRead + Send> = if file == Path::new("-") {
        Box::new(BufReader::new(std::io::stdin()))
    } else {
        let opened = File::open(file).with_context(|| Record::CannotRead { file }.to(language))?;
        Box::new(BufReader::new(opened))
    };
    let mut progress = Progress::of(None, Record::ImportedSoFar.to(language));
    let (mut new, mut known, mut gone, mut next_line) = (0, 0, 0, 1_u64);
    loop {
        let lines = read_lines(&mut input)
            .with_context(|| Record::CannotReadLine { line: next_line }.to(language))?;
        if lines.is_empty() {
            break;
        }
        let imported = filled.store.import(next_line, &lines, now_ms).await;
        let count = u64::try_from(lines.len()).unwrap_or(u64::MAX);
        next_line += count;
        progress.add(count);
        let imported = imported.with_context(|| Record::Stopped { file }.to(language))?;
        new += imported.new;
        known += imported.known;
        gone += imported.gone;
    }
    progress.end();
    let Filled { place, is_new, .. } = filled;
    output.either(&json!({ "new": new, "known": known, "gone": gone, "database": place }), || {
        Record::Imported { new, known, gone, place, made: *is_new }.to(language)
    })?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The next lines, bounded in number and length. A line that is longer than the store takes is cut after one byte too many,
/// so that the store refuses it.
fn read_lines(input: &mut (dyn BufRead + Send)) -> std::io::Result<Vec<String>> {
    let mut lines = Vec::new();
    while lines.len() < LINES_AT_ONCE {
        let mut line = String::new();
        if (&mut *input).take(LINE_BYTES_MAX + 1).read_line(&mut line)? == 0 {
            break;
        }
        lines.push(line);
    }
    Ok(lines)
}
