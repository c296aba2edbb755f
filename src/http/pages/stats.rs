//! `/stats`: what was done, counted; and the same as a table for Excel.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
};

use super::{
    filter::Given,
    frame::{Frame, html},
    times::Times,
    views::{self, Cell, Count, Figure, Place, StatsPage, Tab},
    words::say::Say,
};
use crate::{
    http::{
        access::{Caller, Viewer},
        problem::Problem,
    },
    stats::{Column, meanings, shown_key, to_csv},
    store::{By, StatsFilter, StatsRow},
};

/// How many days are counted where the address does not say, today included.
const DAYS_DEFAULT: i64 = 7;

/// How many rows a page shows: more than anybody reads. The table for Excel has all.
const ROWS_MAX: usize = 500;

/// The columns that the chart shows.
const DRAWN: [Column; 3] = [Column::Adds, Column::Welcomed, Column::Missed];

/// What is counted by, as the pages call it. The table for Excel and the command line have the names of the flag in English.
fn called(frame: &Frame, by: By) -> &'static str {
    match by {
        By::State => frame.words.channel,
        By::User => frame.words.employee,
        by => Column::Key(by).heading(frame.language),
    }
}

/// What is asked for.
struct Asked {
    by: By,
    /// The first and the last day.
    since: String,
    until: String,
    filter: StatsFilter,
    fault: Option<String>,
}

fn asked(frame: &Frame, given: &Given) -> Asked {
    let (times, words) = (&frame.times, frame.words);
    let mut fault = None;
    let mut day = |name: &str, label: &'static str, otherwise: i64| {
        let otherwise = times.date(times.days_ago_ms(otherwise));
        let Some(text) = given.get(name) else { return otherwise };
        if let Some(at_ms) = times.parse(text) {
            return times.date(at_ms);
        }
        fault = Some(frame.say(Say::BadValue { name: label }));
        otherwise
    };
    let (since, until) = (day("since", words.from, DAYS_DEFAULT - 1), day("until", words.until, 0));
    let by = match given.get("by").map(str::parse::<By>) {
        Some(Ok(by)) => by,
        Some(Err(_)) => {
            fault = Some(frame.say(Say::BadValue { name: words.by }));
            By::Day
        }
        None => By::Day,
    };
    let until_ms = Times::next_day(&until).and_then(|next| times.begins_ms(&next));
    let filter = StatsFilter {
        by,
        since_ms: times.begins_ms(&since),
        until_ms,
        app: given.get("app").map(str::to_owned),
        zone: times.zone.clone(),
    };
    Asked { by, since, until, filter, fault }
}

/// The page.
pub(super) async fn show(
    _: Caller<Viewer>,
    request: HttpRequest,
    frame: Frame,
) -> Result<HttpResponse, Problem> {
    let given = Given::of(request.query_string());
    let asked = asked(&frame, &given);
    let turn = frame.private.counting_turn().await?;
    let mut counted = frame.store().stats(&asked.filter).await?;
    drop(turn);
    let sums = sums(&counted);
    if asked.by.is_time() {
        counted.reverse();
    }
    counted.truncate(ROWS_MAX);
    let columns: Vec<Column> = Column::all(asked.by)[1..].to_vec();
    let today = frame.times.date(frame.times.now_ms);
    let by_label = called(&frame, asked.by);
    let keep = ["since", "until", "app"];
    let page = StatsPage {
        w: frame.words,
        shell: frame.shell(Some(Place::Stats)),
        period: frame.say(Say::Period { since: &asked.since, until: &asked.until }),
        figures: figures(&frame, &sums),
        tabs: By::ALL
            .into_iter()
            .map(|by| Tab {
                label: called(&frame, by),
                href: given.href("/stats", &keep, &[("by", by.as_str())]),
                here: by == asked.by,
            })
            .collect(),
        quicks: quicks(&frame, &asked),
        by: asked.by.as_str(),
        by_label,
        export: given.href("/stats.csv", &keep, &[("by", asked.by.as_str())]),
        charted: asked.by == By::Day && counted.len() > 1,
        columns: columns.iter().map(|column| view(&frame, *column)).collect(),
        rows: counted.iter().map(|row| line(&frame, &asked, &columns, row, &today)).collect(),
        total: columns.iter().map(|column| total(*column, &sums)).collect(),
        definitions: definitions(&frame, &columns),
        since: asked.since,
        until: asked.until,
        fault: asked.fault,
    };
    html(&page)
}

/// The same as a table, with all that there is.
pub(super) async fn export(
    _: Caller<Viewer>,
    request: HttpRequest,
    frame: Frame,
) -> Result<HttpResponse, Problem> {
    let asked = asked(&frame, &Given::of(request.query_string()));
    let turn = frame.private.counting_turn().await?;
    let counted = frame.store().stats(&asked.filter).await?;
    drop(turn);
    let name = format!("attachment; filename=\"stats-{}-{}-{}.csv\"", asked.by, asked.since, asked.until);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, name))
        .body(to_csv(asked.by, &counted, frame.language)))
}

/// The periods that are asked for most.
fn quicks(frame: &Frame, asked: &Asked) -> Vec<Tab> {
    let words = frame.words;
    let today = frame.times.date(frame.times.now_ms);
    [(words.today, 0), (words.last_week, 6), (words.last_month, 29)]
        .into_iter()
        .map(|(label, ago)| {
            let since = frame.times.date(frame.times.days_ago_ms(ago));
            let here = since == asked.since && asked.until == today;
            let set = [("by", asked.by.as_str()), ("since", since.as_str()), ("until", today.as_str())];
            Tab { label, href: Given::default().href("/stats", &[], &set), here }
        })
        .collect()
}

/// All rows together, as far as they add up.
fn sums(rows: &[StatsRow]) -> StatsRow {
    rows.iter().fold(StatsRow::default(), |sum, row| StatsRow {
        adds: sum.adds + row.adds,
        welcomed: sum.welcomed + row.welcomed,
        missed: sum.missed + row.missed,
        no_code: sum.no_code + row.no_code,
        no_rule: sum.no_rule + row.no_rule,
        tagged: sum.tagged + row.tagged,
        tags_failed: sum.tags_failed + row.tags_failed,
        lost: sum.lost + row.lost,
        deleted_by_employee: sum.deleted_by_employee + row.deleted_by_employee,
        net: sum.net + row.net,
        ..sum
    })
}

fn figures(frame: &Frame, sums: &StatsRow) -> Vec<Figure> {
    let language = frame.language;
    [Column::Adds, Column::Welcomed, Column::Missed, Column::Lost, Column::Net]
        .into_iter()
        .map(|column| Figure {
            label: column.heading(language),
            meaning: meaning(frame, column),
            today: Count(column.figure(sums).unwrap_or_default()).to_string(),
            unit: None,
            week: String::new(),
            href: String::new(),
            alarming: column == Column::Missed && sums.missed > 0,
        })
        .collect()
}

/// The name by which a column's meaning is found: the percentiles share one.
fn meaning(frame: &Frame, column: Column) -> &'static str {
    let name = match column {
        Column::P50 | Column::P90 | Column::P99 => "welcome_ms",
        column => column.name(),
    };
    let meaning = meanings(frame.language).find(|(of, _)| *of == name).map_or("", |(_, meaning)| meaning);
    // In Chinese it begins with the heading, beside which it stands here.
    meaning.split_once('：').map_or(meaning, |(_, meaning)| meaning)
}

fn definitions(frame: &Frame, columns: &[Column]) -> Vec<(&'static str, &'static str)> {
    let defined = columns.iter().filter(|column| !matches!(column, Column::P90 | Column::P99));
    defined.map(|column| (column.heading(frame.language), meaning(frame, *column))).collect()
}

fn view(frame: &Frame, column: Column) -> views::Column {
    views::Column {
        name: column.name(),
        label: column.heading(frame.language),
        meaning: meaning(frame, column),
        drawn: DRAWN.contains(&column),
    }
}

fn cell(column: Column, row: &StatsRow) -> Cell {
    let figure = column.figure(row);
    Cell {
        value: figure.unwrap_or_default(),
        text: figure.map_or_else(|| "–".to_owned(), |figure| Count(figure).to_string()),
        bad: matches!(column, Column::Missed | Column::TagsFailed) && figure.unwrap_or_default() > 0,
        zero: figure.unwrap_or_default() == 0,
    }
}

/// A figure of the last row; none where figures do not add up.
fn total(column: Column, sums: &StatsRow) -> Cell {
    if column.adds_up() {
        cell(column, sums)
    } else {
        Cell { value: 0, text: String::new(), bad: false, zero: true }
    }
}

fn line(frame: &Frame, asked: &Asked, columns: &[Column], row: &StatsRow, today: &str) -> views::StatsRow {
    let name = match asked.by {
        By::State => Some("state"),
        By::User => Some("user"),
        By::App => Some("app"),
        By::Rule => Some("rule"),
        By::Day | By::Hour => None,
    };
    // The days that are counted, and no others; a list's end is an instant.
    let until =
        Some(&asked.until).filter(|until| until.as_str() != today).and_then(|until| Times::next_day(until));
    let list = name.filter(|_| !row.key.is_empty()).map(|name| {
        let app = asked.filter.app.as_deref().filter(|_| asked.by != By::App);
        let set = [
            (name, row.key.as_str()),
            ("app", app.unwrap_or_default()),
            ("since", asked.since.as_str()),
            ("until", until.as_deref().unwrap_or_default()),
        ];
        Given::default().href("/events", &[], &set)
    });
    let key = match asked.by {
        By::Day => frame.times.day_label(&row.key),
        by => shown_key(by, &row.key, frame.language),
    };
    views::StatsRow {
        key,
        href: list,
        at_s: frame.times.begins_ms(&row.key).filter(|_| asked.by == By::Day).map(|at_ms| at_ms / 1_000),
        so_far: asked.by == By::Day && row.key == today,
        cells: columns.iter().map(|column| cell(*column, row)).collect(),
    }
}
