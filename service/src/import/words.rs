//! The outcome of a row, in the words of the page.

use super::RefusedRow;
use super::verdict::Act;
use domain::import::{Column, Outcome};
use domain::{GroupName, OrganizationRole};
use store::imports::Judged;
use store::members::Existing;

/// What a row says that names an active member otherwise (spec M1).
const NAME_STAYS: &str = "Name stays: people change their own name";

/// What is done with a row; `member` is whom it is about, where that is a member already.
pub(super) fn of(act: &Act, member: Option<&Existing>) -> Judged {
    let (outcome, parts) = match act {
        Act::Nothing { name_stays } => (Outcome::Unchanged, vec![stays(*name_stays)]),
        Act::Add { role, joins } => (Outcome::Added, vec![Some(role.label().to_owned()), groups(joins)]),
        Act::Change { name, role, joins, name_stays, .. } => {
            let before = member.map_or("", |member| member.name.as_str());
            let name = name.as_ref().map(|name| becomes("Name", before, name.as_str()));
            let before = member.and_then(|member| member.role).map_or("", OrganizationRole::label);
            let role = role.map(|role| becomes("Role", before, role.label()));
            (Outcome::Changed, vec![name, role, groups(joins), stays(*name_stays)])
        }
    };
    let detail = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    Judged { outcome, detail, column: "" }
}

/// Why a row is refused.
pub(super) fn of_refused(row: &RefusedRow) -> Judged {
    Judged { outcome: Outcome::Refused, detail: row.reason.clone(), column: row.column.map_or("", Column::word) }
}

fn stays(name: bool) -> Option<String> {
    name.then(|| NAME_STAYS.into())
}

fn becomes(what: &str, before: &str, after: &str) -> String {
    if before.is_empty() { format!("{what}: {after}") } else { format!("{what}: {before} → {after}") }
}

fn groups(joins: &[GroupName]) -> Option<String> {
    let names: Vec<_> = joins.iter().map(GroupName::as_str).collect();
    (!names.is_empty()).then(|| format!("Joins {}", names.join(", ")))
}
