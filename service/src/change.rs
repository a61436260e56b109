//! The runner of changes (decision 40). A use case that changes an organization reads: proof → look up → refuse → act →
//! record. The runner does everything around that, so that no use case can forget it: it runs the transaction in a task
//! of its own, locks the organization's row, checks the right again, writes the audit rows, and notifies open pages.

use crate::audit::{self, AuditActor};
use crate::grant::Authority;
use crate::services::Work;
use crate::{Result, Services};
use domain::audit::{Event, Target};
use domain::permission::{ManageMembers, Permission, Standing};
use domain::{MemberId, OrganizationId, Timestamp};
use store::audit::Event as Row;
use store::{ConnectionTrait, Given, Transaction};

/// A change under way. The organization's row is held, so changes of one organization are serialised, and whoever makes
/// it holds their right.
pub(crate) struct Change<'a> {
    services: &'a Services,
    transaction: &'a Transaction,
    organization: OrganizationId,
    actor: AuditActor,
    standing: Standing,
}

/// The outcome of a change, together with the rows that record it. There are two ways to make one: from what
/// [`Change::record`] gives, or by saying that nothing changed.
#[must_use]
pub(crate) struct Done<T> {
    value: T,
    rows: Vec<Row>,
}

impl<T> Done<T> {
    /// Nothing changed that the log tells of: it was so already, or somebody else was first.
    pub fn unchanged(value: T) -> Self {
        Self { value, rows: Vec::new() }
    }
}

/// Rows that are written once the change is done.
#[must_use]
pub(crate) struct Recorded(Vec<Row>);

impl Recorded {
    /// The outcome of the change that these rows record.
    pub fn with<T>(self, value: T) -> Done<T> {
        Done { value, rows: self.0 }
    }
}

impl<'a> Change<'a> {
    /// The connection inside the transaction.
    pub fn db(&self) -> &'a impl ConnectionTrait {
        self.transaction.connection()
    }
    /// The use cases' tools.
    pub fn services(&self) -> &'a Services {
        self.services
    }
    /// The organization that is changed.
    pub fn organization(&self) -> OrganizationId {
        self.organization
    }
    /// The current instant.
    pub fn now(&self) -> Timestamp {
        self.services.now()
    }
    /// The member who makes the change, unless the operator does.
    pub fn by(&self) -> Option<MemberId> {
        self.actor.id()
    }
    /// Who gives what is given, at an instant.
    pub fn given(&self, at: Timestamp) -> Given {
        Given { by: self.by(), at }
    }
    /// Whether whoever makes it administers the organization, which an owner of a group need not.
    pub fn administers(&self) -> bool {
        ManageMembers::held_by(self.standing)
    }

    /// Records that an event happened to a target.
    pub fn record(&self, event: Event, target: Target) -> Recorded {
        self.record_each([(event, target)])
    }

    /// Records an event for each of those whom a change is about.
    pub fn record_each(&self, events: impl IntoIterator<Item = (Event, Target)>) -> Recorded {
        let row = |(event, target): (Event, Target)| audit::row(self.services, &self.actor, &event, target);
        Recorded(events.into_iter().map(row).collect())
    }
}

impl Services {
    /// Makes a change in an organization: all of it lasts, or nothing. In this order: the transaction begins, the
    /// organization's row is locked, the right is looked at again, `work` looks up, refuses, acts and records, the rows
    /// are written into the audit log, the transaction commits, and open pages hear of it.
    ///
    /// # Errors
    /// Those of [`Authority::standing_now`] where the right was lost since it was proved, and those of `work`.
    pub(crate) async fn change<T, A, F>(&self, by: &A, work: F) -> Result<T>
    where
        T: Send + 'static,
        A: Authority,
        F: for<'a> FnOnce(&'a Change<'a>) -> Work<'a, Done<T>> + Send + 'static,
    {
        let (services, authority, organization) = (self.clone(), by.clone(), by.organization());
        self.write_members(organization, move |transaction| {
            Box::pin(async move {
                store::organizations::lock(transaction.connection(), organization).await?;
                let standing = authority.standing_now(&services, transaction).await?;
                let actor = authority.audit_actor();
                let change = Change { services: &services, transaction, organization, actor, standing };
                let Done { value, rows } = work(&change).await?;
                if !rows.is_empty() {
                    audit::write(&services, transaction.connection(), organization, rows).await?;
                }
                Ok(value)
            })
        })
        .await
    }
}
