//! The filters of a group's page (spec G5, M3).

use super::state::GroupState;
use crate::table::{Choice, filter_by_word};
use domain::GroupRole;
use domain::groups::{GroupMemberFilters, Membership};
use leptos::prelude::*;

/// The filters beside the search box.
pub(super) fn filters(state: GroupState) -> AnyView {
    // Both change seldom, so that menus and focus stay while rows come and go.
    let roles = Memo::new(move |_| state.rows.good().is_some_and(|answer| !answer.group.built_in));
    let ends = Memo::new(move |_| state.rows.good().is_some_and(|answer| answer.reader.sees_ends()));
    view! {
        {move || roles.get().then(|| by_role(state))}
        {move || ends.get().then(|| by_membership(state))}
    }
    .into_any()
}

fn by_role(state: GroupState) -> AnyView {
    let chosen = state.query().filters.role;
    let choice = |role: &GroupRole| Choice {
        label: role.label().to_owned(),
        chosen: chosen == Some(*role),
        link: change(state, |f| f.role = Some(*role)),
    };
    filter_by_word("Role", GroupRole::ALL.iter().map(choice).collect(), change(state, |f| f.role = None))
}

fn by_membership(state: GroupState) -> AnyView {
    let chosen = state.query().filters.membership;
    let choice = |one: &Membership| Choice {
        label: one.label().to_owned(),
        chosen: chosen == Some(*one),
        link: change(state, |f| f.membership = Some(*one)),
    };
    filter_by_word("Membership", Membership::ALL.iter().map(choice).collect(), change(state, |f| f.membership = None))
}

fn change(state: GroupState, change: impl FnOnce(&mut GroupMemberFilters)) -> String {
    state.link(&state.query().filtered(change))
}
