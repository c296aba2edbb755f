//! Contact ways as pages show them: how much WeCom is asked for them, what is shown when it does not answer, and what a change
//! of ours does to it.

use std::time::Duration;

use wecom_client::{CallOptions, contact::AddContactWay};
use wecom_core::clock::{Clock, ManualClock};
use wecom_greeter::known::contact_ways::Listed;
use wecom_simulator::{Fault, FaultKind};

use crate::harness::{databases::TestDatabase, world::World};

const LIST: &str = "externalcontact/list_contact_way";
const GET: &str = "externalcontact/get_contact_way";

struct Scene {
    world: World,
    hand: ManualClock,
}

impl Scene {
    /// A world with so many contact ways.
    async fn with(ways: usize) -> Self {
        let (clock, hand) = Clock::manual(Clock::system().now_ms());
        let world = World::begin(TestDatabase::sqlite(), "rules: []", clock, |_| {}).await;
        let scene = Self { world, hand };
        for number in 0..ways {
            scene.make(&format!("channel-{number}")).await;
        }
        scene
    }

    async fn make(&self, state: &str) -> String {
        let way = AddContactWay {
            remark: Some(format!("码 {state}")),
            ..AddContactWay::qr_code("zhangsan", state)
        };
        let app = self.world.engine.apps.get("default").unwrap();
        app.client.external().add_contact_way(&way, CallOptions::default()).await.unwrap().config_id.unwrap()
    }

    async fn look(&self) -> Listed {
        let app = self.world.engine.apps.get("default").unwrap();
        app.contact_ways.all(&app.client).await
    }

    async fn changed(&self, config_id: &str) {
        self.world.engine.apps.get("default").unwrap().contact_ways.changed(config_id).await;
    }

    fn asked(&self) -> (usize, usize) {
        (self.world.wecom.requests_of(LIST).len(), self.world.wecom.requests_of(GET).len())
    }
}

fn states(listed: &Listed) -> Vec<&str> {
    listed.ways.iter().map(|way| way.state.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_look_ask_for_each_way_once() {
    let scene = Scene::with(20).await;
    let looks = futures_util::future::join_all((0..10).map(|_| scene.look())).await;
    for listed in &looks {
        assert_eq!((listed.ways.len(), listed.unread, listed.more), (20, 0, false));
        assert!(listed.trouble.is_none());
    }
    assert_eq!(states(&looks[0])[..2], ["channel-19", "channel-18"], "the newest first");
    let way = &looks[0].ways[0];
    assert_eq!(
        (way.name.as_str(), way.users.as_slice(), way.single),
        ("码 channel-19", &["zhangsan".to_owned()][..], true)
    );
    assert!(way.picture.is_some() && !way.is_button && way.skip_verify);
    assert_eq!(scene.asked(), (1, 20));
    // The list is read again after a minute, a way after ten.
    scene.hand.advance(Duration::from_mins(1));
    scene.look().await;
    assert_eq!(scene.asked(), (2, 20));
    scene.hand.advance(Duration::from_mins(9));
    scene.look().await;
    assert_eq!(scene.asked(), (3, 40));
    scene.world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_changed_here_is_seen_at_once() {
    let scene = Scene::with(2).await;
    scene.look().await;
    let made = scene.make("new").await;
    assert_eq!(scene.look().await.ways.len(), 2, "made by another, and not known yet");
    scene.changed(&made).await;
    assert_eq!(states(&scene.look().await), ["new", "channel-1", "channel-0"]);
    let app = scene.world.engine.apps.get("default").unwrap();
    app.client.external().del_contact_way(&made, CallOptions::default()).await.unwrap();
    scene.changed(&made).await;
    let listed = scene.look().await;
    assert_eq!((states(&listed), listed.unread), (vec!["channel-1", "channel-0"], 0));
    // Everything anew.
    let before = scene.asked();
    app.contact_ways.forget();
    assert_eq!(scene.look().await.ways.len(), 2);
    assert_eq!(scene.asked(), (before.0 + 1, before.1 + 2));
    scene.world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_is_shown_while_wecom_refuses() {
    let scene = Scene::with(3).await;
    scene.look().await;
    scene.hand.advance(Duration::from_mins(1));
    let refused = FaultKind::Errcode { code: 60020, message: None };
    scene.world.wecom.add_fault(Fault::new(LIST, 1, refused.clone())).unwrap();
    let listed = scene.look().await;
    assert_eq!((listed.ways.len(), listed.trouble.and_then(|trouble| trouble.errcode())), (3, Some(60020)));
    // A refusal is remembered for a minute, so that nobody who reloads the page asks again and again.
    let before = scene.asked();
    scene.look().await;
    assert_eq!(scene.asked(), before);
    scene.hand.advance(Duration::from_mins(1));
    assert!(scene.look().await.trouble.is_none());
    // One that cannot be read is said to be unread, and why; the others are there.
    scene.hand.advance(Duration::from_mins(9));
    let known = scene.world.engine.apps.get("default").unwrap();
    known.contact_ways.forget();
    scene.world.wecom.add_fault(Fault::new(GET, 1, refused)).unwrap();
    let listed = scene.look().await;
    assert_eq!(listed.ways.len() + listed.unread, 3);
    assert!(listed.unread >= 1);
    assert_eq!(listed.trouble.and_then(|trouble| trouble.errcode()), Some(60020));
    scene.world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_does_not_wait_for_a_wecom_that_hangs() {
    let scene = Scene::with(2).await;
    scene.world.wecom.add_fault(Fault::new(GET, 2, FaultKind::Hang(Duration::from_secs(4)))).unwrap();
    let begun = std::time::Instant::now();
    let listed = scene.look().await;
    assert!(begun.elapsed() < Duration::from_millis(3_500), "{:?}", begun.elapsed());
    assert_eq!((listed.ways.len(), listed.unread), (0, 2));
    // It is read on without anybody waiting.
    scene.world.until("they are read", async || (scene.look().await.unread == 0).then_some(())).await;
    scene.world.end().await;
}
