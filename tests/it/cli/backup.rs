//! `backup` and `restore` as they are used: beside a server, from one database into another, and what is said of it.

use std::{fs, os::unix::fs::PermissionsExt as _};

use rstest::rstest;
use serde_json::json;

use super::{RULES, Ran, Shell, exported};
use crate::harness::{
    databases::TestDatabase,
    process::Stage,
    world::{PLAIN_RULES, Which, fresh},
};

/// A shell whose database has rules and three events.
fn shell() -> Shell {
    let shell = Shell::with_app();
    shell.write("rules.yaml", RULES);
    shell.run(&["rules", "import", "rules.yaml", "--no-upload"]).done();
    let events: String = (1..4).map(|number| exported(number, "spring")).collect();
    shell.run_with_stdin(&["events", "import", "-"], &events).done();
    shell
}

#[test]
fn a_record_is_moved_with_two_commands() {
    let shell = shell();
    let place = shell.database();
    let file = shell.folder.path().join("copy.backup").display().to_string();
    let said = shell.run(&["backup", "copy.backup"]).done();
    assert!(
        said.starts_with(&format!("Backed up {place} to {file}: events 3, versions of the rules 1, ")),
        "{said}"
    );
    assert!(said.contains(&format!("`wecom-greeter restore {file}`")), "{said}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

    let into = |url: &str, arguments: &[&str]| {
        Ran::of(&shell.command(arguments).env("DATABASE_URL", url).output().unwrap())
    };
    let new = format!("sqlite://{}", shell.folder.path().join("new.db").display());
    let said = into(&new, &["restore", "copy.backup"]).done();
    assert!(said.starts_with("Restored copy.backup into "), "{said}");
    for arguments in [&["events", "export"][..], &["rules", "export"]] {
        assert_eq!(into(&new, arguments).done(), shell.run(arguments).done());
    }
    let again = into(&new, &["restore", "copy.backup"]).failed(1);
    assert!(
        again.contains("is not empty (rows: ruleset 1, event 3, ") && again.contains("DATABASE_URL"),
        "{again}"
    );
    let again = shell.run(&["backup", "copy.backup"]).failed(1);
    assert!(again.contains("is there already"), "{again}");
}

#[test]
fn programs_get_the_counts_of_every_table() {
    let shell = shell();
    let taken = shell.run(&["backup", "copy.backup", "--output", "json"]).documents().remove(0);
    assert_eq!((&taken["rows"]["event"], &taken["rows"]["ruleset"]), (&json!(3), &json!(1)));
    assert_eq!(taken["database"], shell.database());
    assert_eq!(taken["bytes"], fs::metadata(shell.folder.path().join("copy.backup")).unwrap().len());
    let new = format!("sqlite://{}", shell.folder.path().join("new.db").display());
    let mut command = shell.command(&["restore", "copy.backup", "--output", "json"]);
    let restored = Ran::of(&command.env("DATABASE_URL", new).output().unwrap()).documents().remove(0);
    assert_eq!((&restored["rows"], &restored["schema"]), (&taken["rows"], &taken["schema"]));
    assert_eq!(restored["from_schema"], taken["schema"]);
}

#[test]
fn a_file_that_is_no_backup_makes_no_database() {
    let shell = Shell::new();
    shell.write("rules.yaml", RULES);
    let said = shell.run(&["restore", "rules.yaml"]).failed(1);
    assert!(said.contains("rules.yaml is no backup"), "{said}");
    let said = shell.run(&["restore", "none.backup"]).failed(1);
    assert!(said.contains("there is no file none.backup"), "{said}");
    let said = shell.run(&["backup", "copy.backup"]).failed(1);
    assert!(said.contains("there is no database at"), "{said}");
    assert_eq!(fs::read_dir(shell.folder.path()).unwrap().count(), 1, "nothing was made");
}

/// A page that no command reads for weeks: `doctor` looks at all of them, and says what to do; a backup is not made of it.
#[test]
fn a_damaged_page_is_found_and_the_way_out_is_told() {
    let shell = shell();
    let file = shell.database();
    let mut bytes = fs::read(&file).unwrap();
    let page = 4_096;
    // The last page is one of an index or a table; the first ones hold the schema.
    let at = bytes.len() - page;
    bytes[at..at + 64].fill(0xff);
    fs::write(&file, bytes).unwrap();
    let ran = shell.run(&["doctor", "--output", "json"]);
    let checks: Vec<serde_json::Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let database = checks.iter().find(|check| check["check"] == "database").unwrap();
    assert_eq!((&database["status"], &database["code"]), (&json!("fail"), &json!("damaged")), "{database}");
    assert!(database["cure"].as_str().unwrap().contains("wecom-greeter restore"), "{database}");
    let said = shell.run(&["--lang", "zh", "doctor"]).stdout;
    assert!(said.contains("已损坏") && said.contains("`wecom-greeter restore 备份文件`"), "{said}");
}

#[rstest]
#[case(Which::Sqlite, Which::Postgres)]
#[case(Which::Postgres, Which::Sqlite)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_goes_on_where_another_kind_of_database_left_off(#[case] from: Which, #[case] to: Which) {
    let (Some(from), Some(to)) = (fresh(from).await, fresh(to).await) else { return };
    let (shell, url) = (Shell::new(), to.url.clone());
    let with = |database: &str, arguments: &[&str]| {
        Ran::of(&shell.command(arguments).env("DATABASE_URL", database).output().unwrap())
    };
    let stage = Stage::set(from, PLAIN_RULES).await;
    let server = stage.serve().await;
    stage.deliver_to(&server);
    stage.add_one().await;
    stage.settled().await;
    // While it serves.
    let early = with(&stage.database().url, &["backup", "early.backup", "--output", "json"]).documents();
    assert_eq!(early[0]["rows"]["event"], 1);
    let served = with(&stage.database().url, &["restore", "early.backup"]).failed(1);
    assert!(served.contains("servers run on the database"), "{served}");
    stage.add_one().await;
    stage.settled().await;
    assert_eq!(server.end().await.0, Some(0));
    let last = with(&stage.database().url, &["backup", "last.backup", "--output", "json"]).documents();
    assert_eq!(last[0]["rows"]["event"], 2);
    with(&url, &["restore", "last.backup"]).done();
    assert_eq!(
        with(&url, &["events", "export"]).done(),
        with(&stage.database().url, &["events", "export"]).done()
    );
    stage.end().await;
    let database: TestDatabase = to;
    let store = database.store().await;
    let audit = store.audit(None, 1).await.unwrap();
    assert_eq!((audit[0].act.as_str(), audit[0].target.as_str()), ("record_restored", "last.backup"));
    assert_eq!(store.active_rules().await.unwrap().map(|rules| rules.version), Some(1));
    store.close().await;
}
