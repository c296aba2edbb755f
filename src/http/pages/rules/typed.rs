//! What the forms about rules send: a whole file, or the fields of a rule.

use std::{collections::HashMap, future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest,
    dev::{Payload, UrlEncoded},
};

use crate::{
    http::{
        multipart::{self, Most, Sent, SentFile},
        problem::{Misread, Problem},
    },
    rules::{DOCUMENT_BYTES_MAX, form::order::Way},
    store::CONTENT_BYTES_MAX,
};

/// The largest form: a file of the largest size, of which a form writes each byte of a Chinese character as three.
const FORM_BYTES_MAX: usize = 3 * DOCUMENT_BYTES_MAX + (64 << 10);

/// What is to be done with what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Do {
    /// Look for faults.
    Check,
    /// Hold it against the last days.
    Backtest,
    /// Say what would come of one event, and why.
    Explain,
    /// Put it in force.
    Publish,
    /// Have a rule asked earlier or later.
    Move(String, Way),
    /// Take a rule away.
    Delete(String),
    /// Change what the form consists of.
    Arrange(Arrange),
}

/// A change of the lists in a rule's form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrange {
    /// Shows what was typed, as it was typed.
    Nothing,
    /// The files that were chosen are stored, and nothing else.
    Upload,
    /// One more attachment, of the kind that is chosen.
    AddAttachment,
    /// One more notice.
    AddNotice,
    /// An attachment before the one that is before it.
    Up(usize),
    /// An attachment behind the one that is behind it.
    Down(usize),
    /// Without an attachment.
    RemoveAttachment(usize),
    /// Without a notice.
    RemoveNotice(usize),
}

impl Arrange {
    fn named(text: &str) -> Option<Self> {
        let at = |prefix: &str| text.strip_prefix(prefix)?.parse().ok();
        Some(match text {
            "restore" => Self::Nothing,
            "upload" => Self::Upload,
            "attachment-add" => Self::AddAttachment,
            "notice-add" => Self::AddNotice,
            _ => None
                .or_else(|| at("attachment-up-").map(Self::Up))
                .or_else(|| at("attachment-down-").map(Self::Down))
                .or_else(|| at("attachment-remove-").map(Self::RemoveAttachment))
                .or_else(|| at("notice-remove-").map(Self::RemoveNotice))?,
        })
    }
}

/// A form with rules in it.
#[derive(Debug, Default)]
pub(in crate::http::pages) struct Typed {
    fields: HashMap<String, String>,
    /// The files that were chosen, as they were sent.
    pub(super) files: Vec<SentFile>,
}

impl Typed {
    /// A field; empty where it was not sent.
    pub(super) fn get(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// A field, where it was sent.
    pub(super) fn sent(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// Gives a field another value.
    pub(super) fn put(&mut self, name: &str, value: &str) {
        self.fields.insert(name.to_owned(), value.to_owned());
    }

    /// A field of one line.
    pub(super) fn line(&self, name: &str) -> &str {
        self.get(name).trim()
    }

    /// Whether a box was ticked.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// The boxes of a group that were ticked, by what stands behind the group's name.
    pub(super) fn ticked(&self, group: &str) -> impl Iterator<Item = &str> {
        let names = self.fields.keys();
        names.filter_map(move |name| name.strip_prefix(group)?.strip_prefix('-'))
    }

    /// The numbers that stand behind a prefix in the names of fields, in their order: `a` of `a-0-kind` and `a-1-kind`.
    pub(super) fn numbers(&self, prefix: &str) -> Vec<usize> {
        let names = self.fields.keys();
        let number = |name: &String| -> Option<usize> {
            name.strip_prefix(prefix)?.strip_prefix('-')?.strip_suffix("-kind")?.parse().ok()
        };
        let mut numbers: Vec<usize> = names.filter_map(number).collect();
        numbers.sort_unstable();
        numbers
    }

    /// The button that was pressed. Whoever presses Enter in a field has looked at nothing yet, so that is a check.
    pub(super) fn act(&self) -> Do {
        let text = self.get("do");
        let rule = |prefix: &str| text.strip_prefix(prefix).map(str::to_owned);
        match text {
            "backtest" => Do::Backtest,
            "explain" => Do::Explain,
            "publish" => Do::Publish,
            _ => None
                .or_else(|| rule("up:").map(|name| Do::Move(name, Way::Up)))
                .or_else(|| rule("down:").map(|name| Do::Move(name, Way::Down)))
                .or_else(|| rule("delete:").map(Do::Delete))
                .or_else(|| Arrange::named(text).map(Do::Arrange))
                .unwrap_or(Do::Check),
        }
    }

    /// The version that it was made from; 0: none.
    pub(super) fn version(&self) -> Result<i64, Problem> {
        let version = self.line("version").parse().ok().filter(|version| *version >= 0);
        version.ok_or(Problem::Misread(Misread::Version))
    }

    /// The version whose place it is to take, although it was not made from it.
    pub(super) fn over(&self) -> Option<i64> {
        self.line("over").parse().ok()
    }
}

impl FromRequest for Typed {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if multipart::is_multipart(request.headers()) {
            let (request, payload) = (request.clone(), payload.take());
            return Box::pin(async move {
                let most = Most { files: CONTENT_BYTES_MAX, fields: FORM_BYTES_MAX };
                let Sent { fields, files } = multipart::read(request, payload, most).await?;
                Ok(Self { fields: fields.into_iter().collect(), files })
            });
        }
        let form = UrlEncoded::<Vec<(String, String)>>::new(request, payload).limit(FORM_BYTES_MAX);
        Box::pin(async move {
            match form.await {
                // Of a box with a hidden field before it the box counts.
                Ok(fields) => Ok(Self { fields: fields.into_iter().collect(), files: Vec::new() }),
                Err(error) => Err(Problem::of_form(&error, FORM_BYTES_MAX)),
            }
        })
    }
}
