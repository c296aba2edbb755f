-- From where a session was begun, and of which corp the employee is whose session it is: two corps may have an employee of one
-- userid each.
ALTER TABLE session ADD COLUMN corp_id TEXT;
ALTER TABLE session ADD COLUMN address TEXT;

-- One row is the `state` of a login by WeCom that somebody has come in by: it works once. Rows are kept as long as a state is
-- fresh, and only those who come in leave one.
CREATE TABLE login_state_spent (
    hash  BLOB    NOT NULL PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    CONSTRAINT login_state_spent_hash_is_sha256 CHECK (length(hash) = 32)
) STRICT;
