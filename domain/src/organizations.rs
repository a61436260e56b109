//! Organizations, as their people see them (spec T).

use crate::{OrganizationKind, OrganizationName, Slug, ZoneName};
use serde::{Deserialize, Serialize};

/// An organization that an account belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationSummary {
    /// Its part of the address.
    pub slug: Slug,
    /// Its name.
    pub name: OrganizationName,
    /// Customer or partner.
    pub kind: OrganizationKind,
}

/// What the settings page shows (spec A8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationSettings {
    /// Name, slug and kind.
    pub summary: OrganizationSummary,
    /// The zone in which times are shown to those who chose none themselves.
    pub time_zone: Option<ZoneName>,
}

/// The numbers on an administrator's home page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberCounts {
    /// Active members.
    pub active: u64,
    /// Members with an invitation that has not run out.
    pub invited: u64,
    /// Members with an invitation that has run out.
    pub expired: u64,
    /// Removed members.
    pub deleted: u64,
    /// Active and invited administrators.
    pub administrators: u64,
}

impl MemberCounts {
    /// All but the removed.
    pub fn present(self) -> u64 {
        self.active + self.invited + self.expired
    }
}
