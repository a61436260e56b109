-- Whoever asks in which groups members are asks too whether a membership is closed: a file of people asks it of each of
-- them, and looking into every row for it takes four times as long as the index alone.
DROP INDEX group_members_by_member;
CREATE INDEX group_members_by_member ON group_members (organization_id, member_id, group_id, closed_at);
