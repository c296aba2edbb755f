//! The statement that counts: one text for each [`By`], put together of parts that stand here.
//!
//! Everything happens in the database, and what comes back is one row a key, so that a company with a million events waits
//! for the database and not for the wire. The text is made while the program runs because a part names the table that it is
//! about; what is put into it are those names, and the numbers of a time zone ([`Offsets`]). Nothing from outside is.

use super::{By, offsets::Offsets};
use crate::store::{backend::Dialect, record::event::AHEAD_MS_MAX};

/// The statement's text for one of the databases.
///
/// `$1` is where the search in the index of receipts may begin, `$2` and `$3` between when it happened, `$4` the app, `$5`
/// how many keys. What was counted of events that have been pruned is added from its sums. A percentile is the first of the
/// times in order up to which there are so many of all; as many welcomes take the same time, they are put together first.
pub(super) fn text(by: By, offsets: &Offsets, is_postgres: bool) -> String {
    let Keys { came, ended, past, of_add } = Keys::of(by, offsets, is_postgres);
    let keys = Counted {
        came: format!("{came} AS key"),
        ended,
        joined: of_add.map(|rest| join_add(&rest)).unwrap_or_default(),
    };
    format!(
        "WITH {counted}, timed AS (
    SELECT key, ms, {timed}, sum(CASE WHEN ms IS NULL THEN 0 ELSE welcomed END) AS times
    FROM (SELECT * FROM counted
          UNION ALL
          SELECT {past}, {columns}, NULLIF(s.welcome_ms, -1)
          FROM (SELECT quarter_ms AS at_ms, app, user_id, state, rule, welcome_ms, {columns} FROM past_sum) s
          WHERE s.at_ms >= $2 AND s.at_ms < $3 AND ($4 IS NULL OR s.app = $4)) all_of
    GROUP BY key, ms
), ranked AS (
    SELECT timed.*, sum(times) OVER (PARTITION BY key) AS all_times,
           sum(times) OVER (PARTITION BY key ORDER BY ms) AS times_up_to
    FROM timed
)
SELECT key, {sums},
       min(CASE WHEN times_up_to * 100 >= all_times * 50 THEN ms END) AS p50,
       min(CASE WHEN times_up_to * 100 >= all_times * 90 THEN ms END) AS p90,
       min(CASE WHEN times_up_to * 100 >= all_times * 99 THEN ms END) AS p99
FROM ranked GROUP BY key ORDER BY 2 DESC, 1 LIMIT $5",
        counted = counted(&within("e"), &keys, is_postgres),
        timed = SUMS.map(|column| format!("sum({column}) AS {column}")).join(", "),
        columns = SUMS.join(", "),
        sums = SUMS.map(|column| format!("CAST(sum({column}) AS BIGINT) AS {column}")).join(", "),
    )
}

/// What statistics count of each of these events, to be kept when they are pruned; events that they do not count as well. The
/// ids stand in the text as they are: they are numbers.
pub(in crate::store) fn of_events(ids: &[i64], is_postgres: bool) -> String {
    let ids = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let happens = format!("e.event = 'change_external_contact' AND e.id IN ({ids})");
    let state = Keys::of(By::State, &Offsets::none(), is_postgres);
    let rule = Keys::of(By::Rule, &Offsets::none(), is_postgres);
    let keys = Counted {
        came: format!("c.id AS id, c.at_ms AS at_ms, {} AS state, {} AS rule", state.came, rule.came),
        ended: format!("e.id, e.at_ms, {}, {}", state.ended, rule.ended),
        joined: join_add(&rule.of_add.unwrap_or_default()),
    };
    format!(
        "WITH {counted}
SELECT e.id, e.app, e.corp_id, e.user_id, e.external_user_id, e.event = 'change_external_contact' AS is_contact, e.change,
       e.happened_at_ms, n.at_ms, n.state, n.rule, {columns}, n.ms
FROM event e LEFT JOIN counted n ON n.id = e.id WHERE e.id IN ({ids}) ORDER BY e.happened_at_ms, e.id",
        counted = counted(&happens, &keys, is_postgres),
        columns = SUMS.map(|column| format!("CAST(COALESCE(n.{column}, 0) AS BIGINT) AS {column}")).join(", "),
    )
}

/// What a row of `counted` has beside the figures: of `c`, an event that may greet, and of `e`, one by which a relation ended.
struct Counted {
    came: String,
    ended: String,
    /// What is joined to the latter.
    joined: String,
}

/// `came` are the events that may greet, `ended` those by which a relation ended, as far as `condition` holds for `e`;
/// `counted` has a row for each.
fn counted(condition: &str, keys: &Counted, is_postgres: bool) -> String {
    let Counted { came, ended, joined } = keys;
    let (happened, confirms) = (happened("e"), confirms("e"));
    let (welcome, tags, transferred) = (welcome("c"), tags("c"), transferred("e", is_postgres));
    format!(
        "came AS MATERIALIZED (
    SELECT e.id, e.app, e.user_id, e.state, e.rules, e.run, e.received_at_ms, {happened} AS at_ms,
           CASE WHEN e.change = 'msg_audit_approved' OR {confirms} THEN 0 ELSE 1 END AS adds,
           CASE WHEN e.status = 'received' OR e.imported_at_ms IS NOT NULL THEN 0 ELSE 1 END AS planned
    FROM event e
    WHERE {condition} AND e.change IN ('add_external_contact', 'add_half_external_contact', 'msg_audit_approved')
), ended AS (
    SELECT e.id, e.app, e.user_id, e.external_user_id, e.happened_at_ms, e.change, {happened} AS at_ms
    FROM event e
    WHERE {condition}
      AND (e.change = 'del_follow_user' OR e.change = 'del_external_contact' AND NOT {transferred})
), counted AS (
    SELECT {came}, c.adds,
           CASE WHEN w.status = 'done' THEN 1 ELSE 0 END AS welcomed,
           CASE WHEN w.status = 'expired' AND w.code IS DISTINCT FROM 'unknown_end' THEN 1 ELSE 0 END AS missed,
           CASE WHEN c.adds = 1 AND (w.code = 'no_welcome_code' OR w.id IS NULL AND c.planned = 1)
                THEN 1 ELSE 0 END AS no_code,
           CASE WHEN c.adds = 1 AND w.code = 'no_rule' THEN 1 ELSE 0 END AS no_rule,
           CASE WHEN t.status = 'done' THEN 1 ELSE 0 END AS tagged,
           CASE WHEN t.status IN ('failed', 'expired') THEN 1 ELSE 0 END AS tags_failed,
           0 AS lost, 0 AS deleted_by_employee,
           CASE WHEN w.status = 'done' AND w.code IS DISTINCT FROM 'by_another'
                THEN w.settled_at_ms - c.received_at_ms END AS ms
    FROM came c
    LEFT JOIN action w ON w.id = {welcome}
    LEFT JOIN action t ON t.id = {tags}
    UNION ALL
    SELECT {ended}, 0, 0, 0, 0, 0, 0, 0, CASE WHEN e.change = 'del_follow_user' THEN 1 ELSE 0 END,
           CASE WHEN e.change = 'del_external_contact' THEN 1 ELSE 0 END, CAST(NULL AS BIGINT)
    FROM ended e {joined}
)"
    )
}

/// Joins the add that a relation began with to its end `e`: `p` where the add is in the record, `q` where it has been pruned.
fn join_add(rest: &str) -> String {
    let add = last_add("e");
    format!(
        "LEFT JOIN event p ON p.id = {add} {rest}
         LEFT JOIN past_pair q ON q.external_user_id = e.external_user_id AND q.app = e.app AND q.user_id = e.user_id
                                  AND q.add_ms <= e.happened_at_ms"
    )
}

/// What is counted. Of sums of sums PostgreSQL makes another type, hence the cast.
pub(in crate::store) const SUMS: [&str; 9] = [
    "adds",
    "welcomed",
    "missed",
    "no_code",
    "no_rule",
    "tagged",
    "tags_failed",
    "lost",
    "deleted_by_employee",
];

/// What is counted by: the key of an event that may greet, of one by which a relation ended, and of a sum of pruned ones.
struct Keys {
    came: String,
    ended: String,
    past: String,
    /// Where the latter hangs on the add that it ended (`p`): what else is joined.
    of_add: Option<String>,
}

impl Keys {
    fn of(by: By, offsets: &Offsets, is_postgres: bool) -> Self {
        let alike = |key: &dyn Fn(&str) -> String| Self {
            came: key("c"),
            ended: key("e"),
            past: key("s"),
            of_add: None,
        };
        match by {
            By::Day => alike(&|e| format!("CAST(({e}.at_ms + {}) / 86400000 AS TEXT)", offsets.at(e))),
            By::Hour => alike(&|e| {
                let offset = offsets.at(e);
                format!("CAST(({e}.at_ms + {offset}) / 3600000 AS TEXT) || ' ' || CAST({offset} AS TEXT)")
            }),
            By::User => alike(&|e| format!("COALESCE({e}.user_id, '')")),
            By::App => alike(&|e| format!("{e}.app")),
            // WeCom says of nobody who leaves by which channel they had come.
            By::State => Self {
                came: "COALESCE(c.state, '')".to_owned(),
                ended: of_last_add("COALESCE(p.state, '')", "q.state"),
                past: "s.state".to_owned(),
                of_add: Some(String::new()),
            },
            By::Rule => Self {
                came: rule("c", is_postgres),
                ended: of_last_add(&rule("p", is_postgres), "q.rule"),
                past: "s.rule".to_owned(),
                of_add: Some(format!("LEFT JOIN action w ON w.id = {}", welcome("p"))),
            },
        }
    }
}

/// What the last add had: the one in the record, or the one that has been pruned where that was the later.
fn of_last_add(recorded: &str, pruned: &str) -> String {
    format!(
        "CASE WHEN p.id IS NULL OR q.add_ms > p.happened_at_ms THEN COALESCE({pruned}, '') ELSE {recorded} END"
    )
}

/// When an event happened. Earlier versions took every number for a time (`happened_at` in `record/event.rs`).
fn happened(e: &str) -> String {
    format!(
        "CASE WHEN {e}.happened_at_ms > 0 AND {e}.happened_at_ms - {e}.received_at_ms <= {AHEAD_MS_MAX}
              THEN {e}.happened_at_ms ELSE {e}.received_at_ms END"
    )
}

/// Whether it is one of those that are asked for. Nothing happened more than a day after it arrived, so the index of
/// receipts bounds what is read.
fn within(e: &str) -> String {
    let happened = happened(e);
    format!(
        "{e}.event = 'change_external_contact' AND {e}.received_at_ms >= $1
         AND {happened} >= $2 AND {happened} < $3 AND ($4 IS NULL OR {e}.app = $4)"
    )
}

/// Whether both are about the same employee and customer, for the same app. `COALESCE` keeps SQLite from searching all
/// events of the employee: a customer has few.
fn same_pair(p: &str, e: &str) -> String {
    format!(
        "{p}.external_user_id = {e}.external_user_id AND COALESCE({p}.user_id, '') = {e}.user_id AND {p}.app = {e}.app
         AND {p}.event = 'change_external_contact'"
    )
}

/// Whether the one happened before the other. WeCom's clock counts seconds: of one second the order of arrival decides.
fn before(p: &str, e: &str) -> String {
    format!(
        "({p}.happened_at_ms < {e}.happened_at_ms
          OR {p}.happened_at_ms = {e}.happened_at_ms AND {p}.id < {e}.id)"
    )
}

/// Whether the employee only adds back whom WeCom has announced with `add_half_external_contact`: that was the last that
/// happened between the two. The small index of those half adds answers for nearly everybody. A half add that has been pruned
/// stands in its pair's row, if it was the last of those that have been.
fn confirms(e: &str) -> String {
    format!(
        "({e}.change = 'add_external_contact' AND (EXISTS
    (SELECT 1 FROM event h
     WHERE h.change = 'add_half_external_contact' AND {same_h} AND {h_before} AND NOT EXISTS
         (SELECT 1 FROM event b
          WHERE {same_b} AND b.status <> 'received' AND {after_h} AND {b_before} AND b.change IN ({between})))
    OR EXISTS
    (SELECT 1 FROM past_pair k
     WHERE k.is_half AND k.external_user_id = {e}.external_user_id AND k.app = {e}.app AND k.user_id = {e}.user_id
       AND k.last_ms <= {e}.happened_at_ms AND NOT EXISTS
         (SELECT 1 FROM event b
          WHERE {same_b} AND b.status <> 'received' AND b.happened_at_ms >= k.last_ms AND {b_before}
            AND b.change IN ({between})))))",
        same_h = same_pair("h", e),
        h_before = before("h", e),
        same_b = same_pair("b", e),
        after_h = before("h", "b"),
        b_before = before("b", e),
        between = "'add_external_contact', 'del_external_contact', 'del_follow_user'",
    )
}

/// The add that a relation began with, for whatever ended it.
fn last_add(e: &str) -> String {
    format!(
        "(SELECT f.id FROM event f
          WHERE {} AND f.status <> 'received' AND {} AND f.change IN ('add_external_contact', 'add_half_external_contact')
            AND NOT {} ORDER BY f.happened_at_ms DESC, f.id DESC LIMIT 1)",
        same_pair("f", e),
        before("f", e),
        confirms("f")
    )
}

/// The welcome that says how an event ended, as lists of events choose it (`read/fate.rs`).
fn welcome(event: &str) -> String {
    best("welcome", event, "CASE WHEN a.status = 'done' THEN 0 WHEN a.unanswered THEN 1 ELSE 2 END")
}

/// The tags of an event: set once, they are set, whatever a replay came to.
fn tags(event: &str) -> String {
    best("tag", event, "CASE WHEN a.status = 'done' THEN 0 ELSE 1 END")
}

/// The action of that kind that counts: by this order, and of those the latest. Most events have never been replayed and so
/// have one at the most, which is found without putting any in order.
fn best(kind: &str, event: &str, order: &str) -> String {
    let of_kind = format!("SELECT a.id FROM action a WHERE a.event_id = {event}.id AND a.kind = '{kind}'");
    format!(
        "CASE {event}.run WHEN 0 THEN ({of_kind} AND a.run = 0 LIMIT 1)
                          ELSE ({of_kind} ORDER BY {order}, a.run DESC, a.id DESC LIMIT 1) END"
    )
}

/// Whether a customer was deleted by being handed over to another employee, which stands in the message only. Differs
/// because each database searches bytes by a function of its own.
fn transferred(e: &str, is_postgres: bool) -> String {
    const FOUND: Dialect = Dialect {
        sqlite: "(instr({e}.payload, CAST('DELETE_BY_TRANSFER' AS BLOB)) > 0)",
        postgres: "(position(CAST('DELETE_BY_TRANSFER' AS BYTEA) IN {e}.payload) > 0)",
    };
    of(&FOUND, is_postgres).replace("{e}", e)
}

/// The rule whose welcome it was; its welcome is `w`. The record keeps the rules of the latest run, so that of a welcome of
/// an earlier one nobody can tell the rule. Differs because each database reads JSON by functions of its own.
fn rule(e: &str, is_postgres: bool) -> String {
    const RULE: Dialect = Dialect {
        sqlite: "(SELECT json_extract(r.value, '$.name') FROM json_each({e}.rules) r
                  WHERE EXISTS (SELECT 1 FROM json_each(r.value, '$.used_for') u WHERE u.value = 'welcome')
                  ORDER BY r.key LIMIT 1)",
        postgres: "(SELECT r.rule ->> 'name'
                    FROM jsonb_array_elements(CAST({e}.rules AS JSONB)) WITH ORDINALITY r (rule, place)
                    WHERE r.rule -> 'used_for' @> CAST('[\"welcome\"]' AS JSONB) ORDER BY r.place LIMIT 1)",
    };
    let rule = of(&RULE, is_postgres).replace("{e}", e);
    format!("CASE WHEN COALESCE(w.run, {e}.run) = {e}.run THEN COALESCE({rule}, '') ELSE '' END")
}

fn of(dialect: &Dialect, is_postgres: bool) -> &'static str {
    if is_postgres { dialect.postgres } else { dialect.sqlite }
}
