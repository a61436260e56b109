-- Actions for many members (spec M11): whom each is for, and what came of it, until they are forgotten.

CREATE TABLE bulk_jobs (
    organization_id {uuid} NOT NULL REFERENCES organizations (id),
    id {uuid} NOT NULL,
    -- Who began it, and from where: all of it is done in their name.
    member_id {uuid} NOT NULL,
    started_by text NOT NULL,
    ip {bytes} NOT NULL,
    request_id text NOT NULL,
    -- What is done, as text.
    action text NOT NULL,
    -- The view all of whose members are meant, as in its URL. Empty where members were chosen one by one.
    matching text NOT NULL,
    state {key} NOT NULL
        CHECK (state IN ('collecting', 'running', 'stopped', 'done', 'failed', 'discarded')),
    problem text NOT NULL,
    -- Which of several that work on it may go on.
    run {uuid} NOT NULL,
    done {integer} NOT NULL,
    unchanged {integer} NOT NULL,
    refused {integer} NOT NULL,
    waiting {integer} NOT NULL,
    created_at {integer} NOT NULL,
    -- When whoever works on it last gave a sign of life.
    beat_at {integer} NOT NULL,
    PRIMARY KEY (organization_id, id)
){strict};

CREATE INDEX bulk_jobs_under_way ON bulk_jobs (beat_at) WHERE state IN ('collecting', 'running');

-- Names and addresses stay with the members: whoever is erased there is not named here.
CREATE TABLE bulk_rows (
    organization_id {uuid} NOT NULL,
    job_id {uuid} NOT NULL,
    place {integer} NOT NULL,
    member_id {uuid} NOT NULL,
    outcome {key} NOT NULL CHECK (outcome IN ('waiting', 'done', 'unchanged', 'refused')),
    detail text NOT NULL,
    PRIMARY KEY (organization_id, job_id, place),
    FOREIGN KEY (organization_id, job_id) REFERENCES bulk_jobs (organization_id, id)
){strict};

CREATE INDEX bulk_rows_by_outcome ON bulk_rows (organization_id, job_id, outcome, place);
