//! How often each tag was put on customers of late, as the record has it: the ids that were sent. Bounded in time and in number,
//! because every such action has its tags in its request.

use std::collections::HashMap;

use crate::store::{
    Store,
    backend::{Dialect, Result, on, row},
};

/// So many of the latest actions are looked at: what somebody waits for must not read a year of a busy company.
pub const TAG_ACTIONS_MAX: i64 = 20_000;

/// How often a tag was put on, and when last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TagUses {
    /// How many actions have put it on.
    pub times: i64,
    /// When the last of them ended.
    pub last_at_ms: i64,
}

row! {
    struct Row {
        tag: String,
        times: i64,
        last_at_ms: i64,
    }
}

impl Store {
    /// By the id of the tag, which no two corps share, in the actions that ended well at `since_ms` or later, the latest
    /// [`TAG_ACTIONS_MAX`] of them; and whether there were more.
    pub async fn tag_uses(&self, since_ms: i64) -> Result<(HashMap<String, TagUses>, bool)> {
        let mut tx = self.backend().read().await?.for_a_search();
        // Differs because each database takes JSON apart by functions of its own.
        let counted = tx.text(&Dialect {
            sqlite: "SELECT tag.value AS tag, count(*) AS times, max(latest.settled_at_ms) AS last_at_ms
                     FROM (SELECT request, settled_at_ms FROM action
                           WHERE settled_at_ms >= $1 AND kind = 'tag' AND status = 'done'
                           ORDER BY settled_at_ms DESC LIMIT $2) AS latest,
                          json_each(latest.request, '$.add_tag') AS tag
                     GROUP BY tag.value",
            postgres: "SELECT tag.value AS tag, count(*) AS times, max(latest.settled_at_ms) AS last_at_ms
                       FROM (SELECT request, settled_at_ms FROM action
                             WHERE settled_at_ms >= $1 AND kind = 'tag' AND status = 'done'
                             ORDER BY settled_at_ms DESC LIMIT $2) AS latest,
                            jsonb_array_elements_text(latest.request::jsonb -> 'add_tag') AS tag (value)
                       GROUP BY tag.value",
        });
        let rows = on!(tx, "count how often tags were put on", |c| sqlx::query_as::<_, Row>(counted)
            .bind(since_ms)
            .bind(TAG_ACTIONS_MAX)
            .fetch_all(c))?;
        let all: i64 = on!(tx, "count the tags of late", |c| {
            sqlx::query_scalar(
            "SELECT count(*) FROM (SELECT 1 FROM action WHERE settled_at_ms >= $1 AND kind = 'tag' AND status = 'done'
                                   LIMIT $2) AS latest"
        )
        .bind(since_ms)
        .bind(TAG_ACTIONS_MAX + 1)
        .fetch_one(c)
        })?;
        tx.commit().await?;
        let uses = rows.into_iter().map(|row| {
            let Row { tag, times, last_at_ms } = row;
            (tag, TagUses { times, last_at_ms })
        });
        Ok((uses.collect(), all > TAG_ACTIONS_MAX))
    }
}
