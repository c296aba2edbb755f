//! `events`: the record of what WeCom has told, and running it again.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read as _},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::json;

use super::{
    actions::{milliseconds, more},
    failure::{self, Misuse},
    filters::{self, EventStatus, Which},
    output::{Column, Output, clean, duration, or_dash},
    progress::Progress,
    setup::Setup,
    timeline, when,
};
use crate::{
    action::Kind,
    config::Needs,
    engine::Engine,
    replay::{Preview, Replayed, Replayer},
    store::{EventFilter, EventSummary, PAGE_DEFAULT, PAGE_MAX, Role, Store},
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
        /// Only this kind of action: welcome, tag or remark
        #[arg(long, value_name = "KIND", value_parser = filters::kind)]
        only: Option<Kind>,
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
  wecom-greeter events list --change add_external_contact --output json | jq .id";

const SHOW: &str = "\
With --output json the payload comes with it, byte for byte.

Examples:
  wecom-greeter events show 17
  wecom-greeter events show 17 --output json | jq -r .payload";

const REPLAY: &str = "\
A replay never sends an expired welcome code and never greets a second time; tags and remarks are
set again, which changes nothing where they are set already. Needs the apps' settings, as `serve` does.

Examples:
  wecom-greeter events replay 17 --dry-run
  wecom-greeter events replay 17 18 --only tag
  wecom-greeter events replay --since 2h --state spring-2026 --only remark";

const EXPORT: &str = "\
Payloads hold what WeCom has told about customers, and welcome codes: keep the file as you keep the
database.

Examples:
  wecom-greeter events export > events.jsonl
  wecom-greeter events export --since 2026-03-01 --until 2026-03-02 --app default > day.jsonl";

const IMPORT: &str = "\
Imported events are marked and performed by nobody, until they are replayed.

Examples:
  wecom-greeter events import events.jsonl
  DATABASE_URL=sqlite://test.db wecom-greeter events import - < day.jsonl";

/// How many events are replayed at the same time. A replay must not be in the way of the customers of today.
const REPLAYS_AT_ONCE: usize = 8;

/// How many lines are imported at a time: one transaction of a few hundred kilobytes.
const LINES_AT_ONCE: usize = 200;

/// The longest line that is read; the store refuses longer ones as well.
const LINE_BYTES_MAX: u64 = 16 << 20;

pub(super) async fn run(command: Command, setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let now_ms = setup.clock.now_ms();
    match command {
        Command::List { status, which, limit } => {
            let filter = which.events(status, Some(limit), now_ms)?;
            let store = setup.store().await?;
            let events = store.events(&filter).await?;
            store.close().await;
            list(&events, limit, now_ms, output)
        }
        Command::Show { id } => {
            let store = setup.store().await?;
            let record = store.event(id).await?;
            store.close().await;
            let record = record
                .with_context(|| format!("there is no event {id}; `wecom-greeter events list` lists them"))?;
            if output.is_json() {
                output.document(&record)?;
            } else {
                output.text(&timeline::tell(&record, now_ms))?;
            }
            output.flush()?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Replay { ids, only, dry_run, status, which, limit } => {
            let filtered = status.is_some() || limit.is_some() || !which.is_everything();
            if ids.is_empty() != filtered {
                let what =
                    if filtered { "ids or filters, not both" } else { "ids, or filters that say which" };
                return Err(Misuse(format!(
                    "`events replay` takes {what}; see `wecom-greeter events replay --help`"
                ))
                .into());
            }
            let which = if filtered {
                Events::Found(which.events(status, limit, now_ms)?)
            } else {
                Events::Named(ids)
            };
            replay(which, only, dry_run, setup, output).await
        }
        Command::Export { status, which, limit } => {
            let filter = which.events(status, limit, now_ms)?;
            let store = setup.store().await?;
            let ended = export(&store, filter, output).await;
            store.close().await;
            ended
        }
        Command::Import { file } => {
            let store = setup.store().await?;
            let ended = import(&store, &file, now_ms, output).await;
            store.close().await;
            ended
        }
    }
}

/// What `list` shows of an event.
const COLUMNS: [Column; 9] = [
    Column::whole("id"),
    Column::whole("received"),
    Column::if_wide("app"),
    Column::wraps("what"),
    Column::whole("employee"),
    Column::wraps("customer"),
    Column::wraps("state"),
    Column::if_wide("acked"),
    Column::whole("status"),
];

fn list(events: &[EventSummary], limit: u32, now_ms: i64, mut output: Output) -> anyhow::Result<ExitCode> {
    if output.is_json() {
        for event in events {
            output.document(event)?;
        }
    } else if events.is_empty() {
        output.line("No such events.")?;
    } else {
        output.table(&COLUMNS, events.iter().map(|event| row(event, now_ms)).collect())?;
        more(events.len(), limit, events.last().map(|event| event.id), &mut output)?;
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn row(event: &EventSummary, now_ms: i64) -> Vec<String> {
    let what = event.change.as_deref().filter(|change| !change.is_empty()).unwrap_or(&event.event);
    vec![
        event.id.to_string(),
        when::listed(event.received_at_ms, now_ms),
        clean(&event.app),
        or_dash(Some(what)),
        or_dash(event.user_id.as_deref()),
        or_dash(event.external_user_id.as_deref()),
        or_dash(event.state.as_deref()),
        event.acked_after_us.map_or_else(|| "-".to_owned(), |us| duration(milliseconds(us) / 1_000.0)),
        event.status.clone(),
    ]
}

async fn export(store: &Store, filter: EventFilter, mut output: Output) -> anyhow::Result<ExitCode> {
    let mut lines = std::pin::pin!(store.export(filter));
    let mut progress = Progress::beside(&output, None, "events exported");
    while let Some(line) = lines.try_next().await? {
        output.line(&line)?;
        progress.add(1);
    }
    output.flush()?;
    progress.end();
    Ok(ExitCode::SUCCESS)
}

async fn import(store: &Store, file: &Path, now_ms: i64, mut output: Output) -> anyhow::Result<ExitCode> {
    let mut input: Box<dyn BufRead + Send> = if file == Path::new("-") {
        Box::new(BufReader::new(std::io::stdin()))
    } else {
        let opened = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
        Box::new(BufReader::new(opened))
    };
    let mut progress = Progress::of(None, "events imported");
    let (mut new, mut known, mut next_line) = (0, 0, 1_u64);
    loop {
        let lines =
            read_lines(&mut input).with_context(|| format!("cannot read line {next_line} and after"))?;
        if lines.is_empty() {
            break;
        }
        let imported = store.import(next_line, &lines, now_ms).await;
        let count = u64::try_from(lines.len()).unwrap_or(u64::MAX);
        next_line += count;
        progress.add(count);
        let imported = imported
            .with_context(|| format!("stopped: {new} events of {} are imported so far", file.display()))?;
        new += imported.new;
        known += imported.known;
    }
    progress.end();
    output.either(&json!({ "new": new, "known": known }), || match known {
        0 => format!("Imported {new} events."),
        known => format!("Imported {new} events; {known} were there already."),
    })?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The next lines, bounded in number and length.
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

/// Which events are replayed.
enum Events {
    Named(Vec<i64>),
    Found(EventFilter),
}

impl Events {
    /// Their ids, oldest first: the order in which they happened.
    async fn ids(self, store: &Store) -> anyhow::Result<Vec<i64>> {
        let mut filter = match self {
            Self::Named(ids) => return Ok(ids),
            Self::Found(filter) => filter,
        };
        let mut left = filter.limit.unwrap_or(u32::MAX);
        let mut ids = Vec::new();
        while left > 0 {
            filter.limit = Some(left.min(PAGE_MAX));
            let page = store.events(&filter).await?;
            let Some(last) = page.last() else { break };
            filter.before_id = Some(last.id);
            left = left.saturating_sub(u32::try_from(page.len()).unwrap_or(u32::MAX));
            ids.extend(page.iter().map(|event| event.id));
        }
        ids.reverse();
        Ok(ids)
    }
}

async fn replay(
    which: Events,
    only: Option<Kind>,
    dry_run: bool,
    setup: Setup,
    mut output: Output,
) -> anyhow::Result<ExitCode> {
    let config = setup.load(Needs::Apps)?;
    let engine = Engine::start(&config, Role::Command, setup.clock).await?;
    let replayer = Arc::new(Replayer::new(engine.clone()));
    let ended = match which.ids(&engine.store).await {
        Ok(ids) if ids.is_empty() => {
            if !output.is_json() {
                output.line("No such events.")?;
            }
            Ok(true)
        }
        Ok(ids) if dry_run => preview_all(&replayer, &ids, only, &mut output).await,
        Ok(ids) => replay_all(&replayer, &engine, ids, only, &mut output).await,
        Err(error) => Err(error),
    };
    engine.finish(config.shutdown.grace).await;
    let well = ended?;
    output.flush()?;
    Ok(ExitCode::from(if well { 0 } else { failure::FAILED }))
}

async fn preview_all(
    replayer: &Replayer,
    ids: &[i64],
    only: Option<Kind>,
    output: &mut Output,
) -> anyhow::Result<bool> {
    let mut well = true;
    let mut progress = Progress::beside(output, u64::try_from(ids.len()).ok(), "events looked at");
    for &id in ids {
        if let Some(preview) = replayer.preview(id, only).await? {
            output.either(&preview, || previewed(&preview))?;
        } else {
            well = false;
            let what = "is not in the record, or is of an app that is not in the settings";
            output.either(&json!({ "event_id": id, "error": what }), || format!("Event {id} {what}."))?;
        }
        progress.add(1);
    }
    progress.end();
    Ok(well)
}

fn previewed(preview: &Preview) -> String {
    let rules: Vec<String> = preview.rules.iter().map(|rule| clean(&rule.name)).collect();
    let mut lines = vec![match rules.as_slice() {
        [] => format!("Event {}: no rule matches", preview.event_id),
        rules => format!("Event {}: by {}", preview.event_id, rules.join(", ")),
    }];
    for action in &preview.actions {
        let would = match action.would {
            "perform" => "would be performed",
            "expire" => "would not be sent",
            _ => "would be skipped",
        };
        let reason =
            action.reason.as_deref().map_or_else(String::new, |reason| format!(": {}", clean(reason)));
        lines.push(format!("  {} {would}{reason}", action.kind));
        if let Some(Ok(request)) = action.request.as_ref().map(serde_json::to_string) {
            lines.push(format!("    {}", clean(&request)));
        }
    }
    lines.join("\n")
}

/// Replays them, some at once, and tells what came of each in the order in which they were given.
async fn replay_all(
    replayer: &Arc<Replayer>,
    engine: &Engine,
    ids: Vec<i64>,
    only: Option<Kind>,
    output: &mut Output,
) -> anyhow::Result<bool> {
    let mut well = true;
    let mut progress = Progress::beside(output, u64::try_from(ids.len()).ok(), "events replayed");
    let mut replays = stream::iter(ids)
        .map(|id| {
            let replayer = Arc::clone(replayer);
            async move { (id, replayer.replay(id, only).await) }
        })
        .buffered(REPLAYS_AT_ONCE);
    while let Some((id, replayed)) = replays.next().await {
        well &= tell_replayed(id, replayed?, engine, output).await?;
        progress.add(1);
    }
    progress.end();
    Ok(well)
}

/// Whether it was replayed.
async fn tell_replayed(
    id: i64,
    replayed: Replayed,
    engine: &Engine,
    output: &mut Output,
) -> anyhow::Result<bool> {
    let (word, text) = match replayed {
        Replayed::Run { run } => {
            let actions = engine.store.event(id).await?.map(|record| record.actions).unwrap_or_default();
            let actions: Vec<_> = actions.into_iter().filter(|action| action.run == run).collect();
            let document = json!({ "event_id": id, "replayed": true, "run": run, "actions": actions });
            output.either(&document, || match actions.as_slice() {
                [] => format!("Event {id}, run {run}: nothing to do"),
                actions => {
                    let endings: Vec<String> =
                        actions.iter().map(|action| format!("\n  {}", timeline::ending(action))).collect();
                    format!("Event {id}, run {run}:{}", endings.concat())
                }
            })?;
            return Ok(true);
        }
        Replayed::NotFound => ("not_found", "is not in the record"),
        Replayed::UnderWay => ("under_way", "is being planned or replayed already"),
        Replayed::UnknownApp => ("unknown_app", "is of an app that is not in the settings"),
    };
    let document = json!({ "event_id": id, "replayed": false, "error": word });
    output.either(&document, || format!("Event {id} {text}."))?;
    Ok(false)
}
