-- Of an act on many: what has a higher number is gone from the record, whatever has that number by now. SQLite gives the
-- numbers of its newest rows out again where these are deleted, and the ids of an act are kept for days.
ALTER TABLE bulk ADD COLUMN gone_above INTEGER;

-- An import asks for each event whether its customer has been forgotten. The audit knows that for ever, by a hash.
CREATE INDEX audit_forgotten ON audit (target, at_ms) WHERE act = 'forgotten';
