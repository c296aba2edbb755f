//! Who plays the schedule: the servers and who watches over them, customers who add employees, whoever breaks the wires,
//! and the ones who note which deliveries were acked.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use reqwest::Url;
use tokio::task::JoinSet;
use wecom_simulator::{AddCustomer, Added, Corp, DeliveryStatus, Fault, FaultKind, Simulator};

use super::{
    schedule::{Around, Run, Schedule, Step, ToServer},
    ways::{Doing, Ways},
};
use crate::harness::{
    databases::OwnPostgres,
    process::{Process, Stage},
    wire::{Far, State, Wire},
    world::{MARK, SEND},
};

/// A customer adds an employee so often.
const ADDS_EVERY: Duration = Duration::from_millis(60);

/// A server that ended is started again after so long, and given up after so long: it was told to start while the database
/// was away, and the database comes back.
const STARTED_AGAIN_AFTER: Duration = Duration::from_millis(200);
const STARTED_WITHIN: Duration = Duration::from_mins(1);

/// How long a server that is told to end may take for what it has begun.
const GRACE: Duration = Duration::from_secs(2);

/// How late WeCom answers when it is slow, and how long it says nothing before it hangs up.
const SLOW: Duration = Duration::from_millis(700);

/// How many blocks of 512 bytes a full disk has left: some events, and then none.
const FULL_DISK_BLOCKS: u64 = 128;

/// A delivery that WeCom was told is stored.
#[derive(Debug)]
pub struct Ack {
    pub customer: String,
    /// The first of them where the same event was delivered more than once.
    pub at_ms: i64,
    pub plaintext: String,
    /// How often it was answered with 200.
    pub times: i64,
}

/// Everybody, before it begins.
pub struct Crew {
    stage: Stage,
    own: Option<OwnPostgres>,
    servers: Vec<Process>,
    to_database: Option<Wire>,
    to_wecom: Wire,
    ways: Arc<Ways>,
    callbacks: Callbacks,
}

/// What is left when it is over. The servers run, and so does their database.
pub struct Played {
    pub stage: Stage,
    pub ways: Arc<Ways>,
    pub acks: Vec<Ack>,
    /// Everybody who was added.
    pub adds: Vec<Added>,
    servers: Vec<Process>,
    _own: Option<OwnPostgres>,
    _wires: (Option<Wire>, Wire),
}

/// Where each server takes callbacks, as far as it runs.
type Callbacks = Arc<Mutex<Vec<Option<Url>>>>;

impl Crew {
    pub async fn start(mut stage: Stage, own: Option<OwnPostgres>, run: &Run) -> Self {
        let to_wecom = Wire::to(Far::Tcp(stage.wecom.address().to_string())).await;
        stage.config.wecom.api_base = format!("http://{}", to_wecom.near);
        stage.config.shutdown.grace = GRACE;
        let mut to_database = None;
        if !stage.database().is_sqlite() {
            let (wire, url) = Wire::to_postgres(stage.database()).await;
            stage.config.database.url = url.into();
            to_database = Some(wire);
        }
        let ways = Arc::new(Ways::of(run.servers));
        let callbacks = Callbacks::new(Mutex::new(vec![None; run.servers]));
        let mut servers = Vec::new();
        for _ in 0..run.servers {
            let watch = Watch { stage: &stage, ways: &ways, callbacks: &callbacks };
            servers.push(watch.start(servers.len()).await);
        }
        Self { stage, own, servers, to_database, to_wecom, ways, callbacks }
    }

    /// Plays the schedule to its end. Everybody is well afterwards, and every delivery has come to its end.
    pub async fn play(self, schedule: &Schedule, run: &Run) -> Played {
        let Self { stage, own, servers, to_database, to_wecom, ways, callbacks } = self;
        let (refuses, over) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let customers = Customers {
            wecom: stage.wecom.clone(),
            callbacks: Arc::clone(&callbacks),
            refuses: Arc::clone(&refuses),
            over: Arc::clone(&over),
            rng: StdRng::seed_from_u64(run.chance.wrapping_add(1)),
        };
        let customers = tokio::spawn(customers.come());
        let watch = Watch { stage: &stage, ways: &ways, callbacks: &callbacks };
        let mut surroundings =
            Surroundings { wecom: &stage.wecom, own, to_database, to_wecom, refuses: &refuses, ways: &ways };
        let (servers, ()) =
            tokio::join!(watch.play(servers, &schedule.to_servers), surroundings.play(&schedule.around));
        ways.note("all is well");
        over.store(true, Ordering::SeqCst);
        let Surroundings { own, to_database, to_wecom, .. } = surroundings;
        let (adds, acks) = customers.await.expect("no panic");
        Played { stage, ways, acks, adds, servers, _own: own, _wires: (to_database, to_wecom) }
    }
}

/// Whoever watches over the servers.
struct Watch<'a> {
    stage: &'a Stage,
    ways: &'a Ways,
    callbacks: &'a Callbacks,
}

impl Watch<'_> {
    /// Starts a server, and again where it ended before it was ready.
    async fn start(&self, server: usize) -> Process {
        let begun = Instant::now();
        loop {
            match Process::try_serve(&self.stage.config).await {
                Ok(process) => {
                    self.serves(server, &process);
                    return process;
                }
                Err(log) => assert!(begun.elapsed() < STARTED_WITHIN, "it does not start:\n{log}"),
            }
            tokio::time::sleep(STARTED_AGAIN_AFTER).await;
        }
    }

    fn serves(&self, server: usize, process: &Process) {
        self.deliver(server, Some(process));
        self.ways.up(server);
    }

    fn serves_not(&self, server: usize) {
        self.deliver(server, None);
        self.ways.down(server);
    }

    /// Has WeCom deliver to a server, or no longer.
    fn deliver(&self, server: usize, to: Option<&Process>) {
        let url =
            to.map(|process| format!("http://{}/callback/default", process.callback).parse().expect("a URL"));
        self.callbacks.lock().expect("no panic")[server] = url;
    }

    async fn play(&self, mut servers: Vec<Process>, steps: &[Step<ToServer>]) -> Vec<Process> {
        for Step { act, server, lasts, then } in steps {
            self.ways.note(&format!("server {server} is {act:?} for {lasts:?}"));
            let process = servers.remove(*server);
            let process = self.step(*act, *server, *lasts, process).await;
            servers.insert(*server, process);
            self.ways.note(&format!("server {server} serves"));
            tokio::time::sleep(*then).await;
        }
        servers
    }

    async fn step(&self, act: ToServer, server: usize, lasts: Duration, process: Process) -> Process {
        match act {
            ToServer::Killed => {
                self.serves_not(server);
                process.kill();
            }
            ToServer::Ended => {
                self.serves_not(server);
                let (status, _) = process.end().await;
                assert_eq!(status, Some(0), "SIGTERM ends it properly, whatever goes wrong around it");
            }
            ToServer::Paused => return self.pause(server, lasts, process).await,
            ToServer::FullDisk => {
                self.serves_not(server);
                process.kill();
                self.serve_on_full_disk(server, lasts).await;
            }
        }
        tokio::time::sleep(lasts).await;
        self.start(server).await
    }

    /// WeCom goes on to deliver to it: nobody has noticed yet.
    async fn pause(&self, server: usize, lasts: Duration, process: Process) -> Process {
        let has_one_writer = self.stage.database().is_sqlite();
        self.ways.down(server);
        if has_one_writer {
            self.ways.wrong(Doing::Server);
        }
        process.signal("STOP");
        tokio::time::sleep(lasts).await;
        process.signal("CONT");
        if has_one_writer {
            self.ways.right(Doing::Server);
        }
        self.ways.up(server);
        process
    }

    /// A server whose files cannot grow. It may refuse to start, as it has nowhere to write that it is there.
    async fn serve_on_full_disk(&self, server: usize, lasts: Duration) {
        let file = self.stage.database().file().expect("a disk of this machine");
        let sizes = ["", "-wal"].map(|end| {
            std::fs::metadata(format!("{}{end}", file.display())).map_or(0, |metadata| metadata.len())
        });
        let blocks = sizes.into_iter().max().unwrap_or(0) / 512 + FULL_DISK_BLOCKS;
        if let Ok(process) = Process::try_serve_with_files_of(&self.stage.config, blocks).await {
            self.deliver(server, Some(&process));
            tokio::time::sleep(lasts).await;
            self.deliver(server, None);
            process.kill();
        }
    }
}

/// What is around the servers.
struct Surroundings<'a> {
    wecom: &'a Simulator,
    own: Option<OwnPostgres>,
    to_database: Option<Wire>,
    to_wecom: Wire,
    refuses: &'a AtomicBool,
    ways: &'a Ways,
}

impl Surroundings<'_> {
    async fn play(&mut self, steps: &[Step<Around>]) {
        for Step { act, lasts, then, .. } in steps {
            self.ways.note(&format!("{act:?} for {lasts:?}"));
            self.ways.wrong(Doing::Around);
            self.begin(*act);
            tokio::time::sleep(*lasts).await;
            self.end(*act).await;
            self.ways.right(Doing::Around);
            self.ways.note(&format!("{act:?} is over"));
            tokio::time::sleep(*then).await;
        }
    }

    fn begin(&mut self, act: Around) {
        let database = |state| self.to_database.as_ref().expect("a wire to PostgreSQL").set(state);
        match act {
            Around::DatabaseCut => database(State::Cut),
            Around::DatabaseSilent => database(State::Deaf),
            Around::CommitUnanswered => database(State::LosesCommit),
            Around::DatabaseForgets => self.to_database.as_ref().expect("the same").silence_connections(),
            Around::PostgresCrashes => self.own.as_mut().expect("one of our own").end(true),
            Around::PostgresRestarts => self.own.as_mut().expect("one of our own").end(false),
            Around::WeComCut => self.to_wecom.set(State::Cut),
            Around::WeComSilent => self.to_wecom.set(State::Deaf),
            Around::WeComUnanswered => self.to_wecom.set(State::Unanswered),
            Around::WeComSlow => {
                self.wecom.add_fault(Fault::lasting("*", FaultKind::Delay(SLOW))).expect("it is one");
            }
            Around::WeComRefuses => self.refuses.store(true, Ordering::SeqCst),
            Around::TokensRevoked => self.wecom.revoke_tokens(),
        }
    }

    async fn end(&mut self, act: Around) {
        if matches!(act, Around::PostgresCrashes | Around::PostgresRestarts) {
            self.own.as_mut().expect("one of our own").start_again().await;
        }
        if let Some(wire) = &self.to_database {
            wire.set(State::Up);
        }
        self.to_wecom.set(State::Up);
        self.refuses.store(false, Ordering::SeqCst);
        self.wecom.clear_faults();
    }
}

/// Customers who add employees, one after the other.
struct Customers {
    wecom: Simulator,
    callbacks: Callbacks,
    refuses: Arc<AtomicBool>,
    over: Arc<AtomicBool>,
    rng: StdRng,
}

impl Customers {
    /// Everybody who came, and what was acked of it; when all deliveries have come to their end.
    async fn come(mut self) -> (Vec<Added>, Vec<Ack>) {
        let employees: Vec<String> =
            Corp::sample().employees.iter().map(|employee| employee.userid.clone()).collect();
        let (mut adds, mut acks): (Vec<Added>, _) = (Vec::new(), JoinSet::new());
        while !self.over.load(Ordering::SeqCst) {
            self.turn_to_another();
            if self.refuses.load(Ordering::SeqCst) {
                self.refuse_a_third();
            }
            let employee = &employees[self.rng.random_range(0..employees.len())];
            let mut add = AddCustomer::new(employee, format!("客户{}", adds.len()), None);
            add.duplicates = u32::from(self.rng.random_ratio(1, 5));
            let added = self.wecom.add_customer(&add).expect("it is taken");
            acks.spawn(ack(self.wecom.clone(), added.clone()));
            adds.push(added);
            tokio::time::sleep(ADDS_EVERY).await;
        }
        while self.wecom.deliveries().iter().any(|one| one.status == DeliveryStatus::UnderWay) {
            self.turn_to_another();
            tokio::time::sleep(ADDS_EVERY).await;
        }
        (adds, acks.join_all().await.into_iter().flatten().collect())
    }

    /// WeCom's deliveries go to one of the servers that are thought to run, as something that spreads them does it.
    fn turn_to_another(&mut self) {
        let callbacks = self.callbacks.lock().expect("no panic");
        let there: Vec<&Url> = callbacks.iter().flatten().collect();
        if !there.is_empty() {
            let one = self.rng.random_range(0..there.len());
            self.wecom.set_callback(Some(there[one].clone()));
        }
    }

    /// One welcome in three and one tag in three goes wrong at its next call, in one of the ways in which calls do.
    fn refuse_a_third(&mut self) {
        for path in [SEND, MARK] {
            if !self.rng.random_ratio(1, 3) {
                continue;
            }
            let kinds = [
                FaultKind::Errcode { code: -1, message: None },
                FaultKind::Http { status: 502, body: "<html>Bad Gateway</html>".into() },
                FaultKind::Reset,
                FaultKind::LoseAnswer,
                FaultKind::NotJson,
                FaultKind::Hang(SLOW),
            ];
            let kind = kinds[self.rng.random_range(0..kinds.len())].clone();
            self.wecom.add_fault(Fault::new(path, 1, kind)).expect("it is one");
        }
    }
}

/// Waits for the end of a customer's deliveries; what of it was acked.
async fn ack(wecom: Simulator, added: Added) -> Option<Ack> {
    let mut ack: Option<Ack> = None;
    for number in &added.deliveries {
        let delivery = wecom.delivered(*number).await.expect("it is remembered");
        for tried in delivery.tries.iter().filter(|tried| tried.status == Some(200)) {
            let at_ms = tried.at_ms + i64::try_from(tried.took_us / 1_000).expect("seconds");
            let ack = ack.get_or_insert_with(|| Ack {
                customer: added.customer.clone(),
                at_ms,
                plaintext: delivery.plaintext.clone(),
                times: 0,
            });
            ack.at_ms = ack.at_ms.min(at_ms);
            ack.times += 1;
        }
    }
    ack
}

impl Played {
    /// The servers end, in the way in which servers do.
    pub async fn end(self) {
        for server in self.servers {
            assert_eq!(server.end().await.0, Some(0));
        }
        self.stage.end().await;
    }
}
