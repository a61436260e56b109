-- What shows which key the rest is sealed with: a hash under that key. The row is there before somebody owns the
-- installation, with 0 for "never".
ALTER TABLE installation ADD COLUMN key_print {bytes};

-- What somebody waits for goes first: 0 before 1.
ALTER TABLE outbox ADD COLUMN turn {integer} NOT NULL DEFAULT 1 CHECK (turn IN (0, 1));
-- When it was queued, taken or tried last: where that is still to come, the clock was set back.
ALTER TABLE outbox ADD COLUMN tried_at {integer} NOT NULL DEFAULT 0;
UPDATE outbox SET turn = 0 WHERE kind = 'password_reset';
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (turn, next_at, id) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_ahead ON outbox (tried_at) WHERE state IN ('queued', 'sending');
