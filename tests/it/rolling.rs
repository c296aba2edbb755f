//! A rolling upgrade: three servers on one database are replaced one after the other while customers come. Nothing is lost, and
//! nobody is greeted twice.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use rstest::rstest;
use wecom_simulator::{AddCustomer, Added, Corp, Fault, FaultKind};

use crate::harness::{
    process::{Process, Stage},
    world::{PLAIN_RULES, SEND, Which, fresh},
};

const SERVERS: usize = 3;

/// Between two customers.
const A_CUSTOMER_EVERY: Duration = Duration::from_millis(20);

/// For how long a server has the load to itself before it is replaced: some customers are in each stage by then.
const UNDER_LOAD: Duration = Duration::from_millis(250);

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn three_servers_replaced_one_by_one_lose_nothing_and_greet_nobody_twice(
    #[values(Which::Sqlite, Which::Postgres)] which: Which,
) {
    let Some(database) = fresh(which).await else { return };
    let stage = Stage::set(database, PLAIN_RULES).await;
    stage.wecom.add_fault(Fault::lasting(SEND, FaultKind::Delay(Duration::from_millis(100)))).unwrap();
    let mut servers = Vec::new();
    for _ in 0..SERVERS {
        servers.push(stage.serve().await);
    }
    let is_over = AtomicBool::new(false);
    let replaced = async {
        for replaced in 0..SERVERS {
            stage.deliver_to(&servers[replaced]);
            tokio::time::sleep(UNDER_LOAD).await;
            servers[replaced].signal("TERM");
            // A balancer finds out a moment later, and what it sent there meanwhile WeCom delivers again.
            tokio::time::sleep(Duration::from_millis(50)).await;
            stage.deliver_to(&servers[(replaced + 1) % SERVERS]);
            let new = Process::serve(&stage.config).await;
            let (status, took) = std::mem::replace(&mut servers[replaced], new).ended().await;
            assert_eq!(status, Some(0));
            assert!(took < Duration::from_secs(5), "{took:?}");
        }
        is_over.store(true, Ordering::SeqCst);
    };
    let (adds, ()) = tokio::join!(come(&stage, &is_over), replaced);
    assert!(adds.len() > 30, "only {} customers came", adds.len());
    for added in &adds {
        for number in &added.deliveries {
            let delivery = stage.wecom.delivered(*number).await.unwrap();
            assert_eq!(delivery.tries.last().unwrap().status, Some(200), "{:?}", delivery.tries);
        }
    }
    let events = stage.settled_within(Duration::from_secs(20), adds.len()).await;
    assert_eq!(events.len(), adds.len(), "each is in the record once");
    for added in &adds {
        let relation = stage.relation(added);
        assert_eq!((relation.welcomes.len(), relation.tags.len()), (1, 1), "{}", added.customer);
    }
    let mut calls: HashMap<String, usize> = HashMap::new();
    for request in stage.wecom.requests_of(SEND) {
        *calls.entry(request.json()["welcome_code"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    assert_eq!(calls.len(), adds.len());
    let twice: Vec<_> = calls.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "called more than once: {twice:?}");
    drop(servers);
    stage.end().await;
}

/// Customers add employees until it is over.
async fn come(stage: &Stage, is_over: &AtomicBool) -> Vec<Added> {
    let employees = Corp::sample().employees;
    let mut adds = Vec::new();
    while !is_over.load(Ordering::SeqCst) {
        let employee = employees[adds.len() % employees.len()].userid.clone();
        let add = AddCustomer::new(employee, format!("客户{}", adds.len()), None);
        adds.push(stage.wecom.add_customer(&add).unwrap());
        tokio::time::sleep(A_CUSTOMER_EVERY).await;
    }
    adds
}
