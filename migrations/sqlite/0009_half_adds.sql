-- The few adds that an employee may confirm by adding back: whether an add is one that counts is looked up here, for each
-- add that statistics count.
CREATE INDEX event_half_add ON event (external_user_id, user_id) WHERE change = 'add_half_external_contact';
