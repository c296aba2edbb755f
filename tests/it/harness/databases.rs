//! Databases for tests: an SQLite file in a temporary directory, a database of its own on PostgreSQL.
//!
//! PostgreSQL is `TEST_POSTGRES_URL` if that is set (a server on which databases may be created), else a private
//! server made of whatever `initdb` and `postgres` are found, in a temporary directory, reachable by a socket there
//! and nowhere else, as an unprivileged user where the tests run as root. One server serves a test process; under
//! nextest, where every test is a process, one serves the run. A guardian outside the tests stops it and removes its
//! directory when they have ended, however they ended. Without PostgreSQL its half of the tests is left out and one
//! line says so; `GREETER_TESTS_REQUIRE_POSTGRES=1` makes that a failure.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::{Connection, PgConnection};
use tempfile::TempDir;
use wecom_greeter::store::{Options, Store};

/// The database that new ones are copied from: migrated once.
const TEMPLATE: &str = "greeter_template";

/// How long a private server may take to answer. It takes a second where nothing else is going on.
const START_TIMEOUT: Duration = Duration::from_mins(1);

/// A database of one test's own.
#[derive(Debug)]
pub struct TestDatabase {
    /// What `database.url` would be.
    pub url: String,
    directory: Option<TempDir>,
    drop_from: Option<(String, String)>,
}

impl TestDatabase {
    /// A file that is not there yet, in a directory that goes with this value.
    pub fn sqlite() -> Self {
        let directory =
            tempfile::Builder::new().prefix("greeter-test-").tempdir().expect("a temporary directory");
        let url = format!("sqlite://{}", directory.path().join("greeter.db").display());
        Self { url, directory: Some(directory), drop_from: None }
    }

    /// A database with today's tables, or `None` where there is no PostgreSQL.
    pub async fn postgres() -> Option<Self> {
        let server = tokio::task::spawn_blocking(server).await.expect("the server starts or is not there")?;
        Some(server.create(true).await)
    }

    /// A database without tables, or `None` where there is no PostgreSQL.
    pub async fn postgres_empty() -> Option<Self> {
        let server = tokio::task::spawn_blocking(server).await.expect("the server starts or is not there")?;
        Some(server.create(false).await)
    }

    /// How tests open it: with few connections, as many tests run at once.
    pub fn options(&self) -> Options {
        Options { sqlite_readers: 2, postgres_connections: 8, ..Options::new(self.url.clone()) }
    }

    /// A store on it, with its tables made.
    pub async fn store(&self) -> Store {
        let store = Store::open(&self.options()).await.expect("the test database opens");
        store.migrate().await.expect("the test database can be migrated");
        store
    }

    /// The SQLite file.
    pub fn file(&self) -> Option<PathBuf> {
        self.directory.as_ref().map(|directory| directory.path().join("greeter.db"))
    }

    /// Whether it is SQLite.
    pub fn is_sqlite(&self) -> bool {
        self.directory.is_some()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // On a server of the user's own nothing may be left behind; a private one goes as a whole.
        let Some((admin, name)) = self.drop_from.take() else { return };
        let dropped = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(execute(&admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
        });
        let _ = dropped.join();
    }
}

/// A PostgreSQL server on which databases may be created.
#[derive(Debug)]
struct Server {
    base: Base,
}

#[derive(Debug)]
enum Base {
    /// The directory of the private server's socket.
    Private(PathBuf),
    /// `TEST_POSTGRES_URL`.
    Given(String),
}

static COUNT: AtomicU32 = AtomicU32::new(0);

impl Server {
    async fn create(&self, migrated: bool) -> TestDatabase {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("greeter_test_{}_{number}", std::process::id());
        let admin = self.url("postgres");
        match &self.base {
            Base::Private(_) => {
                let template = if migrated { TEMPLATE } else { "template0" };
                execute(&admin, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
                TestDatabase { url: self.url(&name), directory: None, drop_from: None }
            }
            Base::Given(_) => {
                execute(&admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
                execute(&admin, &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
                let database =
                    TestDatabase { url: self.url(&name), directory: None, drop_from: Some((admin, name)) };
                if migrated {
                    database.store().await.close().await;
                }
                database
            }
        }
    }

    fn url(&self, database: &str) -> String {
        match &self.base {
            Base::Private(directory) => {
                format!("postgres://postgres@localhost/{database}?host={}", directory.display())
            }
            Base::Given(url) => {
                let (address, query) = url.split_once('?').unwrap_or((url, ""));
                let scheme = address.find("://").map_or(0, |at| at + 3);
                let end = address[scheme..].find('/').map_or(address.len(), |at| scheme + at);
                let query = if query.is_empty() { String::new() } else { format!("?{query}") };
                // Statements like CREATE DATABASE go to the database that the URL names.
                let name = match database {
                    "postgres" => address[end..].trim_start_matches('/'),
                    name => name,
                };
                format!("{}/{}{query}", &address[..end], if name.is_empty() { "postgres" } else { name })
            }
        }
    }
}

async fn execute(url: &str, statement: &str) {
    let mut connection = PgConnection::connect(url).await.expect("the test server answers");
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await.expect(statement);
    connection.close().await.expect("the connection ends");
}

/// The server of this test process, or of this nextest run; started by whoever comes first.
fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER
        .get_or_init(|| {
            if let Some(url) = environment("TEST_POSTGRES_URL") {
                return Some(Server { base: Base::Given(url) });
            }
            if let Some(programs) = programs() {
                return Some(Server { base: Base::Private(private_server(&programs)) });
            }
            let text = "PostgreSQL was not found (initdb and postgres in PATH, or TEST_POSTGRES_URL)";
            assert!(
                environment("GREETER_TESTS_REQUIRE_POSTGRES").is_none_or(|value| value == "0"),
                "{text}, and GREETER_TESTS_REQUIRE_POSTGRES is set"
            );
            // Straight to stderr: what a passing test prints is not shown.
            let _ = writeln!(std::io::stderr(), "note: {text}: the tests on PostgreSQL are left out");
            None
        })
        .as_ref()
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The directory in which `initdb` and `postgres` are.
pub fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    // The newest first; by number, as "9.6" is older than "15".
    versions.sort_by_key(|bin| {
        let version =
            bin.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default();
        std::cmp::Reverse(version.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u32>>())
    });
    std::env::split_paths(&path)
        .chain(versions)
        .chain(["/usr/local/pgsql/bin", "/opt/homebrew/bin", "/usr/pgsql/bin"].map(PathBuf::from))
        .filter(|bin| bin.join("initdb").is_file() && bin.join("postgres").is_file())
        .map(|bin| {
            fs::canonicalize(bin.join("postgres")).ok().and_then(|file| file.parent().map(Path::to_owned))
        })
        .next()?
}

/// Starts the private server, or joins the one that another process of this run has started; its directory.
fn private_server(programs: &Path) -> PathBuf {
    let nextest = environment("NEXTEST_RUN_ID");
    let (key, watched) = match nextest {
        Some(run) => (
            run.chars().filter(char::is_ascii_alphanumeric).take(16).collect(),
            std::os::unix::process::parent_id(),
        ),
        None => (std::process::id().to_string(), std::process::id()),
    };
    let directory = std::env::temp_dir().join(format!("greeter-postgres-{key}"));
    let lock =
        File::create(std::env::temp_dir().join(format!("greeter-postgres-{key}.lock"))).expect("a lock file");
    lock.lock().expect("the lock of the test server");
    let ready = directory.join("ready");
    if !ready.exists() {
        // What a process of the same number may have left behind.
        let _ = fs::remove_dir_all(&directory);
        start(programs, &directory, watched);
        fs::write(&ready, "").expect("a mark that the server is ready");
    }
    directory
}

/// How every server of the tests is started: reachable by its socket alone, with little memory, and without waiting for
/// the disk, as nothing of it is kept.
const SETTINGS: [&str; 5] =
    ["listen_addresses=", "max_connections=500", "shared_buffers=32MB", "fsync=off", "full_page_writes=off"];

/// Makes the files of a server in a new directory.
fn make(programs: &Path, directory: &Path) {
    fs::create_dir(directory).expect("a directory for the test server");
    give(directory);
    let made = program(&programs.join("initdb"), directory)
        .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale", "--no-sync", "-D"])
        .arg(directory.join("data"))
        .output()
        .expect("initdb runs");
    assert!(made.status.success(), "initdb failed: {}", String::from_utf8_lossy(&made.stderr));
}

/// Gives a file or a directory to whom servers run as.
pub fn give(path: &Path) {
    if let Some((uid, gid)) = unprivileged() {
        std::os::unix::fs::chown(path, Some(uid), Some(gid)).expect("it is given to its user");
    }
}

/// One of PostgreSQL's programs, as its user, in the server's directory.
pub fn program(program: &Path, directory: &Path) -> Command {
    use std::os::unix::process::CommandExt;
    let mut command = Command::new(program);
    command.current_dir(directory).env_clear().env("LC_ALL", "C").stdin(Stdio::null()).process_group(0);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    if let Some((uid, gid)) = unprivileged() {
        command.uid(uid).gid(gid);
    }
    command
}

/// Runs the server of a directory with these settings beside those of all.
fn run(programs: &Path, directory: &Path, settings: &[&str]) -> Child {
    let out = File::options().create(true).append(true).open(directory.join("log")).expect("a log file");
    let mut command = program(&programs.join("postgres"), directory);
    command.arg("-D").arg(directory.join("data"));
    for setting in SETTINGS.iter().chain(settings) {
        command.args(["-c", setting]);
    }
    command
        .arg("-c")
        .arg(format!("unix_socket_directories={}", directory.display()))
        .stdout(out.try_clone().expect("a second handle"))
        .stderr(out)
        .spawn()
        .expect("postgres runs")
}

/// Waits until the server of a directory takes connections, and gives what is needed to speak with it.
async fn answering(directory: &Path) -> Server {
    let server = Server { base: Base::Private(directory.to_owned()) };
    let began = Instant::now();
    let admin = server.url("postgres");
    while PgConnection::connect(&admin).await.is_err() {
        assert!(
            began.elapsed() < START_TIMEOUT,
            "the test server does not answer: {}",
            fs::read_to_string(directory.join("log")).unwrap_or_default()
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    server
}

#[expect(clippy::zombie_processes, reason = "its guardian ends it, after the tests")]
fn start(programs: &Path, directory: &Path, watched: u32) {
    make(programs, directory);
    run(programs, directory, &["synchronous_commit=off"]);
    guard(directory, watched);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let server = answering(directory).await;
        let admin = server.url("postgres");
        execute(&admin, &format!("CREATE DATABASE {TEMPLATE} TEMPLATE template0")).await;
        let store = Store::open(&Options::new(server.url(TEMPLATE))).await.expect("the template opens");
        store.migrate().await.expect("the template can be migrated");
        store.close().await;
    });
}

/// A PostgreSQL of one test's own, which can be crashed and started again. What it has committed is there afterwards: it
/// writes its log before it answers, and the machine goes on.
#[derive(Debug)]
pub struct OwnPostgres {
    programs: PathBuf,
    directory: PathBuf,
    server: Child,
}

impl OwnPostgres {
    /// One with an empty database; `None` where there are no programs to run it with.
    pub async fn start() -> Option<(Self, TestDatabase)> {
        let programs = programs()?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("greeter-postgres-{}-own-{number}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        // What a process of the same number may have left behind.
        let _ = fs::remove_dir_all(&directory);
        make(&programs, &directory);
        let server = run(&programs, &directory, &[]);
        guard(&directory, std::process::id());
        let database = answering(&directory).await.create(false).await;
        Some((Self { programs, directory, server }, database))
    }

    /// Ends it: as an operator does, who lets nobody finish (`fast`), or at once as a crash does, after which it has to
    /// recover (`immediate`).
    pub fn end(&mut self, immediate: bool) {
        // Where it has ended before, its number may be another's by now.
        if matches!(self.server.try_wait(), Ok(None)) {
            signal(if immediate { "QUIT" } else { "INT" }, self.server.id());
        }
        let _ = self.server.wait();
    }

    /// Starts it again, and waits until it takes connections.
    pub async fn start_again(&mut self) {
        self.server = run(&self.programs, &self.directory, &[]);
        answering(&self.directory).await;
    }
}

impl Drop for OwnPostgres {
    fn drop(&mut self) {
        self.end(true);
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn signal(name: &str, process: u32) {
    // It may have ended by itself.
    let _ = Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", name, &process.to_string()]).output();
}

/// Stops the server of a directory and removes that when the watched process has ended, in whichever way that was.
#[expect(clippy::zombie_processes, reason = "it outlives the tests on purpose, and ends by itself")]
fn guard(directory: &Path, watched: u32) {
    use std::os::unix::process::CommandExt;
    // Its number stands in its own file: it may have been started again.
    let script = r#"
        while kill -0 "$1" 2>/dev/null; do sleep 0.2; done
        server=$(head -n 1 "$2/data/postmaster.pid" 2>/dev/null)
        if [ -n "$server" ]; then
            kill -INT "$server" 2>/dev/null
            tries=0
            while kill -0 "$server" 2>/dev/null && [ "$tries" -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
        fi
        rm -rf "$2" "$2.lock"
    "#;
    Command::new("sh")
        .args(["-c", script, "guardian", &watched.to_string()])
        .arg(directory)
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("sh runs");
}

/// Whom the server runs as: PostgreSQL refuses to run as root.
fn unprivileged() -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    let probe = tempfile::NamedTempFile::new().expect("a temporary file");
    if probe.as_file().metadata().expect("its owner").uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let find = |name: &str| {
        let mut fields = users.lines().find(|line| line.split(':').next() == Some(name))?.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    find("postgres").or_else(|| find("nobody")).or(Some((65_534, 65_534)))
}
