//! The filters of the members page (spec M3, M5, M6).

use super::state::MembersState;
use crate::api::show_sidebar;
use crate::layout::GroupSearch;
use crate::load::drawn;
use crate::organization::Organization;
use crate::table::{Choice, Filter, Switch, filter_by_word};
use domain::groups::Sidebar;
use domain::members::{Columns, MemberFilters, MemberQuery};
use domain::{MemberKind, MemberStatus, OrganizationRole};
use leptos::prelude::*;

/// The filters and the switch.
pub(super) fn filters(state: MembersState) -> AnyView {
    // Both change seldom, so that menus and focus stay while rows come and go.
    let all = Memo::new(move |_| state.rows.good().is_some_and(|answer| answer.columns == Columns::All));
    let group = Memo::new(move |_| {
        state.rows.good().and_then(|answer| Some(answer.group.as_ref()?.name.clone())).unwrap_or_default()
    });
    let organization = Organization::current();
    let group_search = RwSignal::new(String::new());
    let groups = {
        let slug = organization.slug.clone();
        organization.sidebar.branch(move || show_sidebar(slug.clone(), group_search.get(), false))
    };
    let by_group = move || {
        let choices = view! {
            <GroupSearch id="filter-group" search=group_search first=true/>
            {drawn(move || group_choices(state, groups.good().as_deref()))}
        };
        // Without a group there is nothing that members see of each other (spec R5).
        let clear = all.get().then(|| change(state, &state.query(), |f| f.group = None));
        let name = Some(group.get()).filter(|name| !name.is_empty());
        view! { <Filter name="Group" value=name clear=clear choices=choices.into_any()/> }.into_any()
    };
    view! {
        {drawn(move || all.get().then(|| role_filter(state)).into_any())}
        {drawn(by_group)}
        {drawn(move || all.get().then(|| other_filters(state)).into_any())}
        {drawn(move || all.get().then(|| view! { <div class="more" inner_html=more(state)></div> }.into_any()).into_any())}
    }
    .into_any()
}

/// **Columns** and **Save View**, as the server writes them. The browser leaves them as they are until what makes them
/// quick has come (decision 21).
#[cfg(feature = "ssr")]
fn more(state: MembersState) -> String {
    super::tools::written(state)
}
#[cfg(not(feature = "ssr"))]
fn more(_state: MembersState) -> String {
    String::new()
}

fn group_choices(state: MembersState, sidebar: Option<&Sidebar>) -> AnyView {
    let query = state.query();
    let choices = sidebar.into_iter().flat_map(|sidebar| &sidebar.list.groups).map(|group| {
        let chosen = query.filters.group == Some(group.id);
        Choice { label: group.name.clone(), chosen, link: change(state, &query, |f| f.group = Some(group.id)) }
    });
    Choice::list(choices.collect())
}

fn role_filter(state: MembersState) -> AnyView {
    let query = state.query();
    let roles = OrganizationRole::ALL.iter().map(|role| {
        let link = change(state, &query, |f| f.role = Some(*role));
        Choice { label: role.label().to_owned(), chosen: query.filters.role == Some(*role), link }
    });
    filter_by_word("Role", roles.collect(), change(state, &query, |f| f.role = None))
}

fn other_filters(state: MembersState) -> AnyView {
    let query = state.query();
    let chosen = &query.filters;
    let deleted = chosen.shows_deleted();
    let statuses = MemberStatus::ALL.iter().map(|status| {
        let link = change(state, &query, |f| f.status = Some(*status));
        Choice { label: status.label().to_owned(), chosen: chosen.status == Some(*status), link }
    });
    let kinds = MemberKind::ALL.iter().map(|kind| {
        let link = change(state, &query, |f| f.kind = Some(*kind));
        Choice { label: kind.label().to_owned(), chosen: chosen.kind == Some(*kind), link }
    });
    view! {
        {filter_by_word("Status", statuses.collect(), change(state, &query, |f| f.status = None))}
        {filter_by_word("Kind", kinds.collect(), change(state, &query, |f| f.kind = None))}
        <Switch label="Show deleted users" on=deleted link=change(state, &query, |f| show_deleted(f, !deleted))/>
    }
    .into_any()
}

fn change(state: MembersState, query: &MemberQuery, change: impl FnOnce(&mut MemberFilters)) -> String {
    state.link(&query.clone().filtered(change))
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
