//! The last refused callbacks: twenty of each app, twenty of the strangers, whatever comes.

use wecom_greeter::{
    refusal::RefusalClass,
    store::{REFUSED_KEPT, RefusedCallback, RefusedFilter},
};

use super::*;
use crate::harness::databases::TestDatabase;

on_each_database!(
    the_last_of_each_app_are_kept,
    no_app_keeps_another_out,
    a_verification_is_noted_and_never_goes_back,
);

fn refused(app: &str, class: RefusalClass, n: i64) -> RefusedCallback {
    let sender = (n % 2 == 0).then(|| format!("10.0.0.{n}"));
    RefusedCallback { app: app.into(), class, at_ms: T0 + n, sender, signed: n % 3 == 0 }
}

async fn the_last_of_each_app_are_kept(database: TestDatabase) {
    let store = database.store().await;
    store.keep_refused(&[refused("shop", RefusalClass::Padding, 1)]).await.unwrap();
    for n in 0..25 {
        let both =
            [refused("default", RefusalClass::Signature, n), refused("shop\0", RefusalClass::NoSuchApp, n)];
        store.keep_refused(&both).await.unwrap();
    }
    let all = store.refused_callbacks(&RefusedFilter::default()).await.unwrap();
    assert_eq!(all.len(), 2 * REFUSED_KEPT + 1);
    let of = |class: RefusalClass| all.iter().filter(|one| one.class == class).collect::<Vec<_>>();
    let ours = of(RefusalClass::Signature);
    assert_eq!(
        ours.iter().map(|one| one.at_ms - T0).collect::<Vec<_>>(),
        (5..25).rev().collect::<Vec<_>>(),
        "the newest come first"
    );
    assert_eq!((ours[0].sender.as_deref(), ours[0].signed), (Some("10.0.0.24"), true));
    assert_eq!((ours[1].sender.as_deref(), ours[1].signed), (None, false));
    let strangers = of(RefusalClass::NoSuchApp);
    assert_eq!((strangers.len(), strangers[0].app.as_str()), (REFUSED_KEPT, "shop\u{fffd}"));
    // A stranger of the same name costs the app nothing.
    assert_eq!(of(RefusalClass::Padding).len(), 1);

    let of_shop = RefusedFilter { app: Some("shop".into()), ..RefusedFilter::default() };
    let of_shop = store.refused_callbacks(&of_shop).await.unwrap();
    assert_eq!(of_shop.len(), REFUSED_KEPT + 1, "its own, and those that may have been meant for it");
    let page = RefusedFilter { before_id: Some(all[4].id), limit: Some(3), ..RefusedFilter::default() };
    assert_eq!(store.refused_callbacks(&page).await.unwrap(), all[5..8]);
}

/// What alerts ask for: with a signature, of apps that there are, however many apps have their twenty.
async fn no_app_keeps_another_out(database: TestDatabase) {
    let store = database.store().await;
    let of = |app: &str, n: i64| RefusedCallback { signed: true, ..refused(app, RefusalClass::Signature, n) };
    store.keep_refused(&[of("first", 1), of("first", 2), of("first", 3)]).await.unwrap();
    for app in 0..30 {
        let name = format!("shop{app}");
        let many: Vec<_> = (10..30).map(|n| of(&name, n)).collect();
        store.keep_refused(&many).await.unwrap();
    }
    let unsigned = RefusedCallback { signed: false, ..of("first", 50) };
    let stranger = RefusedCallback { signed: true, ..refused("first", RefusalClass::NoSuchApp, 51) };
    store.keep_refused(&[unsigned, stranger]).await.unwrap();
    let all = store.refused_with_signature(T0).await.unwrap();
    assert_eq!(all.len(), 3 + 30 * REFUSED_KEPT, "more than one list has");
    let mut first: Vec<i64> = all.iter().filter(|(app, _)| app == "first").map(|(_, at)| at - T0).collect();
    first.sort_unstable();
    assert_eq!(first, [1, 2, 3]);
    assert_eq!(store.refused_with_signature(T0 + 29).await.unwrap().len(), 30);
}

async fn a_verification_is_noted_and_never_goes_back(database: TestDatabase) {
    let store = database.store().await;
    assert_eq!(store.verified_at_ms("default").await.unwrap(), None);
    for at_ms in [T0, T0 + 9, T0 + 3] {
        store.keep_verified("default", at_ms).await.unwrap();
    }
    assert_eq!(store.verified_at_ms("default").await.unwrap(), Some(T0 + 9));
    assert_eq!(store.verified_at_ms("shop").await.unwrap(), None);
}
