-- What statistics counted of events that have been pruned: a row is the sum over those of one quarter of an hour, app, employee,
-- channel and rule whose welcome took as long. Every time zone's days and hours are made of such quarters. Nothing here is about
-- one customer. Texts are cut, as they are a part of the key.
CREATE TABLE past_sum (
    quarter_ms          INTEGER NOT NULL,
    app                 TEXT    NOT NULL,
    user_id             TEXT    NOT NULL,
    state               TEXT    NOT NULL,
    rule                TEXT    NOT NULL,
    -- How long the welcome took; -1 where there is nothing to say of it.
    welcome_ms          INTEGER NOT NULL,
    adds                INTEGER NOT NULL,
    welcomed            INTEGER NOT NULL,
    missed              INTEGER NOT NULL,
    no_code             INTEGER NOT NULL,
    no_rule             INTEGER NOT NULL,
    tagged              INTEGER NOT NULL,
    tags_failed         INTEGER NOT NULL,
    lost                INTEGER NOT NULL,
    deleted_by_employee INTEGER NOT NULL,
    PRIMARY KEY (quarter_ms, app, user_id, state, rule, welcome_ms)
) STRICT, WITHOUT ROWID;

-- What later events ask of pruned ones: who has added whom, and by which channel. One row a customer, app and employee.
CREATE TABLE past_pair (
    external_user_id TEXT    NOT NULL,
    app              TEXT    NOT NULL,
    -- Empty: the event named none.
    user_id          TEXT    NOT NULL,
    corp_id          TEXT,
    -- The earliest add_external_contact: whether a customer returns is asked of it.
    first_add_ms     INTEGER,
    -- The last add that counts as one, and what a loss after it counts for.
    add_ms           INTEGER,
    state            TEXT    NOT NULL,
    rule             TEXT    NOT NULL,
    -- The last that happened between the two, and whether that was an add_half_external_contact.
    last_ms          INTEGER NOT NULL,
    is_half          INTEGER NOT NULL CONSTRAINT past_pair_is_half_is_a_flag CHECK (is_half IN (0, 1)),
    PRIMARY KEY (external_user_id, app, user_id)
) STRICT, WITHOUT ROWID;

-- Events that are gone and so young that WeCom may deliver them again: they are known by their identity, which tells nothing.
CREATE TABLE gone_event (
    app            TEXT    NOT NULL,
    create_time_s  INTEGER NOT NULL,
    digest         BLOB    NOT NULL,
    received_at_ms INTEGER NOT NULL,
    PRIMARY KEY (app, create_time_s, digest)
) STRICT, WITHOUT ROWID;

CREATE INDEX gone_event_by_age ON gone_event (received_at_ms);

-- Customers who were forgotten a short time ago, by the SHA-256 of their external_userid: what a process holds in memory for one
-- of their events that came up to this instant, it does not do any more.
CREATE TABLE forgotten (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    hash  BLOB    NOT NULL,
    at_ms INTEGER NOT NULL,
    CONSTRAINT forgotten_hash_is_sha256 CHECK (length(hash) = 32)
) STRICT;

-- The key with which pseudonyms are made in exports: it stays here, so that an id has the same pseudonym in each of them and
-- nobody who is handed one can try names out.
CREATE TABLE pseudonym_key (
    id  INTEGER PRIMARY KEY,
    key BLOB NOT NULL,
    CONSTRAINT pseudonym_key_is_one_row CHECK (id = 1)
) STRICT;
