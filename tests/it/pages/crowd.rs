//! Many who look at once at what is slow do not keep others from what is quick.

use std::time::{Duration, Instant};

use reqwest::Method;
use wecom_greeter::access::Role;
use wecom_simulator::{Fault, FaultKind};

use super::world;
use crate::harness::world::{Which, fresh};

#[tokio::test(flavor = "multi_thread")]
async fn those_who_wait_for_an_examination_leave_room_for_others() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    let visitor = world.visitor(Role::Viewer).await;
    // WeCom is slow today, and so is every examination.
    world.wecom.add_fault(Fault::lasting("*", FaultKind::Delay(Duration::from_secs(2)))).unwrap();
    let look = async || visitor.request(Method::GET, "/health").send().await.unwrap().status().as_u16();
    let lookers = futures_util::future::join_all((0..40).map(|_| look()));
    let others = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let begun = Instant::now();
        for path in ["/events", "/failures", "/rules", "/sessions"] {
            visitor.page(path).await;
        }
        begun.elapsed()
    };
    let (lookers, took) = tokio::join!(lookers, others);
    assert!(took < Duration::from_millis(1_400), "{took:?}");
    let of = |status: u16| lookers.iter().filter(|of| **of == status).count();
    // The first holds up those behind it; all that wait are answered by the one examination.
    assert_eq!((of(200), of(429)), (12, 28), "{lookers:?}");
    world.wecom.clear_faults();
    assert_eq!(look().await, 200);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_who_look_at_the_figures_are_all_answered() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = world(database).await;
    world.planted().await;
    let visitor = world.visitor(Role::Viewer).await;
    let look = async |path: &str| visitor.request(Method::GET, path).send().await.unwrap().status().as_u16();
    let paths = ["/", "/stats", "/stats.csv", "/stats?by=state", "/api/v1/stats?by=user"];
    let all = futures_util::future::join_all(paths.iter().cycle().take(10).map(|path| look(*path))).await;
    assert_eq!(all, [200; 10]);
    world.end().await;
}
