//! Sessions of people who have logged in to the pages.

use serde::Serialize;

use super::audit::{self, AuditLine};
use crate::{
    access::{
        Act, By, EMPLOYEE_LASTS_MS, Employees, Hash, LOGIN_LASTS_MS, Role, SETTING, Session, UNUSED_MS,
        employee_name,
    },
    store::{
        Store,
        backend::{Result, clean, fact, on, read_name, row, run},
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
    Employee {
        /// Of which corp.
        corp_id: &'a str,
        /// Who it is.
        user_id: &'a str,
        /// The state of the login, which works once.
        state: &'a Hash,
    },
}

/// What became of beginning one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionBegun {
    /// It can be used.
    Begun,
    /// Somebody has come in by this state before.
    StateSpent,
}

/// By whom sessions can be held, as the settings say it: whose token or employee is not there any more has none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Holders<'a> {
    /// The hash of the token in the settings.
    pub setting: Option<&'a Hash>,
    /// Who may log in by WeCom.
    pub employees: Option<&'a Employees>,
}

/// A session that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionFound {
    /// The token's name, or the employee's.
    pub who: String,
    /// What they may do.
    pub role: Role,
}

/// A session in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SessionRecord {
    /// By what it is named: the beginning of its hash, with which nobody comes in.
    pub id: String,
    /// The token's name, or the employee's.
    pub who: String,
    /// What they may do.
    pub role: Role,
    /// From where it was begun, as far as the connection told.
    pub address: Option<String>,
    /// When it was begun.
    pub created_at_ms: i64,
    /// When it was used last, to the minute.
    pub last_used_at_ms: i64,
    /// What the browser holds, by its hash.
    #[serde(skip)]
    pub hash: Hash,
}

macro_rules! session_columns {
    () => {
        "session.hash, session.token_hash, session.user_id, session.corp_id, session.role, session.address,
         session.created_at_ms, session.last_used_at_ms, admin_token.name
         FROM session LEFT JOIN admin_token ON admin_token.hash = session.token_hash
             AND admin_token.revoked_at_ms IS NULL
             AND (admin_token.expires_at_ms IS NULL OR admin_token.expires_at_ms > $1)"
    };
}

row! {
    struct SessionRow {
        hash: Vec<u8>,
        token_hash: Option<Vec<u8>>,
        user_id: Option<String>,
        corp_id: Option<String>,
        role: String,
        address: Option<String>,
        created_at_ms: i64,
        last_used_at_ms: i64,
        /// The token's, where it still works.
        name: Option<String>,
    }
}

impl SessionRow {
    /// Who has it, and what they may do; `None` where it is over.
    fn holder(&self, holders: Holders<'_>, now_ms: i64) -> Result<Option<SessionFound>> {
        if (Session { last_used_ms: self.last_used_at_ms }).is_over(now_ms) {
            return Ok(None);
        }
        if let Some(user_id) = &self.user_id {
            let role = read_name("session", "role", user_id, &self.role)?;
            let of_corp = holders.employees.filter(|of| self.corp_id.as_deref() == Some(of.corp_id()));
            // Whoever was given another role logs in again, and does not find it changed in the middle of something.
            let is_theirs = of_corp.and_then(|of| of.role_of(user_id)) == Some(role);
            let is_fresh = now_ms.saturating_sub(self.created_at_ms) < EMPLOYEE_LASTS_MS;
            return Ok((is_theirs && is_fresh).then(|| SessionFound { who: employee_name(user_id), role }));
        }
        let of_setting = || {
            let is_it = holders.setting.is_some_and(|of| self.token_hash.as_deref() == Some(of.as_bytes()));
            is_it.then(|| SETTING.to_owned())
        };
        let Some(who) = self.name.clone().or_else(of_setting) else { return Ok(None) };
        let role = read_name("session", "role", &who, &self.role)?;
        Ok(Some(SessionFound { who, role }))
    }
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
    ) -> Result<SessionBegun> {
        let mut tx = self.backend().begin().await?;
        run!(tx, "end old sessions", |c| sqlx::query(
            "DELETE FROM session WHERE last_used_at_ms <= $1 OR hash IN
             (SELECT hash FROM session ORDER BY last_used_at_ms DESC LIMIT 1000 OFFSET $2)"
        )
        .bind(now_ms.saturating_sub(UNUSED_MS))
        .bind(SESSIONS_MAX - 1)
        .execute(c))?;
        if let SessionOf::Employee { state, .. } = of {
            // Twice as long as a state is fresh: the clocks of two processes may be apart.
            run!(tx, "forget old logins", |c| sqlx::query(
                "DELETE FROM login_state_spent WHERE at_ms <= $1"
            )
            .bind(now_ms.saturating_sub(2 * LOGIN_LASTS_MS))
            .execute(c))?;
            let spent = on!(tx, "spend the state of a login", |c| sqlx::query_as::<_, (i64,)>(
                "INSERT INTO login_state_spent (hash, at_ms) VALUES ($1, $2)
                 ON CONFLICT (hash) DO NOTHING RETURNING at_ms"
            )
            .bind(state.as_bytes())
            .bind(now_ms)
            .fetch_optional(c))?;
            if spent.is_none() {
                tx.rollback().await?;
                return Ok(SessionBegun::StateSpent);
            }
        }
        let (token, corp, employee) = match of {
            SessionOf::Token(hash) => (Some(hash.as_bytes()), None, None),
            SessionOf::Employee { corp_id, user_id, .. } => {
                (None, Some(clean(corp_id)), Some(clean(user_id)))
            }
        };
        run!(tx, "begin a session", |c| {
            sqlx::query(
            "INSERT INTO session (hash, token_hash, corp_id, user_id, role, address, created_at_ms, last_used_at_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7)"
        )
        .bind(hash.as_bytes())
        .bind(token)
        .bind(corp.as_deref())
        .bind(employee.as_deref())
        .bind(role.as_str())
        .bind(by.address.as_deref().map(fact))
        .bind(now_ms)
        .execute(c)
        })?;
        let line =
            AuditLine { by, act: Act::SignedIn, target: &by.who, before: None, after: Some(role.as_str()) };
        audit::note(&mut tx, &line, now_ms).await?;
        tx.commit().await?;
        Ok(SessionBegun::Begun)
    }

    /// The session of this hash, where it can be used now; its use is noted.
    pub async fn use_session(
        &self,
        hash: &Hash,
        holders: Holders<'_>,
        now_ms: i64,
    ) -> Result<Option<SessionFound>> {
        let mut tx = self.backend().read().await?;
        let row = on!(tx, "look for a session", |c| sqlx::query_as::<_, SessionRow>(concat!(
            "SELECT ",
            session_columns!(),
            " WHERE session.hash = $2"
        ))
        .bind(now_ms)
        .bind(hash.as_bytes())
        .fetch_optional(c))?;
        tx.commit().await?;
        let Some(row) = row else { return Ok(None) };
        let found = row.holder(holders, now_ms)?;
        let session = Session { last_used_ms: row.last_used_at_ms };
        if found.is_some() && session.is_to_be_noted(now_ms) {
            self.note_use("UPDATE session SET last_used_at_ms = $2 WHERE hash = $1", hash, now_ms).await?;
        }
        Ok(found)
    }

    /// The sessions that can be used now, the one that was used last first.
    pub async fn sessions(&self, holders: Holders<'_>, now_ms: i64) -> Result<Vec<SessionRecord>> {
        let mut tx = self.backend().read().await?;
        let rows = on!(tx, "list sessions", |c| {
            sqlx::query_as::<_, SessionRow>(concat!(
            "SELECT ",
            session_columns!(),
            " WHERE session.last_used_at_ms > $2 ORDER BY session.last_used_at_ms DESC, session.hash LIMIT $3"
        ))
        .bind(now_ms)
        .bind(now_ms.saturating_sub(UNUSED_MS))
        .bind(SESSIONS_MAX)
        .fetch_all(c)
        })?;
        tx.commit().await?;
        let mut sessions = Vec::new();
        for row in rows {
            let Some(SessionFound { who, role }) = row.holder(holders, now_ms)? else { continue };
            let Some(hash) = Hash::of_bytes(&row.hash) else { continue };
            let SessionRow { address, created_at_ms, last_used_at_ms, .. } = row;
            sessions.push(SessionRecord {
                id: hash.id(),
                who,
                role,
                address,
                created_at_ms,
                last_used_at_ms,
                hash,
            });
        }
        Ok(sessions)
    }

    /// Ends a session because its holder logs out. `false`: there was none.
    pub async fn end_session(&self, hash: &Hash, by: &By, now_ms: i64) -> Result<bool> {
        self.end(hash, Act::SignedOut, &by.who, by, now_ms).await
    }

    /// Ends a session of the list, whose holder is `of`. `false`: there was none.
    pub async fn end_listed_session(&self, hash: &Hash, of: &str, by: &By, now_ms: i64) -> Result<bool> {
        self.end(hash, Act::SessionEnded, of, by, now_ms).await
    }

    async fn end(&self, hash: &Hash, act: Act, of: &str, by: &By, now_ms: i64) -> Result<bool> {
        let mut tx = self.backend().begin().await?;
        let ended = on!(tx, "end a session", |c| sqlx::query_as::<_, (String,)>(
            "DELETE FROM session WHERE hash = $1 RETURNING role"
        )
        .bind(hash.as_bytes())
        .fetch_optional(c))?;
        if let Some((role,)) = &ended {
            let line = AuditLine { by, act, target: of, before: Some(role), after: None };
            audit::note(&mut tx, &line, now_ms).await?;
        }
        tx.commit().await?;
        Ok(ended.is_some())
    }
}
