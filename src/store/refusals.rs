//! The last callbacks that were refused, and when a callback URL was verified last: what tells a person why nothing
//! arrives. Written in the background, a handful a second at most (`flow/refusals.rs`); no body and no query is kept.

use serde::Serialize;

use crate::{
    refusal::RefusalClass,
    store::{
        Store,
        backend::{Result, clean, on, read_name, row, run},
    },
};

/// How many refused callbacks of an app are kept, and how many in all for apps that are not in the settings.
pub const REFUSED_KEPT: usize = 20;

/// How many are listed at once when the caller does not say, and at most: every one of 24 apps and of the strangers.
const LISTED_MAX: u32 = 500;

/// A callback that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedCallback {
    /// The app of the settings; with [`RefusalClass::NoSuchApp`] the name that was asked for, cut and cleaned.
    pub app: String,
    /// Why it was refused.
    pub class: RefusalClass,
    /// When it came.
    pub at_ms: i64,
    /// The address that it came from, as far as a proxy lets it be known.
    pub sender: Option<String>,
    /// Whether it carried something of the form of WeCom's signature.
    pub signed: bool,
}

/// The same, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedRecord {
    /// Its number; higher ones are newer.
    pub id: i64,
    /// The app of the settings; with [`RefusalClass::NoSuchApp`] the name that was asked for.
    pub app: String,
    /// Why it was refused.
    pub class: RefusalClass,
    /// When it came.
    pub at_ms: i64,
    /// The address that it came from, as far as a proxy lets it be known.
    pub sender: Option<String>,
    /// Whether it carried something of the form of WeCom's signature.
    pub signed: bool,
}

/// Which refused callbacks are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefusedFilter {
    /// Of this app only, and with it those for apps that are not in the settings.
    pub app: Option<String>,
    /// Older than this one only.
    pub before_id: Option<i64>,
    /// At most so many; 500 where it is not said, and at most.
    pub limit: Option<u32>,
}

row! {
    struct Row {
        id: i64,
        app: String,
        class: String,
        at_ms: i64,
        sender: Option<String>,
        signed: bool,
    }
}

impl Store {
    /// Keeps these, the oldest first, and of each app and of the strangers the last [`REFUSED_KEPT`] only.
    pub async fn keep_refused(&self, refused: &[RefusedCallback]) -> Result<()> {
        let mut tx = self.backend().begin().await?;
        for one in refused {
            run!(tx, "keep a refused callback", |c| sqlx::query(
                "INSERT INTO refused_callback (app, class, at_ms, sender, signed) VALUES ($1, $2, $3, $4, $5)"
            )
            .bind(clean(&one.app))
            .bind(one.class.as_str())
            .bind(one.at_ms)
            .bind(one.sender.as_deref().map(clean))
            .bind(one.signed)
            .execute(c))?;
        }
        let mut apps: Vec<&str> =
            refused.iter().filter(|one| !is_stranger(one)).map(|one| one.app.as_str()).collect();
        apps.sort_unstable();
        apps.dedup();
        for app in apps {
            run!(tx, "forget older refused callbacks", |c| sqlx::query(
                "DELETE FROM refused_callback WHERE app = $1 AND class <> 'no_such_app' AND id NOT IN
                     (SELECT id FROM refused_callback WHERE app = $1 AND class <> 'no_such_app'
                      ORDER BY id DESC LIMIT $2)"
            )
            .bind(clean(app))
            .bind(kept())
            .execute(c))?;
        }
        if refused.iter().any(is_stranger) {
            run!(tx, "forget older requests for apps that are not there", |c| sqlx::query(
                "DELETE FROM refused_callback WHERE class = 'no_such_app' AND id NOT IN
                     (SELECT id FROM refused_callback WHERE class = 'no_such_app' ORDER BY id DESC LIMIT $1)"
            )
            .bind(kept())
            .execute(c))?;
        }
        tx.commit().await
    }

    /// The refused callbacks that are kept, the newest first.
    pub async fn refused_callbacks(&self, filter: &RefusedFilter) -> Result<Vec<RefusedRecord>> {
        let mut tx = self.backend().read().await?;
        let rows = on!(tx, "list refused callbacks", |c| sqlx::query_as::<_, Row>(
            "SELECT id, app, class, at_ms, sender, signed FROM refused_callback
             WHERE id < $1 AND ($2 IS NULL OR app = $2 OR class = 'no_such_app') ORDER BY id DESC LIMIT $3"
        )
        .bind(filter.before_id.unwrap_or(i64::MAX))
        .bind(filter.app.as_deref())
        .bind(i64::from(filter.limit.unwrap_or(LISTED_MAX).min(LISTED_MAX)))
        .fetch_all(c))?;
        tx.commit().await?;
        rows.into_iter()
            .map(|Row { id, app, class, at_ms, sender, signed }| {
                let class = read_name("refused_callback", "class", id, &class)?;
                Ok(RefusedRecord { id, app, class, at_ms, sender, signed })
            })
            .collect()
    }

    /// When callbacks with a signature were refused, with their apps; those for apps that are not in the settings are not
    /// among them. Every app has its own twenty at most, so that no app's keep another's out.
    pub async fn refused_with_signature(&self, since_ms: i64) -> Result<Vec<(String, i64)>> {
        let mut tx = self.backend().read().await?;
        let rows = on!(tx, "list refused callbacks with a signature", |c| {
            sqlx::query_as::<_, (String, i64)>(
            "SELECT app, at_ms FROM refused_callback WHERE signed AND class <> 'no_such_app' AND at_ms >= $1"
        )
        .bind(since_ms)
        .fetch_all(c)
        })?;
        tx.commit().await?;
        Ok(rows)
    }

    /// Notes when an app's callback URL was verified. An earlier instant changes nothing.
    pub async fn keep_verified(&self, app: &str, at_ms: i64) -> Result<()> {
        let mut tx = self.backend().single().await?;
        run!(tx, "note that a callback URL was verified", |c| {
            sqlx::query(
            "INSERT INTO callback_verified (app, at_ms) VALUES ($1, $2)
             ON CONFLICT (app) DO UPDATE SET at_ms = excluded.at_ms WHERE callback_verified.at_ms < excluded.at_ms"
        )
        .bind(clean(app))
        .bind(at_ms)
        .execute(c)
        })?;
        tx.commit().await
    }

    /// When an app's callback URL was verified last.
    pub async fn verified_at_ms(&self, app: &str) -> Result<Option<i64>> {
        let mut tx = self.backend().read().await?;
        let row = on!(tx, "ask when a callback URL was verified", |c| sqlx::query_as::<_, (i64,)>(
            "SELECT at_ms FROM callback_verified WHERE app = $1"
        )
        .bind(clean(app))
        .fetch_optional(c))?;
        tx.commit().await?;
        Ok(row.map(|(at_ms,)| at_ms))
    }
}

fn is_stranger(one: &RefusedCallback) -> bool {
    one.class == RefusalClass::NoSuchApp
}

fn kept() -> i64 {
    i64::try_from(REFUSED_KEPT).unwrap_or(i64::MAX)
}
