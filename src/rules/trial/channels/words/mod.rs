//! What can be wrong with a table of channels, and what in it is worth a look. `en.rs` and `zh.rs` say it in words.

mod en;
mod zh;

use crate::{
    language::Language,
    rules::document::{
        typed::Typed,
        wrong::{Quoted, Said, Wrong},
    },
};

/// A fault of a table, or a note on it.
#[derive(Debug)]
pub(super) enum TableFault {
    TooLarge {
        most: usize,
    },
    Encoding,
    Empty,
    /// The reader of CSV cannot read a row; its own message.
    Unreadable {
        error: String,
    },
    TooManyRows {
        most: usize,
    },
    /// The same of a table that may be read in parts.
    TooManyLines {
        most: usize,
    },
    NoRows,
    /// Two headings for the same.
    SameHeadings {
        first: Quoted,
        second: Quoted,
    },
    /// `wide`: the headings stand in one cell, with commas of an input method between them.
    NoChannelColumn {
        wide: bool,
    },
    NothingToDoColumn,
    MoreCells {
        cells: usize,
        headings: usize,
    },
    DoesNothing,
    NoUserid {
        user: Quoted,
        typed: Option<Typed>,
    },
    /// A row for the same channel; none for everybody else.
    ChannelTwice {
        line: u64,
        state: Option<Quoted>,
    },
    TagWithoutGroup(Quoted),
    /// What a spreadsheet has made of a cell.
    Spreadsheet {
        cell: Quoted,
        made: Made,
    },
    QuoteOpen,
    /// Text behind the quote that closes a cell; where that began, if in another line.
    BehindQuote {
        begun: u64,
        line: u64,
    },
}

/// What a spreadsheet makes of cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    Error,
    Shortened,
    Formula,
    /// Its last digits may be lost: a note.
    Rounded,
    /// It may have been no date: a note.
    Date,
}

impl Wrong for TableFault {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "table_too_large",
            Self::Encoding => "table_encoding",
            Self::Empty => "table_empty",
            Self::Unreadable { .. } => "row_unreadable",
            Self::TooManyRows { .. } => "too_many_rows",
            Self::TooManyLines { .. } => "too_many_lines",
            Self::NoRows => "table_without_rows",
            Self::SameHeadings { .. } => "headings_mean_the_same",
            Self::NoChannelColumn { .. } => "no_channel_column",
            Self::NothingToDoColumn => "no_greeting_or_tag_column",
            Self::MoreCells { .. } => "more_cells_than_headings",
            Self::DoesNothing => "row_does_nothing",
            Self::NoUserid { .. } => "cell_no_userid",
            Self::ChannelTwice { .. } => "channel_twice",
            Self::TagWithoutGroup(_) => "cell_tag_without_group",
            Self::Spreadsheet { made, .. } => match made {
                Made::Error => "cell_error",
                Made::Shortened => "cell_shortened",
                Made::Formula => "cell_formula",
                Made::Rounded => "cell_perhaps_rounded",
                Made::Date => "cell_perhaps_date",
            },
            Self::QuoteOpen => "cell_quote_open",
            Self::BehindQuote { .. } => "cell_text_behind_quote",
        }
    }

    fn say(&self, language: Language) -> Said {
        match language {
            Language::En => en::say(self),
            Language::Zh => zh::say(self),
        }
    }
}
