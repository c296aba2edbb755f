//! What the commands about rules say, but for `rules explain`.

mod en;
mod zh;

use std::{fmt, path::Path};

use unicode_width::UnicodeWidthStr as _;

use super::super::output::fit;
use crate::{
    action::Kind,
    language::{Language, Sentence},
    rules::Faults,
};

/// A sentence of a command about rules.
#[derive(Debug)]
#[expect(clippy::enum_variant_names, reason = "`rules` is what these sentences are about as well")]
pub(in crate::cli) enum Rules<'a> {
    /// What is not there.
    NoRules,
    /// The same as an answer, where it is no fault.
    NoneYet,
    NoRulesGiveSome,
    NoVersion {
        version: i64,
    },
    NoVersionBefore,
    NoDatabase {
        path: &'a Path,
    },
    /// A version that an older program stored.
    Unusable {
        version: i64,
    },
    UnusableFor {
        version: i64,
        faults: &'a Faults,
    },
    /// Files that cannot be used.
    Stdin,
    CannotRead {
        file: &'a str,
    },
    CannotWrite {
        file: &'a Path,
    },
    CannotWriteOver {
        file: &'a Path,
    },
    CannotMake {
        folder: &'a Path,
    },
    LeadsOut {
        path: &'a str,
    },
    NoContent {
        path: &'a str,
    },
    TooLong {
        bytes_max: u64,
    },
    MendPath,
    MoreFaults {
        file: &'a str,
        more: usize,
    },
    /// A check without faults; `asked`: WeCom knows what the rules name.
    Checked {
        file: &'a str,
        rules: usize,
        files: usize,
        asked: bool,
    },
    /// What came of an import.
    NothingImported,
    MadeDatabase {
        place: &'a str,
    },
    InForce {
        version: i64,
        rules: usize,
        place: &'a str,
        servers: u32,
    },
    InForceAlready {
        version: i64,
        rules: usize,
        place: &'a str,
    },
    Note {
        what: &'a str,
    },
    ServersUpload {
        files: usize,
        no_app: bool,
    },
    NotUploaded {
        file: &'a str,
        corp_id: &'a str,
        why: &'a str,
    },
    ServersGoOn,
    /// What was made of a table of channels.
    Written {
        file: &'a Path,
        rules: usize,
    },
    /// The first rules file was written; what to do next.
    FirstRules {
        file: &'a Path,
        rules: usize,
    },
    ThereAlready {
        file: &'a Path,
    },
    ReadAsGbk,
    Unused {
        columns: &'a [String],
    },
    /// `rules list`.
    Listed {
        version: i64,
        imported: &'a str,
        note: Option<&'a str>,
        since: &'a str,
    },
    Flagged {
        rule: &'a str,
        kind: Kind,
        count: i64,
        last: &'a str,
        reason: &'a str,
    },
    MendWelcome {
        media: &'a [String],
    },
    Media {
        id: &'a str,
        line: usize,
    },
    Mend(Kind),
    AllApps,
    NotEnabled {
        does: &'a str,
    },
    WelcomedOf {
        done: i64,
        all: i64,
    },
    KindCount {
        kind: Kind,
        count: i64,
    },
    Heading(Heading),
    /// `rules history` and `rules rollback`.
    ByImport,
    ByRollback,
    SameAs {
        note: &'a str,
        version: i64,
    },
    RolledBack {
        version: i64,
        same_as: i64,
        servers: u32,
    },
    AsItWas {
        version: i64,
        same_as: i64,
    },
    /// `rules test`.
    TestFailed {
        file: &'a str,
        line: usize,
        test: &'a str,
        with: Option<&'a str>,
    },
    EventInLine {
        line: usize,
    },
    MoreDifferences {
        more: usize,
    },
    TestSaysNothingOf {
        names: &'a [&'a str],
    },
    Tested {
        passed: usize,
        failed: usize,
        wrong: usize,
    },
    /// `rules diff`.
    Version {
        version: i64,
    },
    NothingChanged,
    NewRule {
        rule: &'a str,
    },
    RuleGone {
        rule: &'a str,
    },
    Renamed {
        was: &'a str,
        is: &'a str,
    },
    OutsideOfRules,
    Moved {
        rules: &'a [String],
    },
    /// `rules backtest`.
    Event {
        id: i64,
        when: &'a str,
        what: &'a str,
        customer: &'a str,
        employee: &'a str,
        state: &'a str,
    },
    NeverPlanned {
        would: &'a [String],
        may: &'a [String],
    },
    RulesChange {
        was: &'a [String],
        would: &'a [String],
        may: &'a [String],
    },
    /// A part of what comes of an event, by its name in JSON.
    Part {
        name: &'a str,
    },
    Depends {
        on: &'a [String],
    },
    MoreEvents {
        more: u64,
    },
    NoSuchEvents,
    Sum {
        events: u64,
        same: u64,
        changed: u64,
        depends: u64,
        unrecorded: u64,
    },
    SumOfParts {
        parts: &'a [String],
        gained: u64,
        lost: u64,
    },
    RuleUsed {
        rule: &'a str,
        was: u64,
        would: u64,
        may: u64,
    },
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum Heading {
    Priority,
    Rule,
    Apps,
    Does,
    Events,
    Welcomed,
    NotDone,
    Wrong,
    Version,
    InForceSince,
    Rules,
    By,
    Note,
}

/// What is done with a rules file, each command with what it is for: check, import, serve.
fn write_steps(f: &mut fmt::Formatter<'_>, file: &Path, meant: [&str; 3]) -> fmt::Result {
    let file = file.display();
    let commands = [format!("rules check {file}"), format!("rules import {file}"), "serve".to_owned()];
    let width = commands.iter().map(|command| command.width()).max().unwrap_or_default();
    for (command, meant) in commands.iter().zip(meant) {
        write!(f, "\n  wecom-greeter {}   {meant}", fit(command, width))?;
    }
    Ok(())
}

impl Sentence for Rules<'_> {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match language {
            Language::En => en::write(self, f),
            Language::Zh => zh::write(self, f),
        }
    }
}
