//! Pictures, films and papers that rules name, from the file beside them to the customer: `rules import` as it is run,
//! a server that has them ready, and welcomes that never wait for an upload.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use rstest::rstest;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use tempfile::TempDir;
use wecom_core::clock::{Clock, ManualClock};
use wecom_greeter::{action::Kind, config::Config, known::media::RENEWED_AFTER};
use wecom_simulator::{Added, Fault, FaultKind, Relation};

use crate::harness::{
    databases::TestDatabase,
    world::{SEND, Which, World, action, codes, fresh, until},
};

const UPLOAD: &str = "media/upload";

/// One red dot.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";

/// One white dot.
const JPG: &str = "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxD/2Q==";

/// A film of no length.
const MP4: &str = "AAAAHGZ0eXBpc29tAAACAGlzb21pc28ybXA0MQAAAHRtb292AAAAbG12aGQAAAAAAAAAAAAAAAAAAAPoAAAAAAABAAABAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB";

/// An empty page.
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
    2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// Every kind of attachment, as many as a welcome takes. The picture of the cover is sent as a picture as well, the
/// price list under two names.
const RULES: &str = "
rules:
  - name: everyone
    welcome:
      text: '{{ event.user_id }}:您好!'
      attachments:
        - image: { file: assets/dot.png }
        - image: { file: assets/封面.jpg }
        - link: { title: 活动, url: 'https://example.com/spring' }
        - miniprogram: { title: 商城, app_id: wx8bd80126147df384, page: /index, cover: { file: assets/封面.jpg } }
        - video: { file: assets/hello.mp4 }
        - video: { file: assets/again.mp4 }
        - file: { file: assets/price.pdf }
        - file: { file: assets/价目表.pdf }
        - file: { file: assets/dot.png }
";

/// How many uploads they are for one corp.
const UPLOADS: usize = 7;

const NO_FILES: &str = "rules: [ { name: everyone, welcome: { text: 您好! } } ]";

/// A folder with the rules and what they name.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let decoded = |text: &str| BASE64.decode(text).unwrap();
    fs::create_dir(folder.path().join("assets")).unwrap();
    for (path, bytes) in [
        ("shop.yaml", RULES.as_bytes().to_vec()),
        ("assets/dot.png", decoded(PNG)),
        ("assets/封面.jpg", decoded(JPG)),
        ("assets/hello.mp4", decoded(MP4)),
        ("assets/again.mp4", decoded(MP4)),
        ("assets/price.pdf", PDF.to_vec()),
        ("assets/价目表.pdf", PDF.to_vec()),
    ] {
        fs::write(folder.path().join(path), bytes).unwrap();
    }
    folder
}

/// Runs the program with these settings, as somebody at a shell would.
async fn greeter(folder: &Path, config: &Config, arguments: &[&str]) -> Output {
    let app = &config.apps[0];
    let mut command = Command::new(env!("CARGO_BIN_EXE_wecom-greeter"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("DATABASE_URL", config.database.url.expose_secret())
        .env("WECOM_API_BASE", &config.wecom.api_base)
        .env("WECOM_CORP_ID", &app.corp_id)
        .env("WECOM_SECRET", app.secret.expose_secret())
        .env("WECOM_TOKEN", app.token.expose_secret())
        .env("WECOM_ENCODING_AES_KEY", app.encoding_aes_key.expose_secret());
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

/// Imports the rules; what was said about it.
async fn import(folder: &Path, config: &Config, more: &[&str]) -> String {
    let arguments: Vec<&str> = ["rules", "import", "shop.yaml"].iter().chain(more).copied().collect();
    let ran = greeter(folder, config, &arguments).await;
    let (out, err) = (String::from_utf8(ran.stdout).unwrap(), String::from_utf8(ran.stderr).unwrap());
    assert!(ran.status.success(), "{out}{err}");
    assert!(out.contains("Version 2 with 1 rule is in force in "), "{out}");
    err
}

async fn world(database: TestDatabase) -> (World, ManualClock) {
    let (clock, hand) = Clock::manual(Clock::system().now_ms());
    (World::begin(database, NO_FILES, clock, |_| {}).await, hand)
}

/// Waits until a version is in use and none of its files is without an id.
async fn ready(world: &World, hand: &ManualClock, version: i64) {
    until("the files have their ids", async || {
        hand.advance(Duration::from_millis(500));
        let is_in_use = world.engine.rulebook.current().version() == version;
        (is_in_use && ids(world).await.len() == UPLOADS).then_some(())
    })
    .await;
}

/// The media ids of the version in use.
async fn ids(world: &World) -> Vec<String> {
    let version = world.engine.rulebook.current().version();
    let media = world.engine.apps.get("default").unwrap().media.ids(version);
    let files = world.store().ruleset_files(version).await.unwrap();
    files.iter().filter_map(|file| media.id_of(file.kind, &file.path)).map(Into::into).collect()
}

fn uploads(world: &World) -> usize {
    world.wecom.requests_of(UPLOAD).len()
}

/// Each attachment of a customer's welcome: its kind, and the id that it is sent by.
fn attachments(relation: &Relation) -> Vec<(String, String)> {
    let [sent] = &relation.welcomes[..] else { panic!("one welcome: {}", relation.welcomes.len()) };
    assert_eq!(sent.text(), "zhangsan:您好!");
    let Some(all) = sent.message["attachments"].as_array() else { return Vec::new() };
    let id =
        |of: &Value| of["media_id"].as_str().or(of["pic_media_id"].as_str()).unwrap_or_default().to_owned();
    all.iter()
        .map(|one| {
            let kind = one["msgtype"].as_str().unwrap();
            (kind.to_owned(), id(&one[kind]))
        })
        .collect()
}

fn kinds(attachments: &[(String, String)]) -> Vec<&str> {
    attachments.iter().map(|(kind, _)| kind.as_str()).collect()
}

const ALL: [&str; 9] = ["image", "image", "link", "miniprogram", "video", "video", "file", "file", "file"];

/// A customer comes: greeted at the first try, with all nine, and nothing was uploaded meanwhile.
async fn greeted_with_all(world: &World) -> Vec<(String, String)> {
    let before = uploads(world);
    let added = world.add_one().await;
    let events = world.settled().await;
    assert_eq!(codes(action(&events[0], Kind::Welcome)), [Some(0)]);
    assert_eq!(uploads(world), before, "nothing is uploaded while a customer waits");
    let sent = attachments(&world.relation(&added));
    assert_eq!(kinds(&sent), ALL);
    assert!(sent.iter().all(|(kind, id)| (kind == "link") == id.is_empty()), "{sent:?}");
    assert_eq!(sent[1].1, sent[3].1, "the cover is that picture");
    sent
}

#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn what_rules_name_is_sent_for_ever_after_by_ids_that_work(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let (world, hand) = world(database).await;
    let folder = folder();
    assert_eq!(import(folder.path(), &world.config, &[]).await, "");
    assert_eq!(uploads(&world), UPLOADS, "uploaded before it was in force");
    ready(&world, &hand, 2).await;
    let first = greeted_with_all(&world).await;
    assert_eq!(uploads(&world), UPLOADS, "not uploaded again by the server");

    // WeCom forgets them after three days; they have been renewed by then.
    let in_use = ids(&world).await;
    hand.advance(RENEWED_AFTER);
    until("every id is another", async || {
        hand.advance(Duration::from_millis(500));
        let now = ids(&world).await;
        (now.len() == UPLOADS && now.iter().all(|id| !in_use.contains(id))).then_some(())
    })
    .await;
    hand.advance(Duration::from_hours(30));
    let renewed = greeted_with_all(&world).await;
    assert!(renewed.iter().all(|(kind, id)| kind == "link" || !first.iter().any(|(_, old)| old == id)));

    // An id that WeCom does not take after all: the customer gets what carries none, at once.
    let in_use = ids(&world).await;
    world.wecom.add_fault(Fault::new(SEND, 1, FaultKind::Errcode { code: 40007, message: None })).unwrap();
    let added = world.add_one().await;
    let events = world.settled().await;
    assert_eq!(codes(action(&events[0], Kind::Welcome)), [Some(40007), Some(0)]);
    assert_eq!(kinds(&attachments(&world.relation(&added))), ["link"]);
    let reason = action(&events[0], Kind::Welcome).reason.as_deref().unwrap();
    assert!(reason.contains("whose media ids WeCom refused"), "{reason}");
    until("what was refused is renewed", async || {
        hand.advance(Duration::from_millis(500));
        let now = ids(&world).await;
        (now.len() == UPLOADS && now.iter().all(|id| !in_use.contains(id))).then_some(())
    })
    .await;
    assert!(world.store().rule_flags(2).await.unwrap().is_empty(), "nothing is wrong with the rule any more");
    greeted_with_all(&world).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_to_call_nobody_leaves_the_uploads_to_the_server() {
    let (world, hand) = world(TestDatabase::sqlite()).await;
    let folder = folder();
    let said = import(folder.path(), &world.config, &["--no-upload"]).await;
    assert_eq!(said, "note: its 7 files are uploaded by the running servers\n");
    ready(&world, &hand, 2).await;
    greeted_with_all(&world).await;
    assert_eq!(uploads(&world), UPLOADS);
    world.end().await;
}

/// The text of the rules is the same, and so are the names; what is behind one of them is not.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn another_picture_under_the_same_name_is_another_version_and_there_is_a_way_back(
    #[case] which: Which,
) {
    let Some(database) = fresh(which).await else { return };
    let (world, hand) = world(database).await;
    let folder = folder();
    import(folder.path(), &world.config, &[]).await;
    ready(&world, &hand, 2).await;
    let first = greeted_with_all(&world).await;
    let run = async |arguments: &[&str]| {
        let ran = greeter(folder.path(), &world.config, arguments).await;
        assert!(ran.status.success(), "{ran:?}");
        String::from_utf8(ran.stdout).unwrap()
    };
    let same = run(&["rules", "import", "shop.yaml"]).await;
    assert!(same.contains("Version 2 is in force already"), "{same}");

    let white = BASE64.decode(JPG).unwrap();
    fs::write(folder.path().join("assets/dot.png"), white).unwrap();
    let other = run(&["rules", "import", "shop.yaml"]).await;
    assert!(other.contains("Version 3 "), "{other}");
    assert_eq!(uploads(&world), UPLOADS + 2, "the picture, and the same as a file");
    ready(&world, &hand, 3).await;
    let second = greeted_with_all(&world).await;
    let differ: Vec<usize> = (0..9).filter(|n| first[*n] != second[*n]).collect();
    assert_eq!(differ, [0, 8]);

    let back = run(&["rules", "rollback", "2"]).await;
    assert!(back.contains('4'), "{back}");
    ready(&world, &hand, 4).await;
    assert_eq!(greeted_with_all(&world).await, first);
    assert_eq!(uploads(&world), UPLOADS + 2, "its ids still work");
    world.end().await;
}

/// The rules count at once; until their files can be uploaded welcomes go out without them, never with a path for an id.
#[tokio::test(flavor = "multi_thread")]
async fn while_wecom_is_away_rules_are_imported_and_welcomes_go_without_their_files() {
    let (world, hand) = world(TestDatabase::sqlite()).await;
    let folder = folder();
    world
        .wecom
        .add_fault(Fault::lasting(UPLOAD, FaultKind::Http { status: 502, body: String::new() }))
        .unwrap();
    let mut away = world.config.clone();
    away.wecom.api_base = "http://127.0.0.1:9".into();
    let said = import(folder.path(), &away, &[]).await;
    assert_eq!(said.matches("is not uploaded yet for corp").count(), UPLOADS, "{said}");
    assert!(said.contains("running servers go on trying"), "{said}");
    until("the version is taken up", async || {
        hand.advance(Duration::from_millis(500));
        (world.engine.rulebook.current().version() == 2).then_some(())
    })
    .await;
    let added: Added = world.add_one().await;
    let events = world.settled().await;
    let welcome = action(&events[0], Kind::Welcome);
    assert_eq!((welcome.status.as_str(), codes(welcome)), ("done", vec![Some(0)]));
    assert_eq!(kinds(&attachments(&world.relation(&added))), ["link"]);
    let left_out = welcome.request.as_ref().unwrap()["left_out"].as_array().unwrap();
    assert_eq!(left_out.len(), 6, "each path once: {left_out:?}");
    assert!(left_out.contains(&"assets/封面.jpg".into()), "{left_out:?}");
    let asked: String = world.wecom.requests_of(SEND).iter().map(|sent| sent.body.as_str()).collect();
    assert!(!asked.contains("assets/") && !asked.contains("left_out"), "{asked}");

    world.wecom.clear_faults();
    hand.advance(Duration::from_hours(1));
    ready(&world, &hand, 2).await;
    greeted_with_all(&world).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_what_its_name_says_and_one_that_is_not_there_are_refused_with_their_lines() {
    let (world, _hand) = world(TestDatabase::sqlite()).await;
    let folder = folder();
    fs::write(folder.path().join("assets/dot.png"), "no picture at all").unwrap();
    fs::remove_file(folder.path().join("assets/again.mp4")).unwrap();
    for (command, ends) in [("check", ""), ("import", "error: nothing was imported\n")] {
        let ran = greeter(folder.path(), &world.config, &["rules", command, "shop.yaml"]).await;
        assert_eq!(ran.status.code(), Some(1), "{ran:?}");
        let out = String::from_utf8(ran.stdout).unwrap();
        let faults: Vec<&str> = out.lines().collect();
        let [fake, missing] = faults.as_slice() else { panic!("two faults: {out}") };
        assert!(fake.starts_with("shop.yaml:7:"), "{fake}");
        assert!(
            fake.contains("`assets/dot.png` of the rule `everyone` begins like no JPG or PNG file"),
            "{fake}"
        );
        assert!(missing.starts_with("shop.yaml:12:") && missing.contains("`assets/again.mp4`"), "{missing}");
        assert!(missing.contains("is not there; put it at"), "{missing}");
        assert_eq!(String::from_utf8(ran.stderr).unwrap(), ends);
    }
    assert_eq!(uploads(&world), 0);
    assert_eq!(world.engine.store.ruleset_files(2).await.unwrap(), []);
    world.add_one().await;
    world.settled().await;
    world.end().await;
}
