//! Search and filters of one group's page (spec G5, M3).

use super::state::GroupState;
use crate::table::{Choice, filter_by_word};
use crate::ui::{SearchInput, hidden_fields};
use domain::GroupRole;
use domain::groups::{GroupMemberFilters, Membership};
use leptos::prelude::*;

/// The search box and the filters above the table.
#[component]
pub(super) fn Toolbar(state: GroupState) -> impl IntoView {
    // Both change seldom, so that menus and focus stay while rows come and go.
    let roles = Memo::new(move |_| state.people.good().is_some_and(|answer| !answer.group.built_in));
    let ends = Memo::new(move |_| state.people.good().is_some_and(|answer| answer.reader.sees_ends()));
    let text = Memo::new(move |_| state.query().search.as_str().to_owned());
    view! {
        <div class="tools">
            <form class="grow" role="search" method="get" action=state.address.path()>
                {move || hidden_fields(&state.query().print(), &["q", "page"])}
                <SearchInput
                    id="search"
                    name="Search by email"
                    placeholder="Search by email or name"
                    parameter="q"
                    text=text
                    search=Callback::new(move |typed: String| state.search(&typed))
                    main=true
                />
            </form>
            {move || roles.get().then(|| by_role(state))}
            {move || ends.get().then(|| by_membership(state))}
        </div>
    }
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
