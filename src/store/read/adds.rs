//! How many customers each employee added, as the record has it, and with how many of them came no welcome code: what is
//! held against WeCom's own statistics.

use crate::store::{
    Store,
    backend::{Result, on, row},
};

/// Employees of a report: more than any corp that uses one database.
const EMPLOYEES_MAX: i64 = 50_000;

/// Of so many events that happened last the one that arrived last is found: what is delivered again arrives out of order.
const NEWEST_LOOKED_AT: i64 = 100;

row! {
    /// What the record has of one employee's adds.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AddsOfEmployee {
        /// The employee, as the callbacks write it.
        pub user_id: String,
        /// How many adds there were.
        pub adds: i64,
        /// How many of them carried no welcome code.
        pub without_code: i64,
    }
}

impl Store {
    /// The adds of each employee that this app was notified of, by WeCom's clock: from `from_s` on, before `until_s`.
    pub async fn adds_by_employee(
        &self,
        app: &str,
        from_s: i64,
        until_s: i64,
    ) -> Result<Vec<AddsOfEmployee>> {
        let mut tx = self.backend().read().await?.for_a_search();
        let rows = on!(tx, "count adds", |c| {
            sqlx::query_as::<_, AddsOfEmployee>(
            "SELECT e.user_id, count(*) AS adds,
                    COALESCE(sum(CASE WHEN EXISTS (SELECT 1 FROM action a WHERE a.event_id = e.id AND a.kind = 'welcome'
                                                   AND a.code = 'no_welcome_code') THEN 1 ELSE 0 END), 0) AS without_code
             FROM event e
             WHERE e.app = $1 AND e.create_time_s >= $2 AND e.create_time_s < $3
               AND e.change = 'add_external_contact' AND e.user_id IS NOT NULL
             GROUP BY e.user_id ORDER BY e.user_id LIMIT $4"
        )
        .bind(app)
        .bind(from_s)
        .bind(until_s)
        .bind(EMPLOYEES_MAX)
        .fetch_all(c)
        })?;
        tx.commit().await?;
        Ok(rows)
    }

    /// When this app's newest event arrived, by our clock. The index of the events' identity answers, for an app without any as
    /// well, however many others have.
    pub async fn last_arrival_ms(&self, app: &str) -> Result<Option<i64>> {
        let mut tx = self.backend().read().await?;
        let (at_ms,) = on!(tx, "find the newest event", |c| {
            sqlx::query_as::<_, (Option<i64>,)>(
            "SELECT max(received_at_ms) FROM
                 (SELECT received_at_ms FROM event WHERE app = $1 ORDER BY create_time_s DESC LIMIT $2) newest"
        )
        .bind(app)
        .bind(NEWEST_LOOKED_AT)
        .fetch_one(c)
        })?;
        tx.commit().await?;
        Ok(at_ms)
    }
}
