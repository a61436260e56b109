//! The heading of a group's page: name, facts, and the buttons for its administrators and owners (spec G5, G6).

use super::state::GroupState;
use crate::organization::Organization;
use crate::ui::{Title, effect};
use domain::Bytes;
use domain::groups::{GroupFacts, GroupPage};
use domain::permission::{ManageGroups, Permission};
use domain::table::Total;
use domain::text::grouped;
use leptos::prelude::*;

/// The id of why the reader changes nothing, which the rows name too.
pub(super) const WHY_NOT: &str = "why-not";

/// The group's name, how many are shown, and **Add Group Member**.
pub(super) fn title(state: GroupState) -> AnyView {
    let name = Memo::new(move |_| state.shown().map(|answer| answer.group.tag.name.clone()).unwrap_or_default());
    // Tabs and bookmarks of groups are told apart by their names.
    let entitle = move || {
        name.with(|name| {
            if !name.is_empty() {
                Title::set_page(name)
            }
        })
    };
    untrack(entitle);
    effect(move |_| entitle());
    // Changes seldom, so that the focus stays while rows come and go.
    let why_not = Memo::new(move |_| state.rows.good().map(|answer| answer.reader.why_not(&answer.group)));
    let viewer = Organization::current().viewer;
    let edits = Memo::new(move |_| {
        let may = viewer.good().is_some_and(|viewer| ManageGroups::held_by(viewer.standing));
        may && state.rows.good().is_some_and(|answer| !answer.group.built_in)
    });
    view! {
        <div class="title">
            <h1><bdi>{name}</bdi></h1>
            <p class="total"><bdi>{move || total(state)}</bdi></p>
            <p class="hint zone">{move || zone(state)}</p>
            {move || edits.get().then(|| edit(state))}
            {move || why_not.get().map(|why_not| add(state, why_not))}
        </div>
        {move || about(state)}
    }
    .into_any()
}

fn total(state: GroupState) -> String {
    state.shown().map_or_else(String::new, |answer| answer.page.total.label())
}

/// The time zone of the times in the rows, named (spec M1).
fn zone(state: GroupState) -> String {
    let answer = state.rows.good().filter(|answer| answer.reader.sees_ends());
    answer.map_or_else(String::new, |answer| "Times in ".to_owned() + &answer.zone)
}

/// What administrators do with a whole group.
fn edit(state: GroupState) -> AnyView {
    view! {
        <a class="button" href=state.many()>"Change Many"</a>
        <a class="button" href=state.edit()>"Edit Group"</a>
    }
    .into_any()
}

fn add(state: GroupState, why_not: Option<&'static str>) -> AnyView {
    const LABEL: &str = "Add Group Member";
    match why_not {
        None => view! { <a class="button primary" href=state.add()>{LABEL}</a> }.into_any(),
        Some(why) => view! {
            <span class="why">
                <span class="button" role="link" aria-disabled="true" tabindex="0" aria-describedby=WHY_NOT>{LABEL}</span>
                <span class="tip" role="tooltip" id=WHY_NOT>{why}</span>
            </span>
        }
        .into_any(),
    }
}

/// What the group is for, and what it is.
fn about(state: GroupState) -> Option<AnyView> {
    let answer = state.shown()?;
    let GroupPage { group, page, .. } = answer.as_ref();
    // Those whose membership has ended are in the table too, where it shows all.
    let ended = match page.total {
        Total::Exact(all) if !untrack(|| state.query()).is_narrowed() => all.saturating_sub(group.members),
        _ => 0,
    };
    let description = match (group.description.as_str(), group.built_in) {
        ("", true) => "Built in. Whoever is in here may do everything in this organization.",
        (text, _) => text,
    };
    let description =
        (!description.is_empty()).then(|| view! { <p><bdi>{description.to_owned()}</bdi></p> }.into_any());
    Some(view! { <div class="group-about">{description}<p class="dim">{facts(group, ended)}</p></div> }.into_any())
}

/// "1,204 members · 3 owners · Default group · 500 GB a month reserved".
fn facts(group: &GroupFacts, ended: u64) -> String {
    let number = |count: &str, one: &str, many: &str| [count, if count == "1" { one } else { many }].concat();
    let mut facts = vec![number(&grouped(group.members), " member", " members")];
    if ended > 0 {
        facts.push(grouped(ended) + " ended");
    }
    if !group.built_in {
        facts.push(match group.owners {
            Total::Exact(0) => "no owner".to_owned(),
            owners => number(&owners.label(), " owner", " owners"),
        });
    }
    if group.is_default {
        facts.push("Default group".to_owned());
    }
    if group.reservation > 0 {
        facts.push(
            Bytes::of(group.reservation).map(|bytes| bytes.to_string()).unwrap_or_default() + " a month reserved",
        );
    }
    facts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::members::GroupTag;

    #[test]
    fn the_head_says_what_the_group_is() {
        let id = "0197a8b4-0000-7000-8000-000000000001".parse().unwrap();
        let tag = GroupTag { id, name: "Support".into() };
        let mut group = GroupFacts {
            tag,
            description: String::new(),
            built_in: false,
            is_default: false,
            reservation: 0,
            members: 1_204,
            owners: Total::Exact(0),
        };
        assert_eq!(facts(&group, 0), "1,204 members · no owner");
        assert_eq!(facts(&group, 2), "1,204 members · 2 ended · no owner");
        group =
            GroupFacts { is_default: true, reservation: 500_000_000_000, owners: Total::Exact(1), members: 1, ..group };
        assert_eq!(facts(&group, 0), "1 member · 1 owner · Default group · 500 GB a month reserved");
        group = GroupFacts { built_in: true, is_default: false, reservation: 0, ..group };
        assert_eq!(facts(&group, 0), "1 member");
    }
}
