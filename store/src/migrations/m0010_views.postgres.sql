-- A member's row outlives whose it was: views go when it is nobody's any more, or somebody else's.
CREATE FUNCTION forget_views() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM views WHERE organization_id = OLD.organization_id AND member_id = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER members_forget_views AFTER UPDATE OF account_id ON members FOR EACH ROW
WHEN (OLD.account_id IS DISTINCT FROM NEW.account_id)
EXECUTE FUNCTION forget_views();
