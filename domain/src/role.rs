//! Roles, kinds and statuses: closed sets, each value with its word on the page and in a URL.

/// The place of a word in a list, ignoring ASCII case and surrounding space. It is one function for all lists, since each
/// copy of it would be in the first load.
#[inline(never)]
pub(crate) fn find_word(text: &str, words: &[&str], what: &str) -> Result<usize, crate::Refused> {
    let text = text.trim();
    words.iter().position(|word| word.eq_ignore_ascii_case(text)).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        crate::Refused::because(["“", &shown, "” is not ", what, "; accepted are ", &words.join(", "), "."].concat())
    })
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$variant_doc:meta])* $variant:ident = $word:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// Every value, in the order in which lists show them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in URLs, files and the database.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
            /// The word on the page (spec, bold words).
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
            /// Reads a word, ignoring ASCII case and surrounding space.
            pub fn parse(text: &str) -> Result<Self, $crate::Refused> {
                $crate::role::find_word(text, &[$($word),+], $what).map(|place| Self::ALL[place])
            }
        }
        // By hand: what is derived for each of them would be a sixtieth of the first load.
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <String as serde::Deserialize>::deserialize(deserializer)?;
                let known = Self::ALL.iter().copied().find(|value| value.word() == word);
                known.ok_or_else(|| serde::de::Error::custom("no such word"))
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.label())
            }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::Refused;
            fn from_str(text: &str) -> Result<Self, $crate::Refused> {
                Self::parse(text)
            }
        }
    };
}

pub(crate) use words;

words! {
    /// A role in the organization as a whole; exactly one per internal member.
    OrganizationRole, "an organization role" {
        /// May do everything in the organization (spec R2).
        Administrator = "administrator", "Administrator";
        /// Sees their own groups and the people in them (spec R5).
        Member = "member", "Member";
        /// Reads everything, ends sessions, changes nothing else (spec R4).
        Security = "security", "Security";
    }
}

words! {
    /// A role in one group.
    GroupRole, "a group role" {
        /// Adds and removes the group's members, and changes their roles (spec R6).
        Owner = "owner", "Owner";
        /// Takes part.
        Member = "member", "Member";
        /// Only watches.
        Observer = "observer", "Observer";
    }
}

words! {
    /// Whether a member belongs to the organization itself or to a linked partner (spec X1).
    MemberKind, "a kind of member" {
        /// One of the organization's own people.
        Internal = "internal", "Internal";
        /// Support staff of a linked partner organization.
        External = "external", "External";
    }
}

words! {
    /// The status of a member, between invitation and removal (spec M5).
    MemberStatus, "a status" {
        /// Accepted the invitation, or was set up by an operator.
        Active = "active", "Active";
        /// Invited, and the invitation has not expired.
        Invited = "invited", "Invited";
        /// Invited, and the invitation has expired.
        Expired = "expired", "Expired";
        /// Removed from the organization.
        Deleted = "deleted", "Deleted";
    }
}

words! {
    /// The kind of an organization (spec T6).
    OrganizationKind, "a kind of organization" {
        /// Uses Muster for its own people.
        Customer = "customer", "Customer";
        /// Supports customers and links to them.
        Partner = "partner", "Partner";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_in_any_case_and_errors_list_what_is_accepted() {
        assert_eq!(OrganizationRole::parse(" ADMINISTRATOR "), Ok(OrganizationRole::Administrator));
        let error = OrganizationRole::parse("boss").unwrap_err().to_string();
        assert_eq!(error, "“boss” is not an organization role; accepted are administrator, member, security.");
    }
}
