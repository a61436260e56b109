-- The columns of the members table that an account wants to see, in the words of an address.
ALTER TABLE accounts ADD COLUMN member_columns text NOT NULL DEFAULT 'all';

-- Views of the members table, each its owner's alone.
CREATE TABLE views (
    organization_id {uuid} NOT NULL,
    member_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name text NOT NULL,
    -- Lower case: what must be unique.
    name_identity {key} NOT NULL,
    -- The query part of its address.
    query text NOT NULL,
    created_at {integer} NOT NULL,
    PRIMARY KEY (organization_id, member_id, id),
    UNIQUE (organization_id, member_id, name_identity),
    FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id) ON DELETE CASCADE
){strict};
