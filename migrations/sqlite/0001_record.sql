-- One row is one running process that may hold leases: a server, or a command that performs actions. The process
-- itself renews alive_until_ms every second; a lease whose owner is missing here, or silent, is free.
CREATE TABLE process (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    role           TEXT    NOT NULL,
    started_at_ms  INTEGER NOT NULL,
    alive_until_ms INTEGER NOT NULL,
    CONSTRAINT process_role_known CHECK (role IN ('serve', 'command'))
) STRICT;

-- One row is one version of the rules, as a person wrote them. Never changed, never deleted; the highest is in force.
CREATE TABLE ruleset (
    version        INTEGER PRIMARY KEY,
    document       TEXT    NOT NULL,
    note           TEXT,
    imported_at_ms INTEGER NOT NULL
) STRICT;

-- One row is one event that WeCom told us of, however often it was delivered. Identity is (app, create_time_s,
-- digest), the time before the digest so that inserts land side by side in the index. What is copied out of the
-- payload is there to be searched for; the payload is the truth.
CREATE TABLE event (
    id               INTEGER PRIMARY KEY,
    app              TEXT    NOT NULL,
    create_time_s    INTEGER NOT NULL,
    digest           BLOB    NOT NULL,
    corp_id          TEXT,
    event            TEXT    NOT NULL,
    change           TEXT,
    user_id          TEXT,
    external_user_id TEXT,
    state            TEXT,
    happened_at_ms   INTEGER NOT NULL,
    received_at_ms   INTEGER NOT NULL,
    acked_after_us   INTEGER,
    deliveries       INTEGER NOT NULL,
    imported_at_ms   INTEGER,
    status           TEXT    NOT NULL,
    run              INTEGER NOT NULL,
    unfinished       INTEGER NOT NULL,
    ruleset_version  INTEGER,
    rules            TEXT    NOT NULL,
    lease_owner      INTEGER,
    lease_epoch      INTEGER NOT NULL,
    lease_until_ms   INTEGER,
    payload          BLOB    NOT NULL,
    CONSTRAINT event_identity UNIQUE (app, create_time_s, digest),
    CONSTRAINT event_digest_is_sha256 CHECK (length(digest) = 32),
    CONSTRAINT event_status_known CHECK (status IN ('received', 'planned', 'settled')),
    CONSTRAINT event_planned_iff_something_unfinished
        CHECK (unfinished >= 0 AND (status = 'received' OR (status = 'planned') = (unfinished > 0))),
    CONSTRAINT event_leased_only_until_planned CHECK (status = 'received' OR lease_owner IS NULL),
    CONSTRAINT event_lease_is_whole CHECK ((lease_owner IS NULL) = (lease_until_ms IS NULL))
) STRICT;

-- What the sweep looks through.
CREATE INDEX event_unplanned ON event (id) WHERE status = 'received';
CREATE INDEX event_by_receipt ON event (received_at_ms);
-- What people search by. Filled when an event is planned and not before: a customer's id lands anywhere in its
-- index, and the acknowledgement must not wait for a page of its own per event.
CREATE INDEX event_of_customer ON event (external_user_id, id) WHERE status <> 'received';
CREATE INDEX event_of_employee ON event (user_id, id) WHERE status <> 'received';
CREATE INDEX event_of_state ON event (state, id) WHERE status <> 'received';

-- One row is one thing to be done because of an event, or (skipped) the reason why it is not. Only the holder of the
-- lease changes it, and every such change names the lease_epoch it was given. run counts the plans of an event: 0
-- the first, more are replays. attempts counts all attempts; the retry schedule starts over after
-- attempts_before_retry of them, when an operator asked for it.
CREATE TABLE action (
    id                    INTEGER PRIMARY KEY,
    event_id              INTEGER NOT NULL REFERENCES event (id),
    run                   INTEGER NOT NULL,
    kind                  TEXT    NOT NULL,
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
    CONSTRAINT action_once_a_run UNIQUE (event_id, run, kind),
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

-- What the sweep looks through: the work that is left, most urgent first.
CREATE INDEX action_by_deadline ON action (deadline_ms, id)
    WHERE status IN ('pending', 'running') AND deadline_ms IS NOT NULL;
CREATE INDEX action_by_due ON action (due_ms, id)
    WHERE status IN ('pending', 'running') AND deadline_ms IS NULL;
-- Whether something else is under way for the same employee and customer.
CREATE INDEX action_unfinished_of_pair ON action (external_user_id, user_id, id)
    WHERE status IN ('pending', 'running');
-- The failure inbox.
CREATE INDEX action_not_done ON action (id) WHERE status IN ('expired', 'failed');

-- One row is one call that was made for an action and what came of it. Written once.
CREATE TABLE attempt (
    action_id INTEGER NOT NULL REFERENCES action (id),
    number    INTEGER NOT NULL,
    at_ms     INTEGER NOT NULL,
    took_ms   INTEGER NOT NULL,
    errcode   INTEGER,
    errmsg    TEXT    NOT NULL,
    lost      INTEGER NOT NULL,
    PRIMARY KEY (action_id, number),
    CONSTRAINT attempt_lost_is_a_flag CHECK (lost IN (0, 1))
) STRICT, WITHOUT ROWID;

-- One row is something wrong with a rule that showed itself when WeCom refused what the rule asked for.
CREATE TABLE rule_flag (
    rule            TEXT    NOT NULL,
    ruleset_version INTEGER NOT NULL,
    kind            TEXT    NOT NULL,
    reason          TEXT    NOT NULL,
    first_at_ms     INTEGER NOT NULL,
    last_at_ms      INTEGER NOT NULL,
    count           INTEGER NOT NULL,
    PRIMARY KEY (rule, ruleset_version, kind)
) STRICT, WITHOUT ROWID;
