INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('groups', 'groups_by_name', '10000 5000 5000 1 1'),
    ('members', 'members_administrators', '4000 2000 2 1');
ANALYZE sqlite_schema;
