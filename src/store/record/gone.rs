//! Events that have been pruned or forgotten a short time ago: they are known by their identity, and stay away.

use std::collections::HashSet;

use crate::store::backend::{Multirow, Result, Tx, on, padded};

/// What an event is known by: `CreateTime`, the digest of what it says, and the app.
pub(super) type Key<'a> = (i64, &'a [u8], &'a str);

static GONE: Multirow = Multirow::new(
    &["nth", "app", "create_time_s", "digest"],
    "SELECT v.nth FROM v
     JOIN gone_event g ON g.app = v.app AND g.create_time_s = v.create_time_s AND g.digest = v.digest",
);

/// Those of the events that are gone.
pub(super) async fn gone<'a>(tx: &mut Tx, keys: &[Key<'a>]) -> Result<HashSet<Key<'a>>> {
    let (text, places) = GONE.text(tx, keys.len());
    let rows = on!(tx, "look for events that are gone", |c| {
        let mut select = sqlx::query_as::<_, (i64,)>(text);
        for (nth, key) in (0_i64..).zip(padded(keys, places)) {
            select = select
                .bind(key.map(|_| nth))
                .bind(key.map(|key| key.2))
                .bind(key.map(|key| key.0))
                .bind(key.map(|key| key.1));
        }
        select.fetch_all(c)
    })?;
    Ok(rows.into_iter().filter_map(|(nth,)| keys.get(usize::try_from(nth).ok()?).copied()).collect())
}
