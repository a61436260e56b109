-- When the planner was told of a long table's figures, the search index was empty, and so it was taken down that its data
-- are two rows. Whoever takes two rows out of two looks at each of them: every piece that was put together with others
-- was deleted by reading all of the index. Without figures FTS5's own statements have the plans that it is made for.
DELETE FROM sqlite_stat1 WHERE tbl LIKE 'member\_search%' ESCAPE '\';
ANALYZE sqlite_schema;
-- A very large demo left another number than m0011_search_merges had set.
INSERT INTO member_search (member_search, rank) VALUES ('automerge', 16);
