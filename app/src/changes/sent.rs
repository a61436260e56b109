//! A form that was sent and not accepted, for the page to show again.

use domain::setup::FieldError;
use serde::{Deserialize, Serialize};

/// A form that came back: what was typed, and why it was not accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentForm {
    /// Which change it asked for.
    pub change: String,
    /// The fields as they were sent, passwords excepted.
    pub typed: Vec<(String, String)>,
    /// What is wrong, each at its field.
    pub errors: Vec<FieldError>,
    /// What somebody else changed in the meantime, each a sentence.
    pub changes: Vec<String>,
    /// What is wrong with the whole, as a sentence.
    pub problem: String,
}

impl SentForm {
    /// A form of one of the few that have an endpoint of their own, with what is wrong at its fields.
    pub fn refused(change: &str, typed: Vec<(String, String)>, errors: Vec<FieldError>) -> Self {
        Self { change: change.to_owned(), typed, errors, ..Self::default() }
    }

    /// What is wrong, as one text.
    pub fn why(&self) -> String {
        self.errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// What was typed into a field; empty where it is not in the form.
    pub fn text(&self, field: &str) -> String {
        self.typed(field).unwrap_or_default().to_owned()
    }

    /// All values of a field that stands in the form several times.
    pub fn all<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a str> {
        self.typed.iter().filter(move |(name, _)| name == field).map(|(_, value)| value.as_str())
    }

    /// What was typed into a field.
    pub fn typed(&self, field: &str) -> Option<&str> {
        self.typed.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str())
    }

    /// Whether it asked for this change.
    pub fn is_of(&self, change: &str) -> bool {
        self.change == change
    }
}
