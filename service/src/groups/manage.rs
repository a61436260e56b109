//! The proof that somebody may change who is in a group: administrators in every group, owners in theirs (spec R6).

use crate::audit::{self, Doer};
use crate::zone::Zone;
use crate::{Actor, Error, Result, Services};
use domain::audit::{AuditAction, Day};
use domain::groups::{ADMINISTRATORS_STAY, Joined};
use domain::members::GroupTag;
use domain::permission::{ManageMembers, Permission, ReadMembers, Standing};
use domain::setup::FieldError;
use domain::{GroupId, GroupName, GroupRole, Moment, OrganizationId, Timestamp};
use serde_json::{Value, json};
use store::groups::{self, Membership};
use store::members::{self, Existing, State};
use store::{ConnectionTrait, Given};

/// What the page says to who may not (spec R3).
const TO: &str = "change who is in this group";
const HELD_BY: &str = "Administrators and this group's owners";

/// The proof that somebody may change who is in one group. Only [`GroupManager::of`] makes one.
#[derive(Clone)]
pub struct GroupManager {
    actor: Actor,
    group: GroupTag,
}

impl GroupManager {
    /// The right of somebody who administers the organization, or owns that group now.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the group is not there, or not theirs to know of: both read the same.
    /// [`Error::Forbidden`] where they see the group and may not change who is in it.
    pub async fn of(services: &Services, actor: &Actor, group: GroupId) -> Result<Self> {
        let (db, now) = (services.reader(), services.now());
        let found = groups::find_tag(db, actor.organization(), group).await?.ok_or(Error::NotFound)?;
        let may = Self { actor: actor.clone(), group: found };
        if actor.holds::<ManageMembers>() {
            return Ok(may);
        }
        let own = groups::membership(db, actor.organization(), group, actor.member()).await?;
        let own = own.filter(|own| !own.has_ended(now));
        if !may.is_administrators() && own.is_some_and(|own| own.role == GroupRole::Owner) {
            return Ok(may);
        }
        match own.is_some() || actor.holds::<ReadMembers>() {
            true => Err(actor.refusal(services, TO, HELD_BY).await?),
            false => Err(Error::NotFound),
        }
    }

    /// The organization in which it holds.
    pub fn organization(&self) -> OrganizationId {
        self.actor.organization()
    }
    /// The group.
    pub fn group(&self) -> &GroupTag {
        &self.group
    }
    /// Whether the group is `administrators` (spec R1).
    pub fn is_administrators(&self) -> bool {
        GroupName::parse(&self.group.name).is_ok_and(|name| name.is_administrators())
    }
    /// Whether they may because they administer the organization, not because they own the group.
    pub(super) fn administers(&self) -> bool {
        self.actor.holds::<ManageMembers>()
    }
    /// Whose doing a change is.
    pub(super) fn given(&self, at: Timestamp) -> Given {
        Given { by: Some(self.actor.member()), at }
    }
    pub(super) fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Takes the organization's row, and looks whether the right holds still: they may have been removed, demoted or
    /// taken out of the group since, or the group may be gone. Says whether they hold it because they administer the
    /// organization, not because they own the group.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] at `member` where they are a member still, without the right.
    pub(super) async fn hold(&self, services: &Services, db: &impl ConnectionTrait) -> Result<bool> {
        let (organization, member) = (self.organization(), self.actor.member());
        store::organizations::lock(db, organization).await?;
        // What ended while it waited has ended.
        let now = services.now();
        groups::find_tag(db, organization, self.group.id).await?.ok_or(Error::NotFound)?;
        let found = members::find_one(db, organization, member).await?.ok_or(Error::NotFound)?.member;
        if found.state != State::Active {
            return Err(Error::NotFound);
        }
        let administers = ManageMembers::held_by(Standing { kind: found.kind, role: found.role });
        let own = groups::membership(db, organization, self.group.id, member).await?;
        let owns = own.is_some_and(|own| own.role == GroupRole::Owner && !own.has_ended(now));
        if !(administers || owns && !self.is_administrators()) {
            return Err(at("member", "You may not do this any more."));
        }
        Ok(administers)
    }

    /// The instant at which a membership ends whose last day was typed: when the day after it begins where they are. An
    /// end that was there and is on that day stays the instant that it was.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `ends` for no day, one that is over, and one for `administrators`.
    pub(super) fn end(&self, typed: &str, before: Timestamp, now: Timestamp) -> Result<Timestamp> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(Timestamp::NO_END);
        }
        if self.is_administrators() {
            return Err(at("ends", ADMINISTRATORS_STAY));
        }
        let day = Day::parse(typed).map_err(|refused| at("ends", refused.0))?;
        let zone = self.actor.zone();
        if last_day(zone, before) == day.to_string() {
            return Ok(before);
        }
        let end = zone.begin_of(day, 1).ok_or_else(|| at("ends", "There is no such day."))?;
        match end {
            end if end <= now => Err(at("ends", "This day is over already; choose today or a later one.")),
            end if end >= Timestamp::NO_END => Err(at("ends", "That is too far away; leave it empty for no end.")),
            end => Ok(end),
        }
    }

    /// Writes the row of the audit log about a member of the group.
    pub(super) async fn log(
        &self,
        services: &Services,
        db: &impl ConnectionTrait,
        action: AuditAction,
        on: &Existing,
        values: (Option<Value>, Option<Value>),
    ) -> Result<()> {
        audit::write(services, db, self.organization(), vec![self.event(services, action, on, values)]).await
    }

    /// The row of the audit log about a member of the group.
    pub(super) fn event(
        &self,
        services: &Services,
        action: AuditAction,
        on: &Existing,
        (before, after): (Option<Value>, Option<Value>),
    ) -> store::audit::Event {
        let target = (Some(on.id.uuid()), on.email.clone());
        audit::event(services, &Doer::from(&self.actor), action, target, before, after)
    }
}

/// The refusal of a form, at a field.
pub(super) fn at(field: &str, why: impl Into<String>) -> Error {
    Error::Invalid(vec![FieldError::at(field, why)])
}

/// The last day of a membership, as a date field has it; empty where it has no end.
pub(super) fn last_day(zone: &Zone, ends_at: Timestamp) -> String {
    if ends_at == Timestamp::NO_END {
        return String::new();
    }
    day(zone, last_moment(ends_at))
}

/// The last instant of a membership: people are shown the day that was typed, not the one that begins when it ends.
pub(crate) fn last_moment(ends_at: Timestamp) -> Timestamp {
    Timestamp::from_millis(ends_at.millis() - 1)
}

/// The day of an instant, as a date field has it.
pub(super) fn day(zone: &Zone, at: Timestamp) -> String {
    zone.moment(at).iso().chars().take_while(|c| *c != 'T').collect()
}

/// A membership, as the audit log keeps it.
pub(super) fn audit_value(group: &GroupTag, role: GroupRole, ends_at: Timestamp) -> Value {
    let mut value = json!({ "group": { "id": group.id, "name": group.name }, "role": role.word() });
    if let (true, Some(value)) = (ends_at != Timestamp::NO_END, value.as_object_mut()) {
        value.insert("ends_at".into(), Moment { at: ends_at, offset: 0 }.iso().into());
    }
    value
}

/// A membership, as forms are filled from it.
pub(super) fn joined(membership: Membership) -> Joined {
    Joined { role: membership.role, ends_at: membership.ends_at }
}
