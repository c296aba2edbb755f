//! The database of a run: made or found empty, filled with what is to be there before, and looked through afterwards for
//! every event that was acked.

use std::{collections::HashSet, fmt::Write as _, path::PathBuf};

use anyhow::Context as _;
use secrecy::{ExposeSecret as _, SecretString};
use tempfile::TempDir;

use super::callbacks::Customers;
use crate::{
    cli::{failure::Misuse, progress::Progress, words::bench::Bench},
    config,
    flow::context,
    language::{Language, Sentence as _},
    store::{self, EventFilter, PAGE_MAX, Store},
};

/// So many lines are imported at a time.
const IMPORTED_AT_ONCE: u64 = 1_000;

/// What is stored before the run was received within the month before it.
const PAST_MS: i64 = 30 * 24 * 3_600_000;

/// The database, and the folder that holds what is made for the run and goes with it.
#[derive(Debug)]
pub(super) struct Record {
    config: config::Database,
    folder: TempDir,
    pub(super) kind: &'static str,
    /// Whether it was made for the run.
    pub(super) is_own: bool,
    /// The newest event before the first callback.
    before: i64,
}

impl Record {
    /// The given database if it is empty, else one that is made for the run. Nothing in a database is changed before it is
    /// known to be empty: a real one may be named by the environment of whoever tries this out.
    pub(super) async fn prepare(
        given: Option<SecretString>,
        mut config: config::Database,
        language: Language,
    ) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("wecom-greeter-bench-")
            .tempdir()
            .with_context(|| Bench::NoFolder.to(language))?;
        let is_own = given.is_none();
        config.url = given.unwrap_or_else(|| {
            SecretString::from(format!("sqlite://{}", folder.path().join("bench.db").display()))
        });
        if store::missing_file(config.url.expose_secret()).is_none() && !is_empty(&config).await? {
            return Err(Misuse(Bench::NotEmpty.to(language)).into());
        }
        let store = context::open_store(&config).await?;
        let kind = store.database();
        store.close().await;
        Ok(Self { config, folder, kind, is_own, before: 0 })
    }

    pub(super) fn url(&self) -> &SecretString {
        &self.config.url
    }

    /// Where the server's settings are written.
    pub(super) fn settings_file(&self) -> PathBuf {
        self.folder.path().join("bench.toml")
    }

    /// Stores events of customers who came in the month before the run.
    pub(super) async fn store_past(
        &mut self,
        count: u64,
        (app, corp_id): (&str, &str),
        customers: Customers,
        now_ms: i64,
        language: Language,
    ) -> anyhow::Result<()> {
        let store = context::open_store(&self.config).await?;
        let mut progress = Progress::of(Some(count), Bench::StoredSoFar.to(language));
        let apart_ms = PAST_MS / i64::try_from(count).unwrap_or(i64::MAX).max(1);
        let mut next = 0;
        while next < count {
            let end = count.min(next + IMPORTED_AT_ONCE);
            let line = |number: u64| {
                let at_ms = now_ms - PAST_MS + i64::try_from(number).unwrap_or_default() * apart_ms;
                let number = usize::try_from(number).unwrap_or(usize::MAX);
                let payload = customers.message(number, corp_id, at_ms / 1_000);
                serde_json::json!({ "app": app, "received_at_ms": at_ms, "payload": payload }).to_string()
            };
            let lines: Vec<String> = (next..end).map(line).collect();
            store.import(next + 1, &lines, now_ms).await?;
            progress.add(end - next);
            next = end;
        }
        progress.end();
        self.before = newest(&store).await?;
        store.close().await;
        Ok(())
    }

    /// Puts rules in force.
    pub(super) async fn import_rules(&self, rules: &str, now_ms: i64) -> anyhow::Result<()> {
        let store = context::open_store(&self.config).await?;
        store.import_rules(rules, None, now_ms).await?;
        store.close().await;
        Ok(())
    }

    /// Which of these customers' events are not in the record though they were acked. The server must have ended.
    pub(super) async fn lost(
        &self,
        acked: impl Iterator<Item = usize>,
        customers: Customers,
    ) -> anyhow::Result<usize> {
        let mut missing: HashSet<usize> = acked.collect();
        let store = context::open_store(&self.config).await?;
        let mut filter = EventFilter { limit: Some(PAGE_MAX), ..EventFilter::default() };
        while !missing.is_empty() {
            let page = store.events(&filter).await?;
            let Some(last) = page.last().map(|event| event.id) else { break };
            for event in &page {
                let customer = event.external_user_id.as_deref();
                if let Some(number) = customer.and_then(|id| customers.number_of_id(id)) {
                    missing.remove(&number);
                }
            }
            if last <= self.before {
                break;
            }
            filter.before_id = Some(last);
        }
        store.close().await;
        Ok(missing.len())
    }
}

/// Whether a database has no event and no rules. One without tables has neither.
async fn is_empty(config: &config::Database) -> anyhow::Result<bool> {
    let store = match context::open_store_as_it_is(config).await {
        Ok(store) => store,
        Err(store::Error::SchemaOlder { found: 0, .. }) => return Ok(true),
        // Tables of another version of this program are not looked into.
        Err(store::Error::SchemaOlder { .. } | store::Error::SchemaNewer { .. }) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let is_empty = newest(&store).await? == 0 && store.active_version().await?.is_none();
    store.close().await;
    Ok(is_empty)
}

async fn newest(store: &Store) -> anyhow::Result<i64> {
    let filter = EventFilter { limit: Some(1), ..EventFilter::default() };
    Ok(store.events(&filter).await?.first().map_or(0, |event| event.id))
}

/// So many rules, of which the last is for everybody and the others are for channels that nobody comes by: each is looked at
/// for each event.
pub(super) fn rules(count: u32) -> String {
    let mut rules = String::from("rules:");
    if count == 0 {
        return rules + " []\n";
    }
    rules.push('\n');
    for number in 1..count {
        // Writing to a String cannot fail.
        let _ = writeln!(
            rules,
            "  - name: shop {number}\n    when: {{ state: 'shop-{number}-*' }}\n    welcome: {{ text: 欢迎光临 {number} 号店 }}"
        );
    }
    rules + "  - name: everyone\n    welcome: { text: 您好，很高兴认识您！ }\n    tag: { add: [etBench] }\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Ruleset;

    #[test]
    fn so_many_rules_are_made_and_have_no_fault() {
        for count in [0, 1, 2, 40] {
            let ruleset = Ruleset::compile(&rules(count), 1).unwrap();
            assert_eq!(ruleset.rules().count(), usize::try_from(count).unwrap());
        }
    }
}
