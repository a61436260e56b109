//! Groups of the demo: a few well-known ones, then departments, sites and teams, beginning with the largest.

use super::dice::Dice;
use super::lives::{FOUNDED, before};
use domain::{GroupId, GroupName, GroupRole, MemberId, Timestamp};
use std::collections::HashSet;
use store::groups::{GroupMember, NewGroup, name_identity};

/// The group that owner@demo.example owns.
pub(super) const SUPPORT: &str = "Support";
/// The group with a third of everybody.
const FIELD: &str = "Everyone in field service";

const DEPARTMENTS: &str =
    "Engineering, Sales, Operations, Customer Care, Finance, Human Resources, Logistics, Marketing,
    Quality, Procurement, Legal, IT, Research, Facilities, Health and Safety, Training, Product Management, Warehouse,
    Night Shift, Commissioning, Spare Parts, Dispatch, Pricing, Internal Audit, Communications, Data Protection,
    Works Council, First Aiders, Fire Wardens, Apprentices, Key Account Management, Field Planning, Calibration,
    Documentation, Instrumentation, Metering, Telemetry, Service Desk, Site Managers, On-call";

const CITIES: &str =
    "London, Berlin, São Paulo, Warszawa, Київ, 東京, Nairobi, München, Łódź, İstanbul, Αθήνα, Montréal,
    القاهرة, Lisboa, Hà Nội, 서울, Zürich, Reykjavík, Mumbai, Lagos, Toronto, Melbourne, Göteborg, Kraków, Praha, Brno,
    Bogotá, Lyon, Marseille, Málaga, Porto, Recife, Córdoba, Mexico City, Denver, Austin, Boston, Seattle, Vancouver,
    Dublin, Glasgow, Leeds, Bristol, Antwerpen, Rotterdam, Århus, Tromsø, Oulu, Tallinn, Rīga, Vilnius, Gdańsk, Košice,
    Győr, Cluj, Plovdiv, Θεσσαλονίκη, İzmir, תל אביב, عمّان, دبي, Accra, Kampala, Cape Town, Pune, Chennai, ঢাকা, กรุงเทพ,
    Cebu, 台北, 上海, 大阪, 부산, Perth, Auckland, თბილისი";

const TEAMS: &str =
    "Installation, Maintenance, Inspection, Support Desk, Sales, Planning, Workshop, Logistics, Night Shift,
    Quality, Calibration, Reception, Training, Stock, Metering, Drivers, Site Safety, Repairs, Surveys, Cabling";

/// The groups, and who goes where.
pub(super) struct Groups {
    /// What is to be made, `administrators` first.
    pub new: Vec<NewGroup>,
    pub administrators: GroupId,
    pub support: GroupId,
    field: Option<GroupId>,
    /// All but the group of a third, each with the sum of the weights up to it.
    others: Vec<(GroupId, u64)>,
}

impl Groups {
    /// As many groups as asked for, besides `administrators`.
    pub fn draw(number: u64, now: Timestamp, dice: &mut Dice) -> Self {
        let mut made = |name: GroupName, description: String, age| {
            let created_at = before(now, age);
            NewGroup {
                id: GroupId::from_uuid(domain::new_uuid(created_at, dice.bytes())),
                name,
                description,
                created_at,
            }
        };
        let administrators =
            made(GroupName::administrators(), "May do everything in the organization.".into(), FOUNDED);
        let mut new = vec![administrators];
        new.extend(names(number).into_iter().map(|(name, description)| made(name, description, FOUNDED)));
        let place = |name: &str| new.iter().find(|group| group.name.as_str() == name).map(|group| group.id);
        let field = place(FIELD);
        let mut sum = 0;
        let others = new.iter().skip(1).filter(|group| Some(group.id) != field).enumerate().map(|(rank, group)| {
            // Support is neither the largest nor the smallest.
            let rank = if group.name.as_str() == SUPPORT { 12 } else { rank as u64 };
            sum += 1_000_000_000 / (rank + 4);
            (group.id, sum)
        });
        let others = others.collect();
        let administrators = new[0].id;
        Self { administrators, support: place(SUPPORT).unwrap_or(administrators), field, others, new }
    }

    /// Two groups that are not among the special ones, where there are that many.
    pub fn ordinary(&self) -> impl Iterator<Item = GroupId> {
        let ordinary = self.others.iter().map(|(id, _)| *id).filter(|id| *id != self.support);
        // Neither the largest nor the smallest.
        ordinary.skip(self.others.len().saturating_sub(3).min(3)).chain(self.field).take(2)
    }

    /// The memberships of somebody: none to six.
    pub fn of(&self, member: MemberId, since: Timestamp, may_own: bool, dice: &mut Dice) -> Vec<GroupMember> {
        let mut chosen = Vec::with_capacity(6);
        chosen.extend(self.field.filter(|_| dice.below(3) == 0));
        let total = self.others.last().map_or(0, |(_, sum)| *sum);
        for _ in 0..dice.weighted(&[14, 30, 26, 16, 9, 5]) {
            let place = dice.below(total);
            let index = self.others.partition_point(|(_, sum)| *sum <= place);
            if let Some((id, _)) = self.others.get(index)
                && !chosen.contains(id)
            {
                chosen.push(*id);
            }
        }
        let role = |group: GroupId, dice: &mut Dice| match dice.weighted(&[94, 4, 2]) {
            1 => GroupRole::Observer,
            2 if may_own && group != self.support => GroupRole::Owner,
            _ => GroupRole::Member,
        };
        chosen
            .into_iter()
            .map(|group| GroupMember {
                group,
                member,
                role: role(group, dice),
                created_at: since,
                given_by: None,
                ends_at: Timestamp::NO_END,
            })
            .collect()
    }
}

/// Names and what they are for, no two the same.
fn names(number: u64) -> Vec<(GroupName, String)> {
    let split = |list: &'static str| list.split(',').map(str::trim);
    let special = [(SUPPORT.to_owned(), "Answers questions from the other teams."), (FIELD.to_owned(), "")];
    let departments = split(DEPARTMENTS).map(|name| (name.to_owned(), "A department."));
    let cities = split(CITIES).map(|name| (name.to_owned(), "Everybody at this site."));
    let teams =
        split(TEAMS).flat_map(|team| split(CITIES).map(move |city| (format!("{city} {team}"), "A team at one site.")));
    let crews = (2..).flat_map(|crew| {
        split(CITIES)
            .flat_map(move |city| split(TEAMS).map(move |team| (format!("{city} {team} {crew}"), "A crew of a team.")))
    });
    // Departments and sites in turn, so that forty groups have some of both.
    let mut cities = cities.fuse();
    let mixed = departments.flat_map(|department| [Some(department), cities.next()]).flatten().collect::<Vec<_>>();
    let mut identities = HashSet::new();
    special
        .into_iter()
        .chain(mixed)
        .chain(cities)
        .chain(teams)
        .chain(crews)
        .filter_map(|(name, description)| Some((GroupName::parse(&name).ok()?, description.to_owned())))
        .filter(|(name, _)| identities.insert(name_identity(name)))
        .take(usize::try_from(number).unwrap_or(usize::MAX))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_groups_as_asked_for_and_no_two_alike() {
        for number in [1, 2, 40, 10_000] {
            let groups = Groups::draw(number, Timestamp::from_millis(1_795_261_391_000), &mut Dice::new(1));
            let names: HashSet<String> = groups.new.iter().map(|group| name_identity(&group.name)).collect();
            assert_eq!(names.len() as u64, number + 1);
            assert!(groups.new[0].name.is_administrators() && groups.new[1].name.as_str() == SUPPORT);
            assert_eq!(groups.ordinary().count() as u64, (number - 1).min(2));
        }
    }

    #[test]
    fn a_third_is_in_field_service_and_nobody_is_in_more_than_six() {
        let mut dice = Dice::new(5);
        let now = Timestamp::from_millis(1_795_261_391_000);
        let groups = Groups::draw(40, now, &mut dice);
        let member = MemberId::from_uuid(domain::new_uuid(now, [0; 10]));
        let mut in_field = 0;
        for _ in 0..9_000 {
            let of = groups.of(member, now, true, &mut dice);
            assert!(of.len() <= 6);
            assert!(!of.iter().any(|one| one.group == groups.support && one.role == GroupRole::Owner));
            in_field += of.iter().filter(|one| Some(one.group) == groups.field).count();
        }
        assert!((2_700..3_300).contains(&in_field), "{in_field}");
    }
}
