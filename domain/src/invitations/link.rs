//! The link of an invitation (spec I5, I7): what it offers, and why it may no longer work.

use crate::organizations::OrganizationSummary;
use crate::setup::FieldError;
use crate::{Password, PersonName};
use serde::{Deserialize, Serialize};

/// Why a link no longer works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ended {
    /// Somebody has joined by it.
    Used,
    /// It has expired.
    Expired,
    /// A newer link has replaced it.
    Replaced,
    /// It was withdrawn, or never existed.
    Invalid,
}

/// What a link leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkShown {
    /// To an organization.
    Open {
        /// The organization.
        organization: OrganizationSummary,
        /// Who invited.
        inviter: String,
        /// The invited address.
        email: String,
        /// The name in the invitation, which may be empty.
        name: String,
        /// Whether the address has an account. A copied link does not reveal it; there it is what the visitor says.
        has_account: bool,
        /// Whether an administrator copied the link, and can open it too (spec I6, L8).
        copied: bool,
        /// The address of the signed-in person, if there is one.
        signed_in: Option<String>,
    },
    /// Nowhere.
    Ended {
        /// Why.
        why: Ended,
        /// Whom to ask, if that is known.
        inviter: String,
        /// The organization's name, if that is known.
        organization: String,
    },
}

/// The form for somebody without an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JoinForm {
    /// Their name.
    pub name: String,
    /// The password that they choose, or already have.
    #[serde(skip_serializing)]
    pub password: String,
    /// The browser's time zone, empty without JavaScript.
    pub time_zone: String,
}

impl JoinForm {
    /// Checks the fields of a new person; all errors are returned at once.
    pub fn check(&self) -> Result<(PersonName, Password), Vec<FieldError>> {
        let at = |field: &'static str| move |refused: crate::Refused| FieldError::at(field, refused.0);
        let name = PersonName::parse(&self.name).map_err(at("name"));
        let password = Password::parse(&self.password).map_err(at("password"));
        match (name, password) {
            (Ok(name), Ok(password)) => Ok((name, password)),
            (name, password) => Err(name.err().into_iter().chain(password.err()).collect()),
        }
    }
}
