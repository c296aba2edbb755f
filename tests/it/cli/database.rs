//! Which database a command uses: it is named, a mistyped one is not made, and what is wrong with it is said with path,
//! user and permission.

use std::{
    fs::{self, Permissions},
    io::{Read as _, Write as _},
    net::TcpListener,
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _},
        process::CommandExt as _,
    },
    path::Path,
};

use rstest::rstest;
use serde_json::json;
use sqlx::{Connection as _, PgConnection};

use super::{RULES, Ran, Shell};
use crate::harness::{
    databases::TestDatabase,
    process::Stage,
    world::{PLAIN_RULES, Which, fresh},
};

#[rstest]
#[case(&["events", "list"])]
#[case(&["events", "show", "1"])]
#[case(&["events", "export"])]
#[case(&["events", "replay", "1"])]
#[case(&["events", "replay", "1", "--dry-run"])]
#[case(&["actions", "list"])]
#[case(&["actions", "retry", "1"])]
#[case(&["actions", "retry", "--status", "failed"])]
#[case(&["rules", "list"])]
#[case(&["rules", "export"])]
#[case(&["rules", "history"])]
#[case(&["rules", "rollback", "1"])]
fn a_command_that_looks_at_the_record_makes_none(#[case] arguments: &[&str]) {
    let shell = Shell::with_app();
    let said = shell.run(arguments).failed(1);
    for needed in [shell.database().as_str(), "--config", "DATABASE_URL"] {
        assert!(said.contains(needed), "{needed} is not in {said}");
    }
    assert_eq!(fs::read_dir(shell.folder.path()).unwrap().count(), 0, "nothing was made");
}

#[test]
fn a_database_without_tables_is_not_filled_by_who_looks() {
    let shell = Shell::new();
    fs::write(shell.folder.path().join("greeter.db"), "").unwrap();
    let said = shell.run(&["events", "list"]).failed(1);
    assert!(said.contains("wecom-greeter migrate"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_says_into_which_database_and_who_takes_it_up() {
    let shell = Shell::new();
    shell.write("rules.yaml", RULES);
    let first = shell.run(&["rules", "import", "rules.yaml"]).done();
    let place = shell.database();
    assert!(first.starts_with(&format!("Made a new database, {place}; there was none.\n")), "{first}");
    assert!(first.contains(&format!("is in force in {place}; no server runs on it now")), "{first}");

    for which in [Which::Sqlite, Which::Postgres] {
        let Some(database) = fresh(which).await else { continue };
        let stage = Stage::set(database, PLAIN_RULES).await;
        let server = stage.serve().await;
        let mut command = shell.command(&["rules", "import", "rules.yaml", "--no-upload"]);
        let ran = Ran::of(&command.env("DATABASE_URL", &stage.database().url).output().unwrap());
        let said = ran.done();
        assert!(said.contains("the server that runs on it takes it up within a second"), "{said}");
        assert!(!said.contains("Made a new database"), "{said}");
        let mut command =
            shell.command(&["rules", "import", "rules.yaml", "--no-upload", "--output", "json"]);
        let document =
            Ran::of(&command.env("DATABASE_URL", &stage.database().url).output().unwrap()).documents();
        assert_eq!((&document[0]["servers"], document[0]["database"].is_string()), (&json!(1), true));
        server.end().await;
        stage.end().await;
    }
}

/// Users to be nobody in particular.
const NOBODY: u32 = 65_534;

/// Runs a command as a user who may do little; `None` where the tests cannot become another.
fn run_as_nobody(shell: &Shell, url: &str, arguments: &[&str]) -> Option<Ran> {
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return None;
    }
    // The program lies where only its owner may go.
    let program = shell.folder.path().join("program");
    if !program.exists() {
        fs::copy(env!("CARGO_BIN_EXE_wecom-greeter"), &program).unwrap();
    }
    let mut command = std::process::Command::new(program);
    command.args(arguments).env_clear().env("DATABASE_URL", url).current_dir("/").uid(NOBODY).gid(NOBODY);
    Some(Ran::of(&command.output().unwrap()))
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_permission_that_is_missing_is_named_with_path_and_user() {
    let shell = Shell::new();
    shell.run(&["migrate"]).done();
    let file = shell.folder.path().join("greeter.db");
    let url = format!("sqlite://{}", file.display());
    allow(shell.folder.path(), 0o755);
    let named = |ran: Ran, mode: &str| {
        let said = ran.failed(1);
        for needed in [file.to_str().unwrap(), "uid 65534", "root (uid 0)", mode] {
            assert!(said.contains(needed), "{needed} is not in {said}");
        }
    };
    // A file that this user may not read; a folder that it may not write to; a file that it may only read.
    let Some(ran) = run_as_nobody(&shell, &url, &["events", "list"]) else { return };
    named(ran, "0600");
    allow(&file, 0o666);
    named(run_as_nobody(&shell, &url, &["events", "list"]).unwrap(), "0755");
    allow(&file, 0o644);
    allow(shell.folder.path(), 0o777);
    named(run_as_nobody(&shell, &url, &["events", "list"]).unwrap(), "0644");
    // A folder in which nothing may be made.
    allow(shell.folder.path(), 0o755);
    let new = format!("sqlite://{}", shell.folder.path().join("new.db").display());
    let said = run_as_nobody(&shell, &new, &["migrate"]).unwrap().failed(1);
    assert!(said.contains("new.db") && said.contains("uid 65534") && said.contains("0755"), "{said}");
}

#[test]
fn what_is_no_database_is_named() {
    let shell = Shell::new();
    let run = |url: &str| {
        let mut command = shell.command(&["migrate"]);
        Ran::of(&command.env("DATABASE_URL", url).output().unwrap()).failed(1)
    };
    let folder = shell.folder.path().display().to_string();
    shell.write("notes.txt", &"these are notes and no database\n".repeat(100));
    fs::create_dir(shell.folder.path().join("folder")).unwrap();
    for (url, expected) in [
        ("sqlite://notes.txt", "notes.txt: it is no SQLite database"),
        ("sqlite://folder", "folder: it is a folder"),
        ("sqlite://absent/deep/greeter.db", "there is no folder "),
        ("sqlite://notes.txt/greeter.db", "notes.txt"),
        ("sqlite:///dev/null", "/dev/null: it is no file"),
    ] {
        let said = run(url);
        assert!(said.contains(expected), "{url}: {said}");
        assert!(url.contains("/dev") || said.contains(&folder), "{url}: {said}");
    }
    assert!(!shell.folder.path().join("absent").exists(), "no folder is made for a path that was mistyped");
}

#[test]
fn only_the_owner_may_read_the_record() {
    let shell = Shell::new();
    // Whatever the shell's umask lets through.
    let script = format!("umask 000; exec {} migrate", env!("CARGO_BIN_EXE_wecom-greeter"));
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &script]).current_dir(shell.folder.path()).env_clear();
    Ran::of(&command.output().unwrap()).done();
    let mode =
        |name: &str| fs::metadata(shell.folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("greeter.db"), 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_may_others_read_the_files_beside_it() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let stage = Stage::set(database, PLAIN_RULES).await;
    let server = stage.serve().await;
    stage.add_one().await;
    stage.settled().await;
    let file = stage.database().file().unwrap();
    for entry in fs::read_dir(file.parent().unwrap()).unwrap().map(Result::unwrap) {
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
    }
    assert!(file.with_extension("db.lock").exists() && file.with_extension("db-wal").exists());
    assert_eq!(server.said("every user of this machine may read"), None);
    server.end().await;
    allow(file.parent().unwrap(), 0o755);
    allow(&file, 0o644);
    let server = stage.serve().await;
    assert!(server.said("greeter.db, which holds the record of your customers: `chmod 600").is_some());
    server.end().await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn why_postgres_gives_no_connection_is_found_out() {
    let shell = Shell::new();
    let run = async |url: String| {
        let mut command = shell.command(&["events", "list"]);
        command.env("DATABASE_URL", &url);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let said = Ran::of(&output).failed(1);
        assert!(!said.contains("planted"), "{said}");
        said
    };
    let port = |listener: &TcpListener| listener.local_addr().unwrap().port();
    let closed = port(&TcpListener::bind("127.0.0.1:0").unwrap());
    let refused = run(format!("postgres://greeter:planted@127.0.0.1:{closed}/record")).await;
    assert!(
        refused.contains(&format!("postgres://greeter@127.0.0.1:{closed}/record: nothing listens there")),
        "{refused}"
    );
    let unknown = run("postgres://greeter:planted@nowhere.invalid/record".into()).await;
    assert!(unknown.contains("nobody knows the name of its host"), "{unknown}");

    // A server that takes connections and refuses each of them with a code of PostgreSQL's.
    for (code, expected) in [
        ("28P01", "refuses this user or the password"),
        ("3D000", "has no database of that name"),
        ("53300", "has too many clients already"),
        ("57P03", "is starting up"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = port(&listener);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                // SSLRequest is answered with "no", the startup with the refusal.
                let mut request = [0; 8];
                stream.read_exact(&mut request).unwrap();
                stream.write_all(b"N").unwrap();
                let mut rest = [0; 1_024];
                let _ = stream.read(&mut rest);
                let fields = format!("SFATAL\0VFATAL\0C{code}\0Mno\0\0");
                let length = u32::try_from(fields.len() + 4).unwrap();
                let _ = stream.write_all(&[b"E", &length.to_be_bytes()[..], fields.as_bytes()].concat());
            }
        });
        let said = run(format!("postgres://greeter:planted@127.0.0.1:{address}/record")).await;
        assert!(said.contains(expected), "{code}: {said}");
    }
    // The real thing, where there is one.
    let Some(database) = TestDatabase::postgres_empty().await else { return };
    let said = run(database.url.replacen("greeter_test", "no_such_database", 1)).await;
    assert!(said.contains("has no database of that name"), "{said}");
    let said = run(database.url.clone()).await;
    assert!(said.contains("wecom-greeter migrate"), "{said}");
    let mut connection = PgConnection::connect(&database.url).await.unwrap();
    let tables: (i64,) = sqlx::query_as("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(tables.0, 0, "who looks makes no tables");
}
