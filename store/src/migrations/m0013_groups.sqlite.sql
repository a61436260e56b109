INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('groups', 'groups_one_default', '2 1'),
    ('groups', 'groups_by_count', '10000 5000 5000 3 1'),
    ('group_members', 'group_members_by_role', '3000000 1500000 300 150 1'),
    ('group_members', 'group_members_ending', '10000 5000 10 1'),
    ('group_members', 'group_members_due', '10000 1'),
    ('group_members', 'group_members_closed', '10000 5000 10 1');
ANALYZE sqlite_schema;
