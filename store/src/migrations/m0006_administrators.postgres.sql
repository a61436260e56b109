-- Two transactions that each take one of the last two administrators take turns, and the second one sees what the
-- first one did.
CREATE FUNCTION keep_an_administrator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM organizations WHERE id = OLD.organization_id FOR NO KEY UPDATE;
    IF NOT EXISTS (
        SELECT 1 FROM members
        WHERE organization_id = OLD.organization_id AND role = 'administrator' AND state = 'active'
    ) THEN
        RAISE EXCEPTION 'an organization keeps an active administrator';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER members_keep_an_administrator AFTER UPDATE OF state, role ON members
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
WHEN (OLD.state = 'active' AND OLD.role = 'administrator' AND (NEW.state <> 'active' OR NEW.role <> 'administrator'))
EXECUTE FUNCTION keep_an_administrator();
