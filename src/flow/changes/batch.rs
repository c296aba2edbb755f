//! Contact ways made from a table, one after the other, while whoever asked for it looks at something else. What came of each
//! row is on record, so that it is seen by whichever process is asked.
//!
//! A row that was begun when the process ended is never begun again: WeCom may have made the way, and has no key by which it would
//! know the second call for the first. The rows that were not begun wait for somebody to say that it shall go on.

use std::{sync::Arc, time::Duration};

use tracing::warn;

use super::{NotChanged, asked::AskedWay, contact_ways};
use crate::{
    access::By,
    flow::context::Context,
    known::apps::WecomApp,
    store::{self, WayEnd, WayStatus},
    telemetry::chain,
};
use wecom_client::External;
use wecom_core::cause::{Cause, cause, shuts_out};

/// The method by which the rows are made.
pub const PATH: &str = External::ADD_CONTACT_WAY.path;

/// So long after the last row began or ended nobody makes the rest any more: a call takes ten seconds at most.
pub const QUIET_FOR_MS: i64 = 30_000;

/// How often, and after which pauses, is tried again to write down what came of a row: as long as a database takes to come back
/// after a restart. The next row waits so long.
const NOTED_AGAIN: [Duration; 5] = [
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(5),
    Duration::from_secs(10),
];

/// Stores what is to be made, each row with its line, and begins; the number under which it is found.
///
/// # Errors
///
/// When it could not be stored; then nothing was begun.
pub async fn begin(
    context: &Arc<Context>,
    app: &Arc<WecomApp>,
    rows: &[(u64, AskedWay)],
    by: &By,
) -> Result<i64, store::Error> {
    let rows: Vec<(i64, String)> = rows
        .iter()
        .map(|(line, asked)| {
            let asked = serde_json::to_string(asked).unwrap_or_default();
            (i64::try_from(*line).unwrap_or(i64::MAX), asked)
        })
        .collect();
    let id = context.store.begin_way_batch(&app.name, &rows, by, context.clock.now_ms()).await?;
    go_on(context, app, id, by);
    Ok(id)
}

/// Makes what waits of it.
pub fn go_on(context: &Arc<Context>, app: &Arc<WecomApp>, id: i64, by: &By) {
    let (context, app, by) = (Arc::clone(context), Arc::clone(app), by.clone());
    context.shutdown.clone().spawn_until_hard(async move {
        if let Err(error) = make_all(&context, &app, id, &by).await {
            warn!(error = %chain(&error), "The table {id} of contact ways was not made to its end");
        }
    });
}

/// Whether a refusal by this code would befall every row.
pub fn ends_the_run(errcode: i64) -> bool {
    shuts_out(errcode) || matches!(cause(errcode), Some(Cause::Permission | Cause::Verification))
}

async fn make_all(context: &Context, app: &WecomApp, id: i64, by: &By) -> Result<(), store::Error> {
    while !context.shutdown.has_begun() {
        let now_ms = context.clock.now_ms();
        let Some((line, asked)) = context.store.take_way_row(id, now_ms).await? else { return Ok(()) };
        let made = match serde_json::from_str::<AskedWay>(&asked) {
            Ok(asked) => contact_ways::make(context, app, &asked, by).await,
            // What another version has stored.
            Err(_) => return Ok(()),
        };
        let (config_id, refused) = match made {
            Ok(config_id) => (Some(config_id), None),
            Err(NotChanged::Refused(refused)) => (None, Some(refused)),
            Err(NotChanged::Store(error)) => return Err(error),
        };
        let status = match &refused {
            None => WayStatus::Made,
            Some(refused) if refused.perhaps_done => WayStatus::Unsure,
            Some(_) => WayStatus::Failed,
        };
        let end = WayEnd {
            status,
            config_id: config_id.as_deref(),
            errcode: refused.as_ref().and_then(|refused| refused.errcode),
            message: refused.as_ref().map(|refused| refused.message.as_str()),
        };
        note_end(context, id, line, &end).await?;
        // All the rest would be refused as well; it waits until that is mended.
        if refused.and_then(|refused| refused.errcode).is_some_and(ends_the_run) {
            return Ok(());
        }
    }
    Ok(())
}

/// Writes down what came of a row. WeCom says the id of what it has made only this once, so a database that is away for a moment is
/// waited for, and one that stays away leaves the id in the log.
async fn note_end(context: &Context, id: i64, line: i64, end: &WayEnd<'_>) -> Result<(), store::Error> {
    let mut pauses = NOTED_AGAIN.into_iter();
    loop {
        let error = match context.store.end_way_row(id, line, end, context.clock.now_ms()).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        let Some(pause) = pauses.next().filter(|_| !context.shutdown.has_begun()) else {
            if let Some(config_id) = end.config_id {
                warn!(
                    "Row {line} of the table {id} of contact ways was made, as {config_id}, and it could not be stored"
                );
            }
            return Err(error);
        };
        tokio::select! {
            () = context.shutdown.begun() => {}
            () = context.clock.sleep(pause) => {}
        }
    }
}
