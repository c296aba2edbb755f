//! What the record has to say of one app: its callbacks, good and refused, and its adds.

use crate::{
    refusal::RefusalClass,
    store::{self, AddsOfEmployee, RefusedFilter, RefusedRecord, Store},
};

/// How far back it is looked for employees whose adds carry no welcome code.
const CODES_WITHIN_S: i64 = 7 * 86_400;

/// What the record has of an app.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// When its last genuine callback came, by our clock.
    pub last_good_ms: Option<i64>,
    /// Whether its URL was ever verified here, or an event came: WeCom's console then takes trusted addresses.
    pub was_verified: bool,
    /// The refused ones that are kept, the newest first; among them those for apps that are not there.
    pub refused: Vec<RefusedRecord>,
    /// The adds of yesterday, in China.
    pub yesterday: Vec<AddsOfEmployee>,
    /// The adds of the last seven days.
    pub week: Vec<AddsOfEmployee>,
}

/// Reads it. `yesterday_s` is the day that WeCom's statistics are asked for: its first second and that of the next.
pub(super) async fn read(
    store: &Store,
    app: &str,
    yesterday_s: (i64, i64),
    now_ms: i64,
) -> Result<Recorded, store::Error> {
    let (verified_ms, arrived_ms) = (store.verified_at_ms(app).await?, store.last_arrival_ms(app).await?);
    let seconds = now_ms.div_euclid(1_000);
    Ok(Recorded {
        last_good_ms: verified_ms.max(arrived_ms),
        was_verified: verified_ms.or(arrived_ms).is_some(),
        refused: store
            .refused_callbacks(&RefusedFilter { app: Some(app.to_owned()), ..RefusedFilter::default() })
            .await?,
        yesterday: store.adds_by_employee(app, yesterday_s.0, yesterday_s.1).await?,
        week: store.adds_by_employee(app, seconds - CODES_WITHIN_S, seconds + 1).await?,
    })
}

impl Recorded {
    /// The refused callbacks that came after the last good one.
    pub(super) fn refused_since(&self) -> impl Iterator<Item = &RefusedRecord> {
        let good_ms = self.last_good_ms.unwrap_or(i64::MIN);
        self.refused.iter().filter(move |one| one.at_ms > good_ms)
    }
}

/// Whether a refused request concerns this app: a stranger may be its misspelt URL only while nothing good comes for it.
pub(super) fn concerns(one: &RefusedRecord, is_only_app: bool, had_good: bool) -> bool {
    one.class != RefusalClass::NoSuchApp || is_only_app || !had_good
}
