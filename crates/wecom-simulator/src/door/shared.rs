//! What all handlers share: the running simulation, the record of calls, and the faults that wait for calls.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use actix_web::HttpRequest;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use reqwest::Url;

use super::{
    fault::{Fault, FaultKind, Faults},
    gateway::GATEWAY,
    https::Https,
    reply::Seen,
    requests::{Answered, Request, Requests},
};
use crate::{
    api, error::Error, page_language::PageLanguage, running::Running, set_up::SetUpFault, tasks::Tasks,
};

/// What all handlers share.
pub(crate) struct Shared {
    pub(crate) running: Arc<Running>,
    pub(crate) tasks: Tasks,
    pub(crate) page: PageLanguage,
    latency: (Duration, Duration),
    /// How many calls of one method may run at once (45033 beyond); none: any number.
    at_once_max: Option<u32>,
    log: Mutex<Log>,
    /// Where this machine reaches the simulator.
    address: SocketAddr,
    /// The gateway by HTTPS, once it is asked for.
    https: Mutex<Option<Arc<Https>>>,
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
        address: SocketAddr,
    ) -> Self {
        let log = Log {
            requests: Requests::default(),
            faults: Faults::default(),
            in_flight: HashMap::new(),
            dice: StdRng::seed_from_u64(chance),
        };
        let mut address = address;
        if address.ip().is_unspecified() {
            address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
        }
        running.post.desk().gateway = Url::parse(&format!("http://{address}{GATEWAY}")).ok();
        Self {
            running,
            tasks,
            page,
            latency,
            at_once_max,
            log: Mutex::new(log),
            address,
            https: Mutex::new(None),
        }
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

    /// Makes something wrong with the set-up, until the faults are cleared.
    pub(crate) fn add_set_up_fault(self: &Arc<Self>, fault: SetUpFault) -> Result<(), Error> {
        fault.check(api::paths()).map_err(Error::Fault)?;
        if let SetUpFault::NoWelcomeCodes { employee: Some(employee) } = &fault {
            self.running.world().known_employee(employee)?;
        }
        if fault.is_of_certificate() {
            self.https()?;
        }
        let is_disturbed = self.running.change(|world, _| {
            world.set_up.put(fault);
            world.set_up.of_callback().next().is_some()
        });
        self.running.post.desk().is_disturbed = is_disturbed;
        Ok(())
    }

    /// Takes back the faults that have not happened yet, and all that is wrong with the set-up.
    pub(crate) fn clear_faults(&self) {
        self.log().faults.clear();
        self.running.change(|world, _| world.set_up.clear());
        self.running.post.desk().is_disturbed = false;
    }

    /// The gateway by HTTPS, which listens from now on.
    pub(crate) fn https(self: &Arc<Self>) -> Result<Arc<Https>, Error> {
        let mut https = self.https.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(https) = &*https {
            return Ok(Arc::clone(https));
        }
        let started = Https::start(self, self.address)
            .map_err(|fault| Error::Fault(format!("the gateway cannot listen by HTTPS: {fault}")))?;
        *https = Some(Arc::clone(&started));
        Ok(started)
    }

    /// The callback URL by way of the gateway: by HTTP, and by HTTPS where it listens.
    pub(crate) fn gateways(&self) -> (Option<Url>, Option<Url>) {
        let port = self.https.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|https| https.port);
        let desk = self.running.post.desk();
        let http = desk.gateway.as_ref().map(|gateway| desk.through(gateway));
        let https = port.and_then(|port| Url::parse(&format!("https://localhost:{port}{GATEWAY}")).ok());
        (http, https.map(|gateway| desk.through(&gateway)))
    }

    /// What WeCom makes of this moment, and of who calls.
    pub(super) fn seen(&self, request: &HttpRequest) -> Seen {
        let (ahead_s, seen_from) = {
            let world = self.running.world();
            (world.set_up.ahead_s(), world.set_up.seen_from())
        };
        let from = seen_from.or_else(|| request.peer_addr().map(|peer| peer.ip()));
        Seen {
            now_ms: self.running.clock.now_ms() + ahead_s * 1_000,
            from: from.map(|from| from.to_string()).unwrap_or_default(),
        }
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
