//! The statements that every event goes through, for the test that holds how the databases carry them out: by an index, so
//! that ten million events cost what ten do.

use super::{
    backend::{Dialect, Multirow},
    flags,
    record::{accept, acked, claim, follow_up, lease, new_plan, plan, reports, settle},
};

/// One of these statements, as it can be explained: no value in it is of a row that is there.
#[derive(Clone, Debug)]
pub struct HotStatement {
    /// Which it is.
    pub what: &'static str,
    /// For SQLite, with its places empty.
    pub sqlite: String,
    /// For PostgreSQL, with numbered places where there are any.
    pub postgres: String,
}

/// All of them.
pub fn hot_statements() -> Vec<HotStatement> {
    let apart = |what, sqlite: &Multirow, postgres: &Multirow| HotStatement {
        what,
        sqlite: sqlite.to_explain(|_| "?".to_owned()),
        postgres: postgres.to_explain(|column| format!("NULL::{}", postgres_type(column))),
    };
    let of_rows = |(what, statement): (&'static str, &'static Multirow)| apart(what, statement, statement);
    let of_one = |(what, statement): (&'static str, &'static Dialect)| HotStatement {
        what,
        sqlite: statement.sqlite.to_owned(),
        postgres: statement.postgres.to_owned(),
    };
    let rows: [(&'static str, &'static Multirow); 10] = [
        ("count deliveries", &accept::COUNT_AGAIN),
        ("mark events as planned", &plan::MARK_PLANNED),
        ("look why an event cannot be planned", &plan::WHY_NOT),
        ("read actions", &lease::LOAD),
        ("settle actions", &settle::UPDATE),
        ("record attempts", &settle::INSERT_ATTEMPTS),
        ("settle events", &settle::FINISH),
        ("store what follows", &follow_up::INSERT),
        ("read the rules of events", &follow_up::RULES),
        ("read the rules of well tagged events", &flags::RULES_OF),
    ];
    let ones: [(&'static str, &'static Dialect); 5] = [
        ("sweep events", &claim::SWEEP_EVENTS),
        ("sweep what has a deadline", &claim::SWEEP_DEADLINES),
        ("sweep what is due", &claim::SWEEP_DUE),
        ("sweep notices", &reports::SWEEP_NOTICES),
        ("sweep forwards", &reports::SWEEP_FORWARDS),
    ];
    let accept = apart("store events", &accept::INSERT_NEW, &accept::INSERT);
    let plan = apart("store a plan", &new_plan::INSERT_PLAIN, &new_plan::INSERT);
    let acks = apart("record how long acks took", &acked::WRITE, &acked::WRITE_FREE);
    let rows = rows.into_iter().map(of_rows);
    rows.chain(ones.into_iter().map(of_one)).chain([accept, plan, acks]).collect()
}

/// What a column of values is on PostgreSQL, which has to be told.
fn postgres_type(column: &str) -> &'static str {
    match column {
        "digest" | "payload" => "bytea",
        "keep" | "lost" | "unanswered" => "boolean",
        "app" | "corp_id" | "event" | "change" | "user_id" | "external_user_id" | "state" | "status"
        | "rules" | "kind" | "receiver" | "reason" | "code" | "request" | "errmsg" => "text",
        _ => "bigint",
    }
}
