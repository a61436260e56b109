//! Everything that Muster knows without a database, a network or a clock: types that hold only checked values, the
//! rules between them, and the queries behind tables.
//!
//! The same code checks a form in the browser and on the server, so a rule cannot differ between them.

pub mod audit;
pub mod bulk;
pub mod bytes;
pub mod email;
pub mod groups;
pub mod ids;
pub mod import;
pub mod invitations;
pub mod lasting;
pub mod lockout;
pub mod mail;
pub mod members;
pub mod moment;
pub mod name;
pub mod organizations;
pub mod password;
pub mod permission;
pub mod profile;
pub mod role;
pub mod setup;
pub mod slug;
pub mod table;
pub mod text;
pub mod viewer;
pub mod views;
pub mod zone;

pub use bytes::Bytes;
pub use email::Email;
pub use ids::*;
pub use lasting::lasting;
pub use moment::{Moment, Timestamp};
pub use name::{GroupName, OrganizationName, PersonName};
pub use password::Password;
pub use role::{GroupRole, MemberKind, MemberStatus, OrganizationKind, OrganizationRole};
pub use slug::Slug;
pub use zone::ZoneName;

/// Why a value was refused: a whole sentence that says what is wrong and what is accepted, to be shown at its field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

impl Refused {
    pub(crate) fn because(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

/// Gives a checked type around a `String` its read access, and a serde form that uses the same `parse` as everything
/// else.
macro_rules! checked_text {
    ($name:ident) => {
        impl $name {
            /// The checked text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::Refused;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }
        impl TryFrom<String> for $name {
            type Error = $crate::Refused;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }
        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }
    };
}
pub(crate) use checked_text;
