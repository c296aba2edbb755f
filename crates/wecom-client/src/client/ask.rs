//! Calls that were prepared before they are made, and answers in WeCom's own words.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};

use super::{
    Client, Inner,
    call::{CallOptions, Kept},
    download::Download,
    endpoint::{Effect, Endpoint},
    error::Error,
    prepared::{Prepared, Unanswered},
};

impl Client {
    /// A client whose calls end in [`Error::Described`], sending nothing, and can be had from [`Client::sketched`].
    pub fn sketch() -> Self {
        Self(Arc::new(Inner::Sketch(Mutex::new(None))))
    }

    /// The call that a [`sketch`](Client::sketch) was last asked to make.
    pub fn sketched(&self) -> Option<Prepared> {
        match &*self.0 {
            Inner::Sketch(sketch) => sketch.lock().unwrap_or_else(PoisonError::into_inner).take(),
            Inner::App(_) => None,
        }
    }

    /// Makes a prepared call and gives WeCom's whole answer, with what no type knows. Time, token and retries are as of
    /// [`Client::call`].
    ///
    /// # Errors
    ///
    /// As [`Client::call`]; with a refusal comes what WeCom wrote.
    pub async fn ask(
        &self,
        prepared: &Prepared,
        options: CallOptions,
    ) -> Result<Map<String, Value>, Unanswered> {
        let kept = Kept::default();
        let Endpoint { path, effect, .. } = prepared.endpoint();
        let answered: Result<String, Error> = self.answer(prepared.call(&kept, options)).await;
        let answer = answered.map_err(|error| unanswered(error, kept))?;
        let done = effect == Effect::Once;
        serde_json::from_str(&answer).map_err(|cause| {
            Error::Unreadable { path, fault: "malformed", column: cause.column(), done }.into()
        })
    }

    /// Makes a prepared call whose answer is a file; see [`Client::download`].
    ///
    /// # Errors
    ///
    /// As [`Client::ask`].
    pub async fn ask_for_file(
        &self,
        prepared: &Prepared,
        options: CallOptions,
    ) -> Result<Download, Unanswered> {
        let kept = Kept::default();
        let answered = self.download(prepared.call(&kept, options)).await;
        answered.map_err(|error| unanswered(error, kept))
    }
}

fn unanswered(error: Error, kept: Kept) -> Unanswered {
    let kept = kept.into_inner().unwrap_or_else(PoisonError::into_inner);
    // A refusal of an earlier try is not what this came to.
    let kept = kept.filter(|_| matches!(error, Error::Refused { .. }));
    let answer = kept.and_then(|text| serde_json::from_str(&text).ok());
    Unanswered { error, answer }
}
