//! The part of an import that is stored once, beside its rows.

use crate::{Error, Result};
use serde_json::{Value, json};

/// The names of its columns, and how it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// The columns of the first line.
    pub names: Vec<String>,
    /// Encoding, separator, columns that were passed over; nothing of a file that was read before that was told.
    pub read_as: String,
}

impl Head {
    /// As it is kept.
    pub fn to_json(&self) -> String {
        json!({ "names": self.names, "read_as": self.read_as }).to_string()
    }

    /// Reads what was kept; nothing as long as the file is not begun.
    pub fn parse(kept: &str) -> Result<Self> {
        if kept.is_empty() {
            return Ok(Self::default());
        }
        let broken = |_| Error::Internal("an import's head is not JSON".into());
        let kept: Value = serde_json::from_str(kept).map_err(broken)?;
        // Of an import that was begun before: the names alone.
        let names = if kept.is_array() { kept.clone() } else { kept["names"].clone() };
        let names = serde_json::from_value(names).map_err(broken)?;
        Ok(Self { names, read_as: kept["read_as"].as_str().unwrap_or_default().into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_before_is_read() {
        let head = Head { names: vec!["email".into()], read_as: "UTF-8".into() };
        assert_eq!(Head::parse(&head.to_json()).unwrap(), head);
        assert_eq!(Head::parse(r#"["email"]"#).unwrap(), Head { read_as: String::new(), ..head });
        assert_eq!(Head::parse("").unwrap(), Head::default());
    }
}
