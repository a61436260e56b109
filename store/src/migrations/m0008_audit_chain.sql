-- Marks of rows that no seal has yet, written with the rows. Whoever writes takes no turns here.
CREATE TABLE audit_slips (
    organization_id {uuid} NOT NULL REFERENCES organizations (id),
    -- The lowest id of its rows.
    id {uuid} NOT NULL,
    -- 32 bytes for each row: its id and its mark.
    marks {bytes} NOT NULL,
    PRIMARY KEY (organization_id, id)
){strict};

-- The chain of each organization: the marks of its slips, in the order in which they were sealed.
CREATE TABLE audit_seals (
    organization_id {uuid} NOT NULL REFERENCES organizations (id),
    position {integer} NOT NULL CHECK (position > 0),
    sealed_at {integer} NOT NULL,
    manner {key} NOT NULL CHECK (manner IN ('written', 'adopted')),
    marks {bytes} NOT NULL,
    -- Takes in the hash of the position before.
    hash {bytes} NOT NULL,
    PRIMARY KEY (organization_id, position)
){strict};

-- Rows from before there was a chain, which are sealed as they are found: those up to a row, from after another.
CREATE TABLE audit_adoptions (
    organization_id {uuid} NOT NULL PRIMARY KEY REFERENCES organizations (id),
    after_id {uuid},
    until_id {uuid} NOT NULL
){strict};

INSERT INTO audit_adoptions (organization_id, until_id)
SELECT o.id, (SELECT e.id FROM audit_events e WHERE e.organization_id = o.id ORDER BY e.id DESC LIMIT 1)
FROM organizations o WHERE EXISTS (SELECT 1 FROM audit_events e WHERE e.organization_id = o.id);
