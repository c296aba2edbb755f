//! A rule's form as it was filled in: from what a browser sends to what is written into the file.

use super::{
    endings::plain,
    typed::{Arrange, Typed},
};
use crate::rules::form::{
    RuleForm,
    entries::{ATTACHMENTS, Entry, RECEIVERS},
    fields::{FIELDS, FieldKind},
};

/// The fields of a notice.
const NOTICE: [&str; 3] = ["who", "on", "text"];

/// So many entries of a list are read of a form. More than WeCom takes, so that the check can say that there are too many.
const ENTRIES_MAX: usize = 20;

/// What the form says. A field that was not sent is as it was.
pub(super) fn filled(typed: &Typed, was: &RuleForm) -> RuleForm {
    let mut is = was.clone();
    for field in &FIELDS {
        match field.kind {
            FieldKind::Days | FieldKind::AddWays => {
                if typed.is_set(field.name) {
                    let ticked: Vec<&str> = typed.ticked(field.name).collect();
                    is.fill(field.name, &ticked.join(","));
                }
            }
            // A box that is not ticked is not sent.
            FieldKind::Flag(true) => {
                is.fill(field.name, if typed.is_set(field.name) { "true" } else { "" });
            }
            _ => {
                // A browser sends a text without blanks as it is; of line ends it knows only one kind.
                if let Some(text) = typed.sent(field.name).map(plain)
                    && text != plain(was.get(field.name))
                {
                    is.fill(field.name, &text);
                }
            }
        }
    }
    if typed.is_set("attachments") && is.attachments.is_some() {
        is.attachments = Some(attachments(typed, was.attachments.as_deref().unwrap_or_default()));
    }
    if typed.is_set("notices") && is.notices.is_some() {
        is.notices = Some(notices(typed, was.notices.as_deref().unwrap_or_default()));
    }
    is
}

/// Does what a button of the form says with its lists.
pub(super) fn arrange(form: &mut RuleForm, what: Arrange, kind: &str) {
    let known = |kind: &str| ATTACHMENTS.iter().any(|(of, _)| *of == kind);
    if let Some(all) = &mut form.attachments {
        match what {
            Arrange::AddAttachment if known(kind) && all.len() < ENTRIES_MAX => {
                all.push(Entry { kind: kind.to_owned(), ..Entry::default() });
            }
            Arrange::Up(at) if at > 0 && at < all.len() => all.swap(at - 1, at),
            Arrange::Down(at) if at + 1 < all.len() => all.swap(at, at + 1),
            Arrange::RemoveAttachment(at) if at < all.len() => drop(all.remove(at)),
            _ => {}
        }
    }
    if let Some(all) = &mut form.notices {
        match what {
            Arrange::AddNotice if all.len() < ENTRIES_MAX => {
                all.push(Entry { kind: RECEIVERS[0].to_owned(), ..Entry::default() });
            }
            Arrange::RemoveNotice(at) if at < all.len() => drop(all.remove(at)),
            _ => {}
        }
    }
}

fn attachments(typed: &Typed, was: &[Entry]) -> Vec<Entry> {
    let fields = |kind: &str| -> Vec<&'static str> {
        let of_kind = ATTACHMENTS.iter().find(|(of, _)| *of == kind);
        of_kind.map(|(_, fields)| fields.iter().map(|(name, ..)| *name).collect()).unwrap_or_default()
    };
    entries(typed, "a", was, fields, |_| true)
}

fn notices(typed: &Typed, was: &[Entry]) -> Vec<Entry> {
    entries(typed, "n", was, |_| NOTICE.to_vec(), |field| field != "text")
}

fn entries(
    typed: &Typed,
    prefix: &str,
    was: &[Entry],
    fields: impl Fn(&str) -> Vec<&'static str>,
    is_line: impl Fn(&str) -> bool,
) -> Vec<Entry> {
    let read = |number: usize| {
        let sent = |name: &str| plain(typed.get(&format!("{prefix}-{number}-{name}")));
        let at = sent("at").parse::<usize>().ok().filter(|at| *at < was.len());
        let kind = sent("kind");
        let old = at.and_then(|at| was.get(at));
        // What the form could not show is as it was.
        if kind.is_empty() {
            return old.cloned();
        }
        let values = fields(&kind).into_iter().filter_map(|field| {
            let text = sent(field);
            let kept = old.filter(|old| plain(old.get(field)) == text).map(|old| old.get(field).to_owned());
            let tidy = || if is_line(field) { text.trim().to_owned() } else { text.clone() };
            Some((field, kept.unwrap_or_else(tidy))).filter(|(_, value)| !value.is_empty())
        });
        Some(Entry { at, values: values.collect(), kind: kind.clone() })
    };
    typed.numbers(prefix).into_iter().take(ENTRIES_MAX).filter_map(read).collect()
}
