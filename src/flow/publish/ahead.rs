//! Uploads before rules are put in force, so that their first welcome has its pictures.

use std::{sync::Mutex, sync::PoisonError, time::Duration};

use futures_util::{StreamExt as _, stream};
use serde::Serialize;

use crate::{
    known::media::{Seen, UPLOADS_AT_ONCE, Uploader, keys},
    store::{self, MediaKey, RulesetFile},
};

/// What came of it.
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
    /// The corp.
    pub corp_id: String,
    /// The file's name.
    pub name: String,
    /// Why it has none.
    pub why: String,
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
