//! The library's own door: a simulated WeCom as a value. Whatever it can do is done by [`Running`], the record or the
//! post; here it has its name.

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use actix_web::dev::ServerHandle;
use reqwest::Url;
use wecom_core::clock::Clock;

use crate::{
    acts::{
        edit::Edit,
        group::{GroupAct, GroupActed},
        link::{LinkAct, LinkActed},
        login::LogIn,
        mass_message::{MessageAct, MessageActed},
        moment::{MomentAct, MomentActed},
        occur::Occur,
        scan::{Accept, Scan},
        staff::Leave,
        tag::{TagAct, TagActed},
        talk::Talk,
        template::ForeignTemplate,
        transfer::{Decide, TransferDecision},
    },
    corp::{Corp, Department, Employee, Media},
    customer::{AddCustomer, Added, Customer, Relation},
    door::{fault::Fault, requests::Request, routes, shared::Shared, url_check::UrlCheck},
    error::{Error, StartError},
    occurrence::Occurrence,
    page_language::PageLanguage,
    post::{Patience, Post, deliveries::Delivery},
    running::Running,
    set_up::SetUpFault,
    tasks::Tasks,
    time::{ClockReading, Time},
    world::{World, groups::GroupView, inbox::AppMessage, robots::RobotMessage, transfers::Transfer},
};

/// What a simulated WeCom is like.
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
    /// The language of the page that says how to use it, and of what the check of the callback URL found.
    pub page: PageLanguage,
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
            page: PageLanguage::default(),
        }
    }
}

/// A running WeCom. Cheap to clone; all clones are the same one.
#[derive(Clone)]
pub struct Simulator {
    running: Arc<Running>,
    shared: Arc<Shared>,
    tasks: Tasks,
    server: ServerHandle,
    address: SocketAddr,
}

/// Beginning and end.
impl Simulator {
    /// Starts one on the current tokio runtime. `chance` decides all that is random: the same number and
    /// the same calls give the same people, ids and codes.
    #[expect(clippy::unused_async, reason = "it needs a runtime to be running")]
    pub async fn start(options: Options, clock: Clock, chance: u64) -> Result<Self, StartError> {
        let Options { listen, corp, callback, token_lifetime, latency, at_once_max, patience, page } =
            options;
        let lifetime_ms = i64::try_from(token_lifetime.as_millis()).unwrap_or(i64::MAX);
        let world = World::new(&corp, lifetime_ms, chance, clock.now_ms());
        let (clock, tasks) = (Arc::new(Time::new(clock)), Tasks::new());
        let post = Post::new(&corp, (callback, patience), page, chance, Arc::clone(&clock), tasks.clone())?;
        let running = Arc::new(Running::new(world, clock, Arc::new(post)));
        let refused = |source| StartError::Listen { listen, source };
        let listener = TcpListener::bind(listen).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let running_too = Arc::clone(&running);
        let shared =
            Arc::new(Shared::new(running_too, tasks.clone(), latency, at_once_max, page, chance, address));
        let (serving, server) = routes::serve(&shared, listener).map_err(refused)?;
        // `stop` stops the server before this task can end, so that answers under way are not cut off.
        tasks.spawn_to_its_end(serving);
        tasks.spawn(Arc::clone(&running).keep_time());
        Ok(Self { running, shared, tasks, server, address })
    }

    /// Where the API is, without `/cgi-bin`: `http://127.0.0.1:41234`.
    pub fn api_base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it: no more deliveries, no more answers. Returns when all of it is over.
    pub async fn stop(&self) {
        self.tasks.stop();
        self.server.stop(true).await;
        self.tasks.ended().await;
    }
}

/// What happens in the company. Where WeCom sends callbacks about it, the numbers of their deliveries come back: wait for
/// them with [`Simulator::delivered`].
impl Simulator {
    /// Somebody adds a member: a relation, a welcome code that works for 20 seconds, an event on its way.
    pub fn add_customer(&self, add: &AddCustomer) -> Result<Added, Error> {
        self.running.perform(add)
    }

    /// Somebody added a member at that instant (Unix milliseconds) and has been there since: a company with a past. Nobody
    /// is called back about it. To be asked for in the order of time, before anything else happens to the same people.
    pub fn add_customer_before(&self, add: &AddCustomer, at_ms: i64) -> Result<Added, Error> {
        self.running.perform_before(add, at_ms)
    }

    /// Somebody scans a contact way that was made by the API. Where it skips verification (`skip_verify`) one of its
    /// members is added at once, with its state; else the customer waits, and no event is sent, until
    /// [`Simulator::accept`]. Half adds are made with [`AddCustomer::half`] only.
    pub fn scan(&self, scan: &Scan) -> Result<Added, Error> {
        self.running.perform(scan.clone())
    }

    /// A member consents to be added by a customer who waits, or adds back after a half add (`add_external_contact`).
    pub fn accept(&self, employee: &str, customer: &str) -> Result<Added, Error> {
        self.running.perform(Accept { employee: employee.to_owned(), customer: customer.to_owned() })
    }

    /// One of two writes to the other. From then on no welcome can be sent (41051), and the statistics count it. When a
    /// customer who came by an acquisition link writes, events are sent with the first message
    /// (`customer_start_chat`), the third, fifth and tenth (`message_from_customer`); about others there are none.
    pub fn talk(&self, talk: &Talk) -> Result<Vec<u64>, Error> {
        Ok(self.running.perform(talk.clone())?.deliveries)
    }

    /// A member notes something about a customer in the client.
    pub fn edit(&self, edit: Edit) -> Result<Vec<u64>, Error> {
        Ok(self.running.perform(edit)?.deliveries)
    }

    /// Somebody makes, joins, leaves or changes a group, or writes there.
    pub fn group(&self, act: GroupAct) -> Result<GroupActed, Error> {
        self.running.perform(act)
    }

    /// A member sends a mass message.
    pub fn mass_message(&self, act: MessageAct) -> Result<MessageActed, Error> {
        self.running.perform(act)
    }

    /// Somebody publishes a moment, comments on it or likes it.
    pub fn moment(&self, act: MomentAct) -> Result<MomentActed, Error> {
        self.running.perform(act)
    }

    /// Somebody opens an acquisition link or writes by it, or the console changes something about links.
    pub fn link(&self, act: LinkAct) -> Result<LinkActed, Error> {
        self.running.perform(act)
    }

    /// Somebody works on the tags in the console.
    pub fn tags(&self, act: TagAct) -> Result<TagActed, Error> {
        self.running.perform(act)
    }

    /// Another app makes a group welcome template, which this app may not change (41058); gives its id.
    pub fn add_foreign_template(&self, text: &str) -> Result<String, Error> {
        Ok(self.running.perform(ForeignTemplate { text: text.to_owned() })?.template_id)
    }

    /// A customer's transfer ends before its time.
    pub fn decide_transfer(&self, customer: &str, decision: TransferDecision) -> Result<Vec<u64>, Error> {
        Ok(self.running.perform(Decide { customer: customer.to_owned(), decision })?.deliveries)
    }

    /// Takes a member on, or changes one.
    pub fn employ(&self, employee: Employee) -> Result<(), Error> {
        self.running.perform(employee)
    }

    /// A member leaves the company. Customers who were followed by this member alone are nobody's until somebody takes
    /// them over, the member's groups wait for another owner, and acquisition links that lead to nobody else are
    /// unusable from then on (`link_unavailable`).
    pub fn leave(&self, employee: &str) -> Result<Vec<u64>, Error> {
        Ok(self.running.perform(Leave(employee))?.deliveries)
    }

    /// A member scans the code of a page's login and agrees; gives the code that the browser takes back to that page. A
    /// browser does the same at `/wwlogin/sso/login`.
    pub fn log_in(&self, employee: &str) -> Result<String, Error> {
        Ok(self.running.perform(LogIn(Some(employee)))?.0)
    }

    /// Adds a department, or changes one.
    pub fn add_department(&self, department: Department) -> Result<(), Error> {
        self.running.perform(department)
    }

    /// Anything else happens. The state follows it as far as the event says what has changed (a customer whom a member
    /// deletes is gone), and the event is delivered, once and `duplicates` times more.
    pub fn occur(&self, occurrence: Occurrence, duplicates: u32) -> Result<Vec<u64>, Error> {
        Ok(self.running.perform(Occur { occurrence, duplicates })?.deliveries)
    }

    /// Anything else happened at that instant (Unix milliseconds); the state has followed it. Nobody is called back about it.
    pub fn occur_before(&self, occurrence: Occurrence, at_ms: i64) -> Result<(), Error> {
        self.running.perform_before(Occur { occurrence, duplicates: 0 }, at_ms).map(drop)
    }

    /// Puts the simulator's own clock ahead, as far as ten years in all, and lets happen what has become due: transfers
    /// are done, temporary chats end, media, codes and tokens expire. It cannot be put back, and nobody else's clock
    /// moves with it: `CreateTime` of the events from then on lies ahead.
    pub fn forward(&self, by: Duration) -> Result<Vec<u64>, Error> {
        self.running.forward(by)
    }

    /// Adds a medium, as if it had just been uploaded.
    pub fn add_media(&self, media: Media) {
        self.running.change(|world, now_ms| world.media.put(media.media_id, media.kind, now_ms));
    }
}

/// What goes wrong.
impl Simulator {
    /// Lets something go wrong, once its turn comes.
    pub fn add_fault(&self, fault: Fault) -> Result<(), Error> {
        self.shared.add_fault(fault)
    }

    /// Makes something wrong with the set-up, until the faults are cleared. A fault of the same name goes, and so does
    /// another of the certificate.
    pub fn add_set_up_fault(&self, fault: SetUpFault) -> Result<(), Error> {
        self.shared.add_set_up_fault(fault)
    }

    /// Takes back the faults that have not happened yet, and all that is wrong with the set-up.
    pub fn clear_faults(&self) {
        self.shared.clear_faults();
    }

    /// The callback URL by way of the simulator's gateway, where what is wrong before it shows: by HTTP, and by HTTPS once a
    /// fault of the certificate has been asked for.
    pub fn gateways(&self) -> (Option<Url>, Option<Url>) {
        self.shared.gateways()
    }

    /// The certificate of whoever issued the gateway's, as PEM, for a client that is to trust it.
    pub fn authority(&self) -> Result<String, Error> {
        Ok(self.shared.https()?.pem())
    }

    /// Makes every token so far unknown (40014).
    pub fn revoke_tokens(&self) {
        self.running.change(|world, _| world.tokens.revoke());
    }

    /// Makes every token so far expired (42001).
    pub fn expire_tokens(&self) {
        self.running.change(|world, now_ms| world.tokens.expire(now_ms));
    }
}

/// Callbacks.
impl Simulator {
    /// Sets where events are posted from now on; `None`: nowhere.
    pub fn set_callback(&self, callback: Option<Url>) {
        self.running.post.desk().callback = callback;
    }

    /// Checks the callback URL as the console does when its settings are saved.
    pub async fn verify_url(&self) -> Result<UrlCheck, Error> {
        let checked = self.running.post.check_url().await?;
        Ok(UrlCheck::of(checked, self.shared.page))
    }

    /// Delivers any message at all, sealed as an event is.
    pub fn deliver_raw(&self, plaintext: &str) -> Result<u64, Error> {
        self.running.post.send_raw(plaintext)
    }

    /// Waits for the end of a delivery: accepted, or given up. None if there is no such delivery (any more).
    pub async fn delivered(&self, number: u64) -> Option<Delivery> {
        self.running.post.delivered(number).await
    }

    /// The deliveries that are remembered, oldest first.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.running.post.desk().deliveries.iter().cloned().collect()
    }
}

/// What there is to see.
impl Simulator {
    /// The calls that are remembered, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.log().requests.iter().cloned().collect()
    }

    /// The remembered calls of one method, oldest first: `requests_of("externalcontact/mark_tag")`.
    pub fn requests_of(&self, path: &str) -> Vec<Request> {
        self.shared.requests_of(path)
    }

    /// Forgets the calls so far.
    pub fn clear_requests(&self) {
        self.shared.log().requests.clear();
    }

    /// All customers, in the order of their first adds.
    pub fn customers(&self) -> Vec<Customer> {
        self.running.world().customers.iter().cloned().collect()
    }

    /// What a member and a customer are to each other.
    pub fn relation(&self, employee: &str, customer: &str) -> Option<Relation> {
        self.running.world().relation(employee, customer)
    }

    /// `Group/Tag` of a tag's id.
    pub fn tag_name(&self, id: &str) -> Option<String> {
        self.running.world().tag_name(id)
    }

    /// The groups, dissolved ones included, oldest first.
    pub fn groups(&self) -> Vec<GroupView> {
        self.running.world().groups.views().collect()
    }

    /// The transfers that are remembered, oldest first.
    pub fn transfers(&self) -> Vec<Transfer> {
        self.running.pass_time();
        self.running.world().transfers.iter().cloned().collect()
    }

    /// The messages that the app has sent to employees, oldest first.
    pub fn messages(&self) -> Vec<AppMessage> {
        self.running.world().inbox.iter().cloned().collect()
    }

    /// The messages that group robots have posted, oldest first.
    pub fn robot_messages(&self) -> Vec<RobotMessage> {
        self.running.world().robots.iter().cloned().collect()
    }

    /// What the simulator's clock shows.
    pub fn time(&self) -> ClockReading {
        self.running.clock.reading()
    }
}
