//! The command line: what a person or a script asks, translated into calls of the library, and the answers into text.
//!
//! Every command keeps these rules. stdout carries the answer and nothing else: a table or a few lines for people,
//! with `--output json` one JSON document a line. Logs, progress and errors go to stderr. Exit status 0: done; 1: what
//! was asked for failed; 2: wrong usage or settings. A reader that goes away (`| head`) ends the command quietly.
//!
//! One file a command; [`output`] writes, [`filters`] and [`when`] read what several commands share, [`setup`] gets a
//! command its settings, its log and its database. What is said stands in [`words`], in both languages; [`help`] and
//! [`usage`] say in Chinese what clap would say in English.

mod actions;
mod backup;
mod bench;
mod completion;
mod contact;
mod demo;
mod doctor;
mod events;
mod failure;
mod failures;
mod filters;
mod forget;
mod happened;
mod health;
mod help;
mod manual;
mod migrate;
mod output;
mod phone;
mod progress;
mod prune;
mod replay;
mod rules;
mod serve;
mod setup;
mod simulate;
mod spread;
mod stats;
mod timeline;
mod tokens;
mod usage;
mod when;
mod words;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, FromArgMatches as _, Parser, Subcommand, ValueEnum, builder::PossibleValue};

use crate::{
    config::{Config, Environment},
    language::{self, Language, Sentence as _},
    telemetry,
};
use output::Output;
use setup::Setup;
use wecom_core::clock::Clock;
use words::failure::Failure;

/// A line of a help is no longer than this: on a wide screen longer ones are hard to read.
const LINE_COLUMNS: usize = 100;

/// Greets and tags the customers that WeCom (企业微信) employees add.
#[derive(Debug, Parser)]
#[command(name = "wecom-greeter", version, max_term_width = LINE_COLUMNS, after_help = EXAMPLES)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  wecom-greeter demo                        see it at work, with nothing to set up
  wecom-greeter rules import rules.yaml     who is greeted with what
  wecom-greeter serve                       take WeCom's callbacks
  wecom-greeter doctor                      what keeps it from working, and what to change
  wecom-greeter events list --since 2h      what has happened
  wecom-greeter actions list --status failed

Exit status: 0 done, 1 what was asked for failed, 2 wrong usage or settings.";

/// What goes with every command.
#[derive(Clone, Debug, Args)]
struct Global {
    /// The settings file [default: GREETER_CONFIG, else ./greeter.toml if there]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// What stdout carries: text for people, or one JSON document a line for programs
    #[arg(long, global = true, value_name = "FORM", default_value = "text", hide_default_value = true)]
    output: Form,
    /// The language: zh or en [default: GREETER_LANG, else that of the locale]
    #[arg(long, global = true, value_name = "zh|en", hide_possible_values = true)]
    lang: Option<Language>,
}

impl ValueEnum for Language {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()))
    }
}

/// What stdout carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take WeCom's callbacks: store, greet, tag
    #[command(after_help = serve::EXAMPLES)]
    Serve,
    /// See it at work with nothing set up: a simulated WeCom, sample rules, customers who add employees
    #[command(after_help = demo::EXAMPLES)]
    Demo(demo::Options),
    /// Run a WeCom of one's own, to develop rules and integrations against
    #[command(after_help = simulate::EXAMPLES)]
    Simulate(simulate::Options),
    /// Find what keeps a set-up from working, and say what to change
    #[command(after_help = doctor::EXAMPLES)]
    Doctor(doctor::Options),
    /// Bring the database up to date
    #[command(after_help = migrate::EXAMPLES)]
    Migrate,
    /// Copy the whole record into a file, while the server runs
    #[command(after_help = backup::BACKUP_EXAMPLES)]
    Backup(backup::BackupOptions),
    /// Put a backup into an empty database, of either kind
    #[command(after_help = backup::RESTORE_EXAMPLES)]
    Restore(backup::RestoreOptions),
    /// Rules: check a file, put it in force, get it back
    #[command(subcommand, after_help = rules::EXAMPLES)]
    Rules(rules::Command),
    /// Events: what WeCom has told, and what came of it
    #[command(subcommand, after_help = events::EXAMPLES)]
    Events(events::Command),
    /// Actions: welcomes, tags and remarks with each attempt; the failure inbox
    #[command(subcommand, after_help = actions::EXAMPLES)]
    Actions(actions::Command),
    /// What went wrong, grouped by cause, and what to do about it
    #[command(after_help = failures::EXAMPLES)]
    Failures(filters::WentWrong),
    /// What was done, counted: adds, welcomes, tags and losses by day, channel, employee, rule or app
    #[command(after_help = stats::EXAMPLES)]
    Stats(stats::Options),
    /// Measure: sealed callbacks at a fixed rate or flat out against a server, with percentiles
    #[command(hide = true, after_help = bench::EXAMPLES)]
    Bench(bench::Options),
    /// Call any method of the customer-contact API by hand
    #[command(subcommand, after_help = contact::EXAMPLES)]
    Contact(contact::Call),
    /// Tokens: who may use the admin API and the pages
    #[command(subcommand, after_help = tokens::EXAMPLES)]
    Tokens(tokens::Command),
    /// Take old events out; statistics stay
    #[command(after_help = prune::EXAMPLES)]
    Prune(prune::Options),
    /// Take everything of one customer out, everywhere
    #[command(after_help = forget::EXAMPLES)]
    Forget(forget::Options),
    /// Ask a running server whether it is alive (for container health checks)
    #[command(after_help = health::EXAMPLES)]
    Health(health::Options),
    /// Print what a shell needs to complete commands and flags
    #[command(after_help = completion::EXAMPLES)]
    Completion(completion::Options),
    /// Write the pages of `man`, one for each command
    #[command(after_help = manual::EXAMPLES)]
    Manual(manual::Options),
}

/// The command with the texts below its help as clap wants them: it breaks lines itself, and breaks those of the sources a
/// second time where they stay in.
fn with_whole_paragraphs(command: clap::Command) -> clap::Command {
    let command = match command.get_after_help().map(ToString::to_string) {
        Some(text) => command.after_help(whole_paragraphs(&text)),
        None => command,
    };
    let names: Vec<String> = command.get_subcommands().map(|of| of.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, with_whole_paragraphs))
}

/// Each paragraph on one line. Examples, which are indented, keep theirs, and so does what announces them.
fn whole_paragraphs(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut before = "";
    for line in text.lines() {
        let is_prose = |line: &str| !line.is_empty() && !line.starts_with(' ');
        let is_chinese = |line: &str| line.contains(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
        if !whole.is_empty() {
            let goes_on = is_prose(before) && is_prose(line) && !before.ends_with([':', '：']);
            // Chinese has no blanks between its words, and clap breaks lines at blanks only: there the lines of the source stay.
            whole.push(if goes_on && !is_chinese(line) && !is_chinese(before) { ' ' } else { '\n' });
        }
        whole.push_str(line);
        before = line;
    }
    whole
}

/// How many threads run the program beside those of the HTTP listeners.
const WORKER_THREADS_MIN: usize = 2;

/// Runs the command that the arguments ask for (the program's name first) to its end, and says how it went.
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    let environment = Environment::of_process();
    let language = language_of(&arguments, &environment);
    let mut command = with_whole_paragraphs(help::command(language));
    let parsed = command
        .try_get_matches_from_mut(arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command)));
    match parsed {
        Ok(cli) => run_command(cli, language, environment),
        Err(answer) => usage::print(answer, language),
    }
}

/// The language, found before anything is parsed: mistakes in the arguments are reported in it as well.
fn language_of(arguments: &[OsString], environment: &Environment) -> Language {
    let settings = language::value_of(arguments, "--config").map(Path::new);
    language::chosen(
        arguments,
        |name| environment.text(name),
        || Config::language_in_file(settings, environment),
    )
}

fn run_command(cli: Cli, language: Language, environment: Environment) -> ExitCode {
    let Cli { global, command } = cli;
    let language = global.lang.unwrap_or(language);
    let output = Output::stdout(global.output == Form::Json, language);
    let threads =
        std::thread::available_parallelism().map_or(WORKER_THREADS_MIN, usize::from).max(WORKER_THREADS_MIN);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    let ended = match runtime {
        Ok(runtime) => {
            let setup = Setup { config: global.config, environment, language, clock: Clock::system() };
            let ended = runtime.block_on(execute(command, setup, output));
            // A look-up of a name, or a read from a terminal, cannot be cut short and must not hold up the end.
            runtime.shutdown_background();
            ended
        }
        Err(error) => Err(anyhow::Error::new(error).context(Failure::NoThreads.to(language))),
    };
    let status = ended.unwrap_or_else(|error| failure::report(&error, language));
    telemetry::flush();
    status
}

async fn execute(command: Command, setup: Setup, output: Output) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve => Box::pin(serve::run(setup)).await,
        Command::Demo(options) => Box::pin(demo::run(options, setup, output)).await,
        Command::Simulate(options) => simulate::run(options, setup, output).await,
        Command::Bench(options) => Box::pin(bench::run(options, setup, output)).await,
        Command::Doctor(options) => Box::pin(doctor::run(options, setup, output)).await,
        Command::Migrate => migrate::run(setup, output).await,
        Command::Backup(options) => Box::pin(backup::back_up(options, setup, output)).await,
        Command::Restore(options) => Box::pin(backup::restore(options, setup, output)).await,
        Command::Rules(command) => rules::run(command, setup, output).await,
        Command::Events(command) => events::run(command, setup, output).await,
        Command::Actions(command) => actions::run(command, setup, output).await,
        Command::Failures(which) => failures::run(which, setup, output).await,
        Command::Stats(options) => stats::run(options, setup, output).await,
        Command::Contact(call) => contact::run(call, setup, output).await,
        Command::Tokens(command) => tokens::run(command, setup, output).await,
        Command::Prune(options) => Box::pin(prune::run(options, setup, output)).await,
        Command::Forget(options) => forget::run(options, setup, output).await,
        Command::Health(options) => health::run(&options, &setup, output).await,
        Command::Completion(options) => completion::run(&options, setup.language, output),
        Command::Manual(options) => manual::run(&options, setup.language, output),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_of_the_command_line_is_sound() {
        Cli::command().debug_assert();
        with_whole_paragraphs(Cli::command()).debug_assert();
    }

    fn assert_wrapped_once(command: &clap::Command) {
        const WIDTH: usize = 62;
        let help = command.clone().term_width(WIDTH).render_help().to_string();
        let lines: Vec<&str> = help.lines().collect();
        for pair in lines.windows(2) {
            let is_prose = |line: &str| !line.is_empty() && !line.starts_with(' ') && !line.ends_with(':');
            if is_prose(pair[0]) && is_prose(pair[1]) {
                let next = pair[1].split(' ').next().unwrap_or_default();
                let room = WIDTH.saturating_sub(pair[0].chars().count() + 1);
                assert!(next.chars().count() > room, "{}: {pair:#?}", command.get_name());
            }
        }
        command.get_subcommands().for_each(assert_wrapped_once);
    }

    #[test]
    fn help_is_wrapped_once() {
        assert_wrapped_once(&with_whole_paragraphs(Cli::command()));
        assert_eq!(
            whole_paragraphs("One\ntwo.\n\nExamples:\n  a\n  b\nExit:\nthree"),
            "One two.\n\nExamples:\n  a\n  b\nExit:\nthree"
        );
    }
}
