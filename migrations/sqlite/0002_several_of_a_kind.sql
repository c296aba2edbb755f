-- An event may have several actions of one kind: a notice and a post to another system for each rule that says so.
-- SQLite cannot take a UNIQUE off a table, so `action` is made anew under the eyes of `attempt`, which refers to it: its
-- rows go out and come back in this one transaction, at whose end every reference must hold again.
PRAGMA defer_foreign_keys = ON;

CREATE TABLE action_before AS SELECT * FROM action;

DROP TABLE action;

-- One row is one thing to be done because of an event, or (skipped) the reason why it is not. Only the holder of the
-- lease changes it, and every such change names the lease_epoch it was given. run counts the plans of an event: 0
-- the first, more are replays; ordinal counts the actions of one kind in a run. attempts counts all attempts; the retry
-- schedule starts over after attempts_before_retry of them, when an operator asked for it.
CREATE TABLE action (
    id                    INTEGER PRIMARY KEY,
    event_id              INTEGER NOT NULL REFERENCES event (id),
    run                   INTEGER NOT NULL,
    kind                  TEXT    NOT NULL,
    ordinal               INTEGER NOT NULL,
    status                TEXT    NOT NULL,
    reason                TEXT,
    request               TEXT,
    corp_id               TEXT,
    user_id               TEXT,
    external_user_id      TEXT,
    deadline_ms           INTEGER,
    first_due_ms          INTEGER NOT NULL,
    due_ms                INTEGER NOT NULL,
    attempts              INTEGER NOT NULL,
    attempts_before_retry INTEGER NOT NULL,
    earlier_lost          INTEGER NOT NULL,
    lease_owner           INTEGER,
    lease_epoch           INTEGER NOT NULL,
    lease_until_ms        INTEGER,
    created_at_ms         INTEGER NOT NULL,
    settled_at_ms         INTEGER,
    CONSTRAINT action_once_a_run UNIQUE (event_id, run, kind, ordinal),
    CONSTRAINT action_ordinal_counts_from_zero CHECK (ordinal >= 0),
    CONSTRAINT action_status_known
        CHECK (status IN ('pending', 'running', 'done', 'expired', 'failed', 'skipped')),
    CONSTRAINT action_settled_iff_final CHECK ((status IN ('pending', 'running')) = (settled_at_ms IS NULL)),
    CONSTRAINT action_running_is_leased CHECK (status <> 'running' OR lease_owner IS NOT NULL),
    CONSTRAINT action_final_is_not_leased CHECK (settled_at_ms IS NULL OR lease_owner IS NULL),
    CONSTRAINT action_not_done_has_a_reason
        CHECK (status NOT IN ('expired', 'failed', 'skipped') OR reason IS NOT NULL),
    CONSTRAINT action_has_a_request_unless_skipped CHECK (status = 'skipped' OR request IS NOT NULL),
    CONSTRAINT action_lease_is_whole CHECK ((lease_owner IS NULL) = (lease_until_ms IS NULL)),
    CONSTRAINT action_earlier_lost_is_a_flag CHECK (earlier_lost IN (0, 1))
) STRICT;

INSERT INTO action (
        id, event_id, run, kind, ordinal, status, reason, request, corp_id, user_id, external_user_id,
        deadline_ms, first_due_ms, due_ms, attempts, attempts_before_retry, earlier_lost, lease_owner,
        lease_epoch, lease_until_ms, created_at_ms, settled_at_ms
)
SELECT
        id, event_id, run, kind, 0, status, reason, request, corp_id, user_id, external_user_id, deadline_ms,
        first_due_ms, due_ms, attempts, attempts_before_retry, earlier_lost, lease_owner, lease_epoch,
        lease_until_ms, created_at_ms, settled_at_ms
FROM action_before;

DROP TABLE action_before;

-- What the sweep looks through: the work that is left, most urgent first. What tells others waits apart: an address that
-- hangs must not stand before somebody's tags.
CREATE INDEX action_by_deadline ON action (deadline_ms, id)
    WHERE status IN ('pending', 'running') AND deadline_ms IS NOT NULL;
CREATE INDEX action_by_due ON action (due_ms, id)
    WHERE status IN ('pending', 'running') AND deadline_ms IS NULL AND kind NOT IN ('notify', 'forward');
CREATE INDEX action_to_tell ON action (due_ms, id)
    WHERE status IN ('pending', 'running') AND deadline_ms IS NULL AND kind IN ('notify', 'forward');
-- Whether something else is under way for the same employee and customer.
CREATE INDEX action_unfinished_of_pair ON action (external_user_id, user_id, id)
    WHERE status IN ('pending', 'running');
-- The failure inbox.
CREATE INDEX action_not_done ON action (id) WHERE status IN ('expired', 'failed');
