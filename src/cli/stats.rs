//! `stats`: what was done, counted.

use std::process::ExitCode;

use clap::{Args, ValueEnum, builder::PossibleValue};

use super::{
    output::{self, Output, clean, say},
    setup::Setup,
    when::{self, When},
    words::{arguments::Wrong, record::Record},
};
use crate::{
    language::Sentence as _,
    stats::{Column, definitions, shown_key, to_csv},
    store::{By, KEYS_MAX, StatsFilter, StatsRow},
};

pub(super) const EXAMPLES: &str = concat!(
    "\
Counts by when it happened, days in the time zone of the settings (time_zone, Beijing's if not set):

",
    definitions!(en),
    "

Examples:
  wecom-greeter stats --since 7d
  wecom-greeter stats --by state --since 2026-03-01 --until 2026-04-01
  wecom-greeter stats --by user --since 30d --csv > employees.csv"
);

/// What is counted.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// By what: day, hour, state (the channel), user (the employee), rule or app
    #[arg(
        long,
        value_name = "KEY",
        default_value = "day",
        hide_possible_values = true,
        hide_default_value = true
    )]
    by: By,
    /// Happened at or after: 2h, 7d, 2026-03-01, 2026-03-01T09:00:00+08:00
    #[arg(long, value_name = "WHEN", value_parser = when::parse)]
    since: Option<When>,
    /// Happened before
    #[arg(long, value_name = "WHEN", value_parser = when::parse)]
    until: Option<When>,
    /// Of this app
    #[arg(long, value_name = "NAME")]
    app: Option<String>,
    /// A table that Excel opens, in place of text
    #[arg(long)]
    csv: bool,
}

impl ValueEnum for By {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()))
    }
}

pub(super) async fn run(options: Options, setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    if options.csv && output.is_json() {
        return Err(Wrong::CsvAndJson.into());
    }
    let (now_ms, zone) = (setup.clock.now_ms(), setup.zone()?);
    let (since_ms, until_ms) = when::span(options.since, options.until, (now_ms, &zone))?;
    let by = options.by;
    let filter = StatsFilter { by, since_ms, until_ms, app: options.app, zone: zone.time_zone() };
    let store = setup.existing_store().await?;
    let counted = store.stats(&filter).await;
    store.close().await;
    let rows = counted?;
    if options.csv {
        output.text(&to_csv(by, &rows, setup.language))?;
    } else if output.is_json() {
        for row in &rows {
            output.document(row)?;
        }
    } else if rows.is_empty() {
        output.sentence(&Record::NothingCounted)?;
    } else {
        table(by, &rows, &mut output)?;
    }
    output.flush()?;
    if rows.len() == KEYS_MAX {
        say(&Record::MoreKeys { shown: KEYS_MAX }.to(setup.language));
    }
    Ok(ExitCode::SUCCESS)
}

/// The rows with their sum, the columns that matter most last to go where a terminal is narrow.
fn table(by: By, rows: &[StatsRow], output: &mut Output) -> anyhow::Result<()> {
    let language = output.language();
    let all = Column::all(by);
    let columns: Vec<output::Column<'_>> = all
        .iter()
        .map(|column| {
            let heading = column.heading(language);
            match column {
                Column::Key(_) => output::Column::wraps(heading),
                Column::Adds | Column::Welcomed | Column::Missed | Column::Net => {
                    output::Column::whole(heading)
                }
                Column::Lost => output::Column::whole(heading).leaves(1),
                Column::Tagged | Column::NoCode => output::Column::whole(heading).leaves(2),
                Column::P50 | Column::NoRule => output::Column::whole(heading).leaves(3),
                Column::TagsFailed | Column::DeletedByEmployee => output::Column::whole(heading).leaves(4),
                Column::P90 | Column::P99 => output::Column::whole(heading).leaves(5),
            }
        })
        .collect();
    let cell = |column: &Column, row: &StatsRow| match column {
        Column::Key(_) => clean(&shown_key(by, &row.key, language)),
        Column::P50 | Column::P90 | Column::P99 => column
            .figure(row)
            .map_or_else(|| "-".to_owned(), |ms| output::duration(super::actions::milliseconds(ms))),
        column => column.figure(row).unwrap_or_default().to_string(),
    };
    let sum = |column: &Column| match column {
        Column::Key(_) => Record::Sum.to(language),
        column if column.adds_up() => {
            rows.iter().filter_map(|row| column.figure(row)).sum::<i64>().to_string()
        }
        _ => String::new(),
    };
    let mut cells: Vec<Vec<String>> =
        rows.iter().map(|row| all.iter().map(|column| cell(column, row)).collect()).collect();
    if rows.len() > 1 {
        cells.push(all.iter().map(sum).collect());
    }
    output.table(&columns, cells)?;
    Ok(())
}
