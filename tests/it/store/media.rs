//! Files of the rules in the record, and the leases of their uploads.

use sha2::{Digest as _, Sha256};
use wecom_greeter::{
    action::MediaKind,
    store::{Digest, MediaKey, RuleFlag, RulesetFile, RulesetImport},
};

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(
    contents_are_kept_once_and_come_back_whole,
    versions_have_their_own_files_and_share_contents,
    the_same_document_with_another_picture_is_another_version,
    an_upload_is_given_to_one_of_many,
    the_lease_of_a_silent_process_is_void_and_its_late_word_changes_nothing,
    a_failure_leaves_the_id_and_is_tried_again_when_due,
    a_refused_id_is_taken_out_once_an_hour,
    a_new_id_takes_back_what_was_wrong_with_the_rules,
);

const HOUR_MS: i64 = 3_600_000;

fn digest(content: &[u8]) -> Digest {
    Digest::new(Sha256::digest(content).into())
}

fn file(kind: MediaKind, path: &str, content: &[u8]) -> RulesetFile {
    RulesetFile { kind, path: path.into(), name: path.into(), digest: digest(content) }
}

async fn import(store: &Store, document: &str, files: &[RulesetFile]) -> RulesetImport {
    store.import_rules_with(document, files, None, T0).await.unwrap()
}

/// Version 1 with one picture, wanted for corp `ww1`.
async fn with_a_picture(database: &TestDatabase) -> (Store, MediaKey) {
    let store = database.store().await;
    let picture = file(MediaKind::Image, "a.png", b"picture");
    store.put_content(picture.digest, b"picture").await.unwrap();
    import(&store, "rules: []", std::slice::from_ref(&picture)).await;
    let key = MediaKey::new("ww1", &picture);
    store.want_media(std::slice::from_ref(&key), T0).await.unwrap();
    (store, key)
}

async fn contents_are_kept_once_and_come_back_whole(database: TestDatabase) {
    let store = database.store().await;
    let large: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    let (of_large, of_other) = (digest(&large), digest(b"other"));
    assert!(!store.has_content(of_large).await.unwrap());
    for _ in 0..2 {
        store.put_content(of_large, &large).await.unwrap();
    }
    assert!(store.has_content(of_large).await.unwrap() && !store.has_content(of_other).await.unwrap());
    assert!(store.content(of_large).await.unwrap().unwrap() == large);
    assert_eq!(store.content(of_other).await.unwrap(), None);
    let unkept = [file(MediaKind::Image, "a.png", b"other")];
    let refused = store.import_rules_with("rules: []", &unkept, None, T0).await;
    assert!(refused.is_err(), "a version must not name what is not there");
    assert_eq!(store.active_version().await.unwrap(), None);
}

async fn versions_have_their_own_files_and_share_contents(database: TestDatabase) {
    let store = database.store().await;
    for content in [&b"one"[..], b"two"] {
        store.put_content(digest(content), content).await.unwrap();
    }
    let first = vec![file(MediaKind::File, "a.pdf", b"one"), file(MediaKind::Image, "a.pdf", b"one")];
    let second = vec![file(MediaKind::File, "a.pdf", b"two"), file(MediaKind::File, "b.pdf", b"one")];
    import(&store, "first", &first).await;
    import(&store, "second", &second).await;
    assert_eq!(store.ruleset_files(1).await.unwrap(), first);
    assert_eq!(store.ruleset_files(2).await.unwrap(), second);
    assert_eq!(store.ruleset_files(3).await.unwrap(), []);

    // Only what the version names is looked after, for every corp that wants it.
    let keys = ["ww1", "ww2"].map(|corp| MediaKey::new(corp, &second[0]));
    store.want_media(&keys, T0).await.unwrap();
    store.want_media(&keys, T0 + 5).await.unwrap();
    assert_eq!(store.media_of(1, T0).await.unwrap(), []);
    let wanted = store.media_of(2, T0).await.unwrap();
    assert_eq!(wanted.iter().map(|record| record.key.clone()).collect::<Vec<_>>(), keys);
    assert!(wanted.iter().all(|record| record.uploaded.is_none() && record.due_ms == T0 && !record.held));
}

async fn the_same_document_with_another_picture_is_another_version(database: TestDatabase) {
    let store = database.store().await;
    for content in [&b"old"[..], b"new"] {
        store.put_content(digest(content), content).await.unwrap();
    }
    let (old, new) = ([file(MediaKind::Image, "a.png", b"old")], [file(MediaKind::Image, "a.png", b"new")]);
    assert_eq!(import(&store, "same", &old).await, RulesetImport::New { version: 1 });
    assert_eq!(import(&store, "same", &old).await, RulesetImport::Unchanged { version: 1 });
    assert_eq!(import(&store, "same", &new).await, RulesetImport::New { version: 2 });
    assert_eq!(import(&store, "same", &[]).await, RulesetImport::New { version: 3 });
}

async fn an_upload_is_given_to_one_of_many(database: TestDatabase) {
    let (store, key) = with_a_picture(&database).await;
    let claims = at_once(8, |_| {
        let (store, key) = (store.clone(), key.clone());
        async move {
            let me = store.enroll(Role::Command, T0).await.unwrap().process;
            store.claim_media(&key, me, T0).await.unwrap()
        }
    })
    .await;
    let [lease] = claims.into_iter().flatten().collect::<Vec<_>>().try_into().unwrap();
    assert!(store.media_of(1, T0).await.unwrap()[0].held);
    assert!(store.media_uploaded(&lease, "MEDIA", T0, T0 + 48 * HOUR_MS).await.unwrap());
    let [record] = store.media_of(1, T0).await.unwrap().try_into().unwrap();
    assert_eq!(
        (record.uploaded, record.due_ms, record.held),
        (Some(("MEDIA".into(), T0)), T0 + 48 * HOUR_MS, false)
    );
    let me = serve(&store).await;
    assert_eq!(store.claim_media(&key, me, T0 + 48 * HOUR_MS - 1).await.unwrap(), None, "not due yet");
    assert!(store.claim_media(&key, me, T0 + 48 * HOUR_MS).await.unwrap().is_some());
}

async fn the_lease_of_a_silent_process_is_void_and_its_late_word_changes_nothing(database: TestDatabase) {
    let (store, key) = with_a_picture(&database).await;
    let dead = store.enroll(Role::Command, T0).await.unwrap().process;
    let lost = store.claim_media(&key, dead, T0).await.unwrap().unwrap();
    let later = T0 + 5_000;
    let alive = store.enroll(Role::Command, later).await.unwrap().process;
    let lease = store.claim_media(&key, alive, later).await.unwrap().expect("its holder is silent");
    assert!(!store.media_uploaded(&lost, "LATE", later, later).await.unwrap());
    assert!(!store.media_failed(&lost, "late", later).await.unwrap());
    assert!(store.media_uploaded(&lease, "MEDIA", later, later + HOUR_MS).await.unwrap());
    assert_eq!(store.media_of(1, later).await.unwrap()[0].uploaded, Some(("MEDIA".into(), later)));

    // Alive, and at it for longer than any upload takes: void as well.
    let hung = store.claim_media(&key, alive, later + HOUR_MS).await.unwrap();
    assert!(hung.is_some());
    let much_later = later + HOUR_MS + 90_001;
    store.heartbeat(alive, much_later).await.unwrap();
    assert!(store.claim_media(&key, alive, much_later).await.unwrap().is_some());
}

async fn a_failure_leaves_the_id_and_is_tried_again_when_due(database: TestDatabase) {
    let (store, key) = with_a_picture(&database).await;
    let me = serve(&store).await;
    let lease = store.claim_media(&key, me, T0).await.unwrap().unwrap();
    store.media_uploaded(&lease, "MEDIA", T0, T0).await.unwrap();
    for (failures, at_ms) in [(0, T0), (1, T0 + 1_000)] {
        let lease = store.claim_media(&key, me, at_ms).await.unwrap().unwrap();
        assert_eq!(lease.failures, failures);
        assert!(store.media_failed(&lease, "WeCom is away", at_ms + 1_000).await.unwrap());
    }
    let [record] = store.media_of(1, T0).await.unwrap().try_into().unwrap();
    assert_eq!((record.failures, record.error.as_deref()), (2, Some("WeCom is away")));
    assert_eq!((record.uploaded, record.due_ms), (Some(("MEDIA".into(), T0)), T0 + 2_000));
    assert_eq!(store.claim_media(&key, me, T0 + 1_999).await.unwrap(), None);
    let lease = store.claim_media(&key, me, T0 + 2_000).await.unwrap().unwrap();
    store.media_uploaded(&lease, "AGAIN", T0 + 2_000, T0 + HOUR_MS).await.unwrap();
    let [record] = store.media_of(1, T0).await.unwrap().try_into().unwrap();
    assert_eq!((record.failures, record.error), (0, None));
}

async fn a_refused_id_is_taken_out_once_an_hour(database: TestDatabase) {
    let (store, key) = with_a_picture(&database).await;
    let upload = async |media_id: &str, at_ms: i64| {
        let me = store.enroll(Role::Command, at_ms).await.unwrap().process;
        let lease = store.claim_media(&key, me, at_ms).await.unwrap().expect("it is due");
        assert!(store.media_uploaded(&lease, media_id, at_ms, at_ms + 48 * HOUR_MS).await.unwrap());
    };
    let refuse = async |media_id: &str, at_ms: i64| {
        let ids = ["ofSomebodyElse".to_owned(), media_id.to_owned()];
        store.refuse_media("ww1", &ids, at_ms).await.unwrap()
    };
    upload("FIRST", T0).await;
    assert_eq!(store.refuse_media("ww2", &["FIRST".to_owned()], T0).await.unwrap(), 0, "another corp's");
    assert_eq!(refuse("FIRST", T0).await, 1);
    let [record] = store.media_of(1, T0).await.unwrap().try_into().unwrap();
    assert_eq!((record.uploaded, record.due_ms), (None, T0));
    upload("SECOND", T0).await;
    assert_eq!(refuse("SECOND", T0 + HOUR_MS - 1).await, 0, "its successor is believed for an hour");
    assert!(store.media_of(1, T0).await.unwrap()[0].uploaded.is_some());
    assert_eq!(refuse("SECOND", T0 + HOUR_MS).await, 1);
}

async fn a_new_id_takes_back_what_was_wrong_with_the_rules(database: TestDatabase) {
    let (store, key) = with_a_picture(&database).await;
    let me = serve(&store).await;
    let flag = |version, kind, code, reason: &str| RuleFlag {
        rule: "spring".into(),
        ruleset_version: version,
        kind,
        code,
        reason: reason.into(),
    };
    let media = (ReasonCode::MediaRefused, "WeCom refused a media id (invalid media_id)");
    let flags = [
        flag(1, Kind::Welcome, media.0, media.1),
        flag(1, Kind::Tag, ReasonCode::UnknownTag, "the corp has no tag"),
        // Of rules that do not name the file.
        flag(2, Kind::Welcome, media.0, media.1),
    ];
    for flag in &flags {
        store.flag_rule(flag, T0).await.unwrap();
    }
    let lease = store.claim_media(&key, me, T0).await.unwrap().unwrap();
    assert!(store.media_uploaded(&lease, "MEDIA", T0 + 1, T0 + HOUR_MS).await.unwrap());
    let left = async |version| {
        let flags = store.rule_flags(version).await.unwrap();
        flags.into_iter().map(|flag| flag.kind).collect::<Vec<_>>()
    };
    assert_eq!(left(1).await, [Kind::Tag]);
    assert_eq!(left(2).await, [Kind::Welcome]);
    // What is wrong with the text stays, whatever its words: no upload mends it.
    store.flag_rule(&flag(1, Kind::Welcome, ReasonCode::TextRefused, media.1), T0 + 2).await.unwrap();
    let lease = store.claim_media(&key, me, T0 + HOUR_MS).await.unwrap().unwrap();
    assert!(store.media_uploaded(&lease, "NEXT", T0 + HOUR_MS, T0 + 2 * HOUR_MS).await.unwrap());
    assert_eq!(left(1).await, [Kind::Welcome, Kind::Tag]);
}
