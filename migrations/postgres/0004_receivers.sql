-- Forwards wait by their receiver, so that one that hangs stands in the way of nobody else's; notices wait apart from
-- them. Empty where it is no forward, or where nobody said: whoever sweeps takes these for a receiver of their own. The
-- default stays: a process of the version before may still be inserting.
ALTER TABLE action ADD COLUMN receiver TEXT NOT NULL DEFAULT ''
    CONSTRAINT action_only_forwards_have_a_receiver CHECK (receiver = '' OR kind = 'forward');

-- A request that is no JSON must not stop the migration, so it is read as text. Quotes inside a value are escaped:
-- what is found is the key.
UPDATE action SET receiver = COALESCE(substring(request FROM '"url":"([^"]*)"'), '')
WHERE kind = 'forward' AND status IN ('pending', 'running');

DROP INDEX action_to_tell;

CREATE INDEX action_to_notify ON action (due_ms, id)
    WHERE status IN ('pending', 'running') AND deadline_ms IS NULL AND kind = 'notify';
CREATE INDEX action_to_forward ON action (receiver, due_ms, id)
    WHERE status IN ('pending', 'running') AND deadline_ms IS NULL AND kind = 'forward';
