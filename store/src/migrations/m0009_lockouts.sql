-- Wrong passwords in a row: for an address, whether or not it has an account, or from a browser that signed in before.
CREATE TABLE lockouts (
    -- Made with the installation's key of what they are counted by: it names nobody.
    id {bytes} NOT NULL PRIMARY KEY,
    -- Whose sign-in it is; none where the address has no account.
    account_id {uuid} REFERENCES accounts (id) ON DELETE CASCADE,
    wrong {integer} NOT NULL,
    locks {integer} NOT NULL,
    locked_until {integer} NOT NULL,
    forgotten_at {integer} NOT NULL
){strict};

CREATE INDEX lockouts_by_account ON lockouts (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX lockouts_by_end ON lockouts (forgotten_at);

-- Browsers that signed in to an account: one that did so to several has a row for each.
CREATE TABLE known_browsers (
    id {uuid} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- SHA-256 of the cookie's value: what is in the database is no cookie.
    token_hash {bytes} NOT NULL,
    expires_at {integer} NOT NULL,
    UNIQUE (token_hash, account_id)
){strict};

CREATE INDEX known_browsers_by_account ON known_browsers (account_id, expires_at);
CREATE INDEX known_browsers_by_end ON known_browsers (expires_at);
