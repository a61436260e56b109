-- A change merges pieces of the index itself only where sixteen have come together, which is when no server is there to
-- do it between the changes: while a file is imported on the command line.
INSERT INTO member_search (member_search, rank) VALUES ('automerge', 16);
INSERT INTO member_search (member_search, rank) VALUES ('crisismerge', 64);
