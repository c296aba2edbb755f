//! The files of the rules on their way to customers: stored at import, uploaded ahead, renewed before they stop to
//! work, and never uploaded while a customer waits.

use std::{process::Command, sync::Arc, time::Duration};

use sha2::{Digest as _, Sha256};
use wecom_core::clock::{Clock, ManualClock};
use wecom_greeter::{
    action::{Kind, MediaKind},
    flow::{
        context::{self, open_store},
        engine::Engine,
        publish::ahead::{Ahead, ahead},
    },
    known::media::{RENEWED_AFTER, Uploader},
    rules::Media,
    shutdown::Shutdown,
    store::{Digest, Role, RulesetFile, RulesetImport, Store},
    telemetry::Metrics,
};
use wecom_simulator::{Fault, FaultKind, Options, Simulator};

use crate::harness::{
    databases::TestDatabase,
    world::{SEND, Which, World, action, codes, config_for, corp_with_tags, fresh, until},
};

const UPLOAD: &str = "media/upload";

/// Nine files, as many as a welcome takes.
const FILES: [(MediaKind, &str); 9] = [
    (MediaKind::Image, "assets/1.png"),
    (MediaKind::Image, "assets/2.png"),
    (MediaKind::Image, "assets/3.png"),
    (MediaKind::Video, "assets/4.mp4"),
    (MediaKind::Video, "assets/5.mp4"),
    (MediaKind::File, "assets/价目表.pdf"),
    (MediaKind::File, "assets/7.pdf"),
    (MediaKind::File, "assets/8.pdf"),
    (MediaKind::File, "assets/9.pdf"),
];

const TEXT_ONLY: &str = "rules: [ { name: everyone, welcome: { text: 您好! } } ]";

fn content(kind: MediaKind, path: &str) -> Vec<u8> {
    let start: &[u8] = match kind {
        MediaKind::Image => b"\x89PNG\r\n\x1a\n",
        MediaKind::Video => b"\0\0\0\x20ftypisom",
        MediaKind::File => b"%PDF-1.7",
    };
    [start, path.as_bytes()].concat()
}

/// Puts rules in force that name these files.
async fn import(store: &Store, rules: &str, files: &[(MediaKind, &str)], now_ms: i64) -> i64 {
    let files = keep(store, files).await;
    match store.import_rules_with(rules, &files, None, now_ms).await.unwrap() {
        RulesetImport::New { version } | RulesetImport::Unchanged { version } => version,
    }
}

/// Keeps the contents of files.
async fn keep(store: &Store, files: &[(MediaKind, &str)]) -> Vec<RulesetFile> {
    let mut kept = Vec::new();
    for (kind, path) in files {
        let bytes = content(*kind, path);
        let digest = Digest::new(Sha256::digest(&bytes).into());
        store.put_content(digest, &bytes).await.unwrap();
        let name = path.rsplit('/').next().unwrap().to_owned();
        kept.push(RulesetFile { kind: *kind, path: (*path).to_owned(), name, digest });
    }
    kept
}

/// A world on a clock of its own, whose rules name nine files that are uploaded.
async fn world(database: TestDatabase) -> (World, ManualClock) {
    let (clock, hand) = Clock::manual(Clock::system().now_ms());
    let world = World::begin(database, TEXT_ONLY, clock, |_| {}).await;
    let version = import(world.store(), TEXT_ONLY, &FILES, 0).await;
    assert_eq!(version, 2, "the same text with files is another version");
    take_up(&world, &hand, version).await;
    all_ids(&world.engine, &hand).await;
    (world, hand)
}

/// Lets time pass until a version is in use.
async fn take_up(world: &World, hand: &ManualClock, version: i64) {
    until("the version is taken up", async || {
        hand.advance(Duration::from_millis(500));
        (world.engine.rulebook.current().version() == version).then_some(())
    })
    .await;
}

/// The media ids of the version in use, in the order of [`FILES`].
fn ids(engine: &Engine) -> Vec<Option<String>> {
    let media = media(engine);
    FILES.iter().map(|(kind, path)| media.id_of(*kind, path).map(Into::into)).collect()
}

fn media(engine: &Engine) -> Arc<Media> {
    engine.apps.get("default").unwrap().media.ids(engine.rulebook.current().version())
}

/// Waits until every file has an id.
async fn all_ids(engine: &Engine, hand: &ManualClock) -> Vec<String> {
    until("every file has a media id", async || {
        hand.advance(Duration::from_millis(500));
        ids(engine).into_iter().collect::<Option<Vec<_>>>()
    })
    .await
}

fn uploads(wecom: &Simulator) -> usize {
    wecom.requests_of(UPLOAD).len()
}

/// The welcome of nine attachments with the ids that the files have now, and a link in place of the last.
async fn import_written_out(world: &World, hand: &ManualClock) -> i64 {
    let ids = ids(&world.engine);
    let attachments: Vec<_> = FILES
        .iter()
        .zip(&ids)
        .take(8)
        .map(|((kind, _), id)| format!("{{ {kind}: {{ media_id: '{}' }} }}", id.as_deref().unwrap()))
        .collect();
    let rules = format!(
        "rules: [ {{ name: everyone, welcome: {{ text: 您好!, attachments: [ {}, link: {{ title: t, url: 'https://example.com' }} ] }} }} ]",
        attachments.join(", ")
    );
    let version = import(world.store(), &rules, &FILES, 0).await;
    take_up(world, hand, version).await;
    version
}

#[rstest::rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn files_are_uploaded_once_and_renewed_before_their_three_days_are_over(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let (world, hand) = world(database).await;
    let first = all_ids(&world.engine, &hand).await;
    assert_eq!(uploads(&world.wecom), FILES.len());
    let types: Vec<_> = world.wecom.requests_of(UPLOAD).iter().map(|upload| upload.query.clone()).collect();
    let of_type =
        |kind: &str| types.iter().filter(|query| query.contains(&("type".into(), kind.into()))).count();
    assert_eq!((of_type("image"), of_type("video"), of_type("file")), (3, 2, 4));

    // A day and a half: nothing is due.
    hand.advance(Duration::from_hours(36));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!((all_ids(&world.engine, &hand).await, uploads(&world.wecom)), (first.clone(), FILES.len()));

    // Two days: all of them are renewed, and the old ids are in use until then.
    hand.advance(RENEWED_AFTER.saturating_sub(Duration::from_hours(36)));
    let renewed = until("every id is another one", async || {
        hand.advance(Duration::from_millis(500));
        let ids: Vec<String> =
            ids(&world.engine).into_iter().map(|id| id.expect("never without one")).collect();
        ids.iter().zip(&first).all(|(id, first)| id != first).then_some(ids)
    })
    .await;
    assert_eq!(uploads(&world.wecom), 2 * FILES.len());

    // After three days and more the renewed ones still work, and a welcome goes out with them.
    hand.advance(Duration::from_hours(30));
    assert_eq!(all_ids(&world.engine, &hand).await, renewed);
    import_written_out(&world, &hand).await;
    world.wecom.clear_requests();
    let added = world.add_one().await;
    let events = world.settled().await;
    assert_eq!(codes(action(&events[0], Kind::Welcome)), [Some(0)]);
    let [sent] = &world.relation(&added).welcomes[..] else { panic!("one welcome") };
    assert_eq!(sent.message["attachments"].as_array().unwrap().len(), 9);
    assert_eq!(sent.message["attachments"][0]["image"]["media_id"], *renewed[0]);
    assert_eq!(uploads(&world.wecom), 0, "nothing is uploaded while a customer waits");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_that_could_not_be_renewed_are_not_used_past_their_three_days() {
    let (world, hand) = world(TestDatabase::sqlite()).await;
    world.wecom.add_fault(Fault::lasting(UPLOAD, FaultKind::Errcode { code: 45009, message: None })).unwrap();
    hand.advance(Duration::from_hours(71));
    assert!(ids(&world.engine).iter().all(Option::is_some), "they still work");
    hand.advance(Duration::from_hours(1));
    assert!(ids(&world.engine).iter().all(Option::is_none), "at this very moment, not when somebody looks");
    world.wecom.clear_faults();
    hand.advance(Duration::from_hours(1));
    all_ids(&world.engine, &hand).await;
    world.end().await;
}

#[rstest::rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_id_costs_the_welcome_its_media_only_and_is_renewed_at_once(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let (world, hand) = world(database).await;
    let before = all_ids(&world.engine, &hand).await;
    let version = import_written_out(&world, &hand).await;
    world.wecom.clear_requests();
    world.wecom.add_fault(Fault::new(SEND, 1, FaultKind::Errcode { code: 40007, message: None })).unwrap();
    let added = world.add_one().await;
    let events = world.settled().await;
    let welcome = action(&events[0], Kind::Welcome);
    assert_eq!(codes(welcome), [Some(40007), Some(0)]);
    let [sent] = &world.relation(&added).welcomes[..] else { panic!("one welcome") };
    assert_eq!(sent.text(), "您好!");
    let attachments = sent.message["attachments"].as_array().unwrap();
    assert_eq!(attachments.iter().map(|one| &one["msgtype"]).collect::<Vec<_>>(), ["link"], "links stay");

    // The eight that were sent are renewed, and the ninth is not.
    let after = until("what was refused is renewed", async || {
        hand.advance(Duration::from_millis(500));
        let ids = ids(&world.engine).into_iter().collect::<Option<Vec<_>>>()?;
        (ids[..8].iter().zip(&before).all(|(id, before)| id != before)).then_some(ids)
    })
    .await;
    assert_eq!(after[8], before[8]);
    assert_eq!(uploads(&world.wecom), 8);

    // Refused again within the hour, the new ones are believed: another id must be to blame.
    assert!(world.store().rule_flags(version).await.unwrap().is_empty(), "the rule is as good as it was");
    let version = import_written_out(&world, &hand).await;
    world.wecom.add_fault(Fault::new(SEND, 1, FaultKind::Errcode { code: 40007, message: None })).unwrap();
    world.add_one().await;
    world.settled().await;
    let flags = world.store().rule_flags(version).await.unwrap();
    assert!(flags[0].reason.contains("name the file instead"), "{flags:?}");
    hand.advance(Duration::from_secs(5));
    assert_eq!((all_ids(&world.engine, &hand).await, uploads(&world.wecom)), (after, 8));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_import_uploads_is_there_in_the_moment_the_version_is() {
    let (clock, hand) = Clock::manual(Clock::system().now_ms());
    let world = World::begin(TestDatabase::sqlite(), TEXT_ONLY, clock.clone(), |_| {}).await;
    let store = world.store();
    let files = keep(store, &FILES).await;
    let done = upload_ahead(&world, &clock, &files).await;
    assert_eq!(done, Ahead { ready: FILES.len(), waiting: Vec::new() });
    store.import_rules_with(TEXT_ONLY, &files, None, 0).await.unwrap();
    until("version 2 is taken up", async || {
        hand.advance(Duration::from_millis(50));
        // The version first, as whoever plans does.
        let version = world.engine.rulebook.current().version();
        let complete = ids(&world.engine).iter().all(Option::is_some);
        assert!(version == 1 || complete, "never the rules without their pictures");
        (version == 2).then_some(())
    })
    .await;
    assert_eq!(uploads(&world.wecom), FILES.len());
    // Imported again, or with another text: the same contents have their ids already.
    let again = upload_ahead(&world, &clock, &files).await;
    assert_eq!((again.ready, uploads(&world.wecom)), (FILES.len(), FILES.len()));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_goes_on_where_wecom_does_not_and_says_why() {
    let (clock, _hand) = Clock::manual(Clock::system().now_ms());
    let world = World::begin(TestDatabase::sqlite(), TEXT_ONLY, clock.clone(), |_| {}).await;
    let files = keep(world.store(), &FILES[..2]).await;
    world.wecom.add_fault(Fault::lasting(UPLOAD, FaultKind::Errcode { code: 45009, message: None })).unwrap();
    let done = upload_ahead(&world, &clock, &files).await;
    assert_eq!((done.ready, done.waiting.len()), (0, 2));
    assert!(done.waiting[0].why.contains("frequency"), "{done:?}");
    world.end().await;
}

async fn upload_ahead(world: &World, clock: &Clock, files: &[RulesetFile]) -> Ahead {
    let store = world.store();
    let me = store.enroll(Role::Command, clock.now_ms()).await.unwrap().process;
    let shutdown = Shutdown::new();
    let clients = context::clients(&world.config, clock, &shutdown).unwrap();
    let apps = clients.into_iter().map(|(app, client)| (app.name.clone(), app.corp_id.clone(), client));
    let uploader = Uploader::new(store.clone(), clock.clone(), Arc::new(Metrics::new()), me, apps);
    ahead(&uploader, files, Duration::from_secs(30)).await.unwrap()
}

#[rstest::rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn two_processes_upload_once_and_a_third_that_starts_later_not_at_all(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let corp = corp_with_tags(TEXT_ONLY);
    let clock = Clock::system();
    let options = Options { corp: corp.clone(), ..Options::default() };
    let wecom = Simulator::start(options, clock.clone(), 7).await.unwrap();
    // So slow that both are at it together.
    wecom.add_fault(Fault::lasting(UPLOAD, FaultKind::Delay(Duration::from_millis(100)))).unwrap();
    let config = config_for(&corp, &wecom.api_base(), &database.url);
    let store = open_store(&config.database).await.unwrap();
    import(&store, TEXT_ONLY, &FILES, 0).await;
    let start = async || {
        let engine = Engine::start(&config, Role::Serve, clock.clone()).await.unwrap();
        engine.serve();
        engine
    };
    let (one, two) = tokio::join!(start(), start());
    for engine in [&one, &two] {
        until("both know every id", async || ids(engine).iter().all(Option::is_some).then_some(())).await;
    }
    assert_eq!((ids(&one), uploads(&wecom)), (ids(&two), FILES.len()));
    let third = start().await;
    assert_eq!(ids(&third), ids(&one), "from its first moment on");
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(uploads(&wecom), FILES.len());
    for engine in [one, two, third] {
        engine.finish(Duration::from_secs(5)).await;
    }
    store.close().await;
    wecom.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_writes_the_files_out_and_nothing_outside_of_its_folder() {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    import(&store, TEXT_ONLY, &FILES, 0).await;
    import(&store, "rules: []", &[(MediaKind::File, "../outside.pdf")], 0).await;
    store.close().await;
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let export = |version: &str| {
        Command::new(env!("CARGO_BIN_EXE_wecom-greeter"))
            .args(["rules", "export", "--version", version, "--files"])
            .arg(&out)
            .current_dir(folder.path())
            .env_clear()
            .env("DATABASE_URL", &database.url)
            .output()
            .unwrap()
    };
    let exported = export("1");
    assert!(exported.status.success(), "{exported:?}");
    assert_eq!(String::from_utf8(exported.stdout).unwrap(), TEXT_ONLY);
    for (kind, path) in FILES {
        assert_eq!(std::fs::read(out.join(path)).unwrap(), content(kind, path), "{path}");
    }
    let refused = export("2");
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("leads out of the folder"));
    assert!(!folder.path().join("outside.pdf").exists());
}
