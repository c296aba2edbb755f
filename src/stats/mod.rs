//! What the statistics are called and what each figure means, in both languages, and as a table for a spreadsheet. The figures
//! themselves are [`Store::stats`](crate::store::Store::stats).

mod csv;
mod words;

use crate::{
    language::Language,
    store::{By, StatsRow},
};

pub use csv::to_csv;
pub(crate) use words::definitions;

/// A column of the statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// What is counted by.
    Key(By),
    /// The columns of [`StatsRow`] by their names there.
    Adds,
    /// `welcomed`
    Welcomed,
    /// `missed`
    Missed,
    /// `no_code`
    NoCode,
    /// `no_rule`
    NoRule,
    /// `tagged`
    Tagged,
    /// `tags_failed`
    TagsFailed,
    /// `lost`
    Lost,
    /// `deleted_by_employee`
    DeletedByEmployee,
    /// `net`
    Net,
    /// `welcome_ms.p50`
    P50,
    /// `welcome_ms.p90`
    P90,
    /// `welcome_ms.p99`
    P99,
}

impl Column {
    /// All of them, in the order in which they are shown.
    pub const fn all(by: By) -> [Self; 14] {
        [
            Self::Key(by),
            Self::Adds,
            Self::Welcomed,
            Self::Missed,
            Self::NoCode,
            Self::NoRule,
            Self::Tagged,
            Self::TagsFailed,
            Self::Lost,
            Self::DeletedByEmployee,
            Self::Net,
            Self::P50,
            Self::P90,
            Self::P99,
        ]
    }

    /// Its heading where people read it.
    pub fn heading(self, language: Language) -> &'static str {
        words::heading(self, language)
    }

    /// Its name in JSON, which is its heading in a table for English readers and programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Key(_) => "key",
            Self::Adds => "adds",
            Self::Welcomed => "welcomed",
            Self::Missed => "missed",
            Self::NoCode => "no_code",
            Self::NoRule => "no_rule",
            Self::Tagged => "tagged",
            Self::TagsFailed => "tags_failed",
            Self::Lost => "lost",
            Self::DeletedByEmployee => "deleted_by_employee",
            Self::Net => "net",
            Self::P50 => "welcome_ms_p50",
            Self::P90 => "welcome_ms_p90",
            Self::P99 => "welcome_ms_p99",
        }
    }

    /// Its figure; none of what is counted by, and of a time that nobody took.
    pub fn figure(self, row: &StatsRow) -> Option<i64> {
        match self {
            Self::Key(_) => None,
            Self::Adds => Some(row.adds),
            Self::Welcomed => Some(row.welcomed),
            Self::Missed => Some(row.missed),
            Self::NoCode => Some(row.no_code),
            Self::NoRule => Some(row.no_rule),
            Self::Tagged => Some(row.tagged),
            Self::TagsFailed => Some(row.tags_failed),
            Self::Lost => Some(row.lost),
            Self::DeletedByEmployee => Some(row.deleted_by_employee),
            Self::Net => Some(row.net),
            Self::P50 => row.welcome_ms.p50,
            Self::P90 => row.welcome_ms.p90,
            Self::P99 => row.welcome_ms.p99,
        }
    }

    /// Whether its figures can be added up.
    pub const fn adds_up(self) -> bool {
        !matches!(self, Self::Key(_) | Self::P50 | Self::P90 | Self::P99)
    }
}

/// What is shown in the place of a key: of an hour the clock's time, of what has none a word.
pub fn shown_key(by: By, key: &str, language: Language) -> String {
    match by {
        _ if key.is_empty() => words::none(by, language).to_owned(),
        // `2026-03-01T09:00:00+08:00`
        By::Hour => key.get(..16).unwrap_or(key).replace('T', " "),
        _ => key.to_owned(),
    }
}

/// What each figure means, by its name in JSON, for whoever shows them.
pub fn meanings(language: Language) -> impl Iterator<Item = (&'static str, &'static str)> {
    words::text(language).lines().filter_map(|line| {
        let (name, meaning) = line.trim().split_once("  ")?;
        Some((name, meaning.trim_start()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_has_its_meaning_in_both_languages() {
        for language in Language::ALL {
            let named: Vec<&str> = meanings(language).map(|(name, _)| name).collect();
            let row = serde_json::to_value(StatsRow::default()).unwrap();
            let fields: Vec<&str> =
                row.as_object().unwrap().keys().map(String::as_str).filter(|name| *name != "key").collect();
            assert_eq!(named, fields);
        }
        assert!(meanings(Language::Zh).all(|(_, meaning)| !meaning.contains([',', ';', ':'])));
    }
}
