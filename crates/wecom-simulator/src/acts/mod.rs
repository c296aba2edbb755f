//! What happens in the simulated company beside the calls of an app: people add members, scan codes, write, change
//! things in the console, and time passes. An act changes the state, and yields the callbacks that WeCom sends about it.

pub(crate) mod add;
pub(crate) mod scan;
pub(crate) mod talk;
pub(crate) mod edit;
pub(crate) mod staff;
pub(crate) mod login;
pub(crate) mod tag;
pub(crate) mod group;
pub(crate) mod mass_message;
pub(crate) mod moment;
pub(crate) mod link;
pub(crate) mod template;
pub(crate) mod transfer;
pub(crate) mod occur;
pub(crate) mod time;

use serde::Serialize;

use crate::{error::Error, occurrence::Occurrence, world::World};

/// Something that happens in the company.
pub(crate) trait Act {
    /// What whoever asked for it gets to know.
    type Outcome: Outcome;

    /// Lets it happen at this instant.
    fn perform(self, world: &mut World, now_ms: i64) -> Result<Happened<Self::Outcome>, Error>;
}

/// What an act has come to.
pub(crate) struct Happened<T> {
    pub(crate) outcome: T,
    /// The callbacks that WeCom sends about it, in order.
    pub(crate) notices: Vec<Occurrence>,
    /// How many times more each of them is sent.
    pub(crate) duplicates: u32,
}

impl<T> Happened<T> {
    /// An act of which WeCom sends these callbacks, each once.
    pub(crate) fn new(outcome: T, notices: Vec<Occurrence>) -> Self {
        Self { outcome, notices, duplicates: 0 }
    }

    /// An act of which WeCom sends no callback.
    pub(crate) fn silent(outcome: T) -> Self {
        Self::new(outcome, Vec::new())
    }
}

/// What whoever asked for an act gets to know.
pub(crate) trait Outcome {
    /// Takes in under which numbers the callbacks are delivered.
    fn set_deliveries(&mut self, _: Vec<u64>) {}
}

/// The outcome of an act of which nothing but its callbacks is interesting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Delivered {
    /// The numbers of the callbacks' deliveries.
    pub(crate) deliveries: Vec<u64>,
}

impl Outcome for Delivered {
    fn set_deliveries(&mut self, deliveries: Vec<u64>) {
        self.deliveries = deliveries;
    }
}

impl Outcome for () {}
