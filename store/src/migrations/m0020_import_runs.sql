-- Who applies an import, and from where: whoever takes it over from a server that died does it in their name. Nobody's
-- while it was never applied.
ALTER TABLE imports ADD COLUMN applier_id {uuid};
ALTER TABLE imports ADD COLUMN applied_by text NOT NULL DEFAULT '';
ALTER TABLE imports ADD COLUMN applier_ip {bytes};
ALTER TABLE imports ADD COLUMN applier_request_id text NOT NULL DEFAULT '';

CREATE INDEX imports_under_way ON imports (beat_at) WHERE state IN ('checking', 'applying');
