//! One command for each method of the catalogue, and the flags that all of them share.
//!
//! Flags are made when a command is asked for: a program that starts to serve does not build hundreds of them.

use std::{path::PathBuf, sync::Arc};

use clap::{
    Arg, ArgAction, ArgMatches, Command, FromArgMatches, Subcommand, ValueHint,
    builder::{PossibleValuesParser, TypedValueParser as _, ValueParser},
    error::ErrorKind,
};
use unicode_width::UnicodeWidthStr as _;

use super::{unlisted, zh};
use crate::{
    cli::{
        LINE_COLUMNS,
        words::{arguments::Wrong, contact::Contact},
    },
    language::{Language, Sentence as _},
};
use wecom_client::{
    Effect, Verb,
    catalogue::{self, Answers, Argument, Kind, Method},
};

/// A method and what was given for it, unread.
#[derive(Clone, Debug)]
pub(in crate::cli) enum Call {
    /// One of the catalogue.
    Listed(Listed),
    /// One that is named by verb and path.
    Unlisted(ArgMatches),
}

/// A method of the catalogue, and what was given for it.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Listed {
    pub(super) method: &'static Method,
    pub(super) given: ArgMatches,
}

/// The flags beside a method's arguments. A test makes sure that none has the name of an argument of the platform.
pub(super) const JSON: &str = "json";
pub(super) const APP: &str = "app";
pub(super) const TIMEOUT: &str = "timeout";
pub(super) const ALL: &str = "all";
pub(super) const TABLE: &str = "table";
pub(super) const QR: &str = "qr";
pub(super) const TO: &str = "to";
pub(super) const OVERWRITE: &str = "overwrite";

/// The longest `--timeout`, in seconds: nobody waits longer for one call.
const TIMEOUT_S_MAX: u64 = 600;

impl FromArgMatches for Call {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let unknown = || clap::Error::new(ErrorKind::MissingSubcommand);
        let (name, given) = matches.subcommand().ok_or_else(unknown)?;
        let given = given.clone();
        if name == unlisted::COMMAND {
            return Ok(Self::Unlisted(given));
        }
        let method = catalogue::method(name).ok_or_else(unknown)?;
        Ok(Self::Listed(Listed { method, given }))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Subcommand for Call {
    fn augment_subcommands(parent: Command) -> Command {
        let commands = catalogue::methods().map(|method| {
            // The names by which people know it from elsewhere work as well, and are not listed.
            Command::new(method.command())
                .aliases(method.other_names())
                .about(method.about)
                .after_help(closing(method, Language::En))
                .defer(with_flags)
        });
        parent
            .subcommand_value_name("METHOD")
            .subcommand_help_heading("Methods")
            .subcommands(commands)
            .subcommand(unlisted::command(Language::En))
    }

    fn augment_subcommands_for_update(parent: Command) -> Command {
        Self::augment_subcommands(parent)
    }

    fn has_subcommand(name: &str) -> bool {
        name == unlisted::COMMAND || catalogue::method(name).is_some()
    }
}

/// A method's command in Chinese.
pub(in crate::cli) fn in_chinese(command: Command) -> Command {
    if command.get_name() == unlisted::COMMAND {
        return unlisted::command(Language::Zh).mut_args(said_in_chinese);
    }
    let Some(method) = catalogue::method(command.get_name()) else { return command };
    let command = command.after_help(closing(method, Language::Zh)).defer(with_flags_in_chinese);
    match zh::about(method) {
        Some(about) => command.about(about),
        None => command,
    }
}

fn with_flags_in_chinese(command: Command) -> Command {
    let command = with_flags(command);
    let Some(method) = catalogue::method(command.get_name()) else { return command };
    command.mut_args(|flag| {
        let id = flag.get_id().as_str();
        let of_method = method.arguments.iter().find(|argument| argument.name == id);
        match of_method.and_then(|argument| zh::argument(method, argument)) {
            Some(help) => flag.help(help),
            None => said_in_chinese(flag),
        }
    })
}

/// A flag that says how a method is called.
fn said_in_chinese(flag: Arg) -> Arg {
    match zh::HOW.iter().find(|(name, _)| *name == flag.get_id().as_str()) {
        Some((_, help)) => flag.help(*help),
        None => flag,
    }
}

/// What `--help` shows below a command's flags: its path, its page, and examples.
fn closing(method: &Method, language: Language) -> String {
    let verb = match method.endpoint.verb {
        Verb::Get => "GET",
        Verb::Post => "POST",
    };
    let mut lines = vec![format!("{verb} /cgi-bin/{}", method.endpoint.path)];
    if let Some(page) = method.endpoint.page {
        lines.push(format!("https://developer.work.weixin.qq.com/document/path/{page}"));
    }
    if method.endpoint.effect == Effect::Once {
        lines.push(Contact::SentOnce.to(language));
    }
    let command = format!("  wecom-greeter contact {}", method.command());
    lines.extend([String::new(), Contact::Examples.to(language)]);
    lines.push(as_typed(format!("{command} {}", method.example).trim_end()));
    if !method.arguments.is_empty() {
        lines.push(format!("{command} --json @arguments.json"));
    }
    lines.join("\n")
}

/// An example on lines that are not broken where they are shown. Where it takes several, each but the last ends in a
/// backslash, so that all of it can be pasted.
fn as_typed(example: &str) -> String {
    const GOES_ON: &str = " \\";
    let mut parts = example.split(" --");
    let mut lines = vec![parts.next().unwrap_or_default().to_owned()];
    for part in parts {
        match lines.last_mut() {
            Some(line) if line.width() + " --".len() + part.width() + GOES_ON.len() <= LINE_COLUMNS => {
                line.push_str(" --");
                line.push_str(part);
            }
            line => {
                if let Some(line) = line {
                    line.push_str(GOES_ON);
                }
                lines.push(format!("    --{part}"));
            }
        }
    }
    lines.join("\n")
}

fn with_flags(command: Command) -> Command {
    let Some(method) = catalogue::method(command.get_name()) else { return command };
    let flags: Arc<[String]> = flags(method).into();
    let mut command = command.args(method.arguments.iter().map(|argument| flag(argument, &flags)));
    let switch = |name: &'static str, help: &'static str| common(name).action(ArgAction::SetTrue).help(help);
    command = command.arg(
        common(JSON)
            .value_name("BODY")
            .value_hint(ValueHint::FilePath)
            .help("All arguments as one JSON object, @FILE to read it there, - for stdin; flags go over it"),
    );
    if method.paging.is_some() {
        command = command
            .arg(switch(ALL, "Follow the pages to the end and print each item as JSON on a line of its own"));
    }
    if method.list.is_some() {
        command = command.arg(switch(TABLE, "A table of the records, for people, in place of JSON"));
    }
    if method.draws.is_some() {
        command = command.arg(switch(
            QR,
            "Draw a code that leads to the answer's address on stderr, to be scanned from the screen",
        ));
    }
    if method.answers == Answers::File {
        command = command
            .arg(
                common(TO)
                    .value_name("FILE")
                    .required(true)
                    .value_hint(ValueHint::FilePath)
                    .value_parser(clap::value_parser!(PathBuf))
                    .help("Where the file goes"),
            )
            .arg(switch(OVERWRITE, "Replace FILE if there is one"));
    }
    with_how(command)
}

/// A flag that says how a call is made.
pub(super) fn common(name: &'static str) -> Arg {
    Arg::new(name).long(name).help_heading("How")
}

/// The flags that every call has.
pub(super) fn with_how(command: Command) -> Command {
    command.arg(common(APP).value_name("NAME").help("The app of the settings, where they name several")).arg(
        common(TIMEOUT)
            .value_name("SECONDS")
            .value_parser(clap::value_parser!(u64).range(1..=TIMEOUT_S_MAX))
            .help("How long one call may take, tries and all; 20, with files 60"),
    )
}

/// Every flag that a method's command may have, with its dashes.
fn flags(method: &Method) -> Vec<String> {
    const OURS: [&str; 13] =
        [JSON, APP, TIMEOUT, ALL, TABLE, QR, TO, OVERWRITE, "config", "output", "lang", "help", "version"];
    let arguments = method.arguments.iter().map(Argument::flag);
    arguments.chain(OURS.map(str::to_owned)).map(|name| format!("--{name}")).collect()
}

/// A text may begin with a dash, but may not be one of the command's own flags: in `--userid --table` the text was
/// forgotten, and the flag would be taken for it.
fn text(flags: &Arc<[String]>) -> ValueParser {
    let flags = Arc::clone(flags);
    ValueParser::from(move |text: &str| {
        let name = text.split_once('=').map_or(text, |(name, _)| name);
        if flags.iter().any(|flag| flag == name) {
            return Err(Wrong::FlagForText { json: JSON });
        }
        Ok(text.to_owned())
    })
}

/// The flag of an argument, one of `flags`; of a file the place for it.
fn flag(argument: &'static Argument, flags: &Arc<[String]>) -> Arg {
    let help =
        if argument.required { format!("{} (required)", argument.help) } else { argument.help.to_owned() };
    let arg = Arg::new(argument.name).help(help).help_heading("Arguments");
    if argument.kind == Kind::File {
        return arg.value_name("FILE").value_hint(ValueHint::FilePath);
    }
    let arg = arg.long(argument.flag()).value_hint(ValueHint::Other);
    let value_name = match argument.kind {
        Kind::Integer => {
            let number = clap::value_parser!(i64);
            return arg.value_name("N").value_parser(number).allow_negative_numbers(true);
        }
        Kind::Boolean => {
            let parser = PossibleValuesParser::new(["true", "false"]).map(|text| text == "true");
            let arg = arg.value_name("true|false").num_args(0..=1).default_missing_value("true");
            return arg.value_parser(parser).hide_possible_values(true);
        }
        Kind::Text | Kind::File | Kind::Texts | Kind::Content => "TEXT",
        Kind::Ids => "ID,…",
        Kind::Integers => "N,…",
        Kind::Time => "WHEN",
        Kind::Day => "DAY",
        Kind::Owners => "USERID,…",
        Kind::Json => "JSON",
    };
    let several = matches!(argument.kind, Kind::Ids | Kind::Texts | Kind::Integers | Kind::Owners);
    let arg = arg.value_name(value_name).action(if several { ArgAction::Append } else { ArgAction::Set });
    match argument.kind {
        // A remark may begin with a dash.
        Kind::Text | Kind::Texts | Kind::Content => arg.value_parser(text(flags)).allow_hyphen_values(true),
        _ => arg.value_parser(ValueParser::string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_argument_of_the_platform_has_the_name_of_a_flag_of_ours() {
        let ours = [JSON, APP, TIMEOUT, ALL, TABLE, QR, TO, OVERWRITE, "config", "output", "help", "version"];
        for method in catalogue::methods() {
            assert_ne!(method.command(), unlisted::COMMAND);
            for argument in method.arguments {
                assert!(!ours.contains(&argument.name), "{}: {}", method.endpoint.path, argument.name);
            }
        }
    }
}
