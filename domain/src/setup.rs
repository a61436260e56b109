//! The forms that are used before entering an organization: set-up and sign-in (spec T2, L1).

use crate::{Email, OrganizationName, Password, PersonName, Refused};
use serde::{Deserialize, Serialize};

/// An error at one field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name in the form.
    pub field: String,
    /// What is wrong and what is accepted.
    pub message: String,
}

impl FieldError {
    /// An error at a field.
    pub fn at(field: &str, refused: impl Into<String>) -> Self {
        Self { field: field.into(), message: refused.into() }
    }
}

/// The set-up form as it was typed. The password is never sent back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SetUpForm {
    /// The one-time code in the printed address.
    pub code: String,
    /// The organization's name.
    pub organization: String,
    /// The administrator's name.
    pub name: String,
    /// The administrator's address.
    pub email: String,
    /// The administrator's password.
    #[serde(skip_serializing)]
    pub password: String,
    /// The browser's time zone, empty without JavaScript.
    pub time_zone: String,
}

/// The set-up form, checked.
#[derive(Clone, Debug)]
pub struct SetUp {
    /// The organization's name.
    pub organization: OrganizationName,
    /// The administrator's name.
    pub name: PersonName,
    /// The administrator's address.
    pub email: Email,
    /// The administrator's password.
    pub password: Password,
}

impl SetUpForm {
    /// Checks every field; all errors come back at once, each at its field.
    pub fn check(&self) -> Result<SetUp, Vec<FieldError>> {
        let mut errors = Vec::new();
        fn take<T>(errors: &mut Vec<FieldError>, field: &str, parsed: Result<T, Refused>) -> Option<T> {
            parsed.map_err(|refused| errors.push(FieldError::at(field, refused.0))).ok()
        }
        let organization = take(&mut errors, "organization", OrganizationName::parse(&self.organization));
        let name = take(&mut errors, "name", PersonName::parse(&self.name));
        let email = take(&mut errors, "email", Email::parse(&self.email));
        let password = take(&mut errors, "password", Password::parse(&self.password));
        match (organization, name, email, password) {
            (Some(organization), Some(name), Some(email), Some(password)) => {
                Ok(SetUp { organization, name, email, password })
            }
            _ => Err(errors),
        }
    }
}

/// The sign-in form as it was typed. The password is never sent back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    /// The address.
    pub email: String,
    /// The password.
    #[serde(skip_serializing)]
    pub password: String,
    /// Where to go afterwards: a path of this installation.
    pub next: String,
    /// The browser's time zone, empty without JavaScript.
    pub time_zone: String,
}

impl SignInForm {
    /// The path to go to, if it is one of an organization; never another host's address.
    pub fn next_path(&self) -> Option<&str> {
        let path = self.next.as_str();
        let safe = path.starts_with("/o/")
            && !path.contains("//")
            && !path.contains('\\')
            && !path.chars().any(char::is_control);
        safe.then_some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let errors = SetUpForm::default().check().unwrap_err();
        let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["organization", "name", "email", "password"]);
    }

    #[test]
    fn sign_in_never_leads_to_another_host() {
        let next =
            |path: &str| SignInForm { next: path.into(), ..SignInForm::default() }.next_path().map(str::to_owned);
        assert_eq!(next("/o/acme/members?q=a"), Some("/o/acme/members?q=a".into()));
        for path in ["", "//evil.example", "https://evil.example", "/o/\\evil", "/o//evil", "/o/\n", "/sign-out"] {
            assert_eq!(next(path), None, "{path:?}");
        }
    }

    #[test]
    fn a_password_is_not_sent_back() {
        let form = SignInForm { password: "secret".into(), ..SignInForm::default() };
        assert!(!serde_json::to_string(&form).unwrap().contains("secret"));
    }
}
