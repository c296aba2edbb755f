//! Files of rules that are published on a server: uploaded before the rules are in force, by the server's own apps.

use std::{sync::Arc, time::Duration};

use super::ahead;
use crate::{
    flow::context::Context,
    known::media::Uploader,
    store::{self, RulesetFile},
};

/// How long somebody who publishes waits for uploads. What is not there by then is uploaded by the servers, which go on trying.
const WITHIN: Duration = Duration::from_secs(20);

/// Has the files at WeCom, as far as it can be done now.
pub async fn ready(context: &Context, files: &[RulesetFile]) -> Result<(), store::Error> {
    if files.is_empty() {
        return Ok(());
    }
    let apps = context.apps.iter().map(|app| (app.name.clone(), app.corp_id.clone(), app.client.clone()));
    let (store, clock, metrics) =
        (context.store.clone(), context.clock.clone(), Arc::clone(&context.metrics));
    let uploader = Uploader::new(store, clock, metrics, context.process, apps);
    ahead::ahead(&uploader, files, WITHIN).await.map(drop)
}
