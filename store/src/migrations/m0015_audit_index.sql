-- What a person did of one kind: whoever did much of other kinds has a long way along either index alone.
CREATE INDEX audit_events_by_actor_action ON audit_events (organization_id, actor_id, action, id);
