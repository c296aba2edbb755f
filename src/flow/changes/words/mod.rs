//! What can be wrong with a contact way that is asked for. `en.rs` and `zh.rs` say it in words.

mod en;
mod zh;

use crate::{
    language::Language,
    rules::{Said, Wrong},
};

/// A fault of a form or of a row of a table.
#[derive(Clone, Debug)]
pub(super) enum WayFault {
    TooLong {
        count: usize,
        most: usize,
    },
    /// It has a character that nobody sees.
    Unseen,
    NoUserid {
        user: String,
    },
    NoDepartment {
        id: String,
    },
    TooManyUsers {
        count: usize,
        most: usize,
    },
    /// No employee and no department.
    Nobody,
    /// For one employee, and there are so many.
    NotOne {
        count: usize,
    },
    DepartmentsOfOne,
    /// What is neither yes nor no.
    NoFlag {
        text: String,
    },
    /// Another row asks for the same.
    SameRow {
        line: u64,
    },
    /// The table says nothing of whom a way is for.
    NoUserColumn,
}

impl Wrong for WayFault {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "way_text_too_long",
            Self::Unseen => "way_text_unseen",
            Self::NoUserid { .. } => "way_no_userid",
            Self::NoDepartment { .. } => "way_no_department",
            Self::TooManyUsers { .. } => "way_too_many_users",
            Self::Nobody => "way_for_nobody",
            Self::NotOne { .. } => "way_not_one",
            Self::DepartmentsOfOne => "way_departments_of_one",
            Self::NoFlag { .. } => "way_no_flag",
            Self::SameRow { .. } => "way_same_row",
            Self::NoUserColumn => "way_no_user_column",
        }
    }

    fn say(&self, language: Language) -> Said {
        match language {
            Language::En => en::say(self),
            Language::Zh => zh::say(self),
        }
    }
}
