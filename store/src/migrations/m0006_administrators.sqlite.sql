CREATE TRIGGER members_keep_an_administrator AFTER UPDATE OF state, role ON members
WHEN OLD.state = 'active' AND OLD.role = 'administrator' AND (NEW.state <> 'active' OR NEW.role <> 'administrator')
BEGIN
    SELECT RAISE(ABORT, 'an organization keeps an active administrator') WHERE NOT EXISTS (
        SELECT 1 FROM members
        WHERE organization_id = OLD.organization_id AND role = 'administrator' AND state = 'active'
    );
END;
