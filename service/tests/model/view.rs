//! Everything that can be seen of an organization, both in the model and in the database.

use crate::organization::{Model, State};
use crate::play::Play;
use crate::stage::{email, group_id};
use crate::steps::{GROUPS, Place};
use domain::groups::GroupQuery;
use domain::members::Assigned;
use domain::permission::ReadMembers;
use domain::{GroupId, GroupRole, MemberId, OrganizationRole, Timestamp};
use service::groups::{self, GroupAccess, GroupManager};
use std::collections::{BTreeMap, BTreeSet};

const ADMINISTRATORS: &str = "administrators";

impl Model {
    /// As [`Play::view`] says it.
    pub fn view(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let (mut counts, mut cells) = (BTreeMap::<usize, u32>::new(), BTreeMap::<String, u32>::new());
        let mut administrators = 0;
        for (person, one) in &self.members {
            let state = format!("{:?}", one.state).to_lowercase();
            let email = email(*person);
            lines.push(format!("{email} {} {state}", one.role.word()));
            *cells.entry(format!("{state} {}", one.role.word())).or_default() += 1;
            let counted = u32::from(one.state != State::Deleted);
            for (group, there) in &one.groups {
                let name = &self.groups[group].name;
                if there.ends_at > self.now {
                    lines.push(format!("{email} in {name} {} {}", there.role.word(), there.ends_at.millis()));
                    *counts.entry(*group).or_default() += counted;
                } else {
                    lines.push(format!("{email} was in {name}"));
                }
            }
            if one.role == OrganizationRole::Administrator {
                lines.push(format!("{email} in {ADMINISTRATORS} member {}", Timestamp::NO_END.millis()));
                administrators += counted;
            }
        }
        for (group, there) in &self.groups {
            let count = counts.get(group).copied().unwrap_or(0);
            let (default, bytes) = (u32::from(there.is_default), there.gigabytes * 1_000_000_000);
            lines.push(format!("{} {count} {default} {bytes}", there.name));
        }
        lines.push(format!("{ADMINISTRATORS} {administrators} 0 0"));
        lines.extend(cells.into_iter().map(|(cell, count)| format!("{cell} {count}")));
        lines.push(format!("{} groups, {} bytes", self.groups.len() + 1, self.gigabytes * 1_000_000_000));
        lines.sort();
        lines
    }

    /// As [`Play::sees`] says it.
    pub fn sees(&self, person: usize) -> Option<Vec<String>> {
        let one = self.members.get(&person).filter(|one| one.state == State::Active)?;
        let reads = one.role != OrganizationRole::Member;
        let mut lines = Vec::new();
        for group in 0..GROUPS {
            if self.groups.contains_key(&group) && (reads || self.current(person, group).is_some()) {
                lines.push(format!("lists {}, opens {group}", self.groups[&group].name));
            }
        }
        let places = (0..GROUPS).map(Place::Group).chain([Place::Administrators]);
        lines.extend(places.filter(|place| self.manages(person, *place)).map(|place| format!("manages {place:?}")));
        Some(lines)
    }
}

impl Play<'_> {
    fn of_organization(&self) -> String {
        format!("organization_id = (SELECT id FROM organizations WHERE slug = '{}')", self.slug)
    }

    async fn texts(&self, sql: &str) -> Vec<String> {
        self.stage.i.db.texts(sql).await
    }

    fn hex(&self, id: &str) -> String {
        let sqlite = self.stage.i.db.address.starts_with("sqlite");
        if sqlite { format!("lower(hex({id}))") } else { format!("replace({id}::text, '-', '')") }
    }

    /// How many rows the log has, but for those that nobody's step made.
    pub async fn logged(&self) -> i64 {
        let organization = self.of_organization();
        let rows = format!(
            "SELECT COUNT(*) FROM audit_events WHERE {organization} \
             AND action NOT IN ('member.signed_in', 'group.member_ended')"
        );
        self.stage.i.db.number(&rows).await
    }

    /// How many memberships have ended and are not closed.
    pub async fn due(&self) -> i64 {
        let (organization, now) = (self.of_organization(), self.stage.i.services.now().millis());
        let due =
            format!("SELECT COUNT(*) FROM group_members WHERE {organization} AND closed_at = 0 AND ends_at <= {now}");
        self.stage.i.db.number(&due).await
    }

    pub async fn administrators(&self) -> GroupId {
        let (id, organization) = (self.hex("id"), self.of_organization());
        let found = self.texts(&format!("SELECT {id} FROM groups WHERE built_in = 1 AND {organization}")).await;
        GroupId::from_uuid(uuid::Uuid::try_parse(&found[0]).unwrap())
    }

    /// Nobody's id where there is no such member.
    pub async fn member(&self, person: usize) -> MemberId {
        let (id, organization, email) = (self.hex("id"), self.of_organization(), email(person));
        let found = self.texts(&format!("SELECT {id} FROM members WHERE {organization} AND email = '{email}'")).await;
        MemberId::from_uuid(found.first().map_or(uuid::Uuid::nil(), |id| uuid::Uuid::try_parse(id).unwrap()))
    }

    /// What a form would be filled from.
    pub async fn assigned(&self, person: usize) -> Assigned {
        let (organization, email) = (self.of_organization(), email(person));
        let role = self.texts(&format!("SELECT role FROM members WHERE {organization} AND email = '{email}'")).await;
        let role = role.first().map(|role| OrganizationRole::parse(role).unwrap());
        let groups = format!(
            "SELECT {} || ':' || gm.role FROM group_members gm JOIN groups g ON g.organization_id = gm.organization_id \
             AND g.id = gm.group_id WHERE g.built_in = 0 AND gm.ends_at > {} AND (gm.organization_id, gm.member_id) IN \
             (SELECT organization_id, id FROM members WHERE {organization} AND email = '{email}')",
            self.hex("g.id"),
            self.stage.i.services.now().millis()
        );
        let group = |text: &String| {
            let (id, role) = text.split_once(':').unwrap();
            (GroupId::from_uuid(uuid::Uuid::try_parse(id).unwrap()), GroupRole::parse(role).unwrap())
        };
        Assigned { role, groups: self.texts(&groups).await.iter().map(group).collect() }
    }

    /// All that the database has of the organization: its members, who is in which group, its groups, its counters. What
    /// has ended counts for nothing, whether it is closed or not; closed it is with a row of the log only.
    pub async fn view(&self) -> Vec<String> {
        let (organization, now) = (self.of_organization(), self.stage.i.services.now().millis());
        let mut lines = self
            .texts(&format!(
                "SELECT email || ' ' || role || ' ' || state FROM members WHERE {organization} UNION ALL \
                 SELECT m.email || CASE WHEN gm.ends_at <= {now} THEN ' was in ' || g.name \
                 ELSE ' in ' || g.name || ' ' || gm.role || ' ' || gm.ends_at END \
                 || CASE WHEN gm.closed_at > 0 AND NOT EXISTS (SELECT 1 FROM audit_events a \
                 WHERE a.organization_id = gm.organization_id AND a.action = 'group.member_ended' \
                 AND a.target_id = gm.member_id AND a.at = gm.closed_at) THEN ' without a row' ELSE '' END \
                 FROM group_members gm JOIN members m ON m.organization_id = gm.organization_id AND m.id = gm.member_id \
                 JOIN groups g ON g.organization_id = gm.organization_id AND g.id = gm.group_id \
                 WHERE gm.{organization} UNION ALL \
                 SELECT g.name || ' ' || (g.member_count - (SELECT COUNT(*) FROM group_members gm JOIN members m \
                 ON m.organization_id = gm.organization_id AND m.id = gm.member_id \
                 WHERE gm.organization_id = g.organization_id AND gm.group_id = g.id AND gm.closed_at = 0 \
                 AND gm.ends_at <= {now} AND m.state <> 'deleted')) || ' ' || g.is_default || ' ' || g.reservation \
                 FROM groups g WHERE g.{organization} UNION ALL \
                 SELECT state || ' ' || role || ' ' || members FROM member_counts WHERE {organization} AND members <> 0 \
                 UNION ALL SELECT group_count || ' groups, ' || monthly_capacity || ' bytes' FROM organizations \
                 WHERE slug = '{}'",
                self.slug
            ))
            .await;
        lines.sort();
        lines
    }

    /// What somebody sees of groups and may change, as services say it; nothing where they do not get in.
    pub async fn sees(&self, person: usize) -> Option<Vec<String>> {
        let services = &self.stage.i.services;
        let actor = self.stage.enter(person, &self.slug).await.ok()?;
        let page = groups::list(services, &actor, &GroupQuery::default()).await.unwrap().page;
        let listed: BTreeMap<GroupId, String> = page.rows.into_iter().map(|row| (row.id, row.name)).collect();
        let (mut lines, mut opened) = (Vec::new(), BTreeSet::new());
        for group in 0..GROUPS {
            let id = group_id(self.number, group);
            let opens = GroupAccess::of(services, &actor, id).await.is_ok();
            match (listed.get(&id), opens) {
                (Some(name), true) => lines.push(format!("lists {name}, opens {group}")),
                (None, false) => continue,
                other => lines.push(format!("{group}: {other:?}")),
            }
            opened.insert(id);
        }
        let built_in = usize::from(listed.values().any(|name| name == ADMINISTRATORS));
        assert_eq!(listed.len(), opened.len() + built_in);
        assert_eq!(built_in == 1, actor.holds::<ReadMembers>(), "who sees {ADMINISTRATORS}");
        for place in (0..GROUPS).map(Place::Group).chain([Place::Administrators]) {
            if GroupManager::of(services, &actor, self.place(place).await).await.is_ok() {
                lines.push(format!("manages {place:?}"));
            }
        }
        Some(lines)
    }
}
