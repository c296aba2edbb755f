//! Who has logged in to the pages. What the browser holds is nowhere in the database, only its hash.

use super::audit::{self, AuditLine};
use crate::{
    access::{Act, By, Hash, Role, SETTING, Session, UNUSED_MS},
    store::{
        Store,
        backend::{Result, clean, on, read_name, run},
    },
};

/// How many sessions there may be at once; who logs in beyond it ends the one that was left unused for longest.
const SESSIONS_MAX: i64 = 10_000;

/// By what somebody logs in.
#[derive(Clone, Copy, Debug)]
pub enum SessionOf<'a> {
    /// A token, by its hash: that of the settings, or one of the database. The session ends when the token does.
    Token(&'a Hash),
    /// An employee, whom WeCom has identified.
    Employee(&'a str),
}

/// A session that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionFound {
    /// The token's name, or the employee's userid.
    pub who: String,
    /// What they may do.
    pub role: Role,
}

impl Store {
    /// Begins a session, and ends those that are over.
    pub async fn begin_session(
        &self,
        hash: &Hash,
        of: SessionOf<'_>,
        role: Role,
        by: &By,
        now_ms: i64,
    ) -> Result<()> {
        let mut tx = self.backend().begin().await?;
        run!(tx, "end old sessions", |c| sqlx::query(
            "DELETE FROM session WHERE last_used_at_ms <= $1 OR hash IN
             (SELECT hash FROM session ORDER BY last_used_at_ms DESC LIMIT 1000 OFFSET $2)"
        )
        .bind(now_ms.saturating_sub(UNUSED_MS))
        .bind(SESSIONS_MAX - 1)
        .execute(c))?;
        let (token, employee) = match of {
            SessionOf::Token(hash) => (Some(hash.as_bytes()), None),
            SessionOf::Employee(user_id) => (None, Some(clean(user_id))),
        };
        run!(tx, "begin a session", |c| sqlx::query(
            "INSERT INTO session (hash, token_hash, user_id, role, created_at_ms, last_used_at_ms)
             VALUES ($1, $2, $3, $4, $5, $5)"
        )
        .bind(hash.as_bytes())
        .bind(token)
        .bind(employee.as_deref())
        .bind(role.as_str())
        .bind(now_ms)
        .execute(c))?;
        let line =
            AuditLine { by, act: Act::SignedIn, target: &by.who, before: None, after: Some(role.as_str()) };
        audit::note(&mut tx, &line, now_ms).await?;
        tx.commit().await
    }

    /// The session of this hash, where it can be used now; its use is noted. `setting` is the hash of the token in the
    /// settings: a session of another one is over.
    pub async fn use_session(
        &self,
        hash: &Hash,
        setting: Option<&Hash>,
        now_ms: i64,
    ) -> Result<Option<SessionFound>> {
        let mut tx = self.backend().read().await?;
        let found = on!(tx, "look for a session", |c| {
            sqlx::query_as::<_, (Option<Vec<u8>>, Option<String>, String, i64, Option<String>)>(
                "SELECT session.token_hash, session.user_id, session.role, session.last_used_at_ms, admin_token.name
                 FROM session LEFT JOIN admin_token ON admin_token.hash = session.token_hash
                     AND admin_token.revoked_at_ms IS NULL
                     AND (admin_token.expires_at_ms IS NULL OR admin_token.expires_at_ms > $2)
                 WHERE session.hash = $1",
            )
            .bind(hash.as_bytes())
            .bind(now_ms)
            .fetch_optional(c)
        })?;
        tx.commit().await?;
        let Some((token, user_id, role, last_used_ms, name)) = found else { return Ok(None) };
        let session = Session { last_used_ms };
        if session.is_over(now_ms) {
            return Ok(None);
        }
        let of_setting = || {
            let is_it = setting.is_some_and(|setting| token.as_deref() == Some(setting.as_bytes()));
            is_it.then(|| SETTING.to_owned())
        };
        let Some(who) = user_id.or(name).or_else(of_setting) else { return Ok(None) };
        let role = read_name("session", "role", &who, &role)?;
        if session.is_to_be_noted(now_ms) {
            self.note_use("UPDATE session SET last_used_at_ms = $2 WHERE hash = $1", hash, now_ms).await?;
        }
        Ok(Some(SessionFound { who, role }))
    }

    /// Ends a session. `false`: there was none.
    pub async fn end_session(&self, hash: &Hash, by: &By, now_ms: i64) -> Result<bool> {
        let mut tx = self.backend().begin().await?;
        let ended = on!(tx, "end a session", |c| sqlx::query_as::<_, (String,)>(
            "DELETE FROM session WHERE hash = $1 RETURNING role"
        )
        .bind(hash.as_bytes())
        .fetch_optional(c))?;
        if let Some((role,)) = &ended {
            let line =
                AuditLine { by, act: Act::SignedOut, target: &by.who, before: Some(role), after: None };
            audit::note(&mut tx, &line, now_ms).await?;
        }
        tx.commit().await?;
        Ok(ended.is_some())
    }
}
