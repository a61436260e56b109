//! The invariants that every organization must satisfy, whatever has happened.

use crate::import_support::assert_sound;
use crate::invited::assert_links;
use crate::support::Installation;

/// What must hold of every organization, whatever happened.
pub async fn assert_invariants(of: &Installation) {
    assert_sound(of).await;
    assert_links(of).await;
    for (what, wrong) in [
        (
            "organizations without an active administrator (spec R7)",
            "SELECT COUNT(*) FROM organizations o WHERE NOT EXISTS (SELECT 1 FROM members m \
             WHERE m.organization_id = o.id AND m.role = 'administrator' AND m.state = 'active')",
        ),
        (
            "organizations with two default groups (spec G3)",
            "SELECT COUNT(*) FROM (SELECT organization_id FROM groups WHERE is_default = 1 \
             GROUP BY organization_id HAVING COUNT(*) > 1) AS twice",
        ),
        (
            "organizations whose groups are counted wrong",
            "SELECT COUNT(*) FROM organizations o WHERE o.group_count <> \
             (SELECT COUNT(*) FROM groups g WHERE g.organization_id = o.id)",
        ),
        (
            "members counted that there are not",
            "SELECT CAST((SELECT COALESCE(SUM(members), 0) FROM member_counts) - (SELECT COUNT(*) FROM members) AS BIGINT)",
        ),
        (
            "memberships in a group of another organization than the member's",
            "SELECT COUNT(*) FROM group_members gm WHERE NOT EXISTS (SELECT 1 FROM members m \
             WHERE m.organization_id = gm.organization_id AND m.id = gm.member_id) OR NOT EXISTS (SELECT 1 FROM groups g \
             WHERE g.organization_id = gm.organization_id AND g.id = gm.group_id)",
        ),
        (
            "memberships that were closed before they ended (spec G7)",
            "SELECT COUNT(*) FROM group_members WHERE closed_at > 0 AND ends_at > closed_at",
        ),
        (
            "organizations whose groups have reserved more than there is (spec F3)",
            "SELECT COUNT(*) FROM organizations o WHERE o.monthly_capacity < \
             (SELECT COALESCE(SUM(g.reservation), 0) FROM groups g WHERE g.organization_id = o.id)",
        ),
        (
            "names that two groups of an organization bear (spec G2)",
            "SELECT COUNT(*) FROM (SELECT organization_id FROM groups GROUP BY organization_id, lower(trim(name)) \
             HAVING COUNT(*) > 1) AS twice",
        ),
        (
            "groups `administrators` that are more than they may be (spec R1)",
            "SELECT COUNT(*) FROM groups WHERE (built_in = 1) <> (name = 'administrators') \
             OR built_in = 1 AND (is_default = 1 OR reservation > 0)",
        ),
        (
            "memberships of `administrators` with a role or an end (spec R1)",
            "SELECT COUNT(*) FROM group_members gm JOIN groups g ON g.organization_id = gm.organization_id \
             AND g.id = gm.group_id WHERE g.built_in = 1 \
             AND (gm.role <> 'member' OR gm.ends_at <> 253402300799000 OR gm.closed_at <> 0)",
        ),
        (
            "memberships that were closed without a row of the log, each its own (spec G7, A1)",
            "SELECT COUNT(*) FROM (SELECT gm.organization_id, gm.member_id, gm.closed_at, COUNT(*) AS closed \
             FROM group_members gm WHERE gm.closed_at > 0 GROUP BY gm.organization_id, gm.member_id, gm.closed_at) AS c \
             WHERE c.closed > (SELECT COUNT(*) FROM audit_events a WHERE a.organization_id = c.organization_id \
             AND a.action = 'group.member_ended' AND a.target_id = c.member_id AND a.at = c.closed_at)",
        ),
        (
            "memberships of which the log says twice that they ended (spec G7, A1)",
            "SELECT COUNT(*) FROM (SELECT target_id FROM audit_events WHERE action = 'group.member_ended' \
             AND target_id IS NOT NULL GROUP BY organization_id, target_id, before HAVING COUNT(*) > 1) AS twice",
        ),
        (
            "members who can be searched and are not there",
            "SELECT (SELECT COUNT(*) FROM member_search) - (SELECT COUNT(*) FROM members)",
        ),
    ] {
        assert_eq!(of.db.number(wrong).await, 0, "{what}");
    }
    service::audit_chain::seal(&of.services).await.unwrap();
    let operator = service::Operator::on_this_machine();
    let mut faults = 0;
    service::audit_chain::verify(&of.services, &operator, None, None, |one| faults += one.faults).await.unwrap();
    assert_eq!(faults, 0, "faults of the audit log");
}

/// What the other organization has.
pub async fn theirs(of: &Installation) -> Vec<String> {
    let other = "organization_id = (SELECT id FROM organizations WHERE slug = 'globex')";
    let members = format!("SELECT email || state || role || name || created_at FROM members WHERE {other} ORDER BY 1");
    let events = format!("SELECT action || at || target FROM audit_events WHERE {other} ORDER BY 1");
    [of.db.texts(&members).await, of.db.texts(&events).await].concat()
}
