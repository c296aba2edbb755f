//! Files that are brought before rules name them: bounded, forgotten in time, and never those that rules have.

use rstest::rstest;
use wecom_greeter::{
    access::By,
    action::MediaKind,
    flow::publish::{
        brought::{NotBrought, bring},
        stored,
    },
    store::{BroughtFile, RulesetFile, UPLOADS_KEPT_FOR, UPLOADS_MAX},
};

use super::*;
use crate::harness::databases::TestDatabase;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....";

on_each_database! {
    files_wait_and_are_forgotten_unless_rules_have_them,
    so_many_wait_and_no_more,
    what_is_replaced_goes_unless_something_else_has_it,
    what_somebody_brought_under_a_path_of_the_rules_counts_for_them_alone,
}

fn by(who: &str) -> By {
    By { who: who.to_owned(), ..By::command_line() }
}

async fn brought(
    store: &Store,
    name: &str,
    path: Option<&str>,
    bytes: &[u8],
    who: &str,
    now_ms: i64,
) -> BroughtFile {
    bring(store, (name, path), None, bytes.to_vec(), &by(who), now_ms).await.unwrap()
}

fn named(file: &BroughtFile) -> RulesetFile {
    RulesetFile { kind: file.kind, path: file.path.clone(), name: file.name.clone(), digest: file.digest }
}

async fn files_wait_and_are_forgotten_unless_rules_have_them(database: TestDatabase) {
    let store = database.store().await;
    let kept = brought(&store, "春.png", None, PNG, "a", T0).await;
    assert_eq!((kept.kind, kept.name.as_str()), (MediaKind::Image, "春.png"));
    let again = brought(&store, "春.png", None, PNG, "a", T0 + 1).await;
    assert_eq!(again.path, kept.path, "the same file is the same");
    let named_by_rules =
        brought(&store, "price.pdf", Some("assets/price.pdf"), b"%PDF-1.7 ...", "a", T0).await;
    assert_eq!(store.brought_files().await.unwrap(), [again.clone(), named_by_rules.clone()]);
    let rules = "rules: [ { name: a, welcome: { attachments: [ { file: { file: assets/price.pdf } } ] } } ]";
    store.import_rules_with(rules, &[named(&named_by_rules)], None, T0).await.unwrap();
    let audit = store.audit(None, 10).await.unwrap();
    assert_eq!(audit.iter().filter(|line| line.act.as_str() == "file_brought").count(), 3);
    let later = T0 + i64::try_from(UPLOADS_KEPT_FOR.as_millis()).unwrap();
    store.forget_old_files(later).await.unwrap();
    assert_eq!(store.brought_files().await.unwrap(), [again], "it was brought a moment later");
    assert!(store.has_content(kept.digest).await.unwrap());
    store.forget_old_files(later + 2).await.unwrap();
    assert!(!store.has_content(kept.digest).await.unwrap(), "nobody has named it");
    assert!(store.has_content(named_by_rules.digest).await.unwrap(), "the rules have it");
}

async fn so_many_wait_and_no_more(database: TestDatabase) {
    let store = database.store().await;
    let contents: Vec<String> = (0..UPLOADS_MAX).map(|number| format!("content {number}")).collect();
    for some in contents.chunks(8) {
        let some = some.iter().map(|content| brought(&store, "a.txt", None, content.as_bytes(), "a", T0));
        futures_util::future::join_all(some).await;
    }
    let more = bring(&store, ("a.txt", None), None, b"one more".to_vec(), &by("b"), T0).await;
    assert!(matches!(more, Err(NotBrought::TooMany { .. })), "{more:?}");
    // One that is there already is no more.
    brought(&store, "a.txt", None, b"content 7", "a", T0 + 1).await;
    let later = T0 + i64::try_from(UPLOADS_KEPT_FOR.as_millis()).unwrap();
    brought(&store, "a.txt", None, b"one more", "b", later).await;
    assert_eq!(store.brought_files().await.unwrap().len(), 2, "the old ones have made room");
}

async fn what_is_replaced_goes_unless_something_else_has_it(database: TestDatabase) {
    let store = database.store().await;
    let first = brought(&store, "a.txt", Some("a.txt"), b"the first", "a", T0).await;
    brought(&store, "a.txt", Some("a.txt"), b"the first", "a", T0 + 1).await;
    assert!(store.has_content(first.digest).await.unwrap(), "the same file is the same");
    let second = brought(&store, "a.txt", Some("a.txt"), b"the second", "a", T0 + 2).await;
    assert!(!store.has_content(first.digest).await.unwrap(), "nobody can name it any more");
    brought(&store, "b.txt", None, b"the second", "b", T0 + 3).await;
    let third = brought(&store, "a.txt", Some("a.txt"), b"the third", "a", T0 + 4).await;
    assert!(store.has_content(second.digest).await.unwrap(), "somebody else has brought it too");
    let rules = "rules: [ { name: a, welcome: { attachments: [ { file: { file: a.txt } } ] } } ]";
    store.import_rules_with(rules, &[named(&third)], None, T0 + 5).await.unwrap();
    brought(&store, "a.txt", Some("a.txt"), b"the fourth", "a", T0 + 6).await;
    assert!(store.has_content(third.digest).await.unwrap(), "the rules have it");
}

async fn what_somebody_brought_under_a_path_of_the_rules_counts_for_them_alone(database: TestDatabase) {
    let store = database.store().await;
    let rules = "rules: [ { name: a, welcome: { attachments: [ { image: { file: a.png } } ] } } ]";
    let faults = stored::check(&store, rules, 0, "a").await.unwrap().unwrap_err();
    assert_eq!((faults.faults[0].code(), faults.faults[0].rule.as_str()), ("file_not_in_force", "a"));
    let first = brought(&store, "x.png", Some("a.png"), PNG, "a", T0).await;
    for who in ["a", "b"] {
        let known = stored::check(&store, rules, 0, who).await.unwrap().unwrap();
        assert_eq!(known.files, [named(&first)], "no rules have that path yet");
    }
    store.import_rules_with(rules, &[named(&first)], None, T0 + 1).await.unwrap();
    let other = brought(&store, "y.png", Some("a.png"), b"\x89PNG\r\n\x1a\n other", "b", T0 + 2).await;
    assert_eq!(stored::check(&store, rules, 1, "a").await.unwrap().unwrap().files, [named(&first)]);
    assert_eq!(stored::check(&store, rules, 1, "b").await.unwrap().unwrap().files, [named(&other)]);
    brought(&store, "z.txt", Some("a.png"), b"I am a text", "b", T0 + 3).await;
    let faults = stored::check(&store, rules, 1, "b").await.unwrap().unwrap_err();
    assert_eq!(faults.faults[0].code(), "file_of_another_kind");
}

#[rstest]
#[case::nothing(b"12345", None, "more than 5")]
#[case::no_path(b"123456", Some("../a"), "rules cannot name")]
#[tokio::test]
async fn what_is_refused_stores_nothing(#[case] bytes: &[u8], #[case] path: Option<&str>, #[case] why: &str) {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    let refused = bring(&store, ("a", path), None, bytes.to_vec(), &by("a"), T0).await.unwrap_err();
    assert!(refused.to_string().contains(why), "{refused}");
    let text =
        bring(&store, ("a.png", None), Some(MediaKind::Image), b"I am a text".to_vec(), &by("a"), T0).await;
    assert!(matches!(text, Err(NotBrought::AnotherKind)));
    assert!(store.brought_files().await.unwrap().is_empty());
}
