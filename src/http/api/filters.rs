//! The filters of lists, by the names of the command line's flags.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

use super::{
    super::problem::{Misread, Problem},
    page,
};
use crate::{
    action::{Kind, ReasonCode, Status, UnknownName},
    store::{ActionFilter, AskedBy, EventFilter, EventOutcome, EventStatus, FateFilter},
    when::{self, Zone},
};

/// Which events, or which actions by their events.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Filters {
    pub(super) app: Option<String>,
    pub(super) event: Option<String>,
    pub(super) change: Option<String>,
    pub(super) user: Option<String>,
    pub(super) customer: Option<String>,
    pub(super) state: Option<String>,
    pub(super) status: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) code: Option<String>,
    pub(super) rule: Option<String>,
    pub(super) outcome: Option<String>,
    #[serde(deserialize_with = "text_or_number")]
    pub(super) since: Option<String>,
    #[serde(deserialize_with = "text_or_number")]
    pub(super) until: Option<String>,
    pub(super) limit: Option<u32>,
    pub(super) before: Option<i64>,
}

impl Filters {
    /// How many items a page has.
    pub(super) fn limit(&self) -> Result<u32, Problem> {
        page::limit(self.limit)
    }

    /// The filter for events.
    pub(super) fn events(&self, now_ms: i64, zone: &Zone) -> Result<EventFilter, Problem> {
        if self.kind.is_some() {
            return Err(Misread::OfActions.into());
        }
        let status = self.status.as_deref().map(|name| read::<EventStatus>(name, "status")).transpose()?;
        Ok(EventFilter { status, ..self.of_events(now_ms, zone)? })
    }

    /// The filter for events by what became of them.
    pub(super) fn fate(&self) -> Result<FateFilter, Problem> {
        Ok(FateFilter {
            code: self.code.as_deref().map(|name| read::<ReasonCode>(name, "code")).transpose()?,
            outcome: self.outcome.as_deref().map(|name| read::<EventOutcome>(name, "outcome")).transpose()?,
            rule: self.rule.clone(),
        })
    }

    /// Which rule asked for the actions, which is no filter of theirs but of what went wrong. Taken out: what is left is a filter
    /// for actions. An empty name stands for those of which the record names no rule.
    pub(super) fn asked_by(&mut self) -> AskedBy {
        match self.rule.take() {
            None => AskedBy::Anyone,
            Some(rule) if rule.is_empty() => AskedBy::Unknown,
            Some(rule) => AskedBy::Rule(rule),
        }
    }

    /// The filter for actions.
    pub(super) fn actions(&self, now_ms: i64, zone: &Zone) -> Result<ActionFilter, Problem> {
        if self.rule.is_some() || self.outcome.is_some() {
            return Err(Misread::OfEvents.into());
        }
        Ok(ActionFilter {
            kind: self.kind.as_deref().map(|name| read::<Kind>(name, "kind")).transpose()?,
            status: self.status.as_deref().map(|name| read::<Status>(name, "status")).transpose()?,
            code: self.code.as_deref().map(|name| read::<ReasonCode>(name, "code")).transpose()?,
            event: self.of_events(now_ms, zone)?,
        })
    }

    fn of_events(&self, now_ms: i64, zone: &Zone) -> Result<EventFilter, Problem> {
        let at = |text: &Option<String>, name| {
            text.as_deref().map(|text| instant(text, name, now_ms, zone)).transpose()
        };
        let (since_ms, until_ms) = (at(&self.since, "since")?, at(&self.until, "until")?);
        if since_ms.zip(until_ms).is_some_and(|(since, until)| since >= until) {
            return Err(Misread::NothingBetween.into());
        }
        Ok(EventFilter {
            app: self.app.clone(),
            event: self.event.clone(),
            change: self.change.clone(),
            user: self.user.clone(),
            customer: self.customer.clone(),
            state: self.state.clone(),
            since_ms,
            until_ms,
            before_id: self.before,
            limit: Some(self.limit()?),
            ..EventFilter::default()
        })
    }
}

/// An instant as the command line takes it, or in Unix milliseconds.
pub(super) fn instant(text: &str, name: &'static str, now_ms: i64, zone: &Zone) -> Result<i64, Problem> {
    if let Ok(at_ms) = text.trim().parse::<i64>() {
        return Ok(at_ms);
    }
    let read = when::parse(text).map(|when| when.at_ms(now_ms, zone));
    read.ok_or(Problem::Misread(Misread::Instant { name }))
}

/// A name of a closed list.
pub(super) fn read<T: std::str::FromStr<Err = UnknownName>>(
    text: &str,
    name: &'static str,
) -> Result<T, Problem> {
    text.parse().map_err(|error: UnknownName| Misread::Name { name, known: error.known() }.into())
}

/// An instant is a text in an address, and may be a number in JSON.
fn text_or_number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    struct Instant;

    impl<'de> Visitor<'de> for Instant {
        type Value = Option<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an instant, as a text or in Unix milliseconds")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok(Some(text.to_owned()))
        }

        fn visit_i64<E: Error>(self, at_ms: i64) -> Result<Self::Value, E> {
            Ok(Some(at_ms.to_string()))
        }

        fn visit_u64<E: Error>(self, at_ms: u64) -> Result<Self::Value, E> {
            Ok(Some(at_ms.to_string()))
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
            from.deserialize_any(self)
        }
    }

    from.deserialize_any(Instant)
}
