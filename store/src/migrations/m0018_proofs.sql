-- How a link left: in a letter, or copied by an administrator, who can open it before whoever it is for (spec L8). There
-- never was a letter about one that was copied.
ALTER TABLE invitations ADD COLUMN left_by {key} NOT NULL DEFAULT 'copied' CHECK (left_by IN ('mail', 'copied'));
UPDATE invitations SET left_by = 'mail' WHERE EXISTS (
    SELECT 1 FROM outbox WHERE outbox.organization_id = invitations.organization_id AND outbox.invitation_id = invitations.id
);

-- When the account's owner first opened a link that was mailed to its address, or the operator made the account; 0 where
-- neither is known.
ALTER TABLE accounts ADD COLUMN email_proved_at {integer} NOT NULL DEFAULT 0;
-- Made with an organization, by the operator or by whoever set the installation up.
UPDATE accounts SET email_proved_at = created_at WHERE id IN (
    SELECT a.id FROM organizations AS o
    JOIN members AS m ON m.organization_id = o.id AND m.created_at = o.created_at
    JOIN accounts AS a ON a.id = m.account_id AND a.created_at = o.created_at
);
-- Made by the link of a letter: the account is as old as the end of the link, but for the minute that a server may take.
UPDATE accounts SET email_proved_at = created_at WHERE email_proved_at = 0 AND id IN (
    SELECT a.id FROM invitations AS i
    JOIN members AS m ON m.organization_id = i.organization_id AND m.id = i.member_id
    JOIN accounts AS a ON a.id = m.account_id AND a.created_at BETWEEN i.ended_at - 60000 AND i.ended_at
    WHERE i.state = 'used' AND i.left_by = 'mail'
);
-- Given a new password by the link of a letter, which the log keeps.
UPDATE accounts SET email_proved_at = created_at WHERE email_proved_at = 0 AND id IN (
    SELECT m.account_id FROM organizations AS o
    JOIN audit_events AS e ON e.organization_id = o.id AND e.action = 'member.password_changed'
    JOIN members AS m ON m.organization_id = o.id AND m.id = e.actor_id
    WHERE m.account_id IS NOT NULL AND e.after LIKE '%"proved_by":"a link by mail"%'
);
