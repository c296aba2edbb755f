//! What the forms about rules send: a whole file, or the fields of a rule.

use std::{collections::HashMap, future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, dev::UrlEncoded, error::UrlencodedError};

use crate::{
    http::problem::{Misread, Problem},
    rules::DOCUMENT_BYTES_MAX,
};

/// The largest form: a file of the largest size, of which a form writes each byte of a Chinese character as three.
const FORM_BYTES_MAX: usize = 3 * DOCUMENT_BYTES_MAX + (64 << 10);

/// What is to be done with what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Do {
    /// Look for faults.
    Check,
    /// Hold it against the last days.
    Backtest,
    /// Say what would come of one event, and why.
    Explain,
    /// Put it in force.
    Publish,
}

/// A form with rules in it.
#[derive(Debug)]
pub(in crate::http::pages) struct Typed(HashMap<String, String>);

impl Typed {
    /// A field; empty where it was not sent.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// A field of one line.
    pub(super) fn line(&self, name: &str) -> &str {
        self.get(name).trim()
    }

    /// Whether a box was ticked.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The button that was pressed. Whoever presses Enter in a field has looked at nothing yet, so that is a check.
    pub(super) fn act(&self) -> Do {
        match self.get("do") {
            "backtest" => Do::Backtest,
            "explain" => Do::Explain,
            "publish" => Do::Publish,
            _ => Do::Check,
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
        let form = UrlEncoded::<HashMap<String, String>>::new(request, payload).limit(FORM_BYTES_MAX);
        Box::pin(async move {
            form.await.map(Self).map_err(|error| match error {
                UrlencodedError::Overflow { .. } => Problem::TooLarge { most: FORM_BYTES_MAX },
                other => Problem::Body(other.to_string()),
            })
        })
    }
}
