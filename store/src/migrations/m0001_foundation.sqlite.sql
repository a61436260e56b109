CREATE TRIGGER audit_events_are_not_changed BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_events_are_not_deleted BEFORE DELETE ON audit_events
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
-- What can be searched: tokens, in the order in which they stand in the texts. `rowid` is members.row_id.
CREATE VIRTUAL TABLE member_search USING fts5 (grams, content = '', contentless_delete = 1, tokenize = 'ascii');
