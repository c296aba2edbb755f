//! A WeCom that fits in one process: its API side, which is called, and its callback side, which calls.
//!
//! It is there to develop rules and integrations against (`simulate`), to show the main job with nothing set up
//! (`demo`), and to be the outside world of the tests. It speaks only what WeCom speaks, with WeCom's limits and
//! error codes, from one consistent state: a tag that is put on is there when the customer is read, a welcome code
//! works once and for 20 seconds, a callback that is not answered with 200 comes again after 5 seconds, three times.
//! What can go wrong can be asked for ([`Fault`]). What is particular to it lives below `/_simulator/`, and the page
//! at `/` tells how to use that.
//!
//! It seals with [`callback::seal`](wecom_core::callback::seal). A mistake shared by sealing and opening would therefore
//! hide from it: the published vectors in `tests/fixtures` are there to break that symmetry.
//!
//! The way through the files: [`corp`] is what is simulated; `world` its state, each concept in a file of its own, and
//! `api` the methods on it; [`occurrence`] what can happen, `scan` and `acts` what people do, `agenda` what time brings;
//! `render` how an event reads, `post` how it is told; `server` is one door, `control`, `control_acts` and `console` are
//! the other.

mod acts;
mod api;
pub mod corp;
pub mod customer;
mod door;
mod error;
mod ids;
mod json;
pub mod occurrence;
pub mod people;
mod post;
mod texts;
mod time;
mod world;

use std::{
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use actix_web::dev::ServerHandle;
use reqwest::Url;
use secrecy::ExposeSecret as _;
use tokio::{
    runtime::Handle,
    sync::{Notify, Semaphore, watch},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use wecom_core::{callback::Keys, clock::Clock};

pub use acts::{
    group::{GroupAct, GroupActed},
    link::{LinkAct, LinkActed},
    scan::Scan,
    tag::{Edit, TagAct, TagActed},
    talk::{Speaker, Talk},
};
pub use corp::Corp;
pub use customer::{
    AddCustomer, Added, Customer, CustomerKind, Received, ReceivedKind, Relation, SentWelcome,
};
pub use door::{
    fault::{Fault, FaultKind},
    requests::{Answered, Request},
};
pub use error::{Error, StartError};
pub use ids::OtherIds;
pub use occurrence::{Contact, Occurrence};
pub use people::people;
pub use post::{
    Patience, Verified, callback_url,
    deliveries::{Delivery, DeliveryStatus, Try},
};
use time::Time;
pub use time::TimeTold;
use world::{
    World,
    relations::{Made, Step},
};
pub use world::{
    groups::GroupView,
    inbox::AppMessage,
    mass_messages::{MessageAct, MessageActed},
    moments::{MomentAct, MomentActed},
    transfers::{Transfer, TransferDecision, TransferStatus},
};

/// So many callbacks are posted at the same time; the others wait.
const POSTS_AT_ONCE: usize = 256;

/// A connection to the callback URL is made within this, or not at all.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// How a simulated WeCom is to be.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the API listens; port 0 takes any that is free.
    pub listen: SocketAddr,
    /// The company and its app.
    pub corp: Corp,
    /// Where events are posted; none: nowhere, until [`Simulator::set_callback`].
    pub callback: Option<Url>,
    /// For how long a token works.
    pub token_lifetime: Duration,
    /// Each answer takes at least and at most so long, in real time.
    pub latency: (Duration, Duration),
    /// How many calls of one method may run at once (45033 beyond); none: any number.
    pub at_once_max: Option<u32>,
    /// How the callback URL is treated.
    pub patience: Patience,
}

impl Default for Options {
    /// The sample company on a free port of this machine, with WeCom's own times and no latency.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            corp: Corp::sample(),
            callback: None,
            token_lifetime: Duration::from_hours(2),
            latency: (Duration::ZERO, Duration::ZERO),
            at_once_max: None,
            patience: Patience::default(),
        }
    }
}

/// A running WeCom of one's own. Cheap to clone; all clones are the same one.
#[derive(Clone)]
pub struct Simulator {
    shared: Arc<Shared>,
    server: ServerHandle,
    address: SocketAddr,
}

/// What both doors work on.
struct Shared {
    world: Mutex<World>,
    clock: Time,
    http: reqwest::Client,
    keys: Keys,
    corp_id: String,
    suite_id: Option<String>,
    agent_id: String,
    latency: (Duration, Duration),
    at_once_max: Option<u32>,
    patience: Patience,
    slots: Semaphore,
    /// Counts the deliveries that have ended.
    changed: watch::Sender<u64>,
    /// Something new may be the next that is due.
    due: Notify,
    stop: CancellationToken,
    tasks: TaskTracker,
    // The server's thread has a runtime of its own; what outlives a request belongs on this one.
    runtime: Handle,
}

impl Simulator {
    /// Starts one on the current tokio runtime. The same seed and the same calls give the same ids and codes.
    #[expect(clippy::unused_async, reason = "it needs a runtime to be running")]
    pub async fn start(options: Options, clock: Clock, seed: u64) -> Result<Self, StartError> {
        let Options { listen, corp, callback, token_lifetime, latency, at_once_max, patience } = options;
        let receiver = corp.suite_id.as_deref().unwrap_or(&corp.corp_id);
        let keys = Keys::new(corp.token.expose_secret(), corp.encoding_aes_key.expose_secret(), receiver)?;
        let http = http_client()?;
        let lifetime_ms = i64::try_from(token_lifetime.as_millis()).unwrap_or(i64::MAX);
        let mut world = World::new(&corp, lifetime_ms, seed, clock.now_ms());
        world.callback = callback;
        let shared = Arc::new(Shared {
            world: Mutex::new(world),
            clock: Time::new(clock),
            http,
            keys,
            corp_id: corp.corp_id,
            suite_id: corp.suite_id,
            agent_id: corp.agent_id.to_string(),
            latency,
            at_once_max,
            patience,
            slots: Semaphore::new(POSTS_AT_ONCE),
            changed: watch::Sender::new(0),
            due: Notify::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            runtime: Handle::current(),
        });
        let refused = |source| StartError::Listen { listen, source };
        let listener = TcpListener::bind(listen).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let (running, server) = door::server::server(&shared, listener).map_err(refused)?;
        // Not a task that `stop` cancels: it ends when the server has been stopped.
        shared.tasks.spawn(running);
        shared.spawn(Arc::clone(&shared).keep_time());
        Ok(Self { shared, server, address })
    }

    /// Where the API is: `http://127.0.0.1:41234`, what `WECOM_API_BASE` takes.
    pub fn api_base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it: no more deliveries, no more answers. Returns when all of it is over.
    pub async fn stop(&self) {
        self.shared.stop.cancel();
        self.server.stop(true).await;
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
    }

    /// Sets where events are posted from now on; `None`: nowhere.
    pub fn set_callback(&self, callback: Option<Url>) {
        self.shared.world().callback = callback;
    }

    /// Lets somebody add a member: a relation, a welcome code that works for 20 seconds, an event on its way.
    pub fn add_customer(&self, add: &AddCustomer) -> Result<Added, Error> {
        self.shared.add_customer(add)
    }

    /// Lets anything else happen. The state follows it (who deletes is gone), and the event is delivered, once and
    /// `duplicates` times more. Gives the numbers of the deliveries.
    pub fn occur(&self, occurrence: Occurrence, duplicates: u32) -> Result<Vec<u64>, Error> {
        self.shared.occur(occurrence, duplicates)
    }

    /// Delivers any message at all, sealed as an event is.
    pub fn deliver_raw(&self, plaintext: &str) -> Result<u64, Error> {
        let numbers = self.shared.deliver("raw", None, plaintext, 1)?;
        numbers.first().copied().ok_or(Error::Stopped)
    }

    /// Checks the callback URL as the console does when its settings are saved.
    pub async fn verify_url(&self) -> Result<Verified, Error> {
        self.shared.verify().await
    }

    /// Waits for the end of a delivery: accepted, or given up. None if there is no such delivery (any more).
    pub async fn delivered(&self, number: u64) -> Option<Delivery> {
        self.shared.delivered(number).await
    }

    /// The deliveries that are remembered, oldest first.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.world().deliveries.iter().cloned().collect()
    }

    /// The calls that are remembered, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.world().requests.iter().cloned().collect()
    }

    /// The remembered calls of one method, oldest first: `requests_of("externalcontact/mark_tag")`.
    pub fn requests_of(&self, path: &str) -> Vec<Request> {
        self.shared.world().requests.iter().filter(|request| request.path == path).cloned().collect()
    }

    /// Forgets the calls so far.
    pub fn clear_requests(&self) {
        self.shared.world().requests.clear();
    }

    /// All customers, in the order of their first adds.
    pub fn customers(&self) -> Vec<Customer> {
        self.shared.world().customers().cloned().collect()
    }

    /// What a member and a customer are to each other.
    pub fn relation(&self, employee: &str, customer: &str) -> Option<Relation> {
        self.shared.world().relation(employee, customer)
    }

    /// `Group/Tag` of a tag's id.
    pub fn tag_name(&self, id: &str) -> Option<String> {
        self.shared.world().tag_name(id)
    }

    /// Lets something go wrong, once its turn comes.
    pub fn add_fault(&self, fault: Fault) -> Result<(), Error> {
        self.shared.add_fault(fault)
    }

    /// Takes back the faults that have not happened yet.
    pub fn clear_faults(&self) {
        self.shared.world().faults.clear();
    }

    /// Makes every token so far unknown (40014).
    pub fn revoke_tokens(&self) {
        self.shared.world().tokens.revoke();
    }

    /// Makes every token so far expired (42001).
    pub fn expire_tokens(&self) {
        self.shared.world().tokens.expire(self.shared.clock.now_ms());
    }

    /// Puts a medium there, as if it had just been uploaded.
    pub fn add_media(&self, media: corp::Media) {
        self.shared.world().media.put(media.media_id, media.kind, self.shared.clock.now_ms());
    }
}

impl Shared {
    /// The state. A panic elsewhere while it was held does not make it unusable: every change is whole before the
    /// next can begin.
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a task that ends with the simulator.
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        let task = async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = task => {}
            }
        };
        self.tasks.spawn_on(task, &self.runtime);
    }

    fn add_customer(self: &Arc<Self>, add: &AddCustomer) -> Result<Added, Error> {
        let made = self.world().add(add, self.clock.now_ms())?;
        self.tell_added(made, add.duplicates)
    }

    fn tell_added(self: &Arc<Self>, made: Made, duplicates: u32) -> Result<Added, Error> {
        let Made { contact, name, step } = made;
        let occurrence = match step {
            Step::Waits => None,
            Step::Half => Some(Occurrence::AddHalfExternalContact(contact.clone())),
            Step::Whole => Some(Occurrence::AddExternalContact(contact.clone())),
        };
        let deliveries = occurrence.map(|occurrence| self.tell(&occurrence, duplicates)).transpose()?;
        let deliveries = deliveries.unwrap_or_default();
        let Contact { employee, customer, state, welcome_code } = contact;
        let waiting = step == Step::Waits;
        Ok(Added { employee, customer, name, state, welcome_code, waiting, deliveries })
    }

    fn occur(self: &Arc<Self>, mut occurrence: Occurrence, duplicates: u32) -> Result<Vec<u64>, Error> {
        if let Some(mistake) = occurrence.mistake() {
            return Err(Error::Occurrence(mistake));
        }
        customer::check_duplicates(duplicates)?;
        let more = self.world().follow(&mut occurrence, self.clock.now_ms());
        let mut deliveries = self.tell(&occurrence, duplicates)?;
        if let Some(occurrence) = more {
            deliveries.extend(self.tell(&occurrence, duplicates)?);
        }
        Ok(deliveries)
    }

    /// Tells what has happened, one after the other; gives the numbers of all deliveries.
    fn tell_all(self: &Arc<Self>, occurrences: &[Occurrence]) -> Result<Vec<u64>, Error> {
        let mut deliveries = Vec::new();
        for occurrence in occurrences {
            deliveries.extend(self.tell(occurrence, 0)?);
        }
        Ok(deliveries)
    }

    fn tell(self: &Arc<Self>, occurrence: &Occurrence, duplicates: u32) -> Result<Vec<u64>, Error> {
        let envelope = occurrence::Envelope {
            corp_id: &self.corp_id,
            suite_id: self.suite_id.as_deref(),
            at_s: self.clock.now_ms() / 1_000,
        };
        let plaintext = occurrence.render(&envelope);
        self.deliver(occurrence.event(), occurrence.change(), &plaintext, 1 + duplicates)
    }

    fn add_fault(&self, fault: Fault) -> Result<(), Error> {
        if let Some(mistake) = fault.mistake(api::paths()) {
            return Err(Error::Fault(mistake));
        }
        let mut world = self.world();
        if world.faults.len() >= door::fault::FAULTS_MAX {
            let most = door::fault::FAULTS_MAX;
            return Err(Error::Fault(format!(
                "{most} faults wait already: DELETE /_simulator/faults clears them"
            )));
        }
        world.faults.push(fault);
        Ok(())
    }

    async fn delivered(&self, number: u64) -> Option<Delivery> {
        let mut changed = self.changed.subscribe();
        loop {
            changed.borrow_and_update();
            let delivery = self.world().deliveries.get(number).cloned()?;
            if delivery.status != DeliveryStatus::UnderWay || self.stop.is_cancelled() {
                return Some(delivery);
            }
            tokio::select! {
                // The sender is our own and cannot be gone.
                _ = changed.changed() => {}
                () = self.stop.cancelled() => {}
            }
        }
    }
}

/// The client that posts callbacks: no redirects, as WeCom follows none, and no proxy, as the URL is mostly local.
fn http_client() -> Result<reqwest::Client, StartError> {
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(wecom_core::tls::client()?)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_WITHIN)
        .user_agent("wecom-greeter simulator")
        .no_proxy()
        .build()?;
    Ok(client)
}
