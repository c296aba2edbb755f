-- One row is one act on many: failed actions that are tried again, or events that are replayed. `begun` of them have been
-- given out, and of the first `counted` it is known what came of each: `done`, `failed`, and `waiting`, which goes on by
-- itself. Whoever holds the lease works at it for a moment; the lease is void when that process falls silent.
CREATE TABLE bulk (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    act            TEXT    NOT NULL,
    only_kinds     TEXT,
    state          TEXT    NOT NULL,
    matches        INTEGER NOT NULL,
    begun          INTEGER NOT NULL,
    counted        INTEGER NOT NULL,
    done           INTEGER NOT NULL,
    failed         INTEGER NOT NULL,
    waiting        INTEGER NOT NULL,
    who            TEXT    NOT NULL,
    via            TEXT    NOT NULL,
    address        TEXT,
    prepared_at_ms INTEGER NOT NULL,
    ended_at_ms    INTEGER,
    -- When it was last worked at: those that are running take turns.
    turn_ms        INTEGER NOT NULL,
    lease_owner    INTEGER,
    lease_epoch    INTEGER NOT NULL,
    lease_until_ms INTEGER,
    CONSTRAINT bulk_act_known CHECK (act IN ('retry', 'replay')),
    CONSTRAINT bulk_state_known CHECK (state IN ('prepared', 'running', 'done', 'cancelled')),
    CONSTRAINT bulk_via_known CHECK (via IN ('token', 'session', 'command')),
    CONSTRAINT bulk_counts_are_within CHECK (done >= 0 AND failed >= 0 AND waiting >= 0 AND done + failed + waiting <= begun
                                             AND counted <= begun AND begun <= matches),
    CONSTRAINT bulk_lease_is_whole CHECK ((lease_owner IS NULL) = (lease_until_ms IS NULL))
) STRICT;

CREATE INDEX bulk_by_state ON bulk (state);

-- Those that were found when it was prepared, in ascending order, 8 bytes each, big-endian. They stand in a row of their own,
-- which is never changed, because the row above is changed at every step and would carry them along. They go when it has ended.
CREATE TABLE bulk_ids (
    bulk_id INTEGER NOT NULL PRIMARY KEY REFERENCES bulk (id) ON DELETE CASCADE,
    ids     BLOB    NOT NULL,
    CONSTRAINT bulk_ids_are_whole CHECK (length(ids) % 8 = 0)
) STRICT;

-- What of it came to nothing, and why.
CREATE TABLE bulk_failure (
    bulk_id INTEGER NOT NULL REFERENCES bulk (id) ON DELETE CASCADE,
    item_id INTEGER NOT NULL,
    why     TEXT    NOT NULL,
    PRIMARY KEY (bulk_id, item_id),
    CONSTRAINT bulk_failure_why_known CHECK (why IN ('missing', 'too_late', 'unknown_app', 'under_way', 'failed'))
) STRICT, WITHOUT ROWID;

-- The kinds of action to which the latest replay of an event is limited, with blanks between them. NULL: it is not. They stand
-- here because another process may go on with a replay whose own has ended.
ALTER TABLE event ADD COLUMN only_kinds TEXT;
