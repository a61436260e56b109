CREATE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END $$;
-- A trigger, because the role that owns the table is not bound by its grants.
CREATE TRIGGER audit_events_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit();
-- What can be searched: tokens. They begin with what is the organization's own.
CREATE TABLE member_search (
    organization_id uuid NOT NULL,
    member_id uuid NOT NULL,
    grams tsvector NOT NULL,
    PRIMARY KEY (organization_id, member_id),
    FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX member_search_by_gram ON member_search USING gin (grams);
