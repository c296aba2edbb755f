//! What all handlers share: the running simulation, the record of calls, and the faults that wait for calls.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use super::{
    fault::{Fault, FaultKind, Faults},
    requests::{Answered, Request, Requests},
    usage::PageLanguage,
};
use crate::{api, error::Error, running::Running, tasks::Tasks};

/// What all handlers share.
pub(crate) struct Shared {
    pub(crate) running: Arc<Running>,
    pub(crate) tasks: Tasks,
    pub(super) page: PageLanguage,
    latency: (Duration, Duration),
    /// How many calls of one method may run at once (45033 beyond); none: any number.
    at_once_max: Option<u32>,
    log: Mutex<Log>,
}

/// What calls leave behind, and what waits for them.
pub(crate) struct Log {
    pub(crate) requests: Requests,
    pub(crate) faults: Faults,
    /// How many calls of each method are being answered.
    in_flight: HashMap<&'static str, u32>,
    dice: StdRng,
}

/// A call that is being answered, as long as this is held.
pub(super) struct InFlight<'a> {
    shared: &'a Shared,
    path: &'static str,
    /// Too many calls of the method run already.
    pub(super) is_crowded: bool,
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if let Some(count) = self.shared.log().in_flight.get_mut(self.path) {
            *count = count.saturating_sub(1);
        }
    }
}

impl Shared {
    pub(crate) fn new(
        running: Arc<Running>,
        tasks: Tasks,
        latency: (Duration, Duration),
        at_once_max: Option<u32>,
        page: PageLanguage,
        chance: u64,
    ) -> Self {
        let log = Log {
            requests: Requests::default(),
            faults: Faults::default(),
            in_flight: HashMap::new(),
            dice: StdRng::seed_from_u64(chance),
        };
        Self { running, tasks, page, latency, at_once_max, log: Mutex::new(log) }
    }

    /// The record of calls and the faults. A panic elsewhere while it was held does not make it unusable.
    pub(crate) fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets something go wrong, once its turn comes.
    pub(crate) fn add_fault(&self, fault: Fault) -> Result<(), Error> {
        fault.check(api::paths()).map_err(Error::Fault)?;
        self.log().faults.add(fault).map_err(Error::Fault)
    }

    /// The remembered calls of one method, oldest first.
    pub(crate) fn requests_of(&self, path: &str) -> Vec<Request> {
        self.log().requests.iter().filter(|request| request.path == path).cloned().collect()
    }

    /// Takes the fault that a call of a method meets, and chooses how long the call takes.
    pub(super) fn begin(&self, path: &'static str) -> (Option<FaultKind>, Duration, InFlight<'_>) {
        let mut log = self.log();
        let fault = log.faults.take(path);
        let (least, most) = self.latency;
        let latency = if least >= most { least } else { log.dice.random_range(least..=most) };
        let count = log.in_flight.entry(path).or_default();
        *count += 1;
        let is_crowded = self.at_once_max.is_some_and(|most| *count > most);
        (fault, latency, InFlight { shared: self, path, is_crowded })
    }

    /// Notes how a call was answered.
    pub(super) fn note_answer(&self, number: u64, answer: Answered) {
        self.log().requests.answered(number, answer);
    }
}
