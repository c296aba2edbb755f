-- One row is one token of the admin API. The token itself is shown once, when it is made, and kept nowhere: `hash` is its
-- SHA-256. A name is taken until its token is revoked; rows stay, for the audit names them.
CREATE TABLE admin_token (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    name            TEXT    NOT NULL,
    role            TEXT    NOT NULL,
    hash            BLOB    NOT NULL,
    created_at_ms   INTEGER NOT NULL,
    created_by      TEXT    NOT NULL,
    expires_at_ms   INTEGER,
    last_used_at_ms INTEGER,
    revoked_at_ms   INTEGER,
    CONSTRAINT admin_token_role_known CHECK (role IN ('viewer', 'operator', 'admin')),
    CONSTRAINT admin_token_hash_is_sha256 CHECK (length(hash) = 32),
    CONSTRAINT admin_token_hash_unique UNIQUE (hash)
) STRICT;

CREATE UNIQUE INDEX admin_token_name ON admin_token (name) WHERE revoked_at_ms IS NULL;

-- One row is one person who has logged in to the pages: by a token, of which `token_hash` is the hash and whose end is the
-- session's as well, or as an employee (`user_id`) whose role stands here. `hash` is the SHA-256 of what the browser holds.
CREATE TABLE session (
    hash            BLOB    NOT NULL PRIMARY KEY,
    token_hash      BLOB,
    user_id         TEXT,
    role            TEXT    NOT NULL,
    created_at_ms   INTEGER NOT NULL,
    last_used_at_ms INTEGER NOT NULL,
    CONSTRAINT session_role_known CHECK (role IN ('viewer', 'operator', 'admin')),
    CONSTRAINT session_hash_is_sha256 CHECK (length(hash) = 32),
    CONSTRAINT session_of_a_token_or_a_person CHECK ((token_hash IS NULL) <> (user_id IS NULL))
) STRICT;

CREATE INDEX session_by_use ON session (last_used_at_ms);

-- One row is one act that changed something: who, when, from where, what, and how it was before and after. Never changed.
-- What is written here names no customer but by id, and holds no secret.
CREATE TABLE audit (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms      INTEGER NOT NULL,
    who        TEXT    NOT NULL,
    via        TEXT    NOT NULL,
    address    TEXT,
    act        TEXT    NOT NULL,
    target     TEXT    NOT NULL,
    before     TEXT,
    after      TEXT,
    CONSTRAINT audit_via_known CHECK (via IN ('token', 'session', 'command'))
) STRICT;

-- Who put a version of the rules in force; NULL where it was a version of the program that did not keep it.
ALTER TABLE ruleset ADD COLUMN imported_by TEXT;
