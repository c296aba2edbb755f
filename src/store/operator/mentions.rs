//! Finds a customer's id in what is about others, and puts something that is no id in its place: a message about a group names its
//! members, a line of the audit what was asked of WeCom, an answer of WeCom's whom it was about.
//!
//! The tables of the record are gone through in stretches of their ids, reading only, so that nobody waits for it however large
//! they are.

use sqlx::AssertSqlSafe;

use crate::store::{
    Store,
    backend::{Dialect, Result, Tx, on, run},
};

/// How many rows are looked through at a time: some megabytes.
const STRETCH: i64 = 5_000;

/// A part of the record that is gone through, as far as it is about others: two keys and the text of a row that has the id in it, and
/// how the text is written, unless somebody has written another one meanwhile.
struct Part {
    doing: &'static str,
    last: &'static str,
    find: Dialect,
    write: &'static str,
}

macro_rules! find {
    ($keys:literal, $column:literal, $table:literal, $id:literal, $others:literal, $search:literal) => {
        concat!(
            "SELECT ",
            $keys,
            ", ",
            $column,
            " FROM ",
            $table,
            " WHERE ",
            $id,
            " >= $2 AND ",
            $id,
            " < $3 AND ",
            $search,
            "(",
            $column,
            ", $1) > 0 AND ",
            $others
        )
    };
}

macro_rules! part {
    ($doing:literal, $keys:literal, $column:literal of $table:literal by $id:literal, $which:literal, $others:literal) => {
        Part {
            doing: $doing,
            last: concat!("SELECT COALESCE(max(", $id, "), 0) FROM ", $table),
            find: Dialect {
                sqlite: find!($keys, $column, $table, $id, $others, "instr"),
                postgres: find!($keys, $column, $table, $id, $others, "strpos"),
            },
            write: concat!(
                "UPDATE ",
                $table,
                " SET ",
                $column,
                " = $3 WHERE ",
                $which,
                " AND ",
                $column,
                " = $4"
            ),
        }
    };
}

/// Differs because each database searches a text by a function of its own.
const PARTS: [Part; 3] = [
    part!("look for a customer in what was asked for", "id, id", "request" of "action" by "id", "id = $1 AND id = $2",
          "external_user_id IS DISTINCT FROM $1"),
    part!("look for a customer in reasons", "id, id", "reason" of "action" by "id", "id = $1 AND id = $2",
          "external_user_id IS DISTINCT FROM $1"),
    part!("look for a customer in WeCom's answers", "action_id, number", "errmsg" of "attempt" by "action_id",
          "action_id = $1 AND number = $2",
          "NOT EXISTS (SELECT 1 FROM action a WHERE a.id = attempt.action_id AND a.external_user_id = $1)"),
];

/// Differs because each database searches bytes by a function of its own.
const PAYLOADS: Dialect = Dialect {
    sqlite: "SELECT id, payload FROM event WHERE id >= $2 AND id < $3 AND instr(payload, $1) > 0
             AND external_user_id IS DISTINCT FROM $4",
    postgres: "SELECT id, payload FROM event WHERE id >= $2 AND id < $3 AND position($1 IN payload) > 0
               AND external_user_id IS DISTINCT FROM $4",
};

impl Store {
    /// In how many places of the record that are about others this customer is named; `write`: puts `instead` there.
    pub(super) async fn mentions(&self, customer: &str, instead: &str, write: bool) -> Result<u64> {
        let mut count = self.in_payloads(customer, instead, write).await?;
        for part in &PARTS {
            let last = self.last_id(part.last).await?;
            let mut from = 0;
            while from <= last {
                let mut tx = self.backend().read().await?.for_a_search();
                let text = tx.text(&part.find);
                let rows = on!(tx, part.doing, |c| sqlx::query_as::<_, (i64, i64, String)>(text)
                    .bind(customer)
                    .bind(from)
                    .bind(from + STRETCH)
                    .fetch_all(c))?;
                tx.commit().await?;
                for (id, number, said) in rows {
                    let Some(made) = without(said.as_bytes(), customer, instead) else { continue };
                    count += 1;
                    if write {
                        let mut tx = self.backend().single().await?;
                        run!(tx, "take a customer out of what is about others", |c| sqlx::query(part.write)
                            .bind(id)
                            .bind(number)
                            .bind(String::from_utf8_lossy(&made))
                            .bind(said.as_str())
                            .execute(c))?;
                        tx.commit().await?;
                    }
                }
                from += STRETCH;
            }
        }
        Ok(count)
    }

    async fn last_id(&self, text: &'static str) -> Result<i64> {
        let mut tx = self.backend().read().await?;
        let (last,) =
            on!(tx, "see how far the record goes", |c| sqlx::query_as::<_, (i64,)>(text).fetch_one(c))?;
        tx.commit().await?;
        Ok(last)
    }

    /// An event keeps its identity, by which a further delivery is known.
    async fn in_payloads(&self, customer: &str, instead: &str, write: bool) -> Result<u64> {
        let last = self.last_id("SELECT COALESCE(max(id), 0) FROM event").await?;
        let (mut from, mut count) = (0, 0);
        while from <= last {
            let mut tx = self.backend().read().await?.for_a_search();
            let text = tx.text(&PAYLOADS);
            let rows = on!(tx, "look for a customer in messages", |c| {
                sqlx::query_as::<_, (i64, Vec<u8>)>(text)
                    .bind(customer.as_bytes())
                    .bind(from)
                    .bind(from + STRETCH)
                    .bind(customer)
                    .fetch_all(c)
            })?;
            tx.commit().await?;
            for (id, payload) in rows {
                let Some(made) = without(&payload, customer, instead) else { continue };
                count += 1;
                if write {
                    let mut tx = self.backend().single().await?;
                    run!(tx, "take a customer out of a message", |c| sqlx::query(
                        "UPDATE event SET payload = $2 WHERE id = $1"
                    )
                    .bind(id)
                    .bind(made.as_slice())
                    .execute(c))?;
                    tx.commit().await?;
                }
            }
            from += STRETCH;
        }
        Ok(count)
    }
}

/// The columns beside the record in which a customer's id may stand: few rows, which are gone through as a whole.
const BESIDE: [(&str, &str); 7] = [
    ("rule_flag", "reason"),
    ("contact_way_batch_row", "asked"),
    ("contact_way_batch_row", "message"),
    ("media", "error"),
    ("alert", "state"),
    ("refused_callback", "app"),
    ("refused_callback", "sender"),
];

/// Takes a customer out of the tables beside the record. Of a line of the audit that names them only who did what and when stays:
/// what was asked of WeCom may have had their name in it.
pub(super) async fn beside(tx: &mut Tx, customer: &str, instead: &str) -> Result<()> {
    // Differs because each database searches a text by a function of its own.
    let search = tx.text(&Dialect { sqlite: "instr", postgres: "strpos" });
    for (table, column) in BESIDE {
        let find = format!("SELECT DISTINCT {column} FROM {table} WHERE {search}({column}, $1) > 0");
        let rows = on!(tx, "look for a customer beside the record", |c| {
            sqlx::query_as::<_, (String,)>(AssertSqlSafe(find.as_str()))
                .bind(customer)
                .persistent(false)
                .fetch_all(c)
        })?;
        let write = format!("UPDATE {table} SET {column} = $2 WHERE {column} = $1");
        for (said,) in rows {
            let Some(made) = without(said.as_bytes(), customer, instead) else { continue };
            run!(tx, "take a customer out of what is kept beside the record", |c| sqlx::query(
                AssertSqlSafe(write.as_str())
            )
            .bind(said.as_str())
            .bind(String::from_utf8_lossy(&made))
            .persistent(false)
            .execute(c))?;
        }
    }
    let find = format!(
        "SELECT id, target, before, after FROM audit
         WHERE {search}(target, $1) > 0 OR {search}(before, $1) > 0 OR {search}(after, $1) > 0"
    );
    let rows = on!(tx, "look for a customer in the audit", |c| {
        sqlx::query_as::<_, (i64, String, Option<String>, Option<String>)>(AssertSqlSafe(find.as_str()))
            .bind(customer)
            .persistent(false)
            .fetch_all(c)
    })?;
    for (id, target, before, after) in rows {
        let of = |text: &str| without(text.as_bytes(), customer, instead);
        let named = of(&target);
        let is_named = named.is_some()
            || before.is_some_and(|text| of(&text).is_some())
            || after.is_some_and(|text| of(&text).is_some());
        if is_named {
            let target = named.map_or(target, |made| String::from_utf8_lossy(&made).into_owned());
            run!(tx, "take a customer out of the audit", |c| sqlx::query(
                "UPDATE audit SET target = $2, before = NULL, after = NULL WHERE id = $1"
            )
            .bind(id)
            .bind(target.as_str())
            .execute(c))?;
        }
    }
    Ok(())
}

/// The text with `instead` wherever the id stands as a whole; `None`: it stands nowhere. An id may be the beginning of another.
fn without(text: &[u8], customer: &str, instead: &str) -> Option<Vec<u8>> {
    let said = customer.as_bytes();
    let is_of_an_id = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let (mut made, mut from, mut found) = (Vec::with_capacity(text.len()), 0, false);
    while !said.is_empty() {
        let Some(at) = text[from..].windows(said.len()).position(|window| window == said).map(|at| from + at)
        else {
            break;
        };
        let end = at + said.len();
        let is_whole =
            (at == 0 || !is_of_an_id(text[at - 1])) && text.get(end).is_none_or(|byte| !is_of_an_id(*byte));
        made.extend_from_slice(&text[from..at]);
        if is_whole {
            made.extend_from_slice(instead.as_bytes());
            found = true;
        } else {
            made.extend_from_slice(said);
        }
        from = end;
    }
    made.extend_from_slice(&text[from..]);
    found.then_some(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_replaced_where_it_stands_as_a_whole() {
        let of = |text: &str| {
            without(text.as_bytes(), "wmX", "forgotten").map(|made| String::from_utf8(made).unwrap())
        };
        assert_eq!(of("a wmX, wmX").as_deref(), Some("a forgotten, forgotten"));
        assert_eq!(of("<![CDATA[wmX]]>").as_deref(), Some("<![CDATA[forgotten]]>"));
        assert_eq!(of("wmX2 wmX").as_deref(), Some("wmX2 forgotten"));
        for other in ["wmX2", "awmX", "wmX-1", "wmX_", "", "nothing"] {
            assert_eq!(of(other), None, "{other}");
        }
        assert_eq!(without(b"anything", "", "forgotten"), None);
    }
}
