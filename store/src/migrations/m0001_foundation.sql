-- Times are milliseconds since 1970; "never" is 0. Words of closed sets are text.

CREATE TABLE installation (
    id {integer} NOT NULL PRIMARY KEY CHECK (id = 1),
    set_up_at {integer} NOT NULL
){strict};

CREATE TABLE organizations (
    id {uuid} NOT NULL PRIMARY KEY,
    slug {key} NOT NULL UNIQUE,
    name text NOT NULL,
    name_key {key} NOT NULL,
    kind text NOT NULL CHECK (kind IN ('customer', 'partner')),
    time_zone text,
    created_at {integer} NOT NULL,
    version {integer} NOT NULL DEFAULT 1
){strict};

CREATE TABLE accounts (
    id {uuid} NOT NULL PRIMARY KEY,
    email text NOT NULL,
    email_identity {key} NOT NULL UNIQUE,
    name text NOT NULL,
    password_hash text,
    time_zone text,
    created_at {integer} NOT NULL,
    version {integer} NOT NULL DEFAULT 1
){strict};

CREATE TABLE members (
    {row_id}organization_id {uuid} NOT NULL REFERENCES organizations (id),
    id {uuid} NOT NULL,
    account_id {uuid} REFERENCES accounts (id),
    email text NOT NULL,
    email_identity {key} NOT NULL,
    email_key {key} NOT NULL,
    name text NOT NULL,
    name_key {key} NOT NULL,
    kind {key} NOT NULL CHECK (kind IN ('internal', 'external')),
    -- Empty for external members, who have none.
    role {key} NOT NULL CHECK (role IN ('', 'administrator', 'member', 'security')),
    state {key} NOT NULL CHECK (state IN ('active', 'invited', 'deleted')),
    invite_expires_at {integer} NOT NULL,
    created_at {integer} NOT NULL,
    last_active_at {integer} NOT NULL DEFAULT 0,
    logins_count {integer} NOT NULL DEFAULT 0,
    last_login_at {integer} NOT NULL DEFAULT 0,
    last_login_ip {bytes} NOT NULL,
    version {integer} NOT NULL DEFAULT 1,
    {row_key} (organization_id, id),
    UNIQUE (organization_id, email_identity),
    CHECK ((kind = 'external') = (role = '')),
    CHECK (state <> 'active' OR account_id IS NOT NULL)
){strict};

-- One for each sort of the members table.
CREATE INDEX members_by_email ON members (organization_id, email_key, id);
CREATE INDEX members_by_name ON members (organization_id, name_key, id);
CREATE INDEX members_by_role ON members (organization_id, role, id);
CREATE INDEX members_by_created ON members (organization_id, created_at, id);
CREATE INDEX members_by_last_active ON members (organization_id, last_active_at, id);
CREATE INDEX members_by_logins ON members (organization_id, logins_count, id);
CREATE INDEX members_by_last_login ON members (organization_id, last_login_at, id);
CREATE INDEX members_by_ip ON members (organization_id, last_login_ip, id);
-- Those that are few among many and have no sort of their own.
CREATE INDEX members_aside ON members (organization_id, state, kind, role, id) WHERE state = 'deleted' OR kind = 'external';
-- Which invitations have run out.
CREATE INDEX members_by_invite ON members (organization_id, invite_expires_at, id) WHERE state = 'invited';
CREATE UNIQUE INDEX members_one_for_an_account ON members (organization_id, account_id) WHERE account_id IS NOT NULL;
-- The organizations of an account.
CREATE INDEX members_by_account ON members (account_id) WHERE account_id IS NOT NULL;

CREATE TABLE member_counts (
    organization_id {uuid} NOT NULL REFERENCES organizations (id),
    state {key} NOT NULL,
    kind {key} NOT NULL,
    role {key} NOT NULL,
    members {integer} NOT NULL CHECK (members >= 0),
    PRIMARY KEY (organization_id, state, kind, role)
){strict};

CREATE TABLE groups (
    organization_id {uuid} NOT NULL REFERENCES organizations (id),
    id {uuid} NOT NULL,
    name text NOT NULL,
    -- Lower case: what must be unique.
    name_identity {key} NOT NULL,
    -- Folded: what is sorted and searched.
    name_key {key} NOT NULL,
    description text NOT NULL DEFAULT '',
    built_in {integer} NOT NULL DEFAULT 0 CHECK (built_in IN (0, 1)),
    member_count {integer} NOT NULL DEFAULT 0 CHECK (member_count >= 0),
    created_at {integer} NOT NULL,
    version {integer} NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, name_identity),
    -- Only administrators is built in, and nothing else bears its name (spec R1).
    CHECK ((built_in = 1) = (name_identity = 'administrators'))
){strict};

CREATE INDEX groups_by_name ON groups (organization_id, name_key, id);

CREATE TABLE group_members (
    organization_id {uuid} NOT NULL,
    group_id {uuid} NOT NULL,
    member_id {uuid} NOT NULL,
    role text NOT NULL CHECK (role IN ('owner', 'member', 'observer')),
    ends_at {integer} NOT NULL,
    created_at {integer} NOT NULL,
    PRIMARY KEY (organization_id, group_id, member_id),
    FOREIGN KEY (organization_id, group_id) REFERENCES groups (organization_id, id),
    FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id)
){strict};

CREATE INDEX group_members_by_member ON group_members (organization_id, member_id, group_id);

CREATE TABLE sessions (
    id {uuid} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES accounts (id),
    -- SHA-256 of the cookie's value: what is in the database opens nothing.
    token_hash {bytes} NOT NULL UNIQUE,
    created_at {integer} NOT NULL,
    expires_at {integer} NOT NULL,
    last_seen_at {integer} NOT NULL,
    ip {bytes} NOT NULL,
    user_agent text NOT NULL
){strict};

CREATE INDEX sessions_by_account ON sessions (account_id);

CREATE TABLE entries (
    organization_id {uuid} NOT NULL,
    session_id {uuid} NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    member_id {uuid} NOT NULL,
    first_at {integer} NOT NULL,
    last_active_at {integer} NOT NULL,
    ip {bytes} NOT NULL,
    ended_at {integer} NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_id, session_id),
    FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id)
){strict};

CREATE INDEX entries_by_member ON entries (organization_id, member_id);
CREATE INDEX entries_by_session ON entries (session_id);

CREATE TABLE audit_events (
    organization_id {uuid} NOT NULL REFERENCES organizations (id),
    id {uuid} NOT NULL,
    at {integer} NOT NULL,
    -- The member who acted; none where an operator did, on the command line.
    actor_id {uuid},
    actor text NOT NULL,
    action {key} NOT NULL,
    target_id {uuid},
    target text NOT NULL,
    before text,
    after text,
    ip {bytes} NOT NULL,
    request_id text NOT NULL,
    PRIMARY KEY (organization_id, id)
){strict};

-- How many members lie between one key of a sort and the next: so a jump into a long table is short. They
-- are kept for long tables only; what no set names is not read any more and swept away.
CREATE TABLE member_range_sets (
    organization_id {uuid} NOT NULL REFERENCES organizations (id),
    sort {key} NOT NULL,
    id {uuid} NOT NULL,
    PRIMARY KEY (organization_id, sort)
){strict};

CREATE TABLE member_ranges (
    organization_id {uuid} NOT NULL,
    set_id {uuid} NOT NULL,
    -- The first place that belongs to the range; it ends where the next one begins.
    start_key {key} NOT NULL,
    start_id {uuid} NOT NULL,
    state {key} NOT NULL,
    kind {key} NOT NULL,
    role {key} NOT NULL,
    members {integer} NOT NULL,
    PRIMARY KEY (organization_id, set_id, start_key, start_id, state, kind, role)
){strict};
