//! `events replay`: stored events planned and performed again, or what would happen if they were.

use std::{process::ExitCode, sync::Arc};

use futures_util::{StreamExt as _, stream};
use serde_json::json;

use super::{
    failure,
    output::{Output, clean},
    progress::Progress,
    setup::{Setup, must_exist},
    timeline,
    words::record::{NotReplayable, Record},
};
use crate::{
    config::Required,
    flow::{
        engine::Engine,
        replay::{How, Preview, Replayed, Replayer},
    },
    language::{Language, Sentence as _},
    store::{self, ActionRecord, EventFilter, PAGE_MAX, Role, Store},
};

/// How many events are replayed at the same time. A replay must not be in the way of the customers of today.
const REPLAYS_AT_ONCE: usize = 8;

pub(super) enum Events {
    Named(Vec<i64>),
    Found(EventFilter),
}

impl Events {
    /// Their ids, oldest first: the order in which they happened.
    async fn ids(self, store: &Store) -> anyhow::Result<Vec<i64>> {
        let mut filter = match self {
            Self::Named(ids) => return Ok(ids),
            Self::Found(filter) => filter,
        };
        let mut left = filter.limit.unwrap_or(u32::MAX);
        let mut ids = Vec::new();
        while left > 0 {
            filter.limit = Some(left.min(PAGE_MAX));
            let page = store.events(&filter).await?;
            let Some(last) = page.last() else { break };
            filter.before_id = Some(last.id);
            left = left.saturating_sub(u32::try_from(page.len()).unwrap_or(u32::MAX));
            ids.extend(page.iter().map(|event| event.id));
        }
        ids.reverse();
        Ok(ids)
    }
}

pub(super) async fn run(
    which: Events,
    how: How,
    dry_run: bool,
    setup: Setup,
    mut output: Output,
) -> anyhow::Result<ExitCode> {
    let config = setup.load(Required::Apps)?;
    must_exist(&config, setup.language)?;
    let engine = Engine::start(&config, Role::Command, setup.clock).await?;
    let replayer = Arc::new(Replayer::new(engine.clone()));
    let ended = match which.ids(&engine.store).await {
        Ok(ids) if ids.is_empty() => {
            if !output.is_json() {
                output.sentence(&Record::NoSuchEvents)?;
            }
            Ok(true)
        }
        Ok(ids) if dry_run => preview_all(&replayer, &ids, how, &mut output).await,
        Ok(ids) => replay_all(&replayer, &engine, ids, how, &mut output).await,
        Err(error) => Err(error),
    };
    engine.finish(config.shutdown.grace).await;
    let well = ended?;
    output.flush()?;
    Ok(ExitCode::from(if well { 0 } else { failure::FAILED }))
}

async fn preview_all(
    replayer: &Replayer,
    ids: &[i64],
    how: How,
    output: &mut Output,
) -> anyhow::Result<bool> {
    let (mut well, language) = (true, output.language());
    let mut progress = Progress::beside(output, u64::try_from(ids.len()).ok(), Record::LookedAt.to(language));
    for &id in ids {
        if let Some(preview) = replayer.preview(id, how).await? {
            output.either(&preview, || previewed(&preview, language))?;
        } else {
            well = false;
            // For programs it is the same in every language.
            let error = "is not in the record, or is of an app that is not in the settings";
            let sentence = Record::NotReplayable { id, why: NotReplayable::NotFoundOrUnknownApp };
            output.either(&json!({ "event_id": id, "error": error }), || sentence.to(language))?;
        }
        progress.add(1);
    }
    progress.end();
    Ok(well)
}

fn previewed(preview: &Preview, language: Language) -> String {
    let rules: Vec<String> = preview.rules.iter().map(|rule| clean(&rule.name)).collect();
    let id = preview.event_id;
    let heading = match rules.as_slice() {
        [] => Record::NoRuleMatches { id },
        rules => Record::ByRules { id, rules },
    };
    let mut lines = vec![heading.to(language)];
    for action in &preview.actions {
        let reason = match (language, action.code) {
            (Language::Zh, Some(code)) => Some(code.sentence(language).to_owned()),
            _ => action.reason.as_deref().map(clean),
        };
        let would = Record::Would { kind: action.kind, would: action.would, reason: reason.as_deref() };
        lines.push(would.to(language));
        if let Some(Ok(request)) = action.request.as_ref().map(serde_json::to_string) {
            lines.push(format!("    {}", clean(&request)));
        }
    }
    lines.join("\n")
}

/// Replays them, some at once, and prints what came of each in the order in which they were given.
async fn replay_all(
    replayer: &Arc<Replayer>,
    engine: &Engine,
    ids: Vec<i64>,
    how: How,
    output: &mut Output,
) -> anyhow::Result<bool> {
    let (mut well, language) = (true, output.language());
    let mut progress = Progress::beside(output, u64::try_from(ids.len()).ok(), Record::Replayed.to(language));
    let mut replays = stream::iter(ids)
        .map(|id| {
            let (replayer, store) = (Arc::clone(replayer), engine.store.clone());
            async move { (id, replay_one(&replayer, &store, id, how).await) }
        })
        .buffered(REPLAYS_AT_ONCE);
    // Nothing else may be waited for in here: the replays stand still meanwhile, with the connections that they hold.
    while let Some((id, replayed)) = replays.next().await {
        well &= print_replayed(id, replayed?, output)?;
        progress.add(1);
    }
    progress.end();
    Ok(well)
}

/// One replay, and what it did.
async fn replay_one(
    replayer: &Replayer,
    store: &Store,
    id: i64,
    how: How,
) -> Result<(Replayed, Vec<ActionRecord>), store::Error> {
    let ended = replayer.replay(id, how).await?;
    let Replayed::Run { run } = ended else { return Ok((ended, Vec::new())) };
    let mut actions = store.event(id).await?.map(|record| record.actions).unwrap_or_default();
    actions.retain(|action| action.run == run);
    Ok((ended, actions))
}

/// Prints what came of one replay; `true` if there was one.
fn print_replayed(
    id: i64,
    (replayed, actions): (Replayed, Vec<ActionRecord>),
    output: &mut Output,
) -> anyhow::Result<bool> {
    let language = output.language();
    let (word, why) = match replayed {
        Replayed::Run { run } => {
            let document = json!({ "event_id": id, "replayed": true, "run": run, "actions": actions });
            output.either(&document, || match actions.as_slice() {
                [] => Record::NothingToDo { id, run }.to(language),
                actions => {
                    let endings: Vec<String> = actions
                        .iter()
                        .map(|action| format!("\n  {}", timeline::ending(action, language)))
                        .collect();
                    Record::RunOf { id, run }.to(language) + &endings.concat()
                }
            })?;
            return Ok(true);
        }
        Replayed::NotFound => ("not_found", NotReplayable::NotFound),
        Replayed::UnderWay => ("under_way", NotReplayable::UnderWay),
        Replayed::UnknownApp => ("unknown_app", NotReplayable::UnknownApp),
    };
    let document = json!({ "event_id": id, "replayed": false, "error": word });
    output.either(&document, || Record::NotReplayable { id, why }.to(language))?;
    Ok(false)
}
