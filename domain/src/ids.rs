//! Identifiers: version 7 UUIDs, with a type for each kind, so that code that mixes them up does not compile. They are
//! never secrets.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// Wraps a UUID that is known to identify such a thing.
            pub const fn from_uuid(id: uuid::Uuid) -> Self {
                Self(id)
            }
            /// The bare UUID, for the database.
            pub const fn uuid(self) -> uuid::Uuid {
                self.0
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                uuid::Uuid::try_parse(text).map(Self)
            }
        }
    )+};
}

ids! {
    /// One person who can sign in.
    AccountId,
    /// One row of the audit log.
    AuditId,
    /// One bulk action on members.
    BulkId,
    /// A group inside one organization.
    GroupId,
    /// A file of people that is imported into one organization.
    ImportId,
    /// A link by which an invited person joins.
    InvitationId,
    /// A letter on its way.
    MailId,
    /// An account's membership in one organization.
    MemberId,
    /// An organization: the unit of isolation.
    OrganizationId,
    /// One signed-in browser.
    SessionId,
    /// A form that is carried out once, however often a browser sends it.
    SubmissionId,
    /// A view of the members table that somebody saved.
    ViewId,
}

/// Makes the UUID (RFC 9562, version 7) of a thing created `at`, with ten bytes of randomness.
pub fn new_uuid(at: crate::Timestamp, random: [u8; 10]) -> uuid::Uuid {
    let millis = u64::try_from(at.millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
