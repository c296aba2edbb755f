//! The ids of all that a filter finds, for acts on many: nothing else of them is read.

use super::filter::{
    ActionFilter, EventFilter, FateFilter, PAGE_MAX, bind_filter, code_of_action, matches_filter,
};
use crate::{
    action::{Kind, Kinds, ReasonCode, Status},
    store::{
        Store,
        backend::{Result, on},
    },
};

const FAILED: &str = concat!(
    "SELECT a.id FROM action a JOIN event e ON e.id = a.event_id
     WHERE a.status IN ('expired', 'failed') AND a.id < $1 AND ",
    matches_filter!("e."),
    " AND ($12 IS NULL OR a.kind = $12) AND ($13 IS NULL OR a.status = $13) AND ($14 IS NULL OR $14 = ",
    code_of_action!(),
    ") AND ($15 IS NULL OR $15 LIKE '%' || a.kind || '%') ORDER BY a.id DESC LIMIT $11"
);

impl Store {
    /// The newest actions, of these kinds, that failed or expired and that a filter finds, up to so many. The filter's
    /// limit says nothing here.
    pub async fn failed_ids(&self, filter: &ActionFilter, only: Kinds, most: usize) -> Result<Vec<i64>> {
        let mut found: Vec<i64> = Vec::new();
        let mut page = filter.event.clone();
        while found.len() < most {
            let limit = page_of(most - found.len());
            let mut tx = self.backend().read().await?.for_a_search();
            let rows = on!(tx, "find what failed", |c| bind_filter!(
                sqlx::query_as::<_, (i64,)>(FAILED),
                &page,
                i64::from(limit)
            )
            .bind(filter.kind.map(Kind::as_str))
            .bind(filter.status.map(Status::as_str))
            .bind(filter.code.map(ReasonCode::as_str))
            .bind(only.to_text())
            .fetch_all(c))?;
            tx.commit().await?;
            page.before_id = rows.last().map(|(id,)| *id);
            let is_last = rows.len() < usize::try_from(limit).unwrap_or(usize::MAX);
            found.extend(rows.into_iter().map(|(id,)| id));
            if is_last {
                break;
            }
        }
        Ok(found)
    }

    /// The newest events of which this became and that a filter finds, up to so many.
    pub async fn event_ids(&self, filter: &EventFilter, fate: &FateFilter, most: usize) -> Result<Vec<i64>> {
        let mut found: Vec<i64> = Vec::new();
        let mut page = filter.clone();
        while found.len() < most {
            let limit = page_of(most - found.len());
            page.limit = Some(limit);
            let ids: Vec<i64> = if *fate == FateFilter::default() {
                self.events(&page).await?.into_iter().map(|event| event.id).collect()
            } else {
                self.events_by_fate(&page, fate).await?.into_iter().map(|event| event.summary.id).collect()
            };
            page.before_id = ids.last().copied();
            let is_last = ids.len() < usize::try_from(limit).unwrap_or(usize::MAX);
            found.extend(ids);
            if is_last {
                break;
            }
        }
        Ok(found)
    }
}

fn page_of(left: usize) -> u32 {
    u32::try_from(left).unwrap_or(PAGE_MAX).min(PAGE_MAX)
}
