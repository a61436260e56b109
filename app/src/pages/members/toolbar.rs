//! Search and filters of the members page (spec M3, M5, M6).

use super::state::MembersState;
use crate::api::show_sidebar;
use crate::layout::{GroupSearch, Organization};
use crate::table::{Choice, Filter, Switch};
use crate::ui::{SearchInput, hidden_fields};
use domain::members::{Columns, MemberFilters, MemberQuery};
use domain::{GroupId, MemberKind, MemberStatus, OrganizationRole};
use leptos::prelude::*;

/// The search box, the filters and the switch above the table.
#[component]
pub(super) fn Toolbar(state: MembersState) -> impl IntoView {
    // Made once, so that typing keeps its focus while rows come and go.
    let columns = Memo::new(move |_| state.members.good().map(|answer| answer.columns));
    let group =
        Memo::new(move |_| state.members.good().and_then(|answer| answer.group).map(|group| (group.id, group.name)));
    let organization = Organization::current();
    let group_search = RwSignal::new(String::new());
    let groups = {
        let slug = organization.slug.clone();
        organization.sidebar.branch(move || Box::pin(show_sidebar(slug.clone(), group_search.get())))
    };
    let text = Signal::derive(move || state.query.with(|query| query.search.as_str().to_owned()));

    let group_choices = move || {
        let chosen = group.with(|group| group.as_ref().map(|(id, _)| *id));
        let list = groups.good().map(|sidebar| sidebar.list.groups).unwrap_or_default();
        Choice::list(
            list.into_iter()
                .map(|group| choice(state, group.name, chosen == Some(group.id), set_group(group.id)))
                .collect(),
        )
    };
    let by_group = move || {
        let name = group.with(|group| group.as_ref().map(|(_, name)| name.clone()));
        // Without a group there is nothing that members see of each other (spec R5).
        let clear = (columns.get() == Some(Columns::All)).then(|| change(state, |f| f.group = None));
        let choices = view! { <GroupSearch search=group_search/>{group_choices} };
        view! { <Filter name="Group" value=name clear=clear choices=choices.into_any()/> }
    };
    let others = move || {
        (columns.get() == Some(Columns::All)).then(|| {
            let filters = state.query.with(|query| query.filters.clone());
            let deleted = filters.shows_deleted();
            view! {
                {by_word(state, "Role", OrganizationRole::ALL, OrganizationRole::label, filters.role, |f, role| f.role = role)}
                {by_word(state, "Status", MemberStatus::ALL, MemberStatus::label, filters.status, |f, status| f.status = status)}
                {by_word(state, "Kind", MemberKind::ALL, MemberKind::label, filters.kind, |f, kind| f.kind = kind)}
                <Switch label="Show deleted users" on=deleted link=change(state, move |f| show_deleted(f, !deleted))/>
            }
        })
    };
    view! {
        <div class="tools">
            <form class="grow" role="search" method="get" action=state.path()>
                {move || state.query.with(|query| hidden_fields(&query.print(), &["q", "page"]))}
                <SearchInput
                    name="Search by email"
                    placeholder="Search by email or name"
                    parameter="q"
                    text=text
                    search=Callback::new(move |typed: String| state.search(&typed))
                    main=true
                />
            </form>
            {by_group}
            {others}
        </div>
    }
}

/// A filter whose values are a few words.
fn by_word<T: Copy + PartialEq + 'static>(
    state: MembersState,
    name: &'static str,
    all: &'static [T],
    label: fn(T) -> &'static str,
    chosen: Option<T>,
    set: fn(&mut MemberFilters, Option<T>),
) -> AnyView {
    let choices = all
        .iter()
        .map(|value| choice(state, label(*value).to_owned(), chosen == Some(*value), |f| set(f, Some(*value))));
    let clear = change(state, |f| set(f, None));
    let choices = Choice::list(choices.collect());
    view! { <Filter name=name value=chosen.map(|value| label(value).to_owned()) clear=Some(clear) choices=choices/> }
        .into_any()
}

fn choice(state: MembersState, label: String, chosen: bool, set: impl FnOnce(&mut MemberFilters)) -> Choice {
    Choice { label, chosen, link: change(state, set) }
}

fn change(state: MembersState, change: impl FnOnce(&mut MemberFilters)) -> String {
    state.link(|query: MemberQuery| query.filtered(change))
}

fn set_group(group: GroupId) -> impl FnOnce(&mut MemberFilters) {
    move |filters| filters.group = Some(group)
}

/// Hiding the deleted also takes back a filter that shows nothing else.
fn show_deleted(filters: &mut MemberFilters, show: bool) {
    filters.deleted = show;
    if !show && filters.status == Some(MemberStatus::Deleted) {
        filters.status = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec M6
    #[test]
    fn hiding_the_deleted_never_leaves_a_filter_for_them() {
        let mut filters =
            MemberFilters { status: Some(MemberStatus::Deleted), deleted: true, ..MemberFilters::default() };
        show_deleted(&mut filters, false);
        assert_eq!(filters, MemberFilters::default());
    }
}
