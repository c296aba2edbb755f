//! What is found when rules are held against what there is at WeCom. `en.rs` and `zh.rs` say it in words.

mod en;
mod zh;

use crate::{
    language::Language,
    rules::{Said, Wrong},
};

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    VariableUnset {
        name: String,
    },
    MediaIdWritten,
    /// Nothing is ever posted to it. `private`: it lies inside a private network; else it is not encrypted, or no address at all.
    AddressRefused {
        private: bool,
    },
    UnknownApp {
        app: String,
        near: Option<String>,
        known: Vec<String>,
        more: bool,
    },
    NoAgentId {
        app: String,
    },
    NotInTime {
        seconds: u64,
    },
    /// `created`: a rule makes it when it is first put on.
    NoTag {
        tag: String,
        created: bool,
    },
    NoTagId {
        id: String,
    },
    BothWays {
        tag: String,
        added: String,
        line: usize,
    },
    ManyWithoutCustomers {
        max: usize,
    },
    NoCustomerContact {
        userid: String,
    },
    NoEmployee {
        userid: String,
    },
    EmployeeOutOfRange {
        userid: String,
    },
    OtherwiseWritten {
        named: String,
        written: String,
    },
    NoDepartment {
        id: i64,
    },
    /// WeCom did not answer; its message, its errcode, and what that means.
    NotTold {
        of: Asking,
        message: String,
        errcode: Option<i64>,
        explained: Option<&'static str>,
    },
    /// The same of one of several apps.
    OfApp {
        app: String,
        found: Box<Found>,
    },
}

/// What WeCom was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asking {
    Tags,
    Employees,
    Employee(String),
    Departments,
}

impl Wrong for Found {
    fn code(&self) -> &'static str {
        match self {
            Self::VariableUnset { .. } => "variable_unset",
            Self::MediaIdWritten => "media_id_written",
            Self::AddressRefused { .. } => "address_refused",
            Self::UnknownApp { .. } => "app_not_in_settings",
            Self::NoAgentId { .. } => "app_without_agent_id",
            Self::NotInTime { .. } => "wecom_not_in_time",
            Self::NoTag { created: true, .. } => "tag_not_yet_there",
            Self::NoTag { created: false, .. } => "tag_missing",
            Self::NoTagId { .. } => "tag_id_missing",
            Self::BothWays { .. } => "tag_both_ways",
            Self::ManyWithoutCustomers { .. } => "employees_not_asked",
            Self::NoCustomerContact { .. } => "employee_without_customer_contact",
            Self::NoEmployee { .. } => "employee_missing",
            Self::EmployeeOutOfRange { .. } => "employee_out_of_range",
            Self::OtherwiseWritten { .. } => "employee_otherwise_written",
            Self::NoDepartment { .. } => "department_missing",
            Self::NotTold { .. } => "wecom_does_not_tell",
            Self::OfApp { found, .. } => found.code(),
        }
    }

    fn say(&self, language: Language) -> Said {
        match language {
            Language::En => en::say(self),
            Language::Zh => zh::say(self),
        }
    }
}
