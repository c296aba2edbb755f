//! What the commands about rules say, in English.

use std::fmt::{Formatter, Result};

use super::{Heading, Rules, write_steps};
use crate::action::Kind;

#[expect(clippy::too_many_lines, reason = "one arm for each sentence; cut in two, none would be exhaustive")]
pub(super) fn write(sentence: &Rules<'_>, f: &mut Formatter<'_>) -> Result {
    match sentence {
        Rules::NoRules => {
            write!(f, "there are no rules yet: `wecom-greeter rules import FILE` brings some")
        }
        Rules::NoneYet => write!(f, "There are no rules yet: `wecom-greeter rules import FILE` brings some."),
        Rules::NoRulesGiveSome => write!(f, "there are no rules yet: give some with --rules FILE"),
        Rules::NoVersion { version } => {
            write!(f, "there is no version {version} of the rules; `wecom-greeter rules history` lists them")
        }
        Rules::NoVersionBefore => {
            write!(f, "version 1 is the first: there is nothing to compare it with")
        }
        Rules::NoDatabase { path } => write!(
            f,
            "there is no database at {}, and so there are no rules yet and no events; this command makes none: name the \
             server's by --config FILE or DATABASE_URL (database.url), or run the command in the server's folder; \
             `wecom-greeter serve` and `wecom-greeter rules import FILE` make a new one",
            path.display()
        ),
        Rules::Unusable { version } => {
            write!(f, "version {version} of the rules in the database cannot be used by this program")
        }
        Rules::UnusableFor { version, faults } => {
            write!(f, "version {version} cannot be used by this program:\n{faults}")
        }
        Rules::Stdin => write!(f, "stdin"),
        Rules::CannotRead { file } => write!(f, "cannot read {file}"),
        Rules::CannotWrite { file } => write!(f, "cannot write {}", file.display()),
        Rules::CannotWriteOver { file } => {
            write!(f, "cannot write {}: is it there already?", file.display())
        }
        Rules::CannotMake { folder } => write!(f, "cannot make {}", folder.display()),
        Rules::LeadsOut { path } => {
            write!(f, "`{path}` leads out of the folder: nothing is written there")
        }
        Rules::NoContent { path } => write!(f, "the content of `{path}` is not in the database"),
        Rules::TooLong { bytes_max } => write!(f, "it is longer than {bytes_max} bytes"),
        Rules::MendPath => write!(f, "mend the path; in a test file it begins at that file's folder"),
        Rules::MoreFaults { file, more } => write!(f, "{file}: and {more} more"),
        Rules::Checked { file, rules, files, asked } => {
            write!(f, "{file}: {}", count(*rules, "rule"))?;
            if *files > 0 {
                write!(f, ", {}", count(*files, "file"))?;
            }
            write!(f, ", no faults{}", if *asked { ", and WeCom knows what they name" } else { "" })
        }
        Rules::NothingImported => write!(f, "error: nothing was imported"),
        Rules::MadeDatabase { place } => write!(f, "Made a new database, {place}; there was none."),
        Rules::InForce { version, rules, place, servers } => write!(
            f,
            "Version {version} with {} is in force in {place}; {}.",
            count(*rules, "rule"),
            taken_up(*servers)
        ),
        Rules::InForceAlready { version, rules, place } => write!(
            f,
            "Version {version} is in force already in {place}; the file is the same, with {}.",
            count(*rules, "rule")
        ),
        Rules::Note { what } => write!(f, "note: {what}"),
        Rules::ServersUpload { files, no_app } => {
            let why = if *no_app { "no app is set up here, so " } else { "" };
            write!(f, "note: {why}its {files} files are uploaded by the running servers")
        }
        Rules::NotUploaded { file, corp_id, why } => {
            write!(f, "note: `{file}` is not uploaded yet for corp {corp_id}: {why}")
        }
        Rules::ServersGoOn => write!(
            f,
            "note: running servers go on trying; until then welcomes go out without what is missing"
        ),
        Rules::Written { file, rules } => write!(
            f,
            "{} has {} now; `wecom-greeter rules import` puts it in force.",
            file.display(),
            count(*rules, "rule")
        ),
        Rules::FirstRules { file, rules } => {
            writeln!(
                f,
                "{} has {} that can be used as they are. Next:",
                file.display(),
                count(*rules, "rule")
            )?;
            write_steps(
                f,
                file,
                ["after each change: every fault with its line", "puts them in force", "greets by them"],
            )
        }
        Rules::ThereAlready { file } => write!(
            f,
            "{} is there already and stays as it is: give another name, or --force to write over it",
            file.display()
        ),
        Rules::ReadAsGbk => write!(f, "The table is not UTF-8 and was read as GBK (GB18030)."),
        Rules::Unused { columns } => {
            write!(f, "Columns that mean nothing here were passed over: {}", columns.join(", "))
        }
        Rules::Listed { version, imported, note, since } => {
            write!(f, "Version {version}, imported {imported}")?;
            if let Some(note) = note {
                write!(f, ": {note}")?;
            }
            write!(f, "; counted since {since}")
        }
        Rules::Flagged { rule, kind, count, last, reason } => {
            write!(f, "{rule}, {kind} ({count} times, last {last}): {reason}")
        }
        Rules::MendWelcome { media: [] } => {
            write!(f, "  to do: mend the text or the attachments of its welcome, and import the file")
        }
        Rules::MendWelcome { media } => write!(
            f,
            "  to do: name files instead of the media ids that are written out, which work for three days ({}), or \
             mend what else WeCom refused, and import the file",
            media.join(", ")
        ),
        Rules::Media { id, line } => write!(f, "{id} in line {line}"),
        Rules::Mend(kind) => write!(f, "  to do: {}", mend(*kind)),
        Rules::AllApps => write!(f, "all"),
        Rules::NotEnabled { does } => write!(f, "(not enabled) {does}"),
        Rules::WelcomedOf { done, all } => write!(f, "{done} of {all}"),
        Rules::KindCount { kind, count } => write!(f, "{count} {kind}"),
        Rules::Heading(heading) => f.write_str(self::heading(*heading)),
        Rules::ByImport => write!(f, "import"),
        Rules::ByRollback => write!(f, "rollback"),
        Rules::SameAs { note, version } => write!(f, "{note} (the same as version {version})"),
        Rules::RolledBack { version, same_as, servers } => write!(
            f,
            "Version {version}, the same as version {same_as}, is in force; {}.",
            taken_up(*servers)
        ),
        Rules::AsItWas { version, same_as } => {
            write!(f, "Version {version} is in force already; its rules are those of version {same_as}.")
        }
        Rules::TestFailed { file, line, test, with } => {
            let with = with.map_or_else(String::new, |with| format!(" (with {with})"));
            write!(f, "FAILED {file}:{line}: {test}{with} (- expected, + came)")
        }
        Rules::EventInLine { line } => write!(f, " (the event in line {line})"),
        Rules::MoreDifferences { more } => write!(f, "  and {more} more differences"),
        Rules::TestSaysNothingOf { names } => write!(
            f,
            "  the rules look up the {}, and the test says nothing of it: it counts as failed",
            names.join(" and ")
        ),
        Rules::Tested { passed: 0, failed: 0, wrong: 0 } => write!(f, "No tests were run."),
        Rules::Tested { passed, failed, wrong } => {
            write!(f, "{passed} passed")?;
            if *failed > 0 {
                write!(f, ", {failed} failed")?;
            }
            match wrong {
                0 => Ok(()),
                1 => write!(f, ", 1 file is wrong"),
                wrong => write!(f, ", {wrong} files are wrong"),
            }
        }
        Rules::Version { version } => write!(f, "version {version}"),
        Rules::NothingChanged => write!(f, "Nothing that matters has changed."),
        Rules::NewRule { rule } => write!(f, "+ {rule}: a new rule"),
        Rules::RuleGone { rule } => write!(f, "- {rule}: gone"),
        Rules::Renamed { was, is } => write!(f, "~ {was}: is called {is} now"),
        Rules::OutsideOfRules => write!(f, "~ outside of the rules"),
        Rules::Moved { rules } => {
            write!(f, "Looked at earlier or later than before: {}", rules.join(", "))
        }
        Rules::Event { id, when, what, customer, employee, state } => {
            write!(f, "Event {id}, {when}: {what}, customer {customer} of {employee}, state {state}")
        }
        Rules::NeverPlanned { would, may } => {
            write!(f, "  never planned; would be by {}{}", names(would), perhaps(may))
        }
        Rules::RulesChange { was, would, may } => {
            write!(f, "  rules: {} → {}{}", names(was), names(would), perhaps(may))
        }
        Rules::Part { name } => f.write_str(name),
        Rules::Depends { on } => write!(f, "  depends on a look-up: {}", on.join(", ")),
        Rules::MoreEvents { more } => writeln!(f, "… and {more} more"),
        Rules::NoSuchEvents => write!(
            f,
            "The record has no such events; --since 30d looks further back, `events list` tells what is there."
        ),
        Rules::Sum { events, same, changed, depends, unrecorded } => write!(
            f,
            "{events} events: {same} the same, {changed} otherwise, {depends} depend on a look-up, {unrecorded} never \
             planned"
        ),
        Rules::SumOfParts { parts, gained, lost } => {
            write!(f, "  otherwise: {}; welcomes gained {gained}, lost {lost}", parts.join(", "))
        }
        Rules::RuleUsed { rule, was, would, may } => {
            write!(f, "  {rule}: used {was} times, would be {would}")?;
            if *may > 0 { write!(f, ", and perhaps {may} more") } else { Ok(()) }
        }
    }
}

fn heading(heading: Heading) -> &'static str {
    match heading {
        Heading::Priority => "priority",
        Heading::Rule => "rule",
        Heading::Apps => "apps",
        Heading::Does => "does",
        Heading::Events => "events",
        Heading::Welcomed => "welcomed",
        Heading::NotDone => "not done",
        Heading::Wrong => "wrong",
        Heading::Version => "version",
        Heading::InForceSince => "in force since",
        Heading::Rules => "rules",
        Heading::By => "by",
        Heading::Note => "note",
    }
}

fn mend(kind: Kind) -> &'static str {
    match kind {
        Kind::Welcome => "mend its welcome, and import the file",
        // The same advice as in the flag's text and in `rules check --online`.
        Kind::Tag => {
            "make the tag in the console, write `create: true` beside its name, or mend it in the rule and import the file"
        }
        Kind::Remark => "mend its remark, and import the file",
        Kind::Notify => "see that the people it tells are in the app's visible range, and import the file",
        Kind::Forward => "see that the address takes what is posted, and import the file",
        Kind::Decide => "mend the rule, and import the file",
    }
}

fn count(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn names(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn perhaps(may: &[String]) -> String {
    if may.is_empty() { String::new() } else { format!("; perhaps {}", may.join(", ")) }
}

/// Who takes up a new version, and when.
fn taken_up(servers: u32) -> String {
    match servers {
        0 => "no server runs on it now, the next that starts takes it up".to_owned(),
        1 => "the server that runs on it takes it up within a second".to_owned(),
        servers => format!("the {servers} servers that run on it take it up within a second"),
    }
}
