-- An event may have several actions of one kind: a notice and a post to another system for each rule that says so.
-- ordinal counts the actions of one kind in a run.
ALTER TABLE action ADD COLUMN ordinal BIGINT NOT NULL DEFAULT 0;
-- Every insert says it; the default was for the rows that were there.
ALTER TABLE action ALTER COLUMN ordinal DROP DEFAULT;
ALTER TABLE action DROP CONSTRAINT action_once_a_run;
ALTER TABLE action
    ADD CONSTRAINT action_once_a_run UNIQUE (event_id, run, kind, ordinal),
    ADD CONSTRAINT action_ordinal_counts_from_zero CHECK (ordinal >= 0);

DROP INDEX action_by_due;

-- What the sweep looks through: the work that is left, most urgent first. What tells others waits apart: an address that
-- hangs must not stand before somebody's tags.
CREATE INDEX action_by_due ON action (due_ms, id)
    WHERE status IN ('pending', 'running') AND deadline_ms IS NULL AND kind NOT IN ('notify', 'forward');
CREATE INDEX action_to_tell ON action (due_ms, id)
    WHERE status IN ('pending', 'running') AND deadline_ms IS NULL AND kind IN ('notify', 'forward');
