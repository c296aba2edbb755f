//! Forgets a customer: in the record, in the processes that serve, which learn of it once a second, and in the free places of an
//! SQLite file.

use std::{sync::Arc, time::Duration};

use tracing::{debug, warn};

use super::context::Context;
use crate::{
    access::By,
    store::{self, Forgettable, Store},
    telemetry::chain,
};

/// How often a process asks who was forgotten.
const ASK_EVERY: Duration = Duration::from_secs(1);

/// How often is let go of what is remembered of those who are gone, which is kept for a day.
const LET_GO_EVERY_MS: i64 = 600_000;

/// How long whoever forgets a customer waits for the others to have asked.
const OTHERS_ASK_WITHIN: Duration = Duration::from_millis(1_500);

/// How long is waited for calls that are under way for the customer, and for those who plan: longer than either takes.
const HELD_FOR_MS: i64 = 12_000;

/// How often is looked whether they are over.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// Up to which size the SQLite file is made anew beside a server, in bytes: a second's work, in which acks wait.
const ANEW_BESIDE_A_SERVER_MAX: u64 = 128 << 20;

impl Context {
    /// Learns who was forgotten, and forgets what is remembered of customers.
    pub async fn learn_who_was_forgotten(&self) -> Result<(), store::Error> {
        if self.forgotten.ask(&self.store).await? {
            self.lookups.forget_customers();
        }
        Ok(())
    }
}

/// Asks until the process ends, and lets go of what nobody asks for any more: that must not hang on whether somebody prunes or
/// forgets again.
pub(super) async fn follow(context: Arc<Context>) {
    let mut let_go_ms = context.clock.steady_ms();
    loop {
        if let Err(error) = context.learn_who_was_forgotten().await {
            // The heartbeat reports a database that is away.
            debug!(error = %chain(&error), "Who was forgotten could not be asked");
        }
        if context.clock.steady_ms() >= let_go_ms && context.may_begin() {
            let step = context.store.let_go_of_gone(context.clock.now_ms()).await;
            let more = step.unwrap_or_else(|error| {
                debug!(error = %chain(&error), "What is remembered of those who are gone is let go of later");
                false
            });
            let_go_ms = context.clock.steady_ms() + if more { 0 } else { LET_GO_EVERY_MS };
        }
        tokio::select! {
            () = context.shutdown.begun() => return,
            () = context.clock.sleep(ASK_EVERY) => {}
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// What came of forgetting a customer.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Wiped {
    /// How much there was.
    #[serde(flatten)]
    pub forgotten: Forgettable,
    /// Whether nothing of it is left in the file of the database either, in places that hold nothing any more. `None`: PostgreSQL
    /// sees to that by itself.
    pub wiped: Option<bool>,
}

/// Forgets a customer. `serves` is what this process serves with, and `others` how many processes beside it serve.
pub async fn forget(
    store: &Store,
    customer: &str,
    by: &By,
    now_ms: i64,
    (serves, others): (Option<&Context>, u32),
) -> Result<Wiped, store::Error> {
    store.announce_forgotten(customer, now_ms).await?;
    let mut waited_ms = 0;
    if let Some(context) = serves {
        context.learn_who_was_forgotten().await?;
    }
    if others > 0 {
        // Not by the clock of this process: others ask by theirs.
        tokio::time::sleep(OTHERS_ASK_WITHIN).await;
        waited_ms += millis(OTHERS_ASK_WITHIN);
    }
    while waited_ms < HELD_FOR_MS && store.is_held(customer, now_ms).await? {
        tokio::time::sleep(LOOK_AGAIN).await;
        waited_ms += millis(LOOK_AGAIN);
    }
    let forgotten = store.forget(customer, by, now_ms + waited_ms).await?;
    let Some(bytes) = store.file().map(|file| std::fs::metadata(file).map_or(0, |found| found.len())) else {
        return Ok(Wiped { forgotten, wiped: None });
    };
    let alone = serves.is_none() && others == 0;
    let wiped = if alone || bytes <= ANEW_BESIDE_A_SERVER_MAX {
        // What fails here fails for lack of room, as a rule; the record itself is as it should be.
        store.make_anew().await.unwrap_or_else(|error| {
            warn!(error = %chain(&error), "The database file could not be made anew");
            false
        })
    } else {
        false
    };
    Ok(Wiped { forgotten, wiped: Some(wiped) })
}
