//! The program as it is run: the binary as a child that can be killed, stopped and ended, and a [`Stage`] on which one
//! follows the other while WeCom and the database stay.

use std::{
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use secrecy::ExposeSecret as _;
use wecom_core::clock::Clock;
use wecom_greeter::{
    config::Config,
    flow::context::open_store,
    store::{EventRecord, Store},
};
use wecom_simulator::{AddCustomer, Added, Options, Patience, Relation, Simulator};

use super::{
    databases::TestDatabase,
    world::{SOON, config_for, corp_with_tags, import, records, settled, until},
};

/// What the program says when it is ready.
const READY: &str = "Callbacks are taken in at http://";

/// WeCom delivers again after five seconds, three times; here it does so sooner and longer.
const PATIENCE: Patience = Patience {
    answer_within: Duration::from_secs(5),
    again_after: Duration::from_millis(300),
    again_max: 60,
};

/// A running server; killed when dropped.
pub struct Process {
    pub callback: SocketAddr,
    pub private: SocketAddr,
    child: Child,
    log: Log,
}

/// What it has said so far.
type Log = Arc<Mutex<Vec<String>>>;

impl Process {
    /// Starts `serve` with these settings and waits until it takes callbacks in.
    pub async fn serve(config: &Config) -> Self {
        Self::start(command(config, Stdio::piped())).await
    }

    /// The same, and rules may forward to this machine.
    pub async fn serve_with_private_networks(config: &Config) -> Self {
        let mut command = command(config, Stdio::piped());
        command.env("GREETER_FORWARD_ALLOW_PRIVATE_NETWORKS", "true");
        Self::start(command).await
    }

    /// The same, as whoever watches over a program does it: the log of one that ended before it was ready is an answer.
    pub async fn try_serve(config: &Config) -> Result<Self, String> {
        Self::try_start(command(config, Stdio::piped())).await
    }

    /// The same, of a server none of whose files may grow beyond so many blocks of 512 bytes: as on a disk that is full.
    pub async fn try_serve_with_files_of(config: &Config, blocks: u64) -> Result<Self, String> {
        Self::try_start(with_files_of(&command(config, Stdio::piped()), blocks)).await
    }

    async fn start(command: Command) -> Self {
        let started = Self::try_start(command).await;
        started.unwrap_or_else(|log| panic!("it ended before it was ready:\n{log}"))
    }

    async fn try_start(mut command: Command) -> Result<Self, String> {
        let mut child = command.spawn().expect("the program starts");
        let log = Log::default();
        let stderr = BufReader::new(child.stderr.take().expect("its stderr is piped"));
        let lines = Arc::clone(&log);
        // Ends with the child.
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                lines.lock().expect("no panic").push(line);
            }
        });
        let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut process = Self { callback: nowhere, private: nowhere, child, log };
        let begun = Instant::now();
        let ready = loop {
            if let Some(line) = process.said(READY) {
                break line;
            }
            if process.child.try_wait().expect("it can be asked").is_some() {
                return Err(process.lines().join("\n"));
            }
            assert!(begun.elapsed() < SOON, "it is not ready:\n{}", process.lines().join("\n"));
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        let mut addresses = ready.split("http://").skip(1).map(|rest| {
            let end = rest.find(|c: char| !(c.is_ascii_digit() || ".:".contains(c))).unwrap_or(rest.len());
            rest[..end].parse().unwrap_or_else(|_| panic!("an address: {ready}"))
        });
        (process.callback, process.private) =
            addresses.next().zip(addresses.next()).unwrap_or_else(|| panic!("two addresses: {ready}"));
        drop(addresses);
        Ok(process)
    }

    /// The same with a log that nobody can read: its ports are known beforehand, and it is asked whether it lives.
    pub async fn serve_unheard(config: &Config, stderr: impl Into<Stdio>) -> Self {
        let mut config = config.clone();
        let free = || TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
        let (public, private) = (free(), free());
        let address = |listener: &TcpListener| listener.local_addr().expect("it has one");
        (config.http.listen, config.admin.listen) = (address(&public), address(&private));
        drop((public, private));
        let child = command(&config, stderr).spawn().expect("the program starts");
        let (callback, private) = (config.http.listen, config.admin.listen);
        let process = Self { callback, private, child, log: Log::default() };
        until("it listens", async || tokio::net::TcpStream::connect(callback).await.ok()).await;
        process
    }

    /// Waits until it has said a line that contains `what`, and gives the line.
    pub async fn says(&mut self, what: &str) -> String {
        let begun = Instant::now();
        loop {
            if let Some(line) = self.said(what) {
                return line;
            }
            let ended = self.child.try_wait().expect("it can be asked");
            let log = self.log.lock().expect("no panic").join("\n");
            assert!(ended.is_none() && begun.elapsed() < SOON, "never said {what:?} ({ended:?}):\n{log}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// What the system calls it.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The first line so far that contains `what`.
    pub fn said(&self, what: &str) -> Option<String> {
        self.log.lock().expect("no panic").iter().find(|line| line.contains(what)).cloned()
    }

    /// Everything that it has said so far.
    pub fn lines(&self) -> Vec<String> {
        self.log.lock().expect("no panic").clone()
    }

    /// SIGKILL: no word to anybody.
    pub fn kill(mut self) {
        self.end_it();
    }

    /// Sends it a signal: `TERM`, `STOP`, `CONT`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("sh")
            .args(["-c", "kill -s \"$0\" \"$1\"", name, &self.child.id().to_string()])
            .status();
        assert!(sent.expect("sh runs").success(), "SIG{name} could not be sent");
    }

    /// SIGTERM; its exit status and how long it took to end.
    pub async fn end(self) -> (Option<i32>, Duration) {
        self.end_by("TERM").await
    }

    /// The same by another signal.
    pub async fn end_by(self, signal: &str) -> (Option<i32>, Duration) {
        self.signal(signal);
        self.ended().await
    }

    /// Waits until it has ended, as it was told to: its exit status and how long it still took.
    pub async fn ended(mut self) -> (Option<i32>, Duration) {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("it can be asked") {
                return (status.code(), begun.elapsed());
            }
            assert!(
                begun.elapsed() < SOON,
                "it does not end:\n{}",
                self.log.lock().expect("no panic").join("\n")
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn end_it(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end_it();
    }
}

/// `serve` with these settings, and its log there.
fn command(config: &Config, stderr: impl Into<Stdio>) -> Command {
    let [app] = config.apps.as_slice() else { panic!("the environment names one app") };
    let mut command = Command::new(env!("CARGO_BIN_EXE_wecom-greeter"));
    command
        .arg("serve")
        // No greeter.toml of whoever runs the tests.
        .current_dir(std::env::temp_dir())
        .env_clear()
        .env("DATABASE_URL", config.database.url.expose_secret())
        .env("GREETER_DATABASE_CONNECTIONS", config.database.connections.to_string())
        .env("GREETER_LISTEN", config.http.listen.to_string())
        .env("GREETER_ADMIN_LISTEN", config.admin.listen.to_string())
        .env("GREETER_SHUTDOWN_GRACE_MS", config.shutdown.grace.as_millis().to_string())
        .env("GREETER_LOG", if config.log.chosen { &config.log.filter } else { "info" })
        .env("WECOM_API_BASE", &config.wecom.api_base)
        .env("WECOM_CORP_ID", &app.corp_id)
        .env("WECOM_SECRET", app.secret.expose_secret())
        .env("WECOM_TOKEN", app.token.expose_secret())
        .env("WECOM_ENCODING_AES_KEY", app.encoding_aes_key.expose_secret())
        .envs(app.agent_id.map(|id| ("WECOM_AGENT_ID", id.to_string())))
        .envs(config.admin.token.as_ref().map(|token| ("GREETER_ADMIN_TOKEN", token.expose_secret())))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(stderr);
    command
}

/// The same program with a limit on the size of its files, in blocks of 512 bytes.
fn with_files_of(plain: &Command, blocks: u64) -> Command {
    // The signal that says so would end the program; ignored, it makes errors, as a full disk does.
    limited(plain, "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\"", blocks)
}

/// A server started by a shell that has set a limit to it.
fn limited(plain: &Command, script: &str, limit: u64) -> Command {
    let mut limited = Command::new("sh");
    limited.args(["-c", script, &limit.to_string()]);
    limited.arg(plain.get_program()).args(plain.get_args()).current_dir(std::env::temp_dir()).env_clear();
    limited.envs(plain.get_envs().filter_map(|(name, value)| value.map(|value| (name, value))));
    limited.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    limited
}

/// A WeCom, a database with rules, and a look at the record. Servers come and go on it.
pub struct Stage {
    pub wecom: Simulator,
    pub config: Config,
    pub store: Store,
    database: TestDatabase,
}

impl Stage {
    /// A stage with these rules and nobody on it.
    pub async fn set(database: TestDatabase, rules: &str) -> Self {
        let corp = corp_with_tags(rules);
        let options = Options { corp: corp.clone(), patience: PATIENCE, ..Options::default() };
        let wecom = Simulator::start(options, Clock::system(), 7).await.expect("the simulator starts");
        let config = config_for(&corp, &wecom.api_base(), &database.url);
        import(&config, rules).await;
        let store = open_store(&config.database).await.expect("the database opens");
        Self { wecom, config, store, database }
    }

    /// Its database.
    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// Starts a server, to which WeCom delivers from now on.
    pub async fn serve(&self) -> Process {
        let process = Process::serve(&self.config).await;
        self.deliver_to(&process);
        process
    }

    /// The same where much has to be tried again, and `count` events have to be there.
    pub async fn settled_within(&self, time: Duration, count: usize) -> Vec<EventRecord> {
        let begun = Instant::now();
        loop {
            let records = self.records().await;
            let is_open = |event: &&EventRecord| event.summary.status.as_str() != "settled";
            let left = records.iter().find(is_open);
            if left.is_none() && records.len() >= count {
                return records;
            }
            assert!(
                begun.elapsed() < time,
                "after {time:?} there are {}, and open is {left:#?}",
                records.len()
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The same, of a server none of whose files may grow beyond so many blocks of 512 bytes: as on a disk that is full.
    pub async fn serve_with_files_of(&self, blocks: u64) -> Process {
        self.serve_limited(with_files_of(&command(&self.config, Stdio::piped()), blocks)).await
    }

    /// The same, of a server that may have so many files and connections open and no more, and begins with half of them.
    pub async fn serve_with_open_files(&self, files: u64) -> Process {
        let script = "ulimit -Sn $(($0 / 2)); ulimit -Hn \"$0\"; exec \"$@\"";
        self.serve_limited(limited(&command(&self.config, Stdio::piped()), script, files)).await
    }

    async fn serve_limited(&self, limited: Command) -> Process {
        let process = Process::start(limited).await;
        self.deliver_to(&process);
        process
    }

    /// Has WeCom deliver to this server from now on.
    pub fn deliver_to(&self, process: &Process) {
        let url = format!("http://{}/callback/default", process.callback);
        self.wecom.set_callback(Some(url.parse().expect("a URL")));
    }

    /// A customer called 小周 adds zhangsan, and a server acks it.
    pub async fn add_one(&self) -> Added {
        let added =
            self.wecom.add_customer(&AddCustomer::new("zhangsan", "小周", None)).expect("it is taken");
        for number in &added.deliveries {
            let delivery = self.wecom.delivered(*number).await.expect("it is remembered");
            assert_eq!(delivery.tries.last().and_then(|last| last.status), Some(200), "{:?}", delivery.tries);
        }
        added
    }

    /// What came of an add, at this moment.
    pub fn relation(&self, added: &Added) -> Relation {
        self.wecom.relation(&added.employee, &added.customer).expect("they are contacts")
    }

    /// Waits until so many calls of a method have arrived at WeCom.
    pub async fn called(&self, path: &str, times: usize) {
        until("WeCom is called", async || (self.wecom.requests_of(path).len() >= times).then_some(())).await;
    }

    /// Every event, newest first, whole.
    pub async fn records(&self) -> Vec<EventRecord> {
        records(&self.store).await
    }

    /// The same, when all of it has come to its end.
    pub async fn settled(&self) -> Vec<EventRecord> {
        settled(&self.store).await
    }

    /// The end of a story: nothing is left unsettled.
    pub async fn end(self) {
        let records = self.records().await;
        let left: Vec<_> =
            records.iter().filter(|event| event.summary.status.as_str() != "settled").collect();
        assert!(left.is_empty(), "left unsettled: {left:#?}");
        self.store.close().await;
        self.wecom.stop().await;
    }
}
