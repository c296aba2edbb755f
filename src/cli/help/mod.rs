//! The command line in the language of whoever reads its help.
//!
//! The definition (derived, beside each command) is in English. For Chinese the tree of commands is walked and every text
//! replaced by that of a table, by the command's path and the argument's id ([`zh`]); a test holds that the table has
//! all that the tree has and nothing else. The few words that clap itself writes around those texts are replaced where the
//! help is printed ([`labels`]).

mod labels;
mod zh;
mod zh_admin;
mod zh_bench;
mod zh_rules;

use std::fmt::Write as _;

use clap::{Arg, ArgAction, Command, CommandFactory as _};

use super::{Cli, contact};
use crate::language::Language;

pub(super) use labels::in_chinese as labels_in_chinese;

/// What a command says in its help.
struct Words {
    /// Its path below the program, as it is typed: `rules check`.
    path: &'static str,
    /// What it does.
    about: &'static str,
    /// What stands below its flags: examples, with what they are for.
    after: &'static str,
    /// Its arguments by their ids; of an argument's value, `ID=VALUE`.
    arguments: &'static [(&'static str, &'static str)],
}

/// Every command, file by file.
fn words() -> impl Iterator<Item = &'static Words> {
    zh::COMMANDS.iter().chain(zh_rules::COMMANDS).chain(zh_admin::COMMANDS).chain(zh_bench::COMMANDS)
}

/// The command line in that language.
pub(super) fn command(language: Language) -> Command {
    let command = Cli::command();
    match language {
        Language::En => command,
        Language::Zh => translated(command, "").disable_version_flag(true).arg(ours(
            "version",
            'V',
            ArgAction::Version,
            "显示版本",
        )),
    }
}

/// A flag that clap would make in English. It stands among the options: without `None` it would take over the heading of the
/// flags that were defined last.
fn ours(name: &'static str, short: char, action: ArgAction, help: &'static str) -> Arg {
    /// Behind all others, where clap's own stand.
    const LAST: usize = 1_000;
    let flag = Arg::new(name).short(short).long(name).action(action).help(help);
    flag.help_heading(None::<&'static str>).display_order(LAST)
}

fn help_flag() -> Arg {
    ours("help", 'h', ArgAction::Help, "显示帮助")
}

fn translated(command: Command, path: &str) -> Command {
    let words = words().find(|words| words.path == path);
    let name_of = |inner: &Command| format!("{path} {}", inner.get_name()).trim_start().to_owned();
    let command = match words {
        Some(words) => command
            .about(words.about)
            .after_help(words.after)
            .mut_args(|argument| translated_argument(argument, words)),
        None => command,
    };
    let command = if path == CONTACT {
        command.mut_subcommands(|method| contact::in_chinese(method).disable_help_flag(true).arg(help_flag()))
    } else {
        command.mut_subcommands(|inner| {
            let path = name_of(&inner);
            translated(inner, &path)
        })
    };
    command.disable_help_flag(true).arg(help_flag())
}

/// Its commands are the methods of WeCom's API, which have a table of their own.
const CONTACT: &str = "contact";

fn translated_argument(argument: Arg, words: &Words) -> Arg {
    let of = |id: &str| words.arguments.iter().find(|(name, _)| *name == id).map(|(_, help)| *help);
    let id = argument.get_id().to_string();
    let Some(help) = of(&id) else { return argument };
    // clap would say in English what its defaults and its values are, so both become a part of the text.
    let mut help = help.to_owned();
    let shown = |value: &str| match of(&format!("{id}={value}")) {
        Some(meaning) => format!("{value}（{meaning}）"),
        None => value.to_owned(),
    };
    let takes_values = argument.get_action().takes_values();
    let values = argument.get_possible_values();
    if takes_values && !values.is_empty() && !argument.is_hide_possible_values_set() {
        let values: Vec<String> = values.iter().map(|value| shown(value.get_name())).collect();
        let _ = write!(help, " [可选值：{}]", values.join("、"));
    }
    let defaults: Vec<String> =
        argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    if takes_values && !defaults.is_empty() && !argument.is_hide_default_value_set() {
        let _ = write!(help, " [默认：{}]", defaults.join("、"));
    }
    let heading = argument.get_help_heading().map(|heading| match heading {
        "Filters" => "筛选",
        "Credentials" => "凭证",
        "WeCom" => "企业微信",
        other => other,
    });
    let heading = heading.map(str::to_owned);
    let mut argument = argument.help(help);
    if takes_values {
        argument = argument.hide_possible_values(true).hide_default_value(true);
    }
    match heading {
        Some(heading) => argument.help_heading(heading),
        None => argument,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{super::LINE_COLUMNS, *};

    /// What the table must have: commands, arguments, and values that mean something.
    fn of_the_tree(command: &Command, path: &str, found: &mut BTreeSet<String>) {
        found.insert(format!("{path}:"));
        for argument in command.get_arguments() {
            found.insert(format!("{path}: {}", argument.get_id()));
            for value in argument.get_possible_values().iter().filter(|value| value.get_help().is_some()) {
                found.insert(format!("{path}: {}={}", argument.get_id(), value.get_name()));
            }
        }
        if path != CONTACT {
            for inner in command.get_subcommands() {
                of_the_tree(inner, format!("{path} {}", inner.get_name()).trim_start(), found);
            }
        }
    }

    #[test]
    fn the_table_has_all_that_the_tree_has_and_nothing_else() {
        let mut tree = BTreeSet::new();
        of_the_tree(&Cli::command(), "", &mut tree);
        let mut table = BTreeSet::new();
        for words in words() {
            assert!(table.insert(format!("{}:", words.path)), "{} stands in the table twice", words.path);
            for (id, _) in words.arguments {
                assert!(table.insert(format!("{}: {id}", words.path)), "{} {id} is there twice", words.path);
            }
        }
        let missing: Vec<_> = tree.difference(&table).collect();
        let surplus: Vec<_> = table.difference(&tree).collect();
        assert!(
            missing.is_empty() && surplus.is_empty(),
            "without Chinese: {missing:#?}\nnot in the command line: {surplus:#?}"
        );
    }

    #[test]
    fn both_command_lines_are_sound() {
        for language in Language::ALL {
            command(language).debug_assert();
        }
    }

    #[test]
    fn examples_are_the_same_in_both_languages() {
        fn compare(english: &Command, path: &str, problems: &mut Vec<String>) {
            // From the command on, without what is said about it behind some blanks.
            let commands = |text: &str| -> Vec<String> {
                text.lines()
                    .filter(|line| line.starts_with("  ") && !line.trim_start().starts_with('#'))
                    .map(|line| line.trim_start().split("  ").next().unwrap_or_default().to_owned())
                    .collect()
            };
            let after = english.get_after_help().map(ToString::to_string).unwrap_or_default();
            if let Some(words) = words().find(|words| words.path == path)
                && commands(&after) != commands(words.after)
            {
                problems.push(format!("{path}: {:#?} {:#?}", commands(&after), commands(words.after)));
            }
            for inner in english.get_subcommands().filter(|_| path != CONTACT) {
                compare(inner, format!("{path} {}", inner.get_name()).trim_start(), problems);
            }
        }
        let mut problems = Vec::new();
        compare(&Cli::command(), "", &mut problems);
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }

    /// Every command with its path, the methods of WeCom's API among them.
    fn each(command: &Command, path: &str, look: &mut dyn FnMut(&str, &Command)) {
        look(path, command);
        for inner in command.get_subcommands() {
            each(inner, format!("{path} {}", inner.get_name()).trim_start(), look);
        }
    }

    fn built(language: Language) -> Command {
        let mut command = command(language);
        command.build();
        command
    }

    #[test]
    fn no_heading_of_the_help_in_chinese_is_english() {
        let (mut headings, mut problems) = (0, Vec::new());
        each(&built(Language::Zh), "", &mut |path, command| {
            let help = labels_in_chinese(&command.clone().render_help().to_string());
            for heading in help.lines().filter(|line| !line.starts_with(' ') && line.ends_with([':', '：']))
            {
                headings += 1;
                if heading.is_ascii() {
                    problems.push(format!("{path}: {heading}"));
                }
            }
        });
        assert!(headings > 100, "{headings}");
        assert!(problems.is_empty(), "{problems:#?}");
    }

    /// clap breaks a line that is too long, and a command that it has broken does not work where it is pasted.
    #[test]
    fn examples_stand_in_the_help_as_they_are_typed() {
        let (mut examples, mut problems) = (0, Vec::new());
        for language in Language::ALL {
            each(&built(language), "", &mut |path, command| {
                let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
                let help = command.clone().term_width(LINE_COLUMNS).render_help().to_string();
                let shown: BTreeSet<&str> = help.lines().map(str::trim_end).collect();
                let mut goes_on = false;
                for line in after.lines() {
                    let begins = line.trim_start().starts_with("wecom-greeter ");
                    if begins || goes_on {
                        examples += 1;
                        // What a line leaves open without a backslash is a command of its own where it is pasted.
                        let is_whole = shown.contains(line) && line.starts_with("  ") && !line.ends_with('|');
                        if !is_whole || begins == goes_on {
                            problems.push(format!("{path}: {line}"));
                        }
                    } else if line.starts_with("    ") {
                        problems.push(format!("{path}: goes on without a backslash: {line}"));
                    }
                    goes_on = line.ends_with('\\');
                }
            });
        }
        assert!(examples > 300, "{examples}");
        assert!(problems.is_empty(), "{problems:#?}");
    }
}
