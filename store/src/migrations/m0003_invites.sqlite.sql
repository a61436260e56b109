INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('members', 'members_by_invite', '60000 30000 2 1 1 1');
ANALYZE sqlite_schema;
