INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('group_members', 'group_members_by_member', '3000000 1500000 3 1 1');
ANALYZE sqlite_schema;
