//! `contact` and files of this machine: what is no file, and who may read what has come.

use serde_json::json;

use super::contact::Desk;
use crate::harness::scripted::Reply;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_sent_is_named() {
    let desk = Desk::with(|_| Reply::ok()).await;
    let printed = desk.contact("media-upload", &["--type", "file", "no-such.pdf"]).await.failed(1);
    assert!(printed.contains("no-such.pdf: No such file"), "{printed}");
    let printed = desk.contact("media-upload", &["--type", "file", "."]).await.failed(1);
    assert!(printed.contains(".: it is no regular file"), "{printed}");
    assert!(desk.server.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_may_be_named_in_the_object_as_well() {
    let desk = Desk::with(|_| Reply::ok()).await;
    desk.write("spring.png", b"\x89PNG\r\n\x1a\n and so on");
    desk.contact("media-upload", &["--json", r#"{"type": "image", "media": "spring.png", "new": 1}"#])
        .await
        .done();
    let sent = desk.calls().pop().unwrap();
    let query: Vec<_> = sent.query[1..].iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(query, ["type=image", "new=1"], "the place of the file on this machine is nobody's");
    assert!(sent.body.contains("filename=\"spring.png\""));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_pipe_is_refused_instead_of_being_waited_for() {
    let desk = Desk::with(|_| Reply::ok()).await;
    let pipe = desk.shell.folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let upload = desk.contact("media-upload", &["--type", "file", "pipe"]);
    let printed = tokio::time::timeout(std::time::Duration::from_secs(20), upload).await;
    // Whoever waits for a writer is let go, so that a failure ends as well.
    if printed.is_err() {
        std::fs::write(&pipe, b"").unwrap();
    }
    let printed = printed.expect("it does not wait").failed(1);
    assert!(printed.contains("pipe: it is no regular file"), "{printed}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn what_comes_may_be_read_by_whom_it_was_meant_for() {
    use std::{fs, os::unix::fs::PermissionsExt as _};
    let desk = Desk::with(|_| Reply::File("content-type: image/png\r\n".into(), "picture".into())).await;
    let mode =
        |name: &str| fs::metadata(desk.shell.folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    // What any program makes has this mode under the umask of the test.
    desk.write("ordinary", b"");
    desk.contact("media-get", &["--media-id", "m", "--to", "a.png"]).await.done();
    assert_eq!(mode("a.png"), mode("ordinary"));
    for before in [0o640, 0o604, 0o444, 0o600] {
        fs::set_permissions(desk.shell.folder.path().join("a.png"), fs::Permissions::from_mode(before))
            .unwrap();
        let printed = desk
            .contact("media-get", &["--media-id", "m", "--to", "a.png", "--overwrite", "--output", "json"])
            .await
            .documents();
        assert_eq!((&printed[0]["bytes"], mode("a.png")), (&json!(7), before));
    }
}
