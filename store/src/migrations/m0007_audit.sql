-- The log is read by time, which its ids follow, and narrowed to a person or an action.
CREATE INDEX audit_events_by_action ON audit_events (organization_id, action, id);
CREATE INDEX audit_events_by_actor ON audit_events (organization_id, actor_id, id);
CREATE INDEX audit_events_by_target ON audit_events (organization_id, target_id, id);
