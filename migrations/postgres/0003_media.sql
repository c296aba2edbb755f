-- One row is the content of a file that rules name: once, however often it is named. Never changed, never deleted.
CREATE TABLE content (
    digest BYTEA   PRIMARY KEY NOT NULL,
    size   BIGINT  NOT NULL,
    bytes  BYTEA   NOT NULL,
    CONSTRAINT content_digest_is_sha256 CHECK (length(digest) = 32),
    CONSTRAINT content_size_is_its_own CHECK (size = length(bytes)),
    CONSTRAINT content_within_20_mb CHECK (size <= 20971520)
);

-- One row is one file that a version of the rules names, and what it held when they were imported. Written with the
-- version, never changed, never deleted. The name is what whoever gets the file reads.
CREATE TABLE ruleset_file (
    version BIGINT  NOT NULL REFERENCES ruleset (version),
    kind    TEXT    NOT NULL,
    path    TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    digest  BYTEA   NOT NULL REFERENCES content (digest),
    PRIMARY KEY (version, kind, path),
    CONSTRAINT ruleset_file_kind_known CHECK (kind IN ('image', 'video', 'file'))
);

-- One row is one content as WeCom keeps it for a corp, under a name: the media id of its last upload, and when the
-- next is due. Whoever holds the lease uploads it; every such change names the lease_epoch it was given. An id that
-- WeCom refused is taken out by whoever met the refusal.
CREATE TABLE media (
    corp_id        TEXT    NOT NULL,
    digest         BYTEA   NOT NULL,
    kind           TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    media_id       TEXT,
    uploaded_at_ms BIGINT,
    refused_at_ms  BIGINT,
    due_ms         BIGINT  NOT NULL,
    failures       BIGINT  NOT NULL,
    error          TEXT,
    lease_owner    BIGINT,
    lease_epoch    BIGINT  NOT NULL,
    lease_until_ms BIGINT,
    PRIMARY KEY (corp_id, digest, kind, name),
    CONSTRAINT media_kind_known CHECK (kind IN ('image', 'video', 'file')),
    CONSTRAINT media_id_is_dated CHECK ((media_id IS NULL) = (uploaded_at_ms IS NULL)),
    CONSTRAINT media_failed_iff_error CHECK ((failures > 0) = (error IS NOT NULL)),
    CONSTRAINT media_lease_is_whole CHECK ((lease_owner IS NULL) = (lease_until_ms IS NULL))
);

-- What a refusal names.
CREATE INDEX media_of_id ON media (media_id) WHERE media_id IS NOT NULL;
