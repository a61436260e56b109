-- A member's row outlives whose it was: views go when it is nobody's any more, or somebody else's.
CREATE TRIGGER members_forget_views AFTER UPDATE OF account_id ON members
WHEN OLD.account_id IS NOT NEW.account_id
BEGIN
    DELETE FROM views WHERE organization_id = OLD.organization_id AND member_id = OLD.id;
END;
