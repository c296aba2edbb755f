-- What ended of late is found by when it did: those who follow the record ask for it twice a second.
CREATE INDEX action_by_end ON action (settled_at_ms) WHERE settled_at_ms IS NOT NULL;
