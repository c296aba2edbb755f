//! Takes old events out beside the load: a few at a time, with pauses that are many times as long, so that of a hundred
//! acknowledgements a few at most wait for it, and those for some milliseconds.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tracing::{info, warn};

use super::context::Context;
use crate::{
    store::{self, Pruned, Shrunk, Store, TakenOut},
    telemetry::{Lasting, chain},
};

/// How often is looked whether something has become old enough.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// A pause is so many times as long as the step before it: three of a hundred acks meet a step.
const PAUSED_TIMES: u32 = 30;

/// The shortest and the longest pause. With the former 160 events a second go at the most; some 60 where a step takes 8 ms, which
/// are five million a day.
const PAUSE_MIN: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// The pause while another process is at it.
const BUSY_PAUSE: Duration = Duration::from_secs(1);

/// A day, by which the setting counts.
const DAY_MS: i64 = 86_400_000;

/// How long to do nothing after a step that took so long.
pub fn pause(took: Duration) -> Duration {
    (took * PAUSED_TIMES).clamp(PAUSE_MIN, PAUSE_MAX)
}

/// One step of pruning, and how long it took.
async fn timed<T>(step: impl Future<Output = T>) -> (T, Duration) {
    #[expect(clippy::disallowed_methods, reason = "measures how long a step takes, to pause for longer")]
    let began = Instant::now();
    let done = step.await;
    (done, began.elapsed())
}

/// Takes out what was received before an instant, and gives the room back. `paused` waits as long as it is told to, and says
/// whether to go on; `more` is told of each step.
pub async fn prune<P: Future<Output = bool>>(
    store: &Store,
    before_ms: i64,
    now_ms: i64,
    paused: impl Fn(Duration) -> P,
    mut more: impl FnMut(&TakenOut),
) -> Result<(TakenOut, Shrunk), store::Error> {
    let (mut all, mut next_ms) = (TakenOut::default(), i64::MIN);
    loop {
        let (step, took) = timed(Box::pin(store.prune_step(next_ms, before_ms, now_ms))).await;
        let mut pause = pause(took);
        match step? {
            Pruned::More { taken, from_ms } => {
                all += taken;
                more(&taken);
                next_ms = from_ms;
            }
            Pruned::Through(taken) => {
                all += taken;
                more(&taken);
                break;
            }
            Pruned::Busy => {
                // Not by the clock of this process: it is another that is at work.
                tokio::time::sleep(BUSY_PAUSE).await;
                pause = Duration::ZERO;
            }
        }
        if !paused(pause).await {
            return Ok((all, Shrunk::More));
        }
    }
    let mut shrank = false;
    loop {
        let (step, took) = timed(store.shrink_step()).await;
        match step? {
            Shrunk::More => shrank = true,
            end => {
                if shrank {
                    store.write_back().await?;
                }
                return Ok((all, end));
            }
        }
        if !paused(self::pause(took)).await {
            return Ok((all, Shrunk::More));
        }
    }
}

/// Prunes until the process ends. `days`: how long events are kept.
pub async fn run(context: Arc<Context>, days: u32) {
    let (shutdown, clock) = (&context.shutdown, &context.clock);
    let paused = |pause: Duration| async move {
        tokio::select! {
            () = shutdown.begun() => false,
            () = clock.sleep(pause) => true,
        }
    };
    let trouble = Lasting::default();
    while paused(PAUSE_MIN).await {
        let now_ms = clock.now_ms();
        let before_ms = now_ms.saturating_sub(i64::from(days) * DAY_MS);
        if context.may_begin() {
            match Box::pin(prune(&context.store, before_ms, now_ms, paused, |_| {})).await {
                Ok((TakenOut { events, .. }, _)) => {
                    if trouble.ends() {
                        info!("Old events can be pruned again");
                    }
                    if events > 0 {
                        info!("Pruned {events} events that are older than {days} days (retention.days)");
                    }
                }
                Err(error) if trouble.begins() => {
                    warn!(
                        error = %chain(&error),
                        "Old events could not be pruned; it is tried again every minute until they can"
                    );
                }
                Err(_) => {}
            }
        }
        if !paused(LOOK_EVERY).await {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_many_times_as_long_as_the_step_before_it() {
        assert_eq!(pause(Duration::from_millis(1)), Duration::from_millis(100));
        assert_eq!(pause(Duration::from_millis(10)), Duration::from_millis(300));
        assert_eq!(pause(Duration::from_secs(5)), Duration::from_secs(10));
    }
}
