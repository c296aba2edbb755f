//! Placeholders of other products, so that people can paste the texts they have.
//!
//! Whoever comes from another product has texts with `#客户昵称#`, `[用户昵称]` or `%NICKNAME%` in them. Where we have a name
//! of the same meaning, the placeholder is rewritten when the file is read, with a note. Where we have none it is a fault,
//! since it would reach the customer as it stands. Values are never rewritten: a nickname `#客户昵称#` stays as it is.

use std::borrow::Cow;

use super::{
    fault::FaultInLine,
    words::{Instead, TextFault},
};
use crate::rules::document::typed::in_ascii;

/// The marks around their words. `##` stands before `#`, which would match its first character.
const STYLES: [(&str, &str); 18] = [
    ("##", "##"),
    ("#{", "}#"),
    ("#", "#"),
    ("{{", "}}"),
    ("{#", "#}"),
    ("${", "}"),
    ("{", "}"),
    ("[", "]"),
    ("$", "$"),
    ("%", "%"),
    // The same as a Chinese input method types them, and its own brackets.
    ("\u{ff03}", "\u{ff03}"),
    ("\u{ff5b}\u{ff5b}", "\u{ff5d}\u{ff5d}"),
    ("\u{ff5b}", "\u{ff5d}"),
    ("\u{ff05}", "\u{ff05}"),
    ("\u{3010}", "\u{3011}"),
    ("\u{300c}", "\u{300d}"),
    ("\u{ff3b}", "\u{ff3d}"),
    ("<", ">"),
];

/// How the styles begin that older checks did not know.
const NEWER: [char; 7] = ['\u{ff03}', '\u{ff5b}', '\u{ff05}', '\u{3010}', '\u{300c}', '\u{ff3b}', '<'];

/// Brackets in which people also write what the customer is to answer, as in `请回复[公司名称]`.
const BRACKETS: [&str; 5] = ["[", "\u{3010}", "\u{300c}", "\u{ff3b}", "<"];

/// Their words, each with our name for the same.
const SERVED: [(&str, &str); 26] = [
    ("客户昵称", "customer.name"),
    ("客户名称", "customer.name"),
    ("客户姓名", "customer.name"),
    ("用户昵称", "customer.name"),
    ("客户微信昵称", "customer.name"),
    ("客户微信名", "customer.name"),
    ("外部联系人昵称", "customer.name"),
    ("外部联系人名称", "customer.name"),
    ("好友昵称", "customer.name"),
    ("粉丝昵称", "customer.name"),
    ("NICKNAME", "customer.name"),
    ("CUSTOMER_NAME", "customer.name"),
    ("EXTERNAL_USER_NAME", "customer.name"),
    ("客户备注", "customer.remark"),
    ("员工姓名", "employee.name"),
    ("员工名称", "employee.name"),
    ("员工昵称", "employee.name"),
    ("员工名字", "employee.name"),
    ("客服姓名", "employee.name"),
    ("顾问姓名", "employee.name"),
    ("导购姓名", "employee.name"),
    ("跟进人姓名", "employee.name"),
    ("成员姓名", "employee.name"),
    ("员工别名", "employee.alias"),
    ("成员别名", "employee.alias"),
    ("员工部门", "employee.department"),
];

/// Their words for which we have no name, each with how to mend the text.
const UNSERVED: [(&str, Instead); 4] = [
    ("兑换码", Instead::RedeemCode),
    ("企业名称", Instead::CompanyName),
    ("公司名称", Instead::CompanyName),
    ("渠道名称", Instead::ChannelName),
];

/// How far a closing mark is looked for; more than any of their words has.
const WORD_BYTES_MAX: usize = 24;

/// One of their placeholders in a text.
struct Found<'t> {
    written: &'t str,
    /// Our name for it, or what to write where we have none.
    instead: Instead,
}

/// A placeholder that was rewritten.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rewritten {
    /// The line of the text, from 1.
    pub(crate) line: usize,
    /// As it was written.
    pub(crate) theirs: String,
    /// As it is read.
    pub(crate) ours: String,
}

/// The text with their placeholders as ours. Nothing is rewritten between our own braces, so that `{{ '#客户昵称#' }}` sends
/// the words themselves.
pub(crate) fn rewrite(source: &str) -> (Cow<'_, str>, Vec<Rewritten>) {
    // In a raw block our braces would be sent as they are. The survey finds their placeholders there, as faults.
    if source.contains("endraw") {
        return (Cow::Borrowed(source), Vec::new());
    }
    let (mut text, mut done, mut at, mut line) = (String::new(), Vec::new(), 0, 1);
    while let Some(first) = source[at..].chars().next() {
        let rest = &source[at..];
        if let Some(Found { written, instead: Instead::Name(name) }) = begins_with(rest) {
            // A brace before ours would make three of two.
            if text.ends_with('{') {
                text.pop();
                text.push_str("{{ '{' }}");
            }
            let ours = format!("{{{{ {name} }}}}");
            text.push_str(&ours);
            done.push(Rewritten { line, theirs: written.to_owned(), ours });
            at += written.len();
        } else {
            let taken = tag(rest).unwrap_or(first.len_utf8());
            text.push_str(&rest[..taken]);
            line += rest[..taken].matches('\n').count();
            at += taken;
        }
    }
    if done.is_empty() { (Cow::Borrowed(source), done) } else { (Cow::Owned(text), done) }
}

/// The faults of their placeholders in a part that would be sent as it stands; the part begins in that line of the text.
/// Each placeholder gives one fault, however often it occurs.
/// `stored`: the text was accepted by an older check, which knew no signs of an input method.
pub(crate) fn left(text: &str, line: usize, stored: bool) -> Vec<FaultInLine> {
    let (mut faults, mut seen, mut at): (Vec<FaultInLine>, Vec<&str>, usize) = (Vec::new(), Vec::new(), 0);
    while let Some(first) = text[at..].chars().next() {
        let Some(Found { written, instead }) = begins_with(&text[at..]) else {
            if let Some(written) =
                wide_braces(&text[at..]).filter(|written| !stored && !seen.contains(written))
            {
                seen.push(written);
                let (written, meant) = (written.to_owned(), in_ascii(written).into_owned());
                let line = line + text[..at].matches('\n').count();
                faults.push(FaultInLine { line, fault: TextFault::WideBraces { written, meant } });
            }
            at += first.len_utf8();
            continue;
        };
        if !(seen.contains(&written) || stored && written.starts_with(NEWER)) {
            seen.push(written);
            let line = line + text[..at].matches('\n').count();
            let fault = TextFault::Foreign { written: written.to_owned(), instead };
            faults.push(FaultInLine { line, fault });
        }
        at += written.len();
    }
    faults
}

/// Whether a comment behind a text was meant as a part of it: it has a placeholder in it, or a topic between two signs.
pub(super) fn is_comment_meant(comment: &str) -> bool {
    let inside = comment.trim_start_matches('#');
    let has_placeholder =
        comment.char_indices().any(|(at, _)| begins_with(&comment[at..]).is_some()) || inside.contains("{{");
    let is_close = comment.starts_with('#') && !inside.starts_with(char::is_whitespace);
    // `#话题#` and `#{name}`; a row of signs is a line that somebody drew.
    let topic = is_close
        && (inside.trim_end_matches('#').contains('#') || inside.starts_with('{') || {
            let word = inside.trim_end().trim_end_matches('#');
            !word.is_empty() && word.len() < inside.trim_end().len()
        });
    has_placeholder || topic
}

/// `｛｛ customer.name ｝｝`, or with one of the braces right.
fn wide_braces(rest: &str) -> Option<&str> {
    /// Longer than any placeholder of ours.
    const AHEAD_BYTES_MAX: usize = 200;
    const BRACES: [char; 2] = ['{', '\u{ff5b}'];
    let inside = rest.strip_prefix(BRACES)?.strip_prefix(BRACES)?;
    let open = rest.len() - inside.len();
    let end = inside.find(['}', '\u{ff5d}']).filter(|end| *end < AHEAD_BYTES_MAX)?;
    let close = inside[end..].chars().take_while(|c| matches!(c, '}' | '\u{ff5d}')).take(2);
    let whole = &rest[..open + end + close.map(char::len_utf8).sum::<usize>()];
    (!inside[..end].contains('\n') && whole.contains(['\u{ff5b}', '\u{ff5d}'])).then_some(whole)
}

fn begins_with(rest: &str) -> Option<Found<'_>> {
    STYLES.iter().find_map(|(open, close)| {
        let inside = rest.strip_prefix(open)?;
        let mut end = inside.len().min(WORD_BYTES_MAX + close.len());
        while !inside.is_char_boundary(end) {
            end -= 1;
        }
        let word = &inside[..inside[..end].find(close)?];
        let written = &rest[..open.len() + word.len() + close.len()];
        let word = word.trim();
        if let Some((_, name)) = SERVED.iter().find(|(theirs, _)| *theirs == word) {
            return Some(Found { written, instead: Instead::Name(name) });
        }
        // In brackets that is no placeholder.
        let unserved = UNSERVED.iter().find(|(theirs, _)| *theirs == word);
        let (_, instead) = unserved.filter(|_| !BRACKETS.contains(open))?;
        Some(Found { written, instead: *instead })
    })
}

/// Our own placeholders and conditions in a text, each with where it begins. Comments are none of them.
pub(super) fn tags(source: &str) -> Vec<(usize, &str)> {
    let (mut tags, mut at) = (Vec::new(), 0);
    if source.contains("endraw") {
        return tags;
    }
    while let Some(first) = source[at..].chars().next() {
        let rest = &source[at..];
        let length = tag(rest);
        if let Some(length) = length
            && !rest.starts_with("{#")
        {
            tags.push((at, &rest[..length]));
        }
        at += length.unwrap_or(first.len_utf8());
    }
    tags
}

/// The length of our own tag at the begin of the text. An unclosed one takes the rest of the text, and the engine finds the
/// fault.
fn tag(rest: &str) -> Option<usize> {
    let close = match rest.get(..2)? {
        "{{" => "}}",
        "{%" => "%}",
        "{#" => return Some(rest.find("#}").map_or(rest.len(), |at| at + 2)),
        _ => return None,
    };
    let mut quote = None;
    let mut chars = rest.char_indices().skip(2);
    while let Some((at, c)) = chars.next() {
        match quote {
            Some(_) if c == '\\' => {
                chars.next();
            }
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if rest[at..].starts_with(close) => return Some(at + close.len()),
            Some(_) | None => {}
        }
    }
    Some(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_a_name_of_ours_is_rewritten_outside_of_our_own_braces() {
        for (theirs, ours) in [
            ("##客户名称##,您好", "{{ customer.name }},您好"),
            ("您好#客户昵称#!", "您好{{ customer.name }}!"),
            ("[用户昵称]您好,我是#员工姓名#", "{{ customer.name }}您好,我是{{ employee.name }}"),
            ("$客户昵称$%NICKNAME%", "{{ customer.name }}{{ customer.name }}"),
            ("#{EXTERNAL_USER_NAME}#", "{{ customer.name }}"),
            (
                "{客户昵称}{{ 客户昵称 }}${客户昵称}",
                "{{ customer.name }}{{ customer.name }}{{ customer.name }}",
            ),
            ("{[客户昵称]}", "{{ '{' }}{{ customer.name }}}"),
            ("{{ '#客户昵称#' }}{# #客户昵称# #}", "{{ '#客户昵称#' }}{# #客户昵称# #}"),
            ("{{ '}}#客户昵称#' }}#客户昵称#", "{{ '}}#客户昵称#' }}{{ customer.name }}"),
            (r"{{ '\'#客户昵称#' }}", r"{{ '\'#客户昵称#' }}"),
            ("{% raw %}#客户昵称#{% endraw %}", "{% raw %}#客户昵称#{% endraw %}"),
            ("#春季# 100% [微笑] {x} $5 ##", "#春季# 100% [微笑] {x} $5 ##"),
            ("{{ #客户昵称#", "{{ #客户昵称#"),
        ] {
            assert_eq!(rewrite(theirs).0, ours, "{theirs}");
            assert_eq!(rewrite(ours).0, ours, "twice: {theirs}");
        }
        let (_, done) = rewrite("您好\n#客户昵称#");
        let one = Rewritten { line: 2, theirs: "#客户昵称#".into(), ours: "{{ customer.name }}".into() };
        assert_eq!(done, [one]);
    }

    #[test]
    fn what_is_left_is_a_fault_once() {
        let mends = |text: &str| {
            let of = |FaultInLine { line, fault }: FaultInLine| match fault {
                TextFault::Foreign { instead, .. } => (line, instead),
                other => panic!("{other:?}"),
            };
            left(text, 3, false).into_iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(mends("请回复[公司名称],#话题#"), []);
        assert_eq!(mends("\n#客户昵称##客户昵称#"), [(4, Instead::Name("customer.name"))]);
        assert_eq!(mends("$企业名称$"), [(3, Instead::CompanyName)]);
    }
}
