//! Actions that earlier versions recorded without a reason code: the migration gives them theirs, and they are found by it.

use wecom_greeter::{
    action::ReasonCode::{
        self, AlreadySent, AttachmentRefused, BlankText, BusyTooLong, ByAnother, CodeExpired, ContentRefused,
        ExpiredTrying, ExpiredUntried, FilesMissing, LookupFailed, NoAgentId, NoConsent, NoPermission,
        NoRule, NoSigningKey, NoWelcomeCode, NobodyNamed, NotAllReached, NotExternalContact, NotInScope,
        Other, OtherVersion, ReceiverRefused, Refused, TagLimit, TagNotMade, TextRefused, UnknownEmployee,
        UnknownEnd, UnknownTag, UntrustedIp, Waiting, WrongSecret,
    },
    store::{ActionFilter, AskedBy, Migrated},
};

use super::*;
use crate::harness::databases::TestDatabase;

/// Kind, status, reason, errcodes and losses of the attempts, whether a process before may have made a call; and the code.
type Coded = (
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static [(Option<i64>, bool)],
    bool,
    Option<ReasonCode>,
);

const BUSY: &[(Option<i64>, bool)] = &[(Some(-1), true)];
const LOST: &[(Option<i64>, bool)] = &[(None, true), (Some(-1), true)];
const NONE: &[(Option<i64>, bool)] = &[];
const OK: &[(Option<i64>, bool)] = &[(Some(0), false)];

#[rustfmt::skip]
const RECORDED: &[Coded] = &[
    ("welcome", "done", None, OK, false, None),
    ("welcome", "expired", Some("WeCom does not take the welcome code: invalid"), &[(Some(41050), false)], false, Some(CodeExpired)),
    ("welcome", "expired", Some("the 20 seconds ended before WeCom took it; last answer: busy"), BUSY, true, Some(ExpiredTrying)),
    ("welcome", "expired", Some("the 20 seconds ended before WeCom took it; last answer: busy"), LOST, true, Some(UnknownEnd)),
    ("welcome", "expired", Some("the 20 seconds ended before it could be tried"), NONE, false, Some(ExpiredUntried)),
    ("welcome", "expired", Some("the event arrived after its 20 seconds; if"), NONE, false, Some(ExpiredUntried)),
    ("welcome", "done", Some("by another: the welcome had been sent already"), &[(Some(41051), false)], false, Some(ByAnother)),
    ("welcome", "done", Some("without its attachments, which WeCom refused: no"), OK, false, Some(AttachmentRefused)),
    ("welcome", "done", Some("without its pictures and files, whose media ids WeCom refused: no"), OK, false, Some(AttachmentRefused)),
    ("welcome", "done", Some("with its fallback: WeCom refused the text: no"), OK, false, Some(TextRefused)),
    ("welcome", "done", Some("without a.png: not uploaded to WeCom when it was sent"), OK, false, Some(FilesMissing)),
    ("welcome", "done", Some("decided without the customer (busy)"), OK, false, Some(LookupFailed)),
    ("welcome", "skipped", Some("the event carries no welcome code: the employee has"), NONE, false, Some(NoWelcomeCode)),
    ("welcome", "skipped", Some("no rule with a welcome matches this event"), NONE, false, Some(NoRule)),
    ("welcome", "skipped", Some("the welcome was sent already"), NONE, false, Some(AlreadySent)),
    ("welcome", "skipped", Some("the welcome of the rule `a` came out blank"), NONE, false, Some(BlankText)),
    ("welcome", "skipped", Some("nothing is left of the welcome of the rule `a`: a.png is"), NONE, false, Some(FilesMissing)),
    ("welcome", "failed", Some("WeCom does not let this app do it: no"), &[(Some(60020), false)], false, Some(UntrustedIp)),
    ("welcome", "failed", Some("WeCom does not let this app do it: no"), &[(Some(48002), false)], false, Some(NoPermission)),
    ("welcome", "failed", Some("WeCom does not let this app do it: gettoken: no"), &[(Some(40001), false)], false, Some(WrongSecret)),
    ("welcome", "failed", Some("the customer has not agreed to message archiving; WeCom"), &[(Some(41053), false)], false, Some(NoConsent)),
    ("welcome", "failed", Some("WeCom refused the content: no"), &[(Some(40058), false)], false, Some(TextRefused)),
    ("tag", "failed", Some("given up after days of trying: no"), &[(Some(-1), true), (Some(60011), false)], false, Some(NotInScope)),
    ("tag", "failed", Some("given up after days of trying: busy"), BUSY, true, Some(BusyTooLong)),
    ("tag", "failed", Some("employee and customer are no contacts (any more)"), &[(Some(84061), false)], false, Some(NotExternalContact)),
    ("tag", "done", Some("the corp has no tag 组/一: it was left out"), OK, false, Some(UnknownTag)),
    ("tag", "failed", Some("WeCom does not know the tag id etBad: it was left out"), &[(Some(40068), false)], false, Some(UnknownTag)),
    ("tag", "done", Some("WeCom would not make the tag 组/一: it was left out; add_corp_tag: 40126 full"), OK, false, Some(TagLimit)),
    ("tag", "done", Some("WeCom would not make the tag 组/一: it was left out; add_corp_tag: 40072 no"), OK, false, Some(TagNotMade)),
    ("tag", "skipped", Some("the event does not say which employee and which customer"), NONE, false, Some(NobodyNamed)),
    ("remark", "skipped", Some("there is nothing to set: what the remark asks for is not known"), NONE, false, Some(BlankText)),
    ("remark", "failed", Some("WeCom refused the content: no"), &[(Some(40058), false)], false, Some(ContentRefused)),
    ("remark", "failed", Some("WeCom refused it: no"), &[(Some(60111), false)], false, Some(UnknownEmployee)),
    ("remark", "failed", Some("WeCom refused it: no"), &[(Some(99999), false)], false, Some(Refused)),
    ("remark", "failed", Some("this version cannot perform it: its kind is x"), NONE, false, Some(OtherVersion)),
    ("decide", "done", Some("decided without the customer (busy)"), &[(None, false)], false, Some(LookupFailed)),
    ("notify", "done", Some("WeCom did not tell employees nobody: unknown"), OK, false, Some(NotAllReached)),
    ("notify", "failed", Some("app messages are sent in the name of an AgentId: set"), &[(None, false)], false, Some(NoAgentId)),
    ("forward", "failed", Some("the receiver answered with the status 410"), &[(None, false)], false, Some(ReceiverRefused)),
    ("forward", "failed", Some("the environment variable X, which"), &[(None, false)], false, Some(NoSigningKey)),
    ("tag", "failed", Some("words of nobody knows whom"), NONE, false, Some(Other)),
    ("tag", "pending", Some("WeCom is busy or cannot be reached: busy"), BUSY, true, Some(Waiting)),
];

const BEFORE: [&str; 5] = [
    "0001_record.sql",
    "0002_several_of_a_kind.sql",
    "0003_media.sql",
    "0004_receivers.sql",
    "0005_flag_codes.sql",
];

#[tokio::test]
async fn actions_without_a_code_get_theirs_from_what_is_on_record() {
    for database in [Some(TestDatabase::sqlite()), TestDatabase::postgres_empty().await].into_iter().flatten()
    {
        super::parity::as_of(&database, &BEFORE).await;
        let statements: String =
            (1..).zip(RECORDED).map(|(n, coded)| insert(n, coded, database.is_sqlite())).collect();
        super::parity::execute(&database, &statements).await;
        let store = Store::open(&database.options()).await.unwrap();
        let Migrated::Changed { from: 5, .. } = store.migrate().await.unwrap() else { panic!("not from 5") };
        for (id, (kind, status, reason, .., code)) in (1..).zip(RECORDED) {
            let action = store.event(id).await.unwrap().unwrap().actions.remove(0);
            assert_eq!(action.code, *code, "{kind} {status}: {reason:?}");
        }
        for code in [UntrustedIp, UnknownEnd, UnknownTag, Waiting] {
            let of = RECORDED.iter().filter(|(.., of)| *of == Some(code)).count();
            let filter = ActionFilter { code: Some(code), ..ActionFilter::default() };
            assert_eq!(store.actions(&filter).await.unwrap().len(), of, "{code}");
        }
        // And by which they are grouped, those that went wrong.
        let failures = store.failures(&ActionFilter::default()).await.unwrap();
        let went_wrong =
            RECORDED.iter().filter(|(_, status, ..)| ["expired", "failed"].contains(status)).count();
        assert_eq!(failures.iter().map(|group| group.count).sum::<i64>(), i64::try_from(went_wrong).unwrap());
        let untried = failures.iter().find(|group| group.code == ExpiredUntried).unwrap();
        assert_eq!(
            (untried.count, untried.kind, untried.action_ids.as_slice()),
            (2, Kind::Welcome, &[6, 5][..])
        );
        assert_eq!((untried.first_at_ms, untried.last_at_ms, &untried.rule), (5, 5, &None));
        // The actions of a group, by its rule.
        let untried = ActionFilter { code: Some(ExpiredUntried), ..ActionFilter::default() };
        let of_rule = async |by: AskedBy, most| {
            store
                .failed_ids_by_rule(&untried, (&by, wecom_greeter::action::Kinds::default()), most)
                .await
                .unwrap()
        };
        assert_eq!(of_rule(AskedBy::Anyone, 9).await, [6, 5]);
        assert_eq!(of_rule(AskedBy::Unknown, 9).await, [6, 5]);
        assert_eq!(of_rule(AskedBy::Unknown, 1).await, [6]);
        assert_eq!(of_rule(AskedBy::Rule("everyone".into()), 9).await, Vec::<i64>::new());
        for (only, count) in [(Kind::Welcome, 2), (Kind::Tag, 0)] {
            let found = store.failed_ids_by_rule(&untried, (&AskedBy::Anyone, only.into()), 9).await.unwrap();
            assert_eq!(found.len(), count, "{}", only.as_str());
        }
        let found = store.actions_by_ids(&[5, 6, 999]).await.unwrap();
        assert_eq!(found.iter().map(|action| action.id).collect::<Vec<_>>(), [6, 5]);
        assert!(failures.is_sorted_by_key(|group| std::cmp::Reverse(group.count)), "the most frequent first");
        let lost = ActionFilter { code: Some(UnknownEnd), ..ActionFilter::default() };
        assert_eq!(store.failures(&lost).await.unwrap().len(), 1);
        store.close().await;
    }
}

/// An event with this action, as the version before wrote it.
fn insert(n: i64, (kind, status, reason, attempts, earlier_lost, _): &Coded, is_sqlite: bool) -> String {
    let flag = |is: bool| match (is_sqlite, is) {
        (true, true) => "1",
        (true, false) => "0",
        (false, true) => "TRUE",
        (false, false) => "FALSE",
    };
    let digest = if is_sqlite { "zeroblob(32)" } else { "decode(repeat('00', 32), 'hex')" };
    let (event, unfinished, settled) =
        if *status == "pending" { ("planned", 1, "NULL") } else { ("settled", 0, "5") };
    let reason = reason.map_or("NULL".to_owned(), |reason| format!("'{reason}'"));
    let (lost, tries) = (flag(*earlier_lost), attempts.len());
    let mut statement = format!(
        "INSERT INTO event (id, app, create_time_s, digest, event, happened_at_ms, received_at_ms, deliveries, status, run,
                            unfinished, rules, lease_epoch, payload)
         VALUES ({n}, 'default', {n}, {digest}, 'e', 1, 1, 1, '{event}', 0, {unfinished}, '[]', 1, {digest});
         INSERT INTO action (id, event_id, run, kind, ordinal, status, reason, request, first_due_ms, due_ms, attempts,
                             attempts_before_retry, earlier_lost, lease_epoch, created_at_ms, settled_at_ms)
         VALUES ({n}, {n}, 0, '{kind}', 0, '{status}', {reason}, '{{}}', 1, 1, {tries}, 0, {lost}, 1, 1, {settled});"
    );
    for (number, (errcode, lost)) in (1..).zip(*attempts) {
        let errcode = errcode.map_or("NULL".to_owned(), |errcode| errcode.to_string());
        let lost = flag(*lost);
        let attempt = format!(
            "INSERT INTO attempt (action_id, number, at_ms, took_ms, errcode, errmsg, lost)
             VALUES ({n}, {number}, 1, 1, {errcode}, 'm', {lost});"
        );
        statement.push_str(&attempt);
    }
    statement
}
