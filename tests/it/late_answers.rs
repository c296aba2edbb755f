//! What the record says of a welcome whose answer comes late, or never: what happened, as far as anybody can know. Nobody is
//! notified that a customer was not greeted who may have been.

use std::time::Duration;

use rstest::rstest;
use wecom_core::clock::Clock;
use wecom_greeter::{
    action::{Kind, ReasonCode},
    language::Language,
    store::EventRecord,
};
use wecom_simulator::{AddCustomer, Fault, FaultKind};

use crate::harness::{
    databases::TestDatabase,
    process::Stage,
    world::{SEND, Which, action, codes, fresh, until},
};

const RULES: &str = "
rules:
  - name: everyone
    welcome: { text: 您好! }
    tag: { add: [etPlain] }
    notify: { to: employee, on: missed_welcome, text: '{{ code }}: {{ reason }}' }
";

/// A server takes a callback that WeCom delivers so many seconds late, while the sending of welcomes has these faults.
struct Late {
    stage: Stage,
    customer: String,
    over_ms: i64,
    payload: String,
}

impl Late {
    async fn by(database: TestDatabase, seconds: i64) -> Self {
        let stage = Stage::set(database, RULES).await;
        let added = stage.wecom.add_customer(&AddCustomer::new("zhangsan", "小周", None)).unwrap();
        let payload = stage.wecom.delivered(added.deliveries[0]).await.unwrap().plaintext;
        let created_s = Clock::system().now_ms() / 1_000 - seconds;
        let (before, rest) = payload.split_once("<CreateTime>").unwrap();
        let (_, after) = rest.split_once('<').unwrap();
        let payload = format!("{before}<CreateTime>{created_s}<{after}");
        Self { stage, customer: added.customer, over_ms: created_s * 1_000 + 20_000, payload }
    }

    fn fault(&self, fault: Fault) {
        self.stage.wecom.add_fault(fault).unwrap();
    }

    async fn deliver(&self) {
        let number = self.stage.wecom.deliver_raw(&self.payload).unwrap();
        assert_eq!(self.stage.wecom.delivered(number).await.unwrap().tries[0].status, Some(200));
    }

    async fn tagged(&self) {
        until("it is tagged", async || {
            let relation = self.stage.wecom.relation("zhangsan", &self.customer).unwrap();
            (relation.tags == ["etPlain"]).then_some(())
        })
        .await;
    }

    fn greeted(&self) -> usize {
        self.stage.wecom.relation("zhangsan", &self.customer).unwrap().welcomes.len()
    }

    /// What employees were sent, as codes.
    fn notices(&self) -> Vec<String> {
        self.stage.wecom.messages().iter().map(|message| message.text().to_owned()).collect()
    }

    async fn settled(&self) -> EventRecord {
        self.stage.settled().await.remove(0)
    }
}

fn told(code: ReasonCode) -> String {
    format!("{code}: {}", code.sentence(Language::Zh))
}

/// WeCom takes six seconds for each answer, and the 20 seconds end before.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_after_the_deadline_is_what_is_recorded(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let late = Late::by(database, 15).await;
    late.fault(Fault::lasting(SEND, FaultKind::Delay(Duration::from_secs(6))));
    let server = late.stage.serve().await;
    late.deliver().await;
    late.tagged().await;
    let event = late.settled().await;
    let welcome = action(&event, Kind::Welcome);
    assert_eq!(
        (welcome.status.as_str(), &welcome.reason, welcome.code),
        ("done", &None, None),
        "{welcome:#?}"
    );
    assert_eq!((codes(welcome), late.greeted()), (vec![Some(0)], 1));
    assert!(welcome.settled_at_ms.unwrap() > late.over_ms, "it was answered afterwards: {welcome:#?}");
    assert!(welcome.attempts.iter().all(|attempt| attempt.at_ms < late.over_ms), "none began afterwards");
    assert_eq!(late.notices(), [""; 0]);
    drop(server);
    late.stage.end().await;
}

/// The answer never comes, or is lost: nobody knows, and nobody is notified. What WeCom did answer is known.
#[rstest]
#[case::no_answer(FaultKind::Hang(Duration::from_mins(1)), ReasonCode::UnknownEnd)]
#[case::lost_each_time(FaultKind::LoseAnswer, ReasonCode::UnknownEnd)]
#[case::busy_to_the_end(FaultKind::Errcode { code: -1, message: None }, ReasonCode::ExpiredTrying)]
#[case::crowded_to_the_end(FaultKind::Errcode { code: 45033, message: None }, ReasonCode::ExpiredTrying)]
#[tokio::test(flavor = "multi_thread")]
async fn a_welcome_without_an_answer_is_an_unknown_end(#[case] fault: FaultKind, #[case] code: ReasonCode) {
    let late = Late::by(TestDatabase::sqlite(), 18).await;
    late.fault(Fault::lasting(SEND, fault));
    let server = late.stage.serve().await;
    late.deliver().await;
    late.tagged().await;
    let event = late.settled().await;
    let welcome = action(&event, Kind::Welcome);
    assert_eq!((welcome.status.as_str(), welcome.code), ("expired", Some(code)), "{welcome:#?}");
    let expected = if code == ReasonCode::UnknownEnd { Vec::new() } else { vec![told(code)] };
    assert_eq!(late.notices(), expected);
    drop(server);
    late.stage.end().await;
}

/// One answer is lost, and WeCom says no to the next try: the first may have greeted the customer.
#[rstest]
#[case(41050, "expired", ReasonCode::UnknownEnd)]
#[case(48002, "failed", ReasonCode::NoPermission)]
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_after_a_lost_answer_is_no_missed_welcome(
    #[case] errcode: i64,
    #[case] status: &str,
    #[case] code: ReasonCode,
) {
    let late = Late::by(TestDatabase::sqlite(), 10).await;
    late.fault(Fault::new(SEND, 1, FaultKind::LoseAnswer));
    late.fault(Fault::lasting(SEND, FaultKind::Errcode { code: errcode, message: None }));
    let server = late.stage.serve().await;
    late.deliver().await;
    let event = late.settled().await;
    let welcome = action(&event, Kind::Welcome);
    assert_eq!((welcome.status.as_str(), welcome.code), (status, Some(code)), "{welcome:#?}");
    assert_eq!((late.greeted(), late.notices()), (1, Vec::new()));
    drop(server);
    late.stage.end().await;
}

/// The server dies while a welcome is on its way, and comes back after the 20 seconds.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_under_way_when_the_server_died_is_an_unknown_end(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let late = Late::by(database, 16).await;
    late.fault(Fault::lasting(SEND, FaultKind::Hang(Duration::from_mins(1))));
    let server = late.stage.serve().await;
    late.deliver().await;
    late.stage.called(SEND, 1).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    server.kill();
    Clock::system().sleep_until(late.over_ms).await;
    late.stage.wecom.clear_faults();
    let server = late.stage.serve().await;
    let event = late.settled().await;
    let welcome = action(&event, Kind::Welcome);
    assert_eq!(
        (welcome.status.as_str(), welcome.code),
        ("expired", Some(ReasonCode::UnknownEnd)),
        "{welcome:#?}"
    );
    assert_eq!(late.notices(), [""; 0]);
    drop(server);
    late.stage.end().await;
}
