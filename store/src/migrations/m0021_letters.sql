-- How many letters went to invited people of late: to an address, and in the organization to those who had one already.
CREATE TABLE letters (
    organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- Made with the installation's key of what they are counted by: it names nobody.
    id {bytes} NOT NULL,
    -- From when on none of them counts; each moves it by its share of a day.
    forgotten_at {integer} NOT NULL,
    PRIMARY KEY (organization_id, id)
){strict};

CREATE INDEX letters_by_end ON letters (forgotten_at);
