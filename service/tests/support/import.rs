//! Helpers for the tests of imports.
#![allow(dead_code, reason = "not every test file needs all of it")]

use crate::support::Installation;
use domain::Slug;
use domain::import::Column;
use service::import::{Options, Progress, RefusedRow, Report};
use service::{Error, Operator};
use std::io::Cursor;

pub const DRY: Options = Options { dry_run: true, all_or_nothing: false };
pub const REAL: Options = Options { dry_run: false, all_or_nothing: false };
pub const WHOLE: Options = Options { dry_run: false, all_or_nothing: true };

/// What an import said.
pub struct Said {
    pub report: Report,
    pub refused: Vec<RefusedRow>,
    pub progress: Vec<Progress>,
}

impl Said {
    /// Line, column and reason of each bad row.
    pub fn bad(&self) -> Vec<(u64, Option<Column>, &str)> {
        self.refused.iter().map(|row| (row.line, row.column, row.reason.as_str())).collect()
    }
    pub fn counts(&self) -> (u64, u64, u64, u64) {
        (self.report.added, self.report.changed, self.report.unchanged, self.report.refused)
    }
}

pub async fn try_import(to: &Installation, slug: &Slug, file: &[u8], options: Options) -> Result<Said, Error> {
    let (mut refused, mut progress) = (Vec::new(), Vec::new());
    let file = Cursor::new(file.to_vec());
    let proof = Operator::on_this_machine();
    let on_progress = |step| progress.push(step);
    let report =
        service::import::run(&to.services, &proof, slug, file, options, on_progress, |row| refused.push(row)).await?;
    Ok(Said { report, refused, progress })
}

pub async fn import(to: &Installation, slug: &Slug, file: &str) -> Said {
    try_import(to, slug, file.as_bytes(), REAL).await.unwrap()
}

/// Everybody of the organization but its founder, with the groups by name.
pub async fn people(of: &Installation) -> Vec<String> {
    let groups = "SELECT g.name FROM group_members gm JOIN groups g ON g.organization_id = gm.organization_id AND g.id = gm.group_id \
                  WHERE gm.organization_id = m.organization_id AND gm.member_id = m.id ORDER BY g.name_key";
    let list = match of.db.address.starts_with("sqlite") {
        true => format!("COALESCE((SELECT group_concat(name, '+') FROM ({groups})), '')"),
        false => format!("array_to_string(ARRAY({groups}), '+')"),
    };
    of.db
        .texts(&format!(
            "SELECT m.email || '|' || m.name || '|' || m.role || '|' || m.state || '|' || {list} FROM members m \
             WHERE m.email <> 'ana@acme.example' ORDER BY m.email_key"
        ))
        .await
}

/// What must hold after anything (spec R1, R7, DESIGN 3).
pub async fn assert_sound(of: &Installation) {
    let wrong = "SELECT COUNT(*) FROM (SELECT organization_id, state, kind, role, COUNT(*) AS n FROM members \
                 GROUP BY organization_id, state, kind, role) AS cell \
                 LEFT JOIN member_counts c ON c.organization_id = cell.organization_id AND c.state = cell.state AND c.kind = cell.kind AND c.role = cell.role \
                 WHERE c.members IS NULL OR c.members <> cell.n";
    assert_eq!(of.db.number(wrong).await, 0, "member_counts");
    let wrong = "SELECT COUNT(*) FROM groups g WHERE g.member_count <> (SELECT COUNT(*) FROM group_members gm \
                 JOIN members m ON m.organization_id = gm.organization_id AND m.id = gm.member_id \
                 WHERE gm.organization_id = g.organization_id AND gm.group_id = g.id AND gm.closed_at = 0 \
                 AND m.state <> 'deleted')";
    assert_eq!(of.db.number(wrong).await, 0, "member_count of groups");
    let wrong = "SELECT COUNT(*) FROM members m WHERE (m.role = 'administrator') <> EXISTS (SELECT 1 FROM group_members gm \
                 JOIN groups g ON g.organization_id = gm.organization_id AND g.id = gm.group_id \
                 WHERE gm.organization_id = m.organization_id AND gm.member_id = m.id AND g.name = 'administrators')";
    assert_eq!(of.db.number(wrong).await, 0, "the group of administrators");
    let active = "SELECT COUNT(*) FROM members WHERE role = 'administrator' AND state = 'active'";
    assert!(of.db.number(active).await > 0, "an active administrator");
}

/// Makes an invited member an active one with an account, as an accepted invitation would.
pub async fn accept(of: &Installation, email: &str) {
    let account = "X'0197a8b400007000800000000000";
    let account = |end: &str| match of.db.address.starts_with("sqlite") {
        true => format!("{account}{end}'"),
        false => format!("'0197a8b400007000800000000000{end}'::uuid"),
    };
    let end = format!("{:04x}", email.len() * 256 + usize::from(email.as_bytes()[0]));
    for sql in [
        format!(
            "INSERT INTO accounts (id, email, email_identity, name, created_at) \
             VALUES ({}, '{email}', '{email}', 'Own Name', 1)",
            account(&end)
        ),
        format!(
            "INSERT INTO member_counts (organization_id, state, kind, role, members) \
             SELECT organization_id, 'active', kind, role, 0 FROM members WHERE email = '{email}' ON CONFLICT DO NOTHING"
        ),
        format!(
            "UPDATE member_counts SET members = members + CASE state WHEN 'active' THEN 1 ELSE -1 END \
             WHERE state IN ('active', 'invited') AND role = (SELECT role FROM members WHERE email = '{email}')"
        ),
        format!(
            "UPDATE members SET state = 'active', name = 'Own Name', name_key = 'own name', account_id = {} WHERE email = '{email}'",
            account(&end)
        ),
    ] {
        of.db.execute(&sql).await.unwrap();
    }
}
