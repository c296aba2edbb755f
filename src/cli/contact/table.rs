//! Records as a table: a column for each field, nested ones in short.

use serde_json::Value;

use crate::cli::{
    output::{Column, Output, clean},
    when::{self, Zone},
};

/// At most so many columns: no terminal has room for more.
const COLUMNS_MAX: usize = 12;

/// A nested value is shown up to so many characters.
const NESTED_CHARS_MAX: usize = 60;

/// The rows that records make. Where they hold records of their own in `inner`, these are the rows: a tag below the name
/// of its group.
pub(super) fn rows(records: Vec<Value>, inner: Option<&str>) -> Vec<Value> {
    match inner {
        Some(inner) => records.into_iter().flat_map(|record| spread(record, inner)).collect(),
        None => records,
    }
}

/// One record for each element of `inner`, whose fields are called `inner.field`.
fn spread(record: Value, inner: &str) -> Vec<Value> {
    let Value::Object(mut outer) = record else { return vec![record] };
    let Some(Value::Array(elements)) = outer.shift_remove(inner) else { return vec![outer.into()] };
    let with = |element: Value| {
        let mut row = outer.clone();
        if let Value::Object(fields) = element {
            row.extend(fields.into_iter().map(|(name, value)| (format!("{inner}.{name}"), value)));
        }
        Value::Object(row)
    };
    elements.into_iter().map(with).collect()
}

/// Prints records as a table; where they are no objects, one on a line.
pub(super) fn print(records: Vec<Value>, zone: &Zone, output: &mut Output) -> std::io::Result<()> {
    let records: Vec<Value> = records.into_iter().map(flat).collect();
    let mut names: Vec<&str> = Vec::new();
    for name in records.iter().filter_map(Value::as_object).flat_map(|record| record.keys()) {
        if !names.contains(&name.as_str()) && names.len() < COLUMNS_MAX {
            names.push(name);
        }
    }
    if names.is_empty() {
        // A list of ids, or of nothing.
        return records.iter().try_for_each(|record| output.line(&cell("", Some(record), zone)));
    }
    let headings: Vec<String> = names.iter().map(|name| clean(name)).collect();
    let columns: Vec<Column> = headings
        .iter()
        .map(|heading| if is_id(heading) { Column::whole(heading) } else { Column::wraps(heading) })
        .collect();
    let rows = records
        .iter()
        .map(|record| names.iter().map(|name| cell(name, record.get(name), zone)).collect())
        .collect();
    output.table(&columns, rows)
}

/// Whether a field names something by an id, which is copied from here into the next command and so must stay in one piece.
fn is_id(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("id") || name.ends_with("ids")
}

/// A record whose fields are objects is shown by the fields of those: `external_contact` and `follow_info` of a
/// customer.
fn flat(record: Value) -> Value {
    let Value::Object(fields) = record else { return record };
    let mut flat = serde_json::Map::new();
    for (name, value) in fields {
        match value {
            Value::Object(inner) => {
                for (inner_name, value) in inner {
                    flat.entry(inner_name).or_insert(value);
                }
            }
            value => {
                flat.insert(name, value);
            }
        }
    }
    Value::Object(flat)
}

fn cell(name: &str, value: Option<&Value>, zone: &Zone) -> String {
    if let Some(time) = value.and_then(|value| time(name, value, zone)) {
        return time;
    }
    match value {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) if text.is_empty() => "-".to_owned(),
        Some(Value::String(text)) => clean(text),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Array(list)) if list.iter().all(Value::is_string) => {
            short(&list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "))
        }
        Some(value) => short(&value.to_string()),
    }
}

/// The field of the statistics that is a day.
const DAY: &str = "stat_time";

/// A time as people read it; `None` where it is none. The platform's instants are called `…time` or `…_at`, lie after
/// 2001, and come as numbers or as texts. A day of its statistics is one in China, wherever this is read: the midnight
/// with which it begins is the day before elsewhere.
fn time(name: &str, value: &Value, zone: &Zone) -> Option<String> {
    const AFTER_2001: i64 = 1_000_000_000;
    if !name.ends_with("time") && !name.ends_with("_at") {
        return None;
    }
    let second = match value {
        Value::Number(number) => number.as_i64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    if second < AFTER_2001 {
        return None;
    }
    let at_ms = second.saturating_mul(1_000);
    // A table of groups calls it `items.stat_time`.
    Some(if name.ends_with(DAY) { when::date_in_china(at_ms) } else { zone.instant(at_ms) })
}

fn short(text: &str) -> String {
    let mut short: String = text.chars().take(NESTED_CHARS_MAX).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    clean(&short)
}
