//! A PostgreSQL of a test's own, with a standby that follows it, a password and a certificate; and a PgBouncer before the server of
//! all tests. Both end with their value.

use std::{
    fs,
    io::Write as _,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::databases::{TestDatabase, give, program, programs};

/// What the clusters' user has to say.
pub const PASSWORD: &str = "s3cret";

/// How long a server may take to answer.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// A server that listens on 127.0.0.1 and wants the password from whoever comes that way.
pub struct Cluster {
    bin: PathBuf,
    data: PathBuf,
    pub port: u16,
    process: Child,
    directory: TempDir,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A directory that belongs to whom servers run as.
fn directory() -> TempDir {
    let directory = tempfile::Builder::new().prefix("greeter-cluster-").tempdir().unwrap();
    give(directory.path());
    directory
}

/// A program that knows the password and whose words nobody reads.
fn command(path: &Path, directory: &Path) -> Command {
    let mut command = program(path, directory);
    command.env("PGPASSWORD", PASSWORD).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn done(command: &mut Command) {
    let output = command.stderr(Stdio::piped()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

impl Cluster {
    /// A new one, with this certificate and its key (PEM); `None` where PostgreSQL's programs are not there, which the tests of
    /// the store have said by then.
    pub fn start(certificate: &str, key: &str) -> Option<Self> {
        let bin = programs()?;
        let directory = directory();
        let data = directory.path().join("data");
        let password = directory.path().join("password");
        fs::write(&password, PASSWORD).unwrap();
        give(&password);
        done(
            command(&bin.join("initdb"), directory.path())
                .args([
                    "--username=postgres",
                    "--auth-local=trust",
                    "--auth-host=scram-sha-256",
                    "--no-sync",
                    "-D",
                ])
                .arg(&data)
                .arg(format!("--pwfile={}", password.display())),
        );
        let mut rules = fs::OpenOptions::new().append(true).open(data.join("pg_hba.conf")).unwrap();
        writeln!(rules, "host replication all 127.0.0.1/32 scram-sha-256").unwrap();
        for (name, text) in [("server.crt", certificate), ("server.key", key)] {
            fs::write(data.join(name), text).unwrap();
            fs::set_permissions(data.join(name), fs::Permissions::from_mode(0o600)).unwrap();
            give(&data.join(name));
        }
        Some(Self::run(bin, data, directory))
    }

    /// A standby of this one.
    pub fn standby(&self) -> Self {
        let directory = directory();
        let data = directory.path().join("data");
        done(
            command(&self.bin.join("pg_basebackup"), directory.path())
                .args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "-D"])
                .arg(&data)
                .arg(format!("--dbname=postgres://postgres@127.0.0.1:{}/postgres", self.port)),
        );
        Self::run(self.bin.clone(), data, directory)
    }

    fn run(bin: PathBuf, data: PathBuf, directory: TempDir) -> Self {
        let port = free_port();
        let process = command(&bin.join("postgres"), directory.path())
            .arg("-D")
            .arg(&data)
            .args([
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "ssl=on",
                "-c",
                "shared_buffers=16MB",
                "-c",
                "fsync=off",
            ])
            .args(["-c", &format!("port={port}"), "-c", "hot_standby=on", "-c", "max_connections=40"])
            .args(["-c", &format!("unix_socket_directories={}", directory.path().display())])
            .spawn()
            .unwrap();
        let cluster = Self { bin, data, port, process, directory };
        let began = Instant::now();
        let ready = || {
            command(&cluster.bin.join("pg_isready"), cluster.directory.path())
                .args(["-h", "127.0.0.1", "-p", &port.to_string()])
                .status()
                .unwrap()
                .success()
        };
        while !ready() {
            assert!(began.elapsed() < START_TIMEOUT, "the server does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        cluster
    }

    /// Ends it as a power cut does.
    pub fn kill(&mut self) {
        // Its children end when it is gone; `immediate` has it tell them.
        let _ = Command::new("kill").args(["-QUIT", &self.process.id().to_string()]).status();
        let _ = self.process.wait();
    }

    /// Makes a standby the one that is written to.
    pub fn promote(&self) {
        done(
            command(&self.bin.join("pg_ctl"), self.directory.path())
                .args(["promote", "-w", "-D"])
                .arg(&self.data),
        );
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A PgBouncer that gives each transaction another of two connections.
pub struct Bouncer {
    process: Child,
    pub url: String,
    _directory: TempDir,
}

impl Bouncer {
    /// One before this database; `None`, and a line on stderr, where the program is not there.
    pub fn before(database: &TestDatabase) -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let places = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
        let Some(program) = places.map(|folder| folder.join("pgbouncer")).find(|file| file.is_file()) else {
            let _ =
                writeln!(std::io::stderr(), "note: pgbouncer was not found: the test behind it is left out");
            return None;
        };
        // `postgres://postgres@localhost/NAME?host=FOLDER`, as the server of all tests is reached.
        let (name, socket) = database.url.split_once("localhost/")?.1.split_once("?host=")?;
        let directory = directory();
        let port = free_port();
        let settings = directory.path().join("pgbouncer.ini");
        fs::write(
            &settings,
            format!(
                "[databases]\n{name} = host={socket} port=5432 user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
                 listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 2\n\
                 logfile = {}/log\n",
                directory.path().display()
            ),
        )
        .unwrap();
        give(&settings);
        let process = command(&program, directory.path()).arg(&settings).spawn().unwrap();
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < START_TIMEOUT, "pgbouncer does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        let url = format!("postgres://postgres@127.0.0.1:{port}/{name}?sslmode=disable");
        Some(Self { process, url, _directory: directory })
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
