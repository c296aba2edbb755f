//! Tokens of the admin API: made, listed, found by their hash, ended. The token itself is nowhere in the database.

use serde::Serialize;

use super::audit::{self, AuditLine};
use crate::{
    access::{Act, By, Hash, Role, Session},
    store::{
        Store,
        backend::{Error, Result, clean, on, read_name, row, run},
    },
};

/// How many tokens there may be that are not revoked: more than a company has people and machines to give one to.
const TOKENS_MAX: i64 = 1_000;

/// A token that is about to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewToken<'a> {
    /// What it is called.
    pub name: &'a str,
    /// What it may do.
    pub role: Role,
    /// Its SHA-256.
    pub hash: Hash,
    /// When it ends, if it does by itself.
    pub expires_at_ms: Option<i64>,
}

/// What became of making one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenMade {
    /// It can be used.
    Made,
    /// There is one of this name that is not revoked.
    Taken,
    /// There are as many as there may be.
    TooMany,
}

/// A token in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenRecord {
    /// What it is called.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// When it was made.
    pub created_at_ms: i64,
    /// By whom.
    pub created_by: String,
    /// When it ends, if it does by itself.
    pub expires_at_ms: Option<i64>,
    /// When it was used last, to the minute.
    pub last_used_at_ms: Option<i64>,
    /// When it was ended.
    pub revoked_at_ms: Option<i64>,
}

/// A token that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFound {
    /// What it is called.
    pub name: String,
    /// What it may do.
    pub role: Role,
}

row! {
    struct TokenRow {
        name: String,
        role: String,
        created_at_ms: i64,
        created_by: String,
        expires_at_ms: Option<i64>,
        last_used_at_ms: Option<i64>,
        revoked_at_ms: Option<i64>,
    }
}

impl TokenRow {
    fn record(self) -> Result<TokenRecord> {
        let Self { name, role, created_at_ms, created_by, expires_at_ms, last_used_at_ms, revoked_at_ms } =
            self;
        let role = read_name("admin_token", "role", &name, &role)?;
        Ok(TokenRecord {
            name,
            role,
            created_at_ms,
            created_by,
            expires_at_ms,
            last_used_at_ms,
            revoked_at_ms,
        })
    }
}

impl Store {
    /// Makes a token.
    pub async fn create_token(&self, token: &NewToken<'_>, by: &By, now_ms: i64) -> Result<TokenMade> {
        let mut tx = self.backend().begin().await?;
        let (count,) = on!(tx, "count tokens", |c| sqlx::query_as::<_, (i64,)>(
            "SELECT count(*) FROM admin_token WHERE revoked_at_ms IS NULL"
        )
        .fetch_one(c))?;
        if count >= TOKENS_MAX {
            tx.rollback().await?;
            return Ok(TokenMade::TooMany);
        }
        let name = clean(token.name);
        let made = on!(tx, "make a token", |c| sqlx::query_as::<_, (i64,)>(
            "INSERT INTO admin_token (name, role, hash, created_at_ms, created_by, expires_at_ms)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (name) WHERE revoked_at_ms IS NULL DO NOTHING RETURNING id"
        )
        .bind(name.as_ref())
        .bind(token.role.as_str())
        .bind(token.hash.as_bytes())
        .bind(now_ms)
        .bind(clean(&by.who))
        .bind(token.expires_at_ms)
        .fetch_optional(c))?;
        if made.is_none() {
            tx.rollback().await?;
            return Ok(TokenMade::Taken);
        }
        let line = AuditLine {
            by,
            act: Act::TokenCreated,
            target: token.name,
            before: None,
            after: Some(token.role.as_str()),
        };
        audit::note(&mut tx, &line, now_ms).await?;
        tx.commit().await?;
        Ok(TokenMade::Made)
    }

    /// Ends a token, and with it the sessions that were begun with it. `false`: there is none of that name.
    pub async fn revoke_token(&self, name: &str, by: &By, now_ms: i64) -> Result<bool> {
        let mut tx = self.backend().begin().await?;
        let revoked = on!(tx, "revoke a token", |c| sqlx::query_as::<_, (String, Vec<u8>)>(
            "UPDATE admin_token SET revoked_at_ms = $2 WHERE name = $1 AND revoked_at_ms IS NULL
             RETURNING role, hash"
        )
        .bind(clean(name))
        .bind(now_ms)
        .fetch_optional(c))?;
        let Some((role, hash)) = revoked else {
            tx.rollback().await?;
            return Ok(false);
        };
        run!(tx, "end the sessions of a token", |c| sqlx::query(
            "DELETE FROM session WHERE token_hash = $1"
        )
        .bind(hash)
        .execute(c))?;
        let line = AuditLine { by, act: Act::TokenRevoked, target: name, before: Some(&role), after: None };
        audit::note(&mut tx, &line, now_ms).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Every token that is not revoked, the latest first.
    pub async fn tokens(&self) -> Result<Vec<TokenRecord>> {
        let mut tx = self.backend().read().await?;
        let rows = on!(tx, "list tokens", |c| sqlx::query_as::<_, TokenRow>(
            "SELECT name, role, created_at_ms, created_by, expires_at_ms, last_used_at_ms, revoked_at_ms
             FROM admin_token WHERE revoked_at_ms IS NULL ORDER BY id DESC LIMIT $1"
        )
        .bind(TOKENS_MAX)
        .fetch_all(c))?;
        tx.commit().await?;
        rows.into_iter().map(TokenRow::record).collect()
    }

    /// Whether there is a token that could be used.
    pub async fn has_tokens(&self, now_ms: i64) -> Result<bool> {
        let mut tx = self.backend().read().await?;
        let any = on!(tx, "look for tokens", |c| sqlx::query_as::<_, (i64,)>(
            "SELECT id FROM admin_token
             WHERE revoked_at_ms IS NULL AND (expires_at_ms IS NULL OR expires_at_ms > $1) LIMIT 1"
        )
        .bind(now_ms)
        .fetch_optional(c))?;
        tx.commit().await?;
        Ok(any.is_some())
    }

    /// The token of this hash, where it can be used now; its use is noted.
    pub async fn use_token(&self, hash: &Hash, now_ms: i64) -> Result<Option<TokenFound>> {
        let mut tx = self.backend().read().await?;
        let found = on!(tx, "look for a token", |c| sqlx::query_as::<_, (String, String, Option<i64>)>(
            "SELECT name, role, last_used_at_ms FROM admin_token
             WHERE hash = $1 AND revoked_at_ms IS NULL AND (expires_at_ms IS NULL OR expires_at_ms > $2)"
        )
        .bind(hash.as_bytes())
        .bind(now_ms)
        .fetch_optional(c))?;
        tx.commit().await?;
        let Some((name, role, last_used)) = found else { return Ok(None) };
        let role = read_name("admin_token", "role", &name, &role)?;
        if last_used.is_none_or(|last_used_ms| Session { last_used_ms }.is_to_be_noted(now_ms)) {
            self.note_use("UPDATE admin_token SET last_used_at_ms = $2 WHERE hash = $1", hash, now_ms)
                .await?;
        }
        Ok(Some(TokenFound { name, role }))
    }

    /// Notes when something was used; a database that cannot be written to at the moment can still be read.
    pub(super) async fn note_use(&self, text: &'static str, hash: &Hash, now_ms: i64) -> Result<()> {
        let noted = async {
            let mut tx = self.backend().single().await?;
            run!(tx, "note the use of a token", |c| sqlx::query(text)
                .bind(hash.as_bytes())
                .bind(now_ms)
                .execute(c))?;
            tx.commit().await
        };
        match noted.await {
            Err(Error::Closed) => Err(Error::Closed),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}
