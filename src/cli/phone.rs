//! A chat as it looks on the customer's phone, in characters: who writes, and a bubble for each message.

use serde_json::Value;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::{
    output::{clean, fit},
    words::trying::{Attached, Trying},
};
use crate::language::{Language, Sentence as _};

/// How wide the screen is, in columns: a bubble with the longest lines, and two columns on either side of it.
const SCREEN: usize = 42;

/// How wide a line in a bubble may be: seventeen Chinese characters, about as many as WeChat has on a phone.
const LINE: usize = 34;

/// What no line begins with, and what none ends with.
const CLOSING: &str = "，。！？：；、）」』》”’…,.!?:;)%";
const OPENING: &str = "（「『《“‘(";

/// Joins two emoji to one.
const JOINER: char = '\u{200d}';

/// Whether a welcome has attachments.
pub(super) fn has_attachments(welcome: &Value) -> bool {
    !attachments(welcome).is_empty()
}

fn attachments(welcome: &Value) -> &[Value] {
    welcome["attachments"].as_array().map_or(&[], Vec::as_slice)
}

/// A welcome as the messages that the customer gets: its text, then each attachment by its kind and its name.
pub(super) fn messages(welcome: &Value, language: Language) -> Vec<String> {
    let text = welcome["text"]["content"].as_str().map(str::to_owned);
    let attached = attachments(welcome).iter().filter_map(|attachment| {
        let kind = attachment["msgtype"].as_str()?;
        let named = match kind {
            "image" => Attached::Image,
            "link" => Attached::Link,
            "miniprogram" => Attached::Miniprogram,
            "video" => Attached::Video,
            "file" => Attached::File,
            _ => return None,
        };
        let lines = [attachment[kind]["title"].as_str(), attachment[kind]["desc"].as_str()];
        let lines: Vec<&str> = lines.into_iter().flatten().collect();
        let shown = format!("{} {}", Trying::Attached(named).to(language), lines.join("\n"));
        // A picture has no name.
        Some(shown.trim_end().to_owned())
    });
    text.into_iter().chain(attached).collect()
}

/// The lines of a screen with these messages, all of one width.
pub(super) fn screen(name: &str, messages: &[String]) -> Vec<String> {
    let bar = "─".repeat(SCREEN);
    let name = fit(name, SCREEN.min(clean(name).width()));
    let before = " ".repeat((SCREEN - name.width()) / 2);
    let mut lines = vec![format!("╭{bar}╮"), row(&format!("{before}{name}")), format!("├{bar}┤")];
    for message in messages {
        lines.extend(bubble(message).iter().map(|line| row(&format!("  {line}"))));
    }
    lines.push(format!("╰{bar}╯"));
    lines
}

fn row(text: &str) -> String {
    format!("│{}│", fit(text, SCREEN))
}

/// A message in its frame, as narrow as its text lets.
fn bubble(message: &str) -> Vec<String> {
    let text: Vec<String> = message.lines().flat_map(|line| broken(&clean(line))).collect();
    let width = text.iter().map(|line| line.width()).max().unwrap_or_default();
    let bar = "─".repeat(width + 2);
    let mut lines = vec![format!("╭{bar}╮")];
    lines.extend(text.iter().map(|line| format!("│ {} │", fit(line, width))));
    lines.push(format!("╰{bar}╯"));
    lines
}

/// A line of text, broken where it is too long.
fn broken(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    while rest.width() > LINE {
        let (line, next) = rest.split_at(end_of_line(rest));
        lines.push(line.trim_end().to_owned());
        rest = next.trim_start();
    }
    lines.push(rest.to_owned());
    lines
}

/// Where a text that is too long for a line is broken: between Chinese characters or words, or else wherever it must be.
fn end_of_line(text: &str) -> usize {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let fitting: Vec<usize> = ends.take_while(|end| text[..*end].width() <= LINE).collect();
    let whole = fitting.iter().rev().copied().find(|end| may_break(text, *end));
    whole.or(fitting.last().copied()).unwrap_or_else(|| text.chars().next().map_or(0, char::len_utf8))
}

fn may_break(text: &str, at: usize) -> bool {
    let (Some(before), Some(after)) = (text[..at].chars().next_back(), text[at..].chars().next()) else {
        return false;
    };
    let in_a_word = before.is_ascii_graphic() && after.is_ascii_graphic();
    let in_a_character = before == JOINER || after.width() == Some(0);
    !in_a_word && !in_a_character && !CLOSING.contains(after) && !OPENING.contains(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_a_screen_is_as_wide_as_the_others() {
        for text in [
            "您好",
            "小周，您好！我是张三，春季活动正在进行，有任何问题请随时联系我们的客服。",
            "Hello, this is a longer text in English, with words that must not be broken in two.",
            "https://example.com/a/very/long/address/that/has/no/place/to/break/and/goes/on",
            "🌸🌸🌸👨‍👩‍👧🌸🌸🌸🌸🌸🌸🌸🌸🌸🌸🌸🌸🌸🌸🌸🌸🌸🌸",
            "两段\n\n第二段，e\u{301}\u{1b}[31m",
            "",
        ] {
            let lines = screen(
                "张三-北京门店-一个很长很长很长很长很长很长很长的名字",
                &[text.to_owned(), text.to_owned()],
            );
            assert!(lines.iter().all(|line| line.width() == SCREEN + 2), "{}", lines.join("\n"));
            assert!(!lines.concat().contains('\u{1b}'));
        }
    }

    #[test]
    fn lines_are_broken_where_a_reader_expects_it() {
        assert_eq!(
            broken("小周，您好！我是张三，春季活动正在进行，有任何问题随时找我。"),
            ["小周，您好！我是张三，春季活动正在", "进行，有任何问题随时找我。"]
        );
        // A line does not begin with a comma, and does not end with an opening quote.
        assert_eq!(
            broken("一二三四五六七八九十一二三四五六七，八九"),
            ["一二三四五六七八九十一二三四五六", "七，八九"]
        );
        assert_eq!(
            broken("一二三四五六七八九十一二三四五六「七」"),
            ["一二三四五六七八九十一二三四五六", "「七」"]
        );
        assert_eq!(
            broken("We are glad to have you here with us, dear"),
            ["We are glad to have you here with", "us, dear"]
        );
        assert_eq!(broken(&"x".repeat(40)), ["x".repeat(34), "x".repeat(6)]);
    }
}
