//! `completion`: what a shell needs to complete commands and flags.

use std::process::ExitCode;

use clap_complete::{Shell, generate};

use super::{help, output::Output};
use crate::language::Language;

pub(super) const EXAMPLES: &str = "\
Examples:
  wecom-greeter completion bash > ~/.local/share/bash-completion/completions/wecom-greeter
  wecom-greeter completion zsh > ~/.zfunc/_wecom-greeter
  wecom-greeter completion fish > ~/.config/fish/completions/wecom-greeter.fish";

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The shell
    shell: Shell,
}

pub(super) fn run(options: &Options, language: Language, mut output: Output) -> anyhow::Result<ExitCode> {
    let mut command = help::command(language);
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    generate(options.shell, &mut command, name, &mut script);
    output.text(&String::from_utf8_lossy(&script))?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}
