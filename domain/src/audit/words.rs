//! The wording of a row's stored states. It is derived from the stored JSON alone, so rows from older versions read
//! like new ones.

use super::AuditChange;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

impl AuditChange {
    /// The differences between two states, by the names of their parts.
    pub fn between(before: Option<&Value>, after: Option<&Value>) -> Vec<Self> {
        let none = Map::new();
        let parts = |value: Option<&Value>| value.and_then(Value::as_object).unwrap_or(&none).clone();
        let (before, after) = (parts(before), parts(after));
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let change = |name: &String| {
            let (was, is) = (before.get(name), after.get(name));
            let text = |value: Option<&Value>| value.map(readable).unwrap_or_default();
            let change = Self { what: name.replace('_', " "), before: text(was), after: text(is) };
            (was != is && change.before != change.after).then_some(change)
        };
        names.into_iter().filter_map(change).collect()
    }
}

/// A value in readable form: groups by name and role, lists with commas.
fn readable(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(readable).collect::<Vec<_>>().join(", "),
        Value::Object(parts) => match (parts.get("name"), parts.get("role")) {
            (Some(name), Some(role)) => format!("{} ({})", readable(name), readable(role)),
            (Some(name), None) => readable(name),
            _ => value.to_string(),
        },
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_different_is_told_and_groups_by_name() {
        let before = json!({ "organization_role": "member", "groups": [{ "id": "1", "name": "Sales", "role": "owner" }], "name": "Ana" });
        let after = json!({ "organization_role": "security", "groups": [], "name": "Ana" });
        let changes = AuditChange::between(Some(&before), Some(&after));
        let changes: Vec<_> = changes.iter().map(|c| (c.what.as_str(), c.before.as_str(), c.after.as_str())).collect();
        assert_eq!(changes, [("groups", "Sales (owner)", ""), ("organization role", "member", "security")]);
        assert_eq!(AuditChange::between(None, Some(&json!({ "sessions": 2 })))[0].after, "2");
        assert!(AuditChange::between(None, None).is_empty());
    }
}
