//! What the pages about contact ways say: words that stand alone as the fields of [`WayWords`], sentences with something in them
//! as [`SayWays`].

mod en;
mod zh;

use std::fmt;

use crate::language::{Language, Sentence};

/// The words of one language.
#[derive(Debug)]
pub(crate) struct WayWords {
    pub(crate) lead: &'static str,
    pub(crate) new: &'static str,
    pub(crate) from_table: &'static str,
    pub(crate) name: &'static str,
    pub(crate) adds: &'static str,
    pub(crate) net: &'static str,
    pub(crate) greeted_by: &'static str,
    pub(crate) no_rule: &'static str,
    pub(crate) perhaps: &'static str,
    pub(crate) button: &'static str,
    pub(crate) unnamed: &'static str,
    pub(crate) edit: &'static str,
    pub(crate) code: &'static str,
    pub(crate) download: &'static str,
    pub(crate) copy_link: &'static str,
    pub(crate) no_picture: &'static str,
    pub(crate) none_yet: &'static str,
    pub(crate) none_yet_why: &'static str,
    pub(crate) none_yet_how: &'static str,
    pub(crate) none_yet_ask: &'static str,
    pub(crate) nothing_found_hint: &'static str,
    pub(crate) others: &'static str,
    pub(crate) others_lead: &'static str,
    pub(crate) all_ways: &'static str,
    pub(crate) form: &'static str,
    pub(crate) name_hint: &'static str,
    pub(crate) state_hint: &'static str,
    pub(crate) state_example: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) kind_single: &'static str,
    pub(crate) kind_multi: &'static str,
    pub(crate) users: &'static str,
    pub(crate) users_hint: &'static str,
    pub(crate) departments: &'static str,
    pub(crate) departments_hint: &'static str,
    pub(crate) skip_verify: &'static str,
    pub(crate) skip_verify_hint: &'static str,
    pub(crate) yes: &'static str,
    pub(crate) no: &'static str,
    pub(crate) save: &'static str,
    pub(crate) delete_means: &'static str,
    pub(crate) config_id: &'static str,
    pub(crate) events_of: &'static str,
    pub(crate) table_lead: &'static str,
    pub(crate) table_columns: &'static str,
    pub(crate) table_example: &'static str,
    pub(crate) table: &'static str,
    pub(crate) file: &'static str,
    pub(crate) file_hint: &'static str,
    pub(crate) preview: &'static str,
    pub(crate) preview_lead: &'static str,
    pub(crate) line: &'static str,
    pub(crate) column: &'static str,
    pub(crate) fault: &'static str,
    pub(crate) make_all: &'static str,
    pub(crate) go_on: &'static str,
    pub(crate) row_waiting: &'static str,
    pub(crate) row_running: &'static str,
    pub(crate) row_made: &'static str,
    pub(crate) row_failed: &'static str,
    pub(crate) row_unsure: &'static str,
}

impl WayWords {
    /// The words of this language.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::Zh => &zh::WORDS,
            Language::En => &en::WORDS,
        }
    }
}

/// What these pages say.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SayWays<'a> {
    /// WeCom could not be asked for the ways of an app.
    NotRead {
        app: &'a str,
        what: &'a str,
        cure: &'a str,
    },
    /// So many have not been read yet.
    Unread {
        count: usize,
    },
    /// There are more than are read.
    More {
        most: usize,
    },
    /// A department.
    Department {
        id: i64,
    },
    /// So many more employees.
    AndOthers {
        named: &'a str,
        count: usize,
    },
    /// Shall it be deleted?
    DeleteAsk {
        name: &'a str,
    },
    /// How many came by it.
    CameByIt {
        adds: i64,
    },
    /// Why there is no picture.
    NoPicture {
        why: &'a str,
    },
    /// There are faults in the form; nothing was sent.
    Faulty {
        count: usize,
    },
    /// The table can be made.
    TableSound {
        rows: usize,
    },
    /// It has faults.
    TableFaulty {
        count: usize,
        rows: usize,
    },
    /// Headings that mean nothing here.
    Unused {
        headings: &'a str,
    },
    /// It was read as GBK.
    ReadAsGbk,
    /// Neither pasted nor uploaded.
    NoTable,
    /// How far it is.
    Progress {
        made: usize,
        all: usize,
    },
    /// It is done, and how.
    AllMade {
        all: usize,
    },
    SomeMade {
        made: usize,
        failed: usize,
        unsure: usize,
        left: usize,
    },
    /// Nobody makes the rest.
    Stopped {
        left: usize,
    },
    /// How long the last digits of the period are: of so many days.
    InDays {
        days: i64,
    },
}

impl Sentence for SayWays<'_> {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::write(*self, f),
            Language::Zh => zh::write(*self, f),
        }
    }
}
