-- Imports that a browser began (spec A2): what a file says, row by row, until it is thrown away.

CREATE TABLE imports (
    organization_id {uuid} NOT NULL REFERENCES organizations (id),
    id {uuid} NOT NULL,
    member_id {uuid} NOT NULL,
    started_by text NOT NULL,
    file text NOT NULL,
    -- The first line's cells, as JSON.
    header text NOT NULL,
    state {key} NOT NULL
        CHECK (state IN ('checking', 'ready', 'applying', 'stopped', 'done', 'failed', 'discarded')),
    problem text NOT NULL,
    -- Which of several tries to apply it is the one that may go on.
    run {uuid} NOT NULL,
    bytes {integer} NOT NULL,
    bytes_done {integer} NOT NULL,
    rows_done {integer} NOT NULL,
    last_line {integer} NOT NULL,
    added {integer} NOT NULL,
    changed {integer} NOT NULL,
    unchanged {integer} NOT NULL,
    refused {integer} NOT NULL,
    groups_made {integer} NOT NULL,
    created_at {integer} NOT NULL,
    -- When whoever works on it last gave a sign of life.
    beat_at {integer} NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id)
){strict};

CREATE TABLE import_rows (
    organization_id {uuid} NOT NULL,
    import_id {uuid} NOT NULL,
    line {integer} NOT NULL,
    outcome {key} NOT NULL CHECK (outcome IN ('added', 'changed', 'unchanged', 'refused')),
    email text NOT NULL,
    name text NOT NULL,
    detail text NOT NULL,
    -- The heading of the column at fault; empty where there is none.
    column_word {key} NOT NULL,
    -- The row's cells, as JSON.
    cells text NOT NULL,
    PRIMARY KEY (organization_id, import_id, line),
    FOREIGN KEY (organization_id, import_id) REFERENCES imports (organization_id, id)
){strict};

CREATE INDEX import_rows_by_outcome ON import_rows (organization_id, import_id, outcome, line);
