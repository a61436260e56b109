CREATE TRIGGER audit_events_are_not_changed BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_events_are_not_deleted BEFORE DELETE ON audit_events
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
-- What can be searched: tokens, in the order in which they stand in the texts. `rowid` is members.row_id.
CREATE VIRTUAL TABLE member_search USING fts5 (grams, content = '', contentless_delete = 1, tokenize = 'ascii');
-- Few and large steps of its upkeep instead of many small ones.
INSERT INTO member_search (member_search, rank) VALUES ('hashsize', 16777216);

-- What the planner should know: a long table's figures, whatever this one's are. Without them it takes an
-- organization to be ten rows, and any index that begins with one to be as good as another.
ANALYZE;
DELETE FROM sqlite_stat1 WHERE tbl IN ('members', 'group_members', 'groups');
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('members', 'sqlite_autoindex_members_1', '1000000 500000 1'),
    ('members', 'sqlite_autoindex_members_2', '1000000 500000 1'),
    ('members', 'members_one_for_an_account', '900000 450000 1'),
    ('members', 'members_by_account', '900000 2'),
    ('members', 'members_by_email', '1000000 500000 1 1'),
    ('members', 'members_by_name', '1000000 500000 2 1'),
    ('members', 'members_by_role', '1000000 500000 200000 1'),
    ('members', 'members_by_created', '1000000 500000 2 1'),
    ('members', 'members_by_last_active', '1000000 500000 20 1'),
    ('members', 'members_by_logins', '1000000 500000 500 1'),
    ('members', 'members_by_last_login', '1000000 500000 20 1'),
    ('members', 'members_by_ip', '1000000 500000 20 1'),
    ('members', 'members_by_invite', '60000 30000 2 1'),
    ('members', 'members_aside', '50000 25000 12000 12000 12000 1'),
    ('group_members', 'sqlite_autoindex_group_members_1', '3000000 1500000 300 1'),
    ('group_members', 'group_members_by_member', '3000000 1500000 3 1'),
    ('groups', 'sqlite_autoindex_groups_1', '10000 5000 1'),
    ('groups', 'sqlite_autoindex_groups_2', '10000 5000 1'),
    ('groups', 'groups_by_name', '10000 5000 1 1');
ANALYZE sqlite_schema;
