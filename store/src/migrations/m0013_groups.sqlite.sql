-- Letters to owners about memberships that end. A check is changed by making the table anew; nothing refers to it.
CREATE TABLE outbox_anew (
    id blob NOT NULL PRIMARY KEY,
    organization_id blob REFERENCES organizations (id),
    invitation_id blob,
    recipient text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('invitation', 'password_reset', 'membership_ending')),
    state text NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'given_up', 'withdrawn')),
    -- The letter, under the installation's key; empty once it is handed over or withdrawn.
    sealed blob NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    -- When it is tried; while it is being sent, until when nobody else does.
    next_at integer NOT NULL,
    -- Which of the senders has it.
    claim blob,
    -- What the mail server said last.
    problem text NOT NULL DEFAULT '',
    created_at integer NOT NULL,
    ended_at integer NOT NULL DEFAULT 0,
    FOREIGN KEY (organization_id, invitation_id) REFERENCES invitations (organization_id, id)
) STRICT;
INSERT INTO outbox_anew (id, organization_id, invitation_id, recipient, kind, state, sealed, attempts, next_at, claim,
    problem, created_at, ended_at)
SELECT id, organization_id, invitation_id, recipient, kind, state, sealed, attempts, next_at, claim,
    problem, created_at, ended_at FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_anew RENAME TO outbox;
CREATE INDEX outbox_due ON outbox (next_at, id) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_of_organization ON outbox (organization_id, created_at, id);
CREATE INDEX outbox_of_invitation ON outbox (organization_id, invitation_id);
CREATE INDEX outbox_claimed ON outbox (claim) WHERE claim IS NOT NULL;
CREATE INDEX outbox_ended ON outbox (ended_at) WHERE state IN ('sent', 'withdrawn', 'given_up');

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('groups', 'groups_one_default', '2 1'),
    ('groups', 'groups_by_count', '10000 5000 5000 3 1'),
    ('group_members', 'group_members_by_role', '3000000 1500000 300 150 1'),
    ('group_members', 'group_members_ending', '10000 5000 10 1'),
    ('group_members', 'group_members_due', '10000 1'),
    ('group_members', 'group_members_closed', '10000 5000 10 1');
ANALYZE sqlite_schema;
