-- Forwards wait by their receiver, so that one that hangs stands in the way of nobody else's; notices wait apart from
-- them. Empty where it is no forward, or where nobody said: whoever sweeps takes these for a receiver of their own.
ALTER TABLE action ADD COLUMN receiver TEXT NOT NULL DEFAULT ''
    CONSTRAINT action_only_forwards_have_a_receiver CHECK (receiver = '' OR kind = 'forward');

UPDATE action SET receiver = COALESCE(json_extract(request, '$.url'), '')
WHERE kind = 'forward' AND status IN ('pending', 'running') AND json_valid(request);

DROP INDEX action_to_tell;

CREATE INDEX action_to_notify ON action (due_ms, id)
    WHERE status IN ('pending', 'running') AND deadline_ms IS NULL AND kind = 'notify';
CREATE INDEX action_to_forward ON action (receiver, due_ms, id)
    WHERE status IN ('pending', 'running') AND deadline_ms IS NULL AND kind = 'forward';
