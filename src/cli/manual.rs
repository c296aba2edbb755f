//! `manual`: the pages of `man`, one for each command.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap_mangen::Man;

use super::{
    help,
    output::Output,
    words::failure::{Failure, Remedy},
};
use crate::language::{Language, Sentence as _};

pub(super) const EXAMPLES: &str = "\
Examples:
  wecom-greeter manual man1                             then: man -l man1/wecom-greeter.1
  wecom-greeter manual /usr/local/share/man/man1
  wecom-greeter manual /usr/local/share/man/zh_CN/man1 --lang zh";

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The folder that the pages are written to; it is made where it is not there
    folder: PathBuf,
}

/// The methods of WeCom's API, which are commands too, have no page each: docs/API.md has them, and there are over a hundred.
const WITHOUT_PAGES_BELOW: &str = "contact";

pub(super) fn run(options: &Options, language: Language, mut output: Output) -> anyhow::Result<ExitCode> {
    let folder = &options.folder;
    let cannot = || {
        let what = Failure::CannotWritePages { folder }.to(language);
        let remedy = Failure::ToDo(Remedy::CheckFolder).to(language);
        format!("{what}\n{remedy}")
    };
    fs::create_dir_all(folder).with_context(cannot)?;
    let mut command = help::command(language).disable_help_subcommand(true);
    command.build();
    let pages = write_pages(&command, folder, language).with_context(cannot)?;
    output.sentence(&Failure::PagesWritten { pages, folder })?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The page of a command and those of the commands below it; how many there are.
fn write_pages(command: &clap::Command, folder: &Path, language: Language) -> io::Result<usize> {
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    man.render(&mut page)?;
    let page = with_headings(&String::from_utf8_lossy(&page), language);
    fs::write(folder.join(man.get_filename()), page)?;
    if command.get_name() == WITHOUT_PAGES_BELOW {
        return Ok(1);
    }
    command.get_subcommands().try_fold(1, |pages, inner| Ok(pages + write_pages(inner, folder, language)?))
}

/// The headings of a page, which its maker writes in English, with what manuals in Chinese have there.
const HEADINGS: &[(&str, &str)] = &[
    ("NAME", "名称"),
    ("SYNOPSIS", "用法"),
    ("DESCRIPTION", "说明"),
    ("OPTIONS", "选项"),
    ("SUBCOMMANDS", "子命令"),
    ("EXTRA", "补充"),
    ("VERSION", "版本"),
];

fn with_headings(page: &str, language: Language) -> String {
    let translated = |line: &str| -> String {
        let heading = line.strip_prefix(".SH ").filter(|_| language == Language::Zh);
        let chinese = heading.and_then(|heading| HEADINGS.iter().find(|(english, _)| *english == heading));
        chinese.map_or_else(|| line.to_owned(), |(_, chinese)| format!(".SH {chinese}"))
    };
    page.lines().map(|line| translated(line) + "\n").collect()
}
