//! An event in the hands of the flow: one bundle, made when it is planned and handed on until its last action is settled.

use std::sync::Arc;

use tracing::warn;

use super::facts::Findings;
use crate::{
    known::apps::{Apps, WecomApp},
    rules::{Facts, Media},
    store::StoredEvent,
};
use wecom_core::event::Event;

/// An event as the rules look at it, whether it is in the record already or about to be.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The app whose callback it came to.
    pub app: &'a WecomApp,
    /// What it says.
    pub event: &'a Event,
    /// When it happened, by WeCom's clock.
    pub happened_at_ms: i64,
    /// When it first arrived here.
    pub received_at_ms: i64,
}

impl<'a> Seen<'a> {
    /// The corp that the event is about; an app may serve several.
    pub fn corp_id(self) -> &'a str {
        self.event.corp_id().unwrap_or(&self.app.corp_id)
    }

    /// What the rules are asked with: the event, and what has been looked up for it.
    pub fn facts(self, found: &'a Findings, media: &'a Media, now_ms: i64) -> Facts<'a> {
        Facts {
            app: &self.app.name,
            corp_id: self.corp_id(),
            event: self.event,
            happened_at_ms: self.happened_at_ms,
            first_received_ms: self.received_at_ms,
            now_ms,
            customer: found.customer.known(),
            employee: found.employee.known(),
            earlier: found.earlier.known(),
            media,
        }
    }
}

/// An event, and the app in whose name it is dealt with. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Case {
    /// Calls WeCom, and knows the corp.
    pub app: Arc<WecomApp>,
    /// The event as it stands in the record.
    pub stored: Arc<StoredEvent>,
    /// The stored event, parsed.
    pub event: Arc<Event>,
}

impl Case {
    /// The case of an event of ours. `None`, and a warning: its app is not in the settings. Its lease is left to run out,
    /// as another process may have the app in its own.
    pub fn open(apps: &Apps, stored: &Arc<StoredEvent>, event: Event) -> Option<Self> {
        let Some(app) = apps.get(&stored.app) else {
            warn!(
                event.id = stored.id,
                "Event {} is of app `{}`, which is not in the settings", stored.id, stored.app
            );
            return None;
        };
        Some(Self { app: Arc::clone(app), stored: Arc::clone(stored), event: Arc::new(event) })
    }

    /// The event's number in the record.
    pub fn id(&self) -> i64 {
        self.stored.id
    }

    /// The event as the rules look at it.
    pub fn seen(&self) -> Seen<'_> {
        Seen {
            app: &self.app,
            event: &self.event,
            happened_at_ms: self.stored.happened_at_ms,
            received_at_ms: self.stored.received_at_ms,
        }
    }

    /// The corp that the event is about; an app may serve several.
    pub fn corp_id(&self) -> &str {
        self.seen().corp_id()
    }

    /// How long ago the event arrived.
    pub fn age_ms(&self, now_ms: i64) -> i64 {
        now_ms - self.stored.received_at_ms
    }

    /// What the rules are asked with: the event, and what has been looked up for it.
    pub fn facts<'a>(&'a self, found: &'a Findings, media: &'a Media, now_ms: i64) -> Facts<'a> {
        self.seen().facts(found, media, now_ms)
    }
}
