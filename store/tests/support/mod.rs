//! Organizations and people for the store's tests.
#![allow(dead_code, reason = "not every test file needs all of it")]

pub mod counting;
pub mod tables;

use domain::members::MemberSort;
use domain::organizations::OrganizationSummary;
use domain::table::SortColumn;
use domain::*;
use std::sync::atomic::{AtomicU64, Ordering};
use store::members::{NewMember, State, ranges};
use store::organizations::Organization;
use store::testing::TestDatabase;

/// 2026-11-21T12:00:00Z.
pub const NOW: Timestamp = Timestamp::from_millis(1_795_262_400_000);

/// Given on the command line.
pub const NOBODY: store::Given = store::Given { by: None, at: NOW };

/// An id that is the same in every run.
pub fn id(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number)
}

/// Makes an organization.
pub async fn organization(db: &TestDatabase, number: u128, slug: &str) -> OrganizationId {
    let organization = OrganizationId::from_uuid(id(number));
    let facts = Organization {
        id: organization,
        summary: OrganizationSummary {
            slug: Slug::parse(slug).unwrap(),
            name: OrganizationName::parse(slug).unwrap(),
            kind: OrganizationKind::Customer,
        },
        time_zone: None,
    };
    let tx = db.database.begin().await.unwrap();
    store::organizations::insert(tx.connection(), &facts, NOW).await.unwrap();
    tx.commit().await.unwrap();
    organization
}

/// A member with nothing special about them.
pub fn member(number: u128, email: &str, name: &str) -> NewMember {
    NewMember {
        id: MemberId::from_uuid(id(number)),
        account: None,
        email: Email::parse(email).unwrap(),
        name: name.into(),
        kind: MemberKind::Internal,
        role: Some(OrganizationRole::Member),
        state: State::Invited,
        invite_expires_at: Timestamp::NO_END,
        created_at: NOW,
        role_given_by: None,
        last_active_at: Timestamp::NEVER,
        logins_count: 0,
        last_login_at: Timestamp::NEVER,
        last_login_ip: None,
    }
}

/// Adds members in one transaction.
pub async fn add(db: &TestDatabase, organization: OrganizationId, members: Vec<NewMember>) {
    let tx = db.database.begin().await.unwrap();
    store::members::insert(tx.connection(), organization, members).await.unwrap();
    tx.commit().await.unwrap();
}

/// A set never has the id of an earlier one.
static SETS: AtomicU64 = AtomicU64::new(0);

/// Counts the ranges of every sort of an organization.
pub async fn build_ranges(db: &TestDatabase, organization: OrganizationId, length: u32) {
    for sort in MemberSort::ALL {
        let tx = db.database.begin().await.unwrap();
        let set = id(1_000_000 + u128::from(SETS.fetch_add(1, Ordering::Relaxed)));
        assert!(ranges::build(tx.connection(), organization, *sort, set, length).await.unwrap());
        tx.commit().await.unwrap();
    }
}
