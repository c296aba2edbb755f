//! Uploads before rules are put in force, so that their first welcome has its pictures.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{StreamExt as _, stream};
use serde::Serialize;

use crate::{
    config,
    known::media::{Seen, UPLOADS_AT_ONCE, Uploader, keys},
    store::{self, MediaKey, ProcessId, Role, RulesetFile, Store},
    telemetry::Metrics,
};
use wecom_client::Client;
use wecom_core::clock::Clock;

/// How long uploads may take before the rules are put in force without them: 40 MB over a line of some Mbit/s.
const UPLOADED_FOR: Duration = Duration::from_mins(2);

/// How often a process that holds uploads says that it is alive; it is believed for four times as long.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(1);

/// What came of uploading ahead.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ahead {
    /// How many files have a media id, counted for each corp.
    pub ready: usize,
    /// Those that have none yet.
    pub waiting: Vec<Waiting>,
}

/// A file that has no media id yet; servers go on trying.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// At which corp.
    pub corp_id: String,
    /// Its name, without the folder.
    pub name: String,
    /// Why it has none.
    pub why: String,
}

/// Uploads files by these apps, in the name of a process of its own that servers see at work.
pub(super) async fn upload(
    store: &Store,
    clock: &Clock,
    files: &[RulesetFile],
    clients: &[(&config::App, Client)],
) -> Result<Ahead, store::Error> {
    let process = store.enroll(Role::Command, clock.now_ms()).await?.process;
    let apps = clients.iter().map(|(app, client)| (app.name.clone(), app.corp_id.clone(), client.clone()));
    let uploader = Uploader::new(store.clone(), clock.clone(), Arc::new(Metrics::new()), process, apps);
    let done = tokio::select! {
        done = ahead(&uploader, files, UPLOADED_FOR) => done,
        () = stay_alive(store, clock, process) => return Ok(Ahead::default()),
    };
    // What is left of it is forgotten within the hour.
    let _ = store.retire(process).await;
    done
}

/// Never returns.
async fn stay_alive(store: &Store, clock: &Clock, process: ProcessId) {
    loop {
        clock.sleep(HEARTBEAT_EVERY).await;
        // While the database is away the uploads say so.
        let _ = store.heartbeat(process, clock.now_ms()).await;
    }
}

/// Uploads these files for each corp of the uploader, for as long as `budget` and no longer. Their contents are in the
/// store.
pub async fn ahead(
    uploader: &Uploader,
    files: &[RulesetFile],
    budget: Duration,
) -> Result<Ahead, store::Error> {
    let corps: Vec<&str> = uploader.corps().collect();
    let wanted: Vec<(&str, Vec<MediaKey>)> =
        corps.into_iter().map(|corp_id| (corp_id, keys(files, corp_id))).collect();
    for (_, keys) in &wanted {
        uploader.want(keys).await?;
    }
    let done = Mutex::new(Ahead::default());
    let all = stream::iter(&wanted).for_each(|(corp_id, keys)| of_corp(uploader, corp_id, keys, &done));
    let in_time = tokio::time::timeout(budget, all).await.is_ok();
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    if !in_time {
        let why = format!("not within {} s", budget.as_secs());
        for key in wanted.iter().flat_map(|(_, keys)| keys) {
            let known = |waiting: &Waiting| waiting.corp_id == key.corp_id && waiting.name == key.name;
            if !done.waiting.iter().any(known) && uploader.ready(key).await?.is_err() {
                done.waiting.push(waiting(key, why.clone()));
            }
        }
    }
    Ok(done)
}

async fn of_corp(uploader: &Uploader, corp_id: &str, keys: &[MediaKey], done: &Mutex<Ahead>) {
    let note = |key: &MediaKey, ready: Result<(), String>| {
        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
        match ready {
            Ok(()) => done.ready += 1,
            Err(why) => done.waiting.push(waiting(key, why)),
        }
    };
    // One answer for all of them, where WeCom cannot be called at all.
    if let Err(why) = uploader.reach(corp_id).await {
        for key in keys {
            // What was uploaded before works without WeCom being there now.
            let ready = matches!(uploader.ready(key).await, Ok(Ok(())));
            note(key, if ready { Ok(()) } else { Err(why.clone()) });
        }
        return;
    }
    let each = async |key: &MediaKey| {
        let seen = match uploader.see_to(key).await {
            Ok(Seen::NotOurs) => uploader.ready(key).await,
            Ok(Seen::Uploaded) => Ok(Ok(())),
            Ok(Seen::Failed { why }) => Ok(Err(why)),
            Err(error) => Err(error),
        };
        note(key, seen.unwrap_or_else(|error| Err(error.to_string())));
    };
    stream::iter(keys).for_each_concurrent(UPLOADS_AT_ONCE, each).await;
}

fn waiting(key: &MediaKey, why: String) -> Waiting {
    Waiting { corp_id: key.corp_id.clone(), name: key.name.clone(), why }
}
