ALTER TABLE organizations ADD COLUMN invite_days {integer} NOT NULL DEFAULT 14 CHECK (invite_days BETWEEN 1 AND 30);

-- Links by which invited people get in. A member has one that is open at most.
CREATE TABLE invitations (
    organization_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    member_id {uuid} NOT NULL,
    -- SHA-256 of what the link holds: what is in the database opens nothing. The link names no organization.
    token_hash {bytes} NOT NULL UNIQUE,
    state {key} NOT NULL CHECK (state IN ('open', 'used', 'replaced', 'withdrawn')),
    -- Who to ask, readable when they are gone.
    inviter text NOT NULL,
    created_at {integer} NOT NULL,
    expires_at {integer} NOT NULL,
    ended_at {integer} NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id)
){strict};

CREATE UNIQUE INDEX invitations_one_open ON invitations (organization_id, member_id) WHERE state = 'open';

-- What a browser sent under a key of its own, and the answer: sent again, it is answered again.
CREATE TABLE submissions (
    organization_id {uuid} NOT NULL REFERENCES organizations (id),
    id {uuid} NOT NULL,
    answer text NOT NULL,
    created_at {integer} NOT NULL,
    PRIMARY KEY (organization_id, id)
){strict};

CREATE INDEX submissions_by_age ON submissions (created_at);

-- Links by which a forgotten password is replaced.
CREATE TABLE password_resets (
    token_hash {bytes} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES accounts (id),
    created_at {integer} NOT NULL,
    expires_at {integer} NOT NULL,
    ended_at {integer} NOT NULL DEFAULT 0
){strict};

CREATE INDEX password_resets_by_account ON password_resets (account_id);

-- Mail on its way. It belongs to the installation: an account's has no organization.
CREATE TABLE outbox (
    id {uuid} NOT NULL PRIMARY KEY,
    organization_id {uuid} REFERENCES organizations (id),
    invitation_id {uuid},
    recipient text NOT NULL,
    kind {key} NOT NULL CHECK (kind IN ('invitation', 'password_reset')),
    state {key} NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'given_up', 'withdrawn')),
    -- The letter, under the installation's key; empty once it is handed over or withdrawn.
    sealed {bytes} NOT NULL,
    attempts {integer} NOT NULL DEFAULT 0,
    -- When it is tried; while it is being sent, until when nobody else does.
    next_at {integer} NOT NULL,
    -- Which of the senders has it.
    claim {uuid},
    -- What the mail server said last.
    problem text NOT NULL DEFAULT '',
    created_at {integer} NOT NULL,
    ended_at {integer} NOT NULL DEFAULT 0,
    FOREIGN KEY (organization_id, invitation_id) REFERENCES invitations (organization_id, id)
){strict};

CREATE INDEX outbox_due ON outbox (next_at, id) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_of_organization ON outbox (organization_id, created_at, id);
CREATE INDEX outbox_of_invitation ON outbox (organization_id, invitation_id);
CREATE INDEX outbox_claimed ON outbox (claim) WHERE claim IS NOT NULL;
CREATE INDEX outbox_ended ON outbox (ended_at) WHERE state IN ('sent', 'withdrawn', 'given_up');
