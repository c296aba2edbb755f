//! Methods of WeCom's API called by hand through the admin API: the same table, checks and client as `contact METHOD`.
//!
//! What reads a file of this machine, or writes one, is for whoever has a shell on it; so is what answers an access token.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::client_words::Told;
use crate::known::apps::{Apps, WecomApp};
use wecom_client::{
    CallOptions, Effect, Prepared,
    catalogue::{self, Answers, Arguments, Kind, Method},
};

/// A call that is ready to be made.
pub struct ByHand {
    method: &'static Method,
    prepared: Prepared,
    app: Arc<WecomApp>,
}

/// Why a call cannot be made.
#[derive(Debug)]
pub enum NotReady {
    /// There is no method of this name.
    NoMethod,
    /// It is for the command line only.
    CommandLineOnly,
    /// WeCom would refuse the arguments; what is wrong with them.
    Arguments(Told),
    /// No app of this name is in the settings, or several and none was named; those that are.
    App(Vec<String>),
}

/// What came of a call that has no answer as it was meant.
#[derive(Debug)]
pub struct NotDone {
    /// WeCom's code, where it answered.
    pub errcode: Option<i64>,
    /// What happened, without secrets.
    pub told: Told,
    /// What WeCom wrote, where it refused.
    pub answer: Option<Map<String, Value>>,
    /// Whether it may have been done all the same.
    pub perhaps_done: bool,
}

impl ByHand {
    /// Checks the method's name (in kebab-case) and its arguments; nothing is sent.
    pub async fn prepare(
        command: &str,
        arguments: Map<String, Value>,
        apps: &Apps,
        app: Option<&str>,
    ) -> Result<Self, NotReady> {
        let method = catalogue::method(command).ok_or(NotReady::NoMethod)?;
        let reads_files = method.arguments.iter().any(|argument| argument.kind == Kind::File);
        if reads_files || !matches!(method.answers, Answers::Json) {
            return Err(NotReady::CommandLineOnly);
        }
        let arguments = Arguments::new(method, arguments);
        let prepared =
            method.prepare(&arguments).await.map_err(|error| NotReady::Arguments(Told::of(&error)))?;
        let mut all: Vec<&Arc<WecomApp>> = apps.iter().collect();
        let found = match (app, all.as_slice()) {
            (Some(name), _) => apps.get(name),
            (None, [only]) => Some(*only),
            (None, _) => None,
        };
        let Some(app) = found.cloned() else {
            all.sort_unstable_by(|one, other| one.name.cmp(&other.name));
            return Err(NotReady::App(all.into_iter().map(|app| app.name.clone()).collect()));
        };
        Ok(Self { method, prepared, app })
    }

    /// Whether it changes something at WeCom.
    pub fn writes(&self) -> bool {
        self.method.endpoint.effect != Effect::Read
    }

    /// The app in whose name it is called.
    pub fn app(&self) -> &str {
        &self.app.name
    }

    /// Makes the call.
    pub async fn call(self) -> Result<Map<String, Value>, NotDone> {
        let options: CallOptions = self.method.options();
        self.app.client.ask(&self.prepared, options).await.map_err(|unanswered| {
            let error = unanswered.error;
            NotDone {
                errcode: error.errcode(),
                told: Told::of(&error),
                perhaps_done: self.method.endpoint.effect == Effect::Once && error.lost(),
                answer: unanswered.answer,
            }
        })
    }
}
