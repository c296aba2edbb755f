//! What is around the process: a stderr that takes nothing, and a terminal that is closed.

use std::{
    io::{BufRead as _, BufReader, PipeReader, Write as _},
    process::{Command, Stdio},
    time::Duration,
};

use rstest::rstest;
use serde_json::Value;

use crate::{
    harness::{
        process::{Process, Stage},
        world::{PLAIN_RULES, Which, fresh},
    },
    http::http,
};

/// What is wrong with stderr.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Broken {
    FullDisk,
    DeadReader,
    NobodyReads,
}

impl Broken {
    /// Such a stderr, and what keeps it so.
    fn stderr(self) -> (Stdio, Option<PipeReader>) {
        if self == Self::FullDisk {
            return (std::fs::File::options().write(true).open("/dev/full").unwrap().into(), None);
        }
        let (reader, writer) = std::io::pipe().unwrap();
        if self == Self::DeadReader {
            return (writer.into(), None);
        }
        let mut filler = writer.try_clone().unwrap();
        // Hangs once the pipe is full, and ends with the reader.
        std::thread::spawn(move || while filler.write_all(&[b'x'; 8_192]).is_ok() {});
        (writer.into(), Some(reader))
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_cannot_be_written_stops_nothing(
    #[values(Broken::FullDisk, Broken::DeadReader, Broken::NobodyReads)] broken: Broken,
) {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let stage = Stage::set(database, PLAIN_RULES).await;
    let (stderr, reader) = broken.stderr();
    let server = Process::serve_unheard(&stage.config, stderr).await;
    stage.deliver_to(&server);
    let mut all = Vec::new();
    for _ in 0..20 {
        all.push(stage.add_one().await);
    }
    assert_eq!(stage.settled().await.len(), 20);
    for added in &all {
        let relation = stage.relation(added);
        assert_eq!((relation.welcomes.len(), relation.tags), (1, vec!["etPlain".to_owned()]));
    }
    let ask = async |path: &str| {
        let answer = http().get(format!("http://{}{path}", server.private)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert_eq!(ask("/healthz").await.0, 200);
    let (status, details) = ask("/readyz").await;
    let details: Value = serde_json::from_str(&details).unwrap();
    let dropped = details["log_lines_dropped"].as_u64().unwrap();
    assert_eq!(status, 200, "{details}");
    if reader.is_some() {
        assert_eq!((&details["log"], dropped), (&Value::from("written"), 0), "they wait in memory");
    } else {
        assert_eq!(details["log"], "drops lines");
        assert!(dropped >= 20, "{details}");
        assert!(!ask("/metrics").await.1.contains("greeter_log_lines_dropped_total 0"));
    }
    let (code, took) = server.end().await;
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(5), "{took:?}");
    drop(reader);
    stage.end().await;
}

/// Whoever runs the tests under `nohup` hands that down to what they start.
fn hangups_are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap().trim();
    u64::from_str_radix(mask, 16).unwrap() & 1 != 0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_terminal_ends_a_server_in_order() {
    if hangups_are_ignored() {
        return;
    }
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let stage = Stage::set(database, PLAIN_RULES).await;
    let server = stage.serve().await;
    stage.add_one().await;
    stage.settled().await;
    server.signal("HUP");
    let (code, _) = server.end_by("HUP").await;
    assert_eq!(code, Some(0), "a closed terminal may say so twice");
    stage.end().await;
}

#[test]
fn a_server_under_nohup_outlives_its_terminal_and_a_demo_leaves_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let program = env!("CARGO_BIN_EXE_wecom-greeter");
    let demo = |script: &str| {
        let mut child = Command::new("sh")
            .args(["-c", script, program])
            .env_clear()
            .env("TMPDIR", folder.path())
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        lines.find(|line| line.contains('1')).unwrap();
        // Goes on reading, or the demo would end for want of a reader.
        std::thread::spawn(move || lines.count());
        child
    };
    let signal = |name: &str, id: u32| {
        let sent = Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", name, &id.to_string()]).status();
        assert!(sent.unwrap().success());
    };
    let mut ignoring = demo("trap '' HUP; exec \"$0\" demo --customers 1 --keep");
    signal("HUP", ignoring.id());
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(ignoring.try_wait().unwrap(), None, "it goes on");
    signal("TERM", ignoring.id());
    assert_eq!(ignoring.wait().unwrap().code(), Some(0));
    if !hangups_are_ignored() {
        let mut other = demo("exec \"$0\" demo --customers 1 --keep");
        signal("HUP", other.id());
        assert_eq!(other.wait().unwrap().code(), Some(0));
    }
    let left: Vec<_> = folder.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.is_empty(), "{left:?}");
}
