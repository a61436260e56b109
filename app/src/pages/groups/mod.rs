//! Groups: the table, the forms of one (spec G1–G4), and its people (spec G5, G6). Which of them it is, the address says.

mod delete;
mod form;
mod rows;
mod state;
mod table;

use super::NotFoundInside;
use super::group::GroupPage;
use super::group_people::{AddGroupMemberPage, ChosenGroupMembersPage, GroupMemberPage};
use crate::paths::GroupPlace;
use delete::DeletePage;
use form::FormPage;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use table::TablePage;

/// The page that the address names. It is made anew when that is another.
#[component]
pub fn GroupPages() -> impl IntoView {
    match GroupPlace::of(&use_location().pathname.get_untracked()) {
        Some(GroupPlace::Table) => view! { <TablePage/> }.into_any(),
        Some(GroupPlace::New) => view! { <FormPage/> }.into_any(),
        Some(GroupPlace::Edit(id)) => view! { <FormPage id=id/> }.into_any(),
        Some(GroupPlace::Delete(id)) => view! { <DeletePage id=id/> }.into_any(),
        Some(GroupPlace::People(id)) => view! { <GroupPage id=id/> }.into_any(),
        Some(GroupPlace::Add(id)) => view! { <AddGroupMemberPage group=id/> }.into_any(),
        Some(GroupPlace::Chosen(id)) => view! { <ChosenGroupMembersPage group=id/> }.into_any(),
        Some(GroupPlace::Member(id, member)) => view! { <GroupMemberPage group=id member=member/> }.into_any(),
        None => view! { <NotFoundInside/> }.into_any(),
    }
}

/// Why nothing of `administrators` is changed (spec R1).
const BUILT_IN: &str = "The group administrators is built in. Its members are those with the organization role Administrator: it cannot be renamed, deleted, made the default group or given a reservation.";
