-- Invitations of one role or kind are told apart in the index alone.
DROP INDEX members_by_invite;
CREATE INDEX members_by_invite ON members (organization_id, invite_expires_at, id, kind, role) WHERE state = 'invited';
