-- One row is one table of contact ways that somebody has had made: many calls of WeCom's, which go on while nobody looks.
CREATE TABLE contact_way_batch (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    app           TEXT    NOT NULL,
    created_at_ms INTEGER NOT NULL,
    created_by    TEXT    NOT NULL
) STRICT;

-- One row is one row of such a table, by its line: what is asked for as JSON, and what came of it. One that is being made when
-- the process ends stays so: it may have been made.
CREATE TABLE contact_way_batch_row (
    batch_id  INTEGER NOT NULL REFERENCES contact_way_batch (id) ON DELETE CASCADE,
    line      INTEGER NOT NULL,
    asked     TEXT    NOT NULL,
    status    TEXT    NOT NULL,
    at_ms     INTEGER NOT NULL,
    config_id TEXT,
    errcode   INTEGER,
    message   TEXT,
    PRIMARY KEY (batch_id, line),
    CONSTRAINT contact_way_batch_row_status_known
        CHECK (status IN ('waiting', 'running', 'made', 'failed', 'unsure'))
) STRICT;
