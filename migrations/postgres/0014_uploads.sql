-- One row is one file that somebody has brought for rules that are not in force yet: for a while, and until somebody's rules
-- name it, which then have it for good (ruleset_file). With the last row of a content that no rules name goes the content.
CREATE TABLE upload (
    path           TEXT    NOT NULL,
    by_who         TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    digest         BYTEA   NOT NULL REFERENCES content (digest),
    size           BIGINT  NOT NULL,
    uploaded_at_ms BIGINT  NOT NULL,
    PRIMARY KEY (path, by_who),
    CONSTRAINT upload_kind_known CHECK (kind IN ('image', 'video', 'file'))
);

-- By age, when old ones are taken away.
CREATE INDEX upload_by_age ON upload (uploaded_at_ms);
