-- What groups are for (spec G): which one newcomers join, what each has to itself, and memberships that end.
ALTER TABLE groups ADD COLUMN is_default {integer} NOT NULL DEFAULT 0
    CHECK (is_default = 0 OR (is_default = 1 AND built_in = 0));
-- Bytes a month.
ALTER TABLE groups ADD COLUMN reservation {integer} NOT NULL DEFAULT 0 CHECK (reservation >= 0);
CREATE UNIQUE INDEX groups_one_default ON groups (organization_id) WHERE is_default = 1;
CREATE INDEX groups_by_count ON groups (organization_id, built_in DESC, member_count, id);

-- Bytes a month, of which groups reserve shares.
ALTER TABLE organizations ADD COLUMN monthly_capacity {integer} NOT NULL DEFAULT 0 CHECK (monthly_capacity >= 0);
-- Whether owners of groups find people of the whole organization (spec R6).
ALTER TABLE organizations ADD COLUMN owner_search {integer} NOT NULL DEFAULT 1 CHECK (owner_search IN (0, 1));

-- When a membership that had ended was taken out of the counters; 0 while it counts. It gives nothing from `ends_at` on.
ALTER TABLE group_members ADD COLUMN closed_at {integer} NOT NULL DEFAULT 0;
-- Whether the owners were told that it ends.
ALTER TABLE group_members ADD COLUMN notice_sent {integer} NOT NULL DEFAULT 0 CHECK (notice_sent IN (0, 1));
-- Who gave it, and when: 0 where that was not kept yet, nobody where it was done on the command line.
ALTER TABLE group_members ADD COLUMN given_by {uuid};
ALTER TABLE group_members ADD COLUMN given_at {integer} NOT NULL DEFAULT 0;
ALTER TABLE members ADD COLUMN role_given_by {uuid};
ALTER TABLE members ADD COLUMN role_given_at {integer} NOT NULL DEFAULT 0;

CREATE INDEX group_members_by_role ON group_members (organization_id, group_id, role, member_id);
-- Those that end, before they are closed: in a group, and all that are due.
CREATE INDEX group_members_ending ON group_members (organization_id, group_id, ends_at)
    WHERE closed_at = 0 AND ends_at < 253402300799000;
CREATE INDEX group_members_due ON group_members (ends_at) WHERE closed_at = 0 AND ends_at < 253402300799000;
CREATE INDEX group_members_closed ON group_members (organization_id, group_id, member_id) WHERE closed_at > 0;
