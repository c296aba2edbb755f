//! What clap answers instead of a command: help, version, mistakes. It says them in English; in Chinese they are said here,
//! by their kind and context.

use std::{fmt::Write as _, net::AddrParseError, num::ParseIntError, process::ExitCode};

use clap::{
    Error,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::{help, words::arguments::Wrong};
use crate::language::{Language, Sentence as _};
use wecom_client::catalogue::{self, Method};

/// At most so many commands are offered to whoever mistyped one.
const SUGGESTIONS_MAX: usize = 5;

/// Prints help and version on stdout, mistakes on stderr with exit status 2.
pub(super) fn print(mut answer: Error, language: Language) -> ExitCode {
    if let Some(ContextValue::Strings(similar)) = answer.get(ContextKind::SuggestedSubcommand) {
        let similar = suggested(similar);
        answer.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(similar));
    }
    match language {
        // If stdout is closed there is nobody to print it for.
        Language::En => drop(answer.print()),
        Language::Zh => {
            let text = in_chinese(&answer);
            // Without colours: what clap marks is lost where its words are replaced.
            if answer.use_stderr() {
                super::output::say(text.trim_end());
            } else {
                drop(std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes()));
            }
        }
    }
    ExitCode::from(u8::try_from(answer.exit_code()).unwrap_or(2))
}

/// What clap found similar, the likeliest first, which stands last with it; of a method each spelling is found, and its
/// command offered once.
fn suggested(similar: &[String]) -> Vec<String> {
    let mut offered: Vec<String> = Vec::new();
    for name in similar.iter().rev() {
        let of_method = catalogue::methods().find(|method| method.other_names().contains(name));
        let name = of_method.map_or_else(|| name.clone(), Method::command);
        if offered.len() < SUGGESTIONS_MAX && !offered.contains(&name) {
            offered.push(name);
        }
    }
    offered
}

fn in_chinese(answer: &Error) -> String {
    let rendered = || help::labels_in_chinese(&answer.render().to_string());
    match answer.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => return rendered(),
        _ => {}
    }
    let mut text = format!("错误：{}\n", mistake(answer));
    for hint in hints(answer) {
        let _ = write!(text, "\n  提示：{hint}\n");
    }
    if let Some(ContextValue::StyledStr(usage)) = answer.get(ContextKind::Usage) {
        let _ = write!(text, "\n{}\n", help::labels_in_chinese(&usage.to_string()));
    }
    text.push_str("\n完整说明请看 `--help`。\n");
    text
}

/// What is wrong.
fn mistake(answer: &Error) -> String {
    let of = |kind| text(answer, kind);
    let argument = of(ContextKind::InvalidArg);
    match answer.kind() {
        ErrorKind::UnknownArgument => format!("没有「{argument}」这个参数"),
        ErrorKind::InvalidSubcommand => format!("没有「{}」这个命令", of(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingSubcommand => {
            format!(
                "「{}」后面还要写一个子命令{}",
                of(ContextKind::InvalidSubcommand),
                choices(answer, ContextKind::ValidSubcommand)
            )
        }
        ErrorKind::InvalidValue => match of(ContextKind::InvalidValue) {
            value if value.is_empty() => {
                format!("「{argument}」缺少值{}", choices(answer, ContextKind::ValidValue))
            }
            value => format!("「{argument}」的值「{value}」不对{}", choices(answer, ContextKind::ValidValue)),
        },
        ErrorKind::ValueValidation => {
            let value = of(ContextKind::InvalidValue);
            format!("「{argument}」的值「{value}」不对{}", reason(answer))
        }
        ErrorKind::MissingRequiredArgument => format!("缺少必须写的参数：{argument}"),
        ErrorKind::ArgumentConflict => match of(ContextKind::PriorArg) {
            prior if prior.is_empty() || prior == argument => format!("「{argument}」只能写一次"),
            prior => format!("「{argument}」不能和「{prior}」一起用"),
        },
        ErrorKind::NoEquals => format!("「{argument}」的值要用等号连着写"),
        ErrorKind::TooManyValues => {
            format!("「{argument}」后面多了一个值「{}」", of(ContextKind::InvalidValue))
        }
        ErrorKind::TooFewValues => format!(
            "「{argument}」至少要 {} 个值，只写了 {} 个",
            of(ContextKind::MinValues),
            of(ContextKind::ActualNumValues)
        ),
        ErrorKind::WrongNumberOfValues => format!(
            "「{argument}」要 {} 个值，写了 {} 个",
            of(ContextKind::ExpectedNumValues),
            of(ContextKind::ActualNumValues)
        ),
        ErrorKind::InvalidUtf8 => "参数不是 UTF-8 文本".to_owned(),
        _ => format!("命令行不对（{}）", answer.kind()),
    }
}

/// What clap has noted of that kind; several with commas between them.
fn text(answer: &Error, kind: ContextKind) -> String {
    match answer.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn choices(answer: &Error, kind: ContextKind) -> String {
    let choices = text(answer, kind);
    if choices.is_empty() { String::new() } else { format!("，可以写：{choices}") }
}

/// Why a value was not taken.
fn reason(answer: &Error) -> String {
    let Some(cause) = std::error::Error::source(answer) else { return String::new() };
    if let Some(wrong) = cause.downcast_ref::<Wrong>() {
        return format!("：{}", wrong.to(Language::Zh));
    }
    if cause.is::<ParseIntError>() {
        return "：应为整数".to_owned();
    }
    if cause.is::<AddrParseError>() {
        return format!("：{}", Wrong::NoAddress.to(Language::Zh));
    }
    // clap's own ranges: `70 is not in 1..=50`.
    cause.to_string().split_once(" is not in ").map_or_else(String::new, |(_, range)| {
        match range.split_once("..=").unwrap_or((range, "")) {
            (from, "") => format!("：应从 {} 起", from.trim_end_matches("..")),
            (from, to) => format!("：应在 {from} 到 {to} 之间"),
        }
    })
}

/// What was meant, perhaps.
fn hints(answer: &Error) -> Vec<String> {
    let meant = [
        (ContextKind::SuggestedSubcommand, "命令"),
        (ContextKind::SuggestedArg, "参数"),
        (ContextKind::SuggestedValue, "值"),
    ];
    let mut hints: Vec<String> = meant
        .into_iter()
        .map(|(kind, what)| (text(answer, kind), what))
        .filter(|(similar, _)| !similar.is_empty())
        .map(|(similar, what)| format!("有相近的{what}：{similar}"))
        .collect();
    if let (ErrorKind::UnknownArgument, Some(ContextValue::Bool(true))) =
        (answer.kind(), answer.get(ContextKind::TrailingArg))
    {
        let argument = text(answer, ContextKind::InvalidArg);
        hints.push(format!("要把「{argument}」当作值，请写成「-- {argument}」"));
    }
    hints
}
